//! What the server says on standard output once it serves.

use std::fmt;

/// The words, ready to be printed.
#[derive(Debug, Clone)]
pub struct Banner<'a> {
    /// Where it serves, e.g. `http://127.0.0.1:5000`.
    pub url: &'a str,
    /// Whether anybody may log in as anybody.
    pub dev_mode: bool,
    /// How this program is run, e.g. `cargo run --release --`.
    pub command: &'a str,
    /// Whether the terminal takes colours.
    pub colours: bool,
}

/// Where the simulator posts unless it is told otherwise.
const USUAL_URL: &str = "http://127.0.0.1:5000";

impl fmt::Display for Banner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, command, .. } = self;
        let version = env!("CARGO_PKG_VERSION");
        if !self.dev_mode {
            return writeln!(f, "chatstream {version} serves on {url}");
        }
        let (bold, dim, plain) = if self.colours { ("\x1b[1m", "\x1b[2m", "\x1b[0m") } else { ("", "", "") };
        let elsewhere = if *url == USUAL_URL { String::new() } else { format!(" --url {url}") };
        writeln!(f)?;
        writeln!(
            f,
            "  {bold}chatstream {version}{plain} {dim}in development mode: no password needed{plain}"
        )?;
        writeln!(f)?;
        let next = "/dev-login?username=Developer&central_id=1&next=/channel/demo/queue";
        for (label, text) in [
            ("Queue", format!("{url}{next}")),
            ("Feed", format!("{url}/rss/demo")),
            ("Traffic", format!("{command} simulate --channel demo --rate 60{elsewhere}")),
        ] {
            writeln!(f, "  {dim}{label:<9}{plain}{text}")?;
        }
        writeln!(f)?;
        writeln!(f, "  {dim}Ctrl-C ends it.{plain}")?;
        writeln!(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Banner;

    const BANNER: Banner<'_> = Banner {
        url: "http://127.0.0.1:5000",
        dev_mode: true,
        command: "cargo run --release --",
        colours: false,
    };

    #[test]
    fn a_newcomer_finds_three_things_to_do() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            BANNER.to_string(),
            format!(
                "
  chatstream {version} in development mode: no password needed

  Queue    http://127.0.0.1:5000/dev-login?username=Developer&central_id=1&next=/channel/demo/queue
  Feed     http://127.0.0.1:5000/rss/demo
  Traffic  cargo run --release -- simulate --channel demo --rate 60

  Ctrl-C ends it.

"
            )
        );
    }

    #[test]
    fn another_port_is_passed_to_the_simulator() {
        let text = Banner { url: "http://127.0.0.1:8080", ..BANNER }.to_string();
        assert!(text.contains("--rate 60 --url http://127.0.0.1:8080\n"), "{text}");
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        assert!(!BANNER.to_string().contains('\x1b'));
        assert!(Banner { colours: true, ..BANNER }.to_string().contains("\x1b[1m"));
    }

    #[test]
    fn outside_development_it_is_one_line_with_the_address() {
        let text = Banner { dev_mode: false, colours: true, ..BANNER }.to_string();
        assert_eq!(
            text,
            format!("chatstream {} serves on http://127.0.0.1:5000\n", env!("CARGO_PKG_VERSION"))
        );
    }
}
