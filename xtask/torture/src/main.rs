//! The clients by themselves. `cargo xtask torture` starts the server, and kills it when it is told so.

use std::process::ExitCode;

use anyhow::Result;
use bench::client::Site;
use clap::Parser;
use torture::bucket;
use torture::round::Round;

/// Uses a server that is killed meanwhile, and checks what it was told against what is there in the end.
#[derive(Parser)]
#[command(name = "torture")]
struct Options {
    /// Where the server is.
    #[arg(long)]
    url: Site,
    /// How often it is killed.
    #[arg(long)]
    kills: u32,
    /// Decides what the clients do, and after how many appends the server is killed.
    #[arg(long)]
    seed: u64,
}

/// Kills of one round, after which everything is read and checked.
const ROUND: u32 = 10;
/// Findings that are shown of one round.
const SHOWN: usize = 10;

fn main() -> ExitCode {
    let options = Options::parse();
    match play(&options) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(findings) => {
            eprintln!("torture: {findings} violations with --seed {}", options.seed);
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error:#}, with --seed {}", options.seed);
            ExitCode::FAILURE
        }
    }
}

/// Plays rounds until there have been enough kills. Returns how much was found.
fn play(options: &Options) -> Result<usize> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut found = 0;
    let rounds = options.kills.div_ceil(ROUND);
    for number in 0..rounds {
        let round = Round {
            site: options.url.clone(),
            name: format!("torture-{number}"),
            seed: options.seed.wrapping_add(u64::from(number)),
            kills: ROUND.min(options.kills - number * ROUND),
        };
        let outcome = tokio::task::LocalSet::new().block_on(&runtime, round.play())?;
        eprintln!("round {}/{rounds}: {} kills, {}", number + 1, round.kills, outcome.tally);
        for finding in outcome.findings.iter().take(SHOWN) {
            eprintln!("✗ {finding}");
        }
        found += outcome.findings.len();
    }
    let swept = runtime.block_on(bucket::swept(&options.url))?;
    eprintln!("the bucket holds {} objects, and each is named by a row", swept);
    Ok(found)
}
