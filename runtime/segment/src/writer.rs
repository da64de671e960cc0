use crate::frames::LENGTH_BYTES;
use crate::reader::Trailer;
use crate::{Block, Header, Index, Kind, checksum};

/// Builds a segment in memory.
#[derive(Debug)]
pub struct Writer {
    header: Header,
    block_bytes: usize,
    out: Vec<u8>,
    blocks: Vec<Block>,
    /// The start of the current block in `out`.
    position: usize,
    /// The offset at which the current block starts.
    start: u64,
    /// The offset of the next content.
    offset: u64,
    frames: u64,
}

impl Writer {
    /// A segment without content. Blocks have at most `block_bytes` bytes, but a longer message is a block of its own. `capacity`
    /// bytes of memory are reserved.
    #[must_use]
    pub fn new(header: Header, block_bytes: usize, capacity: usize) -> Self {
        let mut out = Vec::with_capacity(capacity);
        header.write(&mut out);
        let (position, start) = (out.len(), header.start);
        Self { header, block_bytes, out, blocks: Vec::new(), position, start, offset: start, frames: 0 }
    }

    /// Adds the next JSON message, or the next bytes.
    pub fn push(&mut self, content: &[u8]) {
        match self.header.kind {
            Kind::Json => {
                if self.room() < content.len() {
                    self.end_block();
                }
                self.frame(content, 1);
            }
            Kind::Bytes => self.bytes(content),
        }
    }

    /// Adds bytes in frames that fill blocks completely.
    fn bytes(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.room() == 0 {
                self.end_block();
            }
            let (frame, rest) = bytes.split_at(bytes.len().min(self.room().max(1)));
            self.frame(frame, frame.len() as u64);
            bytes = rest;
        }
    }

    fn frame(&mut self, frame: &[u8], span: u64) {
        let length = u32::try_from(frame.len()).expect("a frame comes from a row of the database, and is shorter");
        self.out.extend(length.to_be_bytes());
        self.out.extend(frame);
        self.offset += span;
        self.frames += 1;
    }

    /// Maximum length of a frame that fits in the current block.
    fn room(&self) -> usize {
        self.block_bytes.saturating_sub(self.out.len() - self.position + LENGTH_BYTES)
    }

    fn end_block(&mut self) {
        let bytes = &self.out[self.position..];
        if bytes.is_empty() {
            return;
        }
        let (position, length) = (self.position as u64, bytes.len() as u64);
        self.blocks.push(Block { start: self.start, stop: self.offset, position, length, checksum: checksum(bytes) });
        (self.position, self.start) = (self.out.len(), self.offset);
    }

    /// The number of bytes written so far.
    #[must_use]
    pub fn size(&self) -> usize {
        self.out.len()
    }

    /// The offset of the next content.
    #[must_use]
    pub fn stop(&self) -> u64 {
        self.offset
    }

    /// The complete segment and its index. `closed`: the stream was closed at the end of this segment. Returns `None` if no content was
    /// added.
    #[must_use]
    pub fn finish(mut self, closed: bool) -> Option<(Vec<u8>, Index)> {
        self.end_block();
        if self.blocks.is_empty() {
            return None;
        }
        let index = Index::new(self.blocks);
        let (mut head, text) = (Vec::new(), index.to_string());
        self.header.write(&mut head);
        self.out.extend(text.as_bytes());
        let (stop, frames, index_length) = (self.offset, self.frames, text.len() as u64);
        Trailer { stop, frames, index: index_length, closed }.write(&head, &text, &mut self.out);
        Some((self.out, index))
    }
}
