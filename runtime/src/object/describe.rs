use super::Object;
use crate::Failure;
use crate::host::Host;
use crate::retention::Retention;
use crate::stream::Stream;
use spec::stream::describe::{Decision, Described, Facts, Outcome, Request, decide};
use spec::{Lifetime, StreamState};

struct Situation(StreamState);

impl Facts for Situation {
    fn stream(&self) -> StreamState {
        self.0
    }
}

/// Describes the stream (PROTOCOL.md §5.5). This does not move its deadline.
pub async fn handle<H: Host>(object: &Object<H>, request: &Request) -> Result<Outcome, Failure> {
    let (state, stream) = object.look().await?;
    match decide(request, &Situation(state)) {
        Decision::Ready(ready) => Ok(ready.into()),
        Decision::Described => {
            let stream = stream.ok_or(Failure::Unanswerable("describe"))?;
            let (stream_ttl, stream_expires_at) = match stream.lifetime {
                None => (None, None),
                Some(Lifetime::StreamTtl(ttl)) => (Some(ttl), None),
                Some(Lifetime::StreamExpiresAt(at)) => (None, Some(at)),
            };
            let Retention { bytes: stream_retain_bytes, age: stream_retain_age } = stream.retention;
            let Stream { content_type, tail: stream_next_offset, closed: stream_closed, earliest, .. } = stream;
            let stream_earliest_offset = Some(earliest).filter(|earliest| earliest.get() > 0);
            let described = Described {
                content_type,
                stream_next_offset,
                stream_earliest_offset,
                stream_closed,
                stream_ttl,
                stream_expires_at,
                stream_retain_bytes,
                stream_retain_age,
            };
            Ok(described.into())
        }
    }
}
