//! `cargo xtask bench`: starts the servers to measure, and then the load generator in xtask/bench.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};
use token::{Algorithm, SigningKey};

use crate::config::Wrangler;
use crate::progress::step;
use crate::serve::Worker;
use crate::server::{Server, local_address};
use crate::{build, migrations, paths, process, tools};

#[derive(Args)]
pub struct Options {
    /// Another Durable Streams server on this machine, with the path prefix of its streams unless that is /v1/stream.
    /// May be repeated.
    #[arg(long = "target", value_name = "NAME=URL")]
    targets: Vec<String>,
    /// Number of rounds; each measures every scenario.
    #[arg(long, value_name = "N", default_value = "5")]
    rounds: String,
    /// Seconds for each scenario on each server in each round.
    #[arg(long, value_name = "N", default_value = "4")]
    seconds: String,
    /// Run only these scenarios, separated by commas, and those of the no-op Durable Object.
    #[arg(long, value_name = "SCENARIO")]
    only: Option<String>,
    /// Directory for the report and its plots: by default docs/benchmarks, or none with --only.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub fn run(options: &Options) -> Result<()> {
    let only: Vec<_> = options.only.iter().flat_map(|only| ["--only", only]).collect();
    // First, because it rejects unknown scenarios.
    let plan = plan(&only)?;
    eprintln!("no-op Worker built for comparison: {}", build::worker(&noop())?);
    eprintln!("{}", build::run()?);

    let state = tempfile::tempdir().context("no folder for the servers' state")?;
    let keys = keys()?;
    let file = state.path().join("keys.json");
    fs::write(&file, entries(&keys, |key| key.jwk().clone()).to_string())?;
    let mut servers = Vec::new();
    let mut generator = load_generator();
    generator.arg("--keys").arg(&file);
    for name in &plan {
        eprintln!("bench: starting {name}");
        let server = start(name, &state.path().join(name), &keys)?;
        generator.arg("--target").arg(format!("{name}={}", server.url()));
        servers.push(server);
    }
    for target in &options.targets {
        generator.args(["--target", target]);
    }
    generator.args(["--rounds", &options.rounds, "--seconds", &options.seconds]).args(only);
    let everything = options.only.is_none().then(|| paths::root().join("docs/benchmarks"));
    if let Some(folder) = options.out.clone().or(everything) {
        generator.arg("--out").arg(folder);
    }
    process::run(&mut generator)
}

fn load_generator() -> Command {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--profile", "load", "--package", "bench", "--"]).current_dir(paths::root());
    command
}

fn plan(only: &[&str]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut command = load_generator();
    command.arg("--plan").args(only);
    let status = process::run_by_line(&mut command, |name| names.push(name.to_owned()))?;
    process::succeeded(&command, status)?;
    Ok(names)
}

/// Starts one of the project's own servers, by its name in the load generator.
fn start(name: &str, state: &Path, keys: &[SigningKey]) -> Result<Server> {
    fs::create_dir(state)?;
    let mut worker = Worker::of(paths::app())?;
    let mut set = |name: &str, value: &str| drop(worker.config.vars.insert(name.into(), value.into()));
    match name {
        "noop@plain" | "noop@fresh" => worker = Worker::of(noop())?,
        "ours@plain" | "ours@fresh" => {}
        "ours@forgetful" => {
            set("TEST_FORGETFUL", "true");
            ["LIMIT_HOT", "LIMIT_SNAPSHOT"].into_iter().for_each(|limit| set(limit, "1024 MiB"));
            set("LIMIT_HOT_ROWS", "1000000");
        }
        "ours@cold" => set("TEST_FORGETFUL", "true"),
        "ours@compacting" => {
            set("LIMIT_HOT", "256 KiB");
            set("LIMIT_MERGE", "4");
        }
        "ours@roomy" => set("LIMIT_TAIL_CACHE", "8 MiB"),
        "ours@guarded" => {
            set("AUTH_KEYS", &entries(keys, SigningKey::verifying_jwk).to_string());
            // Miniflare's limiter is a Durable Object over SQLite: its costs are not those of Cloudflare's.
            worker.config.ratelimits.clear();
        }
        "ours@sharded" => worker.config = worker.config.sharded(4, &state.join("wrangler.toml"))?,
        "ours@listed" => {
            worker.config = worker.config.sharded(4, &state.join("wrangler.toml"))?;
            seed(&worker.config, state)?;
        }
        _ => {
            let delay_ms = name.strip_prefix("ours@").and_then(|variant| variant.strip_suffix("ms"));
            set("TEST_D1_DELAY_MS", delay_ms.with_context(|| format!("unknown server {name}"))?);
            worker.wrapper = Some(include_str!("../bench/delayed.mjs"));
        }
    }
    worker.start(local_address(0)?, state)
}

/// Puts streams into the databases, to be listed.
fn seed(config: &Wrangler, state: &Path) -> Result<()> {
    migrations::apply(config, state)?;
    let databases: Vec<_> = config.d1_databases.iter().map(|database| &database.database_id).collect();
    let argument = json!({ "persist": state.join("v3"), "databases": databases });
    let script = paths::root().join("xtask/bench/seed.mjs");
    step("adding 100,000 streams", "5 s", || {
        process::run_quietly(tools::npm("node").arg(script).arg(argument.to_string()))
    })
}

/// New keys, for each algorithm that is measured.
fn keys() -> Result<Vec<SigningKey>> {
    let measured = [Algorithm::Hs256, Algorithm::EdDsa, Algorithm::Es256];
    Ok(measured
        .map(|algorithm| SigningKey::generate(algorithm, algorithm.name()))
        .into_iter()
        .collect::<Result<_, _>>()?)
}

/// The keys as entries of AUTH_KEYS.
fn entries(keys: &[SigningKey], jwk: impl Fn(&SigningKey) -> Value) -> Value {
    keys.iter().map(|key| json!({ "issuer": "bench", "audience": "bench", "jwk": jwk(key) })).collect()
}

fn noop() -> PathBuf {
    paths::root().join("xtask/noop")
}
