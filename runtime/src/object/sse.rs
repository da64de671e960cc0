use super::read::resolve;
use super::{Following, Object, RequestContext, precondition_failed};
use crate::Failure;
use crate::host::Host;
use crate::stream::Stream;
use crate::stream::tag;
use spec::stream::sse::{self, Decision, Facts, Outcome, Request, decide};
use spec::stream::{BeyondTail, Trimmed};
use spec::{Offset, OffsetOrSentinel, StreamState};
use wire::EntityTags;

/// The facts about a client that starts to follow a stream, by SSE or WebSocket.
pub struct FeedFacts {
    pub state: StreamState,
    pub stream: Option<Stream>,
    pub start: Option<Offset>,
    pub readers_full: bool,
    /// Whether `If-Match` names another stream than this one.
    pub unmatched: bool,
}

impl FeedFacts {
    pub async fn of<H: Host>(
        object: &Object<H>,
        position: OffsetOrSentinel,
        if_match: Option<&EntityTags>,
    ) -> Result<Self, Failure> {
        let (state, stream) = object.read_and_touch(object.now()).await?;
        if let Some(stream) = &stream {
            object.watch_over(stream).await?;
        }
        let start = stream.as_ref().map(|stream| resolve(position, stream));
        let unmatched = if_match.is_some_and(|tags| !tag::name(tags, stream.as_ref(), None));
        Ok(Self { state, stream, start, readers_full: object.readers_full(), unmatched })
    }

    pub fn is_beyond(&self) -> bool {
        self.start > self.stream.as_ref().map(|stream| stream.tail)
    }

    pub fn is_trimmed(&self) -> bool {
        self.start.zip(self.stream.as_ref()).is_some_and(|(start, stream)| start < stream.earliest)
    }
}

impl Facts for FeedFacts {
    fn stream(&self) -> StreamState {
        self.state
    }

    fn position_beyond(&self) -> bool {
        self.is_beyond()
    }

    fn position_trimmed(&self) -> bool {
        self.is_trimmed()
    }

    fn readers_full(&self) -> bool {
        self.readers_full
    }

    fn precondition_failed(&self) -> bool {
        self.unmatched
    }
}

/// Sends stored and then new data as events (PROTOCOL.md §5.8). This response consists of the head only. The events
/// follow through the reader's socket, from its read position.
pub async fn handle<H: Host>(context: &RequestContext<H>, request: &Request) -> Result<Outcome<Following>, Failure> {
    let situation = FeedFacts::of(&context.object, request.position, request.if_match.as_ref()).await?;
    let decision = decide(request, &situation);
    if let Decision::Ready(ready) = decision {
        return Ok(ready.into());
    }
    let (stream, start) = situation.stream.zip(situation.start).ok_or(Failure::Unanswerable("tail"))?;
    Ok(match decision {
        Decision::Ready(ready) => ready.into(),
        Decision::Trimmed => Trimmed { stream_earliest_offset: stream.earliest }.into(),
        Decision::BeyondTail => BeyondTail { stream_next_offset: stream.tail }.into(),
        Decision::PreconditionFailed => precondition_failed(Some(&stream)).into(),
        Decision::Feed => {
            let stream_sse_data_encoding = crate::fanout::feed::encoding(&stream);
            sse::Feed { stream_sse_data_encoding, body: context.follow(stream, start, request.cursor) }.into()
        }
    })
}
