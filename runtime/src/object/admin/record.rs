use crate::Failure;
use crate::archive::part::NewContent;
use crate::host::Host;
use crate::object::{Object, settle};
use crate::sequencer::{Effect, Sequencer, Settled};
use crate::stream::producer::History;
use spec::administration::record::{Decision, Facts, Outcome, Recorded, Request, decide};
use spec::{Producer, StreamState};

struct RecordFacts(StreamState);

impl Facts for RecordFacts {
    fn stream(&self) -> StreamState {
        self.0
    }
}

/// Records the last append of a producer, and answers once it is committed.
pub async fn handle<H: Host>(object: &Object<H>, request: &Request) -> Result<Outcome, Failure> {
    let id = &request.producer.producer_id;
    let (outcome, settled) = object.with(Some(id), |sequencer| stage(object, sequencer, request)).await?;
    if let Some(settled) = settled {
        settle(settled).await?;
    }
    Ok(outcome)
}

fn stage<H: Host>(object: &Object<H>, sequencer: &mut Sequencer, request: &Request) -> (Outcome, Option<Settled>) {
    let (state, stream) = sequencer.staged_at(object.now());
    let stream = stream.cloned();
    if let Decision::Ready(ready) = decide(request, &RecordFacts(state)) {
        return (ready.into(), sequencer.barrier());
    }
    let Producer { producer_id, producer_epoch: epoch, producer_seq: seq } = request.producer.clone();
    let last = sequencer.producer(&producer_id).flatten();
    let settled = if last.is_none_or(|last| (last.epoch, last.seq) < (epoch, seq)) {
        // Offsets of the appends elsewhere are not known here. Retries get the tail offset.
        let producer = Some((producer_id, History { epoch, seq, tails: Vec::new() }));
        let effect = Effect::Extend { added: NewContent::default(), producer, fork_ref: None };
        Some(object.stage(sequencer, effect, stream))
    } else {
        sequencer.barrier()
    };
    (Recorded.into(), settled)
}
