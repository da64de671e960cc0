//! Lists of streams: one statement for each range of paths and database.

use super::newest::{newest, with_newest};
use super::row;
use super::{optional_integer, optional_text, text};
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement, UnixMs};
use crate::stream::labels::Labels;
use crate::stream::listed::ListedRow;

/// Whether a stream exists for clients. `?4` is the current time.
macro_rules! visible {
    () => {
        "gone = 0 AND (lease_ms IS NULL OR lease_ms > ?4)"
    };
}

/// The columns of a stream in a list.
macro_rules! listed_columns {
    () => {
        "path, content_type, coalesce(newest.stop, tail) AS tail, earliest, closed, created_ms, \
         coalesce(newest.updated_ms, listed.updated_ms, created_ms) AS updated_ms, ttl_s, expires_at, \
         origin ->> 'source' AS source, coalesce(newest.hot_bytes, listed.hot_bytes) AS hot_bytes, labels, \
         (SELECT coalesce(sum(bytes), 0) FROM segments WHERE segments.generation = listed.generation) AS cold_bytes"
    };
}

/// Which streams of a range are listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// A part of their paths, in its canonical form.
    pub contains: Option<String>,
    pub closed: Option<bool>,
    /// Their media type without parameters, in lower case.
    pub media: Option<String>,
    pub labels: Labels,
    pub updated_after: Option<UnixMs>,
    pub created_until: Option<UnixMs>,
}

impl Filter {
    /// Whether all streams are listed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An entry of a list.
#[derive(Clone, Debug)]
pub enum Entry {
    Stream(Box<ListedRow>),
    /// The beginning of longer paths, up to a separator.
    Prefix(String),
}

impl Entry {
    /// The stream.
    pub fn into_stream(self) -> Option<ListedRow> {
        match self {
            Self::Stream(row) => Some(*row),
            Self::Prefix(_) => None,
        }
    }

    /// The text by which entries are ordered.
    pub fn key(&self) -> &str {
        match self {
            Self::Stream(row) => &row.path,
            Self::Prefix(prefix) => prefix,
        }
    }
}

/// The streams in a range of paths of one database: at most `count`, from at most `rows` rows that are looked at, in order.
///
/// The row at which this ends is part of the result even if the stream is not listed. It is found by an offset, because D1 counts three
/// rows more for each that a window function numbers.
pub fn list(from: &str, until: &str, rows: u64, count: u64, filter: &Filter, now: UnixMs) -> Statement {
    let labels = filter.labels.json();
    let number_of_labels = filter.labels.count() as u64;
    Statement {
        sql: concat!(
            "SELECT path = (SELECT path FROM streams WHERE path >= ?1 AND path < ?2 ORDER BY path LIMIT 1 OFFSET ?3 - 1) AS is_last, is_listed, ",
            listed_columns!(),
            " FROM (SELECT *, ",
            visible!(),
            " AND (?6 IS NULL OR instr(path, ?6)) AND (?7 IS NULL OR closed = ?7) \
             AND (?8 IS NULL OR rtrim(lower(substr(content_type, 1, instr(content_type || ';', ';') - 1))) = ?8) \
             AND (?9 IS NULL OR ?10 = (SELECT count(*) FROM json_each(?9) AS wanted, json_each(coalesce(labels, '{}')) AS own \
             WHERE own.key = wanted.key AND own.value = wanted.value)) \
             AND (?11 IS NULL OR coalesce(",
            newest!("scanned", "log.updated_ms"),
            ", updated_ms, created_ms) > ?11) AND (?12 IS NULL OR created_ms <= ?12) AS is_listed \
             FROM (SELECT * FROM streams WHERE path >= ?1 AND path < ?2 ORDER BY path LIMIT ?3) AS scanned) AS ",
            with_newest!("listed"),
            " WHERE is_listed OR is_last ORDER BY path LIMIT ?5"
        ),
        parameters: vec![
            text(from),
            text(until),
            Parameter::Integer(rows),
            Parameter::Integer(now),
            Parameter::Integer(count),
            optional_text(filter.contains.as_deref()),
            optional_integer(filter.closed.map(u64::from)),
            optional_text(filter.media.as_deref()),
            optional_text(labels.as_deref()),
            Parameter::Integer(number_of_labels),
            optional_integer(filter.updated_after),
            optional_integer(filter.created_until),
        ],
    }
}

/// The streams in a range of paths of one database, where all paths that continue after a separator are one entry: at most `count`
/// entries, in order. `start` is the number of bytes of each path in which separators do not count. Each entry takes one search in the
/// primary key.
pub fn tree(from: &str, until: &str, start: usize, count: u64, now: UnixMs) -> Statement {
    Statement {
        sql: concat!(
            "WITH RECURSIVE entry(path) AS (\
             SELECT (SELECT path FROM streams WHERE path >= ?1 AND path < ?2 AND ",
            visible!(),
            " ORDER BY path LIMIT 1) UNION ALL \
             SELECT (SELECT streams.path FROM streams WHERE streams.path >= CASE instr(substr(entry.path, ?5), '/') \
             WHEN 0 THEN entry.path || ' ' \
             ELSE substr(entry.path, 1, ?5 + instr(substr(entry.path, ?5), '/') - 2) || '0' END \
             AND streams.path < ?2 AND ",
            visible!(),
            " ORDER BY streams.path LIMIT 1) FROM entry WHERE entry.path IS NOT NULL LIMIT ?3) \
             SELECT CASE instr(substr(path, ?5), '/') WHEN 0 THEN NULL \
             ELSE substr(path, 1, ?5 + instr(substr(path, ?5), '/') - 1) END AS prefix, ",
            listed_columns!(),
            " FROM streams AS ",
            with_newest!("listed"),
            " WHERE path IN (SELECT path FROM entry) ORDER BY path"
        ),
        parameters: vec![
            text(from),
            text(until),
            Parameter::Integer(count),
            Parameter::Integer(now),
            Parameter::Integer(start as u64 + 1),
        ],
    }
}

/// What [`list`] found in one database.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub entries: Vec<Entry>,
    /// The last path that was looked at, if the limit of rows ended the search.
    pub stopped_at: Option<String>,
}

/// The result of [`list`].
pub fn loaded_list(outcome: Option<&Outcome>) -> Result<Found, Failure> {
    let mut found = Found::default();
    for row in outcome.map_or(&[][..], |outcome| &outcome.rows) {
        if row::integer(row, "is_last") == Some(1) {
            found.stopped_at = Some(row::path(row)?);
        }
        if row::integer(row, "is_listed") == Some(1) {
            found.entries.push(Entry::Stream(Box::new(row::listed(row)?)));
        }
    }
    Ok(found)
}

/// The result of [`tree`].
pub fn loaded_tree(outcome: Option<&Outcome>) -> Result<Found, Failure> {
    let entry = |row| -> Result<Entry, Failure> {
        Ok(match row::prefix(row) {
            Some(prefix) => Entry::Prefix(prefix.to_owned()),
            None => Entry::Stream(Box::new(row::listed(row)?)),
        })
    };
    let entries = outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(entry).collect::<Result<_, _>>()?;
    Ok(Found { entries, stopped_at: None })
}

/// Counts the streams in a range of paths of one database that were created by a time. At most `rows` rows are looked at.
pub fn remaining(from: &str, until: &str, created_until: UnixMs, rows: u64) -> Statement {
    Statement {
        sql: "SELECT count(*) AS count, coalesce(sum(gone), 0) AS gone FROM \
              (SELECT created_ms, gone FROM streams WHERE path >= ?1 AND path < ?2 ORDER BY path LIMIT ?4) WHERE created_ms <= ?3",
        parameters: vec![text(from), text(until), Parameter::Integer(created_until), Parameter::Integer(rows)],
    }
}

/// The number of streams in the result of [`remaining`], and how many of these are soft-deleted.
pub fn loaded_remaining(outcome: Option<&Outcome>) -> Result<(u64, u64), Failure> {
    let row = outcome.and_then(|outcome| outcome.rows.first()).ok_or(Failure::Corrupt("count"))?;
    let number = |column: &'static str| row::integer(row, column).ok_or(Failure::Corrupt(column));
    Ok((number("count")?, number("gone")?))
}
