use super::read::{resolve, split_damage};
use super::{Object, RequestContext, precondition_failed};
use crate::Failure;
use crate::fanout::bridge;
use crate::fanout::cursor::{cursor, cursor_to_pass};
use crate::fanout::names::Names;
use crate::fanout::reader::{Mode, Next, PositionForm, ReaderState, Step};
use crate::host::Host;
use crate::metrics::Ending;
use crate::stream::Stream;
use crate::stream::page::Page;
use crate::stream::tag;
use spec::stream::long_poll::{self, Decision, Ended, Facts, Outcome, Request, TimedOut, decide};
use spec::stream::{self, BeyondTail, SegmentDamaged, Trimmed};
use spec::{CacheControl, Cursor, Offset, OffsetOrSentinel, StreamState, Unavailable};
use std::convert::Infallible;
use wire::EntityTags;
use wire::{Asked, take};

struct PollFacts<'a> {
    state: StreamState,
    stream: Option<&'a Stream>,
    page: Option<&'a Page>,
    start: Option<Offset>,
    if_none_match: Option<&'a EntityTags>,
    readers_full: bool,
    damaged: bool,
    if_match: Option<&'a EntityTags>,
}

impl Facts for PollFacts<'_> {
    fn stream(&self) -> StreamState {
        self.state
    }

    fn position_beyond(&self) -> bool {
        self.start > self.stream.map(|stream| stream.tail)
    }

    fn page_available(&self) -> bool {
        self.stream.zip(self.start).is_some_and(|(stream, start)| start < stream.tail)
    }

    fn position_trimmed(&self) -> bool {
        self.start.zip(self.stream).is_some_and(|(start, stream)| start < stream.earliest)
    }

    fn page_matches(&self) -> bool {
        self.if_none_match.zip(self.page).is_some_and(|(tags, page)| tags.match_weakly(true, |tag| tag == page.tag()))
    }

    fn page_damaged(&self) -> bool {
        self.damaged
    }

    fn readers_full(&self) -> bool {
        self.readers_full
    }

    fn precondition_failed(&self) -> bool {
        self.if_match.is_some_and(|tags| !tag::if_match_holds(tags, self.stream, None))
    }
}

/// Responds with stored data, or waits for new data (PROTOCOL.md §5.7). If there is none, the outcome is the response
/// after a timeout, and the client waits at a read position.
pub async fn handle<H: Host>(context: &RequestContext<H>, request: Asked<Request>) -> Result<Outcome, Failure> {
    let request = &take!(request as Request { path, position, cursor, if_match, if_none_match });
    context.object.retry_if_outdated(async || poll(context, request).await).await
}

async fn poll<H: Host>(context: &RequestContext<H>, request: &Request) -> Result<Outcome, Failure> {
    let object = &context.object;
    let (state, stream, prefetched) = object.read_and_touch_at(request.position, object.now()).await?;
    // The tail offset at arrival remains the start, however long the client waits.
    let start = stream.as_ref().map(|stream| resolve(request.position, stream));
    let page = match (&stream, start) {
        (Some(stream), Some(start)) if (stream.earliest..stream.tail).contains(&start) => {
            split_damage(object.page(stream, start, prefetched).await)?.map(Some)
        }
        _ => Ok(None),
    };
    let (page, damage) = page.map_or_else(|part| (None, Some(part)), |page| (page, None));
    let facts = PollFacts {
        state,
        stream: stream.as_ref(),
        page: page.as_ref(),
        start,
        if_none_match: request.if_none_match.as_ref(),
        readers_full: object.readers_full(),
        damaged: damage.is_some(),
        if_match: request.if_match.as_ref(),
    };
    let decision = decide(request, &facts);
    if let (Decision::SegmentDamaged, Some(part)) = (decision, damage) {
        return Ok(SegmentDamaged { detail: part.detail() }.into());
    }
    if let (Decision::TimedOut, Some(stream), Some(start)) = (decision, &stream, start) {
        object.arm_renewal(stream).await?;
        let (generation, position) = (stream.generation.clone(), start.get());
        // New data has greater offsets than this one, so the response's next offset is at least one greater.
        let beyond = Offset::new(position + 1).unwrap_or(start);
        let cursor = cursor_to_pass(object.limits(), object.now(), beyond, request.cursor).map(Cursor::get);
        let form = PositionForm::of(request.position);
        context.wait_at(ReaderState {
            mode: Mode::Poll(context.names),
            generation,
            position,
            seen: position,
            cursor,
            form,
            position_sent: true,
            current: true,
            base64: false,
        });
    }
    answer(object, request, decision, stream.as_ref(), start, page)
}

/// The response to readers that have waited at a read position, if there is new data or a state change for them.
pub fn step<H: Host>(
    object: &Object<H>,
    state: StreamState,
    stream: Option<&Stream>,
    reader_state: &ReaderState,
    page: Option<Page>,
    names: Names,
) -> Result<Step, Failure> {
    Ok(match update(object, reader_state, state, stream, page)? {
        Some(outcome) => last_step(names.response(outcome.respond())),
        None => Step {
            message: None,
            next: Next::State(ReaderState { seen: reader_state.position, ..reader_state.clone() }),
        },
    })
}

/// The step that sends readers their response.
pub fn last_step(response: wire::Response<Infallible>) -> Step {
    let ending = Ending::of_response(response.status, response.body.length());
    Step::end(Some(bridge::encode_response(response)), ending)
}

/// The response to a reader at a read position. Returns `None` if it requires data that is not in memory, and
/// `Some(Ok(None))` if there is nothing new.
pub fn update_from_memory<H: Host>(
    object: &Object<H>,
    reader_state: &ReaderState,
) -> Option<Result<Option<Outcome>, Failure>> {
    let sequencer = object.0.sequencer.borrow();
    let sequencer = sequencer.as_ref()?;
    object.touch_if_read(sequencer);
    let (state, stream) = sequencer.committed_at(object.now());
    let stream = reader_state.stream(stream);
    let page = object.page_for(stream, reader_state, object.limits().page)?;
    Some(page.and_then(|page| update(object, reader_state, state, stream, page)))
}

/// The response to readers that wait at a read position, or `None` if there is nothing new for them.
fn update<H: Host>(
    object: &Object<H>,
    reader_state: &ReaderState,
    state: StreamState,
    stream: Option<&Stream>,
    page: Option<Page>,
) -> Result<Option<Outcome>, Failure> {
    // For these readers, a stream of another generation does not exist.
    let state = if stream.is_some() || state == StreamState::Gone { state } else { StreamState::Absent };
    let start = Offset::new(reader_state.position).ok_or(Failure::Inconsistent("long_poll"))?;
    let request = Request {
        path: stream::Path::read(&object.0.path).map_err(|_| Failure::Inconsistent("long_poll"))?,
        position: reader_state.form.position(start),
        cursor: reader_state.cursor.and_then(Cursor::new),
        // This page did not exist when the client sent the request, so the tag can't name it.
        if_none_match: None,
        // The condition was checked when the client's request arrived.
        if_match: None,
    };
    let facts = PollFacts {
        state,
        stream,
        page: page.as_ref(),
        start: Some(start),
        if_none_match: None,
        readers_full: false,
        damaged: false,
        if_match: None,
    };
    let decision = decide(&request, &facts);
    match decision {
        Decision::TimedOut => Ok(None),
        _ => answer(object, &request, decision, stream, Some(start), page).map(Some),
    }
}

/// The response to waiting readers after a failure.
pub fn failed(failure: Failure, names: Names) -> wire::Response<Infallible> {
    names.response(match failure {
        Failure::Damaged(part) => SegmentDamaged { detail: part.detail() }.respond(),
        failure => Unavailable { detail: failure.client_detail() }.respond(),
    })
}

fn answer<H: Host>(
    object: &Object<H>,
    request: &Request,
    decision: Decision,
    stream: Option<&Stream>,
    start: Option<Offset>,
    page: Option<Page>,
) -> Result<Outcome, Failure> {
    if let Decision::Ready(ready) = decision {
        return Ok(ready.into());
    }
    let now = object.now();
    let (stream, start) = stream.zip(start).ok_or(Failure::Inconsistent("long_poll"))?;
    let cache_control = |page: &Page| match request.position {
        OffsetOrSentinel::Tail => CacheControl::NoStore,
        position => page.cache_control(stream, position, &object.0.settings, &object.0.path, now),
    };
    let cursor = |next| cursor(object.limits(), now, next, request.cursor);
    Ok(match decision {
        Decision::Ready(ready) => ready.into(),
        Decision::Trimmed => Trimmed { stream_earliest_offset: stream.earliest }.into(),
        Decision::BeyondTail => BeyondTail { stream_next_offset: stream.tail }.into(),
        Decision::PreconditionFailed => precondition_failed(Some(stream)).into(),
        // The read position of a reader that has timed out is unchanged.
        Decision::TimedOut => TimedOut { stream_next_offset: start, stream_cursor: cursor(start) }.into(),
        Decision::SegmentDamaged => return Err(Failure::Inconsistent("long_poll")),
        Decision::Ended => Ended { stream_next_offset: start }.into(),
        Decision::Page => {
            let page = page.ok_or(Failure::Inconsistent("long_poll"))?;
            long_poll::Page {
                stream_next_offset: page.stop(),
                stream_up_to_date: page.reaches_tail(),
                stream_closed: page.ends_stream(),
                stream_cursor: cursor(page.stop()),
                etag: page.tag().clone(),
                cache_control: cache_control(&page),
                body: page.body(),
                content_type: stream.content_type.clone(),
            }
            .into()
        }
        Decision::Unchanged => {
            let page = page.ok_or(Failure::Inconsistent("long_poll"))?;
            long_poll::Unchanged {
                stream_next_offset: page.stop(),
                stream_up_to_date: page.reaches_tail(),
                stream_closed: page.ends_stream(),
                stream_cursor: cursor(page.stop()),
                etag: page.tag().clone(),
                cache_control: cache_control(&page),
            }
            .into()
        }
    })
}
