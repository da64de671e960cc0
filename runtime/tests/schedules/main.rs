//! Many clients, and everything that can go wrong: nothing acknowledged is lost, doubled, or out of order.
//!
//! A schedule is a function of its seed. In every fourth of them the world is slow: seconds pass where otherwise milliseconds do,
//! so that the runtime's own delays may be over between any two awaits.
//!
//! - `SCHEDULES=20000 cargo test --release -p runtime --test schedules` plays that many, on all cores. The paused
//!   clock makes waiting free.
//! - `SEED=n cargo test -p runtime --test schedules` plays one of them again.

mod breaks;
mod clients;
mod found;
mod history;
mod plan;
mod random;
mod readers;
mod schedule;
mod subscribers;
mod witness;

use std::any::Any;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// How many seeds there are by default.
const SCHEDULES: u64 = 2_000;

/// How many seeds may fail before no other is played.
const FAILURES: usize = 20;

#[test]
fn nothing_acknowledged_is_lost_doubled_or_out_of_order() {
    let variable = |name| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let failures = failures(match variable("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..variable("SCHEDULES").unwrap_or(SCHEDULES),
    });
    let told: Vec<_> = failures.iter().map(|(seed, failure)| format!("SEED={seed}: {failure}")).collect();
    assert!(told.is_empty(), "replay them with SEED=n cargo test -p runtime --test schedules\n{}", told.join("\n"));
}

/// Plays all of these seeds, and tells which fail, and how.
fn failures(seeds: Range<u64>) -> Vec<(u64, String)> {
    let (next, failures) = (AtomicU64::new(seeds.start), Mutex::new(Vec::new()));
    let play = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end || failures.lock().expect("no lock is poisoned").len() >= FAILURES {
                return;
            }
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| native::run(schedule::play(seed)))) {
                failures.lock().expect("no lock is poisoned").push((seed, message(&*panic)));
            }
        }
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        (0..cores).for_each(|_| drop(scope.spawn(play)));
    });
    let mut failures = failures.into_inner().expect("no lock is poisoned");
    failures.sort_unstable();
    failures
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panics").to_owned()
}

#[test]
fn a_seed_always_plays_the_same() {
    for seed in 0..20 {
        let histories = [(); 3].map(|()| native::run(schedule::play(seed)));
        assert!(histories[0] == histories[1] && histories[1] == histories[2], "{seed}");
    }
}
