//! Ctrl-C and similar signals set a flag. Code that waits checks it, and unwinding ends the child processes.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::{Result, ensure};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

static REQUESTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Makes SIGINT, SIGTERM and SIGHUP set the flag and do nothing else.
pub fn listen() -> Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&REQUESTED))?;
    }
    Ok(())
}

/// Returns whether a signal has arrived.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Fails after a signal has arrived.
pub fn check() -> Result<()> {
    ensure!(!requested(), "interrupted");
    Ok(())
}

/// The exit code that shells expect after Ctrl-C.
pub fn exit_code() -> ExitCode {
    ExitCode::from(130)
}
