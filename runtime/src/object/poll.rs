use super::live::Seat;
use super::read::{resolve, sound};
use super::{Object, left};
use crate::Failure;
use crate::cursor::cursor;
use crate::host::Host;
use crate::stream::Stream;
use spec::stream::poll::{self, Decision, Ended, Facts, Outcome, Request, TimedOut, decide};
use spec::stream::{BeyondTail, SegmentDamaged, Trimmed};
use spec::{Offset, StreamState};

struct Situation<'a> {
    state: StreamState,
    stream: Option<&'a Stream>,
    start: Option<Offset>,
    readers_full: bool,
    damaged: bool,
}

impl Facts for Situation<'_> {
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

    fn page_damaged(&self) -> bool {
        self.damaged
    }

    fn readers_full(&self) -> bool {
        self.readers_full
    }
}

/// Reads what is there, or waits for what comes (PROTOCOL.md §5.7).
pub async fn handle<H: Host>(object: &Object<H>, request: &Request) -> Result<Outcome, Failure> {
    let arrival = object.now();
    let hold_ends = arrival + u64::try_from(object.limits().long_poll_hold.as_millis()).unwrap_or(u64::MAX / 2);
    let mut line = object.line();
    let (mut state, mut stream) = object.visit(arrival).await?;
    // Where the tail was on arrival stays the start, however long the wait.
    let start = stream.as_ref().map(|stream| resolve(request.position, stream));
    let mut seat = None;
    loop {
        let readers_full = seat.is_none() && object.readers_full();
        let situation = Situation { state, stream: stream.as_ref(), start, readers_full, damaged: false };
        let decision = decide(request, &situation);
        let wait = left(hold_ends, object.now());
        match (decision, &stream, start) {
            (Decision::TimedOut, Some(known), Some(start)) if !wait.is_zero() => {
                seat.get_or_insert_with(|| Seat::take(object));
                if object.wait(&mut line, known, start, wait).await {
                    let life = known.generation.clone();
                    (state, stream) = object.look().await?;
                    // Another life of the path is nothing that this reader has asked for.
                    if stream.as_ref().is_some_and(|stream| stream.generation != life) {
                        (state, stream) = (StreamState::Absent, None);
                    }
                } else {
                    return answer(object, request, decision, stream, Some(start)).await;
                }
            }
            (decision, _, start) => return answer(object, request, decision, stream, start).await,
        }
    }
}

async fn answer<H: Host>(
    object: &Object<H>,
    request: &Request,
    decision: Decision,
    stream: Option<Stream>,
    start: Option<Offset>,
) -> Result<Outcome, Failure> {
    if let Decision::Ready(ready) = decision {
        return Ok(ready.into());
    }
    let now = object.now();
    let (stream, start) = stream.zip(start).ok_or(Failure::Unanswerable("poll"))?;
    let stream_cursor = cursor(object.limits(), now, request.cursor);
    Ok(match decision {
        Decision::Ready(ready) => ready.into(),
        Decision::Trimmed => Trimmed { stream_earliest_offset: stream.earliest }.into(),
        Decision::BeyondTail => BeyondTail { stream_next_offset: stream.tail }.into(),
        // A reader who waited in vain is still where it was.
        Decision::TimedOut => TimedOut { stream_next_offset: start, stream_cursor }.into(),
        Decision::SegmentDamaged => return Err(Failure::Unanswerable("poll")),
        Decision::Ended => Ended { stream_next_offset: start }.into(),
        Decision::Page => {
            let page = match sound(object.page(&stream, start).await)? {
                Ok(page) => page,
                Err(detail) => return damaged(request, &stream, start, detail),
            };
            let cache_control = page.cache_control(&stream, &object.0.settings, now);
            poll::Page {
                stream_next_offset: page.stop(),
                stream_up_to_date: page.reaches_tail(),
                stream_closed: page.ends_stream(),
                stream_cursor,
                etag: page.tag().clone(),
                cache_control,
                body: page.body(),
                content_type: stream.content_type,
            }
            .into()
        }
    })
}

/// What the spec says where there is something to send, and it can't be.
fn damaged(request: &Request, stream: &Stream, start: Offset, detail: String) -> Result<Outcome, Failure> {
    let state = if stream.closed { StreamState::Closed } else { StreamState::Open };
    let start = Some(start);
    match decide(request, &Situation { state, stream: Some(stream), start, readers_full: false, damaged: true }) {
        Decision::SegmentDamaged => Ok(SegmentDamaged { detail }.into()),
        _ => Err(Failure::Damaged(detail)),
    }
}
