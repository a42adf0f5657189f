//! Log lines go to standard error, which Spin keeps for each component. What is in them is up to whoever writes them:
//! never a secret, a token, a session or somebody's words.

use std::sync::Once;

use tracing::Level;

use super::config::variable;

/// Begins to log, in the shape that the variable `log_format` names: `text`, or else JSON, one object a line.
pub(super) async fn start() {
    static STARTED: Once = Once::new();
    if STARTED.is_completed() {
        return;
    }
    // A variable that cannot be read is named by whoever needs one.
    let format = variable("log_format").await.ok().flatten().unwrap_or_default();
    STARTED.call_once(|| {
        let lines = tracing_subscriber::fmt().with_max_level(Level::INFO).with_writer(std::io::stderr);
        // Nobody else sets a subscriber in this instance.
        if format.eq_ignore_ascii_case("text") {
            lines.with_ansi(false).with_target(false).try_init().unwrap_or_default();
        } else {
            lines.json().flatten_event(true).with_span_list(false).try_init().unwrap_or_default();
        }
        report_panics();
    });
}

/// A panic's text may hold somebody's words: only its place is logged.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a defect: something panicked");
    }));
}
