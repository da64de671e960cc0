//! Entity tags: what they say, and what requests make depend on them (RFC 9110 §13.1).

use crate::stream::Stream;
use spec::Offset;
use std::fmt::Display;
use wire::{EntityTag, EntityTags};

/// What an entity tag says: a stretch of one life of a stream, and whether the stream ends with it (PROTOCOL.md §10.1).
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
    /// Of a stretch of `stream`.
    pub fn of(stream: &'a Stream, start: Offset, stop: Offset) -> Self {
        Self { generation: &stream.generation.0, start, stop, closed: stream.closed && stop >= stream.tail }
    }

    /// Of all of `stream`.
    pub fn whole(stream: &'a Stream) -> Self {
        Self::of(stream, stream.earliest, stream.tail)
    }

    /// What `tag` says; `None`, if it is none of a stream's.
    fn read(tag: &'a EntityTag) -> Option<Self> {
        let mut parts = tag.parts();
        let (generation, start, stop, end) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (start, stop) = (Offset::read(start).ok()?, Offset::read(stop).ok()?);
        let closed = end == CLOSED;
        let known = closed || end == OPEN;
        (known && parts.next().is_none()).then_some(Self { generation, start, stop, closed })
    }

    /// As it is sent.
    pub fn write(self) -> EntityTag {
        let end: &dyn Display = if self.closed { &CLOSED } else { &OPEN };
        EntityTag::of(&[&self.generation, &self.start, &self.stop, end])
    }

    /// Whether `stream` still ends where the stretch did, wherever that began.
    fn is_current(self, stream: &Stream) -> bool {
        let whole = Tag::whole(stream);
        Tag { start: whole.start, ..self } == whole
    }
}

/// What a request makes depend on what the stream is (RFC 9110 §13.1).
#[derive(Clone, Copy, Debug)]
pub struct Preconditions<'a> {
    pub if_match: Option<&'a EntityTags>,
    pub if_none_match: Option<&'a EntityTags>,
}

impl Preconditions<'_> {
    /// Whether there are any.
    pub fn are_given(self) -> bool {
        self.if_match.is_some() || self.if_none_match.is_some()
    }

    /// Whether one does not hold for `stream`, which a client may see if there is one.
    pub fn fail(self, stream: Option<&Stream>) -> bool {
        self.if_match.is_some_and(|tags| !name(tags, stream, None))
            || self.if_none_match.is_some_and(|tags| name_weakly(tags, stream))
    }
}

/// Whether `If-Match` names the stream as it is, or the stretch with the tag `own`.
pub fn name(tags: &EntityTags, stream: Option<&Stream>, own: Option<&EntityTag>) -> bool {
    let is = |tag: &EntityTag| Some(tag) == own || is_current(tag, stream);
    tags.match_strongly(stream.is_some(), is)
}

/// Whether `If-None-Match` names the stream as it is.
pub fn name_weakly(tags: &EntityTags, stream: Option<&Stream>) -> bool {
    tags.match_weakly(stream.is_some(), |tag| is_current(tag, stream))
}

fn is_current(tag: &EntityTag, stream: Option<&Stream>) -> bool {
    stream.zip(Tag::read(tag)).is_some_and(|(stream, tag)| tag.is_current(stream))
}
