//! Segments: stretches of a stream as objects of a bucket. `docs/storage.md` has the format byte by byte.
//!
//! ```text
//! header │ block │ block │ … │ block │ index │ trailer
//!          frame frame frame
//! ```
//!
//! A frame is a message of a JSON stream, or some bytes of any other, after its length. A block is a run of whole frames,
//! long enough to be worth a request and short enough to be read for one message. The index says of each block how many
//! offsets it spans, how long it is, and its checksum: whoever has it reads any block on its own, and knows whether it
//! is what was written. It stands in the object itself and, for reading with one request, in the database.
//!
//! No I/O, no panic: whatever the bytes, reading them ends in frames or in [`Damage`].

mod frames;
mod header;
mod index;
mod reader;
mod writer;

pub use frames::Frames;
pub use header::Header;
pub use index::{Block, BlockRange, Index};
pub use reader::Segment;
pub use writer::Writer;

use crc::{CRC_32_ISCSI, Crc, Digest, Table};
use std::fmt;

/// What a segment holds, and so what its offsets count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Messages of a JSON stream: each is a frame, and an offset.
    Json,
    /// Bytes: each is an offset, and frames are cut where it suits.
    Bytes,
}

/// Bytes that are no segment, or not the one that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage(pub &'static str);

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Damage {}

/// CRC-32C, sixteen bytes at a time.
type Checksum = Table<16>;

static CRC: Crc<u32, Checksum> = Crc::<u32, Checksum>::new(&CRC_32_ISCSI);

fn checksum(bytes: &[u8]) -> u32 {
    CRC.checksum(bytes)
}

fn digest() -> Digest<'static, u32, Checksum> {
    CRC.digest()
}
