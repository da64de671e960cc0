//! Random sequences of operations on a small tree of streams, against a simple reference.
//!
//! In half of them, every row moves to the bucket as soon as it can. Objects crash between operations and in the middle of them, streams expire before and after their alarms ring, and at the end, when everything
//! has been deleted and every debt paid, nothing is left. `MODEL_CASES=n` runs another number of sequences.

mod broken_off;
mod driver;
mod operation;
mod reference;

use native::{Sqlite, run};
use operation::{Append, Creation, Fork, Lifetime, Operation, Target};
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

/// A crash may or may not have lost an append to a source that then expires, and no reply says which.
#[test]
fn a_lost_append_to_a_stream_that_is_gone_shows_in_its_row() {
    let append = |target, body| {
        let append = Append { body, foreign: false, seq: None, expected: None, closes: false, producer: None };
        Operation::Append(target, append)
    };
    replay(&[
        create(1, Some(Lifetime::Ttl(10)), None),
        create(0, None, Some(0)),
        broken_off(create(0, None, None), 0),
        broken_off(append(Target::Any(2), None), 0),
        append(Target::Taken(2), Some(0)),
        broken_off(append(Target::Taken(5), Some(0)), 0),
        Operation::Delete(Target::Taken(2)),
        broken_off(create(0, None, None), 0),
    ]);
}

/// Its source expires at the same time, and its own alarm ends it.
#[test]
fn releasing_what_was_never_pinned_sets_no_alarm() {
    replay(&[
        create(0, None, None),
        create(0, Some(Lifetime::Ttl(0)), None),
        create(4, Some(Lifetime::Ttl(10)), None),
        broken_off(create(0, Some(Lifetime::Ttl(10)), Some(2)), 5),
        Operation::Sleep(95_000),
        create(0, None, None),
        create(0, None, None),
        Operation::Run(100),
    ]);
}

/// Creates a stream at a free path, as a fork of a taken one if `source` says so.
fn create(free: usize, lifetime: Option<Lifetime>, source: Option<usize>) -> Operation {
    let fork = source.map(|source| Fork { source: Target::Taken(source), place: None, beyond: None });
    let creation = Creation { media: None, lifetime, retain: None, closed: false, body: None, fork };
    Operation::Create(Target::Free(free), creation)
}

fn broken_off(operation: Operation, steps: usize) -> Operation {
    Operation::BrokenOff(Box::new(operation), steps)
}

fn replay(operations: &[Operation]) {
    run(driver::edge_read(Sqlite::new(), operations, false)).expect("what the reference says");
}
