//! All commands of the project, as `cargo xtask COMMAND`. One file per command; this one only reads the arguments.

mod access;
mod bench;
mod browser;
mod build;
mod bundle;
mod caching;
mod clients;
mod config;
mod deny;
mod dev;
mod docs;
mod fmt_spec;
mod fuzz;
mod help;
mod interrupt;
mod known_failures;
mod lanes;
mod lock;
mod migrations;
mod openapi;
mod outcome;
mod package;
mod paths;
mod process;
mod programs;
mod progress;
mod segment;
mod serve;
mod server;
mod setup;
mod spec_diff;
mod suite;
mod summary;
mod tally;
mod test;
mod tools;
mod torture;
mod webhooks;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

/// Build, serve, test and measure the Durable Streams Worker.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Each command has an example, and a group in `help.rs`.
#[derive(Subcommand)]
enum Command {
    /// Install the tools that the other commands need. They run it themselves.
    #[command(after_help = "Example: cargo xtask setup")]
    Setup,
    /// Build a Worker in the folder `build` of its package, and print the size of its upload.
    ///
    /// `names.txt` in this folder contains the names of its functions: line `1234:` is `wasm-function[1234]` in a stack trace.
    #[command(after_help = "Example: cargo xtask build")]
    Build {
        /// Package of the Worker.
        #[arg(default_value = "app")]
        package: PathBuf,
    },
    /// Serve the Worker with `wrangler dev`: rebuild on edits, and show logs. Anyone can use it, unless .dev.vars says who may.
    #[command(after_help = "Example: cargo xtask dev --port 9000")]
    Dev {
        /// Port on 127.0.0.1.
        #[arg(long, default_value_t = 8787)]
        port: u16,
        /// Directory in which Durable Objects, D1 and R2 keep their data between runs.
        #[arg(long, value_name = "DIR", default_value = ".wrangler/state")]
        persist: PathBuf,
    },
    /// Serve the Worker on a bare workerd socket, for tests and measurements. Anyone can use it, unless --var says who may.
    #[command(after_help = "Example: cargo xtask serve --port 8788 --var AUTH_TOKEN=secret")]
    Serve(serve::Options),
    /// Format the spec.
    #[command(after_help = "Example: cargo xtask fmt-spec --check")]
    FmtSpec {
        /// Files to format instead of those of the spec.
        files: Vec<PathBuf>,
        /// Write nothing; fail if a file is not formatted.
        #[arg(long)]
        check: bool,
    },
    /// Compare two versions of the spec, and list the changes that clients can see. Fails if one is breaking.
    #[command(after_help = "Example: cargo xtask spec-diff HEAD")]
    SpecDiff {
        /// Old spec: a file, or a commit of this repository.
        old: String,
        /// New spec: a file or a commit, instead of spec/durable_streams.rs.
        new: Option<String>,
    },
    /// Write the generated files in docs/: manual, OpenAPI document, index of compiler errors.
    #[command(after_help = "Example: cargo xtask docs --check")]
    Docs {
        /// Write nothing; fail if a file is out of date.
        #[arg(long)]
        check: bool,
    },
    /// Run all checks: lints, Rust tests, conformance suite, end-to-end tests and more.
    #[command(after_help = "Example: cargo xtask test --only lint,rust")]
    Test {
        /// Run only these sections, separated by commas.
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<test::Section>,
    },
    /// Fuzz the compiler of the spec. Needs nightly Rust and cargo-fuzz.
    #[command(after_help = "Example: cargo xtask fuzz --seconds 60")]
    Fuzz {
        /// Duration in seconds.
        #[arg(long, default_value_t = 300)]
        seconds: u64,
    },
    /// Measure the Worker against a no-op Durable Object, and against other servers.
    #[command(after_help = "Example: cargo xtask bench --only write-1,write-64 --target other=http://127.0.0.1:4437")]
    Bench(bench::Options),
    /// Count how many requests of 500 readers pass a cache. Needs nginx.
    #[command(after_help = "Example: cargo xtask caching")]
    Caching,
    /// Make keys, tokens and signed URLs, and explain them.
    #[command(
        after_help = "Example: cargo xtask token mint --key app.key --sub alice --read chat/ --append chat/42 --expires 1h",
        disable_help_flag = true
    )]
    Token {
        /// Arguments. `--help` lists them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Copy streams of a server to a file.
    #[command(
        after_help = "Example: cargo xtask export --url https://streams.example.com orders/ orders.export",
        disable_help_flag = true
    )]
    Export {
        /// Arguments. `--help` lists them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Copy streams from a file, or from any server of the protocol, to a server.
    #[command(
        after_help = "Example: cargo xtask import --url https://streams.example.com orders.export",
        disable_help_flag = true
    )]
    Import {
        /// Arguments. `--help` lists them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Inspect or export a segment downloaded from R2.
    #[command(subcommand, after_help = "Example: cargo xtask segment inspect FILE")]
    Segment(segment::Action),
    /// Describe, compact, forget, verify or delete streams of a deployment, or print how much is stored.
    #[command(
        after_help = "Example: cargo xtask admin describe --url https://streams.example.com orders/2026",
        disable_help_flag = true
    )]
    Admin {
        /// Arguments. `--help` lists them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Rebuild streams from R2 after D1 lost or rolled back their rows.
    #[command(
        after_help = "Example: cargo xtask restore --url https://streams.example.com orders/2026",
        disable_help_flag = true
    )]
    Restore {
        /// Arguments. `--help` lists them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Kill the Worker repeatedly while clients use it, and verify every acknowledged write.
    #[command(after_help = "Example: cargo xtask torture --kills 20")]
    Torture(torture::Options),
}

fn main() -> ExitCode {
    let matches = help::grouped(Cli::command()).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(cli.command) {
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
        Command::Build { package } => println!("{}", build::worker(&paths::root().join(package))?),
        Command::Dev { port, persist } => dev::run(port, &persist)?,
        Command::Serve(options) => serve::run(options)?,
        Command::FmtSpec { files, check: false } => fmt_spec::run(&files)?,
        Command::FmtSpec { files, check: true } => fmt_spec::check(&files)?,
        Command::SpecDiff { old, new } => return spec_diff::run(&old, new.as_deref()),
        Command::Docs { check: false } => docs::run()?,
        Command::Docs { check: true } => docs::check()?,
        Command::Test { only } => return test::run(&only),
        Command::Fuzz { seconds } => fuzz::run(seconds)?,
        Command::Bench(options) => bench::run(&options)?,
        Command::Caching => caching::run()?,
        Command::Token { arguments } => return Err(package::ACCESS.run(&[], &arguments)),
        Command::Export { arguments } => {
            return Err(package::TRANSFER.run(&["export"], &arguments));
        }
        Command::Import { arguments } => {
            return Err(package::TRANSFER.run(&["import"], &arguments));
        }
        Command::Segment(action) => segment::run(&action)?,
        Command::Admin { arguments } => return Err(package::ADMIN.run(&[], &arguments)),
        Command::Restore { arguments } => return Err(package::ADMIN.run(&["restore"], &arguments)),
        Command::Torture(options) => torture::run(&options)?,
    }
    Ok(ExitCode::SUCCESS)
}
