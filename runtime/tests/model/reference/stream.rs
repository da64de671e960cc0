use super::Answer;
use crate::operation::{Lifetime, Media, Path};
use std::collections::BTreeMap;

/// A stream: what it holds, and when it ends.
#[derive(Clone, Debug)]
pub struct Stream {
    pub media: Media,
    /// Its first offset.
    pub first: u64,
    /// What lies between two offsets: a message each, or a byte.
    pub units: Vec<Vec<u8>>,
    pub closed: bool,
    pub closed_by: Option<(u8, u64, u64)>,
    pub seq: Option<u8>,
    pub producers: BTreeMap<u8, Producer>,
    pub lifetime: Option<Lifetime>,
    pub retain: Option<u64>,
    pub deadline: Option<u64>,
    /// What an object that has lost its memory takes for the deadline.
    pub lease: Option<u64>,
    pub gone: bool,
    pub origin: Option<Origin>,
}

/// What a producer has appended in its epoch.
#[derive(Clone, Debug)]
pub struct Producer {
    pub epoch: u64,
    /// The offset after each append, from number 0 on.
    pub tails: Vec<u64>,
}

impl Producer {
    pub fn seq(&self) -> u64 {
        self.tails.len() as u64 - 1
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub source: Path,
    pub position: u64,
    /// The first offset that the source had.
    pub first: u64,
    pub at_tail: bool,
    pub inherits_lifetime: bool,
}

impl Stream {
    pub fn tail(&self) -> u64 {
        self.first + self.units.len() as u64
    }

    pub fn content(&self, from: u64) -> Vec<u8> {
        let separator: &[u8] = if self.media == Media::Json { b"," } else { b"" };
        self.units[usize::try_from(from - self.first).unwrap()..].join(separator)
    }

    pub fn described(&self, status: u16) -> Answer {
        let answer = Answer::success(status).next(self.tail()).closed(self.closed);
        answer.with("content-type", self.media.name())
    }

    pub fn is_expired(&self, now: u64) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }

    /// Moves a sliding deadline, and the lease only where it would be too short.
    pub fn touch(&mut self, now: u64) {
        self.deadline = self.lifetime.map(|lifetime| deadline(lifetime, now));
        if self.deadline > self.lease {
            self.renew();
        }
    }

    /// Moves a sliding deadline and the lease.
    pub fn renew_from(&mut self, now: u64) {
        self.deadline = self.lifetime.map(|lifetime| deadline(lifetime, now));
        self.renew();
    }

    fn renew(&mut self) {
        let slack = match self.lifetime {
            Some(Lifetime::Ttl(seconds)) => seconds * 100,
            _ => 0,
        };
        self.lease = self.deadline.map(|deadline| deadline + slack);
    }
}

pub fn deadline(lifetime: Lifetime, now: u64) -> u64 {
    match lifetime {
        Lifetime::Ttl(seconds) => now + seconds * 1000,
        Lifetime::ExpiresAt(seconds) => seconds * 1000,
    }
}

/// The name of the header that asks for a lifetime.
pub fn header(lifetime: Lifetime) -> &'static str {
    match lifetime {
        Lifetime::Ttl(_) => "stream-ttl",
        Lifetime::ExpiresAt(_) => "stream-expires-at",
    }
}

/// The value of that header.
pub fn value(lifetime: Lifetime) -> String {
    match lifetime {
        Lifetime::Ttl(seconds) => seconds.to_string(),
        Lifetime::ExpiresAt(seconds) => format!("2026-01-01T00:{:02}:{:02}Z", seconds / 60, seconds % 60),
    }
}

/// An offset as it is written.
pub fn at(offset: u64) -> String {
    format!("{offset:016X}")
}

/// What a body comes to: `None` if it is not what the stream takes.
pub fn units(media: Media, body: &[u8]) -> Option<Vec<Vec<u8>>> {
    if media != Media::Json {
        return Some(body.iter().map(|byte| vec![*byte]).collect());
    }
    let messages: &[&[u8]] = match body {
        b"" | b"[]" => &[],
        b"1" => &[b"1"],
        b"[22,\"a,b\"]" => &[b"22", b"\"a,b\""],
        b"[[3],{\"k\" : 4}]" => &[b"[3]", b"{\"k\" : 4}"],
        _ => return None,
    };
    Some(messages.iter().map(|message| message.to_vec()).collect())
}

/// Whether a stream that holds this is the text that it may have to be.
pub fn is_sound(media: Media, units: &[Vec<u8>], closed: bool) -> bool {
    let text = units.concat();
    let whole = std::str::from_utf8(&text).map_or_else(|error| error.error_len().is_none() && !closed, |_| true);
    media != Media::Text || whole
}
