//! A process, kept: its number, its output, its end.
//!
//! Between the tests and a host stands a small shell that holds a pipe from the tests. When the tests' process ends,
//! even by `SIGKILL`, the pipe closes, and the shell ends the host.

use std::{
    fmt,
    io::{BufRead as _, BufReader, Read},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

use super::{Ending, kind::CommandLine};
use crate::wait::within_patience;

/// What the shell says, told apart from what the host says.
const MARK: &str = "keeper: ";

/// Runs its arguments as the host. The host ignores `SIGXFSZ` (a file that may not grow is an error it has to
/// handle), reads nothing, and ends when the pipe closes; then its data, the first argument, goes too.
const SCRIPT: &str = r#"
trap '' XFSZ
data=$1
shift
exec 3<&0 4>&2 2>/dev/null
"$@" </dev/null 3<&- 2>&4 4>&- &
host=$!
echo "keeper: pid $host"
{ read -r _ <&3; trap '' TERM; kill -KILL "$host"; } &
watch=$!
wait "$host"
status=$?
kill "$watch"
wait "$watch"
if [ $? -lt 128 ]; then rm -rf "$data"; fi
echo "keeper: exit $status"
"#;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Status(u8),
    /// By a signal, or nobody knows.
    Signal,
}

/// What a host wrote.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// Whether any line holds `text`.
    pub fn mentions(&self, text: &str) -> bool {
        self.lines().iter().any(|line| line.contains(text))
    }

    /// All lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn push(&self, line: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

/// The last lines.
impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines();
        lines.iter().skip(lines.len().saturating_sub(40)).try_for_each(|line| writeln!(f, "  {line}"))
    }
}

#[derive(Debug, Clone, Default)]
struct State {
    pid: Option<Pid>,
    address: Option<String>,
    exit: Option<Exit>,
}

/// A host's process.
#[derive(Debug)]
pub(super) struct Keeper {
    shell: Child,
    /// The host lives as long as this is open.
    lifeline: Option<ChildStdin>,
    state: watch::Receiver<State>,
    log: Log,
}

impl Keeper {
    /// Starts `command` on `data`; `find_address` is shown each line of its output.
    pub(super) fn start(
        command: &CommandLine,
        data: &Path,
        find_address: fn(&str) -> Option<String>,
    ) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "keeper"]).arg(data).args(&command.words);
        for name in command.hidden {
            shell.env_remove(name);
        }
        shell.envs(command.environment.iter().map(|(name, value)| (name, value)));
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut shell = shell.spawn().expect("sh can be run");
        let (sender, state) = watch::channel(State::default());
        let log = Log::default();
        read_lines(shell.stderr.take(), {
            let log = log.clone();
            move |line| log.push(line)
        });
        read_lines(shell.stdout.take(), {
            let log = log.clone();
            move |line| {
                sender.send_modify(|state| note(state, &line, find_address));
                log.push(line);
            }
        });
        let lifeline = shell.stdin.take();
        Self { shell, lifeline, state, log }
    }

    /// Where the host says that it is, or how it ended instead.
    pub(super) async fn address(&mut self) -> Result<String, Exit> {
        let found = self.state.wait_for(|state| state.address.is_some() || state.exit.is_some()).await;
        match found {
            Ok(state) => state.address.clone().ok_or(state.exit.unwrap_or(Exit::Signal)),
            Err(_) => Err(Exit::Signal),
        }
    }

    /// How it ended, if it has.
    pub(super) fn exit(&self) -> Option<Exit> {
        self.state.borrow().exit
    }

    pub(super) fn log(&self) -> Log {
        self.log.clone()
    }

    /// Puts the log of an earlier process before this one's.
    pub(super) fn prepend(&self, earlier: &Log) {
        let mut lines = self.log.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.splice(0..0, earlier.lines());
    }

    /// Ends the host, and waits until it has ended.
    pub(super) async fn end(&mut self, ending: Ending) -> Exit {
        let signal = match ending {
            Ending::Asked => Signal::TERM,
            Ending::Killed => Signal::KILL,
        };
        self.signal(signal);
        let ended =
            within_patience("the host to end", self.state.wait_for(|state| state.exit.is_some())).await;
        ended.ok().and_then(|state| state.exit).unwrap_or(Exit::Signal)
    }

    #[cfg(target_os = "linux")]
    pub(super) fn limit_files(&self, bytes: Option<u64>) {
        use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
        // The hard limit stays: who is not root could not raise it again.
        let maximum = getrlimit(Resource::Fsize).maximum;
        let limit = Rlimit { current: bytes.or(maximum), maximum };
        let pid = self.state.borrow().pid.expect("the host runs");
        prlimit(Some(pid), Resource::Fsize, limit).expect("a host's limits may be changed by who started it");
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn limit_files(&self, _bytes: Option<u64>) {
        panic!("only Linux changes the limits of another process");
    }

    fn signal(&self, signal: Signal) {
        let state = self.state.borrow();
        if let (Some(pid), None) = (state.pid, state.exit) {
            // It may have ended a moment ago: then there is nothing to do.
            kill_process(pid, signal).unwrap_or_default();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        self.lifeline.take();
        drop(self.shell.wait());
    }
}

fn read_lines(pipe: Option<impl Read + Send + 'static>, mut take: impl FnMut(String) + Send + 'static) {
    let reader = BufReader::new(pipe.expect("a pipe"));
    thread::spawn(move || {
        for line in reader.split(b'\n').map_while(Result::ok) {
            take(String::from_utf8_lossy(&line).into_owned());
        }
    });
}

fn note(state: &mut State, line: &str, find_address: fn(&str) -> Option<String>) {
    let Some(news) = line.strip_prefix(MARK) else {
        if state.address.is_none() {
            state.address = find_address(line);
        }
        return;
    };
    match news.split_once(' ') {
        Some(("pid", number)) => state.pid = number.parse().ok().and_then(Pid::from_raw),
        // A shell reports a signal as 128 and its number.
        Some(("exit", status)) => {
            state.exit =
                Some(status.parse().ok().filter(|status| *status < 128).map_or(Exit::Signal, Exit::Status));
        }
        _ => {}
    }
}
