//! Pages: data of a stream for one response, or for a part of one.

use crate::host::UnixMs;
use crate::stream::Stream;
use crate::stream::chunk::{Chunk, Slice};
use crate::stream::retention::RetentionPolicy;
use crate::stream::tag::Tag;
use crate::{Failure, Settings};
use spec::{CacheControl, Offset, OffsetOrSentinel};
use std::rc::Rc;
use wire::EntityTag;

/// Collects the slices of a page.
#[derive(Debug)]
pub struct PageBuilder {
    start: Offset,
    stop: Offset,
    /// Maximum bytes of the page.
    budget: usize,
    /// Remaining bytes.
    left: usize,
    slices: Vec<Slice>,
}

impl PageBuilder {
    /// An empty page at `start`, for `budget` bytes. A single larger message is still added.
    pub fn new(start: Offset, budget: usize) -> Self {
        Self { start, stop: start, budget, left: budget, slices: Vec::new() }
    }

    /// The offset after the slices so far.
    pub fn stop(&self) -> Offset {
        self.stop
    }

    /// Maximum bytes of the page.
    pub fn budget(&self) -> usize {
        self.budget
    }

    /// Remaining bytes.
    pub fn room(&self) -> usize {
        self.left
    }

    /// Limits the remaining bytes to `budget`.
    pub fn narrow(&mut self, budget: usize) {
        self.left = self.left.min(budget);
    }

    /// Whether the page has no slices yet.
    pub fn is_empty(&self) -> bool {
        self.slices.is_empty()
    }

    /// Adds the data of `chunks` from [`Self::stop`] up to `until`, as far as it fits. Returns whether there is room left.
    ///
    /// # Errors
    /// [`Failure::Corrupt`] if there is a gap between the chunks.
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

    /// The finished page of `stream`.
    pub fn page(self, stream: &Stream) -> Page {
        let Self { start, stop, slices, .. } = self;
        Page { slices, json: stream.is_json(), read_to: stop, range: ResponseRange::of(stream, start, stop) }
    }
}

/// The offset range of a response, with the properties that its header fields contain.
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

/// The data of one response, or the first part of it ([`Page::up_to`]).
#[derive(Debug)]
pub struct Page {
    slices: Vec<Slice>,
    json: bool,
    /// The offset after the last slice.
    read_to: Offset,
    range: ResponseRange,
}

impl Page {
    /// The same page as the first part of a response that continues up to `stop`.
    #[must_use]
    pub fn up_to(self, stop: Offset, stream: &Stream) -> Page {
        Page { range: ResponseRange::of(stream, self.range.start, stop.max(self.read_to)), ..self }
    }

    /// Whether the response continues after this page.
    pub fn goes_on(&self) -> bool {
        self.read_to < self.range.stop
    }

    /// The offset after this page.
    pub fn read_to(&self) -> Offset {
        self.read_to
    }

    /// The first part of the page, of at most `budget` bytes. A single larger message is not split.
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

    /// This page together with `next`, which begins where this one ends.
    pub fn join(mut self, next: Page, stream: &Stream) -> Page {
        self.slices.extend(next.slices);
        PageBuilder { start: self.range.start, stop: next.read_to, budget: 0, left: 0, slices: self.slices }
            .page(stream)
    }

    /// The first byte of the page.
    pub fn first_byte(&self) -> Option<u8> {
        self.slices.first().and_then(|slice| slice.payload().first()).copied()
    }

    /// The number of bytes of the stream on this page.
    pub fn bytes(&self) -> usize {
        self.slices.iter().map(|slice| slice.payload().len()).sum()
    }

    /// Whether the page contains no data.
    pub fn is_empty(&self) -> bool {
        self.slices.is_empty()
    }

    /// Whether the response ends at the tail offset.
    pub fn reaches_tail(&self) -> bool {
        self.range.reaches_tail
    }

    /// Whether the response ends at the end of a closed stream.
    pub fn ends_stream(&self) -> bool {
        self.range.closed
    }

    /// The entity tag: the generation, the offset range, and whether it is the end of a closed stream (PROTOCOL.md §10.1).
    pub fn tag(&self) -> &EntityTag {
        &self.range.tag
    }

    /// The body: the bytes, or for JSON an array of the messages (PROTOCOL.md §9.1.5). The array ends only where the response does.
    pub fn body(&self) -> Vec<u8> {
        self.part(b'[', !self.goes_on())
    }

    /// The page as a further part of a response's body. `last`: the response ends with it.
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

    /// `Cache-Control` for a request to the stream at `path` that began at `position` (PROTOCOL.md §10).
    ///
    /// Caches must validate a response that may soon change or whose stream soon expires. The same holds for reads from the start of a
    /// stream that is trimmed. A reader whose next offset was trimmed starts again there, and a stale response would lead it to the same
    /// offset again.
    pub fn cache_control(
        &self,
        stream: &Stream,
        position: OffsetOrSentinel,
        settings: &Settings,
        path: &str,
        now: UnixMs,
    ) -> CacheControl {
        let limits = &settings.limits;
        let moves = position == OffsetOrSentinel::Start && stream.retention.policy(limits) != RetentionPolicy::ALL;
        let changes = moves || (self.is_empty() && !self.ends_stream()) || stream.expires_within(limits, now);
        match (changes, settings.access.lets_anyone_read(path)) {
            (true, true) => CacheControl::NoCache,
            (true, false) => CacheControl::PrivateNoCache,
            (false, true) => CacheControl::Shared,
            (false, false) => CacheControl::Private,
        }
    }
}
