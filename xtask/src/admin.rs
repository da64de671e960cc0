//! `cargo xtask admin` and `cargo xtask restore`: the program in xtask/admin. It contains TLS, so it is compiled only for these commands.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Error, anyhow};

use crate::paths;

/// Replaces this process by the program. Returns only if that fails.
pub fn run(action: &[&str], arguments: &[OsString]) -> Error {
    let is_compiled = std::env::current_exe().is_ok_and(|xtask| xtask.with_file_name("admin").exists());
    if !is_compiled {
        eprintln!("admin: compiling (a minute, once)");
    }
    let manifest = paths::root().join("Cargo.toml");
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--package", "admin", "--manifest-path"]).arg(manifest).arg("--");
    anyhow!("cannot start cargo: {}", command.args(action).args(arguments).exec())
}
