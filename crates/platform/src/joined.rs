//! Work that waits together is done together.
//!
//! Many requests at once want the same scarce thing, such as the database's write lock. Here one of them does the
//! work of all that wait, and hands the turn on: no thread, no runtime, no queue that outlives the requests.

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures_channel::oneshot;

/// Inputs that wait for their turn, and whether somebody is at work.
#[derive(Debug)]
pub struct Joined<I, O>(Mutex<State<I, O>>);

#[derive(Debug)]
struct State<I, O> {
    waiting: VecDeque<Waiting<I, O>>,
    is_busy: bool,
}

#[derive(Debug)]
struct Waiting<I, O> {
    input: I,
    caller: oneshot::Sender<Turn<I, O>>,
}

/// What became of one input.
#[derive(Debug)]
pub enum Worked<I, O> {
    /// It has been worked on.
    Done(O),
    /// It has not, and goes on waiting in its place.
    Not(I),
}

/// What a waiting caller is told.
#[derive(Debug)]
enum Turn<I, O> {
    /// Its input has been worked on by somebody else.
    Done(O),
    /// It is the one to work now, on its input and on all that wait.
    Lead(I),
}

/// Whoever was at work on this input has gone away in the middle of it: nobody knows how far the work came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("whoever worked on it went away")]
pub struct Abandoned;

impl<I, O> Default for Joined<I, O> {
    fn default() -> Self {
        Self(Mutex::new(State { waiting: VecDeque::new(), is_busy: false }))
    }
}

impl<I, O> Joined<I, O> {
    /// Has `input` worked on, with all that waits at the same time; answers its own output. `work` begins after this
    /// was called, takes inputs in the order in which they came, and answers as many outputs in the same order.
    pub async fn run<F: Future<Output = Vec<O>>>(
        &self,
        input: I,
        work: impl Fn(Vec<I>) -> F + Sync,
    ) -> Result<O, Abandoned> {
        let work = |(), inputs| {
            let outputs = work(inputs);
            async { outputs.await.into_iter().map(Worked::Done).collect() }
        };
        self.run_once(input, async || Ok(()), work).await
    }

    /// The same for work that has to wait for something first, such as a lock that others have: `get`, which is called
    /// for whoever leads. What comes meanwhile is worked on with the rest. If `get` gives up, it answers for its own
    /// caller alone, and the next one leads.
    ///
    /// Work may leave inputs for another time. These wait before all that came later, and are worked on next: until they
    /// are done, or their callers have gone.
    pub async fn run_once<G, L: Future<Output = Result<G, O>>, F: Future<Output = Vec<Worked<I, O>>>>(
        &self,
        input: I,
        get: impl Fn() -> L + Sync,
        work: impl Fn(G, Vec<I>) -> F + Sync,
    ) -> Result<O, Abandoned> {
        let mut next = self.begin_or_wait(input);
        loop {
            let own = match next {
                Begun::Lead(input) => input,
                Begun::Wait(turn) => {
                    let mut place = Place { joined: self, turn };
                    match (&mut place.turn).await {
                        Ok(Turn::Done(output)) => return Ok(output),
                        Ok(Turn::Lead(input)) => input,
                        Err(oneshot::Canceled) => return Err(Abandoned),
                    }
                }
            };
            match self.lead(own, &get, &work).await? {
                Ok(output) => return Ok(output),
                Err(turn) => next = Begun::Wait(turn),
            }
        }
    }

    fn begin_or_wait(&self, input: I) -> Begun<I, O> {
        let mut state = self.lock();
        if !state.is_busy {
            state.is_busy = true;
            return Begun::Lead(input);
        }
        let (caller, turn) = oneshot::channel();
        state.waiting.push_back(Waiting { input, caller });
        Begun::Wait(turn)
    }

    /// Works on `own` and on all that wait; the output of `own`, or, if that was left, the place where it waits.
    async fn lead<G, L: Future<Output = Result<G, O>>, F: Future<Output = Vec<Worked<I, O>>>>(
        &self,
        own: I,
        get: impl Fn() -> L + Sync,
        work: impl Fn(G, Vec<I>) -> F + Sync,
    ) -> Result<Result<O, oneshot::Receiver<Turn<I, O>>>, Abandoned> {
        // Hands the turn on however this ends: those whose work is lost hear that they were abandoned.
        let _handover = Handover(self);
        let got = match get().await {
            Ok(got) => got,
            Err(output) => return Ok(Ok(output)),
        };
        let (others, callers): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.lock().waiting).into_iter().map(|one| (one.input, one.caller)).unzip();
        let inputs = std::iter::once(own).chain(others).collect();
        let mut worked = work(got, inputs).await.into_iter();
        let own = worked.next().ok_or(Abandoned)?;
        let mut left = Vec::new();
        for (caller, worked) in callers.into_iter().zip(worked) {
            match worked {
                // A caller that went away does not want to know.
                Worked::Done(output) => drop(caller.send(Turn::Done(output))),
                Worked::Not(input) => left.push(Waiting { input, caller }),
            }
        }
        let own = match own {
            Worked::Done(output) => Ok(output),
            Worked::Not(input) => {
                let (caller, turn) = oneshot::channel();
                left.insert(0, Waiting { input, caller });
                Err(turn)
            }
        };
        let mut state = self.lock();
        for waiting in left.into_iter().rev() {
            state.waiting.push_front(waiting);
        }
        Ok(own)
    }

    fn lock(&self) -> MutexGuard<'_, State<I, O>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Begun<I, O> {
    Lead(I),
    Wait(oneshot::Receiver<Turn<I, O>>),
}

/// A place among those who wait.
struct Place<'a, I, O> {
    joined: &'a Joined<I, O>,
    turn: oneshot::Receiver<Turn<I, O>>,
}

impl<I, O> Drop for Place<'_, I, O> {
    fn drop(&mut self) {
        self.turn.close();
        // Called up, but gone before hearing it: the next one is.
        if let Ok(Some(Turn::Lead(_))) = self.turn.try_recv() {
            drop(Handover(self.joined));
        }
    }
}

/// Gives the turn to the first who still waits.
struct Handover<'a, I, O>(&'a Joined<I, O>);

impl<I, O> Drop for Handover<'_, I, O> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        while let Some(Waiting { input, caller }) = state.waiting.pop_front() {
            if caller.send(Turn::Lead(input)).is_ok() {
                return;
            }
        }
        state.is_busy = false;
    }
}

#[cfg(test)]
mod tests;
