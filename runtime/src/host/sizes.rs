//! The sizes of databases. Each result of a database contains its size, so no query is made for it.

use crate::host::{Database, DatabaseError, Outcome, Statement};
use std::cell::RefCell;
use std::rc::Rc;

/// The size of each database in bytes, as an isolate has last seen it. 0, if it has seen none. Clones share the sizes.
#[derive(Clone, Debug, Default)]
pub struct Sizes(Rc<RefCell<Vec<u64>>>);

impl Sizes {
    /// The size of database `number`.
    pub(super) fn of(&self, number: usize) -> u64 {
        self.0.borrow().get(number).copied().unwrap_or(0)
    }

    fn set(&self, number: usize, size: u64) {
        let mut sizes = self.0.borrow_mut();
        if sizes.len() <= number {
            sizes.resize(number + 1, 0);
        }
        sizes[number] = size;
    }
}

/// A database whose size is remembered after each batch.
#[derive(Debug)]
pub struct WithSize<D> {
    database: D,
    number: usize,
    sizes: Sizes,
}

impl<D> WithSize<D> {
    /// Remembers the size of `database` under its number.
    pub(super) fn new(database: D, number: usize, sizes: Sizes) -> Self {
        Self { database, number, sizes }
    }
}

impl<D: Database> Database for WithSize<D> {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Outcome>, DatabaseError> {
        let outcomes = self.database.batch(statements).await?;
        if let Some(last) = outcomes.last().filter(|last| last.usage.size_after > 0) {
            self.sizes.set(self.number, last.usage.size_after);
        }
        Ok(outcomes)
    }
}
