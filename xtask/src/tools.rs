//! The paths of tools from npm and PyPI, after `setup`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::paths;

/// The folder of the Python packages that xtask/openapi needs.
pub fn python_environment() -> Result<PathBuf> {
    Ok(paths::tool_cache()?.join("openapi"))
}

/// A command for an executable of a Python package.
pub fn python(name: &str) -> Result<Command> {
    Ok(Command::new(python_environment()?.join("bin").join(name)))
}

/// A command for an executable of an npm package. It uses the packaged Node.js, because the system's may be too old for wrangler.
pub fn npm(name: &str) -> Command {
    let mut command = Command::new(paths::root().join("node_modules/.bin").join(name));
    let mut path = vec![paths::root().join("node_modules/.bin")];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    command
        .current_dir(paths::root())
        .env("PATH", std::env::join_paths(path).expect("each came from a PATH"))
        .env("WRANGLER_SEND_METRICS", "false");
    command
}
