//! A WebAssembly host for tests, with the part of Spin's command line that they use.

use std::{env, io::Write as _, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use chatstream_wasm_host::{
    application::{Application, Settings},
    cli::{Arguments, Command, UpArguments},
    database::Likeness,
    server, variables,
};
use clap::Parser as _;
use tokio::{
    net::TcpListener,
    runtime::Builder,
    signal::unix::{Signal, SignalKind, signal},
};

/// How long threads that still wait for a database are waited for.
const LAST_WORK: Duration = Duration::from_secs(1);

fn main() -> Result<()> {
    let Command::Up(arguments) = Arguments::parse().command;
    let settings = settings(&arguments)?;
    let application = Application::start(&settings)?;
    let runtime = Builder::new_multi_thread().enable_all().build().context("no threads can be started")?;
    let result = runtime.block_on(up(application, &arguments));
    runtime.shutdown_timeout(LAST_WORK);
    result
}

fn settings(arguments: &UpArguments) -> Result<Settings> {
    let folder =
        if arguments.from.is_dir() { Some(arguments.from.as_path()) } else { arguments.from.parent() };
    let beside_manifest = || folder.map(|folder| folder.join(".spin")).unwrap_or_default();
    Ok(Settings {
        manifest: arguments.from.clone(),
        state: arguments.state_dir.clone().unwrap_or_else(beside_manifest),
        cache: arguments.cache_dir.clone().map_or_else(beside_program, Ok)?,
        variables: arguments.variables.iter().cloned().collect(),
        environment: variables::from_environment(env::vars_os()),
        limits: arguments.limits(),
        shows_counts: arguments.count_statements,
        likeness: if arguments.like_libsql { Likeness::LibSql } else { Likeness::File },
    })
}

fn beside_program() -> Result<PathBuf> {
    let program = env::current_exe().context("this program does not know where it is")?;
    Ok(program.with_file_name("wasm-host-cache"))
}

async fn up(application: Application, arguments: &UpArguments) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be listened to")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be listened to")?;
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", arguments.listen))?;
    let address = listener.local_addr().context("the socket has no address")?;
    announce(&application, &format!("http://{address}"))?;
    let stop = async move { either(&mut terminate, &mut interrupt).await };
    server::serve(Arc::new(application), listener, stop).await;
    Ok(())
}

fn announce(application: &Application, base: &str) -> Result<()> {
    let mut lines = vec![String::new(), format!("Serving {base}"), "Available Routes:".to_owned()];
    for (route, description) in application.describe() {
        let (component, path) = route.split_once(": ").unwrap_or_default();
        lines.push(format!("  {component}: {base}{path}"));
        if !description.is_empty() {
            lines.push(format!("    {description}"));
        }
    }
    let text = lines.join("\n") + "\n";
    std::io::stdout().write_all(text.as_bytes()).context("standard output is closed")
}

async fn either(one: &mut Signal, other: &mut Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}
