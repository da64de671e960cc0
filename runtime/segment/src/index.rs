use crate::frames::LENGTH_BYTES;
use crate::{Damage, Frames, Kind, checksum};
use std::fmt;
use std::ops::Range;

/// What is where in a segment.
///
/// As text: where the first block begins, then for each block how many offsets it spans, how many bytes it has, and its
/// checksum: `34 1000.65532.1f3a9c00 7.412.00c0ffee`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    blocks: Vec<Block>,
}

/// Digits of the position of the first block, at most: it follows the header, which has less than 300,000 bytes.
const POSITION_DIGITS: usize = 6;

/// A run of whole frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The offset of its first message or byte.
    pub start: u64,
    /// The offset after its last one.
    pub stop: u64,
    /// Where it begins in the segment.
    pub position: u64,
    /// How many bytes it has.
    pub length: u64,
    pub(crate) checksum: u32,
}

/// What a page takes of a segment: blocks that are next to each other, at least one.
#[derive(Clone, Copy, Debug)]
pub struct BlockRange<'a> {
    blocks: &'a [Block],
    budget: usize,
    ends_segment: bool,
}

impl Block {
    /// The frames in `bytes`, which were read for this block.
    ///
    /// # Errors
    /// [`Damage`], if they are not what was written.
    pub fn open<'a>(&self, kind: Kind, bytes: &'a [u8]) -> Result<Frames<'a>, Damage> {
        if bytes.len() as u64 != self.length {
            return Err(Damage("a block that is cut short"));
        }
        if checksum(bytes) != self.checksum {
            return Err(Damage("a block with a wrong checksum"));
        }
        let frames = Frames::whole(bytes)?;
        if self.start.checked_add(frames.span(kind)) != Some(self.stop) {
            return Err(Damage("a block with more or less in it than its index says"));
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

    /// Reads the index of a segment that starts at the offset `start`.
    ///
    /// # Errors
    /// [`Damage`], if it is none.
    pub fn read(text: &str, start: u64) -> Result<Self, Damage> {
        const NONE: Damage = Damage("an index that can't be read");
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
        if blocks.is_empty() { Err(Damage("an index of nothing")) } else { Ok(Self { blocks }) }
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
        // A space, the span, the length and a checksum of eight digits, with a point between two of them.
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

    /// The blocks from the one that holds `offset` on, up to where a page ends.
    ///
    /// Pages end at the same places for everyone: a segment is divided into runs of blocks, each of as many as `page` bytes
    /// take, but at least one. Who begins where a run does gets all of it. Anyone else comes from somewhere else, and wants
    /// to see something soon: so each run is divided again, into parts of `seek` bytes, and that one gets the rest of a part.
    #[must_use]
    pub fn page_range(&self, offset: u64, page: usize, seek: usize) -> Option<BlockRange<'_>> {
        let at = self.blocks.partition_point(|block| block.stop <= offset);
        self.blocks.get(at).filter(|first| first.start <= offset)?;
        let whole = run(&self.blocks, at, page);
        let is_seek = self.blocks[whole.start].start != offset;
        let (range, budget) = if is_seek {
            let part = run(&self.blocks[whole.clone()], at - whole.start, seek);
            (at..whole.start + part.end, page.min(seek))
        } else {
            (whole, page)
        };
        let ends_segment = range.end == self.blocks.len();
        Some(BlockRange { blocks: &self.blocks[range], budget, ends_segment })
    }
}

/// The run that holds the block `at`, where `blocks` are divided into runs of as many as `budget` bytes take, but at least one.
fn run(blocks: &[Block], at: usize, budget: usize) -> Range<usize> {
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
    /// Where it lies in the segment.
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

    /// How many bytes of segments a page takes that begins with it; a single block may exceed them.
    #[must_use]
    pub fn budget(&self) -> usize {
        self.budget
    }

    /// How many bytes it has.
    #[must_use]
    pub fn length(&self) -> u64 {
        let range = self.range();
        range.end - range.start
    }

    /// Whether a page that begins with it goes on beyond the segment, if there is more.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.ends_segment && self.length() < self.budget as u64
    }

    /// Its blocks, each with its part of `bytes`, which were read for the stretch.
    ///
    /// # Errors
    /// [`Damage`], if there are too few or too many.
    pub fn split<'b>(
        &self,
        bytes: &'b [u8],
    ) -> Result<impl Iterator<Item = (&'a Block, &'b [u8])> + use<'a, 'b>, Damage> {
        let range = self.range();
        if bytes.len() as u64 != range.end - range.start {
            return Err(Damage("shorter than its index says"));
        }
        // Within `bytes`, whose length has just been compared.
        let part = move |block: &Block| {
            let from = (block.position - range.start) as usize;
            &bytes[from..from + block.length as usize]
        };
        Ok(self.blocks.iter().map(move |block| (block, part(block))))
    }
}

/// As it is written, in the one way there is.
fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

fn hexadecimal(text: &str) -> Option<u32> {
    let plain = text.len() == 8 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    u32::from_str_radix(text, 16).ok().filter(|_| plain)
}
