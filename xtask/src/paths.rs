//! Where things are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder that holds the workspace's Cargo.toml.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the workspace")
}

/// The description of the wire, from the root.
pub const SPEC: &str = "spec/durable_streams.rs";

/// The package of the Worker.
pub fn app() -> PathBuf {
    root().join("app")
}

/// Where worker-build leaves the Worker of a package: `index.js` and `index_bg.wasm`.
pub fn build_output(package: &Path) -> PathBuf {
    package.join("build")
}

/// A folder outside `target/`, so that `cargo clean` doesn't cost minutes of installing tools again.
pub fn tool_cache() -> Result<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME") {
        Some(dir) if Path::new(&dir).is_absolute() => PathBuf::from(dir),
        _ => {
            std::env::home_dir().context("neither XDG_CACHE_HOME nor HOME says where to keep the tools")?.join(".cache")
        }
    };
    Ok(base.join("durable-streams-worker"))
}
