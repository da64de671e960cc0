//! The official clients: what xtask/clients has each of them do against a server.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{paths, process, tools};

/// The client for Python, as pip names it. That for TypeScript is in package.json.
const PYTHON_CLIENT: &str = "durable-streams==0.1.0";

/// Runs the job of the client for TypeScript against the server at `base_url`.
pub fn typescript(base_url: &str) -> Result<()> {
    process::run(tools::npm("node").arg(folder().join("typescript.mjs")).env("SERVER_URL", base_url))
}

/// Runs the job of the client for Python.
pub fn python(base_url: &str) -> Result<()> {
    let python = python_with_client()?;
    process::run(Command::new(python).arg(folder().join("python.py")).env("SERVER_URL", base_url))
}

fn folder() -> PathBuf {
    paths::root().join("xtask/clients")
}

/// A Python of its own that has the client, made when it is first asked for.
fn python_with_client() -> Result<PathBuf> {
    let home = paths::tool_cache()?.join(format!("python-{PYTHON_CLIENT}"));
    let (python, done) = (home.join("bin/python"), home.join("installed"));
    if !done.exists() {
        eprintln!("setup: pip install {PYTHON_CLIENT} (seconds)");
        process::run_quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))
            .context("Python 3.10 or later is needed, with venv")?;
        process::run_quietly(Command::new(&python).args(["-m", "pip", "install", "--quiet", PYTHON_CLIENT]))?;
        // Written last, so that no half of an installation is ever taken for one.
        std::fs::write(done, "")?;
    }
    Ok(python)
}
