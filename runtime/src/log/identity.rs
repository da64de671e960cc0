//! What a database knows of itself: its schema version, its number, and the number of databases.

use super::row;
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement};

/// The identity of a database as it is stored there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The number of the newest migration that has been applied.
    pub schema_version: u64,
    /// The number of the database and the number of databases, once a Worker has claimed it.
    pub claim: Option<Claim>,
}

/// The place of a database among all that are bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The number of the database, from 0.
    pub number: u64,
    /// The number of databases.
    pub databases: u64,
}

/// The identity of the database.
pub fn identity() -> Statement {
    Statement { sql: "SELECT schema_version, number, databases FROM identity", parameters: Vec::new() }
}

/// The identity in the result of [`identity`].
///
/// # Errors
/// [`Failure::Corrupt`], if there is none.
pub fn loaded_identity(outcome: Option<&Outcome>) -> Result<Stored, Failure> {
    let row = outcome.and_then(|outcome| outcome.rows.first()).ok_or(Failure::Corrupt("identity"))?;
    row::identity(row)
}

/// Claims the database, if no Worker has before, and reads what it is then.
pub fn claim(claim: Claim) -> Vec<Statement> {
    let sql = "UPDATE identity SET number = ?1, databases = ?2 WHERE number IS NULL";
    let parameters = [claim.number, claim.databases].map(Parameter::Integer).to_vec();
    vec![Statement { sql, parameters }, identity()]
}
