//! Injected faults of a database or a bucket.

use std::time::Duration;

/// What goes wrong with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It never arrives, and the caller is told of an error.
    Lost,
    /// It is committed, and the caller is told of an error all the same.
    Unheard,
    /// It takes this long to arrive.
    Slow(Duration),
    /// It arrives at once, and the answer takes this long.
    SlowAnswer(Duration),
    /// It takes this long to arrive, and arrives even if the caller crashes or gives up meanwhile.
    Underway(Duration),
    /// The caller is told of an error, and it is committed this much later all the same, even if the caller crashes.
    Late(Duration),
    /// It is refused if it writes anything, and executed if it only reads: as by a database that is full.
    ReadOnly,
    /// It never arrives, and the caller is never answered.
    Hung,
}
