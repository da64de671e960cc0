//! Everything a person types, as `cargo xtask COMMAND`. One file per command; this one only reads the arguments.

mod bench;
mod browser;
mod build;
mod caching;
mod clients;
mod config;
mod dev;
mod docs;
mod fmt_spec;
mod fuzz;
mod interrupt;
mod known_failures;
mod migrations;
mod openapi;
mod outcome;
mod paths;
mod process;
mod programs;
mod restore;
mod segment;
mod serve;
mod server;
mod setup;
mod spec_diff;
mod suite;
mod tally;
mod test;
mod tools;
mod torture;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's own tools: each command sets up what it needs, and says what it is doing when that takes long.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install the tools that the other commands need. They call it themselves.
    Setup,
    /// Build the Worker into app/build and print the size of its upload.
    Build,
    /// Serve the Worker with `wrangler dev`: rebuilds on edit, shows logs.
    Dev {
        /// Port on 127.0.0.1.
        #[arg(long, default_value_t = 8787)]
        port: u16,
        /// Where Durable Objects, D1 and R2 keep their data between runs.
        #[arg(long, value_name = "DIR", default_value = ".wrangler/state")]
        persist: PathBuf,
    },
    /// Serve the built Worker on a bare workerd socket: for tests and for measuring.
    Serve {
        /// Port on 127.0.0.1; 0 takes a free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Where Durable Objects, D1 and R2 keep their data between runs.
        #[arg(long, value_name = "DIR", default_value = ".wrangler/state")]
        persist: PathBuf,
        /// A variable for the Worker, over those of wrangler.toml. May be repeated.
        #[arg(long = "var", value_name = "KEY=VALUE", value_parser = serve::parse_var)]
        vars: Vec<(String, String)>,
        /// The names of the bindings of its databases, separated by commas, instead of those in wrangler.toml.
        #[arg(long, value_name = "NAMES", value_delimiter = ',')]
        databases: Vec<String>,
        /// Say at /memory how much memory the Worker's wasm has.
        #[arg(long)]
        measured: bool,
        /// Leave the edge out: every request goes to the stream's object.
        #[arg(long, conflicts_with = "measured")]
        direct: bool,
    },
    /// Format the spec.
    FmtSpec {
        /// Files to format instead of spec/durable_streams.rs.
        files: Vec<PathBuf>,
        /// Change nothing, and fail if something would be.
        #[arg(long)]
        check: bool,
    },
    /// Tell what clients notice when one spec takes the place of another; fail if it breaks some of them.
    SpecDiff {
        /// The old spec: a file, or a commit of this repository.
        old: String,
        /// The new one, instead of spec/durable_streams.rs.
        new: Option<String>,
    },
    /// Write docs/: the OpenAPI document, the reference manual, the index of the compiler's errors.
    Docs {
        /// Change nothing, and fail if something would be.
        #[arg(long)]
        check: bool,
    },
    /// Run every check: lints, docs, Rust tests, the upstream suite, end-to-end tests.
    Test {
        /// Only these sections, separated by commas.
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<test::Section>,
    },
    /// Look for a spec that makes its compiler panic: needs nightly and cargo-fuzz.
    Fuzz {
        /// For how long.
        #[arg(long, default_value_t = 300)]
        seconds: u64,
    },
    /// Measure the Worker against a no-op object, and against other servers.
    Bench(bench::Options),
    /// Count the requests of hundreds of readers that reach the Worker through a cache: needs nginx.
    Caching,
    /// Look into a segment of the cold log.
    #[command(subcommand)]
    Segment(segment::Action),
    /// Make streams whole again that D1 has lost or rolled back, from what R2 has of them.
    Restore(restore::Options),
    /// Kill the Worker again and again while clients use it, and check what they were told.
    Torture(torture::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(_) if interrupt::requested() => interrupt::exit_code(),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    interrupt::listen()?;
    match command {
        Command::Setup => setup::run()?,
        Command::Build => println!("{}", build::run()?),
        Command::Dev { port, persist } => dev::run(port, &persist)?,
        Command::Serve { port, persist, vars, databases, measured, direct } => {
            let wrapper = if direct { Some(serve::DIRECT) } else { measured.then_some(serve::MEASURED) };
            serve::run(port, &persist, vars, &databases, wrapper)?;
        }
        Command::FmtSpec { files, check: false } => fmt_spec::run(&files)?,
        Command::FmtSpec { files, check: true } => fmt_spec::check(&files)?,
        Command::SpecDiff { old, new } => return spec_diff::run(&old, new.as_deref()),
        Command::Docs { check: false } => docs::run()?,
        Command::Docs { check: true } => docs::check()?,
        Command::Test { only } => return test::run(&only),
        Command::Fuzz { seconds } => fuzz::run(seconds)?,
        Command::Bench(options) => bench::run(&options)?,
        Command::Caching => caching::run()?,
        Command::Segment(action) => segment::run(&action)?,
        Command::Restore(options) => restore::run(&options)?,
        Command::Torture(options) => torture::run(&options)?,
    }
    Ok(ExitCode::SUCCESS)
}
