//! Segments: ranges of a stream as R2 objects. `docs/storage.md` describes the format byte by byte.
//!
//! ```text
//! header │ block │ block │ … │ block │ index │ trailer
//!          frame frame frame
//! ```
//!
//! A frame is a length followed by one message of a JSON stream, or by some bytes of any other stream. A block is a sequence of complete
//! frames. It is long enough to be worth a request, and short enough to be read for one message. The index contains for each block
//! the number of its offsets, its length and its checksum. With the index, a reader can read and verify each block on its own. The
//! index is stored in the R2 object and also in the database, so that a read takes one request to R2.
//!
//! This crate does no I/O and never panics on invalid bytes: reading them returns [`Damage`].

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

/// The kind of a segment's content, which determines what its offsets count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Messages of a JSON stream. Each message is one frame and one offset.
    Json,
    /// Bytes. Each byte is one offset, and frames can end anywhere.
    Bytes,
}

/// The error for bytes that are not a valid segment, or not the expected one.
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
