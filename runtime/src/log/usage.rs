//! Counts of streams by the first segment of their paths.

use super::row::{integer, path};
use super::newest::newest;
use super::text;
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement, UnixMs};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The streams of one prefix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    pub streams: u64,
    pub hot_bytes: u64,
    pub cold_bytes: u64,
}

/// A count, which may be incomplete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageCount {
    pub began_ms: UnixMs,
    pub ended_ms: UnixMs,
    /// The database that is counted next, and the path in it after which the count continues.
    pub next: (u64, String),
    pub prefixes: BTreeMap<String, Usage>,
    /// Streams of prefixes beyond the maximum.
    pub others: u64,
}

/// The number of a count in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountId {
    Last = 0,
    Running = 1,
}

/// Reads a count.
pub fn usage_count(id: CountId) -> Statement {
    Statement {
        sql: "SELECT began_ms, ended_ms, number, path, prefixes, others FROM usage WHERE id = ?1",
        parameters: vec![Parameter::Integer(id as u64)],
    }
}

/// The count in the result of [`usage_count`].
pub fn loaded_usage_count(outcome: Option<&Outcome>) -> Result<Option<UsageCount>, Failure> {
    let Some(row) = outcome.and_then(|outcome| outcome.rows.first()) else { return Ok(None) };
    let number = |column: &'static str| integer(row, column).ok_or(Failure::Corrupt(column));
    let prefixes = row.get("prefixes").and_then(|prefixes| serde_json::from_str(prefixes.as_str()?).ok());
    Ok(Some(UsageCount {
        began_ms: number("began_ms")?,
        ended_ms: number("ended_ms")?,
        next: (number("number")?, path(row)?),
        prefixes: prefixes.ok_or(Failure::Corrupt("usage.prefixes"))?,
        others: number("others")?,
    }))
}

/// Stores a count. The last count takes the place of the running one.
pub fn save_usage_count(id: CountId, count: &UsageCount) -> Vec<Statement> {
    let UsageCount { began_ms, ended_ms, next: (number, path), prefixes, others } = count;
    let prefixes: serde_json::Map<_, _> =
        prefixes.iter().map(|(prefix, usage)| (prefix.clone(), serde_json::json!(usage))).collect();
    let save = Statement {
        sql: "INSERT INTO usage (id, began_ms, ended_ms, number, path, prefixes, others) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
              ON CONFLICT (id) DO UPDATE SET began_ms = excluded.began_ms, ended_ms = excluded.ended_ms, \
              number = excluded.number, path = excluded.path, prefixes = excluded.prefixes, others = excluded.others",
        parameters: vec![
            Parameter::Integer(id as u64),
            Parameter::Integer(*began_ms),
            Parameter::Integer(*ended_ms),
            Parameter::Integer(*number),
            text(path),
            Parameter::Text(serde_json::Value::Object(prefixes).to_string()),
            Parameter::Integer(*others),
        ],
    };
    let end = Statement { sql: "DELETE FROM usage WHERE id = 1", parameters: Vec::new() };
    [save].into_iter().chain((id == CountId::Last).then_some(end)).collect()
}

/// Counts up to `rows` streams of one database after `path`, by the first segment of their paths.
pub fn count_streams(path: &str, rows: u64) -> Statement {
    Statement {
        sql: concat!(
            "SELECT substr(path, 1, instr(path, '/')) AS prefix, count(*) AS streams, sum(hot_bytes) AS hot_bytes, \
             sum(cold_bytes) AS cold_bytes, max(path) AS path FROM (SELECT path, coalesce(",
            newest!("streams", "log.hot_bytes"),
            ", hot_bytes) AS hot_bytes, \
             (SELECT coalesce(sum(bytes), 0) FROM segments WHERE segments.generation = streams.generation) \
             AS cold_bytes FROM streams WHERE path > ?1 ORDER BY path LIMIT ?2) GROUP BY prefix"
        ),
        parameters: vec![text(path), Parameter::Integer(rows)],
    }
}

/// The result of [`count_streams`].
#[derive(Clone, Debug, Default)]
pub struct CountedStreams {
    /// Each prefix with its streams.
    pub prefixes: Vec<(String, Usage)>,
    /// The last path that was counted.
    pub last: Option<String>,
}

/// The prefixes in the result of [`count_streams`].
pub fn loaded_streams_count(outcome: Option<&Outcome>) -> Result<CountedStreams, Failure> {
    let mut counted = CountedStreams::default();
    for row in outcome.map_or(&[][..], |outcome| &outcome.rows) {
        let number = |column: &'static str| integer(row, column).ok_or(Failure::Corrupt(column));
        let prefix = super::row::prefix(row).ok_or(Failure::Corrupt("streams.path"))?.to_owned();
        let (streams, hot_bytes, cold_bytes) = (number("streams")?, number("hot_bytes")?, number("cold_bytes")?);
        counted.prefixes.push((prefix, Usage { streams, hot_bytes, cold_bytes }));
        counted.last = counted.last.max(Some(path(row)?));
    }
    Ok(counted)
}
