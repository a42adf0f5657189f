//! The chatstream server for Toolforge and for a laptop.

use std::process::ExitCode;

use chatstream::{
    cli::{Arguments, Command, SimulateArguments},
    clock::NativeClock,
    configuration::Sources,
    failure::{EXIT_STATUS, Failure},
    serve,
    signals::Signals,
    simulate,
};
use clap::Parser as _;
use tokio::runtime::{Builder, Runtime};

fn main() -> ExitCode {
    run(Arguments::parse()).unwrap_or_else(|failure| {
        eprintln!("chatstream: {failure}");
        ExitCode::from(EXIT_STATUS)
    })
}

fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let sources = Sources::of_this_process();
    match arguments.command.unwrap_or(Command::Serve(arguments.serve)) {
        Command::Serve(flags) => {
            runtime(&mut Builder::new_multi_thread())?.block_on(serve::serve(&sources, &flags))?;
        }
        Command::Migrate(flags) => {
            runtime(&mut Builder::new_current_thread())?.block_on(serve::migrate(&sources, &flags))?;
        }
        // On one thread: whoever measures a server wants the other processors for the server.
        Command::Simulate(flags) => {
            return runtime(&mut Builder::new_current_thread())?.block_on(simulate(&flags));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn runtime(builder: &mut Builder) -> Result<Runtime, Failure> {
    builder.enable_all().build().map_err(|error| {
        Failure::new(format!("no threads can be started ({error})"), "raise the limits of this process")
    })
}

async fn simulate(flags: &SimulateArguments) -> Result<ExitCode, Failure> {
    let mut signals = Signals::listen()?;
    let tally = simulate::run(flags, &NativeClock, async move {
        signals.next().await;
        signals.exit_on_next();
    })
    .await?;
    Ok(if tally.refused() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
