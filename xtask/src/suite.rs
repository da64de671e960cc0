//! Runs the upstream conformance suite with vitest against a server, and reads the outcomes as they arrive.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::known_failures::KnownFailures;
use crate::outcome::{Outcome, State};
use crate::tally::Tally;
use crate::{paths, process, tools};

/// The folder with the configuration of the suite.
pub fn folder() -> PathBuf {
    paths::root().join("xtask/conformance")
}

/// Runs the suite against the server at `base_url`, each request with `token` if there is one. Prints unexpected failures immediately, and a
/// line for every 50 tests.
pub fn run(base_url: &str, token: Option<&str>) -> Result<Tally> {
    let list = KnownFailures::read(&folder().join("known-failures.toml"))?;
    let mut outcomes = Vec::new();
    let status = process::run_by_line(&mut vitest(base_url, token), |line| {
        let Ok(outcome) = serde_json::from_str::<Outcome>(line) else {
            return println!("{line}");
        };
        if outcome.state == State::Failed && !list.contain(&outcome.name) {
            println!("✗ {}\n{}", outcome.name, indented(outcome.error.as_deref().unwrap_or_default()));
        }
        outcomes.push(outcome);
        if outcomes.len().is_multiple_of(50) {
            println!("  {} tests have run", outcomes.len());
        }
    })?;
    // If a test fails, vitest fails too, and the outcome explains it. Only a run without outcomes needs its status.
    ensure!(!outcomes.is_empty(), "vitest ran no test: {status}");

    let verdict = list.judge(&outcomes);
    for failure in &verdict.tally.failures {
        println!("✗ {failure}");
    }
    let skipped = outcomes.iter().filter(|outcome| outcome.state == State::Skipped).count();
    println!("  {}, {} expected failures, {skipped} skipped", verdict.tally, verdict.expected);
    Ok(verdict.tally)
}

fn vitest(base_url: &str, token: Option<&str>) -> std::process::Command {
    let mut command = tools::npm("vitest");
    command
        .args(["run", "--root"])
        .arg(folder())
        .arg("--reporter")
        .arg(folder().join("reporter.mjs"))
        .env("SERVER_URL", base_url)
        .envs(token.map(|token| ("TOKEN", token)));
    command
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
