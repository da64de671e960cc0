//! The identity of a database: its schema version, its number, and the number of databases.

use super::row::integer;
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement};

/// The identity that a database stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The number of the newest applied migration.
    pub schema_version: u64,
    /// The number of the database and the number of databases, once a Worker has claimed it.
    pub claim: Option<Claim>,
}

/// The number of a database among all bound databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The number of the database, from 0.
    pub number: u64,
    /// The number of databases.
    pub databases: u64,
}

/// Reads the identity of the database.
pub fn identity() -> Statement {
    Statement { sql: "SELECT schema_version, number, databases FROM identity", parameters: Vec::new() }
}

/// The identity in the result of [`identity`].
///
/// # Errors
/// [`Failure::Corrupt`], if the database stores none.
pub fn loaded_identity(outcome: Option<&Outcome>) -> Result<Stored, Failure> {
    let row = outcome.and_then(|outcome| outcome.rows.first()).ok_or(Failure::Corrupt("identity"))?;
    let schema_version = integer(row, "schema_version").ok_or(Failure::Corrupt("identity.schema_version"))?;
    let claim = integer(row, "number").zip(integer(row, "databases"));
    Ok(Stored { schema_version, claim: claim.map(|(number, databases)| Claim { number, databases }) })
}

/// Claims the database if no Worker has claimed it before, and reads the resulting identity.
pub fn claim(claim: Claim) -> Vec<Statement> {
    let sql = "UPDATE identity SET number = ?1, databases = ?2 WHERE number IS NULL";
    let parameters = [claim.number, claim.databases].map(Parameter::Integer).to_vec();
    vec![Statement { sql, parameters }, identity()]
}
