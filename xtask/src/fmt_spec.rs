//! `cargo xtask fmt-spec`: formats the spec.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use dsl::part::Assembled;

use crate::paths;

/// Formats `files`, or the spec if `files` is empty.
pub fn run(files: &[PathBuf]) -> Result<()> {
    for file in changed(files)? {
        fs::write(&file.path, file.formatted).with_context(|| format!("cannot write {}", file.path.display()))?;
        println!("formatted {}", file.path.display());
    }
    Ok(())
}

/// Fails if one of `files`, or the spec if `files` is empty, is not formatted.
pub fn check(files: &[PathBuf]) -> Result<()> {
    let changed = changed(files)?;
    let lines: Vec<String> = changed.iter().map(Changed::first_difference).collect();
    let names: Vec<String> = files.iter().map(|file| format!(" {}", file.display())).collect();
    ensure!(changed.is_empty(), "{}\nto format: cargo xtask fmt-spec{}", lines.join("\n"), names.concat());
    Ok(())
}

/// A file that is not formatted.
struct Changed {
    path: PathBuf,
    source: String,
    formatted: String,
}

impl Changed {
    /// The first line that differs, and its formatted version.
    fn first_difference(&self) -> String {
        let same = self.source.lines().zip(self.formatted.lines()).take_while(|(is, should)| is == should).count();
        let should = self.formatted.lines().nth(same).unwrap_or_default();
        format!("{}:{} is not formatted. Expected:\n{should}", self.path.display(), same + 1)
    }
}

fn changed(files: &[PathBuf]) -> Result<Vec<Changed>> {
    let spec = if files.is_empty() { spec()? } else { Vec::new() };
    let mut changed = Vec::new();
    for path in files.iter().chain(&spec) {
        let source = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let formatted = dsl::format::format(&source).with_context(|| path.display().to_string())?;
        if formatted != source {
            changed.push(Changed { path: path.clone(), source, formatted });
        }
    }
    Ok(changed)
}

/// The files of the spec.
fn spec() -> Result<Vec<PathBuf>> {
    let spec = Assembled::read(&paths::root().join(paths::SPEC), &|path| fs::read_to_string(path))?;
    Ok(spec.files)
}
