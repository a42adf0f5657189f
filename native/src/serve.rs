//! The subcommands `serve` and `migrate`.

use std::{
    io::{ErrorKind, IsTerminal as _, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use platform::clock::Clock as _;
use tokio::net::TcpListener;

use crate::{
    banner::Banner,
    cli::{MigrateArguments, ServeArguments},
    clock::NativeClock,
    configuration::{self, HostConfiguration, Sources},
    failure::{Failure, with_causes},
    host::{self, NativeHost},
    server,
    signals::Signals,
    sqlite::SqliteDatabase,
    wakeups::NativeWakeups,
};

/// How long what is under way may take once the server has been asked to end.
const GRACE: Duration = Duration::from_secs(10);

/// How often expired key-values are swept.
const SWEEP: Duration = Duration::from_hours(1);

/// How often somebody looks whether there are chores.
const CHORES: Duration = Duration::from_mins(1);

/// Serves until a signal asks for the end. Fails only if it cannot begin.
pub async fn serve(sources: &Sources, flags: &ServeArguments) -> Result<(), Failure> {
    configuration::start_logging(sources)?;
    let configuration = HostConfiguration::read(sources, flags)?;
    let mut signals = Signals::listen()?;
    crate::limits::raise();
    let (listener, address) = listen(configuration.listen).await?;
    let settings = configuration::read_settings(sources, flags.dev, address)?;
    let (url, dev_mode) = (site_url(address), settings.dev_mode);

    let wakeups = NativeWakeups::new();
    let (database, applied) = host::open_database(&configuration.database, &wakeups).await?;
    if !applied.is_empty() {
        tracing::info!(?applied, "the database was brought up to this version");
    }
    if dev_mode {
        tracing::warn!("development mode: anybody on this machine can log in as anybody");
        ensure_demo(&database).await?;
    }
    let retention_days = settings.retention_days;
    let host = NativeHost::new(database, wakeups, settings)?;
    let router = server::router(&host);
    tracing::info!(%address, dev_mode, version = env!("CARGO_PKG_VERSION"), "serving");
    let command = configuration::own_command(sources);
    let colours = std::io::stdout().is_terminal() && sources.value("NO_COLOR")?.is_none();
    say(&Banner { url: &url, dev_mode, command: &command, colours });

    let sweeping = tokio::spawn(sweep(host.clone()));
    let doing_chores = tokio::spawn(do_chores(host.clone(), retention_days));
    let connections = server::serve(listener, router, signals.next()).await;
    tracing::info!("ending: nobody else can connect; finishing what is under way");
    signals.exit_on_next();
    sweeping.abort();
    doing_chores.abort();
    host.close_streams();
    if !connections.finish(GRACE).await {
        tracing::warn!("some requests were not finished in time");
    }
    host.close().await;
    tracing::info!("ended");
    Ok(())
}

/// Brings the database up to this version and says what it did.
pub async fn migrate(sources: &Sources, flags: &MigrateArguments) -> Result<(), Failure> {
    configuration::start_logging(sources)?;
    let path = configuration::database_file(sources, flags.database_url.as_deref())?;
    let (database, applied) = host::open_database(&path, &NativeWakeups::new()).await?;
    database.close().await;
    let path = path.display();
    if applied.is_empty() {
        say(&format_args!("{path} is up to date.\n"));
    }
    for name in applied {
        say(&format_args!("{path}: applied {name}.\n"));
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let bound = async {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok::<_, std::io::Error>((listener, address))
    };
    bound.await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Failure::new(
            format!("something else listens on {address}"),
            "stop it, or listen elsewhere, e.g. --listen 127.0.0.1:5001",
        ),
        ErrorKind::PermissionDenied => Failure::new(
            format!("this user may not listen on {address}"),
            "choose a port above 1023, e.g. --listen 127.0.0.1:5000",
        ),
        ErrorKind::AddrNotAvailable => Failure::new(
            format!("{} is not an address of this machine", address.ip()),
            "listen on one that is, e.g. --listen 127.0.0.1:5000",
        ),
        _ => Failure::new(
            format!("nothing can listen on {address} ({error})"),
            "listen elsewhere, e.g. --listen 127.0.0.1:5000",
        ),
    })
}

/// Where a browser on this machine finds the site.
fn site_url(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => format!("http://127.0.0.1:{}", address.port()),
        ip if ip.is_unspecified() => format!("http://[::1]:{}", address.port()),
        _ => format!("http://{address}"),
    }
}

/// Makes sure that there is a channel to try things with.
async fn ensure_demo(database: &SqliteDatabase) -> Result<(), Failure> {
    store::channels::ensure_demo(database, NativeClock.now()).await.map_err(|error| {
        Failure::new(
            format!("the demo channel cannot be made ({})", with_causes(&error)),
            "mend the cause, or switch development mode off with DEV_MODE=off",
        )
    })
}

async fn sweep(host: NativeHost) {
    let mut hours = tokio::time::interval(SWEEP);
    loop {
        hours.tick().await;
        host.sweep().await;
    }
}

async fn do_chores(host: NativeHost, retention_days: u32) {
    let mut minutes = tokio::time::interval(CHORES);
    loop {
        minutes.tick().await;
        host.do_chores(retention_days).await;
    }
}

/// Prints to standard output. Whoever closed it does not want to hear it.
fn say(words: &impl std::fmt::Display) {
    let mut output = std::io::stdout().lock();
    write!(output, "{words}").and_then(|()| output.flush()).unwrap_or_default();
}
