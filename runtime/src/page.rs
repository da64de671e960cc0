//! A stretch of a stream as one response carries it.

use crate::chunk::{Chunk, Slice};
use crate::stream::Stream;
use crate::{Failure, Settings};
use crate::host::UnixMs;
use spec::{CacheControl, Offset};
use std::fmt::Display;
use std::rc::Rc;
use wire::EntityTag;

/// A stretch of a stream.
#[derive(Debug)]
pub struct Page {
    slices: Vec<Slice>,
    json: bool,
    stop: Offset,
    reaches_tail: bool,
    closed: bool,
    tag: EntityTag,
}

impl Page {
    /// Nothing, read at `start`.
    pub fn empty(stream: &Stream, start: Offset) -> Self {
        Self::of(stream, start, start, Vec::new())
    }

    /// What `chunks` hold from `start` on, as far as `budget` bytes go, but at least one message.
    ///
    /// # Errors
    /// [`Failure::Corrupt`] if the chunks leave a gap, or don't reach as far as they should.
    pub fn cut<'a>(
        stream: &Stream,
        start: Offset,
        budget: usize,
        chunks: impl Iterator<Item = &'a Rc<Chunk>>,
    ) -> Result<Self, Failure> {
        let (mut slices, mut stop, mut left) = (Vec::new(), start, budget);
        for chunk in chunks {
            if stop >= stream.tail {
                break;
            }
            let slice = Slice::of(chunk.clone(), stop, left).ok_or(Failure::Corrupt("a gap in the log"))?;
            let length = slice.payload().len();
            if length > left && !slices.is_empty() {
                break;
            }
            let whole = slice.stop() == chunk.stop();
            stop = slice.stop().ok_or(Failure::Full)?;
            slices.push(slice);
            left = left.saturating_sub(length);
            if left == 0 || !whole {
                break;
            }
        }
        if slices.is_empty() && start < stream.tail {
            return Err(Failure::Corrupt("a log that ends before its tail"));
        }
        Ok(Self::of(stream, start, stop, slices))
    }

    fn of(stream: &Stream, start: Offset, stop: Offset, slices: Vec<Slice>) -> Self {
        let reaches_tail = stop >= stream.tail;
        let closed = stream.closed && reaches_tail;
        let (life, end): (_, &dyn Display) = (&stream.generation, if closed { &"c" } else { &"o" });
        let tag = EntityTag::of(&[life, &start, &stop, end]);
        Self { slices, json: stream.is_json(), stop, reaches_tail, closed, tag }
    }

    /// The offset to read from next.
    pub fn stop(&self) -> Offset {
        self.stop
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.slices.is_empty()
    }

    /// Whether there was nothing more when it was read.
    pub fn reaches_tail(&self) -> bool {
        self.reaches_tail
    }

    /// Whether there will never be more.
    pub fn ends_stream(&self) -> bool {
        self.closed
    }

    /// Names the stretch, the life of the stream, and whether it is the end (PROTOCOL.md §10.1).
    pub fn tag(&self) -> &EntityTag {
        &self.tag
    }

    /// The bytes; of JSON, an array of all messages (PROTOCOL.md §9.1.5).
    pub fn body(&self) -> Vec<u8> {
        let length: usize = self.slices.iter().map(|slice| slice.payload().len() + 1).sum();
        let mut body = Vec::with_capacity(length + 1);
        if self.json {
            body.push(b'[');
        }
        for (index, slice) in self.slices.iter().enumerate() {
            if self.json && index > 0 {
                body.push(b',');
            }
            body.extend_from_slice(slice.payload());
        }
        if self.json {
            body.push(b']');
        }
        body
    }

    /// Who may keep it (PROTOCOL.md §10). What may soon be different, or soon be gone, is to be asked for again.
    pub fn cache_control(&self, stream: &Stream, settings: &Settings, now: UnixMs) -> CacheControl {
        if (self.is_empty() && !self.ends_stream()) || stream.ends_within(&settings.limits, now) {
            CacheControl::NoCache
        } else if settings.token.is_some() {
            CacheControl::Private
        } else {
            CacheControl::Shared
        }
    }
}
