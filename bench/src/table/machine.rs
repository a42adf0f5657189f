//! On what it was measured.

use std::{fs, process::Command, thread};

use anyhow::{Context as _, Result};

/// The machine and the compiler.
#[derive(Debug)]
pub(crate) struct Machine {
    date: String,
    processor: String,
    cores: usize,
    memory_gib: u64,
    kernel: String,
    compiler: String,
}

impl Machine {
    /// This one.
    pub(crate) fn of_this() -> Result<Self> {
        let read = |path: &str| fs::read_to_string(path).with_context(|| format!("{path} cannot be read"));
        let (processors, memory) = (read("/proc/cpuinfo")?, read("/proc/meminfo")?);
        let total: u64 = field(&memory, "MemTotal").trim_end_matches("kB").trim().parse().unwrap_or_default();
        let now = jiff::Timestamp::from_millisecond(crate::clock::unix_millis())?;
        Ok(Self {
            date: now.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            processor: field(&processors, "model name").to_owned(),
            cores: thread::available_parallelism()?.get(),
            memory_gib: total.div_ceil(1024 * 1024),
            kernel: read("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            compiler: compiler()?,
        })
    }
}

impl std::fmt::Display for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { date, processor, cores, memory_gib, kernel, compiler } = self;
        write!(f, "{date} · {processor}, {cores} cores, {memory_gib} GiB · Linux {kernel} · {compiler}")
    }
}

/// The value of the first `name : value` in one of the kernel's lists.
fn field<'a>(list: &'a str, name: &str) -> &'a str {
    let pairs = list.lines().filter_map(|line| line.split_once(':'));
    pairs.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim()).next().unwrap_or("unknown")
}

fn compiler() -> Result<String> {
    let output = Command::new("rustc").arg("--version").output().context("rustc cannot be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split(" (").next().unwrap_or_default().trim().to_owned())
}
