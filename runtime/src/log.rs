//! The data in D1: batches of statements, and parsing of the rows that they return.
//!
//! This module does no I/O. A batch is one transaction. Its guard takes effect only if the stream's row still
//! has the expected generation and fence; the other statements check the new fence, or the mark of a deletion. The statement that writes or deletes the stream's row
//! returns it. That shows whether the batch took effect, and whether the stream has subscribers.

pub(crate) mod databases;
mod description;
pub(crate) mod extent;
mod identity;
mod list;
mod read;
pub mod registrations;
mod room;
pub(crate) mod row;
pub mod secrets;
mod sizes;
mod subscribers;
mod subscription_list;
pub mod subscriptions;
mod sweep;
mod usage;
mod write;

pub use description::*;
pub use identity::*;
pub use list::*;
pub use read::*;
pub use room::*;
pub use sizes::*;
pub use subscribers::*;
pub use subscription_list::*;
pub use sweep::*;
pub use usage::*;
pub use write::*;

use crate::Failure;
use crate::host::{Outcome, Parameter, ROW_BYTES_MAX, Statement};
use crate::stream::{Closing, Fence};
use spec::ProducerId;

/// A transaction. One of its statements writes or deletes the stream's row, and returns it only if the fence matched.
#[derive(Debug)]
pub struct Batch {
    pub statements: Vec<Statement>,
    /// The index of that statement.
    own_row: usize,
    /// The index of the statement that reads patterns, if the batch creates a stream.
    patterns: Option<usize>,
}

/// The results of a committed batch.
#[derive(Debug)]
pub struct Committed {
    /// The number that changes with the subscribers of the stream. 0, if it has never had one.
    pub subscribed: u64,
    /// The patterns that may match the stream that was created.
    pub patterns: Vec<PatternRow>,
}

impl Batch {
    /// Checks that the fence matched.
    ///
    /// # Errors
    /// [`Failure::FenceMismatch`] if it did not match, so nothing was written.
    pub fn check(&self, outcomes: &[Outcome]) -> Result<Committed, Failure> {
        let own_row =
            outcomes.get(self.own_row).ok_or(Failure::Corrupt("a batch with fewer results than statements"))?;
        let subscribed = row::subscribed(own_row.rows.first().ok_or(Failure::FenceMismatch)?)?;
        let patterns = self.patterns.map_or(Ok(Vec::new()), |index| loaded_patterns(outcomes.get(index)))?;
        Ok(Committed { subscribed, patterns })
    }
}

/// Joins JSON texts into as few arrays as possible. No array is longer than D1's maximum string.
pub fn arrays(texts: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let mut texts = texts.peekable();
    std::iter::from_fn(move || {
        let mut array = format!("[{}", texts.next()?);
        while let Some(text) = texts.next_if(|text| array.len() + text.len() + 2 <= ROW_BYTES_MAX) {
            array.push(',');
            array.push_str(&text);
        }
        array.push(']');
        Some(array)
    })
}

fn text(text: &str) -> Parameter {
    Parameter::Text(text.to_owned())
}

fn optional_text(text: Option<&str>) -> Parameter {
    text.map_or(Parameter::Null, self::text)
}

fn optional_integer(integer: Option<u64>) -> Parameter {
    integer.map_or(Parameter::Null, Parameter::Integer)
}

/// Whether a fence was written by a batch with this `load_id`.
pub fn is_of(load_id: u64, fence: &Fence) -> bool {
    fence.0.split_once('-').is_some_and(|(own, _)| own == format!("{load_id:016x}"))
}

/// The closing append in a row, if all its columns are set.
fn closing(id: Option<ProducerId>, epoch: Option<spec::Epoch>, seq: Option<spec::Seq>) -> Option<Closing> {
    Some(Closing { producer: id?, epoch: epoch?, seq: seq? })
}

/// The fence of batch number `count` of the in-memory state `load_id`.
pub fn fence(load_id: u64, count: u64) -> Fence {
    Fence(format!("{load_id:016x}-{count:x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_no_longer_than_a_string_may_be() {
        let texts: Vec<String> = (0..9).map(|number| format!("\"{}\"", "x".repeat(number * 100_000))).collect();
        let arrays: Vec<String> = arrays(texts.iter().cloned()).collect();
        assert!(arrays.len() == 3 && arrays.iter().all(|array| array.len() <= ROW_BYTES_MAX));
        let parsed = arrays.iter().flat_map(|array| serde_json::from_str::<Vec<String>>(array).unwrap());
        assert!(parsed.map(|text| format!("\"{text}\"")).eq(texts));
    }
}
