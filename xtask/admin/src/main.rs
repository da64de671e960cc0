//! `cargo xtask admin` and `cargo xtask restore`: what operators do with the streams of a deployment.

mod delete;
mod progress;
mod restore;
mod server;
mod stream;
mod usage;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use std::process::ExitCode;

/// Operate the streams of a deployment. docs/runbooks.md has the steps for emergencies.
#[derive(Parser)]
#[command(name = "cargo xtask admin", bin_name = "cargo xtask admin")]
struct Cli {
    #[command(subcommand)]
    action: Action,
}

/// Where the requests go, and what is printed.
#[derive(Args, Clone)]
struct Target {
    /// URL of the Worker without a path. Requests contain the token in AUTH_TOKEN, if it is set.
    #[arg(long, value_name = "URL")]
    url: String,
    /// Print one JSON object in each line.
    #[arg(long)]
    json: bool,
}

/// Streams of a deployment.
#[derive(Args, Clone)]
struct Streams {
    #[command(flatten)]
    target: Target,
    /// Streams: the parts of their URLs after /v1/stream/.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
}

#[derive(Subcommand)]
enum Action {
    /// Describe what is stored of streams, and their Durable Objects.
    #[command(after_help = "Example: cargo xtask admin describe --url https://streams.example.com orders/2026")]
    Describe(Streams),
    /// Move the data of streams to R2 that should move.
    #[command(after_help = "Example: cargo xtask admin compact --url https://streams.example.com orders/2026")]
    Compact(stream::Change),
    /// Discard what the Durable Objects of streams have in memory.
    #[command(after_help = "Example: cargo xtask admin forget --url https://streams.example.com orders/2026")]
    Forget(stream::Change),
    /// Read everything that is stored of streams, and list what is damaged. Fails if anything is.
    #[command(after_help = "Example: cargo xtask admin verify --url https://streams.example.com orders/2026")]
    Verify(stream::Verify),
    /// Delete all streams whose paths begin with a prefix, except those that are created meanwhile.
    #[command(after_help = "Example: cargo xtask admin delete --url https://streams.example.com --dry-run users/7/")]
    Delete(delete::Options),
    /// Print the number and the size of streams by the first segment of their paths.
    #[command(after_help = "Example: cargo xtask admin usage --url https://streams.example.com")]
    Usage(usage::Options),
    /// Rebuild streams from R2 after D1 lost or rolled back their rows.
    #[command(after_help = "Example: cargo xtask admin restore --url https://streams.example.com orders/2026")]
    Restore(restore::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().action) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether everything is as it should be.
fn run(action: Action) -> Result<bool> {
    match action {
        Action::Describe(streams) => stream::describe(&streams),
        Action::Compact(change) => stream::compact(&change),
        Action::Forget(change) => stream::forget(&change),
        Action::Verify(options) => stream::verify(&options),
        Action::Delete(options) => delete::run(&options),
        Action::Usage(options) => usage::run(&options),
        Action::Restore(options) => restore::run(&options),
    }
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory as _;

    #[test]
    fn every_example_can_be_parsed() {
        for action in Cli::command().get_subcommands().filter(|action| action.get_name() != "help") {
            let example = action.get_after_help().expect("each has an example").to_string();
            let command = example.strip_prefix("Example: cargo xtask ").expect("an example");
            if let Err(error) = Cli::command().try_get_matches_from(command.split(' ')) {
                panic!("{example}: {error}");
            }
        }
    }
}
