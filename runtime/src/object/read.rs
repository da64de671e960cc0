use super::{Object, RequestContext, precondition_failed};
use crate::failure::Unreadable;
use crate::host::{Host, UnixMs};
use crate::stream::Stream;
use crate::stream::page::Page;
use crate::stream::rest::Rest;
use crate::stream::tag;
use crate::{Failure, Settings};
use spec::stream::read::{self, Decision, Facts, Outcome, Request, decide};
use spec::stream::{BeyondTail, SegmentDamaged, Trimmed};
use spec::{Offset, OffsetOrSentinel, StreamState};
use wire::{Asked, take};

/// The offset in `stream` at which a reader starts.
pub fn resolve(position: OffsetOrSentinel, stream: &Stream) -> Offset {
    match position {
        OffsetOrSentinel::At(offset) => offset,
        OffsetOrSentinel::Start => stream.earliest,
        OffsetOrSentinel::Tail => stream.tail,
    }
}

/// Separates a damaged segment, which is an outcome of its own, from other failures.
pub fn split_damage(page: Result<Page, Failure>) -> Result<Result<Page, Unreadable>, Failure> {
    match page {
        Ok(page) => Ok(Ok(page)),
        Err(Failure::Damaged(part)) => Ok(Err(part)),
        Err(failure) => Err(failure),
    }
}

struct ReadFacts<'a> {
    state: StreamState,
    stream: Option<&'a Stream>,
    page: Option<&'a Page>,
    start: Option<Offset>,
    request: &'a Request,
    damaged: bool,
}

impl Facts for ReadFacts<'_> {
    fn stream(&self) -> StreamState {
        self.state
    }

    fn position_beyond(&self) -> bool {
        self.start > self.stream.map(|stream| stream.tail)
    }

    fn position_trimmed(&self) -> bool {
        self.start.zip(self.stream).is_some_and(|(start, stream)| start < stream.earliest)
    }

    fn page_damaged(&self) -> bool {
        self.damaged
    }

    fn page_matches(&self) -> bool {
        let tags = self.request.if_none_match.as_ref();
        tags.zip(self.page).is_some_and(|(tags, page)| tags.match_weakly(true, |tag| tag == page.tag()))
    }

    fn precondition_failed(&self) -> bool {
        let own = self.page.map(Page::tag);
        self.request.if_match.as_ref().is_some_and(|tags| !tag::if_match_holds(tags, self.stream, own))
    }
}

/// Reads one page of stored data (PROTOCOL.md §5.6). More pages can follow in the same response.
pub async fn handle<H: Host>(context: &RequestContext<H>, request: Asked<Request>) -> Result<Outcome, Failure> {
    let object = context.read.get_or_init(|| context.object.metered());
    let request = &take!(request as Request { path, position, if_match, if_none_match });
    object.retry_if_outdated(async || read(context, object, request).await).await
}

async fn read<H: Host>(context: &RequestContext<H>, object: &Object<H>, request: &Request) -> Result<Outcome, Failure> {
    let now = object.now();
    let (state, stream, prefetched) = object.read_and_touch_at(request.position, now).await?;
    let start = stream.as_ref().map(|stream| resolve(request.position, stream));
    let page = match (&stream, start) {
        (Some(stream), Some(start)) if start >= stream.earliest => {
            split_damage(object.beginning(stream, start, prefetched).await)?.map(Some)
        }
        _ => Ok(None),
    };
    let (page, damage) = page.map_or_else(|part| (None, Some(part)), |page| (page, None));
    let damaged = damage.is_some();
    let facts = ReadFacts { state, stream: stream.as_ref(), page: page.as_ref(), start, request, damaged };
    let decision = decide(request, &facts);
    if let (Decision::SegmentDamaged, Some(part)) = (decision, damage) {
        return Ok(SegmentDamaged { detail: part.detail() }.into());
    }
    if let Decision::Ready(ready) = decision {
        return Ok(ready.into());
    }
    if let (Decision::Trimmed, Some(stream)) = (decision, &stream) {
        return Ok(Trimmed { stream_earliest_offset: stream.earliest }.into());
    }
    let (stream, page) = stream.zip(page).ok_or(Failure::Inconsistent("read"))?;
    if decision == Decision::Page {
        context.goes_on(Rest::after(&page, &stream, object.with_same_meter()).ok());
        return Ok(outcome(&stream, request.position, &page, &object.0.settings, &object.0.path, now));
    }
    let cache_control = page.cache_control(&stream, request.position, &object.0.settings, &object.0.path, now);
    let (stream_next_offset, stream_up_to_date, stream_closed) = (page.stop(), page.reaches_tail(), page.ends_stream());
    Ok(match decision {
        Decision::Ready(ready) => ready.into(),
        Decision::SegmentDamaged | Decision::Trimmed => return Err(Failure::Inconsistent("read")),
        Decision::BeyondTail => BeyondTail { stream_next_offset: stream.tail }.into(),
        Decision::PreconditionFailed => precondition_failed(Some(&stream)).into(),
        Decision::AtTail => {
            let (content_type, body) = (stream.content_type, page.body());
            read::AtTail { content_type, stream_next_offset, stream_closed, body }.into()
        }
        Decision::Unchanged => {
            let etag = page.tag().clone();
            read::Unchanged { stream_next_offset, stream_up_to_date, stream_closed, etag, cache_control }.into()
        }
        Decision::Page => return Err(Failure::Inconsistent("read")),
    })
}

/// The response to a read from `position` that begins with `page`.
pub fn outcome(
    stream: &Stream,
    position: OffsetOrSentinel,
    page: &Page,
    settings: &Settings,
    path: &str,
    now: UnixMs,
) -> Outcome {
    read::Page {
        content_type: stream.content_type.clone(),
        stream_next_offset: page.stop(),
        stream_up_to_date: page.reaches_tail(),
        stream_closed: page.ends_stream(),
        etag: page.tag().clone(),
        cache_control: page.cache_control(stream, position, settings, path, now),
        body: page.body(),
    }
    .into()
}
