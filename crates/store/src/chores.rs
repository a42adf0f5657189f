//! Work that takes long, done bit by bit: the remains of a deleted channel, what is too old to be kept, a sender who
//! is to be forgotten.
//!
//! Not every host can do something by itself, so whoever has a moment lends a hand: a loop where there is one, else
//! requests. Each bit is a few small batches, between which others' come in. A lease keeps two hands from the same
//! bit; if one is left lying it is taken up again later, and doing a bit twice changes nothing.

use moderation::normalise;
use platform::{
    clock::Millis,
    database::{Answers, Batch, Database, DatabaseError, Row, Statement},
};

use crate::{
    ChannelKey, deletion,
    forgetting::{self, Whom},
    statements::{affected, inconsistent},
};

/// How long a bit may take before somebody else takes it up, in milliseconds.
const LEASE_MS: Millis = 30_000;

const DAY_MS: Millis = 24 * 60 * 60 * 1000;

/// The hour of the night, UTC, at which what is too old is forgotten.
const NIGHT_MS: Millis = 3 * 60 * 60 * 1000;

queries! { "chores";
    DUE: Rows = "SELECT id, kind, argument, due_at, leased_until, place, done FROM chores WHERE due_at <= ? \
        ORDER BY due_at, id LIMIT 16";
    OPEN: Page = "SELECT id, kind, argument, due_at, leased_until, place, done FROM chores WHERE due_at <= ? \
        ORDER BY due_at, id LIMIT 1000";
    LEASE: Rows = "UPDATE chores SET leased_until = ? WHERE id = ? AND leased_until = ? AND place = ?";
    GO_ON: Rows = "UPDATE chores SET leased_until = 0, place = ?, done = done + ? WHERE id = ?";
    END: Rows = "DELETE FROM chores WHERE id = ?";
    ADD: Rows = "INSERT INTO chores (kind, argument, due_at, leased_until, place, done) VALUES (?, ?, ?, 0, ?, 0)";
    NEXT_NIGHT: Rows = "UPDATE chores SET due_at = ?, leased_until = 0 WHERE id = ?";
    // A purge begins where the last one ended.
    ADD_PURGE: Rows = "INSERT INTO chores (kind, argument, due_at, leased_until, place, done) \
        SELECT 'purge', ?, ?, 0, n.place, 0 FROM chores n WHERE n.kind = 'nightly' \
        AND NOT EXISTS (SELECT 1 FROM chores p WHERE p.kind = 'purge' AND p.argument = ?)";
    REMEMBER_PURGED: Rows = "UPDATE chores SET place = ? WHERE kind = 'nightly' AND place < ?";
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chore {
    id: i64,
    /// What is to be done.
    pub task: Task,
    leased_until: Millis,
    /// The last message that was looked at.
    pub(crate) place: i64,
    /// How much has been done.
    pub done: i64,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Remove what is left of a deleted channel.
    Delete(ChannelKey),
    /// See to it that what is too old is forgotten.
    Nightly,
    /// Forget what arrived before this time.
    Purge(Millis),
    /// Forget what this sender sent.
    Forget(Whom),
}

impl Task {
    fn words(&self) -> (&'static str, String) {
        match self {
            Self::Delete(channel) => ("delete", channel.0.to_string()),
            Self::Nightly => ("nightly", String::new()),
            Self::Purge(before) => ("purge", before.to_string()),
            Self::Forget(Whom::CentralId(id)) => ("forget", format!("c:{id}")),
            Self::Forget(Whom::Name(name)) => ("forget", format!("n:{name}")),
        }
    }

    fn read(kind: &str, argument: &str) -> Option<Self> {
        Some(match (kind, argument.split_once(':')) {
            ("delete", _) => Self::Delete(ChannelKey(argument.parse().ok()?)),
            ("nightly", _) => Self::Nightly,
            ("purge", _) => Self::Purge(argument.parse().ok()?),
            ("forget", Some(("c", id))) => Self::Forget(Whom::CentralId(id.parse().ok()?)),
            ("forget", Some(("n", name))) => Self::Forget(Whom::Name(normalise(name))),
            _ => return None,
        })
    }

    /// The statement that begins it.
    pub(crate) fn begin(&self, now: Millis) -> Statement {
        let (kind, argument) = self.words();
        match self {
            Self::Purge(_) => ADD_PURGE.with([argument.as_str().into(), now.into(), argument.into()]),
            _ => ADD.with([kind.into(), argument.into(), now.into(), 0.into()]),
        }
    }
}

/// What came of a bit of work.
pub(crate) enum Bit {
    /// There is more to do, after the message of this number.
    More { place: i64, done: u64 },
    /// That was all.
    End { place: i64 },
}

fn chore(row: &Row) -> Result<Chore, DatabaseError> {
    let task = Task::read(row.text(1)?, row.text(2)?).ok_or_else(|| inconsistent("a chore"))?;
    Ok(Chore {
        id: row.integer(0)?,
        task,
        leased_until: row.integer(4)?,
        place: row.integer(5)?,
        done: row.integer(6)?,
    })
}

/// The work that is under way, oldest first.
pub async fn open<D: Database>(database: &D, now: Millis) -> Result<Vec<Chore>, DatabaseError> {
    let rows = Answers::from(database.read(vec![OPEN.with([now.into()])]).await?).next_rows()?;
    rows.iter().map(chore).collect()
}

/// Does a bit of what is due, of at most a few hundred rows; answers whether there may be more to do.
pub async fn lend_a_hand<D: Database>(
    database: &D,
    now: Millis,
    retention_days: u32,
) -> Result<bool, DatabaseError> {
    let rows = Answers::from(database.read(vec![DUE.with([now.into()])]).await?).next_rows()?;
    let due = rows.iter().map(chore).collect::<Result<Vec<_>, _>>()?;
    let Some(chore) = due.into_iter().find(|chore| chore.leased_until <= now) else { return Ok(false) };
    let lease =
        LEASE.with([(now + LEASE_MS).into(), chore.id.into(), chore.leased_until.into(), chore.place.into()]);
    let leased = database.write(Batch::of(vec![lease])).await?;
    if affected(&leased, 0)? == 0 {
        return Ok(true);
    }
    let bit = match &chore.task {
        Task::Nightly => {
            let before = now - i64::from(retention_days) * DAY_MS;
            let mut statements = forgetting::ended_entries(before).to_vec();
            statements.push(Task::Purge(before).begin(now));
            statements.push(NEXT_NIGHT.with([next_night(now).into(), chore.id.into()]));
            database.write(Batch::of(statements)).await?;
            return Ok(true);
        }
        Task::Delete(channel) => deletion::remove_some(database, *channel).await?,
        Task::Purge(before) => forgetting::purge_some(database, *before, chore.place, now).await?,
        Task::Forget(whom) => forgetting::forget_some(database, whom, chore.place, now).await?,
    };
    let mut statements = Vec::new();
    let (Bit::More { place, .. } | Bit::End { place }) = bit;
    if matches!(chore.task, Task::Purge(_)) {
        statements.push(REMEMBER_PURGED.with([place.into(), place.into()]));
    }
    statements.push(match bit {
        Bit::More { place, done } => {
            GO_ON.with([place.into(), i64::try_from(done).unwrap_or(i64::MAX).into(), chore.id.into()])
        }
        Bit::End { .. } => END.with([chore.id.into()]),
    });
    database.write(Batch::of(statements)).await?;
    Ok(true)
}

/// The next time that it is the hour of the night.
fn next_night(now: Millis) -> Millis {
    let tonight = now.div_euclid(DAY_MS) * DAY_MS + NIGHT_MS;
    if tonight > now { tonight } else { tonight + DAY_MS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_night_comes_after_now() {
        assert_eq!(next_night(0), NIGHT_MS);
        assert_eq!(next_night(NIGHT_MS), NIGHT_MS + DAY_MS);
        assert_eq!(next_night(DAY_MS - 1), DAY_MS + NIGHT_MS);
    }

    #[test]
    fn a_task_is_read_as_it_was_written() {
        for task in [
            Task::Delete(ChannelKey(7)),
            Task::Nightly,
            Task::Purge(-5),
            Task::Forget(Whom::CentralId(7)),
            Task::Forget(Whom::Name(normalise("Zoë: x"))),
        ] {
            let (kind, argument) = task.words();
            assert_eq!(Task::read(kind, &argument), Some(task));
        }
        assert_eq!(Task::read("forget", "x"), None);
    }
}
