use super::{Object, settle};
use crate::Failure;
use crate::chunk::Content;
use crate::host::{Host, UnixMs};
use crate::log;
use crate::messages::{self, BadMessages};
use crate::sequencer::{Effect, Sequencer, Settled};
use crate::stream::{Fence, Generation, NewStream, Stream};
use spec::stream::create::{ConfigurationConflict, Created, Decision, Ensured, Facts, Outcome, Request, decide};
use spec::stream::{InvalidMessages, MessagesTooLarge};
use spec::{Lifetime, Location, Offset, StreamState};

/// Creates the stream with its first content, in one transaction (PROTOCOL.md §5.1).
pub async fn handle<H: Host>(object: &Object<H>, url: &str, mut request: Request) -> Result<Outcome, Failure> {
    let now = object.now();
    let json = spec::media::JSON.matches(&request.content_type);
    let content = messages::read(std::mem::take(&mut request.body), json, object.limits());
    // The alarm comes first, so that a stream that expires is never without one.
    if let Some(deadline) = deadline(&request, now) {
        object.0.host.wake_by(deadline).await?;
    }
    let plan = object.with(None, |sequencer| plan(object, sequencer, url, request, content, now)).await?;
    let (outcome, settled) = plan?;
    if let Some(settled) = settled {
        settle(settled).await?;
    }
    Ok(outcome)
}

fn deadline(request: &Request, now: UnixMs) -> Option<UnixMs> {
    match request.lifetime.as_ref()? {
        Lifetime::StreamTtl(ttl) => Some(now + ttl.get() * 1000),
        Lifetime::StreamExpiresAt(at) => Some(at.unix_ms()),
    }
}

struct Situation<'a> {
    stream: Option<&'a Stream>,
    request: &'a Request,
    content: &'a Result<Content, BadMessages>,
    queue_full: bool,
    now: UnixMs,
}

impl Facts for Situation<'_> {
    fn stream(&self) -> StreamState {
        self.stream.map_or(StreamState::Absent, Stream::state)
    }

    fn configuration_differs(&self) -> bool {
        let request = self.request;
        self.stream.is_some_and(|stream| {
            stream.content_type != request.content_type
                || stream.lifetime != request.lifetime
                || stream.closed != request.stream_closed
        })
    }

    fn expiry_past(&self) -> bool {
        matches!(&self.request.lifetime, Some(Lifetime::StreamExpiresAt(at)) if at.unix_ms() <= self.now)
    }

    fn messages_invalid(&self) -> bool {
        matches!(self.content, Err(BadMessages::Invalid(_)))
    }

    fn messages_too_large(&self) -> bool {
        matches!(self.content, Err(BadMessages::TooLarge(_)))
    }

    fn queue_full(&self) -> bool {
        self.queue_full
    }
}

fn plan<H: Host>(
    object: &Object<H>,
    sequencer: &mut Sequencer,
    url: &str,
    request: Request,
    content: Result<Content, BadMessages>,
    now: UnixMs,
) -> Result<(Outcome, Option<Settled>), Failure> {
    let stream = sequencer.staged_at(now).0;
    let queue_full = sequencer.is_full(object.limits());
    let decision = decide(&request, &Situation { stream, request: &request, content: &content, queue_full, now });
    let stream = stream.ok_or(Failure::Unanswerable("create"));
    let outcome = match (decision, content) {
        (Decision::Ready(ready), _) => ready.into(),
        (Decision::InvalidMessages, content) => InvalidMessages { detail: messages::detail(content) }.into(),
        (Decision::MessagesTooLarge, content) => MessagesTooLarge { detail: messages::detail(content) }.into(),
        (Decision::ConfigurationConflict, _) => ConfigurationConflict { stream_closed: stream?.closed }.into(),
        (Decision::Ensured, _) => {
            let stream = stream?;
            let outcome = Ensured {
                content_type: stream.content_type.clone(),
                stream_next_offset: stream.tail,
                stream_closed: stream.closed,
            };
            let settled = object.touch(sequencer, now).or_else(|| sequencer.barrier());
            return Ok((outcome.into(), settled));
        }
        (Decision::Created, content) => {
            let content = content.map_err(|_| Failure::Unanswerable("create"))?;
            return created(object, sequencer, url, request, content, now);
        }
    };
    Ok((outcome, sequencer.barrier()))
}

fn created<H: Host>(
    object: &Object<H>,
    sequencer: &mut Sequencer,
    url: &str,
    request: Request,
    content: Content,
    now: UnixMs,
) -> Result<(Outcome, Option<Settled>), Failure> {
    const ORIGIN: Offset = Offset::new(0).unwrap();
    let content = log::chunks(ORIGIN, content, object.limits().row)?;
    let tail = content.last().map_or(Some(ORIGIN), |last| last.stop()).ok_or(Failure::Full)?;
    let Request { content_type, lifetime, stream_closed: closed, .. } = request;
    let generation = Generation::new(now, object.0.host.entropy());
    let new = NewStream { generation, content_type: content_type.clone(), lifetime, closed, now };
    let stream = Stream::new(new, Fence::none(), tail);
    let location = Location::read(url).map_err(|_| Failure::Unanswerable("create"))?;
    let outcome = Created { location, content_type, stream_next_offset: tail, stream_closed: closed };
    let settled = object.stage(sequencer, Effect::Create { content }, Some(stream));
    Ok((outcome.into(), Some(settled)))
}
