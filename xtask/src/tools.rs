//! The tools that aren't in Cargo.lock: which versions, and where they are once `setup` has run.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::paths;

/// A tool that `cargo install` builds, kept in the tool cache under its name and version.
pub struct CargoTool {
    pub package: &'static str,
    pub version: &'static str,
    /// The package of Cargo.lock that must have the same version.
    pub twin: &'static str,
}

/// Turns compiled wasm into a module with its JavaScript half; it reads only what its twin wrote.
pub const WASM_BINDGEN: CargoTool = CargoTool { package: "wasm-bindgen-cli", version: "0.2.129", twin: "wasm-bindgen" };

/// Drives the compiler, wasm-bindgen, wasm-opt and esbuild to a Worker.
pub const WORKER_BUILD: CargoTool = CargoTool { package: "worker-build", version: "0.8.7", twin: "worker" };

impl CargoTool {
    /// The root that `cargo install` gets.
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

/// Where the packages of Python are that xtask/openapi asks for.
pub fn python_environment() -> Result<PathBuf> {
    Ok(paths::tool_cache()?.join("openapi"))
}

/// A command for an executable of a package of Python.
pub fn python(name: &str) -> Result<Command> {
    Ok(Command::new(python_environment()?.join("bin").join(name)))
}

/// A command for an executable of an npm package, with the packaged Node in front of the machine's own,
/// which may be too old for wrangler.
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
