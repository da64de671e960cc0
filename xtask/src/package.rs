//! Programs of the workspace that are compiled only for their own commands, because that takes long.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Error, anyhow};

use crate::paths;

/// A program, and how it is compiled.
pub struct Package {
    /// Its name.
    name: &'static str,
    /// The profile of cargo, and its folder in `target`.
    profile: (&'static str, &'static str),
}

/// Tokens, with the code of the server: xtask/access.
pub const ACCESS: Package = Package { name: "access", profile: ("dev", "debug") };

/// The operation of a deployment, with TLS: xtask/admin.
pub const ADMIN: Package = Package { name: "admin", profile: ("dev", "debug") };

/// Exports and imports, optimized for checksums: xtask/transfer.
pub const TRANSFER: Package = Package { name: "transfer", profile: ("load", "load") };

impl Package {
    /// Replaces this process by the program. Returns only if that fails.
    pub fn run(&self, action: &[&str], arguments: &[OsString]) -> Error {
        let (profile, folder) = self.profile;
        let target = std::env::current_exe().ok().and_then(|xtask| Some(xtask.parent()?.parent()?.to_owned()));
        if !target.is_some_and(|target| target.join(folder).join(self.name).exists()) {
            eprintln!("{}: compiling (a minute or two, once)", self.name);
        }
        let mut command = Command::new("cargo");
        command.args(["run", "--quiet", "--package", self.name, "--profile", profile, "--manifest-path"]);
        command.arg(paths::root().join("Cargo.toml")).arg("--").args(action).args(arguments);
        anyhow!("cannot start cargo: {}", command.exec())
    }
}
