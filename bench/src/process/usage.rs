//! What a process uses, as Linux tells it.

use std::{fs, time::Duration};

use anyhow::{Context as _, Result};
use rustix::process::{Resource, getrlimit, setrlimit};

/// Linux counts processor time in hundredths of a second, whatever it measures with.
const TICK: Duration = Duration::from_millis(10);

/// Memory in KiB.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Memory {
    /// What is in RAM now (`VmRSS`).
    pub(crate) resident: u64,
    /// The same with what is shared divided among those that share it (`Pss`).
    pub(crate) proportional: u64,
    /// The most that ever was in RAM (`VmHWM`).
    pub(crate) peak: u64,
}

impl Memory {
    /// That of a process.
    pub(super) fn of(pid: u32) -> Result<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).context("a process's status")?;
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).context("a process's memory")?;
        Ok(Self {
            resident: kib(&status, "VmRSS:")?,
            proportional: kib(&rollup, "Pss:")?,
            peak: kib(&status, "VmHWM:")?,
        })
    }
}

fn kib(text: &str, name: &str) -> Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .with_context(|| format!("{name} is missing"))?
        .parse()
        .with_context(|| format!("{name} is no number"))
}

/// User and system time of all threads.
pub(super) fn processor_time(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("a process's times")?;
    // The second field, the name in parentheses, may hold spaces.
    let rest = stat.rsplit_once(')').context("a process's times")?.1;
    let mut ticks = rest.split_whitespace().skip(11).map(str::parse::<u32>);
    let (user, system) = (ticks.next().context("no time")??, ticks.next().context("no time")??);
    Ok(TICK * user.saturating_add(system))
}

/// Raises the number of files that may be open to all that this user may have; servers and generators inherit it.
pub(crate) fn raise_open_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Where it cannot be raised, opening the streams fails and says so.
    setrlimit(Resource::Nofile, limit).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_memory_and_time() {
        let memory = Memory::of(std::process::id()).unwrap();
        assert!(memory.resident > 0 && memory.proportional > 0 && memory.peak >= memory.resident);
        let before = processor_time(std::process::id()).unwrap();
        let mut sum = 0_u64;
        while processor_time(std::process::id()).unwrap() == before {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
    }
}
