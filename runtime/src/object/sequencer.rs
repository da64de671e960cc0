//! Running the sequencer: loading the stream and committing batches.

mod commit;
mod failed_move;
pub(super) mod lookup;
