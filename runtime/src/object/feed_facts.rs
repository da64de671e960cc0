//! The facts about a client that starts to follow a stream, by SSE or WebSocket. The two endpoints decide on the same facts.

use super::Object;
use super::read::resolve;
use crate::Failure;
use crate::host::Host;
use crate::stream::{Stream, tag};
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
            object.arm_renewal(stream).await?;
        }
        let start = stream.as_ref().map(|stream| resolve(position, stream));
        let unmatched = if_match.is_some_and(|tags| !tag::if_match_holds(tags, stream.as_ref(), None));
        Ok(Self { state, stream, start, readers_full: object.readers_full(), unmatched })
    }
}

/// Answers the questions of one endpoint.
macro_rules! facts_of {
    ($endpoint:ident) => {
        impl spec::stream::$endpoint::Facts for FeedFacts {
            fn stream(&self) -> StreamState {
                self.state
            }

            fn position_beyond(&self) -> bool {
                self.start > self.stream.as_ref().map(|stream| stream.tail)
            }

            fn position_trimmed(&self) -> bool {
                self.start.zip(self.stream.as_ref()).is_some_and(|(start, stream)| start < stream.earliest)
            }

            fn readers_full(&self) -> bool {
                self.readers_full
            }

            fn precondition_failed(&self) -> bool {
                self.unmatched
            }
        }
    };
}

facts_of!(sse);
facts_of!(websocket);
