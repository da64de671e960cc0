//! `cargo xtask build`: builds the Worker in app/build. Wrangler's `[build]` runs it, too. The bench builds another Worker the same way.
//!
//! Compiling the Worker, compiling xtask/bindgen and installing npm packages run at the same time, because none needs another.

use std::fmt;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use crate::config::Wrangler;
use crate::progress::step;
use crate::{bundle, lock, paths, process, setup};

/// Size of the Worker's upload, in bytes.
#[derive(Clone, Copy, Deserialize, Serialize)]
pub struct Size {
    gzipped: usize,
    unpacked: usize,
}

/// Maximum size of the upload, gzipped: every cold start loads it.
const MAX_GZIPPED: usize = 880_000;

/// Describes the last complete build.
#[derive(Deserialize, Serialize)]
struct Stamp {
    /// [`fingerprint`] of its inputs.
    inputs: String,
    size: Size,
}

/// Installs what the build needs, builds the Worker, and returns the size of its upload.
pub fn run() -> Result<Size> {
    worker(&paths::app())
}

/// Like [`run`], for the Worker in any folder.
pub fn worker(package: &Path) -> Result<Size> {
    setup::rust_parts()?;
    let (wasm, bindgen) = thread::scope(|scope| {
        let npm = scope.spawn(setup::npm_packages);
        let bindgen = scope.spawn(compile_bindgen);
        let wasm = compile(package);
        npm.join().expect("installing does not panic")?;
        anyhow::Ok((wasm?, bindgen.join().expect("compiling does not panic")?))
    })?;
    let output = paths::build_output(package);
    let _lock = lock::folder(&output)?;
    let config = Wrangler::of(package)?;
    let (inputs, stamp_file) = (fingerprint(&wasm, &config)?, output.join("built.json"));
    let last: Option<Stamp> = fs::read(&stamp_file).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(stamp) = last.filter(|stamp| stamp.inputs == inputs) {
        return Ok(stamp.size);
    }
    // Removed until the build is complete, so that an interrupted build is never used.
    let _ = fs::remove_file(&stamp_file);
    bundle::write(&wasm, &bindgen, &config, &output)?;
    let size = measure(&output)?;
    fs::write(&stamp_file, serde_json::to_vec(&Stamp { inputs, size })?)?;
    Ok(size)
}

/// Compiles the Worker, and returns the wasm file.
fn compile(package: &Path) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command
        .args(["build", "--lib", "--release", "--target", "wasm32-unknown-unknown"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(package)
        // The expansion of wasm-bindgen's macros depends on it: futures come from js-sys.
        .env("WASM_BINDGEN_USE_JS_SYS", "1");
    let wasm = step("compiling the Worker", "2 to 3 minutes once, 20 s after an edit", || {
        built(&mut command, "filenames", ".wasm")
    })?;
    wasm.with_context(|| format!("cargo built no wasm file: is {} a cdylib?", package.display()))
}

/// Compiles xtask/bindgen, and returns its executable.
fn compile_bindgen() -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command
        .args(["build", "--package", "bindgen", "--quiet", "--message-format=json-render-diagnostics"])
        .current_dir(paths::root());
    let executable = step("compiling bindgen", "a minute once", || built(&mut command, "executable", "bindgen"))?;
    executable.context("cargo built no bindgen")
}

/// Runs `cargo build`, and returns the last file in this field of its messages whose name ends with `end`.
fn built(command: &mut Command, field: &str, end: &str) -> Result<Option<PathBuf>> {
    let mut found = None;
    let status = process::run_by_line(command, |line| found = artifact(line, field, end).or(found.take()))?;
    process::succeeded(command, status)?;
    Ok(found)
}

/// The file in a message of cargo, if it contains one. The field is a path or a list of paths.
fn artifact(message: &str, field: &str, end: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let field = &message[field];
    let mut files = field.as_array().into_iter().flatten().chain([field]).filter_map(|file| file.as_str());
    files.find(|file| file.ends_with(end)).map(PathBuf::from)
}

/// A hash of everything that affects the output of [`bundle`].
fn fingerprint(wasm: &Path, config: &Wrangler) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(wasm)?.hash(&mut hasher);
    fs::read(&config.file)?.hash(&mut hasher);
    for input in ["Cargo.lock", "package-lock.json", "xtask/bindgen/src/main.rs", "xtask/src/bundle.rs"] {
        fs::read(paths::root().join(input))?.hash(&mut hasher);
    }
    bundle::RESTART.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn measure(output: &Path) -> Result<Size> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    let mut unpacked = 0;
    for name in bundle::FILES {
        let bytes = fs::read(output.join(name))?;
        unpacked += bytes.len();
        gzip.write_all(&bytes)?;
    }
    let gzipped = gzip.finish()?.len();
    Ok(Size { gzipped, unpacked })
}

impl Size {
    /// Returns an error if the upload is larger than it may be.
    pub fn check(self) -> Result<()> {
        ensure!(
            self.gzipped <= MAX_GZIPPED,
            "the Worker has {} bytes gzipped, but may have {MAX_GZIPPED}. Make what was added smaller, or raise MAX_GZIPPED in \
             xtask/src/build.rs.",
            self.gzipped
        );
        Ok(())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { gzipped, unpacked } = self;
        write!(f, "Worker built: {} KB gzipped, {} KB unpacked", gzipped / 1000, unpacked / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_worker_is_rejected_with_advice() {
        let size = |gzipped| Size { gzipped, unpacked: 2 * gzipped };
        assert!(size(MAX_GZIPPED).check().is_ok());
        let error = size(MAX_GZIPPED + 1).check().expect_err("it is too large").to_string();
        assert!(
            error.contains(&(MAX_GZIPPED + 1).to_string()) && error.contains("MAX_GZIPPED in xtask/src/build.rs"),
            "{error}"
        );
    }
}
