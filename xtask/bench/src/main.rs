//! The load generator by itself. `cargo xtask bench` starts the servers first.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bench::keys::Keys;
use bench::report::Report;
use bench::target::{Address, OURS, OURS_OBJECT, Target, is_of_the_project};
use bench::{choice, machine, run};
use clap::Parser;

/// Measures Durable Streams servers on this machine.
#[derive(Parser)]
#[command(name = "bench")]
struct Options {
    /// A server, as NAME=URL or NAME@VARIANT=URL. May be repeated.
    #[arg(long = "target", value_name = "NAME=URL")]
    targets: Vec<Address>,
    /// What a server is, with its version, for the report. May be repeated.
    #[arg(long = "describe", value_name = "NAME=TEXT", value_parser = description)]
    descriptions: Vec<(String, String)>,
    /// A file with the keys of guarded servers.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// How often to measure everything.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// How long to measure each scenario on each server in each round.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// Only these scenarios, separated by commas.
    #[arg(long, value_name = "SCENARIO", value_delimiter = ',')]
    only: Vec<String>,
    /// A folder for the report and its plots; without it, the report is only printed.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Measure nothing: print which servers the scenarios need, as noop@VARIANT, ours@VARIANT or other@VARIANT.
    #[arg(long)]
    plan: bool,
}

fn main() -> ExitCode {
    measure(&Options::parse()).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn measure(options: &Options) -> Result<ExitCode> {
    let scenarios = choice::chosen(&options.only)?;
    if options.plan {
        choice::servers(&scenarios).iter().for_each(|server| println!("{server}"));
        return Ok(ExitCode::SUCCESS);
    }
    let load = machine::load();
    let keys = options.keys.as_deref().map(Keys::read).transpose()?.map(Arc::new);
    let mut targets = Target::gather(options.targets.clone(), keys.as_ref())?;
    for reason in targets.iter_mut().flat_map(Target::observe) {
        eprintln!("bench: {reason:#}");
    }
    let results = tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run::run(
        &scenarios,
        &targets,
        options.rounds,
        Duration::from_secs(options.seconds),
    ));

    let names: Vec<_> = targets.into_iter().map(|target| target.name).collect();
    let report = Report {
        scenarios: &scenarios,
        targets: &names,
        results: &results,
        machine: load.map_or_else(machine::description, |load| {
            format!("{}. Load average before the run: {load}.", machine::description())
        }),
        command: options.command(&names),
        descriptions: &options.descriptions,
    };
    print!("{}\n{}", report.machine, report.tables());
    if let Some(folder) = &options.out {
        report.write(folder)?;
    }
    Ok(ExitCode::from(u8::from(!results.failures().is_empty())))
}

fn description(text: &str) -> Result<(String, String), String> {
    let (name, text) = text.split_once('=').ok_or("expected NAME=TEXT")?;
    Ok((name.to_owned(), text.to_owned()))
}

impl Options {
    /// What a person types to have the same again.
    fn command(&self, names: &[String]) -> String {
        let mut command = format!("cargo xtask bench --rounds {} --seconds {}", self.rounds, self.seconds);
        if !self.only.is_empty() {
            command.push_str(&format!(" --only {}", self.only.join(",")));
        }
        let has = |name: &str| names.iter().any(|other| other == name);
        match (has(OURS), has(OURS_OBJECT)) {
            (true, true) => command.push_str(" --log d1,object"),
            (false, true) => command.push_str(" --log object"),
            _ => {}
        }
        for name in names.iter().filter(|name| !is_of_the_project(name)) {
            command.push_str(&format!(" --start {name}=…"));
        }
        command
    }
}
