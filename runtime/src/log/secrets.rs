//! Statements for the secrets of a deployment, in its first database: the keys that sign requests to webhooks, and the secret of the
//! tokens of wakes.

use super::row::{self, integer};
use super::text;
use crate::Failure;
use crate::access::Secret;
use crate::host::{Outcome, Parameter, Statement, UnixMs};

/// A row that no version of this program has written.
pub const CORRUPT: Failure = Failure::Corrupt("secrets");

/// A key that signs requests to webhooks. Its texts were not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// Its number. The newest key has the greatest.
    pub number: u64,
    /// When it was created, by the clock of the database.
    pub created_at: UnixMs,
    /// The public key in base64url.
    pub public_key: String,
    /// A JSON Web Key with its private part.
    pub jwk: Secret,
}

/// All secrets of a deployment. They are made together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSecrets {
    /// The keys, the oldest first. There is at least one.
    pub keys: Vec<StoredKey>,
    /// The secret of the tokens of wakes, in base64url.
    pub token: Secret,
}

/// Reads all secrets.
pub fn secrets() -> Statement {
    let sql = "SELECT kind, number, created_ms, public_key, secret FROM secrets ORDER BY kind, number";
    Statement { sql, parameters: Vec::new() }
}

/// The secrets in the result of [`secrets`]. `None`, if none have been made.
///
/// # Errors
/// [`Failure::Corrupt`], if only some of them exist, or a row lacks a value.
pub fn loaded_secrets(outcome: Option<&Outcome>) -> Result<Option<StoredSecrets>, Failure> {
    let rows = &outcome.ok_or(CORRUPT)?.rows;
    let (mut keys, mut tokens) = (Vec::new(), Vec::new());
    for row in rows {
        let secret = Secret(row::required_text(row, "secret")?.to_owned());
        match row::required_text(row, "kind")? {
            "sign" => keys.push(StoredKey {
                number: integer(row, "number").ok_or(CORRUPT)?,
                created_at: integer(row, "created_ms").ok_or(CORRUPT)?,
                public_key: row::required_text(row, "public_key")?.to_owned(),
                jwk: secret,
            }),
            "token" => tokens.push(secret),
            _ => return Err(CORRUPT),
        }
    }
    let is_in_order = keys.windows(2).all(|two| two[0].created_at < two[1].created_at);
    match (tokens.pop(), tokens.pop(), keys.is_empty()) {
        (None, _, true) => Ok(None),
        (Some(token), None, false) if is_in_order => Ok(Some(StoredSecrets { keys, token })),
        _ => Err(CORRUPT),
    }
}

/// Stores the first key and the secret of tokens, unless a secret is stored. Both are stored, or none.
pub fn create_secrets(public_key: &str, jwk: &Secret, token: &Secret) -> Statement {
    Statement {
        sql: concat!(
            "INSERT INTO secrets (kind, number, created_ms, public_key, secret) SELECT kind, 1, ",
            clock!(),
            ", public_key, secret FROM (SELECT 'sign' AS kind, ?1 AS public_key, ?2 AS secret UNION ALL SELECT 'token', NULL, ?3) \
             WHERE NOT EXISTS (SELECT 1 FROM secrets) ON CONFLICT (kind, number) DO NOTHING"
        ),
        parameters: vec![text(public_key), text(&jwk.0), text(&token.0)],
    }
}

/// Stores another key, unless one is stored that is newer than number `newest`.
pub fn add_key(newest: u64, public_key: &str, jwk: &Secret) -> Statement {
    Statement {
        // The order of the times is that of the numbers, also if the clock was set back.
        sql: concat!(
            "INSERT INTO secrets (kind, number, created_ms, public_key, secret) SELECT 'sign', ?1 + 1, max(",
            clock!(),
            ", created_ms + 1), ?2, ?3 FROM secrets WHERE kind = 'sign' AND number = ?1 \
             AND NOT EXISTS (SELECT 1 FROM secrets WHERE kind = 'sign' AND number > ?1) ON CONFLICT (kind, number) DO NOTHING"
        ),
        parameters: vec![Parameter::Integer(newest), text(public_key), text(&jwk.0)],
    }
}

/// Deletes all keys up to this number.
pub fn delete_keys(number: u64) -> Statement {
    let sql = "DELETE FROM secrets WHERE kind = 'sign' AND number <= ?1";
    Statement { sql, parameters: vec![Parameter::Integer(number)] }
}
