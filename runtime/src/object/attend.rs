use super::tail::Situation;
use super::{Following, Visit, precondition_failed};
use crate::Failure;
use crate::host::Host;
use spec::StreamState;
use spec::stream::attend::{self, Decision, Facts, Outcome, Request, decide};
use spec::stream::{BeyondTail, Trimmed};

impl Facts for Situation {
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

/// The same as for server-sent events, over a WebSocket that reaches to the client.
pub async fn handle<H: Host>(visit: &Visit<H>, request: &Request) -> Result<Outcome<Following>, Failure> {
    let situation = Situation::of(&visit.object, request.position, request.if_match.as_ref()).await?;
    let decision = decide(request, &situation);
    if let Decision::Ready(ready) = decision {
        return Ok(ready.into());
    }
    let (stream, start) = situation.stream.zip(situation.start).ok_or(Failure::Unanswerable("attend"))?;
    Ok(match decision {
        Decision::Ready(ready) => ready.into(),
        Decision::Trimmed => Trimmed { stream_earliest_offset: stream.earliest }.into(),
        Decision::BeyondTail => BeyondTail { stream_next_offset: stream.tail }.into(),
        Decision::PreconditionFailed => precondition_failed(Some(&stream)).into(),
        Decision::Messages => {
            let stream_sse_data_encoding = crate::fanout::feed::encoding(&stream);
            attend::Messages { stream_sse_data_encoding, body: visit.follow(stream, start, request.cursor) }.into()
        }
    })
}
