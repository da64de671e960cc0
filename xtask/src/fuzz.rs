//! `cargo xtask fuzz`: mutates the existing specs to find inputs on which their compiler fails.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use dsl::part::Assembled;

use crate::{paths, process};

/// The specs whose files are the initial corpus.
const SEEDS: [&str; 2] = [paths::SPEC, "macros/tests/counter/protocol.rs"];
/// Maximum length of an input in bytes.
const BYTES_MAX: usize = 60_000;

/// Runs for about this many seconds. Finds inputs that make the compiler panic, or whose formatted form changes when formatted again.
pub fn run(seconds: u64) -> Result<()> {
    let installed = |arguments: &[&str]| {
        let output = Command::new("cargo").args(arguments).output();
        output.is_ok_and(|output| output.status.success())
    };
    ensure!(installed(&["+nightly", "--version"]), "a nightly compiler is needed: rustup toolchain install nightly");
    ensure!(installed(&["+nightly", "fuzz", "--version"]), "cargo-fuzz is needed: cargo install cargo-fuzz");
    let folder = paths::root().join("macros/dsl/fuzz");
    let corpus = folder.join("corpus/compile");
    fs::create_dir_all(&corpus)?;
    for seed in SEEDS {
        let spec = Assembled::read(&paths::root().join(seed), &|path| fs::read_to_string(path))?;
        for file in spec.files {
            let clauses = inside(&fs::read_to_string(&file)?).context("a file of a spec has one call")?.to_owned();
            fs::write(corpus.join(name(&file)), clauses)?;
        }
    }
    let mut fuzz = Command::new("cargo");
    // With `cfg(fuzzing)`, tokens have no positions, which the formatter needs.
    fuzz.args(["+nightly", "fuzz", "run", "--no-cfg-fuzzing", "--fuzz-dir"]).arg(&folder).arg("compile");
    fuzz.arg("--").args([format!("-max_total_time={seconds}"), format!("-max_len={BYTES_MAX}")]);
    process::run(&mut fuzz)
}

/// The name of the seed of a file.
fn name(file: &Path) -> String {
    let path = file.strip_prefix(paths::root()).unwrap_or(file);
    path.with_extension("").display().to_string().replace('/', "-")
}

/// The text between the braces of `protocol! { … }` or `part! { … }`.
fn inside(file: &str) -> Option<&str> {
    let (_, rest) = ["protocol! {", "part! {"].iter().find_map(|call| file.split_once(call))?;
    rest.rsplit_once('}').map(|(inside, _)| inside)
}
