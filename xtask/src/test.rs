//! `cargo xtask test`: runs all checks one after the other, and then prints `N passed, N failed`.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::server::{Server, local_address};
use crate::tally::Tally;
use crate::{
    browser, build, clients, deny, docs, fmt_spec, interrupt, openapi, paths, process, serve, setup, suite, tools,
    torture,
};

/// The values of `--only`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Section {
    /// Formatting of code and spec, generated files in docs/, cargo-deny, clippy and rustdoc.
    Lint,
    /// `cargo test` of the workspace.
    Rust,
    /// `wrangler deploy --dry-run`.
    Deploy,
    /// The upstream conformance suite against a local Worker.
    Suite,
    /// The project's end-to-end tests against a local Worker.
    E2e,
    /// Validation of docs/openapi.json, and tests generated from it against a local Worker.
    Openapi,
    /// The official TypeScript and Python clients, and two packages built on them, against a local Worker.
    Clients,
    /// The web page in examples/ in Chromium, against a local Worker.
    Browser,
    /// A local Worker that is killed repeatedly while clients use it.
    Torture,
}

/// A variable of every Worker under test: an idle long-poll must end before the timeout of the conformance suite, 5 s.
const HOLD: (&str, &str) = ("LIMIT_LONG_POLL_HOLD", "2 s");

/// A variable of every Worker under test: an event stream must end before the timeout of the end-to-end tests, 90 s.
const LIFETIME: (&str, &str) = ("LIMIT_SSE_LIFETIME", "60 s");

/// The configurations in which the conformance suite runs:
///
/// - the default,
/// - pages so small that most reads take several,
/// - Durable Objects that are evicted after each request, as the platform may do at any time,
/// - all data moves to R2 immediately and is read from there.
const CONFIGURATIONS: [(&str, &[(&str, &str)]); 4] = [
    ("default", &[HOLD, LIFETIME]),
    ("small pages", &[HOLD, LIFETIME, ("LIMIT_RESPONSE", "4 KiB"), ("LIMIT_PAGE", "4 KiB")]),
    ("eviction after each request", &[HOLD, LIFETIME, ("TEST_FORGETFUL", "true")]),
    (
        "everything cold",
        &[
            HOLD,
            LIFETIME,
            ("LIMIT_HOT", "0 B"),
            ("LIMIT_HOT_ROWS", "0"),
            ("LIMIT_SNAPSHOT", "0 B"),
            ("LIMIT_MERGE", "2"),
            ("LIMIT_TAIL_CACHE", "0 B"),
        ],
    ),
];

/// Number of kills in the torture test; fewer than its default.
const KILLS: u32 = 20;

/// Runs the chosen sections, or all. A check that can't be run counts as failed, and the next checks still run.
pub fn run(only: &[Section]) -> Result<ExitCode> {
    setup::run()?;
    let chosen = |section| only.is_empty() || only.contains(&section);
    let mut run = Run::default();
    if chosen(Section::Lint) {
        lint(&mut run)?;
    }
    if chosen(Section::Rust) {
        run.step("cargo test", || libtest(&["--workspace"], None))?;
    }
    if chosen(Section::Deploy) {
        run.step("wrangler deploy --dry-run", || {
            process::run_quietly(tools::npm("wrangler").args(["deploy", "--dry-run"])).map(|()| Tally::PASS)
        })?;
    }
    if chosen(Section::Suite) || chosen(Section::E2e) || chosen(Section::Clients) {
        against_a_server(&mut run, &chosen)?;
    }
    if chosen(Section::Openapi) {
        against_the_document(&mut run)?;
    }
    if chosen(Section::Browser) {
        run.step("examples/ in Chromium", || {
            let state = tempfile::tempdir().context("no folder for the Worker's state")?;
            browser::run(&start_server(state.path(), &browser::VARS)?.url()).map(|()| Tally::PASS)
        })?;
    }
    if chosen(Section::Torture) {
        let options = torture::Options { kills: KILLS, seed: None };
        run.step(&format!("torture: {KILLS} kills"), || torture::run(&options).map(|()| Tally::PASS))?;
    }
    println!("{}", run.total);
    Ok(ExitCode::from(u8::from(run.total.failed > 0)))
}

/// Steps that have run.
#[derive(Default)]
struct Run {
    total: Tally,
}

impl Run {
    /// Runs one step, and prints a heading before it and its duration after it. Returns an error only after a signal.
    fn step(&mut self, name: &str, check: impl FnOnce() -> Result<Tally>) -> Result<()> {
        println!("\n── {name}");
        let start = Instant::now();
        let tally = check().or_else(|error| {
            interrupt::check()?;
            println!("✗ {error:#}");
            anyhow::Ok(Tally::FAIL)
        })?;
        println!("   {tally}, {:.1} s", start.elapsed().as_secs_f32());
        self.total += tally;
        Ok(())
    }
}

/// The cargo commands that must succeed. Clippy checks the Worker for two targets, because parts of it exist only on wasm32.
const LINTS: [&str; 4] = [
    "fmt --all --check",
    "clippy --workspace --all-targets --features e2e/server -- -D warnings",
    "clippy -p runtime -p app -p noop --target wasm32-unknown-unknown -- -D warnings",
    "doc --workspace --no-deps",
];

fn lint(run: &mut Run) -> Result<()> {
    run.step("cargo xtask fmt-spec --check", || fmt_spec::check(&[]).map(|()| Tally::PASS))?;
    run.step("cargo xtask docs --check", || docs::check().map(|()| Tally::PASS))?;
    run.step("cargo deny check", || deny::check().map(|()| Tally::PASS))?;
    for arguments in LINTS {
        run.step(&format!("cargo {arguments}"), || {
            let mut command = cargo(&arguments.split(' ').collect::<Vec<_>>());
            process::run(command.env("RUSTDOCFLAGS", "-D warnings")).map(|()| Tally::PASS)
        })?;
    }
    Ok(())
}

/// Builds the Worker, starts it on fresh state in each configuration, and runs the chosen tests against it.
fn against_a_server(run: &mut Run, chosen: &impl Fn(Section) -> bool) -> Result<()> {
    for (name, vars) in CONFIGURATIONS {
        let default = name == CONFIGURATIONS[0].0;
        if !chosen(Section::Suite) && !default {
            continue;
        }
        let state = tempfile::tempdir().context("no folder for the Worker's state")?;
        let mut server = None;
        run.step(&format!("a local Worker: {name}"), || {
            server = Some(start_server(state.path(), vars)?);
            Ok(Tally::default())
        })?;
        let url = || server.as_ref().map(Server::url).context("the Worker did not start");
        if chosen(Section::Suite) {
            run.step(&format!("conformance suite: {name}"), || suite::run(&url()?))?;
        }
        if chosen(Section::E2e) && default {
            run.step("end-to-end tests", || {
                // Most of these tests wait, so there are more threads than cores.
                end_to_end(&["examples", "server"], 6, &url()?)
            })?;
            run.step("end-to-end tests, one at a time", || end_to_end(&["measured"], 1, &url()?))?;
        }
        if chosen(Section::Clients) && default {
            for (name, job) in clients::JOBS {
                run.step(name, || job.run(&url()?).map(|()| Tally::PASS))?;
            }
        }
    }
    Ok(())
}

/// Validates docs/openapi.json, and runs tests generated from it against a Worker.
fn against_the_document(run: &mut Run) -> Result<()> {
    run.step("openapi-spec-validator", || {
        setup::python_packages()?;
        openapi::validate()
    })?;
    run.step("schemathesis", || {
        let state = tempfile::tempdir().context("no folder for the Worker's state")?;
        openapi::drive(&start_server(state.path(), &openapi::VARS)?.url())
    })
}

fn start_server(state: &Path, vars: &[(&str, &str)]) -> Result<Server> {
    println!("{}", build::run()?);
    let vars = vars.iter().map(|(key, value)| ((*key).into(), (*value).into()));
    serve::start(local_address(0)?, state, vars.collect())
}

/// Runs the given test programs, which need a server. The section `rust` runs all other tests.
fn end_to_end(programs: &[&str], threads: usize, base_url: &str) -> Result<Tally> {
    let threads = format!("--test-threads={threads}");
    let mut arguments = vec!["--package", "e2e", "--features", "server"];
    arguments.extend(programs.iter().flat_map(|program| ["--test", program]));
    arguments.extend(["--", &threads]);
    libtest(&arguments, Some(base_url))
}

/// Runs `cargo test` and counts the tests.
fn libtest(arguments: &[&str], base_url: Option<&str>) -> Result<Tally> {
    let mut command = cargo(&["test", "--no-fail-fast"]);
    command.args(arguments).envs(base_url.map(|url| ("BASE_URL", url)));
    let mut tally = Tally::default();
    let status = process::run_by_line(&mut command, |line| {
        println!("{line}");
        tally += Tally::of_libtest_line(line);
    })?;
    if !status.success() && tally.failed == 0 {
        // A compilation failed, or a test program ended before it printed its results.
        tally += Tally::FAIL;
    }
    Ok(tally)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(paths::root());
    command
}
