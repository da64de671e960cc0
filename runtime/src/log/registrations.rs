//! Statements that find registrations of subscriptions in the databases of streams, and delete stale ones.
//!
//! A registration is written before the link or the subscription that it is for. So one without either is deleted only if it is older
//! than any transaction that can still commit.

use super::row;
use super::{arrays, text};
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement, UnixMs};
use serde_json::{Map, Value, json};
use subscriptions::Configuration;

/// Maximum number of rows of deleted subscriptions that one sweep deletes in a database.
const TOMBSTONES_MAX: u64 = 1_000;

/// A table of registrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Subscriptions with the paths of their streams.
    Subscribers,
    /// Subscriptions with their patterns.
    Patterns,
    /// Subscriptions with the paths of their wake streams.
    WakeStreams,
}

/// A row of such a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The path or the pattern.
    pub name: String,
    /// The ID of the subscription.
    pub subscription: String,
}

impl Registration {
    fn json(&self) -> String {
        json!([self.name, self.subscription]).to_string()
    }
}

/// Deletes the rows of subscriptions that were deleted before their first wake, and more than `age_ms` ago. Nothing depends on the number
/// of their newest wake, and no creation can commit any more that was under way then.
pub fn delete_tombstones(age_ms: UnixMs) -> Statement {
    Statement {
        sql: "DELETE FROM subscriptions WHERE id IN (SELECT id FROM subscriptions WHERE life IS NULL AND generation = 0 \
              AND created_ms + ?1 < unixepoch('subsec') * 1000 LIMIT ?2)",
        parameters: vec![Parameter::Integer(age_ms), Parameter::Integer(TOMBSTONES_MAX)],
    }
}

/// Reads `rows` registrations after one that are more than `age_ms` old.
pub fn registrations_after(table: Table, after: &Registration, age_ms: UnixMs, rows: u64) -> Statement {
    let sql = match table {
        Table::Subscribers => concat!(
            "SELECT path AS name, subscription FROM subscribers WHERE (path, subscription) > (?2, ?3) AND ",
            is_old!("?1"),
            " ORDER BY path, subscription LIMIT ?4"
        ),
        Table::Patterns => concat!(
            "SELECT pattern AS name, subscription FROM patterns WHERE (subscription, pattern) > (?3, ?2) AND ",
            is_old!("?1"),
            " ORDER BY subscription, pattern LIMIT ?4"
        ),
        Table::WakeStreams => concat!(
            "SELECT path AS name, subscription FROM wake_streams WHERE (path, subscription) > (?2, ?3) AND ",
            is_old!("?1"),
            " ORDER BY path, subscription LIMIT ?4"
        ),
    };
    let after = [text(&after.name), text(&after.subscription)];
    let parameters = [vec![Parameter::Integer(age_ms)], after.to_vec(), vec![Parameter::Integer(rows)]].concat();
    Statement { sql, parameters }
}

/// The registrations in the result of [`registrations_after`], or in those of [`unlinked`].
pub fn loaded_registrations(outcomes: &[Outcome]) -> Result<Vec<Registration>, Failure> {
    outcomes.iter().flat_map(|outcome| &outcome.rows).map(registration).collect()
}

fn registration(own: &Map<String, Value>) -> Result<Registration, Failure> {
    Ok(Registration { name: row::required_text(own, "name")?.to_owned(), subscription: row::subscription(own)? })
}

/// Finds the subscribers without a link, in the database of their subscriptions.
pub fn unlinked<'a>(subscribers: impl Iterator<Item = &'a Registration>) -> Vec<Statement> {
    let statement = |rows| Statement {
        sql: "SELECT value ->> 0 AS name, value ->> 1 AS subscription FROM json_each(?1) \
              WHERE NOT EXISTS (SELECT 1 FROM links WHERE subscription = value ->> 1 AND path = value ->> 0)",
        parameters: vec![Parameter::Text(rows)],
    };
    arrays(subscribers.map(Registration::json)).map(statement).collect()
}

/// Reads the configurations of subscriptions that exist, in their database.
pub fn configurations<'a>(registrations: impl Iterator<Item = &'a Registration>) -> Vec<Statement> {
    let statement = |ids| Statement {
        sql: "SELECT id, configuration FROM subscriptions WHERE life IS NOT NULL AND id IN (SELECT value FROM json_each(?1))",
        parameters: vec![Parameter::Text(ids)],
    };
    arrays(registrations.map(|own| json!(own.subscription).to_string())).map(statement).collect()
}

/// The ID of a subscription and its configuration, or an error if that can't be read.
pub type Configured = (String, Result<Configuration, Failure>);

/// The IDs and the configurations in the results of [`configurations`].
pub fn loaded_configurations(outcomes: &[Outcome]) -> Result<Vec<Configured>, Failure> {
    let configuration = |own: &Map<String, Value>| {
        let configuration = Configuration::read_stored(row::required_text(own, "configuration")?);
        let configuration = configuration.map_err(|_| Failure::Corrupt("subscriptions.configuration"));
        Ok((row::required_text(own, "id")?.to_owned(), configuration))
    };
    outcomes.iter().flat_map(|outcome| &outcome.rows).map(configuration).collect()
}

/// Deletes registrations that are more than `age_ms` old.
pub fn delete_registrations<'a>(
    table: Table,
    registrations: impl Iterator<Item = &'a Registration>,
    age_ms: UnixMs,
) -> Vec<Statement> {
    let sql = match table {
        Table::Subscribers => concat!(
            "DELETE FROM subscribers WHERE ",
            is_old!("?1"),
            " AND (path, subscription) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))"
        ),
        Table::Patterns => concat!(
            "DELETE FROM patterns WHERE ",
            is_old!("?1"),
            " AND (pattern, subscription) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))"
        ),
        Table::WakeStreams => concat!(
            "DELETE FROM wake_streams WHERE ",
            is_old!("?1"),
            " AND (path, subscription) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))"
        ),
    };
    let statement = |rows| Statement { sql, parameters: vec![Parameter::Integer(age_ms), Parameter::Text(rows)] };
    arrays(registrations.map(Registration::json)).map(statement).collect()
}
