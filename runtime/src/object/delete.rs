use super::{CLEAN_UP_DELAY_MS, Object, RequestContext, precondition_failed};
use crate::Failure;
use crate::archive::cold;
use crate::host::{Bucket as _, Host};
use crate::stream::tag::Preconditions;
use crate::stream::{Generation, Stream};
use spec::StreamState;
use spec::stream::delete::{Decision, Deleted, Facts, Outcome, Request, decide};
use wire::{Asked, take};

struct DeleteFacts<'a> {
    state: StreamState,
    stream: Option<&'a Stream>,
    preconditions: Preconditions<'a>,
}

impl Facts for DeleteFacts<'_> {
    fn stream(&self) -> StreamState {
        self.state
    }

    fn precondition_failed(&self) -> bool {
        self.preconditions.fail(self.stream)
    }
}

/// Deletes the stream (PROTOCOL.md §5.4). Its data is cleaned up afterwards.
pub(super) async fn handle<H: Host>(context: &RequestContext<H>, request: Asked<Request>) -> Result<Outcome, Failure> {
    let request = &take!(request as Request { path, if_match, if_none_match });
    let (object, now) = (&context.object, context.decoded());
    // The alarm is set first, so that the deleted stream's rows always have one.
    if object.with(None, |sequencer| sequencer.staged_at(now).1.is_some()).await? {
        object.wake_by(now + CLEAN_UP_DELAY_MS).await?;
    }
    let (outcome, settled) = object
        .with(None, |sequencer| {
            let (state, stream) = sequencer.staged_at(now);
            let Request { if_match, if_none_match, .. } = request;
            let preconditions = Preconditions { if_match: if_match.as_ref(), if_none_match: if_none_match.as_ref() };
            match decide(request, &DeleteFacts { state, stream, preconditions }) {
                Decision::Deleted => (Outcome::from(Deleted), object.end(sequencer)),
                Decision::Ready(ready) => (ready.into(), sequencer.barrier()),
                Decision::PreconditionFailed => (precondition_failed(stream).into(), sequencer.barrier()),
            }
        })
        .await?;
    if let Some(settled) = settled {
        context.settle(settled).await?;
        object.clean_up_soon();
    }
    Ok(outcome)
}

impl<H: Host> Object<H> {
    /// Deletes R2 objects of a deleted generation, as many as one list request returns. Returns whether none is left.
    ///
    /// The R2 objects are found by listing, because a transaction that should have added an R2 object's row may have
    /// failed.
    pub(super) async fn erase(&self, generation: &Generation) -> Result<bool, Failure> {
        let list = self.bucket().list(&cold::generation_prefix(&self.0.path, generation), "").await?;
        if !list.objects.is_empty() {
            self.bucket().delete(list.objects.into_iter().map(|object| object.key).collect()).await?;
        }
        Ok(!list.more)
    }
}
