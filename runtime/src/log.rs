//! What D1 holds: batches of statements, and rows read back.
//!
//! Nothing here is I/O. A batch is one transaction; each of its statements takes effect only if the stream's row still
//! has the generation and the fence that the batch expects, and the decisive one tells whether it had.

pub(crate) mod databases;
pub(crate) mod extent;
mod identity;
mod pack;
mod read;
mod row;
mod sweep;
mod write;

pub use identity::*;
pub use pack::*;
pub use read::*;
pub use sweep::*;
pub use write::*;

use crate::Failure;
use crate::host::{Outcome, Parameter, Statement};
use crate::stream::{Closing, Fence};
use spec::ProducerId;

/// A transaction, and the statement whose effect tells whether the fence held.
#[derive(Debug)]
pub struct Batch {
    pub statements: Vec<Statement>,
    decisive: usize,
}

impl Batch {
    /// Whether the fence held.
    ///
    /// # Errors
    /// [`Failure::Overtaken`] if it did not, and so nothing was written.
    pub fn check(&self, outcomes: &[Outcome]) -> Result<(), Failure> {
        match outcomes.get(self.decisive) {
            Some(outcome) if outcome.changes == 1 => Ok(()),
            Some(_) => Err(Failure::Overtaken),
            None => Err(Failure::Corrupt("a batch with fewer results than statements")),
        }
    }
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

/// Whether a fence is that of a batch of this object.
pub fn is_of(instance: u64, fence: &Fence) -> bool {
    fence.0.split_once('-').is_some_and(|(own, _)| own == format!("{instance:016x}"))
}

/// A closing as it stands in a row.
fn closing(id: Option<ProducerId>, epoch: Option<spec::Epoch>, seq: Option<spec::Seq>) -> Option<Closing> {
    Some(Closing { producer: id?, epoch: epoch?, seq: seq? })
}

/// The fence of the batch number `count` of an object.
pub fn fence(instance: u64, count: u64) -> Fence {
    Fence(format!("{instance:016x}-{count:x}"))
}
