//! Progress of slow steps: what runs, how long it usually takes, and how long it took.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Steps that take less are not announced, and a step with nothing to do takes less.
const QUIET: Duration = Duration::from_secs(1);

/// Runs `work`. If it takes longer than a second, prints the name of the step with its `usual` time, and its duration when it ends.
pub fn step<T>(name: &str, usual: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let (done, ended) = channel::<()>();
    thread::scope(|scope| {
        let announced = scope.spawn(move || {
            let slow = ended.recv_timeout(QUIET) == Err(RecvTimeoutError::Timeout);
            if slow {
                eprintln!("xtask: {name} ({usual})");
            }
            slow
        });
        let result = work();
        drop(done);
        if announced.join().expect("printing does not panic") && result.is_ok() {
            eprintln!("xtask: {name}: {} s", start.elapsed().as_secs());
        }
        result
    })
}
