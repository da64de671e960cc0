use crate::frames::LENGTH_BYTES;
use crate::{Damage, Frames, Kind, checksum};
use std::fmt;
use std::ops::Range;

/// The blocks of a segment, with their offsets, positions and checksums.
///
/// Its text form contains the position of the first block, and for each block the number of its offsets, its length in bytes and
/// its checksum: `34 1000.65532.1f3a9c00 7.412.00c0ffee`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    blocks: Vec<Block>,
}

/// Maximum digits of the position of the first block. The block follows the header, which has less than 300,000 bytes.
const POSITION_DIGITS: usize = 6;

/// A sequence of complete frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The offset of its first message or byte.
    pub start: u64,
    /// The offset after its last message or byte.
    pub stop: u64,
    /// Its position in the segment, in bytes.
    pub position: u64,
    /// Its length in bytes.
    pub length: u64,
    pub(crate) checksum: u32,
}

/// The blocks of a segment that one page reads: at least one, without a gap.
#[derive(Clone, Copy, Debug)]
pub struct BlockRange<'a> {
    blocks: &'a [Block],
    budget: usize,
    ends_segment: bool,
}

impl Block {
    /// Verifies `bytes`, which were read for this block, and returns their frames.
    ///
    /// # Errors
    /// [`Damage`], if the bytes differ from those that were written.
    pub fn open<'a>(&self, kind: Kind, bytes: &'a [u8]) -> Result<Frames<'a>, Damage> {
        if bytes.len() as u64 != self.length {
            return Err(Damage("a block of the wrong length"));
        }
        if checksum(bytes) != self.checksum {
            return Err(Damage("a block with a wrong checksum"));
        }
        let frames = Frames::whole(bytes)?;
        if self.start.checked_add(frames.span(kind)) != Some(self.stop) {
            return Err(Damage("a block whose offsets differ from the index"));
        }
        Ok(frames)
    }

    fn end(&self) -> u64 {
        self.position + self.length
    }
}

impl Index {
    pub(crate) fn new(blocks: Vec<Block>) -> Self {
        Self { blocks }
    }

    /// Parses the index of a segment that starts at the offset `start`.
    ///
    /// # Errors
    /// [`Damage`], if the text is not a valid index.
    pub fn read(text: &str, start: u64) -> Result<Self, Damage> {
        const NONE: Damage = Damage("an invalid index");
        let mut words = text.split(' ');
        let mut position = number(words.next().unwrap_or_default()).ok_or(NONE)?;
        let (mut start, mut blocks) = (start, Vec::new());
        for word in words {
            let mut parts = word.split('.');
            let (span, length, sum) = (parts.next(), parts.next(), parts.next());
            let (Some(span), Some(length), Some(sum), None) = (span, length, sum, parts.next()) else {
                return Err(NONE);
            };
            let length = number(length).ok_or(NONE)?;
            let stop = number(span).and_then(|span| start.checked_add(span)).ok_or(NONE)?;
            let checksum = hexadecimal(sum).ok_or(NONE)?;
            blocks.push(Block { start, stop, position, length, checksum });
            (start, position) = (stop, position.checked_add(length).ok_or(NONE)?);
        }
        if blocks.is_empty() { Err(Damage("an index without blocks")) } else { Ok(Self { blocks }) }
    }

    /// Upper bound of the length of an index as text, for a segment with `frames` bytes of frames in blocks of about
    /// `block_bytes`.
    ///
    /// A block ends where the next frame would make it too long, so any two neighbors have more than `block_bytes` together.
    #[must_use]
    pub fn text_bytes_max(frames: usize, block_bytes: usize) -> usize {
        /// The shortest frames: two of one byte, each with its length.
        const NEIGHBORS_MIN: usize = 2 * (LENGTH_BYTES + 1);
        let neighbors = block_bytes.saturating_add(1).max(NEIGHBORS_MIN);
        let blocks = frames.saturating_mul(2) / neighbors + 1;
        let digits = frames.checked_ilog10().unwrap_or(0) as usize + 1;
        // A space, the span, the length and a checksum of eight digits, with a dot between two of them.
        let entry = 1 + digits + 1 + digits + 1 + 8;
        blocks.saturating_mul(entry).saturating_add(POSITION_DIGITS)
    }

    /// All blocks.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The offset after the last block.
    #[must_use]
    pub fn stop(&self) -> u64 {
        self.blocks.last().map_or(0, |last| last.stop)
    }

    /// The blocks that a page reads, from the block that contains `offset` on.
    ///
    /// Pages end at the same offsets for all readers. A segment is divided into runs of blocks, each of at most `page` bytes, but
    /// at least one block. A read that starts at a run returns the whole run. A read that starts within a run has to return its first byte
    /// quickly. So each run is divided into parts of at most `seek` bytes, and such a read returns the rest of one part.
    #[must_use]
    pub fn page_range(&self, offset: u64, page: usize, seek: usize) -> Option<BlockRange<'_>> {
        let at = self.blocks.partition_point(|block| block.stop <= offset);
        self.blocks.get(at).filter(|first| first.start <= offset)?;
        let run = run_at(&self.blocks, at, page);
        let is_seek = self.blocks[run.start].start != offset;
        let (range, budget) = if is_seek {
            let part = run_at(&self.blocks[run.clone()], at - run.start, seek);
            (at..run.start + part.end, page.min(seek))
        } else {
            (run, page)
        };
        let ends_segment = range.end == self.blocks.len();
        Some(BlockRange { blocks: &self.blocks[range], budget, ends_segment })
    }
}

/// The run that contains the block `at`, if `blocks` are divided into runs of at most `budget` bytes, but at least one block.
fn run_at(blocks: &[Block], at: usize, budget: usize) -> Range<usize> {
    let mut from = 0;
    loop {
        let fits = |block: &&Block| block.end() - blocks[from].position <= budget as u64;
        let end = from + blocks[from..].iter().take_while(fits).count().max(1);
        if at < end {
            return from..end;
        }
        from = end;
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.blocks.first().map_or(0, |first| first.position))?;
        self.blocks.iter().try_for_each(|Block { start, stop, length, checksum, .. }| {
            write!(f, " {}.{length}.{checksum:08x}", stop - start)
        })
    }
}

impl<'a> BlockRange<'a> {
    /// Its byte range in the segment.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        let position = self.blocks.first().map_or(0, |first| first.position);
        position..self.blocks.last().map_or(position, Block::end)
    }

    /// The offset after its last block.
    #[must_use]
    pub fn stop(&self) -> u64 {
        self.blocks.last().map_or(0, |last| last.stop)
    }

    /// Maximum bytes of segments that a page reads if it begins with this range. A single larger block is still read.
    #[must_use]
    pub fn budget(&self) -> usize {
        self.budget
    }

    /// Its length in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        let range = self.range();
        range.end - range.start
    }

    /// Whether a page that begins with this range continues after the segment.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.ends_segment && self.length() < self.budget as u64
    }

    /// Splits `bytes`, which were read for this range, into its blocks.
    ///
    /// # Errors
    /// [`Damage`], if the number of bytes differs from the length of the range.
    pub fn split<'b>(
        &self,
        bytes: &'b [u8],
    ) -> Result<impl Iterator<Item = (&'a Block, &'b [u8])> + use<'a, 'b>, Damage> {
        let range = self.range();
        if bytes.len() as u64 != range.end - range.start {
            return Err(Damage("a wrong number of bytes"));
        }
        // The range is within `bytes`, because their length was compared above.
        let part = move |block: &Block| {
            let from = (block.position - range.start) as usize;
            &bytes[from..from + block.length as usize]
        };
        Ok(self.blocks.iter().map(move |block| (block, part(block))))
    }
}

/// Parses a decimal number without sign or leading zeros, so that each number has one text form.
fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

fn hexadecimal(text: &str) -> Option<u32> {
    let plain = text.len() == 8 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    u32::from_str_radix(text, 16).ok().filter(|_| plain)
}
