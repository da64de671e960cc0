use super::read::resolve;
use super::{Following, Visit};
use crate::Failure;
use crate::host::Host;
use crate::stream::Stream;
use spec::stream::tail::{self, Decision, Facts, Outcome, Request, decide};
use spec::stream::{BeyondTail, Trimmed};
use spec::{Offset, StreamState};

struct Situation<'a> {
    state: StreamState,
    stream: Option<&'a Stream>,
    start: Option<Offset>,
    readers_full: bool,
}

impl Facts for Situation<'_> {
    fn stream(&self) -> StreamState {
        self.state
    }

    fn position_beyond(&self) -> bool {
        self.start > self.stream.map(|stream| stream.tail)
    }

    fn position_trimmed(&self) -> bool {
        self.start.zip(self.stream).is_some_and(|(start, stream)| start < stream.earliest)
    }

    fn readers_full(&self) -> bool {
        self.readers_full
    }
}

/// Reads what is there and then what comes, event by event (PROTOCOL.md §5.8): the answer is only a head, and the client
/// has a place from which on it is sent events.
pub async fn handle<H: Host>(visit: &Visit<H>, request: &Request) -> Result<Outcome<Following>, Failure> {
    let object = &visit.object;
    let (state, stream) = object.visit(object.now()).await?;
    let start = stream.as_ref().map(|stream| resolve(request.position, stream));
    let readers_full = object.readers_full();
    let decision = decide(request, &Situation { state, stream: stream.as_ref(), start, readers_full });
    if let Decision::Ready(ready) = decision {
        return Ok(ready.into());
    }
    let (stream, start) = stream.zip(start).ok_or(Failure::Unanswerable("tail"))?;
    Ok(match decision {
        Decision::Ready(ready) => ready.into(),
        Decision::Trimmed => Trimmed { stream_earliest_offset: stream.earliest }.into(),
        Decision::BeyondTail => BeyondTail { stream_next_offset: stream.tail }.into(),
        Decision::Feed => {
            let stream_sse_data_encoding = crate::feed::encoding(&stream);
            tail::Feed { stream_sse_data_encoding, body: visit.follow(stream, start, request.cursor) }.into()
        }
    })
}
