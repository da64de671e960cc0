//! `cargo xtask test`: runs all checks, and then prints `N passed, N failed`. Sections that mostly wait, and do not measure time, run side
//! by side.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::access::Guard;
use crate::server::{Server, local_address};
use crate::summary::Summary;
use crate::tally::Tally;
use crate::{
    browser, build, clients, deny, docs, fmt_spec, interrupt, lanes, openapi, paths, process, serve, setup, suite,
    tools, torture,
};

/// The values of `--only`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Section {
    /// Formatting of code and spec, generated files in docs/, cargo-deny, clippy and rustdoc.
    Lint,
    /// `cargo test` of the workspace.
    Rust,
    /// The size of the Worker, and `wrangler deploy --dry-run`.
    Deploy,
    /// The upstream conformance suite against a local Worker, in four configurations, one of them behind a token.
    Suite,
    #[value(hide = true)]
    SuiteDefault,
    #[value(hide = true)]
    SuiteSmallPages,
    #[value(hide = true)]
    SuiteEviction,
    #[value(hide = true)]
    SuiteCold,
    /// The project's end-to-end tests against a local Worker.
    E2e,
    /// Validation of docs/openapi.json, and tests generated from it against a local Worker.
    Openapi,
    /// The official TypeScript and Python clients, and two packages built on them, against a local Worker.
    Clients,
    /// The web page in examples/ and the inspector in Chromium, against local Workers.
    Browser,
    /// The webhook and the pool of workers in examples/, against a local Worker.
    Subscribers,
    /// The Worker in examples/tus with a tus client.
    Tus,
    /// A local Worker that is killed repeatedly while clients use it.
    Torture,
}

/// A variable of every Worker under test: an idle long-poll must end before the timeout of the conformance suite, 5 s.
const HOLD: (&str, &str) = ("LIMIT_LONG_POLL_HOLD", "2 s");

/// A variable of every Worker under test: an event stream must end before the timeout of the end-to-end tests, 90 s.
const LIFETIME: (&str, &str) = ("LIMIT_SSE_LIFETIME", "60 s");

/// Display name and variables of a Worker under test.
type Configuration<'a> = (&'a str, &'a [(&'a str, &'a str)]);

const DEFAULT: Configuration<'static> = ("default", &[HOLD, LIFETIME]);

/// Pages so small that most reads take several. The suite runs behind a token: what a token costs has nothing to do with pages, and so the
/// suite does not need to run once more for it.
const SMALL_PAGES: Configuration<'static> =
    ("small pages, behind a token", &[HOLD, LIFETIME, ("LIMIT_RESPONSE", "4 KiB"), ("LIMIT_PAGE", "4 KiB")]);

/// Durable Objects that are evicted after each request, as the platform may do at any time.
const EVICTION: Configuration<'static> = ("eviction after each request", &[HOLD, LIFETIME, ("TEST_FORGETFUL", "true")]);

/// All data moves to R2 immediately and is read from there.
const COLD: Configuration<'static> = (
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
);

/// Sections that keep the processors busy. They run one after the other, before the rest.
const BUSY: [Section; 3] = [Section::Lint, Section::Rust, Section::Tus];

/// Sections that mostly wait, and whose deadlines are seconds. They run side by side, the longest first.
const SIDE_BY_SIDE: [Section; 5] =
    [Section::Openapi, Section::Browser, Section::Clients, Section::Subscribers, Section::Deploy];

/// Sections that a neighbor would disturb: the suite has lifetimes of a second or two that must not end early, torture kills the Worker at
/// given times, and some end-to-end tests compare times or measure memory. They run one after the other, after the rest.
const ALONE: [Section; 6] = [
    Section::SuiteDefault,
    Section::SuiteSmallPages,
    Section::SuiteEviction,
    Section::SuiteCold,
    Section::Torture,
    Section::E2e,
];

/// Programs that fail if a subscription loses data.
const SUBSCRIBERS: [&str; 2] = ["examples/webhook/test.mjs", "examples/pool/pool.mjs"];

/// Number of kills in the torture test; fewer than its default.
const KILLS: u32 = 20;

/// Runs the chosen sections, or all. A check that can't be run counts as failed, and the next checks still run.
pub fn run(only: &[Section]) -> Result<ExitCode> {
    // Read now: once `cargo test` has written another file at this path, Linux returns one that ends in " (deleted)".
    let xtask = std::env::current_exe().context("the path of this program is unknown")?;
    setup::run()?;
    let mut run = Run::default();
    for section in chosen(&BUSY, only) {
        run.section(section)?;
    }
    match &chosen(&SIDE_BY_SIDE, only)[..] {
        [] => {}
        [section] => run.section(*section)?,
        sections => {
            // Once for all of them. If it fails, each of them shows the reason.
            let _ = build::run();
            run.summary.extend(lanes::run(&xtask, &sections.iter().map(|section| section.name()).collect::<Vec<_>>())?);
        }
    }
    for section in chosen(&ALONE, only) {
        run.section(section)?;
    }
    print!("{}", run.summary);
    Ok(ExitCode::from(u8::from(run.summary.total.failed > 0)))
}

/// The sections that `--only` selects: all, if it is empty.
fn chosen(sections: &[Section], only: &[Section]) -> Vec<Section> {
    let selects = |section: &Section| only.is_empty() || only.contains(section) || only.contains(&section.whole());
    sections.iter().copied().filter(selects).collect()
}

impl Section {
    /// The section that it is a part of, or itself.
    fn whole(self) -> Self {
        match self {
            Self::SuiteDefault | Self::SuiteSmallPages | Self::SuiteEviction | Self::SuiteCold => Self::Suite,
            section => section,
        }
    }

    /// Its name in `--only`.
    fn name(self) -> String {
        self.to_possible_value().expect("no section is skipped").get_name().to_owned()
    }
}

/// Steps that have run.
#[derive(Default)]
struct Run {
    summary: Summary,
}

impl Run {
    /// Runs one step, and prints a heading before it and its duration after it. Returns an error only after a signal.
    fn step(&mut self, name: &str, check: impl FnOnce() -> Result<Tally>) -> Result<()> {
        println!("\n── {name}");
        let start = Instant::now();
        let tally = check().or_else(|error| {
            interrupt::check()?;
            println!("✗ {error:#}");
            anyhow::Ok(Tally {
                failures: error.to_string().lines().take(1).map(str::to_owned).collect(),
                ..Tally::FAIL
            })
        })?;
        let took = start.elapsed();
        println!("   {tally}, {:.1} s", took.as_secs_f32());
        self.summary.add(name, took, tally);
        Ok(())
    }

    fn section(&mut self, section: Section) -> Result<()> {
        match section {
            Section::Lint => lint(self),
            Section::Rust => self.step("cargo test", || libtest(&["--workspace"], None)),
            Section::Deploy => {
                self.step("the size of the Worker", || {
                    let size = build::run()?;
                    println!("{size}");
                    size.check().map(|()| Tally::PASS)
                })?;
                self.step("wrangler deploy --dry-run", || {
                    process::run_quietly(tools::npm("wrangler").args(["deploy", "--dry-run"])).map(|()| Tally::PASS)
                })
            }
            // Its parts are sections.
            Section::Suite => Ok(()),
            Section::SuiteDefault => conformance(self, DEFAULT, None),
            Section::SuiteSmallPages => conformance_behind_a_token(self, SMALL_PAGES),
            Section::SuiteEviction => conformance(self, EVICTION, None),
            Section::SuiteCold => conformance(self, COLD, None),
            Section::E2e => against_a_worker(self, DEFAULT, |run, url| {
                // Most of these tests wait, so there are more threads than cores.
                run.step("end-to-end tests", || end_to_end(&["examples", "server"], 6, url))?;
                run.step("end-to-end tests, one at a time", || end_to_end(&["measured"], 1, url))
            }),
            Section::Openapi => against_the_document(self),
            Section::Clients => against_a_worker(self, DEFAULT, |run, url| {
                let mut jobs = clients::JOBS.into_iter();
                jobs.try_for_each(|(name, job)| run.step(name, || job.run(url).map(|()| Tally::PASS)))
            }),
            Section::Browser => in_chromium(self),
            Section::Subscribers => against_a_worker(self, DEFAULT, |run, url| {
                let mut programs = SUBSCRIBERS.into_iter();
                programs.try_for_each(|name| run.step(name, || subscriber(name, url).map(|()| Tally::PASS)))
            }),
            Section::Tus => self.step("examples/tus with tus-js-client", || {
                build::worker(&paths::tus())?;
                process::run_quietly(tools::npm("node").arg(paths::tus().join("test.mjs"))).map(|()| Tally::PASS)
            }),
            Section::Torture => {
                let options = torture::Options { kills: KILLS, seed: None };
                self.step(&format!("torture: {KILLS} kills"), || torture::run(&options).map(|()| Tally::PASS))
            }
        }
    }
}

/// The cargo commands that must succeed. Clippy checks the Worker for two targets, because parts of it exist only on wasm32.
const LINTS: [&str; 4] = [
    "fmt --all --check",
    "clippy --workspace --all-targets --features e2e/server -- -D warnings",
    "clippy -p runtime -p app -p noop -p tus --target wasm32-unknown-unknown -- -D warnings",
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

/// Builds the Worker, starts it on fresh state, and runs `checks` with its URL.
fn against_a_worker(
    run: &mut Run,
    (name, vars): Configuration<'_>,
    checks: impl FnOnce(&mut Run, &str) -> Result<()>,
) -> Result<()> {
    let state = tempfile::tempdir().context("no folder for the Worker's state")?;
    let mut server = None;
    run.step(&format!("a local Worker: {name}"), || {
        server = Some(start_server(state.path(), vars)?);
        Ok(Tally::default())
    })?;
    // Without a server, the step has failed.
    server.map_or(Ok(()), |server| checks(run, &server.url()))
}

fn conformance(run: &mut Run, configuration: Configuration<'_>, token: Option<&str>) -> Result<()> {
    against_a_worker(run, configuration, |run, url| {
        run.step(&format!("conformance suite: {}", configuration.0), || suite::run(url, token))
    })
}

fn conformance_behind_a_token(run: &mut Run, (name, vars): Configuration<'_>) -> Result<()> {
    let guard = Guard::new()?;
    conformance(run, (name, &[vars, &[guard.variable()]].concat()), Some(&guard.token))
}

/// Validates docs/openapi.json, and runs tests generated from it against a Worker.
fn against_the_document(run: &mut Run) -> Result<()> {
    run.step("openapi-spec-validator", || {
        setup::python_packages()?;
        openapi::validate()
    })?;
    run.step("schemathesis", || {
        let state = tempfile::tempdir().context("no folder for the Worker's state")?;
        openapi::drive(&start_with_trigger(state.path(), &openapi::VARS)?, None)
    })?;
    run.step("schemathesis, with a token", || {
        let (state, guard) = (tempfile::tempdir().context("no folder for the Worker's state")?, Guard::new()?);
        let vars = [&openapi::VARS[..], &[guard.variable()]].concat();
        openapi::drive(&start_with_trigger(state.path(), &vars)?, Some(&guard.token))
    })
}

fn in_chromium(run: &mut Run) -> Result<()> {
    run.step("examples/ in Chromium", || {
        let state = tempfile::tempdir().context("no folder for the Worker's state")?;
        browser::example(&start_server(state.path(), &browser::EXAMPLE_VARS)?.url()).map(|()| Tally::PASS)
    })?;
    run.step("the inspector in Chromium", || {
        let state = tempfile::tempdir().context("no folder for the Worker's state")?;
        println!("{}", build::run()?);
        let server = serve::start_inspector(local_address(0)?, state.path(), owned(&browser::INSPECTOR_VARS))?;
        browser::inspector(&server.url(), state.path()).map(|()| Tally::PASS)
    })
}

/// Runs a program with the URL of a server. Its output is shown only if it fails.
fn subscriber(program: &str, base_url: &str) -> Result<()> {
    process::run_quietly(tools::npm("node").arg(paths::root().join(program)).arg(base_url))
}

fn start_server(state: &Path, vars: &[(&str, &str)]) -> Result<Server> {
    println!("{}", build::run()?);
    serve::start(local_address(0)?, state, owned(vars))
}

/// Starts a server whose cron trigger has a URL.
fn start_with_trigger(state: &Path, vars: &[(&str, &str)]) -> Result<(Server, String)> {
    println!("{}", build::run()?);
    serve::start_with_trigger(local_address(0)?, state, owned(vars))
}

fn owned(vars: &[(&str, &str)]) -> Vec<(String, String)> {
    vars.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}

/// Runs the given test programs, which need a server. The section `rust` runs all other tests.
fn end_to_end(programs: &[&str], threads: usize, base_url: &str) -> Result<Tally> {
    let threads = format!("--test-threads={threads}");
    // Of the workspace, so that dependencies have the same features as in the section `rust`, and are not compiled again.
    let mut arguments = vec!["--workspace", "--exclude", "runtime", "--features", "e2e/server"];
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
