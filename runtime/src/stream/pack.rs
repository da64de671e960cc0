//! Splits and joins content into rows of the log that do not exceed the maximum size of a row.

use crate::Failure;
use crate::host::CONTENT_BYTES_MAX;
use crate::stream::chunk::{Chunk, Content};
use spec::Offset;
use std::rc::Rc;

/// Splits content into chunks that each fit a row. The first chunk starts at `start`.
///
/// # Errors
/// [`Failure::Full`] if there are no offsets left.
pub fn chunks(start: Offset, content: Content, payload_bytes: usize) -> Result<Vec<Rc<Chunk>>, Failure> {
    let mut chunks = Vec::new();
    let mut start = start;
    for content in split(content, payload_bytes).into_iter().filter(|content| !content.is_empty()) {
        let chunk = Chunk { start, content };
        start = chunk.stop().ok_or(Failure::Full)?;
        chunks.push(Rc::new(chunk));
    }
    Ok(chunks)
}

/// Consecutive chunks, packed into rows.
#[derive(Debug, Default)]
pub struct Rows {
    rows: Vec<Chunk>,
    /// The size of the last row.
    last: Size,
}

impl Rows {
    /// Adds a chunk to the last row if that has room, and as a new row otherwise. `payload_bytes` is the maximum payload of a
    /// row, before encoding.
    pub fn add(&mut self, chunk: &Chunk, payload_bytes: usize) {
        let size = Size::of(&chunk.content);
        let joined = self.last.joined(size);
        match self.rows.last_mut() {
            // There may be a part in the bucket between the row and the chunk.
            Some(row) if row.stop() == Some(chunk.start) && joined.fits(payload_bytes) => {
                row.content.join(&chunk.content);
                self.last = joined;
            }
            _ => {
                self.rows.push(Chunk { start: chunk.start, content: chunk.content.clone() });
                self.last = size;
            }
        }
    }

    /// The rows.
    pub fn finish(self) -> Vec<Chunk> {
        self.rows
    }
}

/// The bytes that content takes in a row.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    /// The payload, before encoding.
    payload: usize,
    /// Upper bound of the encoded columns `payload` and `lengths` together.
    encoded: usize,
}

impl Size {
    fn of(content: &Content) -> Self {
        match content {
            Content::Json { ends, .. } => {
                let starts = [0].into_iter().chain(ends.iter().map(|end| end + 1));
                let messages = ends.iter().zip(starts).map(|(end, start)| Self::message(end - start));
                messages.reduce(Self::joined).unwrap_or_default()
            }
            Content::Bytes(bytes) => Self::bytes(bytes.len()),
        }
    }

    /// The size of a JSON message and its entry in `lengths`.
    fn message(length: usize) -> Self {
        Self { payload: length, encoded: length + length.checked_ilog10().unwrap_or(0) as usize + 2 }
    }

    /// The size of bytes that may have to be written as base64.
    fn bytes(length: usize) -> Self {
        Self { payload: length, encoded: length.div_ceil(3) * 4 }
    }

    /// The size of both in one row, with a comma between them.
    fn joined(self, next: Self) -> Self {
        Self { payload: self.payload + 1 + next.payload, encoded: self.encoded + 1 + next.encoded }
    }

    fn fits(self, payload_bytes: usize) -> bool {
        self.payload <= payload_bytes && self.encoded <= CONTENT_BYTES_MAX
    }
}

/// Splits content into pieces that each fit a row. A message is never split.
fn split(content: Content, payload_bytes: usize) -> Vec<Content> {
    if Size::of(&content).fits(payload_bytes) {
        return vec![content];
    }
    match content {
        Content::Bytes(bytes) => {
            let most = payload_bytes.clamp(1, CONTENT_BYTES_MAX / 4 * 3);
            bytes.chunks(most).map(|part| Content::Bytes(part.to_vec())).collect()
        }
        Content::Json { text, ends } => split_messages(&text, &ends, payload_bytes),
    }
}

fn split_messages(text: &str, ends: &[usize], payload_bytes: usize) -> Vec<Content> {
    let mut parts = Vec::new();
    let (mut part, mut part_ends, mut size) = (String::new(), Vec::new(), Size::default());
    let mut from = 0;
    for end in ends {
        let message = &text[from..*end];
        let joined = size.joined(Size::message(message.len()));
        if !part_ends.is_empty() && !joined.fits(payload_bytes) {
            let (text, ends) = (std::mem::take(&mut part), std::mem::take(&mut part_ends));
            parts.push(Content::Json { text, ends });
        }
        size = if part_ends.is_empty() { Size::message(message.len()) } else { joined };
        Content::push_message(&mut part, &mut part_ends, message);
        from = end + 1;
    }
    parts.push(Content::Json { text: part, ends: part_ends });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::row;
    use proptest::prelude::*;

    const ORIGIN: Offset = Offset::new(0).unwrap();

    fn json(messages: &[String]) -> Content {
        let (mut text, mut ends) = (String::new(), Vec::new());
        messages.iter().for_each(|message| Content::push_message(&mut text, &mut ends, message));
        Content::Json { text, ends }
    }

    /// Bytes of the columns that depend on the content.
    fn encoded(content: &Content) -> usize {
        let (_, lengths, payload) = row::encode(content);
        lengths.map_or(0, |lengths| lengths.len()) + payload.len()
    }

    /// Stages contents like appends, and packs them like a batch.
    fn pack(contents: &[Content], payload_bytes: usize) -> Vec<Chunk> {
        let (mut rows, mut start) = (Rows::default(), ORIGIN);
        for content in contents {
            for chunk in chunks(start, content.clone(), payload_bytes).unwrap() {
                start = chunk.stop().unwrap();
                rows.add(&chunk, payload_bytes);
            }
        }
        rows.finish()
    }

    fn joined(contents: impl IntoIterator<Item = Content>) -> Content {
        contents
            .into_iter()
            .reduce(|mut all, next| {
                all.join(&next);
                all
            })
            .unwrap()
    }

    /// Messages of a length, in characters of a number of bytes.
    fn messages() -> impl Strategy<Value = Content> {
        let characters = prop::sample::select(vec!["1", "é", "€", "😀"]);
        (characters, prop::sample::select(vec![1, 2, 9, 10, 99, 1_000, 50_000]), 1..400_000_usize).prop_map(
            |(character, length, bytes)| {
                let message = character.repeat(length);
                json(&vec![message.clone(); (bytes / message.len()).max(1)])
            },
        )
    }

    fn bytes() -> impl Strategy<Value = Content> {
        (prop::sample::select(vec![b'a', 0, 0xFF]), 1..400_000_usize)
            .prop_map(|(byte, length)| Content::Bytes(vec![byte; length]))
    }

    fn appends() -> impl Strategy<Value = Vec<Content>> {
        prop_oneof![prop::collection::vec(messages(), 1..12), prop::collection::vec(bytes(), 1..12)]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        /// The maximum payload of a row is as large as the settings allow, or only a few bytes.
        #[test]
        fn no_row_is_longer_than_the_database_takes(
            appends in appends(),
            payload_bytes in prop::sample::select(vec![200_000, 1 << 20, 1_400_000]),
        ) {
            let rows = pack(&appends, payload_bytes);
            for row in &rows {
                prop_assert!(encoded(&row.content) <= CONTENT_BYTES_MAX, "{}", encoded(&row.content));
                prop_assert!(row.content.payload_len() <= payload_bytes);
            }
            prop_assert_eq!(rows.iter().map(|row| row.content.span()).sum::<u64>(), rows.last().unwrap().stop().unwrap().get());
            prop_assert!(joined(rows.into_iter().map(|row| row.content)) == joined(appends));
        }
    }

    #[test]
    fn split_and_join_are_inverse() {
        let messages = ["1", "22", "333", "4444"].map(str::to_owned);
        for content in [json(&messages), Content::Bytes((0..50).collect())] {
            for limit in 4..20 {
                let parts = split(content.clone(), limit);
                assert!(parts.iter().all(|part| part.payload_len() <= limit && !part.is_empty()));
                assert_eq!(joined(parts), content);
            }
        }
    }

    #[test]
    fn a_size_is_what_is_written_or_a_little_more() {
        let messages = (0..2_000).map(|length| "x".repeat(length % 120 + 1)).collect::<Vec<_>>();
        for content in [json(&messages), json(&messages[..1]), Content::Bytes(vec![0xFF; 1_000])] {
            let size = Size::of(&content);
            assert_eq!(size.payload, content.payload_len());
            let written = encoded(&content);
            assert!((written..=written + 4).contains(&size.encoded), "{written} {size:?}");
        }
    }
}
