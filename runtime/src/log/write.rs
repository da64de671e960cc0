//! Batches that write a stream, and their statements. A batch takes effect only if the stream is unchanged.
//!
//! The guard takes effect only if the row of the stream still has the fence last seen, if the log has no row at the tail or after it, and
//! only before the batch's `until` by the database's own clock. It writes the batch's new fence or, when a generation is deleted, a row in
//! `garbage`. The other statements take effect only if they find that. So a batch takes effect completely or not at all.
//!
//! A batch that only adds one short row to the log leaves the row of the stream as it is, so that it writes one row instead of two. Its
//! guard is the statement that inserts the row. Until a later batch writes the row of the stream, that is a checkpoint: the newest row of
//! the log after it has the tail and the fence.
//!
//! The guard returns `subscribed`, which changes with the subscribers of the stream.

use super::{Batch, optional_integer, optional_text, row, text};
use crate::archive::cold::{Chain, Cold, NewSegment, Replaced};
use crate::archive::part::{NewContent, PlacedPart};
use crate::host::{Parameter, Statement, UnixMs};
use crate::stream::chunk::Chunk;
use crate::stream::fork::{ForkRef, PendingRelease};
use crate::stream::producer::History;
use crate::stream::{Generation, Stream};
use segment::Index;
use spec::{Lifetime, Offset, ProducerId, StreamRetainAge, StreamRetainBytes};
use std::rc::Rc;

/// Whether the database's own clock is before a time, in milliseconds since 1970.
macro_rules! d1_clock_before {
    ($until:expr) => {
        concat!("unixepoch('subsec') * 1000 < ", $until)
    };
}

/// Whether the log of the generation `?2` ends at an offset.
macro_rules! log_ends_at {
    ($tail:expr) => {
        concat!("NOT EXISTS (SELECT 1 FROM log WHERE generation = ?2 AND start >= ", $tail, ")")
    };
}

/// The row of a stream that this batch deletes.
macro_rules! deleted {
    () => {
        "streams JOIN garbage USING (path, generation) WHERE path = ?1 AND generation = ?2 AND fence = ?3"
    };
}

/// Creates a stream with its first content, and deletes the expired stream `expired` at its path. The stream is not created if the
/// path has a tombstone newer than `last`, because the two streams could have the same offsets.
///
/// A fork is created only if its pending release exists and has not started. Otherwise its source might not keep the data that the
/// fork inherits.
pub fn create(
    path: &str,
    stream: &Stream,
    added: &NewContent,
    expired: Option<&Stream>,
    last: Option<&Generation>,
    until: UnixMs,
) -> Batch {
    let mut statements = Vec::new();
    if let Some(expired) = expired {
        statements.extend(delete_statements(path, expired, until));
    }
    let own_row = statements.len();
    statements.push(create_row(path, stream, expired, last, until));
    statements.extend(parts(path, stream, &added.parts));
    statements.extend(added.rows.iter().map(|chunk| insert(path, stream, chunk)));
    statements.extend(stream.origin.as_ref().map(|origin| Statement {
        sql: "DELETE FROM debts WHERE path = ?1 AND edge = ?4 \
              AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
        parameters: [fence_parameters(path, stream), vec![text(&origin.fork_ref.0)]].concat(),
    }));
    let patterns = Some(statements.len());
    statements.extend([super::matching_patterns(path), super::arrival(path, stream)]);
    Batch { statements, own_row, patterns }
}

fn create_row(
    path: &str,
    stream: &Stream,
    expired: Option<&Stream>,
    last: Option<&Generation>,
    until: UnixMs,
) -> Statement {
    let mut parameters = vec![text(path), text(&stream.generation.0), text(&stream.fence.0)];
    parameters.extend(columns(stream));
    parameters.extend([
        optional_text(stream.origin.as_ref().and_then(|origin| serde_json::to_string(origin).ok()).as_deref()),
        optional_text(serde_json::to_string(&stream.lineage[..]).ok().filter(|_| stream.origin.is_some()).as_deref()),
        Parameter::Integer(stream.created_ms),
        optional_integer(stream.retention.bytes.map(StreamRetainBytes::get)),
        optional_integer(stream.retention.age.map(StreamRetainAge::get)),
        optional_text(stream.labels.json().as_deref()),
        Parameter::Integer(until),
        optional_text(stream.origin.as_ref().map(|origin| &*origin.fork_ref.0)),
        optional_text(expired.map(|expired| &*expired.generation.0)),
        text(last.map_or("", |last| &last.0)),
    ]);
    Statement {
        sql: concat!(
            "INSERT INTO streams (path, generation, fence, content_type, tail, closed, closed_by_id, closed_by_epoch, \
             closed_by_seq, stream_seq, ttl_s, expires_at, lease_ms, gone, hot_bytes, hot_rows, earliest, text_end, \
             updated_ms, origin, lineage, created_ms, retain_bytes, retain_age_s, labels, first_offset, subscribed) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, \
             ?24, ?25, ?17, EXISTS (SELECT 1 FROM subscribers WHERE path = ?1) WHERE ",
            d1_clock_before!("?26"),
            " AND (?27 IS NULL OR EXISTS (SELECT 1 FROM debts WHERE path = ?1 AND edge = ?27 AND NOT called_in)) \
             AND (?28 IS NULL OR EXISTS (SELECT 1 FROM garbage WHERE path = ?1 AND generation = ?28)) \
             AND NOT EXISTS (SELECT 1 FROM tombstones WHERE path = ?1 AND generation > ?29) \
             ON CONFLICT (path) DO NOTHING RETURNING subscribed"
        ),
        parameters,
    }
}

/// Changes to an existing stream besides its row.
#[derive(Debug, Default)]
pub struct Extension {
    pub parts: Vec<PlacedPart>,
    pub rows: Vec<Chunk>,
    pub producers: Vec<(ProducerId, History)>,
    pub fork_refs: Vec<ForkRefChange>,
    pub archives: Vec<NewSegment>,
    /// Offsets up to which segments are removed, each with the time at which their R2 objects are deleted.
    pub trims: Vec<(Offset, UnixMs)>,
}

/// Adds one row to the log of a stream, and leaves the row of the stream as it is.
pub fn add_row(
    path: &str,
    before: &Stream,
    after: &Stream,
    chunk: &Chunk,
    producers: &[(ProducerId, History)],
    until: UnixMs,
) -> Batch {
    let (form, lengths, payload) = row::encode(&chunk.content);
    let histories = array_of_producers(producers).next().filter(|_| !producers.is_empty());
    let mut parameters = guard_parameters(path, before);
    parameters.extend([
        Parameter::Integer(chunk.start.get()),
        Parameter::Integer(after.tail.get()),
        text(form),
        lengths.map_or(Parameter::Null, Parameter::Text),
        Parameter::Text(payload),
        text(&after.fence.0),
        Parameter::Integer(after.updated_ms),
        optional_text(after.last_seq.as_ref().map(spec::StreamSeq::as_str)),
        Parameter::Integer(after.hot.bytes),
        Parameter::Integer(after.hot.rows),
        row::text_end(after).map_or(Parameter::Null, Parameter::Text),
        histories.map_or(Parameter::Null, Parameter::Text),
        Parameter::Integer(until),
    ]);
    let insert = Statement {
        sql: concat!(
            "INSERT INTO log (generation, start, stop, form, lengths, payload, fence, updated_ms, stream_seq, hot_bytes, hot_rows, \
             text_end, producers) SELECT generation, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15 FROM streams \
             WHERE path = ?1 AND generation = ?2 AND fence = ?3 AND ",
            log_ends_at!("?4"),
            " AND ",
            d1_clock_before!("?16"),
            " RETURNING (SELECT subscribed FROM streams WHERE path = ?1) AS subscribed"
        ),
        parameters,
    };
    Batch { statements: vec![insert], own_row: 0, patterns: None }
}

/// Changes a stream from `before` to `after`.
pub fn extend(path: &str, before: &Stream, after: &Stream, extension: &Extension, until: UnixMs) -> Batch {
    let Extension { parts, rows, producers, fork_refs, archives, trims } = extension;
    let mut statements = vec![update(path, before, after, until)];
    statements.extend(self::parts(path, after, parts));
    statements.extend(rows.iter().map(|chunk| insert(path, after, chunk)));
    statements.extend(fork_refs.iter().map(|change| fork_ref(path, after, change)));
    statements.extend(self::producers(path, after, producers));
    statements.extend(archives.iter().flat_map(|archive| self::archive(path, after, archive)));
    statements.extend(trims.iter().flat_map(|(until, due_ms)| trim(path, after, *until, *due_ms)));
    Batch { statements, own_row: 0, patterns: None }
}

/// Updates the row of a stream from `before` to `after`.
fn update(path: &str, before: &Stream, after: &Stream, until: UnixMs) -> Statement {
    let mut parameters = guard_parameters(path, before);
    parameters.push(text(&after.fence.0));
    parameters.extend(columns(after));
    parameters.extend([Parameter::Integer(before.tail.get()), Parameter::Integer(until)]);
    Statement {
        sql: concat!(
            "UPDATE streams SET fence = ?4, content_type = ?5, tail = ?6, closed = ?7, closed_by_id = ?8, \
             closed_by_epoch = ?9, closed_by_seq = ?10, stream_seq = ?11, ttl_s = ?12, expires_at = ?13, lease_ms = ?14, \
             gone = ?15, hot_bytes = ?16, hot_rows = ?17, earliest = ?18, text_end = ?19, updated_ms = ?20 \
             WHERE path = ?1 AND generation = ?2 AND fence = ?3 AND ",
            log_ends_at!("?21"),
            " AND ",
            d1_clock_before!("?22"),
            " RETURNING subscribed"
        ),
        parameters,
    }
}

/// Recreates a stream whose row is lost, from these segments and the rows of the log after them. The stream may have a tombstone, which
/// is deleted.
pub fn recreate(path: &str, stream: &Stream, chain: &Chain, last: Option<&Generation>, until: UnixMs) -> Batch {
    let mut batch = create(path, stream, &NewContent::default(), None, last, until);
    batch.statements.extend(replace_segments(path, stream, chain));
    let unmark = |sql| Statement { sql, parameters: fence_parameters(path, stream) };
    batch.statements.extend([
        unmark(
            "DELETE FROM garbage WHERE path = ?1 AND generation = ?2 \
             AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
        ),
        unmark(
            "DELETE FROM tombstones WHERE path = ?1 AND generation = ?2 \
             AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
        ),
    ]);
    batch
}

/// Replaces the segments of a stream, and keeps the rows of the log after them. The histories of `producers` are stored, because the rows
/// that have them may be deleted.
pub fn restore(
    path: &str,
    before: &Stream,
    after: &Stream,
    chain: &Chain,
    producers: &[(ProducerId, History)],
    until: UnixMs,
) -> Batch {
    let mut statements = vec![update(path, before, after, until)];
    statements.extend(self::producers(path, after, producers));
    statements.extend(replace_segments(path, after, chain));
    Batch { statements, own_row: 0, patterns: None }
}

/// Records segments in place of all others, and deletes the rows of the log and the parts that start before their end.
fn replace_segments(path: &str, expected: &Stream, chain: &Chain) -> Vec<Statement> {
    let reached = chain.last().map_or(0, |(cold, _)| cold.stop.get());
    let mut statements = vec![
        Statement {
            sql: "DELETE FROM segments WHERE generation = ?2 \
                  AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            parameters: fence_parameters(path, expected),
        },
        Statement {
            sql: "DELETE FROM log WHERE generation = ?2 AND start < ?4 \
                  AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            parameters: [fence_parameters(path, expected), vec![Parameter::Integer(reached)]].concat(),
        },
        Statement {
            sql: "DELETE FROM parts WHERE generation = ?2 AND start < ?4 \
                  AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            parameters: [fence_parameters(path, expected), vec![Parameter::Integer(reached)]].concat(),
        },
    ];
    statements.extend(record(path, expected, chain));
    statements
}

/// Records segments. Each statement inserts several.
fn record(path: &str, expected: &Stream, chain: &Chain) -> Vec<Statement> {
    let row = |(cold, index): &(Cold, Rc<Index>)| {
        serde_json::json!([
            cold.start.get(),
            cold.stop.get(),
            cold.object,
            cold.bytes,
            index.to_string(),
            cold.newest_ms
        ])
        .to_string()
    };
    let statement = |rows: String| Statement {
        sql: "INSERT INTO segments (generation, start, stop, object, bytes, blocks, newest_ms) \
              SELECT streams.generation, cold.value ->> 0, cold.value ->> 1, cold.value ->> 2, cold.value ->> 3, \
              cold.value ->> 4, cold.value ->> 5 FROM streams CROSS JOIN json_each(?4) AS cold \
              WHERE streams.path = ?1 AND streams.generation = ?2 AND streams.fence = ?3",
        parameters: [fence_parameters(path, expected), vec![Parameter::Text(rows)]].concat(),
    };
    super::arrays(chain.iter().map(row)).map(statement).collect()
}

/// Records parts. Each statement inserts several.
fn parts(path: &str, expected: &Stream, parts: &[PlacedPart]) -> Vec<Statement> {
    let row = |part: &PlacedPart| {
        let Cold { start, stop, object, bytes, newest_ms } = &part.cold;
        let (start, stop, blocks) = (start.get(), stop.get(), part.index.to_string());
        serde_json::json!([start, stop, object, bytes, blocks, newest_ms, part.hot.bytes]).to_string()
    };
    let statement = |rows: String| Statement {
        sql: "INSERT INTO parts (generation, start, stop, object, bytes, blocks, newest_ms, payload_bytes) \
              SELECT streams.generation, part.value ->> 0, part.value ->> 1, part.value ->> 2, part.value ->> 3, \
              part.value ->> 4, part.value ->> 5, part.value ->> 6 FROM streams CROSS JOIN json_each(?4) AS part \
              WHERE streams.path = ?1 AND streams.generation = ?2 AND streams.fence = ?3",
        parameters: [fence_parameters(path, expected), vec![Parameter::Text(rows)]].concat(),
    };
    super::arrays(parts.iter().map(row)).map(statement).collect()
}

/// Deletes a stream's row. [`sweep`](super::sweep) deletes its other rows later.
pub fn delete(path: &str, stream: &Stream, until: UnixMs) -> Batch {
    let statements = delete_statements(path, stream, until);
    Batch { own_row: statements.len() - 1, statements, patterns: None }
}

/// The statements that delete a stream. The last one deletes its row. The row of `garbage` is written once, by this batch, so the other statements check it instead of the
/// fence.
fn delete_statements(path: &str, stream: &Stream, until: UnixMs) -> Vec<Statement> {
    let statement =
        |sql, more: Vec<Parameter>| Statement { sql, parameters: [guard_parameters(path, stream), more].concat() };
    let tail = || Parameter::Integer(stream.tail.get());
    let garbage = statement(
        concat!(
            "INSERT INTO garbage (path, generation) SELECT path, generation FROM streams \
             WHERE path = ?1 AND generation = ?2 AND fence = ?3 AND ",
            log_ends_at!("?4"),
            " AND ",
            d1_clock_before!("?5")
        ),
        vec![tail(), Parameter::Integer(until)],
    );
    let tombstone = statement(
        concat!(
            "INSERT INTO tombstones (path, generation, tail, ended_ms) \
             SELECT path, generation, ?4, CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM ",
            deleted!(),
            // The stream may have been deleted and restored before.
            " ON CONFLICT (path, generation) DO UPDATE SET tail = excluded.tail, ended_ms = excluded.ended_ms"
        ),
        vec![tail()],
    );
    let pending_release = stream.origin.as_ref().map(|origin| {
        statement(
            concat!("INSERT INTO debts (path, edge, source, due_ms) SELECT path, ?4, ?5, 0 FROM ", deleted!()),
            vec![text(&origin.fork_ref.0), text(&origin.source)],
        )
    });
    let end = statement(
        "DELETE FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3 \
         AND EXISTS (SELECT 1 FROM garbage WHERE path = ?1 AND generation = ?2) RETURNING subscribed",
        Vec::new(),
    );
    let arrival = super::delete_ended_arrival(path, &stream.generation);
    [garbage, tombstone, arrival].into_iter().chain(pending_release).chain([end]).collect()
}

/// A change to the fork references of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForkRefChange {
    Pin(ForkRef),
    Release(ForkRef),
}

fn fork_ref(path: &str, expected: &Stream, change: &ForkRefChange) -> Statement {
    let (sql, fork_ref) = match change {
        ForkRefChange::Pin(fork_ref) => (
            "INSERT INTO edges (generation, edge) SELECT generation, ?4 FROM streams \
             WHERE path = ?1 AND generation = ?2 AND fence = ?3",
            fork_ref,
        ),
        ForkRefChange::Release(fork_ref) => (
            "DELETE FROM edges WHERE generation = ?2 AND edge = ?4 \
             AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            fork_ref,
        ),
    };
    Statement { sql, parameters: [fence_parameters(path, expected), vec![text(&fork_ref.0)]].concat() }
}

/// Records that a fork reference may have to be released.
pub fn record_release(path: &str, pending_release: &PendingRelease, until: UnixMs) -> Statement {
    Statement {
        sql: concat!(
            "INSERT INTO debts (path, edge, source, due_ms) SELECT ?1, ?2, ?3, ?4 WHERE ",
            d1_clock_before!("?5")
        ),
        parameters: vec![
            text(path),
            text(&pending_release.fork_ref.0),
            text(&pending_release.source),
            Parameter::Integer(pending_release.due_ms),
            Parameter::Integer(until),
        ],
    }
}

/// Marks a pending release as started, so that its fork can't be created any longer. If the fork was created before, the pending release does
/// not exist and nothing changes.
pub fn start_release(path: &str, fork_ref: &ForkRef) -> Statement {
    Statement {
        sql: "UPDATE debts SET called_in = 1 WHERE path = ?1 AND edge = ?2",
        parameters: vec![text(path), text(&fork_ref.0)],
    }
}

/// Deletes a pending release after its reference was released.
pub fn delete_release(path: &str, fork_ref: &ForkRef) -> Statement {
    Statement {
        sql: "DELETE FROM debts WHERE path = ?1 AND edge = ?2",
        parameters: vec![text(path), text(&fork_ref.0)],
    }
}

fn insert(path: &str, expected: &Stream, chunk: &Chunk) -> Statement {
    let mut parameters = fence_parameters(path, expected);
    let stop = chunk.stop().map_or(u64::MAX, Offset::get);
    let (form, lengths, payload) = row::encode(&chunk.content);
    parameters.extend([
        Parameter::Integer(chunk.start.get()),
        Parameter::Integer(stop),
        text(form),
        lengths.map_or(Parameter::Null, Parameter::Text),
        Parameter::Text(payload),
    ]);
    Statement {
        sql: "INSERT INTO log (generation, start, stop, form, lengths, payload) \
              SELECT generation, ?4, ?5, ?6, ?7, ?8 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3",
        parameters,
    }
}

/// Stores the histories of producers. Each statement stores several.
fn producers(path: &str, expected: &Stream, producers: &[(ProducerId, History)]) -> impl Iterator<Item = Statement> {
    array_of_producers(producers).map(|histories| Statement {
        sql: "INSERT INTO producers (generation, id, epoch, seq, tails) \
              SELECT streams.generation, own.value ->> 0, own.value ->> 1, own.value ->> 2, own.value -> 3 \
              FROM streams CROSS JOIN json_each(?4) AS own WHERE path = ?1 AND generation = ?2 AND fence = ?3 \
              ON CONFLICT (generation, id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, tails = excluded.tails",
        parameters: [fence_parameters(path, expected), vec![Parameter::Text(histories)]].concat(),
    })
}

fn array_of_producers(producers: &[(ProducerId, History)]) -> impl Iterator<Item = String> {
    super::arrays(producers.iter().map(|(id, history)| row::encode_producer(id, history)))
}

/// Removes the segments before `until`, and records their R2 objects for deletion.
fn trim(path: &str, expected: &Stream, until: Offset, due_ms: UnixMs) -> Vec<Statement> {
    let statement =
        |sql, more: Vec<Parameter>| Statement { sql, parameters: [fence_parameters(path, expected), more].concat() };
    let (until, due) = (Parameter::Integer(until.get()), Parameter::Integer(due_ms));
    vec![
        statement(
            "INSERT INTO discarded (path, object, due_ms) SELECT ?1, object, ?5 FROM segments \
             WHERE generation = ?2 AND start < ?4 \
             AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            vec![until.clone(), due],
        ),
        statement(
            "DELETE FROM segments WHERE generation = ?2 AND start < ?4 \
             AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            vec![until],
        ),
    ]
}

/// Records a segment, and removes the rows that it replaces.
fn archive(path: &str, expected: &Stream, archive: &NewSegment) -> Vec<Statement> {
    let Cold { start, stop, object, bytes, newest_ms } = &archive.cold;
    let statement =
        |sql, more: Vec<Parameter>| Statement { sql, parameters: [fence_parameters(path, expected), more].concat() };
    let range = || vec![Parameter::Integer(start.get()), Parameter::Integer(stop.get())];
    let mut statements = match archive.replaces {
        Replaced::Rows { .. } => vec![statement(
            "DELETE FROM log WHERE generation = ?2 AND start >= ?4 AND start < ?5 \
             AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            range(),
        )],
        Replaced::Part { due_ms, .. } => vec![
            statement(
                "INSERT INTO discarded (path, object, due_ms) SELECT ?1, object, ?6 FROM parts \
                 WHERE generation = ?2 AND start >= ?4 AND start < ?5 \
                 AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
                [range(), vec![Parameter::Integer(due_ms)]].concat(),
            ),
            statement(
                "DELETE FROM parts WHERE generation = ?2 AND start >= ?4 AND start < ?5 \
                 AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
                range(),
            ),
        ],
        Replaced::Segments { due_ms } => vec![
            statement(
                "INSERT INTO discarded (path, object, due_ms) SELECT ?1, object, ?6 FROM segments \
                 WHERE generation = ?2 AND start >= ?4 AND start < ?5 \
                 AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
                [range(), vec![Parameter::Integer(due_ms)]].concat(),
            ),
            statement(
                "DELETE FROM segments WHERE generation = ?2 AND start >= ?4 AND start < ?5 \
                 AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
                range(),
            ),
        ],
    };
    statements.push(statement(
        "INSERT INTO segments (generation, start, stop, object, bytes, blocks, newest_ms) \
         SELECT generation, ?4, ?5, ?6, ?7, ?8, ?9 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3",
        [
            range(),
            vec![text(object), Parameter::Integer(*bytes), text(&archive.index.to_string())],
            vec![Parameter::Integer(*newest_ms)],
        ]
        .concat(),
    ));
    statements
}

/// The parameters `?1` to `?3` of a guard, which expects the row of the stream as it was last seen.
fn guard_parameters(path: &str, before: &Stream) -> Vec<Parameter> {
    vec![text(path), text(&before.generation.0), text(&before.checkpoint.fence.0)]
}

/// The parameters `?1` to `?3` of every other fenced statement, which expects the row that this batch has written.
fn fence_parameters(path: &str, after: &Stream) -> Vec<Parameter> {
    vec![text(path), text(&after.generation.0), text(&after.fence.0)]
}

/// The columns that can change, in the order in which all statements use them.
fn columns(stream: &Stream) -> Vec<Parameter> {
    let closing = stream.closed_by.as_ref();
    let (ttl, expires_at) = match &stream.lifetime {
        None => (None, None),
        Some(Lifetime::StreamTtl(ttl)) => (Some(ttl.get()), None),
        Some(Lifetime::StreamExpiresAt(at)) => (None, Some(at.as_str())),
    };
    vec![
        text(stream.content_type.as_str()),
        Parameter::Integer(stream.tail.get()),
        Parameter::Integer(u64::from(stream.closed)),
        optional_text(closing.map(|closing| closing.producer.as_str())),
        optional_integer(closing.map(|closing| closing.epoch.get())),
        optional_integer(closing.map(|closing| closing.seq.get())),
        optional_text(stream.last_seq.as_ref().map(spec::StreamSeq::as_str)),
        optional_integer(ttl),
        optional_text(expires_at),
        optional_integer(stream.stored_deadline_ms),
        Parameter::Integer(u64::from(stream.gone)),
        Parameter::Integer(stream.hot.bytes),
        Parameter::Integer(stream.hot.rows),
        Parameter::Integer(stream.earliest.get()),
        row::text_end(stream).map_or(Parameter::Null, Parameter::Text),
        Parameter::Integer(stream.updated_ms),
    ]
}
