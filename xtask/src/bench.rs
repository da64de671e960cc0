//! `cargo xtask bench`: starts the servers to measure, and then the load generator in xtask/bench.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
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
    /// The same, and how to start it: a shell command for a server on 127.0.0.1:$PORT that keeps its data in the directory
    /// $DIR. It is started once for most scenarios, and again for those that need a server of their own or restart it. May be repeated.
    #[arg(long = "start", value_name = "NAME[/PREFIX]=COMMAND", value_parser = Other::parse)]
    others: Vec<Other>,
    /// Description of a server with its version, for the report. May be repeated.
    #[arg(long = "describe", value_name = "NAME=TEXT")]
    descriptions: Vec<String>,
    /// Where our server has its log. With both, both are measured.
    #[arg(long = "log", value_name = "LOG", value_enum, value_delimiter = ',', default_value = "d1")]
    logs: Vec<Log>,
    /// Number of rounds; each measures every scenario.
    #[arg(long, value_name = "N", default_value = "5")]
    rounds: String,
    /// Seconds for each scenario on each server in each round.
    #[arg(long, value_name = "N", default_value = "4")]
    seconds: String,
    /// Run only these scenarios, separated by commas, and those of the no-op Durable Object that they are compared with.
    #[arg(long, value_name = "SCENARIO")]
    only: Option<String>,
    /// Directory for the report and its plots: by default docs/benchmarks, or none with --only.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Where our server has its log.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Log {
    D1,
    Object,
}

impl Log {
    /// The value of the Worker's variable HOT_LOG.
    fn value(self) -> &'static str {
        match self {
            Self::D1 => "d1",
            Self::Object => "object",
        }
    }

    /// The name of our server with this log, for the load generator.
    fn server(self) -> &'static str {
        match self {
            Self::D1 => "ours",
            Self::Object => "ours-object",
        }
    }

    /// Whether a variant of our server is something else with this log.
    fn is_concerned(self, variant: &str) -> bool {
        self == Self::D1 || !variant.ends_with("ms")
    }
}

pub fn run(options: &Options) -> Result<()> {
    let only: Vec<_> = options.only.iter().flat_map(|only| ["--only", only]).collect();
    // First, because it rejects unknown scenarios.
    let plan = plan(&only)?;
    eprintln!("no-op Worker built for comparison: {}", build::worker(&noop())?);
    eprintln!("{}", build::run()?);

    let variants = |kind: &'static str| {
        let of = move |(other, variant): &(String, String)| (other == kind).then(|| variant.clone());
        plan.iter().filter_map(of)
    };
    let state = tempfile::tempdir().context("no folder for the servers' state")?;
    let keys = keys()?;
    let file = state.path().join("keys.json");
    fs::write(&file, entries(&keys, |key| key.jwk().clone()).to_string())?;
    let mut servers = Vec::new();
    let mut generator = load_generator();
    generator.arg("--keys").arg(&file);
    let mut add = |name: &str, url: &dyn Fn(&Server) -> String, start: &dyn Fn(&Path) -> Result<Server>| {
        eprintln!("bench: starting {name}");
        let folder = state.path().join(name);
        fs::create_dir(&folder)?;
        let server = start(&folder).with_context(|| format!("cannot start {name}"))?;
        generator.arg("--target").arg(format!("{name}={}", url(&server)));
        servers.push(server);
        anyhow::Ok(())
    };
    for variant in variants("noop") {
        add(&format!("noop@{variant}"), &Server::url, &|folder| Worker::of(noop())?.start(local_address(0)?, folder))?;
    }
    for log in &options.logs {
        for variant in variants("ours").filter(|variant| log.is_concerned(variant)) {
            let name = format!("{}@{variant}", log.server());
            add(&name, &Server::url, &|folder| {
                worker(&variant, *log, folder, &keys)?.start(local_address(0)?, folder)
            })?;
        }
    }
    for other in &options.others {
        for variant in variants("other") {
            let url = |server: &Server| format!("{}{}", server.url(), other.prefix);
            add(&format!("{}@{variant}", other.name), &url, &|folder| other.start(&variant, folder))?;
        }
    }
    for target in &options.targets {
        generator.args(["--target", target]);
    }
    for description in &options.descriptions {
        generator.args(["--describe", description]);
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

/// The servers that scenarios need: kinds and variants.
fn plan(only: &[&str]) -> Result<Vec<(String, String)>> {
    let mut servers = Vec::new();
    let mut command = load_generator();
    command.arg("--plan").args(only);
    let parse = |line: &str| line.split_once('@').map(|(kind, variant)| (kind.to_owned(), variant.to_owned()));
    let status = process::run_by_line(&mut command, |line| servers.extend(parse(line)))?;
    process::succeeded(&command, status)?;
    Ok(servers)
}

/// Our server, configured for some scenarios.
fn worker(variant: &str, log: Log, state: &Path, keys: &[SigningKey]) -> Result<Worker> {
    let mut worker = Worker::of(paths::app())?;
    if variant == "sharded" || variant == "listed" {
        worker.config = worker.config.sharded(4, &state.join("wrangler.toml"))?;
    }
    let mut set = |name: &str, value: &str| drop(worker.config.vars.insert(name.into(), value.into()));
    if log != Log::D1 {
        set("HOT_LOG", log.value());
    }
    match variant {
        "plain" | "sharded" => {}
        "restarted" => worker.crashes = true,
        "forgetful" => {
            set("TEST_FORGETFUL", "true");
            ["LIMIT_HOT", "LIMIT_SNAPSHOT"].into_iter().for_each(|limit| set(limit, "1024 MiB"));
            set("LIMIT_HOT_ROWS", "1000000");
        }
        "cold" => set("TEST_FORGETFUL", "true"),
        "compacting" => {
            set("LIMIT_HOT", "256 KiB");
            set("LIMIT_MERGE", "4");
        }
        "moving" => set("LIMIT_HOT_ROWS", "1000000"),
        "roomy" => set("LIMIT_TAIL_CACHE", "8 MiB"),
        "guarded" => {
            set("AUTH_KEYS", &entries(keys, SigningKey::verifying_jwk).to_string());
            // Miniflare's limiter is a Durable Object over SQLite: its costs are not those of Cloudflare's.
            worker.config.ratelimits.clear();
        }
        "listed" => seed(&worker.config, state)?,
        fresh if fresh.starts_with("fresh-") => {}
        distant => {
            let delay_ms = distant.strip_suffix("ms").with_context(|| format!("unknown variant {variant}"))?;
            set("TEST_D1_DELAY_MS", delay_ms);
            worker.wrapper = Some(include_str!("../bench/delayed.mjs"));
        }
    }
    Ok(worker)
}

/// A server of others, and how to start it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Other {
    name: String,
    /// With a slash at its beginning, or empty.
    prefix: String,
    command: String,
}

impl Other {
    /// Parses `NAME=COMMAND` or `NAME/PREFIX=COMMAND`.
    fn parse(text: &str) -> Result<Self, String> {
        let (server, command) = text.split_once('=').ok_or("expected NAME=COMMAND or NAME/PREFIX=COMMAND")?;
        let (name, prefix) = server.split_at(server.find('/').unwrap_or(server.len()));
        if name.is_empty() || name.contains('@') || command.trim().is_empty() {
            return Err("expected NAME=COMMAND or NAME/PREFIX=COMMAND, without @ in the name".into());
        }
        if ["noop", "ours", "ours-object"].contains(&name) {
            return Err(format!("{name} is the name of a server of this project"));
        }
        Ok(Self { name: name.into(), prefix: prefix.into(), command: command.into() })
    }

    fn start(&self, variant: &str, folder: &Path) -> Result<Server> {
        let address = local_address(0)?;
        let mut command = Command::new("sh");
        command.arg("-c").arg(self.script(variant)).env("PORT", address.port().to_string()).env("DIR", folder);
        Server::start(&mut command, address)
    }

    /// A server that is to be restarted starts again whenever it ends.
    fn script(&self, variant: &str) -> String {
        match variant {
            "restarted" => format!("while :; do ( {} ) ; sleep 0.1; done", self.command),
            _ => self.command.clone(),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_servers_have_a_name_a_command_and_perhaps_a_prefix() {
        let other = |name: &str, prefix: &str, command: &str| {
            Ok(Other { name: name.into(), prefix: prefix.into(), command: command.into() })
        };
        assert_eq!(Other::parse("E=server --port $PORT --a=b"), other("E", "", "server --port $PORT --a=b"));
        assert_eq!(Other::parse("S/streams/v1=node s.mjs"), other("S", "/streams/v1", "node s.mjs"));
        for text in ["", "E", "=server", "E=", "E= ", "/v1=server", "E@fresh-1=server", "ours=server", "noop/x=server"]
        {
            assert!(Other::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_variant_of_our_server_can_be_configured() -> Result<()> {
        let keys = keys()?;
        let state = tempfile::tempdir()?;
        let variants = "plain forgetful cold compacting moving roomy sharded restarted guarded fresh-1 fresh-2 10ms";
        for variant in variants.split(' ') {
            let worker = worker(variant, Log::Object, state.path(), &keys).with_context(|| variant.to_owned())?;
            assert_eq!(worker.config.vars["HOT_LOG"], "object", "{variant}");
        }
        assert_eq!(worker("10ms", Log::D1, state.path(), &keys)?.config.vars["TEST_D1_DELAY_MS"], "10");
        assert!(worker("far", Log::D1, state.path(), &keys).is_err());
        assert!(Log::D1.is_concerned("10ms") && !Log::Object.is_concerned("10ms") && Log::Object.is_concerned("plain"));
        Ok(())
    }

    #[test]
    fn a_server_that_is_restarted_starts_again() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let serve = "import http.server, os; http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), http.server.SimpleHTTPRequestHandler).handle_request()";
        let other = Other::parse(&format!("E=echo x >> $DIR/starts; exec python3 -c \"{serve}\""))
            .map_err(anyhow::Error::msg)?;
        // Each process answers one request: the first one is that of whoever waits for the server.
        let server = other.start("restarted", folder.path())?;
        let starts = || fs::read_to_string(folder.path().join("starts")).unwrap_or_default().len() / 2;
        let patience = std::time::Instant::now();
        while starts() < 2 {
            assert!(patience.elapsed().as_secs() < 60, "it has started {} times", starts());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        drop(server);
        Ok(())
    }
}
