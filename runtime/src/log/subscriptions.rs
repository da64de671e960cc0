//! Statements of subscriptions, and parsing of their results.
//!
//! The database of a subscription's ID has its row and its links. The database of a stream has the entries by which the stream finds
//! its subscribers. A batch that writes a subscription takes effect completely or not at all, as a batch of a stream does: its guard
//! requires the fence last seen, and the other statements require the new one.

use super::newest::tail;
use super::row::{self, integer};
use super::{arrays, optional_integer, optional_text, text};
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement, UnixMs};
use crate::stream::{self, Fence};
use serde_json::{Map, Value, json};
use spec::stream::Path;
use spec::{Limits, Offset};
use subscriptions::{
    Generation, Life, Link, LinkChange, Pattern, Position, Reason, Row, Scan, Stored, Stream, StreamGeneration,
    Subscription, SubscriptionId, Write,
};

type Columns = Map<String, Value>;

/// Whether the database's own clock is before a time, in milliseconds since 1970.
macro_rules! clock_before {
    ($until:literal) => {
        concat!("unixepoch('subsec') * 1000 < ", $until)
    };
}

/// The time by the database's own clock, in milliseconds since 1970.
macro_rules! clock {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}

/// Whether the subscription `?1` has the fence `?2`.
macro_rules! has_fence {
    () => {
        "EXISTS (SELECT 1 FROM subscriptions WHERE id = ?1 AND fence = ?2)"
    };
}

/// Whether a subscription can be created. Rows of `patterns` count only for subscriptions of this database.
macro_rules! has_room {
    ($subscriptions:literal, $patterns:literal) => {
        concat!(
            "((SELECT count(*) FROM subscriptions WHERE life IS NOT NULL) < ",
            $subscriptions,
            " AND (",
            $patterns,
            " IS NULL OR (SELECT count(DISTINCT patterns.subscription) FROM patterns JOIN subscriptions \
             ON subscriptions.id = patterns.subscription WHERE subscriptions.life IS NOT NULL) < ",
            $patterns,
            "))"
        )
    };
}

/// The columns of the stream at a path, where there may be none.
macro_rules! stream_columns {
    ($path:literal) => {
        concat!(
            "streams.generation AS stream_generation, ",
            tail!("streams"),
            " AS tail, streams.gone, \
             coalesce(streams.first_offset, streams.earliest) AS first_offset, (SELECT tail FROM tombstones WHERE path = ",
            $path,
            " ORDER BY generation DESC LIMIT 1) AS ended, EXISTS (SELECT 1 FROM wake_streams WHERE path = ",
            $path,
            ") AS is_wake_stream"
        )
    };
}

/// Reads the row of a subscription.
pub fn record(id: &SubscriptionId) -> Statement {
    Statement {
        sql: "SELECT fence, generation, life, created_ms, configuration, state FROM subscriptions WHERE id = ?1",
        parameters: vec![text(id.as_str())],
    }
}

/// The fence and the record in the result of [`record`]. There is no fence if there is no row.
pub fn loaded_record(id: &SubscriptionId, outcome: Option<&Outcome>) -> Result<(Option<Fence>, Stored), Failure> {
    let Some(row) = outcome.and_then(|outcome| outcome.rows.first()) else {
        return Ok((None, Stored::Absent));
    };
    let fence = Some(Fence(row::required_text(row, "fence")?.to_owned()));
    let generation = integer(row, "generation").and_then(Generation::new);
    let generation = generation.ok_or(Failure::Corrupt("subscriptions.generation"))?;
    let Some(life) = row::text(row, "life") else {
        return Ok((fence, Stored::Deleted { generation }));
    };
    let row = Row {
        life: Life::stored(life),
        generation,
        created_at: integer(row, "created_ms").ok_or(Failure::Corrupt("subscriptions.created_ms"))?,
        configuration: row::required_text(row, "configuration")?.to_owned(),
        state: row::required_text(row, "state")?.to_owned(),
    };
    let subscription = Subscription::read(id.clone(), row);
    let subscription =
        subscription.map_err(|_| Failure::Corrupt("subscriptions.configuration or subscriptions.state"))?;
    Ok((fence, Stored::Live(Box::new(subscription))))
}

/// Reads the fence of a subscription.
pub fn fence(id: &SubscriptionId) -> Statement {
    Statement { sql: "SELECT fence FROM subscriptions WHERE id = ?1", parameters: vec![text(id.as_str())] }
}

/// The fence in the result of [`fence`] or [`record`].
pub fn loaded_fence(outcome: Option<&Outcome>) -> Result<Option<Fence>, Failure> {
    let row = outcome.and_then(|outcome| outcome.rows.first());
    row.map(|row| Ok(Fence(row::required_text(row, "fence")?.to_owned()))).transpose()
}

/// Reads the links of a subscription, each with the stream at its path, if that stream is in the same database.
pub fn links(id: &SubscriptionId) -> Statement {
    Statement {
        sql: concat!(
            "SELECT links.path, explicit, glob, links.generation, acked, ",
            stream_columns!("links.path"),
            " FROM links LEFT JOIN streams ON streams.path = links.path WHERE subscription = ?1"
        ),
        parameters: vec![text(id.as_str())],
    }
}

/// The links in the result of [`links`].
pub fn loaded_links(outcome: Option<&Outcome>) -> Result<Vec<(Link, Found)>, Failure> {
    let linked = |row: &Columns| Ok((link(row)?, found(row)?));
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(linked).collect()
}

/// Reads `rows` links of all subscriptions after one, each with the stream at its path, if that stream is in the same database.
pub fn links_after(subscription: &str, path: &str, rows: u64) -> Statement {
    Statement {
        sql: concat!(
            "SELECT links.subscription, links.path, explicit, glob, links.generation, acked, ",
            stream_columns!("links.path"),
            " FROM links LEFT JOIN streams ON streams.path = links.path WHERE (links.subscription, links.path) > (?1, ?2) \
             ORDER BY links.subscription, links.path LIMIT ?3"
        ),
        parameters: vec![text(subscription), text(path), Parameter::Integer(rows)],
    }
}

/// The links in the result of [`links_after`], each with the ID of its subscription.
pub fn loaded_links_after(outcome: Option<&Outcome>) -> Result<Vec<(String, Link, Found)>, Failure> {
    let linked = |row: &Columns| Ok((row::subscription(row)?, link(row)?, found(row)?));
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(linked).collect()
}

/// Reads `rows` streams after one that were created, and that some matching subscription may not have linked.
pub fn arrivals_after(path: &str, generation: &str, rows: u64) -> Statement {
    Statement {
        sql: "SELECT path, generation FROM arrivals WHERE (path, generation) > (?1, ?2) ORDER BY path, generation LIMIT ?3",
        parameters: vec![text(path), text(generation), Parameter::Integer(rows)],
    }
}

/// The paths and the generations of the streams in the result of [`arrivals_after`].
pub fn loaded_arrivals(outcome: Option<&Outcome>) -> Result<Vec<(Path, stream::Generation)>, Failure> {
    let arrival = |row: &Columns| Ok((path(row)?, stream::Generation(row::generation(row)?)));
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(arrival).collect()
}

/// Reads all patterns of the database. [`loaded_patterns`](super::loaded_patterns) reads the result.
pub fn patterns() -> Statement {
    Statement { sql: "SELECT subscription, pattern FROM patterns", parameters: Vec::new() }
}

fn link(row: &Columns) -> Result<Link, Failure> {
    let is_set = |column| integer(row, column) == Some(1);
    let reason = Reason::stored(is_set("explicit"), is_set("glob")).ok_or(Failure::Corrupt("links.explicit"))?;
    let acked = match row::text(row, "generation").map(StreamGeneration::stored) {
        Some(generation) => Some(Position { generation, offset: row::offset(row, "acked")? }),
        None => None,
    };
    Ok(Link { path: path(row)?, reason, acked })
}

/// The stream at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub stream: Stream,
    /// Whether a subscription appends its wake events to the stream. Such a stream is never linked.
    pub is_wake_stream: bool,
}

/// Reads the streams at these paths.
pub fn streams<'a>(paths: impl Iterator<Item = &'a Path>) -> Vec<Statement> {
    let statement = |paths| Statement {
        sql: concat!(
            "SELECT wanted.value AS path, ",
            stream_columns!("wanted.value"),
            " FROM json_each(?1) AS wanted LEFT JOIN streams ON streams.path = wanted.value"
        ),
        parameters: vec![Parameter::Text(paths)],
    };
    quoted(paths).map(statement).collect()
}

/// The streams at the paths in the results of [`streams`] and [`subscribe`].
pub fn loaded_streams(outcomes: &[Outcome]) -> Result<Vec<(Path, Found)>, Failure> {
    let rows = outcomes.iter().flat_map(|outcome| &outcome.rows);
    rows.map(|row| Ok((path(row)?, found(row)?))).collect()
}

/// Registers a subscription as a subscriber of the streams at these paths, and then reads them. The statements that write take effect
/// before `until` by the database's clock, or never.
///
/// The streams need not exist. An append that commits before this batch is before the tail that it reads. One that commits later
/// finds the subscriber.
pub fn subscribe(id: &SubscriptionId, paths: &[&Path], until: UnixMs) -> Vec<Statement> {
    let mut statements = Vec::new();
    for paths in quoted(paths.iter().copied()) {
        let paths = Parameter::Text(paths);
        statements.push(Statement {
            sql: concat!(
                "INSERT INTO subscribers (path, subscription, added_ms) SELECT value, ?1, ",
                clock!(),
                " FROM json_each(?2) WHERE ",
                clock_before!("?3"),
                " ON CONFLICT (path, subscription) DO UPDATE SET added_ms = excluded.added_ms"
            ),
            parameters: vec![text(id.as_str()), paths.clone(), Parameter::Integer(until)],
        });
        statements.push(Statement {
            sql: concat!(
                "UPDATE streams SET subscribed = subscribed + 1 WHERE path IN (SELECT value FROM json_each(?1)) AND ",
                clock_before!("?2")
            ),
            parameters: vec![paths, Parameter::Integer(until)],
        });
    }
    statements.extend(streams(paths.iter().copied()));
    statements
}

/// Registers the pattern of a subscription. A stream that is created from then on has a row in `arrivals`.
pub fn add_pattern(id: &SubscriptionId, pattern: &Pattern, until: UnixMs) -> Statement {
    Statement {
        sql: concat!(
            "INSERT INTO patterns (subscription, pattern, added_ms) SELECT ?1, ?2, ",
            clock!(),
            " WHERE ",
            clock_before!("?3"),
            " ON CONFLICT (subscription, pattern) DO UPDATE SET added_ms = excluded.added_ms"
        ),
        parameters: vec![text(id.as_str()), Parameter::Text(pattern.to_string()), Parameter::Integer(until)],
    }
}

/// The paths among which are all that a pattern matches, in an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first path can be this text or a later one.
    from: String,
    /// The last path can be this text or an earlier one.
    until: String,
}

impl Range {
    /// Where the pattern can match.
    pub fn of(pattern: &Pattern) -> Self {
        let Scan { exact, prefix } = pattern.scan();
        let until = match &prefix {
            None => exact.clone(),
            // `0` is the character after `/`.
            Some(prefix) => prefix.strip_suffix('/').map(|folder| format!("{folder}0")),
        };
        let from = exact.or(prefix).unwrap_or_default();
        // Paths are percent-encoded, so that all their characters are before this one.
        Self { from, until: until.unwrap_or_else(|| "\u{7f}".to_owned()) }
    }

    /// The rest of this range after a path.
    #[must_use]
    pub fn after(self, path: &Path) -> Self {
        // No path contains a space, which is before all their characters.
        Self { from: format!("{} ", path.as_str()), ..self }
    }
}

/// Reads the first `rows` paths in a range, in their order.
pub fn paths_in(range: &Range, rows: u64) -> Statement {
    Statement {
        sql: "SELECT path FROM streams WHERE path >= ?1 AND path <= ?2 AND NOT gone ORDER BY path LIMIT ?3",
        parameters: vec![text(&range.from), text(&range.until), Parameter::Integer(rows)],
    }
}

/// The paths in the result of [`paths_in`].
pub fn loaded_paths(outcome: Option<&Outcome>) -> Result<Vec<Path>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(path).collect()
}

/// Registers the wake stream of a subscription.
pub fn add_wake_stream(id: &SubscriptionId, wake_stream: &Path, until: UnixMs) -> Statement {
    Statement {
        sql: concat!(
            "INSERT INTO wake_streams (path, subscription, added_ms) SELECT ?1, ?2, ",
            clock!(),
            " WHERE ",
            clock_before!("?3"),
            " ON CONFLICT (path, subscription) DO UPDATE SET added_ms = excluded.added_ms"
        ),
        parameters: vec![text(wake_stream.as_str()), text(id.as_str()), Parameter::Integer(until)],
    }
}

/// Removes the registration of a wake stream before `until` by the database's clock, if it is more than `age_ms` old.
pub fn remove_wake_stream(id: &SubscriptionId, wake_stream: &Path, age_ms: UnixMs, until: UnixMs) -> Statement {
    Statement {
        sql: concat!(
            "DELETE FROM wake_streams WHERE path = ?1 AND subscription = ?2 AND added_ms + ?3 < unixepoch('subsec') * 1000 AND ",
            clock_before!("?4")
        ),
        parameters: vec![
            text(wake_stream.as_str()),
            text(id.as_str()),
            Parameter::Integer(age_ms),
            Parameter::Integer(until),
        ],
    }
}

/// The rows of a subscription in its own database, which are deleted with it. A creation that commits later has registered its streams
/// later, too. Rows in other databases are deleted by the sweep.
const DELETIONS: [&str; 4] = [
    concat!(
        "DELETE FROM subscribers WHERE subscription = ?1 AND path IN (SELECT path FROM links WHERE subscription = ?1) AND ",
        has_fence!()
    ),
    concat!("DELETE FROM links WHERE subscription = ?1 AND ", has_fence!()),
    concat!("DELETE FROM patterns WHERE subscription = ?1 AND ", has_fence!()),
    concat!("DELETE FROM wake_streams WHERE subscription = ?1 AND ", has_fence!()),
];

/// Writes a change that was decided on the record with the fence `before`, or on no record.
pub fn write(
    id: &SubscriptionId,
    before: Option<&Fence>,
    after: &Fence,
    write: &Write,
    until: UnixMs,
    limits: &Limits,
) -> Vec<Statement> {
    let mut statements = vec![write_record(id, before, after, write, until, limits)];
    let requires = || vec![text(id.as_str()), text(&after.0)];
    let with = |sql, texts| Statement { sql, parameters: [requires(), vec![Parameter::Text(texts)]].concat() };
    match write {
        Write::Delete { .. } => {
            statements.extend(DELETIONS.map(|sql| Statement { sql, parameters: requires() }));
        }
        Write::Create { links, .. } | Write::Put { links, .. } => {
            if let Write::Create { has_pattern, .. } = write {
                statements.push(fullness(id, before, *has_pattern, limits));
            }
            statements.extend(arrays(links.iter().filter_map(put_link)).map(|links| {
                with(
                    "INSERT INTO links (subscription, path, explicit, glob, generation, acked) \
                     SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?3) \
                     WHERE EXISTS (SELECT 1 FROM subscriptions WHERE id = ?1 AND fence = ?2) \
                     ON CONFLICT (subscription, path) DO UPDATE SET explicit = excluded.explicit, \
                     glob = excluded.glob, generation = excluded.generation, acked = excluded.acked",
                    links,
                )
            }));
            let removed = links.iter().filter_map(|change| match change {
                LinkChange::Delete(path) => Some(path),
                LinkChange::Put(_) => None,
            });
            statements.extend(quoted(removed).map(|paths| {
                with(
                    "DELETE FROM links WHERE subscription = ?1 AND path IN (SELECT value FROM json_each(?3)) \
                     AND EXISTS (SELECT 1 FROM subscriptions WHERE id = ?1 AND fence = ?2)",
                    paths,
                )
            }));
        }
    }
    statements
}

/// Whether [`write`] took effect. `false`, if there are too many other subscriptions.
///
/// # Errors
/// [`Failure::FenceMismatch`], if nothing was written for another reason.
pub fn is_written(write: &Write, outcomes: &[Outcome]) -> Result<bool, Failure> {
    let guard = outcomes.first().ok_or(Failure::Corrupt("a batch with fewer results than statements"))?;
    match write {
        _ if !guard.rows.is_empty() => Ok(true),
        Write::Create { .. } if is_full(outcomes.get(1)) => Ok(false),
        Write::Create { .. } | Write::Put { .. } | Write::Delete { .. } => Err(Failure::FenceMismatch),
    }
}

/// Looks for too many other subscriptions, as the guard of a creation does. Finds none if the fence is not `before`: then a creation fails
/// for this reason.
pub fn fullness(id: &SubscriptionId, before: Option<&Fence>, has_pattern: bool, limits: &Limits) -> Statement {
    let own = vec![text(id.as_str()), optional_text(before.map(|before| &*before.0))];
    Statement {
        sql: concat!(
            "SELECT 1 AS is_full WHERE (SELECT fence FROM subscriptions WHERE id = ?1) IS ?2 AND NOT ",
            has_room!("?3", "?4")
        ),
        parameters: [own, maxima(has_pattern, limits)].concat(),
    }
}

/// Whether there are too many, by the result of [`fullness`].
pub fn is_full(outcome: Option<&Outcome>) -> bool {
    outcome.is_some_and(|outcome| !outcome.rows.is_empty())
}

/// The maximum numbers of subscriptions, and of those with a pattern if the new one has one.
fn maxima(has_pattern: bool, limits: &Limits) -> Vec<Parameter> {
    let patterns = has_pattern.then_some(limits.patterns as u64);
    vec![Parameter::Integer(limits.subscriptions as u64), optional_integer(patterns)]
}

/// The guard of [`write`]: inserts or updates the row of the subscription.
fn write_record(
    id: &SubscriptionId,
    before: Option<&Fence>,
    after: &Fence,
    write: &Write,
    until: UnixMs,
    limits: &Limits,
) -> Statement {
    let fences = vec![text(id.as_str()), text(&after.0), optional_text(before.map(|before| &*before.0))];
    let (sql, values) = match write {
        Write::Create { row, has_pattern, .. } => (
            concat!(
                "INSERT INTO subscriptions (id, fence, generation, life, created_ms, configuration, state) \
                 SELECT ?1, ?2, ?5, ?6, ?7, ?8, ?9 WHERE (SELECT fence FROM subscriptions WHERE id = ?1) IS ?3 AND ",
                clock_before!("?4"),
                " AND ",
                has_room!("?10", "?11"),
                " ON CONFLICT (id) DO UPDATE SET fence = excluded.fence, generation = excluded.generation, \
                 life = excluded.life, created_ms = excluded.created_ms, configuration = excluded.configuration, \
                 state = excluded.state RETURNING fence"
            ),
            [columns(row), maxima(*has_pattern, limits)].concat(),
        ),
        // The other columns do not change within a life.
        Write::Put { row, .. } => (
            concat!(
                "UPDATE subscriptions SET fence = ?2, generation = ?5, state = ?6 WHERE id = ?1 AND fence = ?3 AND ",
                clock_before!("?4"),
                " RETURNING fence"
            ),
            vec![Parameter::Integer(row.generation.get()), text(&row.state)],
        ),
        Write::Delete { generation } => (
            concat!(
                "INSERT INTO subscriptions (id, fence, generation) SELECT ?1, ?2, ?5 \
                 WHERE (SELECT fence FROM subscriptions WHERE id = ?1) IS ?3 AND ",
                clock_before!("?4"),
                " ON CONFLICT (id) DO UPDATE SET fence = excluded.fence, generation = excluded.generation, \
                 life = NULL, created_ms = NULL, configuration = NULL, state = NULL RETURNING fence"
            ),
            vec![Parameter::Integer(generation.get())],
        ),
    };
    Statement { sql, parameters: [fences, vec![Parameter::Integer(until)], values].concat() }
}

/// The columns of a new row, besides the id and the fence.
fn columns(row: &Row) -> Vec<Parameter> {
    vec![
        Parameter::Integer(row.generation.get()),
        text(row.life.as_str()),
        Parameter::Integer(row.created_at),
        text(&row.configuration),
        text(&row.state),
    ]
}

/// A link as a JSON array of its columns, if the change writes it.
fn put_link(change: &LinkChange) -> Option<String> {
    let LinkChange::Put(Link { path, reason, acked }) = change else { return None };
    let (generation, acked) = match acked {
        Some(Position { generation, offset }) => (json!(generation.as_str()), json!(offset.get())),
        None => (Value::Null, Value::Null),
    };
    let reasons = [reason.is_explicit(), reason.is_glob()].map(u8::from);
    Some(json!([path.as_str(), reasons[0], reasons[1], generation, acked]).to_string())
}

/// Paths as JSON arrays of texts.
fn quoted<'a>(paths: impl Iterator<Item = &'a Path>) -> impl Iterator<Item = String> {
    arrays(paths.map(|path| json!(path.as_str()).to_string()))
}

/// The stream in a row with `stream_columns`.
fn found(row: &Columns) -> Result<Found, Failure> {
    let after = |tail: Option<Offset>| {
        let next = Offset::new(tail.map_or(0, |tail| tail.get() + 1));
        next.map(|begins| Stream::Absent { begins }).ok_or(Failure::Full)
    };
    let stream = match row::text(row, "stream_generation") {
        None => after(optional_offset(row, "ended")?)?,
        // It was deleted, and is kept for its forks.
        Some(_) if integer(row, "gone") == Some(1) => after(Some(row::offset(row, "tail")?))?,
        Some(generation) => Stream::Present {
            generation: StreamGeneration::stored(generation),
            begins: row::offset(row, "first_offset")?,
            tail: row::offset(row, "tail")?,
        },
    };
    Ok(Found { stream, is_wake_stream: integer(row, "is_wake_stream") == Some(1) })
}

fn path(row: &Columns) -> Result<Path, Failure> {
    Path::read(row::required_text(row, "path")?).map_err(|_| Failure::Corrupt("path"))
}

/// An offset, unless the column is NULL.
fn optional_offset(row: &Columns, column: &'static str) -> Result<Option<Offset>, Failure> {
    integer(row, column).map(|_| row::offset(row, column)).transpose()
}
