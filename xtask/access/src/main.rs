//! `cargo xtask token`: keys, tokens and signed URLs. It uses the code of the server, so that it accepts and refuses what a server does.

mod entry;
mod explain;
mod keygen;
mod keys;
mod local;
mod mint;
mod scopes;
mod sign;
mod time;
mod url;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Make keys, tokens and signed URLs, and explain them. docs/access.md has recipes.
#[derive(Parser)]
#[command(name = "cargo xtask token", bin_name = "cargo xtask token")]
struct Cli {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a key, write it to a new file, and print its entry in the variable AUTH_KEYS.
    #[command(
        after_help = "Example: cargo xtask token keygen --id 2026-11 --issuer https://app.example.com --audience streams --out app.key"
    )]
    Keygen(keygen::Options),
    /// Print the value of the variable AUTH_KEYS for the keys in these files, without their private parts.
    #[command(after_help = "Example: cargo xtask token keys app.key | npx wrangler secret put AUTH_KEYS")]
    Keys(keys::Options),
    /// Print a new token.
    #[command(
        after_help = "Example: cargo xtask token mint --key app.key --sub alice --read chat/ --append chat/42 --expires 1h"
    )]
    Mint(mint::Options),
    /// Print a signed URL, with which anyone can read the stream.
    #[command(
        after_help = "Example: cargo xtask token sign https://streams.example.com/v1/stream/chat/42 --key app.key --expires 10m"
    )]
    Sign(sign::Options),
    /// Print what a token or a signed URL permits, until when, and why a server refuses it. Fails if it is refused.
    #[command(after_help = "Example: cargo xtask token explain TOKEN --keys app.key")]
    Explain(explain::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().action {
        Action::Keygen(options) => keygen::run(&options),
        Action::Keys(options) => keys::run(&options),
        Action::Mint(options) => mint::run(&options),
        Action::Sign(options) => sign::run(&options),
        Action::Explain(options) => return ended(explain::run(&options)),
    };
    ended(done.map(|()| ExitCode::SUCCESS))
}

fn ended(result: Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory as _;

    #[test]
    fn every_example_can_be_parsed() {
        for action in Cli::command().get_subcommands().filter(|action| action.get_name() != "help") {
            let example = action.get_after_help().expect("each has an example").to_string();
            let command = example.strip_prefix("Example: cargo xtask ").expect("an example").split(" | ").next();
            if let Err(error) =
                Cli::command().try_get_matches_from(command.into_iter().flat_map(|text| text.split(' ')))
            {
                panic!("{example}: {error}");
            }
        }
    }
}
