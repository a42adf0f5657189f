//! The command line.

use std::num::NonZeroU64;

use clap::{Args, Parser, Subcommand};

/// Moderates the live chat of Eventyay conference streams.
#[derive(Debug, Parser)]
#[command(
    name = "chatstream",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Without a command it serves. Settings come from files in /etc/passwords, else from the \
                  environment (LISTEN or PORT, DATABASE_URL, DEV_MODE, SUPERADMINS, OAUTH_CLIENT_ID, \
                  OAUTH_CLIENT_SECRET, OAUTH_REDIRECT_URI, SECRET_KEY, MEDIAWIKI_URL, PUBLIC_URL, \
                  RETENTION_DAYS, LOG_FORMAT, RUST_LOG); flags win."
)]
pub struct Arguments {
    /// What to do; serving, if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to serve.
    #[command(flatten)]
    pub serve: ServeArguments,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server (the default)
    Serve(ServeArguments),
    /// Post realistic chat traffic to a server
    #[command(
        after_help = "Exit status: 0 if every message was answered 200, 1 if not, 2 if it could not start."
    )]
    Simulate(SimulateArguments),
    /// Bring the database up to this version, and end
    Migrate(MigrateArguments),
}

/// The flags of `serve`.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArguments {
    /// Where to listen [default: 127.0.0.1:5000, or 0.0.0.0:$PORT]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Where the data is kept [default: sqlite:data/chatstream.db]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Development mode: anybody who can connect may log in as anybody (on loopback only)
    #[arg(long)]
    pub dev: bool,
}

/// The flags of `migrate`.
#[derive(Debug, Clone, Default, Args)]
pub struct MigrateArguments {
    /// Where the data is kept [default: sqlite:data/chatstream.db]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
}

/// The flags of `simulate`.
#[derive(Debug, Clone, Args)]
pub struct SimulateArguments {
    /// The channel to post to
    #[arg(long, default_value = "demo")]
    pub channel: String,
    /// Messages a minute
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=600_000))]
    pub rate: u32,
    /// End after this many messages [default: go on until Ctrl-C]
    #[arg(long, value_name = "N")]
    pub count: Option<NonZeroU64>,
    /// Write the same messages as an earlier run [default: others every time]
    #[arg(long)]
    pub seed: Option<u64>,
    /// The server's address
    #[arg(long, default_value = "http://127.0.0.1:5000")]
    pub url: String,
    /// The channel's webhook secret [default: a server in development mode is asked for it]
    #[arg(long)]
    pub secret: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn serving_is_what_happens_without_a_command() {
        let arguments = parse("chatstream --listen 127.0.0.1:1 --dev").unwrap();
        assert!(arguments.command.is_none() && arguments.serve.dev);
        assert!(
            matches!(parse("chatstream serve --dev").unwrap().command, Some(Command::Serve(serve)) if serve.dev)
        );
    }

    #[test]
    fn the_rate_has_limits() {
        assert!(parse("chatstream simulate --rate 600000").is_ok());
        for rate in ["0", "600001", "many"] {
            assert_eq!(parse(&format!("chatstream simulate --rate {rate}")).unwrap_err().exit_code(), 2);
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for line in ["chatstream --nonsense", "chatstream fly", "chatstream simulate --dev"] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
