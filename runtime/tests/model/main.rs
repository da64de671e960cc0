//! Random sequences of operations on a small tree of streams, against a simple reference.
//!
//! In half of them, every row moves to the bucket as soon as it can. Objects crash between operations and in the middle of them, streams expire before and after their alarms ring, and at the end, when everything
//! has been deleted and every debt paid, nothing is left. `MODEL_CASES=n` runs another number of sequences.

mod broken_off;
mod driver;
mod operation;
mod reference;

use native::{Sqlite, run};
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestRunner};
use std::cell::RefCell;

/// How many sequences there are by default.
const CASES: u32 = 10_000;

#[test]
fn every_sequence_of_operations_does_what_the_reference_says() {
    let cases = std::env::var("MODEL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    // The default algorithm takes a fifth of the whole time where nothing is optimized.
    let rng_algorithm = RngAlgorithm::XorShift;
    let config = Config { cases, rng_algorithm, failure_persistence: None, ..Config::default() };
    // Most of the time would go into making databases. One that a sequence has failed on is not used again.
    let spare = RefCell::new(None);
    let outcome = TestRunner::new(config).run(&(operation::sequence(), any::<bool>()), |(operations, compacts)| {
        let database = spare.take().unwrap_or_else(Sqlite::new);
        run(driver::edge_read(database.clone(), &operations, compacts))?;
        // They outlive a sequence, and the next one has the same generations.
        database.script("DELETE FROM tombstones");
        spare.replace(Some(database));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
