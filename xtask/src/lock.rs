//! Locks between commands that run at the same time and write the same files.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::interrupt;

const POLL: Duration = Duration::from_millis(50);

/// Locks `folder`, which is created if it is missing, until the result is dropped or this process ends. Waits while another command,
/// or another thread of this one, has the lock.
pub fn folder(folder: &Path) -> Result<File> {
    fs::create_dir_all(folder)?;
    let path = folder.join(".xtask-lock");
    let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {
                interrupt::check()?;
                thread::sleep(POLL);
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
}
