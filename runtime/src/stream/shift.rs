//! How the offsets of a fork differ from those of the streams that it inherits from.

use crate::Failure;
use crate::stream::chunk::Chunk;
use serde::{Deserialize, Serialize};
use spec::Offset;
use std::rc::Rc;

/// The offset of a message in a fork, less its offset in the stream that stores it.
///
/// It is greater than 0 only if the path of the fork has had other streams: their offsets are not used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shift(u64);

const UNFIT: Failure = Failure::Corrupt("streams.lineage");

impl Shift {
    /// Offsets are the same.
    pub const NONE: Self = Self(0);

    /// The least shift that moves `earliest` to `floor` or beyond.
    pub fn beyond(floor: Offset, earliest: Offset) -> Self {
        Self(floor.get().saturating_sub(earliest.get()))
    }

    /// Whether offsets are the same.
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// This shift and then another one.
    ///
    /// # Errors
    /// [`Failure::Full`], if no offset can be shifted so far.
    pub fn and(self, next: Self) -> Result<Self, Failure> {
        self.0.checked_add(next.0).map(Self).ok_or(Failure::Full)
    }

    /// The offset in the fork of what has this offset where it is stored.
    ///
    /// # Errors
    /// [`Failure::Full`], if there is no such offset.
    pub fn up(self, stored: Offset) -> Result<Offset, Failure> {
        stored.get().checked_add(self.0).and_then(Offset::new).ok_or(Failure::Full)
    }

    /// The offset where it is stored of what has this offset in the fork.
    ///
    /// # Errors
    /// [`Failure::Corrupt`], if there is no such offset.
    pub fn down(self, inherited: Offset) -> Result<Offset, Failure> {
        inherited.get().checked_sub(self.0).and_then(Offset::new).ok_or(UNFIT)
    }

    /// Gives chunks that have just been read from where they are stored the offsets that they have in the fork.
    ///
    /// # Errors
    /// [`Failure::Full`], if there is no such offset.
    pub fn lift(self, chunks: Vec<Rc<Chunk>>) -> Result<Vec<Rc<Chunk>>, Failure> {
        if self.is_none() {
            return Ok(chunks);
        }
        // Nobody else has them yet, so nothing is copied.
        let lift = |chunk: Chunk| Ok(Rc::new(Chunk { start: self.up(chunk.start)?, ..chunk }));
        chunks.into_iter().map(|chunk| lift(Rc::unwrap_or_clone(chunk))).collect()
    }
}
