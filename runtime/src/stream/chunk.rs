//! Ranges of a stream in memory, and slices of them.

use spec::Offset;
use std::rc::Rc;

/// Data of a stream that was written together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    pub start: Offset,
    pub content: Content,
}

/// The data of a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// JSON messages, each exactly as it was sent, with a comma between two. `ends` contains the end of each.
    Json { text: String, ends: Vec<usize> },
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Content {
    /// Empty content of a stream's kind.
    pub fn empty(json: bool) -> Self {
        if json { Content::Json { text: String::new(), ends: Vec::new() } } else { Content::Bytes(Vec::new()) }
    }

    /// The number of offsets: messages of JSON, or bytes.
    pub fn span(&self) -> u64 {
        match self {
            Content::Json { ends, .. } => ends.len() as u64,
            Content::Bytes(bytes) => bytes.len() as u64,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.span() == 0
    }

    /// Approximate bytes in memory.
    pub fn size(&self) -> usize {
        match self {
            Content::Json { text, ends } => text.len() + ends.len() * size_of::<usize>(),
            Content::Bytes(bytes) => bytes.len(),
        }
    }

    /// Bytes of the payload.
    pub fn payload_len(&self) -> usize {
        match self {
            Content::Json { text, .. } => text.len(),
            Content::Bytes(bytes) => bytes.len(),
        }
    }

    /// Adds a JSON message.
    pub fn push_message(text: &mut String, ends: &mut Vec<usize>, message: &str) {
        if !ends.is_empty() {
            text.push(',');
        }
        text.push_str(message);
        ends.push(text.len());
    }

    /// Appends `other`, of the same kind.
    pub fn join(&mut self, other: &Content) {
        match (self, other) {
            (Content::Bytes(bytes), Content::Bytes(more)) => bytes.extend_from_slice(more),
            (Content::Json { text, ends }, Content::Json { text: more, ends: more_ends }) => {
                if !ends.is_empty() && !more_ends.is_empty() {
                    text.push(',');
                }
                let shift = text.len();
                text.push_str(more);
                ends.extend(more_ends.iter().map(|end| end + shift));
            }
            _ => debug_assert!(false, "a stream has one kind of content"),
        }
    }
}

impl Chunk {
    /// Approximate bytes in memory besides its content: the struct and the allocator's overhead.
    pub const OVERHEAD: usize = size_of::<Self>() + usize::BITS as usize;

    /// The offset after the chunk.
    pub fn stop(&self) -> Option<Offset> {
        Offset::new(self.start.get() + self.content.span())
    }
}

/// A part of a chunk: from one offset up to another, both relative to the start of the chunk.
#[derive(Clone, Debug)]
pub struct Slice {
    chunk: Rc<Chunk>,
    from: usize,
    to: usize,
}

impl Slice {
    /// The part from `from` up to `until`, of at most `budget` bytes, but at least one message. `None` if `from` is not in the
    /// chunk or not before `until`.
    ///
    /// If the budget splits text, the slice ends between two characters.
    pub fn of(chunk: Rc<Chunk>, from: Offset, until: Offset, budget: usize) -> Option<Self> {
        let relative = |offset: Offset| usize::try_from(offset.get().checked_sub(chunk.start.get())?).ok();
        let (from, until) = (relative(from)?, relative(until)?);
        let to = match &chunk.content {
            Content::Bytes(bytes) if from < bytes.len().min(until) => {
                cut(&bytes[..bytes.len().min(until)], from, budget)
            }
            Content::Json { ends, .. } if from < ends.len().min(until) => {
                let ends = &ends[..ends.len().min(until)];
                let begin = if from == 0 { 0 } else { ends[from - 1] + 1 };
                let fitting = ends[from..].iter().take_while(|end| **end - begin <= budget).count();
                from + fitting.max(1)
            }
            _ => return None,
        };
        Some(Self { chunk, from, to })
    }

    /// The offset after the slice.
    pub fn stop(&self) -> Option<Offset> {
        Offset::new(self.chunk.start.get() + self.to as u64)
    }

    /// The chunk that contains the slice.
    pub fn chunk(&self) -> &Rc<Chunk> {
        &self.chunk
    }

    /// Whether the slice ends where its chunk does.
    pub fn reaches_chunk_end(&self) -> bool {
        self.stop() == self.chunk.stop()
    }

    /// The bytes of the slice: for JSON, messages with a comma between two.
    pub fn payload(&self) -> &[u8] {
        match &self.chunk.content {
            Content::Bytes(bytes) => &bytes[self.from..self.to],
            Content::Json { text, ends } => {
                let begin = if self.from == 0 { 0 } else { ends[self.from - 1] + 1 };
                &text.as_bytes()[begin..ends[self.to - 1]]
            }
        }
    }
}

/// The end of a slice of at most `budget` bytes from `from` on: between two characters if the bytes are UTF-8.
fn cut(bytes: &[u8], from: usize, budget: usize) -> usize {
    let end = from.saturating_add(budget.max(1));
    if end >= bytes.len() {
        return bytes.len();
    }
    let continues = |at: &usize| bytes[*at] & 0b1100_0000 == 0b1000_0000;
    let boundary = (end.saturating_sub(3)..=end).rev().find(|at| !continues(at));
    boundary.filter(|boundary| *boundary > from).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(value: u64) -> Offset {
        Offset::new(value).unwrap()
    }

    fn json(messages: &[&str]) -> Content {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for message in messages {
            Content::push_message(&mut text, &mut ends, message);
        }
        Content::Json { text, ends }
    }

    #[test]
    fn slices_whole_messages_within_the_budget() {
        let chunk = Rc::new(Chunk { start: offset(10), content: json(&["1", "\"two\"", "[3,3]"]) });
        let slice = |from, budget| {
            Slice::of(chunk.clone(), offset(from), offset(99), budget)
                .map(|slice| (String::from_utf8(slice.payload().to_vec()).unwrap(), slice.stop().unwrap().get()))
        };
        assert_eq!(slice(10, 100), Some(("1,\"two\",[3,3]".into(), 13)));
        assert_eq!(slice(10, 7), Some(("1,\"two\"".into(), 12)));
        assert_eq!(slice(11, 1), Some(("\"two\"".into(), 12)));
        assert_eq!(slice(12, 100), Some(("[3,3]".into(), 13)));
        assert_eq!(slice(13, 100), None);
        assert_eq!(slice(9, 100), None);
    }

    #[test]
    fn never_goes_beyond_its_bound() {
        let chunk = Rc::new(Chunk { start: offset(10), content: json(&["1", "2", "3"]) });
        let slice = |from, until| Slice::of(chunk.clone(), offset(from), offset(until), 99);
        assert_eq!(slice(10, 12).unwrap().payload(), b"1,2");
        assert!(slice(12, 12).is_none());
        let bytes = Rc::new(Chunk { start: offset(10), content: Content::Bytes(b"abcdef".to_vec()) });
        assert_eq!(Slice::of(bytes, offset(11), offset(13), 99).unwrap().payload(), b"bc");
    }

    #[test]
    fn cuts_texts_between_characters() {
        let chunk = Rc::new(Chunk { start: offset(0), content: Content::Bytes("aé€😀".as_bytes().to_vec()) });
        for budget in 1..12 {
            let slice = Slice::of(chunk.clone(), offset(0), offset(99), budget).unwrap();
            assert!(slice.payload().len() <= budget);
            assert!(std::str::from_utf8(slice.payload()).is_ok(), "{budget}");
        }
        let stray = Rc::new(Chunk { start: offset(0), content: Content::Bytes(vec![0x80; 9]) });
        assert_eq!(Slice::of(stray, offset(0), offset(99), 4).unwrap().payload().len(), 4);
    }
}
