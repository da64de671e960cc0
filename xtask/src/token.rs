//! `cargo xtask token`: the program in xtask/access. It contains the server, so it is compiled only for this command.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Error, anyhow};

use crate::paths;

/// Replaces this process by the program. Returns only if that fails.
pub fn run(arguments: &[OsString]) -> Error {
    let is_compiled = std::env::current_exe().is_ok_and(|xtask| xtask.with_file_name("access").exists());
    if !is_compiled {
        eprintln!("token: compiling (a minute or two, once)");
    }
    let manifest = paths::root().join("Cargo.toml");
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--package", "access", "--manifest-path"]).arg(manifest).arg("--").args(arguments);
    anyhow!("cannot start cargo: {}", command.exec())
}
