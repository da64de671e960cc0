//! Programs of the operating system: found on the path, or installed on Debian as root.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::process;

/// A program that is not in npm, crates.io or PyPI.
pub struct Program {
    /// Display name.
    pub name: &'static str,
    /// Environment variable with its path.
    pub variable: &'static str,
    /// Possible names of its executable.
    pub executables: &'static [&'static str],
    /// Its Debian package.
    pub package: &'static str,
}

/// A browser.
pub const CHROMIUM: Program = Program {
    name: "Chromium",
    variable: "CHROMIUM",
    executables: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    package: "chromium",
};

/// A caching proxy.
pub const NGINX: Program = Program { name: "nginx", variable: "NGINX", executables: &["nginx"], package: "nginx" };

impl Program {
    /// Returns the path of its executable: from the variable, or else from the path, or else from the Debian package, which root installs.
    ///
    /// # Errors
    /// If it is missing and can't be installed. The message contains the package to install.
    pub fn path(&self) -> Result<PathBuf> {
        if let Some(path) = std::env::var_os(self.variable).map(PathBuf::from) {
            ensure!(path.is_file(), "{} is set to {}, which does not exist", self.variable, path.display());
            return Ok(path);
        }
        if let Some(path) = self.find() {
            return Ok(path);
        }
        let Self { name, variable, package, .. } = self;
        if !(rustix::process::geteuid().is_root() && find("apt-get").is_some()) {
            bail!("{name} is needed: install it (Debian package `{package}`), or set {variable} to its path");
        }
        self.install().with_context(|| format!("cannot install {name}: install it, or set {variable} to its path"))?;
        self.find().with_context(|| format!("the package {package} does not contain {name}"))
    }

    fn find(&self) -> Option<PathBuf> {
        self.executables.iter().find_map(|name| find(name))
    }

    fn install(&self) -> Result<()> {
        eprintln!("setup: apt-get install {} (a minute or two, once)", self.package);
        let apt = |arguments: &[&str]| {
            process::run_quietly(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
        };
        apt(&["update"])?;
        apt(&["install", "--yes", "--no-install-recommends", self.package])
    }
}

fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    // Debian installs servers here, which is not on the path of users.
    let more = [Path::new("/usr/sbin").to_owned()];
    std::env::split_paths(&path).chain(more).map(|folder| folder.join(name)).find(|file| file.is_file())
}
