//! A failed move to R2, and the changes that were staged after it.
//!
//! Moving rows or segments changes nothing that a client sees. So after such a batch fails, the changes staged after it
//! continue, provided the database shows whether the batch was committed.

use crate::Event;
use crate::Failure;
use crate::host::{Database as _, Host, UnixMs};
use crate::log;
use crate::object::Object;
use crate::sequencer::{BatchTimes, InFlightBatch};
use crate::stream::Fence;

impl<H: Host> Object<H> {
    /// Continues after a move that failed or got no answer. Returns whether to submit another batch. If it is unclear
    /// whether the move was committed, the in-memory state is discarded, as with any other batch.
    ///
    /// A move that was not committed may still arrive. Then the fence makes either the move or the next batch fail, as
    /// with any other late batch.
    pub(in crate::object) async fn recover_from_failed_move(
        &self,
        flight: InFlightBatch,
        submitted_at: UnixMs,
        failure: &Failure,
    ) -> bool {
        let fence = self.current_fence().await;
        if fence.as_ref().is_some_and(|fence| flight.wrote(fence)) {
            return self.apply_committed(flight, submitted_at);
        }
        let undone = {
            let mut sequencer = self.0.sequencer.borrow_mut();
            let current = sequencer.as_mut().filter(|sequencer| sequencer.submitted(&flight));
            let current = current.filter(|current| current.committed().map(|stream| &stream.fence) == fence.as_ref());
            current.map(|current| (current.undo_move(), current.start_gathering()))
        };
        let Some(((mover, others), more)) = undone else {
            if self.is_current(&flight) {
                self.discard_state(failure);
            }
            return false;
        };
        self.report(Event::MoveFailed, failure);
        let times = BatchTimes { submitted_at, committed_at: self.now() };
        // The receiver may have been dropped.
        mover.into_iter().for_each(|mover| drop(mover.send(Err(failure.clone()))));
        others.into_iter().for_each(|other| drop(other.send(Ok(times))));
        more
    }

    /// The fence stored in the database, if the stream exists and the query succeeds.
    async fn current_fence(&self) -> Option<Fence> {
        let outcomes = self.database().batch(vec![log::current_fence(&self.0.path)]).await.ok()?;
        log::loaded_current_fence(outcomes.first()).ok()?
    }
}
