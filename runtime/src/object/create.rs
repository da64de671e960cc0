use super::archive::spool::Spool;
use super::{Object, RequestContext, precondition_failed};
use crate::Failure;
use crate::archive::part::{NewContent, Part};
use crate::host::{Host, UnixMs};
use crate::sequencer::{Effect, Sequencer, Settled};
use crate::stream::chunk::Content;
use crate::stream::fork::{Answer, Origin, PendingRelease, Pinned};
use crate::stream::labels::{BadLabels, Labels};
use crate::stream::messages::{BadMessages, Messages, Spooled};
use crate::stream::retention::Retention;
use crate::stream::shift::Shift;
use crate::stream::tag::Preconditions;
use crate::stream::text::{BadText, Text};
use crate::stream::{Fence, Generation, NewStream, Stream, Tombstone};
use spec::stream::create::{ConfigurationConflict, Created, Decision, Ensured, Facts, Outcome, Ready, Request, decide};
use spec::stream::{InvalidMessages, InvalidText, MessagesTooLarge, Path, PathTo};
use spec::{Fork, Lifetime, Location, Offset, OffsetOrSentinel, SourceState, StreamState, StreamTtl};
use wire::{Asked, take};
use wire::{MediaType, Timestamp};

/// Creates the stream and its first content in one transaction (PROTOCOL.md §5.1), as a fork if the request names a
/// source (§4.2).
pub(super) async fn handle<H: Host>(context: &RequestContext<H>, request: Asked<Request>) -> Result<Outcome, Failure> {
    context.object.unless_full(create(context, request).await)
}

async fn create<H: Host>(context: &RequestContext<H>, request: Asked<Request>) -> Result<Outcome, Failure> {
    let mut request = take!(request as Request {
        path, content_encoding, content_type, if_match, if_none_match, lifetime, stream_retain_bytes,
        stream_retain_age, stream_closed, stream_label, stream_first_offset, fork, body,
    });
    let (object, now) = (&context.object, context.decoded());
    let mut spool = context.spooled()?;
    // The alarm is set first, so that a stream that expires always has one.
    if let Some(deadline) = request.lifetime.as_ref().map(|lifetime| deadline(lifetime, now)) {
        object.wake_by(deadline).await?;
    }
    let source = if request.fork.is_some() { Source::NotQueried } else { Source::None };
    match decided(context, &mut request, &mut spool, &source, now).await? {
        CreateStep::Answer(outcome) => Ok(outcome),
        CreateStep::PinSource(fork) => {
            let (pending_release, answer) = object.pin_source(&fork, now).await?;
            let source = Source::Answered(pending_release, answer);
            if let Source::Answered(_, Answer::Pinned(pinned)) = &source
                && let Some(lifetime) = inherited(pinned)?
            {
                object.wake_by(deadline(&lifetime, now)).await?;
            }
            let outcome = forked(context, &mut request, &mut spool, &source, now).await?;
            if let (Source::Answered(pending_release, _), false) = (&source, matches!(outcome, Outcome::Created(_))) {
                object.abandon_fork(pending_release).await;
            }
            Ok(outcome)
        }
    }
}

/// The source of a new stream.
enum Source {
    /// The new stream is not a fork.
    None,
    /// No message has been sent to the source. Until then, it is assumed to accept the fork.
    NotQueried,
    /// The source has answered. Its fork reference is a pending release until the fork is created.
    Answered(PendingRelease, Answer),
}

enum CreateStep {
    Answer(Outcome),
    /// Nothing in this stream prevents the fork, so the source must be asked to pin it.
    PinSource(Fork),
}

async fn forked<H: Host>(
    context: &RequestContext<H>,
    request: &mut Request,
    spool: &mut Option<Spool<H>>,
    source: &Source,
    now: UnixMs,
) -> Result<Outcome, Failure> {
    match decided(context, request, spool, source, now).await? {
        CreateStep::Answer(outcome) => Ok(outcome),
        CreateStep::PinSource(_) => Err(Failure::Inconsistent("create")),
    }
}

async fn decided<H: Host>(
    context: &RequestContext<H>,
    request: &mut Request,
    spool: &mut Option<Spool<H>>,
    source: &Source,
    now: UnixMs,
) -> Result<CreateStep, Failure> {
    context.object.confirm_fullness(context.object.limits().database_creations).await?;
    let plan = context.object.with(None, |sequencer| plan(context, sequencer, request, spool, source, now)).await?;
    let (step, settled) = plan?;
    if let Some(settled) = settled {
        context.settle(settled).await?;
    }
    Ok(step)
}

fn deadline(lifetime: &Lifetime, now: UnixMs) -> UnixMs {
    match lifetime {
        Lifetime::StreamTtl(ttl) => now + ttl.get() * 1000,
        Lifetime::StreamExpiresAt(at) => at.unix_ms(),
    }
}

/// The retention that the request sets. A fork does not inherit it, because retention applies only to a stream's own data.
fn retention(request: &Request) -> Retention {
    Retention { bytes: request.stream_retain_bytes, age: request.stream_retain_age }
}

/// The labels that the request sets. A fork does not inherit them.
fn labels(request: &Request) -> Result<Labels, BadLabels> {
    Labels::of(request.stream_label.as_deref().unwrap_or_default())
}

/// The source's lifetime, which a fork inherits if the request sets none.
fn inherited(pinned: &Pinned) -> Result<Option<Lifetime>, Failure> {
    let corrupt = || Failure::Corrupt("the lifetime of a source");
    if let Some(ttl) = pinned.ttl_s {
        return Ok(Some(Lifetime::StreamTtl(StreamTtl::new(ttl).ok_or_else(corrupt)?)));
    }
    let at = pinned.expires_at.as_deref().map(Timestamp::stored).transpose().map_err(|_| corrupt())?;
    Ok(at.map(Lifetime::StreamExpiresAt))
}

struct CreateFacts<'a> {
    state: StreamState,
    stream: Option<&'a Stream>,
    request: &'a Request,
    source: &'a Source,
    messages: &'a Messages<'a>,
    text: Result<Text, BadText>,
    queue_full: bool,
    database_almost_full: bool,
    /// The first offset that no earlier stream at the path has used, unless all are used.
    floor: Option<Offset>,
    now: UnixMs,
}

impl CreateFacts<'_> {
    /// Whether the stream does not exist and its source has not been asked yet.
    fn must_query(&self) -> bool {
        self.stream.is_none() && matches!(self.source, Source::NotQueried)
    }

    fn answer(&self) -> Option<&Answer> {
        match self.source {
            Source::Answered(_, answer) => Some(answer),
            Source::None | Source::NotQueried => None,
        }
    }
}

impl Facts for CreateFacts<'_> {
    fn stream(&self) -> StreamState {
        self.state
    }

    fn source(&self) -> SourceState {
        match self.source {
            Source::None => SourceState::None,
            Source::Answered(_, Answer::Absent) => SourceState::Absent,
            Source::Answered(_, Answer::Gone) => SourceState::Gone,
            Source::Answered(_, Answer::TooDeep) => SourceState::TooDeep,
            Source::Answered(_, Answer::Full | Answer::Released) => SourceState::Full,
            Source::NotQueried | Source::Answered(..) => SourceState::Ready,
        }
    }

    fn configuration_differs(&self) -> bool {
        let request = self.request;
        self.stream.is_some_and(|stream| {
            let inherits =
                |what: fn(&Origin) -> bool| stream.origin.as_ref().is_some_and(what) && request.fork.is_some();
            let type_differs = match &request.content_type {
                Some(content_type) => stream.content_type != *content_type,
                None => !inherits(|_| true) && stream.content_type != spec::media::BINARY.media_type(),
            };
            let same_lifetime = match &request.lifetime {
                None if inherits(|origin| origin.inherits_lifetime) => true,
                requested => stream.lifetime == *requested,
            };
            type_differs
                || !same_lifetime
                || stream.retention != retention(request)
                || Ok(&stream.labels) != labels(request).as_ref()
                || stream.closed != request.stream_closed
                || !is_origin(stream.origin.as_ref(), request.fork.as_ref())
        })
    }

    fn expiry_past(&self) -> bool {
        matches!(&self.request.lifetime, Some(Lifetime::StreamExpiresAt(at)) if at.unix_ms() <= self.now)
    }

    fn labels_invalid(&self) -> bool {
        labels(self.request).is_err()
    }

    fn fork_unanchored(&self) -> bool {
        self.request.fork.as_ref().is_some_and(|fork| {
            fork.stream_fork_offset.is_none() && fork.stream_fork_sub_offset.is_some_and(|beyond| beyond.get() > 0)
        })
    }

    fn fork_beyond(&self) -> bool {
        matches!(self.answer(), Some(Answer::Beyond))
    }

    fn fork_overshoots(&self) -> bool {
        let beyond = self.request.fork.as_ref().and_then(|fork| fork.stream_fork_sub_offset);
        self.fork_beyond() && beyond.is_some_and(|beyond| beyond.get() > 0)
    }

    fn fork_trimmed(&self) -> bool {
        matches!(self.answer(), Some(Answer::Trimmed))
    }

    fn first_offset_unusable(&self) -> bool {
        let is_used = |first| self.floor.is_none_or(|floor| first < floor);
        let is_unusable = |first| self.request.fork.is_some() || is_used(first);
        // As for preconditions, errors of the source take precedence.
        !self.must_query() && self.request.stream_first_offset.is_some_and(is_unusable)
    }

    fn content_type_differs(&self) -> bool {
        match (self.answer(), &self.request.content_type) {
            (Some(Answer::Pinned(pinned)), Some(requested)) => {
                MediaType::read(&pinned.content_type).is_ok_and(|content_type| content_type != *requested)
            }
            _ => false,
        }
    }

    fn messages_invalid(&self) -> bool {
        matches!(self.messages.fault(), Some(BadMessages::Invalid(_)))
    }

    fn messages_too_large(&self) -> bool {
        matches!(self.messages.fault(), Some(BadMessages::TooLarge(_)))
    }

    fn text_invalid(&self) -> bool {
        self.text.is_err()
    }

    fn queue_full(&self) -> bool {
        self.queue_full
    }

    fn database_almost_full(&self) -> bool {
        self.database_almost_full
    }

    fn precondition_failed(&self) -> bool {
        let Request { if_match, if_none_match, .. } = self.request;
        let preconditions = Preconditions { if_match: if_match.as_ref(), if_none_match: if_none_match.as_ref() };
        // Preconditions are checked only after the source's answer, whose errors take precedence.
        !self.must_query() && preconditions.fail(self.stream)
    }
}

/// Whether a stream has the source and the fork offset that `fork` requests.
fn is_origin(origin: Option<&Origin>, fork: Option<&Fork>) -> bool {
    let (Some(origin), Some(fork)) = (origin, fork) else {
        return origin.is_none() && fork.is_none();
    };
    let beyond = fork.stream_fork_sub_offset.map_or(0, |beyond| beyond.get());
    let same_place = match fork.stream_fork_offset {
        None | Some(OffsetOrSentinel::Tail) => origin.at_tail,
        Some(OffsetOrSentinel::Start) => origin.position == origin.earliest.saturating_add(beyond),
        Some(OffsetOrSentinel::At(offset)) => origin.position == offset.get().saturating_add(beyond),
    };
    origin.source == fork.stream_forked_from.path.as_str() && same_place
}

/// The content type of the new stream, or `None` if it depends on a source that did not pin the fork.
fn content_type(request: &Request, source: &Source) -> Result<Option<MediaType>, Failure> {
    match (&request.content_type, source) {
        (Some(content_type), _) => Ok(Some(content_type.clone())),
        (None, Source::None) => Ok(Some(spec::media::BINARY.media_type())),
        (None, Source::Answered(_, Answer::Pinned(pinned))) => {
            let content_type = MediaType::read(&pinned.content_type);
            content_type.map(Some).map_err(|_| Failure::Corrupt("the content type of a source"))
        }
        (None, Source::NotQueried | Source::Answered(..)) => Ok(None),
    }
}

/// The text state of the new stream. A fork of a stream that is sent as base64 is sent as base64, too.
fn text(
    request: &Request,
    content_type: Option<&MediaType>,
    source: &Source,
    spooled: Option<Spooled>,
) -> Result<Text, BadText> {
    let Some(content_type) = content_type else { return Ok(Text::Bytes) };
    let begins = match (Text::of(content_type), source) {
        (Text::Utf8(_), Source::Answered(_, Answer::Pinned(pinned))) => pinned.text,
        (text, _) => text,
    };
    match spooled {
        Some(spooled) => spooled.text_after(begins, &request.body, request.stream_closed),
        None => begins.then(&request.body, request.stream_closed),
    }
}

fn plan<H: Host>(
    context: &RequestContext<H>,
    sequencer: &mut Sequencer,
    request: &mut Request,
    spool: &mut Option<Spool<H>>,
    source: &Source,
    now: UnixMs,
) -> Result<(CreateStep, Option<Settled>), Failure> {
    let object = &context.object;
    let floor = floor(sequencer.last_stream().as_ref());
    let (state, stream) = sequencer.staged_at(now);
    let content_type = content_type(request, source)?;
    // The body is checked last, because errors of the source take precedence.
    let not_queried = matches!(source, Source::NotQueried);
    let json = content_type.as_ref().is_some_and(|content_type| spec::media::JSON.matches(content_type));
    let is_read = stream.is_none() && !not_queried;
    let spooled = spool.as_ref().filter(|_| is_read).map(Spool::spooled);
    let messages = Messages::new(&request.body, json && is_read, object.limits()).after(spooled.clone());
    let text = match is_read {
        true => text(request, content_type.as_ref(), source, spooled),
        false => Ok(Text::Bytes),
    };
    let queue_full = sequencer.is_full(object.limits());
    let database_almost_full = object.is_filled_to(object.limits().database_creations);
    let facts = CreateFacts {
        state,
        stream,
        request,
        source,
        messages: &messages,
        text,
        queue_full,
        database_almost_full,
        floor,
        now,
    };
    let decision = decide(request, &facts);
    let stream = stream.ok_or(Failure::Inconsistent("create"));
    let detail = || messages.fault().cloned().map_or_else(String::new, BadMessages::detail);
    let outcome = match decision {
        // This response does not wait for the changes in the queue, so the client may retry before they are committed.
        Decision::Ready(Ready::Busy) => return Ok((CreateStep::Answer(Ready::Busy.into()), None)),
        Decision::Ready(Ready::NoRoom) => return Err(object.no_room()),
        Decision::Ready(ready) => ready.into(),
        Decision::InvalidMessages => InvalidMessages { detail: detail() }.into(),
        Decision::InvalidText => {
            let detail = text.err().map_or_else(String::new, BadText::detail);
            InvalidText { detail }.into()
        }
        Decision::MessagesTooLarge => MessagesTooLarge { detail: detail() }.into(),
        Decision::PreconditionFailed => precondition_failed(stream.ok()).into(),
        Decision::ConfigurationConflict => ConfigurationConflict { stream_closed: stream?.closed }.into(),
        Decision::Ensured => {
            let outcome = ensured(stream?);
            let settled = object.touch(sequencer, now).or_else(|| sequencer.barrier());
            return Ok((CreateStep::Answer(outcome), settled));
        }
        Decision::Created => {
            if let (Source::NotQueried, Some(fork)) = (source, &request.fork) {
                return Ok((CreateStep::PinSource(fork.clone()), None));
            }
            let (Ok(content), Some(content_type), Ok(text)) = (messages.into_content(), content_type, text) else {
                return Err(Failure::Inconsistent("create"));
            };
            let body = std::mem::take(&mut request.body);
            let content = content.unwrap_or(Content::Bytes(body));
            let last = sequencer.last_stream();
            let generation =
                Generation::after(last.as_ref().map(|last| &last.generation), now, object.0.host.entropy());
            let (generation, parts) = match spool {
                Some(spool) => spool.name_first(last.as_ref().map(|last| &last.generation))?,
                None => (generation, Vec::new()),
            };
            let new = (content_type, generation, parts, content);
            let (mut stream, added) = new_stream(object, request, source, new, last.as_ref(), now)?;
            stream.text = Some(text);
            let outcome = created(&context.origin, &request.path, &stream)?;
            let effect = Effect::Create { added, last: last.map(|last| last.generation) };
            let settled = object.stage(sequencer, effect, Some(stream));
            sequencer.hold(context.share.take());
            return Ok((CreateStep::Answer(outcome), Some(settled)));
        }
    };
    Ok((CreateStep::Answer(outcome), sequencer.barrier()))
}

fn ensured(stream: &Stream) -> Outcome {
    let Stream { content_type, tail: stream_next_offset, closed: stream_closed, .. } = stream.clone();
    Ensured { content_type, stream_next_offset, stream_closed }.into()
}

fn created(origin: &str, path: &Path, stream: &Stream) -> Result<Outcome, Failure> {
    // A client may send a path with characters that are invalid in a URI. The canonical form contains none of them.
    let path = PathTo { path: path.clone() };
    let location = Location::read(&format!("{origin}{path}")).map_err(|_| Failure::Inconsistent("create"))?;
    let Stream { content_type, tail: stream_next_offset, closed: stream_closed, .. } = stream.clone();
    Ok(Created { location, content_type, stream_next_offset, stream_closed }.into())
}

/// The first offset that no stream up to `last` has used, the previous stream at the path.
fn floor(last: Option<&Tombstone>) -> Option<Offset> {
    const ORIGIN: Offset = Offset::new(0).unwrap();
    last.map_or(Some(ORIGIN), Tombstone::next)
}

/// The new stream, and its first content as rows. Its offsets start after those of `last`, the previous stream at its
/// path.
fn new_stream<H: Host>(
    object: &Object<H>,
    request: &Request,
    source: &Source,
    (content_type, generation, parts, content): (MediaType, Generation, Vec<Part>, Content),
    last: Option<&Tombstone>,
    now: UnixMs,
) -> Result<(Stream, NewContent), Failure> {
    let floor = floor(last).ok_or(Failure::Full)?;
    let (start, earliest, lifetime, origin, lineage) = match (source, &request.fork) {
        (Source::Answered(pending_release, Answer::Pinned(pinned)), Some(fork)) => {
            let start = Offset::new(pinned.position).ok_or(Failure::Corrupt("the position of a fork"))?;
            let earliest = Offset::new(pinned.earliest).ok_or(Failure::Corrupt("the earliest offset of a source"))?;
            let inherits_lifetime = request.lifetime.is_none();
            let lifetime = if inherits_lifetime { inherited(pinned)? } else { request.lifetime.clone() };
            let at_tail = matches!(fork.stream_fork_offset, None | Some(OffsetOrSentinel::Tail));
            let (fork_ref, source) = (pending_release.fork_ref.clone(), pending_release.source.clone());
            let origin = Origin {
                fork_ref,
                source,
                position: pinned.position,
                earliest: pinned.earliest,
                at_tail,
                inherits_lifetime,
            };
            let shift = Shift::beyond(floor, earliest);
            let lineage = pinned.lineage.iter().map(|ancestor| ancestor.inherited(shift));
            let lineage = lineage.collect::<Result<_, _>>()?;
            (shift.up(start)?, shift.up(earliest)?, lifetime, Some(origin), lineage)
        }
        _ => {
            let start = request.stream_first_offset.unwrap_or(floor);
            (start, start, request.lifetime.clone(), None, Vec::new())
        }
    };
    let added = NewContent::at(start, &parts, content, object.limits().row, now)?;
    let tail = added.tail(start)?;
    let closed = request.stream_closed;
    let (retention, lineage) = (retention(request), lineage.into());
    let labels = labels(request).map_err(|_| Failure::Inconsistent("create"))?;
    let new = NewStream { generation, content_type, lifetime, retention, labels, closed, origin, lineage, now };
    let mut stream = Stream::new(new, Fence::none(), tail);
    (stream.hot, stream.earliest) = (added.hot(), earliest);
    Ok((stream, added))
}
