//! The tools that aren't in Cargo.lock: their versions, and their paths after `setup`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::paths;

/// A tool that `cargo install` builds. The tool cache has one folder for each name and version.
pub struct CargoTool {
    pub package: &'static str,
    pub version: &'static str,
    /// The package in Cargo.lock that must have the same version.
    pub twin: &'static str,
}

/// Generates the JavaScript for a compiled wasm file. It accepts only files that its twin of the same version has produced.
pub const WASM_BINDGEN: CargoTool = CargoTool { package: "wasm-bindgen-cli", version: "0.2.129", twin: "wasm-bindgen" };

/// Builds a Worker with the compiler, wasm-bindgen, wasm-opt and esbuild.
pub const WORKER_BUILD: CargoTool = CargoTool { package: "worker-build", version: "0.8.7", twin: "worker" };

impl CargoTool {
    /// The folder for `cargo install --root`.
    pub fn dir(&self) -> Result<PathBuf> {
        Ok(paths::tool_cache()?.join(format!("{}-{}", self.package, self.version)))
    }

    /// The executable.
    pub fn path(&self) -> Result<PathBuf> {
        let name = self.package.trim_end_matches("-cli");
        Ok(self.dir()?.join("bin").join(name))
    }
}

/// An executable of an npm package.
pub fn npm_path(name: &str) -> PathBuf {
    paths::root().join("node_modules/.bin").join(name)
}

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
    let mut command = Command::new(npm_path(name));
    let mut path = vec![paths::root().join("node_modules/.bin")];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    command
        .current_dir(paths::root())
        .env("PATH", std::env::join_paths(path).expect("each came from a PATH"))
        .env("WRANGLER_SEND_METRICS", "false");
    command
}
