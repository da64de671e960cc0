//! Everything that a database stores for a path, for operators.

use super::{row, text};
use crate::Failure;
use crate::host::{Outcome, Statement, UnixMs};
use crate::stream::Tombstone;
use serde_json::{Map, Value};
use spec::{Epoch, Offset, Seq};

type Row = Map<String, Value>;

/// Maximum number of rows of each kind that are described.
pub const DESCRIBED_MAX: usize = 1000;

/// The rows of a table that belong to the current generation of a path.
macro_rules! own_rows {
    ($columns:literal, $table:literal, $key:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM ",
            $table,
            " WHERE generation = (SELECT generation FROM streams WHERE path = ?1) ORDER BY ",
            $key,
            " LIMIT 1000"
        )
    };
}

/// Reads what is stored for a path besides the results of [`load`](super::load).
pub fn describe(path: &str) -> Vec<Statement> {
    let about = |sql| Statement { sql, parameters: vec![text(path)] };
    vec![
        about(
            "SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes, \
             (SELECT count(*) FROM parts WHERE generation = (SELECT generation FROM streams WHERE path = ?1)) AS parts, \
             (SELECT count(*) FROM producers WHERE generation = (SELECT generation FROM streams WHERE path = ?1)) AS producers \
             FROM segments WHERE generation = (SELECT generation FROM streams WHERE path = ?1)",
        ),
        about(own_rows!("start, stop, object, bytes, newest_ms", "segments", "start")),
        about(own_rows!("start, stop, object, bytes, newest_ms", "parts", "start")),
        about(own_rows!("id, epoch, seq, tails", "producers", "id")),
        about("SELECT generation, tail, ended_ms FROM tombstones WHERE path = ?1 ORDER BY generation DESC LIMIT 1000"),
        about("SELECT generation FROM garbage WHERE path = ?1 LIMIT 1000"),
        super::discarded(path),
        super::pending_releases(path),
    ]
}

/// The totals in the results of [`describe`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub segments: u64,
    pub cold_bytes: u64,
    pub parts: u64,
    pub producers: u64,
}

/// The totals in the first result of [`describe`].
pub fn loaded_totals(outcome: Option<&Outcome>) -> Result<Totals, Failure> {
    let row = outcome.and_then(|outcome| outcome.rows.first()).ok_or(Failure::Corrupt("count"))?;
    let number = |column: &'static str| row::integer(row, column).ok_or(Failure::Corrupt(column));
    Ok(Totals {
        segments: number("count")?,
        cold_bytes: number("bytes")?,
        parts: number("parts")?,
        producers: number("producers")?,
    })
}

/// The generations in the fifth result of [`describe`]: each with its tail, and when it was deleted.
pub fn loaded_tombstones(outcome: Option<&Outcome>) -> Result<Vec<(String, Offset, UnixMs)>, Failure> {
    let tombstone = |row: &Row| {
        let ended_ms = row::integer(row, "ended_ms").ok_or(Failure::Corrupt("tombstones.ended_ms"))?;
        let Tombstone { generation, tail } = row::tombstone(row)?;
        Ok((generation.0, tail, ended_ms))
    };
    rows(outcome).iter().map(tombstone).collect()
}

/// The generations in the sixth result of [`describe`].
pub fn loaded_garbage(outcome: Option<&Outcome>) -> Result<Vec<String>, Failure> {
    rows(outcome).iter().map(row::generation).collect()
}

/// The producers in the fourth result of [`describe`]: each with its epoch and its last sequence number.
pub fn loaded_producer_rows(outcome: Option<&Outcome>) -> Result<Vec<(String, Epoch, Seq)>, Failure> {
    let producer = |row: &Row| row::producer(row).map(|(id, last)| (id.as_str().to_owned(), last.epoch, last.seq));
    rows(outcome).iter().map(producer).collect()
}

fn rows(outcome: Option<&Outcome>) -> &[Row] {
    outcome.map_or(&[], |outcome| &outcome.rows)
}
