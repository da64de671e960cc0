//! Many clients, and everything that can go wrong: nothing acknowledged is lost, doubled, or out of order.
//!
//! A schedule is a function of its seed. `SEED=n cargo test -p runtime --test schedules` plays one of them again, and
//! `SCHEDULES=n` plays another number of them.

mod breaks;
mod clients;
mod found;
mod history;
mod random;
mod readers;
mod schedule;
mod witness;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// How many seeds there are by default.
const SCHEDULES: u64 = 2_000;

#[test]
fn nothing_acknowledged_is_lost_doubled_or_out_of_order() {
    let variable = |name| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let seeds = match variable("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..variable("SCHEDULES").unwrap_or(SCHEDULES),
    };
    for seed in seeds {
        let played = catch_unwind(AssertUnwindSafe(|| native::run(schedule::play(seed))));
        if let Err(panic) = played {
            eprintln!("replay it with SEED={seed} cargo test -p runtime --test schedules");
            resume_unwind(panic);
        }
    }
}

#[test]
fn a_seed_always_plays_the_same() {
    for seed in 0..20 {
        let histories = [(); 3].map(|()| native::run(schedule::play(seed)));
        assert!(histories[0] == histories[1] && histories[1] == histories[2], "{seed}");
    }
}
