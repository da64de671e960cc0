//! `cargo xtask setup`: installs the tools that the other commands need. If all are installed, it takes milliseconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::progress::step;
use crate::{lock, openapi, paths, process, tools};

/// Installs missing tools and prints their names.
pub fn run() -> Result<()> {
    rust_parts()?;
    npm_packages()
}

/// Parts of the toolchain: a file or folder that only this part contains, and the arguments with which rustup installs it.
const RUST_PARTS: [(&str, [&str; 3]); 4] = [
    ("lib/rustlib/wasm32-unknown-unknown/lib", ["target", "add", "wasm32-unknown-unknown"]),
    ("lib/rustlib/src/rust/library", ["component", "add", "rust-src"]),
    ("bin/cargo-clippy", ["component", "add", "clippy"]),
    ("bin/cargo-fmt", ["component", "add", "rustfmt"]),
];

/// Installs the missing parts of the toolchain.
pub fn rust_parts() -> Result<()> {
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(paths::root())
        .output()
        .context("cannot run rustc: install Rust with rustup")?;
    ensure!(output.status.success(), "`rustc --print sysroot` failed");
    let sysroot = PathBuf::from(String::from_utf8(output.stdout)?.trim());

    for (part, words) in RUST_PARTS {
        if !sysroot.join(part).exists() {
            let words = words.join(" ");
            say(&format!("rustup {words} (seconds)"));
            process::run(Command::new("rustup").args(words.split(' ')).current_dir(paths::root()))
                .with_context(|| format!("without rustup, install what `rustup {words}` would install"))?;
        }
    }
    Ok(())
}

/// Installs the packages in package-lock.json.
pub fn npm_packages() -> Result<()> {
    let root = paths::root();
    let lock = root.join("package-lock.json");
    let stamp = root.join("node_modules/.installed-lock.json");
    if same_content(&lock, &stamp) {
        return Ok(());
    }
    let _lock = lock::folder(&root.join("node_modules"))?;
    // Another command may have installed them in the meantime.
    if same_content(&lock, &stamp) {
        return Ok(());
    }
    // `npm ci` rejects a lock file that lacks some platforms' optional packages. With --no-save, `npm install` doesn't change
    // the lock file.
    let arguments = ["install", "--no-save", "--loglevel=error"];
    step("installing npm packages", "15 to 60 s once", || {
        process::run_quietly(Command::new("npm").args(arguments).current_dir(root))
            .context("npm is needed: install Node.js 22.12 or newer, which includes it")
    })?;
    fs::copy(&lock, &stamp).context("cannot note which packages are installed")?;
    Ok(())
}

/// Installs the Python packages for the tests of docs/openapi.json. No other command needs Python.
pub fn python_packages() -> Result<()> {
    let lock = openapi::folder().join("requirements.txt");
    let environment = tools::python_environment()?;
    let stamp = environment.join("installed-requirements.txt");
    let pip = environment.join("bin/pip");
    // The environment's Python is a link to the system's, which may have been removed.
    if same_content(&lock, &stamp) && environment.join("bin/python").exists() {
        return Ok(());
    }
    say("pip install schemathesis and openapi-spec-validator (under a minute)");
    let look = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";
    process::run_quietly(Command::new("python3").args(["-c", look]))
        .and_then(|()| process::run_quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment)))
        .context("Python 3.11 or newer is needed as `python3`, with its module `venv`")?;
    let arguments = ["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--requirement"];
    process::run_quietly(Command::new(pip).args(arguments).arg(&lock)).context("pip cannot install its packages")?;
    fs::copy(&lock, &stamp).context("cannot note which packages are installed")?;
    Ok(())
}

fn same_content(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

fn say(step: &str) {
    eprintln!("setup: {step}");
}
