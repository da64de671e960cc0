use super::{Object, precondition_failed};
use crate::Failure;
use crate::host::Host;
use crate::stream::Stream;
use crate::stream::tag::{self, Tag};
use spec::stream::describe::{Decision, Described, Facts, Outcome, Request, Unchanged, decide};
use spec::{Lifetime, StreamState};
use wire::{Asked, take};

struct DescribeFacts<'a> {
    state: StreamState,
    stream: Option<&'a Stream>,
    request: &'a Request,
}

impl Facts for DescribeFacts<'_> {
    fn stream(&self) -> StreamState {
        self.state
    }

    fn precondition_failed(&self) -> bool {
        self.request.if_match.as_ref().is_some_and(|tags| !tag::if_match_holds(tags, self.stream, None))
    }

    fn page_matches(&self) -> bool {
        self.request.if_none_match.as_ref().is_some_and(|tags| tag::if_none_match_hits(tags, self.stream))
    }
}

/// Describes the stream (PROTOCOL.md §5.5). This does not move its deadline.
pub async fn handle<H: Host>(object: &Object<H>, request: Asked<Request>) -> Result<Outcome, Failure> {
    let request = &take!(request as Request { path, if_match, if_none_match });
    let (state, stream) = object.peek().await?;
    let decision = decide(request, &DescribeFacts { state, stream: stream.as_ref(), request });
    if let Decision::Ready(ready) = decision {
        return Ok(ready.into());
    }
    let stream = stream.ok_or(Failure::Inconsistent("describe"))?;
    Ok(match decision {
        Decision::Ready(ready) => ready.into(),
        Decision::PreconditionFailed => precondition_failed(Some(&stream)).into(),
        Decision::Unchanged => {
            let etag = Tag::whole(&stream).write();
            Unchanged { stream_next_offset: stream.tail, stream_closed: stream.closed, etag }.into()
        }
        Decision::Described => described(stream).into(),
    })
}

fn described(stream: Stream) -> Described {
    let (stream_ttl, stream_expires_at) = match stream.lifetime {
        None => (None, None),
        Some(Lifetime::StreamTtl(ttl)) => (Some(ttl), None),
        Some(Lifetime::StreamExpiresAt(ref at)) => (None, Some(at.clone())),
    };
    Described {
        etag: Tag::whole(&stream).write(),
        stream_labels: stream.labels.header(),
        content_type: stream.content_type,
        stream_next_offset: stream.tail,
        stream_earliest_offset: Some(stream.earliest).filter(|earliest| earliest.get() > 0),
        stream_closed: stream.closed,
        stream_ttl,
        stream_expires_at,
        stream_retain_bytes: stream.retention.bytes,
        stream_retain_age: stream.retention.age,
    }
}
