//! Randomness that a failure can be repeated with.

use std::{env, ops::Deref, ops::DerefMut};

/// The name of the variable that repeats an earlier run.
const VARIABLE: &str = "CHATSTREAM_TEST_SEED";

/// A random generator that prints its seed when the test it belongs to fails. `CHATSTREAM_TEST_SEED=<seed>` makes
/// every generator of a run begin with that seed.
#[derive(Debug)]
pub struct Seed {
    story: &'static str,
    start: u64,
    rng: fastrand::Rng,
}

impl Seed {
    /// A generator for `story`.
    pub fn new(story: &'static str) -> Self {
        let start = match env::var_os(VARIABLE) {
            Some(text) => text
                .to_str()
                .and_then(|text| text.parse().ok())
                .unwrap_or_else(|| panic!("{VARIABLE} must be a whole number")),
            None => jiff::Timestamp::now().as_microsecond().unsigned_abs(),
        };
        Self { story, start, rng: fastrand::Rng::with_seed(start) }
    }
}

impl Deref for Seed {
    type Target = fastrand::Rng;

    fn deref(&self) -> &fastrand::Rng {
        &self.rng
    }
}

impl DerefMut for Seed {
    fn deref_mut(&mut self) -> &mut fastrand::Rng {
        &mut self.rng
    }
}

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}: repeat with {VARIABLE}={}", self.story, self.start);
        }
    }
}
