//! Entity tags and preconditions (RFC 9110 §13.1).

use crate::stream::Stream;
use spec::Offset;
use std::fmt::Display;
use wire::{EntityTag, EntityTags};

/// The content of an entity tag: a generation, an offset range, and whether it is the end of a closed stream (PROTOCOL.md §10.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    generation: &'a str,
    start: Offset,
    stop: Offset,
    closed: bool,
}

const OPEN: &str = "o";
const CLOSED: &str = "c";

impl<'a> Tag<'a> {
    /// The tag of an offset range of `stream`.
    pub fn of(stream: &'a Stream, start: Offset, stop: Offset) -> Self {
        Self { generation: &stream.generation.0, start, stop, closed: stream.closed && stop >= stream.tail }
    }

    /// The tag of all of `stream`.
    pub fn whole(stream: &'a Stream) -> Self {
        Self::of(stream, stream.earliest, stream.tail)
    }

    /// Parses a tag; `None`, if it is not a tag of a stream.
    fn read(tag: &'a EntityTag) -> Option<Self> {
        let mut parts = tag.parts();
        let (generation, start, stop, end) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (start, stop) = (Offset::read(start).ok()?, Offset::read(stop).ok()?);
        let closed = end == CLOSED;
        let is_valid = closed || end == OPEN;
        (is_valid && parts.next().is_none()).then_some(Self { generation, start, stop, closed })
    }

    /// The tag as text.
    pub fn write(self) -> EntityTag {
        let end: &dyn Display = if self.closed { &CLOSED } else { &OPEN };
        EntityTag::of(&[&self.generation, &self.start, &self.stop, end])
    }

    /// Whether `stream` still ends where the range ends. The start of the range does not matter.
    fn is_current(self, stream: &Stream) -> bool {
        let whole = Tag::whole(stream);
        Tag { start: whole.start, ..self } == whole
    }
}

/// The preconditions of a request (RFC 9110 §13.1).
#[derive(Clone, Copy, Debug)]
pub struct Preconditions<'a> {
    pub if_match: Option<&'a EntityTags>,
    pub if_none_match: Option<&'a EntityTags>,
}

impl Preconditions<'_> {
    /// Whether the request has preconditions.
    pub fn are_given(self) -> bool {
        self.if_match.is_some() || self.if_none_match.is_some()
    }

    /// Whether a precondition is false for `stream`. `None` means that clients see no stream.
    pub fn fail(self, stream: Option<&Stream>) -> bool {
        self.if_match.is_some_and(|tags| !if_match_holds(tags, stream, None))
            || self.if_none_match.is_some_and(|tags| if_none_match_hits(tags, stream))
    }
}

/// Whether `If-Match` is true for the current state of the stream, or contains the tag `own`.
pub fn if_match_holds(tags: &EntityTags, stream: Option<&Stream>, own: Option<&EntityTag>) -> bool {
    let is = |tag: &EntityTag| Some(tag) == own || is_current(tag, stream);
    tags.match_strongly(stream.is_some(), is)
}

/// Whether `If-None-Match` contains a tag of the current state of the stream.
pub fn if_none_match_hits(tags: &EntityTags, stream: Option<&Stream>) -> bool {
    tags.match_weakly(stream.is_some(), |tag| is_current(tag, stream))
}

fn is_current(tag: &EntityTag, stream: Option<&Stream>) -> bool {
    stream.zip(Tag::read(tag)).is_some_and(|(stream, tag)| tag.is_current(stream))
}
