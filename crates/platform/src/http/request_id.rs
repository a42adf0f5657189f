//! One id per request, on every answer (`X-Request-Id`) and in every log line about it.

use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// An id that no other request of this deployment has: a random number of this process (or WebAssembly
/// instance), and a count. A client's own header is never taken over: it could forge log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(u64);

impl RequestId {
    /// The next id.
    #[must_use]
    pub fn next() -> Self {
        static START: OnceLock<u32> = OnceLock::new();
        static COUNT: AtomicU32 = AtomicU32::new(0);
        // Without randomness ids still count; they only might repeat after a restart.
        let start = *START.get_or_init(|| getrandom::u32().unwrap_or_default());
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self((u64::from(start) << 32) | u64::from(count))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
