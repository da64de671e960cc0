//! A stretch of a stream as one response carries it.

use crate::host::UnixMs;
use crate::stream::Stream;
use crate::stream::chunk::{Chunk, Slice};
use crate::stream::retention::RetentionPolicy;
use crate::stream::tag::Tag;
use crate::{Failure, Settings};
use spec::{CacheControl, Offset, OffsetOrSentinel};
use std::rc::Rc;
use wire::EntityTag;

/// A page in the making.
#[derive(Debug)]
pub struct PageBuilder {
    start: Offset,
    stop: Offset,
    /// Bytes that there was room for at first.
    budget: usize,
    /// Bytes that may still be added.
    left: usize,
    slices: Vec<Slice>,
}

impl PageBuilder {
    /// Nothing yet, at `start`. There is room for `budget` bytes, or one message that exceeds them.
    pub fn new(start: Offset, budget: usize) -> Self {
        Self { start, stop: start, budget, left: budget, slices: Vec::new() }
    }

    /// Where to go on.
    pub fn stop(&self) -> Offset {
        self.stop
    }

    /// How many bytes it was to take when it was begun.
    pub fn budget(&self) -> usize {
        self.budget
    }

    /// How many more bytes it takes.
    pub fn room(&self) -> usize {
        self.left
    }

    /// Leaves room for no more than `budget` bytes.
    pub fn narrow(&mut self, budget: usize) {
        self.left = self.left.min(budget);
    }

    /// Whether there is nothing in it yet.
    pub fn is_empty(&self) -> bool {
        self.slices.is_empty()
    }

    /// Adds what `chunks` hold from here on up to `until`, as far as there is room. Says whether there is more room.
    ///
    /// # Errors
    /// [`Failure::Corrupt`] if the chunks leave a gap.
    pub fn add<'a>(&mut self, chunks: impl Iterator<Item = &'a Rc<Chunk>>, until: Offset) -> Result<bool, Failure> {
        for chunk in chunks {
            if self.stop >= until {
                break;
            }
            let slice = Slice::of(chunk.clone(), self.stop, until, self.left);
            let slice = slice.ok_or(Failure::Corrupt("a gap in the log"))?;
            let length = slice.payload().len();
            if length > self.left && !self.slices.is_empty() {
                return Ok(false);
            }
            self.stop = slice.stop().ok_or(Failure::Full)?;
            self.left = self.left.saturating_sub(length);
            let cut_short = !slice.reaches_chunk_end() && self.stop < until;
            self.slices.push(slice);
            if self.left == 0 || cut_short {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The page, as one of `stream`.
    pub fn page(self, stream: &Stream) -> Page {
        let Self { start, stop, slices, .. } = self;
        Page { slices, json: stream.is_json(), read_to: stop, range: ResponseRange::of(stream, start, stop) }
    }
}

/// What a response says of the stretch that it carries.
#[derive(Debug)]
struct ResponseRange {
    start: Offset,
    stop: Offset,
    reaches_tail: bool,
    closed: bool,
    tag: EntityTag,
}

impl ResponseRange {
    fn of(stream: &Stream, start: Offset, stop: Offset) -> Self {
        let reaches_tail = stop >= stream.tail;
        let closed = stream.closed && reaches_tail;
        let tag = Tag::of(stream, start, stop).write();
        Self { start, stop, reaches_tail, closed, tag }
    }
}

/// A stretch of a stream, or the beginning of one whose rest is sent after it ([`Page::up_to`]).
#[derive(Debug)]
pub struct Page {
    slices: Vec<Slice>,
    json: bool,
    /// The offset after the last slice.
    read_to: Offset,
    range: ResponseRange,
}

impl Page {
    /// The same slices as the beginning of a response that goes on up to `stop`.
    #[must_use]
    pub fn up_to(self, stop: Offset, stream: &Stream) -> Page {
        Page { range: ResponseRange::of(stream, self.range.start, stop.max(self.read_to)), ..self }
    }

    /// Whether the response goes on after what is on this page.
    pub fn goes_on(&self) -> bool {
        self.read_to < self.range.stop
    }

    /// The offset after what is on this page.
    pub fn read_to(&self) -> Offset {
        self.read_to
    }

    /// The first part of the page: at most `budget` bytes of it, or one message that exceeds them.
    ///
    /// # Errors
    /// None, since a page has no gaps.
    pub fn first(&self, stream: &Stream, budget: usize) -> Result<Page, Failure> {
        let mut cut = PageBuilder::new(self.range.start, budget);
        cut.add(self.slices.iter().map(Slice::chunk), self.read_to)?;
        Ok(cut.page(stream))
    }

    /// The offset to read from after the whole response.
    pub fn stop(&self) -> Offset {
        self.range.stop
    }

    /// The same, and what is on `next`, which begins where this one stops.
    pub fn join(mut self, next: Page, stream: &Stream) -> Page {
        self.slices.extend(next.slices);
        PageBuilder { start: self.range.start, stop: next.read_to, budget: 0, left: 0, slices: self.slices }
            .page(stream)
    }

    /// The first byte on it.
    pub fn first_byte(&self) -> Option<u8> {
        self.slices.first().and_then(|slice| slice.payload().first()).copied()
    }

    /// How many bytes of the stream are on it.
    pub fn bytes(&self) -> usize {
        self.slices.iter().map(|slice| slice.payload().len()).sum()
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.slices.is_empty()
    }

    /// Whether there was nothing more when it was read.
    pub fn reaches_tail(&self) -> bool {
        self.range.reaches_tail
    }

    /// Whether there will never be more.
    pub fn ends_stream(&self) -> bool {
        self.range.closed
    }

    /// Names the stretch, the life of the stream, and whether it is the end (PROTOCOL.md §10.1).
    pub fn tag(&self) -> &EntityTag {
        &self.range.tag
    }

    /// The bytes; of JSON, an array of all messages (PROTOCOL.md §9.1.5), which ends only where the response does.
    pub fn body(&self) -> Vec<u8> {
        self.part(b'[', !self.goes_on())
    }

    /// The bytes as a further part of a response. `last` says whether it is the last one.
    pub fn continuation(&self, last: bool) -> Vec<u8> {
        self.part(b',', last)
    }

    fn part(&self, before: u8, last: bool) -> Vec<u8> {
        let length: usize = self.slices.iter().map(|slice| slice.payload().len() + 1).sum();
        let mut part = Vec::with_capacity(length + 2);
        if self.json {
            part.push(before);
        }
        for (index, slice) in self.slices.iter().enumerate() {
            if self.json && index > 0 {
                part.push(b',');
            }
            part.extend_from_slice(slice.payload());
        }
        if self.json && last {
            part.push(b']');
        }
        part
    }

    /// Who may keep it, if it was asked for as what begins at `position` (PROTOCOL.md §10). What may soon be different, or soon be
    /// gone, is to be asked for again: so is the beginning of a stream that loses its beginning, since a reader for whom the next
    /// offset is lost starts there anew, and must not be led to the same one again.
    pub fn cache_control(
        &self,
        stream: &Stream,
        position: OffsetOrSentinel,
        settings: &Settings,
        now: UnixMs,
    ) -> CacheControl {
        let limits = &settings.limits;
        let moves = position == OffsetOrSentinel::Start && stream.retention.policy(limits) != RetentionPolicy::ALL;
        if moves || (self.is_empty() && !self.ends_stream()) || stream.expires_within(limits, now) {
            CacheControl::NoCache
        } else if settings.token.is_some() {
            CacheControl::Private
        } else {
            CacheControl::Shared
        }
    }
}
