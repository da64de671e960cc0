//! Locks between commands that run at the same time and write the same files.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::interrupt;
use crate::progress::step;

const POLL: Duration = Duration::from_millis(50);

/// Locks `folder`, which is created if it is missing, until the result is dropped or this process ends. Waits while another command,
/// or another thread of this one, has the lock.
pub fn folder(folder: &Path) -> Result<File> {
    fs::create_dir_all(folder)?;
    let path = folder.join(".xtask-lock");
    let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    step("waiting for another command", "until it has installed or built the same", || {
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) => {
                    interrupt::check()?;
                    thread::sleep(POLL);
                }
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
    })?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn the_second_waits_for_the_first() {
        let place = tempfile::tempdir().expect("a folder");
        let first = folder(place.path()).expect("a lock");
        let released = AtomicBool::new(false);
        thread::scope(|scope| {
            let second = scope.spawn(|| {
                let _lock = folder(place.path()).expect("a lock");
                assert!(released.load(Ordering::SeqCst), "two have the lock");
            });
            thread::sleep(2 * POLL);
            released.store(true, Ordering::SeqCst);
            drop(first);
            second.join().expect("the second gets the lock");
        });
    }
}
