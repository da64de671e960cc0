use super::feed_facts::FeedFacts;
use super::{Following, RequestContext, precondition_failed};
use crate::Failure;
use crate::host::Host;
use spec::stream::websocket::{self, Decision, Outcome, Request, decide};
use spec::stream::{BeyondTail, Trimmed};
use wire::{Asked, take};

/// Sends stored and then new data as events, like SSE, over a WebSocket to the client.
pub async fn handle<H: Host>(
    context: &RequestContext<H>,
    request: Asked<Request>,
) -> Result<Outcome<Following>, Failure> {
    let request = &take!(request as Request { path, position, cursor, if_match, upgrade, subprotocol });
    let facts = FeedFacts::of(&context.object, request.position, request.if_match.as_ref()).await?;
    let decision = decide(request, &facts);
    if let Decision::Ready(ready) = decision {
        return Ok(ready.into());
    }
    let (stream, start) = facts.stream.zip(facts.start).ok_or(Failure::Inconsistent("websocket"))?;
    Ok(match decision {
        Decision::Ready(ready) => ready.into(),
        Decision::Trimmed => Trimmed { stream_earliest_offset: stream.earliest }.into(),
        Decision::BeyondTail => BeyondTail { stream_next_offset: stream.tail }.into(),
        Decision::PreconditionFailed => precondition_failed(Some(&stream)).into(),
        Decision::Messages => {
            let stream_sse_data_encoding = crate::fanout::feed::encoding(&stream);
            let (subprotocol, body) = (request.subprotocol, context.follow(stream, start, request.cursor));
            websocket::Messages { stream_sse_data_encoding, subprotocol, body }.into()
        }
    })
}
