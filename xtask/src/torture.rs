//! `cargo xtask torture`: starts a server and the clients in xtask/torture, and kills the server on their request.
//!
//! A kill ends workerd, and with it the Durable Objects and the databases. Miniflare is another process, and starts workerd again on the same
//! state within a fifth of a second. Writes that the operating system has accepted are not lost.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use clap::Args;

use crate::serve::Worker;
use crate::server::local_address;
use crate::{build, paths, process};

#[derive(Args)]
pub struct Options {
    /// Number of kills.
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub kills: u32,
    /// Seed for the clients' operations and the number of appends before each kill. Timing within an append still varies.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

/// Limits so small that most appends need several rows, most reads several responses of several pages, live readers reconnect often, and
/// rows move to R2 and segments are merged all the time.
const VARS: [(&str, &str); 16] = [
    ("LIMIT_HOT", "8 KiB"),
    ("LIMIT_HOT_ROWS", "8"),
    ("LIMIT_SNAPSHOT", "0 B"),
    ("LIMIT_SEGMENT", "64 KiB"),
    ("LIMIT_BLOCK", "1 KiB"),
    ("LIMIT_MERGE", "2"),
    ("LIMIT_ORPHAN_GRACE", "20 s"),
    ("LIMIT_ORPHANS", "1000000"),
    ("LIMIT_BODY", "512 KiB"),
    ("LIMIT_MESSAGE", "2100 B"),
    ("LIMIT_ROW", "2100 B"),
    ("LIMIT_RESPONSE", "32 KiB"),
    ("LIMIT_PAGE", "8 KiB"),
    ("LIMIT_TAIL_CACHE", "16 KiB"),
    ("LIMIT_LONG_POLL_HOLD", "500 ms"),
    ("LIMIT_SSE_LIFETIME", "2 s"),
];

pub fn run(options: &Options) -> Result<()> {
    eprintln!("{}", build::run()?);
    let state = tempfile::tempdir().context("no folder for the server's state")?;
    let distant = Some(include_str!("../torture/distant.mjs"));
    let mut worker = Worker { crashes: true, wrapper: distant, ..Worker::of(paths::app())? };
    worker.config.vars.extend(VARS.map(|(name, value)| (name.into(), value.into())));
    let server = worker.start(local_address(0)?, state.path())?;

    let seed = options.seed.map_or_else(any_seed, Ok)?;
    eprintln!("torture: {} kills, --seed {seed}", options.kills);
    let mut clients = Command::new("cargo");
    clients.args(["run", "--quiet", "--package", "torture", "--", "--url", &server.url()]);
    clients.args(["--kills", &options.kills.to_string(), "--seed", &seed.to_string()]).current_dir(paths::root());
    let mut killed = Ok(());
    let status = process::run_by_line(&mut clients, |line| match line {
        // If that fails, the clients time out and report it, too.
        "kill" if killed.is_ok() => killed = server.kill_workerd(),
        line => println!("{line}"),
    })?;
    killed?;
    process::succeeded(&clients, status)
}

fn any_seed() -> Result<u64> {
    Ok(u64::from(SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_nanos()))
}
