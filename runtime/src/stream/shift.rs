//! The difference between the offsets of a fork and those of the streams that store its inherited data.

use crate::Failure;
use crate::stream::chunk::Chunk;
use serde::{Deserialize, Serialize};
use spec::Offset;
use std::rc::Rc;

/// The offset of a message in a fork, minus its offset in the stream that stores it.
///
/// The shift is greater than 0 only if the path of the fork had other streams before, because their offsets are not reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shift(u64);

const UNFIT: Failure = Failure::Corrupt("streams.lineage");

impl Shift {
    /// No difference.
    pub const NONE: Self = Self(0);

    /// The smallest shift that moves `earliest` to `floor` or higher.
    pub fn beyond(floor: Offset, earliest: Offset) -> Self {
        Self(floor.get().saturating_sub(earliest.get()))
    }

    /// Whether there is no difference.
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// The sum of this shift and another one.
    ///
    /// # Errors
    /// [`Failure::Full`], if the sum overflows.
    pub fn and(self, next: Self) -> Result<Self, Failure> {
        self.0.checked_add(next.0).map(Self).ok_or(Failure::Full)
    }

    /// Converts a stored offset to the offset in the fork.
    ///
    /// # Errors
    /// [`Failure::Full`], if there is no such offset.
    pub fn up(self, stored: Offset) -> Result<Offset, Failure> {
        stored.get().checked_add(self.0).and_then(Offset::new).ok_or(Failure::Full)
    }

    /// Converts an offset in the fork to the stored offset.
    ///
    /// # Errors
    /// [`Failure::Corrupt`], if there is no such offset.
    pub fn down(self, inherited: Offset) -> Result<Offset, Failure> {
        inherited.get().checked_sub(self.0).and_then(Offset::new).ok_or(UNFIT)
    }

    /// Converts the offsets of chunks that were just read from the database or the bucket to those in the fork.
    ///
    /// # Errors
    /// [`Failure::Full`], if there is no such offset.
    pub fn lift(self, chunks: Vec<Rc<Chunk>>) -> Result<Vec<Rc<Chunk>>, Failure> {
        if self.is_none() {
            return Ok(chunks);
        }
        // The chunks have no other owner, so nothing is copied.
        let lift = |chunk: Chunk| Ok(Rc::new(Chunk { start: self.up(chunk.start)?, ..chunk }));
        chunks.into_iter().map(|chunk| lift(Rc::unwrap_or_clone(chunk))).collect()
    }
}
