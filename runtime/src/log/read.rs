//! Statements that read a stream and its data, and parsing of their results.

use super::newest::{fence, with_newest};
use super::{row, text};
use crate::Failure;
use crate::archive::cold::Cold;
use crate::archive::part::PlacedPart;
use crate::host::{Outcome, Parameter, Statement, UnixMs};
use crate::stream::chunk::Chunk;
use crate::stream::producer::History;
use crate::stream::{Fence, Generation, Stream, Tombstone};
use segment::Index;
use spec::{Offset, ProducerId};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// Rows of the log of a generation from the `$first` one on: until they exceed `?3` bytes, and at most `?6` bytes.
///
/// Each row is found by the end of the previous one. A scan would read all payloads, because the table is stored by its primary key. The
/// rows are returned in the order in which they are found.
macro_rules! rows_from {
    ($generation:expr, $first:expr) => {
        concat!(
            "WITH RECURSIVE near (start, stop, size, before) AS (SELECT * FROM (SELECT start, stop, octet_length(payload), 0 \
             FROM log WHERE generation = ",
            $generation,
            " AND start ",
            $first,
            " LIMIT 1) UNION ALL SELECT log.start, log.stop, octet_length(log.payload), before + size \
             FROM near CROSS JOIN log ON log.generation = ",
            $generation,
            " AND log.start = near.stop WHERE before + size <= ?3 AND near.stop < ?5 LIMIT ?4) \
             SELECT log.start, log.stop, log.form, log.lengths, log.payload FROM near CROSS JOIN log ON log.generation = ",
            $generation,
            " AND log.start = near.start WHERE near.before + near.size <= ?6 AND near.stop > ?2"
        )
    };
}

/// The segment or part of a generation that contains an offset, or else the last one before it.
macro_rules! segment_at {
    ($generation:expr, $offset:expr) => {
        concat!(
            "SELECT * FROM (",
            last_of!("segments", $generation, $offset),
            ") UNION ALL SELECT * FROM (",
            last_of!("parts", $generation, $offset),
            ") ORDER BY start DESC LIMIT 1"
        )
    };
}

/// The last row of a generation in a table that begins at or before an offset.
macro_rules! last_of {
    ($table:literal, $generation:expr, $offset:expr) => {
        concat!(
            "SELECT start, stop, object, bytes, blocks, newest_ms FROM ",
            $table,
            " WHERE generation = ",
            $generation,
            " AND start <= ",
            $offset,
            " ORDER BY start DESC LIMIT 1"
        )
    };
}

/// The current generation of a path, as a subquery.
macro_rules! current {
    () => {
        "(SELECT generation FROM streams WHERE path = ?1)"
    };
}

/// The row of a stream.
pub fn load_alone(path: &str) -> Statement {
    Statement {
        sql: concat!(
            "SELECT streams.generation, coalesce(newest.fence, streams.fence) AS fence, streams.fence AS checkpoint, content_type, \
             coalesce(newest.stop, tail) AS tail, closed, closed_by_id, closed_by_epoch, closed_by_seq, \
             coalesce(newest.stream_seq, streams.stream_seq) AS stream_seq, ttl_s, expires_at, lease_ms, gone, \
             coalesce(newest.hot_bytes, streams.hot_bytes) AS hot_bytes, coalesce(newest.hot_rows, streams.hot_rows) AS hot_rows, \
             earliest, origin, lineage, created_ms, retain_bytes, retain_age_s, \
             coalesce(newest.text_end, streams.text_end) AS text_end, labels, \
             coalesce(newest.updated_ms, streams.updated_ms) AS updated_ms, subscribed FROM ",
            with_newest!("streams"),
            " WHERE path = ?1"
        ),
        parameters: vec![text(path)],
    }
}

/// Loads the state of a Durable Object: the stream with its forks, the time by the database's clock, the newest tombstone of the
/// path, and the producers of the rows after the stream's checkpoint.
pub fn load(path: &str) -> Vec<Statement> {
    let fork_refs = Statement {
        sql: "SELECT edge FROM edges WHERE generation = (SELECT generation FROM streams WHERE path = ?1)",
        parameters: vec![text(path)],
    };
    let tombstone = Statement {
        sql: "SELECT generation, tail FROM tombstones WHERE path = ?1 ORDER BY generation DESC LIMIT 1",
        parameters: vec![text(path)],
    };
    let recent = Statement {
        sql: "SELECT log.producers FROM streams CROSS JOIN log ON log.generation = streams.generation AND log.start >= streams.tail \
              WHERE path = ?1 ORDER BY log.start",
        parameters: vec![text(path)],
    };
    vec![load_alone(path), fork_refs, clock(), tombstone, recent]
}

/// Reads the time by the database's clock.
pub fn clock() -> Statement {
    Statement { sql: "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS now_ms", parameters: Vec::new() }
}

/// The time in the result of [`clock`], which is the third one of [`load`].
pub fn loaded_clock(outcome: Option<&Outcome>) -> Result<UnixMs, Failure> {
    let row = outcome.and_then(|outcome| outcome.rows.first());
    row::clock(row.ok_or(Failure::Corrupt("unixepoch"))?)
}

/// Loads some producers of the stream at a path, and the stream's fence at that moment.
pub fn load_producers(path: &str, ids: &[&ProducerId]) -> Vec<Statement> {
    let ids: Vec<_> = ids.iter().map(|id| id.as_str()).collect();
    let producers = Statement {
        sql: "SELECT producers.id, epoch, seq, tails FROM json_each(?2) AS wanted CROSS JOIN producers \
              ON producers.generation = (SELECT generation FROM streams WHERE path = ?1) AND producers.id = wanted.value",
        parameters: vec![text(path), Parameter::Text(serde_json::json!(ids).to_string())],
    };
    vec![producers, current_fence(path)]
}

/// The producers in the results of [`load_producers`].
pub fn loaded_producers(outcomes: &[Outcome]) -> Result<HashMap<ProducerId, History>, Failure> {
    outcomes.first().map_or(&[][..], |outcome| &outcome.rows).iter().map(row::producer).collect()
}

/// The fence in the results of [`load_producers`].
pub fn loaded_fence(outcomes: &[Outcome]) -> Result<Option<Fence>, Failure> {
    outcomes.get(1).and_then(|outcome| outcome.rows.first()).map(row::fence).transpose()
}

/// The fence of the stream at a path.
pub fn current_fence(path: &str) -> Statement {
    Statement {
        sql: concat!("SELECT ", fence!("streams"), " AS fence FROM streams WHERE path = ?1"),
        parameters: vec![text(path)],
    }
}

/// The fence in the result of [`current_fence`], if there is a stream.
pub fn loaded_current_fence(outcome: Option<&Outcome>) -> Result<Option<Fence>, Failure> {
    outcome.and_then(|outcome| outcome.rows.first()).map(row::fence).transpose()
}

/// The stream in the results of [`load`].
pub fn loaded_stream(outcomes: &[Outcome]) -> Result<Option<Stream>, Failure> {
    let Some(mut stream) = loaded_alone(outcomes)? else {
        return Ok(None);
    };
    let fork_refs = outcomes.get(1).map_or(&[][..], |outcome| &outcome.rows).iter().map(row::fork_ref);
    let mut all = BTreeSet::new();
    // One by one, because `collect` sorts first, which is much more code.
    for fork_ref in fork_refs {
        all.insert(fork_ref?);
    }
    stream.fork_refs = Rc::new(all);
    stream.checkpoint.rows = recent_rows(outcomes).len() as u64;
    Ok(Some(stream))
}

/// The stream in the results of [`load`], [`load_alone`] or [`edge_read`], without its forks.
pub fn loaded_alone(outcomes: &[Outcome]) -> Result<Option<Stream>, Failure> {
    outcomes.first().and_then(|outcome| outcome.rows.first()).map(row::stream).transpose()
}

/// Loads a stream, and the segment or part that contains an offset, or else the last one before it.
pub fn edge_read(path: &str, offset: Offset) -> Vec<Statement> {
    let parameters = vec![text(path), Parameter::Integer(offset.get())];
    let segment = Statement { sql: segment_at!(current!(), "?2"), parameters };
    vec![load_alone(path), segment]
}

/// The segment in the second result of [`edge_read`], and its index.
pub fn named_segment(outcome: Option<&Outcome>) -> Result<Option<(Cold, Index)>, Failure> {
    let Some(row) = outcome.and_then(|outcome| outcome.rows.first()) else {
        return Ok(None);
    };
    let cold = row::cold(row)?;
    let index = row::index(row, &cold)?;
    Ok(Some((cold, index)))
}

/// The producers in the results of [`load`] whose histories the table of producers does not have yet.
pub fn loaded_recent_producers(outcomes: &[Outcome]) -> Result<HashMap<ProducerId, History>, Failure> {
    let mut producers = HashMap::new();
    for row in recent_rows(outcomes) {
        producers.extend(row::row_producers(row)?);
    }
    Ok(producers)
}

fn recent_rows(outcomes: &[Outcome]) -> &[serde_json::Map<String, serde_json::Value>] {
    outcomes.get(4).map_or(&[], |outcome| &outcome.rows)
}

/// The newest tombstone of the path in the results of [`load`].
pub fn loaded_tombstone(outcomes: &[Outcome]) -> Result<Option<Tombstone>, Failure> {
    outcomes.get(3).and_then(|outcome| outcome.rows.first()).map(row::tombstone).transpose()
}

/// Maximum number of rows of the log that one query for a page returns. It bounds the memory for small rows.
pub const PAGE_ROWS_MAX: u64 = 256;

/// Number of statements that read a page.
pub const PAGE_STATEMENTS: usize = 2;

/// Reads the data of a page from `from` on: the segment that contains `from`, if there is one, and rows of the log. The rows are read until
/// they exceed `budget` payload bytes, and at most [`PAGE_ROWS_MAX`].
///
/// Rows that begin at or after `until` are omitted.
pub fn page(generation: &str, from: Offset, until: Offset, budget: usize) -> Vec<Statement> {
    page_of(range_parameters(generation, from, until.get(), budget, wire::MAX_EXACT_INTEGER))
}

/// Like [`page`], but the rows have at most `most` payload bytes together. If the first row is longer, none is returned.
pub fn page_within(generation: &str, from: Offset, until: Offset, most: usize) -> Vec<Statement> {
    page_of(range_parameters(generation, from, until.get(), most, most as u64))
}

fn page_of(parameters: Vec<Parameter>) -> Vec<Statement> {
    let segment = Statement { sql: segment_at!("?1", "?2"), parameters: parameters[..2].to_vec() };
    let rows = Statement { sql: rows_from!("?1", "<= ?2 ORDER BY start DESC"), parameters };
    vec![segment, rows]
}

/// Like [`page`], but for the current generation of `path`, and from the earliest retained offset on if `from` is before it.
pub fn page_at(path: &str, from: Offset, budget: usize) -> Vec<Statement> {
    macro_rules! from {
        () => {
            "max(?2, (SELECT earliest FROM streams WHERE path = ?1))"
        };
    }
    let parameters = range_parameters(path, from, wire::MAX_EXACT_INTEGER, budget, wire::MAX_EXACT_INTEGER);
    let segment = Statement { sql: segment_at!(current!(), from!()), parameters: parameters[..2].to_vec() };
    let rows = Statement { sql: rows_from!(current!(), concat!("<= ", from!(), " ORDER BY start DESC")), parameters };
    vec![segment, rows]
}

/// Reads what is stored at an offset of the current generation of `path`: its row, the segment or part that contains the offset or else the
/// last one before it, rows of the log within `budget`, and the start of the first of all that begin later.
pub fn stored_at(path: &str, offset: Offset, budget: usize) -> Vec<Statement> {
    /// The first start after the offset in a table.
    macro_rules! next_in {
        ($table:literal) => {
            concat!("SELECT min(start) AS start FROM ", $table, " WHERE generation = ", current!(), " AND start > ?2")
        };
    }
    let next = Statement {
        sql: concat!(
            "SELECT min(start) AS start FROM (",
            next_in!("segments"),
            " UNION ALL ",
            next_in!("parts"),
            " UNION ALL ",
            next_in!("log"),
            ") HAVING min(start) IS NOT NULL"
        ),
        parameters: vec![text(path), Parameter::Integer(offset.get())],
    };
    let parameters = range_parameters(path, offset, wire::MAX_EXACT_INTEGER, budget, wire::MAX_EXACT_INTEGER);
    let rows = Statement { sql: rows_from!(current!(), "<= ?2 ORDER BY start DESC"), parameters };
    edge_read(path, offset).into_iter().chain([rows, next]).collect()
}

/// Checks the rows of the log in the third result of [`stored_at`]. Each has the offset after it, and the size of its payload.
///
/// # Errors
/// For each damaged row, the offset after it, if it has one, and what is damaged.
pub fn each_chunk(
    outcome: Option<&Outcome>,
) -> impl Iterator<Item = Result<(Offset, usize), (Option<Offset>, Failure)>> + '_ {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(|row| {
        let chunk = row::chunk(row).map_err(|failure| (row::stop(row).ok(), failure))?;
        let stop = chunk.stop().ok_or((None, Failure::Full))?;
        Ok((stop, chunk.content.payload_len()))
    })
}

/// The oldest rows of the log that begin at or after `from`, and before `until`. The limits are those of [`page`].
pub fn oldest(generation: &Generation, from: Offset, until: Offset, budget: usize) -> Statement {
    let parameters = range_parameters(&generation.0, from, until.get(), budget, wire::MAX_EXACT_INTEGER);
    Statement { sql: rows_from!("?1", ">= ?2 AND start < ?5 ORDER BY start"), parameters }
}

/// The first part of a generation that begins at or after `from`.
pub fn next_part(generation: &Generation, from: Offset) -> Statement {
    Statement {
        sql: "SELECT start, stop, object, bytes, blocks, newest_ms, payload_bytes FROM parts \
              WHERE generation = ?1 AND start >= ?2 ORDER BY start LIMIT 1",
        parameters: vec![text(&generation.0), Parameter::Integer(from.get())],
    }
}

/// All parts of a generation.
pub fn all_parts(generation: &Generation) -> Statement {
    Statement {
        sql: "SELECT start, stop, object, bytes, blocks, newest_ms, payload_bytes FROM parts \
              WHERE generation = ?1 ORDER BY start",
        parameters: vec![text(&generation.0)],
    }
}

/// The parts in the result of [`next_part`] or [`all_parts`].
pub fn loaded_parts(outcome: Option<&Outcome>) -> Result<Vec<PlacedPart>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::part).collect()
}

/// The start of the first row of the log or part of a generation.
pub fn first_row(generation: &Generation) -> Statement {
    Statement {
        sql: "SELECT * FROM (SELECT start FROM log WHERE generation = ?1 ORDER BY start LIMIT 1) \
              UNION ALL SELECT * FROM (SELECT start FROM parts WHERE generation = ?1 ORDER BY start LIMIT 1) \
              ORDER BY start LIMIT 1",
        parameters: vec![text(&generation.0)],
    }
}

/// The start in the result of [`first_row`], if there is one.
pub fn loaded_first_row(outcome: Option<&Outcome>) -> Result<Option<Offset>, Failure> {
    outcome.and_then(|outcome| outcome.rows.first()).map(row::start).transpose()
}

fn range_parameters(key: &str, from: Offset, until: u64, budget: usize, most: u64) -> Vec<Parameter> {
    let numbers = [from.get(), budget as u64, PAGE_ROWS_MAX, until, most];
    [text(key)].into_iter().chain(numbers.map(Parameter::Integer)).collect()
}

/// The segment that contains the offset `from` and its index, in the results of [`page`].
pub fn loaded_segment(outcomes: &[Outcome], from: Offset) -> Result<Option<(Cold, Index)>, Failure> {
    let Some(row) = outcomes.first().and_then(|outcome| outcome.rows.first()) else {
        return Ok(None);
    };
    let cold = row::cold(row)?;
    if cold.stop <= from { Ok(None) } else { Ok(Some((cold.clone(), row::index(row, &cold)?))) }
}

/// The newest segments of a generation, which are candidates for merging.
pub fn newest_segments(generation: &Generation) -> Statement {
    Statement {
        sql: "SELECT start, stop, object, bytes, newest_ms FROM segments WHERE generation = ?1 ORDER BY start DESC LIMIT 200",
        parameters: vec![text(&generation.0)],
    }
}

/// The oldest segments of a generation, each with the total bytes of all newer segments.
pub fn oldest_segments(generation: &Generation) -> Statement {
    Statement {
        sql: "SELECT start, stop, object, bytes, newest_ms, sum(bytes) OVER (ORDER BY start DESC) - bytes AS newer \
              FROM segments WHERE generation = ?1 ORDER BY start LIMIT 200",
        parameters: vec![text(&generation.0)],
    }
}

/// The segments in the result of [`oldest_segments`], each with the bytes of all newer ones.
pub fn loaded_oldest(outcome: Option<&Outcome>) -> Result<Vec<(Cold, u64)>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::aged).collect()
}

/// The segments in the result of [`newest_segments`].
pub fn loaded_segments(outcome: Option<&Outcome>) -> Result<Vec<Cold>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::cold).collect()
}

/// The chunks in the second result of [`page`], or in that of [`oldest`].
pub fn loaded_chunks(outcome: Option<&Outcome>) -> Result<Vec<Rc<Chunk>>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(|row| row::chunk(row).map(Rc::new)).collect()
}
