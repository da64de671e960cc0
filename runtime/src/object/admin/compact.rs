use crate::Failure;
use crate::host::Host;
use crate::object::Object;
use crate::object::admin::describe::count;
use crate::object::archive::offload::Moves;
use crate::stream::hot::Hot;
use spec::administration::compact::{Compacted, Compacting, Decision, Facts, Outcome, Request, decide};
use spec::{HotAmount, StreamState};

struct CompactFacts {
    state: StreamState,
    is_excessive: bool,
}

impl Facts for CompactFacts {
    fn stream(&self) -> StreamState {
        self.state
    }

    fn data_excessive(&self) -> bool {
        self.is_excessive
    }
}

/// Moves data to R2 now.
pub async fn handle<H: Host>(object: &Object<H>, request: &Request) -> Result<Outcome, Failure> {
    let state = object.peek().await?.0;
    // A soft-deleted stream has data, too.
    let is_finished = state == StreamState::Absent || object.compact(Moves::Excess).await?;
    let hot = object.with(None, |sequencer| sequencer.committed().map(|stream| stream.hot)).await?;
    let body = amount(hot.unwrap_or_default())?;
    Ok(match decide(request, &CompactFacts { state, is_excessive: !is_finished }) {
        Decision::Compacting => Compacting { body }.into(),
        Decision::Compacted => Compacted { body }.into(),
        Decision::Ready(ready) => ready.into(),
    })
}

fn amount(Hot { bytes, rows }: Hot) -> Result<HotAmount, Failure> {
    Ok(HotAmount { hot_bytes: count(bytes)?, hot_rows: count(rows)? })
}
