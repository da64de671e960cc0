//! `cargo xtask build`: builds the Worker in app/build with worker-build. Wrangler's `[build]` runs it, too. The bench builds
//! another Worker the same way.

use std::fmt;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::tools::{WASM_BINDGEN, WORKER_BUILD, npm_path};
use crate::{paths, process, setup};

/// Size of the Worker's upload, in bytes.
pub struct Size {
    gzipped: usize,
    unpacked: usize,
}

/// Runs the setup, builds the Worker, and returns the size of its upload.
pub fn run() -> Result<Size> {
    worker(&paths::app())
}

/// Like [`run`], for the Worker in any folder.
pub fn worker(package: &Path) -> Result<Size> {
    setup::run()?;
    let stamp = fingerprint(package, &compile(package)?)?;
    let stamp_file = paths::build_output(package).join("fingerprint");
    let fresh = fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp);
    if !fresh {
        // Removed until the build is complete, so that an interrupted build is never used.
        let _ = fs::remove_file(&stamp_file);
        bundle(package)?;
        fs::write(&stamp_file, stamp)?;
    }
    measure(package)
}

/// Compiles the Worker exactly as worker-build does, so that worker-build does not compile again. Returns the wasm file. If it has
/// not changed, worker-build need not run.
fn compile(package: &Path) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command
        .args(["build", "--lib", "--release", "--target", "wasm32-unknown-unknown"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(package)
        // Set by worker-build. The expansion of wasm-bindgen's macros depends on it.
        .env("WASM_BINDGEN_USE_JS_SYS", "1");
    let mut wasm = None;
    let status = process::run_by_line(&mut command, |line| wasm = wasm_artifact(line).or(wasm.take()))?;
    process::succeeded(&command, status)?;
    wasm.with_context(|| format!("cargo built no wasm file: is {} a cdylib?", package.display()))
}

/// The wasm file in a message of cargo, if it contains one.
fn wasm_artifact(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let files = message["filenames"].as_array()?.iter();
    files.filter_map(|file| file.as_str()).find(|file| file.ends_with(".wasm")).map(PathBuf::from)
}

/// A hash of everything that affects the output of worker-build.
fn fingerprint(package: &Path, wasm: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(wasm)?.hash(&mut hasher);
    for input in [paths::root().join("package-lock.json"), package.join("Cargo.toml")] {
        fs::read(input)?.hash(&mut hasher);
    }
    (WASM_BINDGEN.version, WORKER_BUILD.version).hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn bundle(package: &Path) -> Result<()> {
    eprintln!("build: worker-build (seconds)");
    process::run_quietly(
        Command::new(WORKER_BUILD.path()?)
            .arg("--release")
            .current_dir(package)
            // Otherwise worker-build would download these.
            .env("WASM_BINDGEN_BIN", WASM_BINDGEN.path()?)
            .env("WASM_OPT_BIN", npm_path("wasm-opt"))
            .env("ESBUILD_BIN", npm_path("esbuild")),
    )
}

fn measure(package: &Path) -> Result<Size> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    let mut unpacked = 0;
    for name in ["index.js", "index_bg.wasm"] {
        let bytes = fs::read(paths::build_output(package).join(name))?;
        unpacked += bytes.len();
        gzip.write_all(&bytes)?;
    }
    let gzipped = gzip.finish()?.len();
    Ok(Size { gzipped, unpacked })
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { gzipped, unpacked } = self;
        write!(f, "Worker built: {} KB gzipped, {} KB unpacked", gzipped / 1000, unpacked / 1000)
    }
}
