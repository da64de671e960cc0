//! The sequencer of a stream at work: loading the stream, and committing batches.

mod aside;
mod commit;
pub(super) mod lookup;
