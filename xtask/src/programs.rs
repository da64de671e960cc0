//! Programs that the machine itself has: found, or installed where that is up to us.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::process;

/// A program that no registry of ours has.
pub struct Program {
    /// What it is called, for people.
    pub name: &'static str,
    /// A variable that says where it is.
    pub variable: &'static str,
    /// What its executable may be called.
    pub executables: &'static [&'static str],
    /// The package of Debian that has it.
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
    /// Its executable: the one that the variable names, or the first one on the path, or, for root on a Debian, that of the package.
    ///
    /// # Errors
    /// What to install, if it isn't there.
    pub fn path(&self) -> Result<PathBuf> {
        if let Some(path) = std::env::var_os(self.variable).map(PathBuf::from) {
            ensure!(path.is_file(), "{} says {}, and there is no such file", self.variable, path.display());
            return Ok(path);
        }
        if let Some(path) = self.find() {
            return Ok(path);
        }
        let Self { name, variable, package, .. } = self;
        if !(rustix::process::geteuid().is_root() && find("apt-get").is_some()) {
            bail!(
                "{name} is needed: install it (Debian's package is `{package}`), or say where it is with {variable}=…"
            );
        }
        self.install()
            .with_context(|| format!("cannot install {name}: do so, or say where it is with {variable}=…"))?;
        self.find().with_context(|| format!("the package {package} has brought no {name}"))
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
    // Where Debian puts servers, and people have no path to.
    let more = [Path::new("/usr/sbin").to_owned()];
    std::env::split_paths(&path).chain(more).map(|folder| folder.join(name)).find(|file| file.is_file())
}
