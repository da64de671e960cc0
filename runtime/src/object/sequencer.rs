//! Running the sequencer: loading the stream and committing batches.

mod aside;
mod commit;
pub(super) mod lookup;
