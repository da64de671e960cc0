//! Random histories of streams, one subscription, its holders and its crashes, against what is promised.
//!
//! The world has a database, an alarm that survives crashes, and a Durable Object that carries decisions out step by step. It can die
//! between any two steps. Writes of a dead one can commit late. Pokes get lost, receivers and workers lie, and alarms are late.
//! `MODEL_CASES=n` runs another number of histories.

mod driver;
mod history;
mod honest;
mod invariants;
mod object;
mod operation;
mod world;

use history::Seen;
use proptest::test_runner::{Config, RngAlgorithm, TestRunner};
use std::cell::RefCell;

/// The number of histories by default.
const CASES: u32 = 500;

/// Events without which the histories would prove little.
const EXPECTED: [&str; 11] = [
    "arrival announced",
    "claim refused",
    "delivery repeated",
    "delivery retried",
    "holder acknowledged",
    "holder fenced",
    "late write committed",
    "late write fenced",
    "offset refused",
    "subscription created again",
    "wake delayed",
];

#[test]
fn every_history_keeps_what_is_promised() {
    let cases = std::env::var("MODEL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let config =
        Config { cases, rng_algorithm: RngAlgorithm::XorShift, failure_persistence: None, ..Config::default() };
    let all = RefCell::new(Seen::default());
    let outcome = TestRunner::new(config).run(&operation::sequence(), |operations| {
        for (what, count) in driver::replay(&operations)? {
            *all.borrow_mut().entry(what).or_default() += count;
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let missing: Vec<_> = EXPECTED.iter().filter(|what| !all.borrow().contains_key(*what)).collect();
    assert!(missing.is_empty() || cases < CASES, "the histories have no {missing:?}, but {all:?}");
}
