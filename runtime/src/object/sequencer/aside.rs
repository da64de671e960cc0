//! A move to the bucket that fails, and what was staged behind it.
//!
//! Moving rows or segments changes nothing that a client sees. So where such a batch fails, what was staged meanwhile goes
//! on, if the database tells what became of the batch.

use crate::Event;
use crate::Failure;
use crate::host::{Database as _, Host, UnixMs};
use crate::log;
use crate::object::Object;
use crate::sequencer::{BatchTimes, InFlightBatch};
use crate::stream::Fence;

impl<H: Host> Object<H> {
    /// Goes on after a move that got no answer, or was refused. Returns whether there is a next batch. If what became of the
    /// move can't be told, what this object knows of the stream is thrown away, as with any other batch.
    ///
    /// A move that was not committed may still arrive. Then either it loses to the next batch by the fence, or the next batch
    /// fails by it: the same as with any other late batch.
    pub(in crate::object) async fn set_aside(
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
            let known = sequencer.as_mut().filter(|sequencer| sequencer.submitted(&flight));
            let known = known.filter(|known| known.committed().map(|stream| &stream.fence) == fence.as_ref());
            known.map(|known| (known.undo_move(), known.start_gathering()))
        };
        let Some(((mover, others), more)) = undone else {
            if self.is_current(&flight) {
                self.discard_state(failure);
            }
            return false;
        };
        self.report(Event::MoveFailed, failure);
        let times = BatchTimes { submitted_at, committed_at: self.now() };
        // Whoever waited may be gone.
        mover.into_iter().for_each(|mover| drop(mover.send(Err(failure.clone()))));
        others.into_iter().for_each(|other| drop(other.send(Ok(times))));
        more
    }

    /// The fence of the stream in the database, if there is a stream and an answer.
    async fn current_fence(&self) -> Option<Fence> {
        let outcomes = self.database().batch(vec![log::current_fence(&self.0.path)]).await.ok()?;
        log::loaded_current_fence(outcomes.first()).ok()?
    }
}
