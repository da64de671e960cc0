//! `cargo xtask spec-diff`: lists the changes of the spec that clients can see.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use evolution::Effect;

use crate::paths;

/// Prints all changes, and fails if one is breaking.
pub fn run(old: &str, new: Option<&str>) -> Result<ExitCode> {
    let spec = paths::root().join(paths::SPEC);
    let old = docs::read(old, &text(old)?)?;
    let new = match new {
        Some(new) => docs::read(new, &text(new)?)?,
        None => docs::read(paths::SPEC, &fs::read_to_string(spec)?)?,
    };
    let changes = evolution::compare(&old, &new);
    changes.iter().for_each(|change| println!("{change}"));
    let count = |effect| changes.iter().filter(|change| change.effect == effect).count();
    let breaking = count(Effect::Breaking);
    println!("{breaking} breaking, {} unclear, {} compatible", count(Effect::Unclear), count(Effect::Compatible));
    Ok(if breaking == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads the spec from a file or a commit.
fn text(name: &str) -> Result<String> {
    if Path::new(name).is_file() {
        return fs::read_to_string(name).with_context(|| format!("cannot read {name}"));
    }
    let object = format!("{name}:{}", paths::SPEC);
    let shown = Command::new("git").args(["show", &object]).current_dir(paths::root()).output();
    let shown = shown.context("cannot run git")?;
    let complaint = String::from_utf8_lossy(&shown.stderr);
    ensure!(shown.status.success(), "{name} is neither a file nor a commit that contains a spec: {}", complaint.trim());
    String::from_utf8(shown.stdout).with_context(|| format!("{object} is not text"))
}
