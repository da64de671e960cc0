//! What a stream holds, addressed by its offsets: messages of a JSON stream, each as a line, or bytes of any other.

use std::fmt;

use anyhow::Result;
use serde_json::value::RawValue;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Json,
    Bytes,
}

/// A stretch of a stream.
#[derive(Clone, PartialEq, Eq)]
pub struct Log {
    kind: Kind,
    text: Vec<u8>,
    /// Where each message ends in the text; nothing for bytes.
    ends: Vec<usize>,
}

impl Log {
    pub fn new(kind: Kind) -> Self {
        Self { kind, text: Vec::new(), ends: Vec::new() }
    }

    /// Of a text as this has it.
    pub fn of_text(kind: Kind, text: &[u8]) -> Self {
        let mut log = Self::new(kind);
        log.push_text(text);
        log
    }

    /// The content of a response.
    pub fn of_page(kind: Kind, page: &[u8]) -> Result<Self> {
        if kind == Kind::Bytes || page.is_empty() {
            return Ok(Self::of_text(kind, page));
        }
        let mut log = Self::new(kind);
        for message in serde_json::from_slice::<Vec<&RawValue>>(page)? {
            log.push_text(message.get().as_bytes());
            log.push_text(b"\n");
        }
        Ok(log)
    }

    fn push_text(&mut self, text: &[u8]) {
        let before = self.text.len();
        self.text.extend_from_slice(text);
        if self.kind == Kind::Json {
            let ends = (before..).zip(text).filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
            self.ends.extend(ends);
        }
    }

    pub fn append(&mut self, other: &Self) {
        self.push_text(&other.text);
    }

    /// The offset of its end.
    pub fn len(&self) -> u64 {
        match self.kind {
            Kind::Json => self.ends.len() as u64,
            Kind::Bytes => self.text.len() as u64,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// What is between two offsets, if it goes as far.
    pub fn slice(&self, start: u64, stop: u64) -> Option<&[u8]> {
        self.text.get(self.place(start)?..self.place(stop)?)
    }

    /// The same up to an offset.
    pub fn until(&self, stop: u64) -> Option<Self> {
        Some(Self::of_text(self.kind, self.slice(0, stop)?))
    }

    /// Where in the text an offset is.
    fn place(&self, offset: u64) -> Option<usize> {
        let offset = usize::try_from(offset).ok()?;
        match self.kind {
            Kind::Bytes => Some(offset),
            Kind::Json if offset == 0 => Some(0),
            Kind::Json => self.ends.get(offset - 1).copied(),
        }
    }
}

impl fmt::Debug for Log {
    /// Its end says enough.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.text[self.text.len().saturating_sub(100)..];
        write!(f, "{} units … {}", self.len(), shown.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_messages_or_bytes() {
        let log = Log::of_page(Kind::Json, br#"["a", 10,{"b":1}]"#).unwrap();
        assert_eq!(log.len(), 3);
        assert_eq!(log.slice(1, 3), Some(&b"10\n{\"b\":1}\n"[..]));
        assert_eq!(log.slice(1, 4), None);
        let log = Log::of_page(Kind::Bytes, b"abc").unwrap();
        assert_eq!((log.len(), log.slice(1, 3), log.slice(1, 4)), (3, Some(&b"bc"[..]), None));
    }
}
