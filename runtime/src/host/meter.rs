//! The usage of a database on behalf of one request.

use crate::host::{Database, DatabaseError, Outcome, Statement};
use crate::metrics::Usage;
use std::cell::Cell;

/// Adds up what requests to databases use.
#[derive(Debug, Default)]
pub struct Meter(Cell<Usage>);

impl Meter {
    /// The usage so far.
    pub fn usage(&self) -> Usage {
        self.0.get()
    }
}

/// A database whose usage is added to a meter, if there is one.
pub struct Metered<'a, D> {
    database: D,
    meter: Option<&'a Meter>,
}

impl<'a, D> Metered<'a, D> {
    /// Adds the usage of `database` to `meter`.
    pub fn new(database: D, meter: Option<&'a Meter>) -> Self {
        Self { database, meter }
    }
}

impl<D: Database> Database for Metered<'_, D> {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Outcome>, DatabaseError> {
        let outcomes = self.database.batch(statements).await?;
        if let Some(Meter(usage)) = self.meter {
            usage.update(|before| outcomes.iter().fold(before, |sum, outcome| sum.and(outcome.usage)));
        }
        Ok(outcomes)
    }
}
