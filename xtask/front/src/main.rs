//! `cargo xtask`: compiles the package `xtask`, prints a message if that takes longer than half a second, and runs it.

use std::io::{IsTerminal, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Maximum time to compile without a message, after the first time. If nothing has changed, it takes less.
const QUIET: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let error = match compile() {
        Ok(true) => run(),
        Ok(false) => return ExitCode::FAILURE,
        Err(error) => error,
    };
    eprintln!("error: cannot start cargo or what it has built: {error}");
    ExitCode::FAILURE
}

/// Returns whether cargo could compile xtask. Its output is shown if that takes longer than [`QUIET`], or fails.
fn compile() -> std::io::Result<bool> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["build", "--package", "xtask"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    if std::io::stderr().is_terminal() {
        // Cargo would detect that its stderr is a pipe.
        let terminal = [("COLOR", "always"), ("PROGRESS_WHEN", "always"), ("PROGRESS_WIDTH", "80")];
        command.envs(terminal.map(|(name, value)| (format!("CARGO_TERM_{name}"), value)));
    }
    let mut cargo = command.spawn()?;
    let output = cargo.stderr.take().map(read);
    let held = output.map(pass_on).unwrap_or_default();
    let success = cargo.wait()?.success();
    if !success {
        std::io::stderr().write_all(&held)?;
    }
    Ok(success)
}

/// The output in `pipe`, as it arrives.
fn read(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Shows the output if it is not complete within [`QUIET`]. Otherwise returns it.
fn pass_on(output: Receiver<Vec<u8>>) -> Vec<u8> {
    let is_first_time = xtask().is_ok_and(|xtask| !xtask.exists());
    let deadline = Instant::now() + if is_first_time { Duration::ZERO } else { QUIET };
    let mut held = Vec::new();
    loop {
        match output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(bytes) => held.extend(bytes),
            Err(RecvTimeoutError::Disconnected) => return held,
            Err(RecvTimeoutError::Timeout) => break,
        }
    }
    let mut stderr = std::io::stderr();
    eprintln!("xtask: compiling cargo xtask (a minute once, seconds after an edit)");
    for bytes in std::iter::once(held).chain(output) {
        // If stderr is closed, the output is lost.
        let _ = stderr.write_all(&bytes);
    }
    Vec::new()
}

/// Replaces this process by xtask. Returns only if that fails.
fn run() -> std::io::Error {
    match xtask() {
        Ok(xtask) => Command::new(xtask).args(std::env::args_os().skip(1)).exec(),
        Err(error) => error,
    }
}

/// The path of xtask, which cargo builds in the folder of this program.
fn xtask() -> std::io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("xtask"))
}
