//! Statements that find streams which can leave a database to make room in it.

use super::row::{integer, path};
use super::text;
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement, UnixMs};

/// Minimum size of a stream that is worth moving, in bytes. The row of a segment takes about a third of it.
const WORTH_BYTES: u64 = 1024;

/// Bytes of a row of the log besides its payload.
const ROW_BYTES: u64 = 64;

/// A stream that can move to R2 completely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleStream {
    pub path: String,
    /// The time of its last change.
    pub updated_ms: UnixMs,
    /// Its size in D1.
    pub hot_bytes: u64,
}

/// Reads the path after which the search continues.
pub fn room_sweep() -> Statement {
    Statement { sql: "SELECT path FROM room_sweep", parameters: Vec::new() }
}

/// The path in the result of [`room_sweep`]. It is empty before the first search.
pub fn loaded_room_sweep(outcome: Option<&Outcome>) -> Result<String, Failure> {
    outcome.and_then(|outcome| outcome.rows.first()).map_or(Ok(String::new()), path)
}

/// Stores the path after which the next search continues.
pub fn save_room_sweep(path: &str) -> Statement {
    Statement {
        sql: "INSERT INTO room_sweep (id, path) VALUES (0, ?1) ON CONFLICT (id) DO UPDATE SET path = excluded.path",
        parameters: vec![text(path)],
    }
}

/// Looks at up to `rows` streams after `path`. Reads those that are worth moving and accept no more data or have not changed since `time`: up
/// to `most`, those that have not changed for the longest time first. Also reads the last path, if there are more streams after it.
pub fn idle_streams(path: &str, rows: u64, time: UnixMs, most: u64) -> Vec<Statement> {
    let idle = Statement {
        sql: "SELECT path, hot_bytes, updated_ms FROM \
              (SELECT path, closed, gone, hot_bytes, hot_rows, coalesce(updated_ms, created_ms) AS updated_ms FROM streams \
              WHERE path > ?1 ORDER BY path LIMIT ?2) \
              WHERE hot_rows > 0 AND hot_bytes + hot_rows * ?3 >= ?4 AND (closed OR gone OR updated_ms <= ?5) \
              ORDER BY updated_ms LIMIT ?6",
        parameters: [vec![text(path)], [rows, ROW_BYTES, WORTH_BYTES, time, most].map(Parameter::Integer).to_vec()]
            .concat(),
    };
    let last = Statement {
        sql: "SELECT path FROM streams WHERE path > ?1 ORDER BY path LIMIT 1 OFFSET ?2",
        parameters: vec![text(path), Parameter::Integer(rows.saturating_sub(1))],
    };
    vec![idle, last]
}

/// The streams in the results of [`idle_streams`], and the last path. It is `None` if all streams have been looked at.
pub fn loaded_idle_streams(outcomes: &[Outcome]) -> Result<(Vec<IdleStream>, Option<String>), Failure> {
    let rows = |index: usize| outcomes.get(index).map_or(&[][..], |outcome| &outcome.rows);
    let stream = |row| {
        let number = |column: &'static str| integer(row, column).ok_or(Failure::Corrupt(column));
        Ok(IdleStream { path: path(row)?, updated_ms: number("updated_ms")?, hot_bytes: number("hot_bytes")? })
    };
    let streams = rows(0).iter().map(stream).collect::<Result<_, Failure>>()?;
    Ok((streams, rows(1).first().map(path).transpose()?))
}
