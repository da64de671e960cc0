//! Paths.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder that holds the workspace's Cargo.toml.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the workspace")
}

/// The spec, relative to the root.
pub const SPEC: &str = "spec/durable_streams.rs";

/// The package of the Worker.
pub fn app() -> PathBuf {
    root().join("app")
}

/// The package of the example with another protocol.
pub fn tus() -> PathBuf {
    root().join("examples/tus")
}

/// The output folder of the build of a package: `index.js`, `index_bg.wasm`, and the names of its functions.
pub fn build_output(package: &Path) -> PathBuf {
    package.join("build")
}

/// The folder for installed tools. It is outside `target/`, so that `cargo clean` keeps them.
pub fn tool_cache() -> Result<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME") {
        Some(dir) if Path::new(&dir).is_absolute() => PathBuf::from(dir),
        _ => std::env::home_dir().context("neither XDG_CACHE_HOME nor HOME is set")?.join(".cache"),
    };
    Ok(base.join("durable-streams-worker"))
}
