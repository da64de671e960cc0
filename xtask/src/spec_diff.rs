//! `cargo xtask spec-diff`: lists the changes of the spec that clients can see.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::{fs, io};

use anyhow::{Context, Result};
use dsl::model::Model;
use evolution::Effect;

use crate::paths;

/// Prints all changes, and fails if one is breaking.
pub fn run(old: &str, new: Option<&str>) -> Result<ExitCode> {
    let changes = evolution::compare(&model(old)?, &new.map_or_else(|| read_file(paths::SPEC), model)?);
    changes.iter().for_each(|change| println!("{change}"));
    let count = |effect| changes.iter().filter(|change| change.effect == effect).count();
    let breaking = count(Effect::Breaking);
    println!("{breaking} breaking, {} unclear, {} compatible", count(Effect::Unclear), count(Effect::Compatible));
    Ok(if breaking == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads a spec from a file, or the spec of a commit.
fn model(name: &str) -> Result<Model> {
    if Path::new(name).is_file() {
        return read_file(name);
    }
    let model = docs::read(Path::new(paths::SPEC), &|path| committed(name, path));
    model.with_context(|| format!("{name} is neither a file nor a commit that contains a spec"))
}

fn read_file(name: &str) -> Result<Model> {
    // A name in the arguments is relative to the current folder.
    let path = if name == paths::SPEC { paths::root().join(name) } else { name.into() };
    docs::read(&path, &|path| fs::read_to_string(path))
}

/// The text of a file in a commit.
fn committed(commit: &str, path: &Path) -> io::Result<String> {
    let object = format!("{commit}:{}", path.display());
    let shown = Command::new("git").args(["show", &object]).current_dir(paths::root()).output()?;
    if !shown.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&shown.stderr).trim().to_owned()));
    }
    String::from_utf8(shown.stdout).map_err(io::Error::other)
}
