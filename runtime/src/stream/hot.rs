//! The hot part of a stream: the amount of its data in the database.

use crate::stream::chunk::{Chunk, Content};
use spec::Limits;
use std::ops::{Add, AddAssign, Sub};
use std::rc::Rc;

/// The amount of a stream's data in the database. Packing rows changes only their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hot {
    /// Bytes of payload, plus one for each JSON message, whether or not a comma follows it.
    pub bytes: u64,
    pub rows: u64,
}

impl Hot {
    /// The amount of one row.
    pub fn row(content: &Content) -> Self {
        let last = matches!(content, Content::Json { .. });
        Self { bytes: content.payload_len() as u64 + u64::from(last), rows: 1 }
    }

    /// The amount of several rows.
    pub fn rows(content: &[Rc<Chunk>]) -> Self {
        content.iter().map(|chunk| Self::row(&chunk.content)).fold(Self::default(), Self::add)
    }

    /// The amount that should move to the bucket, if any, when at most `bytes` may stay. `ended`: the stream is closed or soft-deleted.
    pub fn excess(self, ended: bool, bytes: u64, limits: &Limits) -> Option<Self> {
        let rows = limits.hot_rows as u64;
        if ended && self.rows > 0 && self.bytes >= limits.snapshot as u64 {
            return Some(self);
        }
        let exceeds = self.bytes > bytes || self.rows > rows;
        exceeds.then(|| self - Self { bytes: bytes / 2, rows: rows / 2 })
    }

    /// Whether it is at least `other`.
    pub fn covers(self, other: Self) -> bool {
        self.bytes >= other.bytes && self.rows >= other.rows
    }
}

impl Add for Hot {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, rows: self.rows + other.rows }
    }
}

impl AddAssign for Hot {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Hot {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { bytes: self.bytes.saturating_sub(other.bytes), rows: self.rows.saturating_sub(other.rows) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(messages: &[&str]) -> Content {
        let (mut text, mut ends) = (String::new(), Vec::new());
        messages.iter().for_each(|message| Content::push_message(&mut text, &mut ends, message));
        Content::Json { text, ends }
    }

    #[test]
    fn packing_changes_nothing_but_the_number_of_rows() {
        let apart = Hot::row(&json(&["1", "22"])) + Hot::row(&json(&["333"]));
        let packed = Hot::row(&json(&["1", "22", "333"]));
        assert_eq!((apart.bytes, apart.rows, packed.rows), (packed.bytes, 2, 1));
        assert_eq!(Hot::row(&Content::Bytes(b"abc".to_vec())).bytes, 3);
    }

    #[test]
    fn half_of_what_may_stay_stays() {
        let limits = Limits { hot_rows: 10, snapshot: 50, ..Limits::DECLARED };
        let excess = |bytes, rows, ended| Hot { bytes, rows }.excess(ended, 100, &limits);
        assert_eq!(excess(100, 10, false), None);
        assert_eq!(excess(101, 2, false), Some(Hot { bytes: 51, rows: 0 }));
        assert_eq!(excess(20, 11, false), Some(Hot { bytes: 0, rows: 6 }));
        assert_eq!(excess(50, 2, true), Some(Hot { bytes: 50, rows: 2 }));
        assert_eq!(excess(49, 2, true), None);
        assert_eq!(excess(0, 0, true), None);
    }
}
