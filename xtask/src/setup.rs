//! `cargo xtask setup`: installs the tools that the other commands need. If all are installed, it takes milliseconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::tools::{self, CargoTool, WASM_BINDGEN, WORKER_BUILD};
use crate::{openapi, paths, process};

/// Installs missing tools and prints their names.
pub fn run() -> Result<()> {
    rust_parts()?;
    for tool in [WASM_BINDGEN, WORKER_BUILD] {
        check_twin(&tool)?;
        cargo_tool(&tool)?;
    }
    npm_packages()
}

/// Parts of the toolchain: a file or folder that only this part contains, and the arguments with which rustup installs it.
const RUST_PARTS: [(&str, [&str; 3]); 4] = [
    ("lib/rustlib/wasm32-unknown-unknown/lib", ["target", "add", "wasm32-unknown-unknown"]),
    ("lib/rustlib/src/rust/library", ["component", "add", "rust-src"]),
    ("bin/cargo-clippy", ["component", "add", "clippy"]),
    ("bin/cargo-fmt", ["component", "add", "rustfmt"]),
];

fn rust_parts() -> Result<()> {
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

/// Checks that a tool has the same version as its library. Their common format changes with each version.
fn check_twin(tool: &CargoTool) -> Result<()> {
    let lock: toml::Table =
        fs::read_to_string(paths::root().join("Cargo.lock")).context("cannot read Cargo.lock")?.parse()?;
    let locked = lock["package"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"].as_str() == Some(tool.twin))
        .and_then(|package| package["version"].as_str());
    let CargoTool { package, version, twin } = tool;
    match locked {
        // Without the library, any version of the tool is right.
        None => Ok(()),
        Some(locked) => {
            ensure!(
                locked == *version,
                "Cargo.lock contains {twin} {locked}, but xtask/src/tools.rs requires {package} {version}: \
                 the versions must be equal, so change one of them (Cargo.toml pins {twin})"
            );
            Ok(())
        }
    }
}

fn cargo_tool(tool: &CargoTool) -> Result<()> {
    if tool.path()?.exists() {
        return Ok(());
    }
    let CargoTool { package, version, .. } = tool;
    say(&format!("cargo install {package} {version} (two to three minutes, once)"));
    process::run(
        Command::new("cargo")
            .args(["install", "--locked", "--version", version, package, "--root"])
            .arg(tool.dir()?)
            .current_dir(paths::root()),
    )
    .with_context(|| format!("cannot install {package} {version}"))
}

fn npm_packages() -> Result<()> {
    let root = paths::root();
    let lock = root.join("package-lock.json");
    let stamp = root.join("node_modules/.installed-lock.json");
    if same_content(&lock, &stamp) {
        return Ok(());
    }
    say("npm install (under a minute)");
    // `npm ci` rejects a lock file that lacks some platforms' optional packages. With --no-save, `npm install` doesn't change
    // the lock file.
    let arguments = ["install", "--no-save", "--loglevel=error"];
    process::run_quietly(Command::new("npm").args(arguments).current_dir(root))
        .context("Node.js 20 or newer with npm is needed: the packages include their own newer Node.js")?;
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
