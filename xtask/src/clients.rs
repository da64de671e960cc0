//! Runs jobs of the official clients, and of packages on top of them (xtask/clients), against a server.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{paths, process, tools};

/// The client for Python, as a requirement of pip. The packages for JavaScript are in package.json.
const PYTHON_CLIENT: &str = "durable-streams==0.1.0";

/// All jobs, by display name.
pub const JOBS: [(&str, Job); 6] = [
    ("the client for TypeScript", Job::Node("typescript.mjs")),
    ("the client for TypeScript, a long stream at once", Job::Node("catch_up.mjs")),
    ("@durable-streams/state", Job::Node("state.mjs")),
    ("@durable-streams/y-durable-streams", Job::Node("yjs.mjs")),
    ("@durable-streams/y-durable-streams, a long snapshot", Job::Node("yjs_snapshot.mjs")),
    ("the client for Python", Job::Python("python.py")),
];

/// A program of xtask/clients, by its interpreter.
#[derive(Clone, Copy)]
pub enum Job {
    Node(&'static str),
    Python(&'static str),
}

impl Job {
    /// Runs the job against the server at `base_url`. Its output is shown only if it fails.
    pub fn run(self, base_url: &str) -> Result<()> {
        let folder = paths::root().join("xtask/clients");
        let mut command = match self {
            Self::Node(file) => {
                let mut node = tools::npm("node");
                node.arg(folder.join(file));
                node
            }
            Self::Python(file) => {
                let mut python = Command::new(python_with_client()?);
                python.arg(folder.join(file));
                python
            }
        };
        process::run_quietly(command.env("SERVER_URL", base_url))
    }
}

/// The Python of a virtual environment with the client, which is created if it is missing.
fn python_with_client() -> Result<PathBuf> {
    let home = paths::tool_cache()?.join(format!("python-{PYTHON_CLIENT}"));
    let (python, done) = (home.join("bin/python"), home.join("installed"));
    if !done.exists() {
        eprintln!("setup: pip install {PYTHON_CLIENT} (seconds)");
        process::run_quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))
            .context("Python 3.10 or later is needed, with venv")?;
        process::run_quietly(Command::new(&python).args(["-m", "pip", "install", "--quiet", PYTHON_CLIENT]))?;
        // Written last, so that an interrupted installation is repeated.
        std::fs::write(done, "")?;
    }
    Ok(python)
}
