//! The load generator by itself. `cargo xtask bench` starts the servers first.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use bench::keys::Keys;
use bench::report::Report;
use bench::scenario::{self, Scenario, Variant};
use bench::target::{Address, NOOP, OURS, Target};
use bench::{machine, run};
use clap::Parser;

/// Measures Durable Streams servers on this machine.
#[derive(Parser)]
#[command(name = "bench")]
struct Options {
    /// A server, as NAME=URL or NAME@VARIANT=URL. May be repeated.
    #[arg(long = "target", value_name = "NAME=URL")]
    targets: Vec<Address>,
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
    /// Measure nothing: print which servers of the project the scenarios need.
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
    let scenarios = chosen(&options.only)?;
    if options.plan {
        plan(&scenarios);
        return Ok(ExitCode::SUCCESS);
    }
    let load = machine::load();
    let keys = options.keys.as_deref().map(Keys::read).transpose()?.map(Arc::new);
    let targets = Target::gather(options.targets.clone(), keys.as_ref())?;
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
    };
    print!("{}\n{}", report.machine, report.tables());
    if let Some(folder) = &options.out {
        report.write(folder)?;
    }
    Ok(ExitCode::from(u8::from(!results.failures().is_empty())))
}

fn chosen(only: &[String]) -> Result<Vec<Scenario>> {
    let mut scenarios = scenario::all();
    for name in only {
        let known: Vec<_> = scenarios.iter().map(|scenario| scenario.name).collect();
        ensure!(known.contains(&name.as_str()), "no scenario {name}; there are {}", known.join(", "));
    }
    let chosen = scenarios.iter().filter(|scenario| only.iter().any(|name| name == scenario.name));
    let names: BTreeSet<_> = chosen.flat_map(|scenario| [Some(scenario.name), scenario.ceiling]).flatten().collect();
    let always = |scenario: &Scenario| scenario.is_ceiling() && scenario.variant == Variant::Plain;
    scenarios.retain(|scenario| only.is_empty() || always(scenario) || names.contains(scenario.name));
    Ok(scenarios)
}

fn plan(scenarios: &[Scenario]) {
    let name = |scenario: &Scenario| if scenario.is_ceiling() { NOOP } else { OURS };
    let servers: BTreeSet<_> = scenarios.iter().map(|scenario| (name(scenario), scenario.variant)).collect();
    servers.iter().for_each(|(name, variant)| println!("{name}@{variant}"));
}

impl Options {
    /// What a person types to have the same again.
    fn command(&self, names: &[String]) -> String {
        let mut command = format!("cargo xtask bench --rounds {} --seconds {}", self.rounds, self.seconds);
        if !self.only.is_empty() {
            command.push_str(&format!(" --only {}", self.only.join(",")));
        }
        for name in names.iter().filter(|name| ![NOOP, OURS].contains(&name.as_str())) {
            command.push_str(&format!(" --target {name}=URL"));
        }
        command
    }
}
