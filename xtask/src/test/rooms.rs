//! Who may depend on whom: the picture of docs/architecture.md as a table.

/// A room, and the rooms it may depend on. `x/*` stands for every room in `x`.
struct Room {
    name: &'static str,
    may_use: &'static [&'static str],
}

const ROOMS: [Room; 12] = [
    Room { name: "crates/moderation", may_use: &[] },
    Room { name: "crates/platform", may_use: &[] },
    Room { name: "crates/store", may_use: &["crates/moderation", "crates/platform"] },
    Room { name: "crates/access", may_use: &["crates/moderation", "crates/platform", "crates/store"] },
    // Components meet in the store, never each other.
    Room { name: "components/*", may_use: &["crates/*"] },
    Room { name: "native", may_use: &["crates/*", "components/*"] },
    // Black boxes: all they may take is the simulator's generator of traffic.
    Room { name: "tests", may_use: &["native"] },
    // In the place of Spin: it knows a manifest, and nothing of what it names.
    Room { name: "tests/wasm-host", may_use: &[] },
    // The ports' adapters for Spin, tried where they run.
    Room { name: "tests/wasm-host/guests/ports", may_use: &["crates/platform"] },
    Room { name: "tests/wasm-host/guests/*", may_use: &[] },
    Room { name: "bench", may_use: &["native", "crates/*"] },
    Room { name: "xtask", may_use: &[] },
];

/// Libraries that need a runtime, threads or C, and the rooms that may name them.
struct Restricted {
    library: &'static str,
    allowed: &'static [&'static str],
    /// Rooms that may name them for their tests alone.
    allowed_in_tests: &'static [&'static str],
}

const RESTRICTED: [Restricted; 2] = [
    Restricted {
        library: "tokio",
        allowed: &["native", "tests", "tests/wasm-host", "bench", "xtask"],
        allowed_in_tests: &["crates/store"],
    },
    Restricted {
        library: "rusqlite",
        allowed: &["native", "tests", "tests/wasm-host", "bench", "xtask"],
        allowed_in_tests: &["crates/store"],
    },
];

/// Libraries that nothing built for WebAssembly may bring along, by whatever way.
pub(super) const NATIVE_ONLY: [&str; 5] = ["tokio", "rusqlite", "libsqlite3-sys", "mio", "socket2"];

/// What is wrong with a dependency of one room on another; `None` if nothing is.
pub(super) fn room_fault(from: &str, to: &str) -> Option<String> {
    let Some(room) = ROOMS.iter().find(|room| matches(room.name, from)) else {
        return Some(format!("{from} has no row in the table of rooms"));
    };
    let allowed = from == to || room.may_use.iter().any(|pattern| matches(pattern, to));
    (!allowed).then(|| match room.may_use {
        [] => format!("{from} depends on {to}, but may depend on no other room"),
        rooms => format!("{from} depends on {to}, but may depend only on {}", rooms.join(", ")),
    })
}

/// What is wrong with a room that names a library; `None` if nothing is.
pub(super) fn library_fault(room: &str, library: &str, for_tests: bool) -> Option<String> {
    let restricted = RESTRICTED.iter().find(|restricted| restricted.library == library)?;
    let allowed =
        restricted.allowed.contains(&room) || (for_tests && restricted.allowed_in_tests.contains(&room));
    (!allowed).then(|| format!("{room} depends on {library}, which only a host may"))
}

fn matches(pattern: &str, room: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => room.strip_prefix(start).is_some_and(|rest| !rest.is_empty()),
        None => pattern == room,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_point_inwards_only() {
        for (from, to, allowed) in [
            ("crates/moderation", "crates/platform", false),
            ("crates/platform", "crates/moderation", false),
            ("crates/store", "crates/moderation", true),
            ("crates/store", "crates/access", false),
            ("crates/access", "crates/store", true),
            ("components/queue", "crates/access", true),
            ("components/queue", "components/rss", false),
            ("components/queue", "native", false),
            ("crates/store", "components/queue", false),
            ("native", "components/queue", true),
            ("native", "xtask", false),
            ("tests", "native", true),
            ("tests", "crates/store", false),
            ("tests/wasm-host", "crates/platform", false),
            ("tests/wasm-host/guests/probe", "components/queue", false),
            ("xtask", "crates/moderation", false),
        ] {
            assert_eq!(room_fault(from, to).is_none(), allowed, "{from} → {to}");
        }
    }

    #[test]
    fn a_crate_may_name_itself_and_an_unknown_room_is_a_fault() {
        assert_eq!(room_fault("crates/platform", "crates/platform"), None);
        let fault = room_fault("crates/new", "crates/platform");
        assert_eq!(fault.as_deref(), Some("crates/new has no row in the table of rooms"));
    }

    #[test]
    fn runtimes_belong_to_hosts() {
        assert_eq!(library_fault("native", "tokio", false), None);
        assert_eq!(library_fault("crates/store", "rusqlite", true), None);
        assert!(library_fault("crates/store", "rusqlite", false).is_some());
        assert!(library_fault("components/queue", "tokio", true).is_some());
        assert_eq!(library_fault("components/queue", "serde", false), None);
    }
}
