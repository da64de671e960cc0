use super::{Object, SWEEP_DELAY_MS, settle};
use crate::Failure;
use crate::host::Host;
use crate::sequencer::Effect;
use crate::stream::Stream;
use spec::StreamState;
use spec::stream::delete::{Decision, Deleted, Facts, Outcome, Request, decide};

struct Situation(StreamState);

impl Facts for Situation {
    fn stream(&self) -> StreamState {
        self.0
    }
}

/// Ends the stream (PROTOCOL.md §5.4). Its rows are swept afterwards, by the alarm.
pub async fn handle<H: Host>(object: &Object<H>, request: &Request) -> Result<Outcome, Failure> {
    let now = object.now();
    // The alarm comes first, so that rows are never left without one.
    if object.visit(now).await?.is_some() {
        object.0.host.wake_by(now + SWEEP_DELAY_MS).await?;
    }
    let (outcome, settled) = object
        .with(None, |sequencer| {
            let stream = sequencer.staged_at(now).0;
            match decide(request, &Situation(stream.map_or(StreamState::Absent, Stream::state))) {
                Decision::Ready(spec::stream::delete::Ready::Deleted) => {
                    (Outcome::from(Deleted), Some(object.stage(sequencer, Effect::Delete, None)))
                }
                Decision::Ready(ready) => (ready.into(), sequencer.barrier()),
            }
        })
        .await?;
    if let Some(settled) = settled {
        settle(settled).await?;
    }
    Ok(outcome)
}
