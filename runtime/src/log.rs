//! What D1 holds: batches of statements, and rows read back.
//!
//! Nothing here is I/O. A batch is one transaction; each of its statements takes effect only if the stream's row still
//! has the generation and the fence that the batch expects, and the decisive one tells whether it had.

mod row;

use crate::Failure;
use crate::chunk::{Chunk, Content};
use crate::cold::{Archive, Chain, Cold, Place, Replaced};
use crate::fork::{Debt, Edge};
use crate::host::{Outcome, Parameter, Statement, UnixMs};
use crate::producer::History;
use crate::stream::{Closing, Fence, Generation, Stream};
use segment::Index;
use spec::{Lifetime, Offset, ProducerId};
use std::collections::HashSet;
use std::rc::Rc;

/// A transaction, and the statement whose effect tells whether the fence held.
#[derive(Debug)]
pub struct Batch {
    pub statements: Vec<Statement>,
    decisive: usize,
}

impl Batch {
    /// Whether the fence held.
    ///
    /// # Errors
    /// [`Failure::Overtaken`] if it did not, and so nothing was written.
    pub fn check(&self, outcomes: &[Outcome]) -> Result<(), Failure> {
        match outcomes.get(self.decisive) {
            Some(outcome) if outcome.changes == 1 => Ok(()),
            Some(_) => Err(Failure::Overtaken),
            None => Err(Failure::Corrupt("a batch with fewer results than statements")),
        }
    }
}

/// Creates a stream with its first content, in place of what remains of an expired one.
pub fn create<'a>(
    path: &str,
    stream: &Stream,
    content: impl Iterator<Item = &'a Chunk>,
    remains: Option<&Stream>,
) -> Batch {
    let mut statements = Vec::new();
    if let Some(remains) = remains {
        statements.extend(retire(path, remains));
    }
    let mut parameters = vec![text(path), text(&stream.generation.0), text(&stream.fence.0)];
    parameters.extend(columns(stream));
    parameters.extend([
        optional_text(stream.origin.as_ref().and_then(|origin| serde_json::to_string(origin).ok()).as_deref()),
        optional_text(serde_json::to_string(&stream.lineage[..]).ok().filter(|_| stream.origin.is_some()).as_deref()),
        Parameter::Integer(stream.created_ms),
    ]);
    statements.push(Statement {
        sql: "INSERT INTO streams (path, generation, fence, content_type, tail, closed, closed_by_id, closed_by_epoch, \
              closed_by_seq, stream_seq, ttl_s, expires_at, lease_ms, gone, hot_bytes, hot_rows, earliest, \
              origin, lineage, created_ms) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) \
              ON CONFLICT (path) DO NOTHING",
        parameters,
    });
    let decisive = statements.len() - 1;
    statements.extend(content.map(|chunk| insert(path, stream, chunk)));
    statements.extend(stream.origin.as_ref().map(|origin| Statement {
        sql: "DELETE FROM debts WHERE path = ?1 AND edge = ?4 \
              AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
        parameters: [expectation(path, stream), vec![text(&origin.edge.0)]].concat(),
    }));
    Batch { statements, decisive }
}

/// What happens to a stream that is there, beside what happens to its row.
#[derive(Debug, Default)]
pub struct Extension {
    pub rows: Vec<Chunk>,
    pub producers: Vec<(ProducerId, History)>,
    pub edges: Vec<EdgeChange>,
    pub archives: Vec<Archive>,
    /// Up to where segments are removed, and when their objects are.
    pub trims: Vec<(Offset, UnixMs)>,
}

/// Extends a stream, whose row is as `before` says, to what `after` says.
pub fn extend(path: &str, before: &Stream, after: &Stream, extension: &Extension) -> Batch {
    let Extension { rows, producers, edges, archives, trims } = extension;
    let mut statements: Vec<_> = rows.iter().map(|chunk| insert(path, before, chunk)).collect();
    statements.extend(edges.iter().map(|change| edge(path, before, change)));
    statements.extend(producers.iter().map(|(id, history)| producer(path, before, id, history)));
    statements.extend(archives.iter().flat_map(|archive| self::archive(path, before, archive)));
    statements.extend(trims.iter().flat_map(|(until, due_ms)| trim(path, before, *until, *due_ms)));
    statements.push(update(path, before, after));
    Batch { decisive: statements.len() - 1, statements }
}

/// Makes the row of a stream, which is as `before` says, what `after` says.
fn update(path: &str, before: &Stream, after: &Stream) -> Statement {
    let mut parameters = expectation(path, before);
    parameters.push(text(&after.fence.0));
    parameters.extend(columns(after));
    Statement {
        sql: "UPDATE streams SET fence = ?4, content_type = ?5, tail = ?6, closed = ?7, closed_by_id = ?8, \
              closed_by_epoch = ?9, closed_by_seq = ?10, stream_seq = ?11, ttl_s = ?12, expires_at = ?13, lease_ms = ?14, \
              gone = ?15, hot_bytes = ?16, hot_rows = ?17, earliest = ?18 \
              WHERE path = ?1 AND generation = ?2 AND fence = ?3",
        parameters,
    }
}

/// Creates a stream again of which only segments are left.
pub fn revive(path: &str, stream: &Stream, chain: &Chain) -> Batch {
    let mut batch = create(path, stream, std::iter::empty(), None);
    batch.statements.extend(record(path, stream, chain));
    batch
}

/// Has a stream begin with these segments, and go on with the rows of the log after them.
pub fn restore(path: &str, before: &Stream, after: &Stream, chain: &Chain) -> Batch {
    let reached = chain.last().map_or(0, |(cold, _)| cold.stop.get());
    let mut statements = vec![
        Statement {
            sql: "DELETE FROM segments WHERE generation = ?2 \
                  AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            parameters: expectation(path, before),
        },
        Statement {
            sql: "DELETE FROM log WHERE generation = ?2 AND start < ?4 \
                  AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            parameters: [expectation(path, before), vec![Parameter::Integer(reached)]].concat(),
        },
    ];
    statements.extend(record(path, before, chain));
    statements.push(update(path, before, after));
    Batch { decisive: statements.len() - 1, statements }
}

/// Records segments, some in each statement.
fn record(path: &str, expected: &Stream, chain: &Chain) -> Vec<Statement> {
    /// Whose indices are well below what a parameter may hold.
    const TOGETHER: usize = 100;
    let row = |(cold, index): &(Cold, Rc<Index>)| {
        serde_json::json!([
            cold.start.get(),
            cold.stop.get(),
            cold.object,
            cold.bytes,
            index.to_string(),
            cold.newest_ms
        ])
    };
    let statement = |colds: &[(Cold, Rc<Index>)]| Statement {
        sql: "INSERT INTO segments (generation, start, stop, object, bytes, blocks, newest_ms) \
              SELECT streams.generation, cold.value ->> 0, cold.value ->> 1, cold.value ->> 2, cold.value ->> 3, \
              cold.value ->> 4, cold.value ->> 5 FROM streams CROSS JOIN json_each(?4) AS cold \
              WHERE streams.path = ?1 AND streams.generation = ?2 AND streams.fence = ?3",
        parameters: [
            expectation(path, expected),
            vec![Parameter::Text(serde_json::Value::from_iter(colds.iter().map(row)).to_string())],
        ]
        .concat(),
    };
    chain.chunks(TOGETHER).map(statement).collect()
}

/// What a path has of ended lives, and of replaced segments.
pub fn leftover(path: &str) -> Vec<Statement> {
    let all = |sql| Statement { sql, parameters: vec![text(path)] };
    vec![all("SELECT generation FROM garbage WHERE path = ?1"), all("SELECT object FROM discarded WHERE path = ?1")]
}

/// The generations and the keys in the results of [`leftover`].
pub fn loaded_leftover(outcomes: &[Outcome]) -> Result<(HashSet<String>, HashSet<String>), Failure> {
    let rows = |index: usize| outcomes.get(index).map_or(&[][..], |outcome| &outcome.rows).iter();
    Ok((rows(0).map(row::generation).collect::<Result<_, _>>()?, rows(1).map(row::object).collect::<Result<_, _>>()?))
}

/// Ends a stream. Its rows are left for [`sweep`].
pub fn delete(path: &str, stream: &Stream) -> Batch {
    let statements = retire(path, stream);
    Batch { decisive: statements.len() - 1, statements }
}

fn retire(path: &str, stream: &Stream) -> Vec<Statement> {
    let statement = |sql| Statement { sql, parameters: expectation(path, stream) };
    let garbage = statement(
        "INSERT INTO garbage (path, generation) SELECT path, generation FROM streams \
         WHERE path = ?1 AND generation = ?2 AND fence = ?3",
    );
    let debt = stream.origin.as_ref().map(|origin| Statement {
        sql: "INSERT INTO debts (path, edge, source, due_ms) SELECT path, ?4, ?5, 0 FROM streams \
              WHERE path = ?1 AND generation = ?2 AND fence = ?3",
        parameters: [expectation(path, stream), vec![text(&origin.edge.0), text(&origin.source)]].concat(),
    });
    let end = statement("DELETE FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3");
    [garbage].into_iter().chain(debt).chain([end]).collect()
}

/// A change to the forks of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EdgeChange {
    Pin(Edge),
    Release(Edge),
}

fn edge(path: &str, expected: &Stream, change: &EdgeChange) -> Statement {
    let (sql, edge) = match change {
        EdgeChange::Pin(edge) => (
            "INSERT INTO edges (generation, edge) SELECT generation, ?4 FROM streams \
             WHERE path = ?1 AND generation = ?2 AND fence = ?3",
            edge,
        ),
        EdgeChange::Release(edge) => (
            "DELETE FROM edges WHERE generation = ?2 AND edge = ?4 \
             AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            edge,
        ),
    };
    Statement { sql, parameters: [expectation(path, expected), vec![text(&edge.0)]].concat() }
}

/// Writes down an edge that may have to be given back.
pub fn owe(path: &str, debt: &Debt) -> Statement {
    Statement {
        sql: "INSERT INTO debts (path, edge, source, due_ms) VALUES (?1, ?2, ?3, ?4)",
        parameters: vec![text(path), text(&debt.edge.0), text(&debt.source), Parameter::Integer(debt.due_ms)],
    }
}

/// Strikes out an edge that has been given back.
pub fn pay(path: &str, edge: &Edge) -> Statement {
    Statement { sql: "DELETE FROM debts WHERE path = ?1 AND edge = ?2", parameters: vec![text(path), text(&edge.0)] }
}

/// The debts of a path, those due first in front.
pub fn debts(path: &str) -> Statement {
    Statement {
        sql: "SELECT edge, source, due_ms FROM debts WHERE path = ?1 ORDER BY due_ms LIMIT 100",
        parameters: vec![text(path)],
    }
}

/// The debts in the result of [`debts`].
pub fn loaded_debts(outcome: Option<&Outcome>) -> Result<Vec<Debt>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::debt).collect()
}

fn insert(path: &str, expected: &Stream, chunk: &Chunk) -> Statement {
    let mut parameters = expectation(path, expected);
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

fn producer(path: &str, expected: &Stream, id: &ProducerId, history: &History) -> Statement {
    let mut parameters = expectation(path, expected);
    parameters.push(text(id.as_str()));
    parameters.extend([history.epoch.get(), history.seq.get()].map(Parameter::Integer));
    let tails = history.tails.iter().map(|tail| tail.get().to_string()).collect::<Vec<_>>();
    parameters.push(Parameter::Text(format!("[{}]", tails.join(","))));
    Statement {
        sql: "INSERT INTO producers (generation, id, epoch, seq, tails) SELECT generation, ?4, ?5, ?6, ?7 FROM streams \
              WHERE path = ?1 AND generation = ?2 AND fence = ?3 \
              ON CONFLICT (generation, id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, tails = excluded.tails",
        parameters,
    }
}

/// Removes the segments before `until`.
fn trim(path: &str, expected: &Stream, until: Offset, due_ms: UnixMs) -> Vec<Statement> {
    let statement =
        |sql, more: Vec<Parameter>| Statement { sql, parameters: [expectation(path, expected), more].concat() };
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

/// As many as [`archive`] or [`trim`] makes, or more.
pub const ARCHIVE_STATEMENTS: usize = 3;

/// Records a segment, and removes what it replaces.
fn archive(path: &str, expected: &Stream, archive: &Archive) -> Vec<Statement> {
    let Cold { start, stop, object, bytes, newest_ms } = &archive.cold;
    let statement =
        |sql, more: Vec<Parameter>| Statement { sql, parameters: [expectation(path, expected), more].concat() };
    let stretch = || vec![Parameter::Integer(start.get()), Parameter::Integer(stop.get())];
    let mut statements = match archive.replaces {
        Replaced::Rows => vec![statement(
            "DELETE FROM log WHERE generation = ?2 AND start >= ?4 AND start < ?5 \
             AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
            stretch(),
        )],
        Replaced::Segments { due_ms } => vec![
            statement(
                "INSERT INTO discarded (path, object, due_ms) SELECT ?1, object, ?6 FROM segments \
                 WHERE generation = ?2 AND start >= ?4 AND start < ?5 \
                 AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
                [stretch(), vec![Parameter::Integer(due_ms)]].concat(),
            ),
            statement(
                "DELETE FROM segments WHERE generation = ?2 AND start >= ?4 AND start < ?5 \
                 AND EXISTS (SELECT 1 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3)",
                stretch(),
            ),
        ],
    };
    statements.push(statement(
        "INSERT INTO segments (generation, start, stop, object, bytes, blocks, newest_ms) \
         SELECT generation, ?4, ?5, ?6, ?7, ?8, ?9 FROM streams WHERE path = ?1 AND generation = ?2 AND fence = ?3",
        [
            stretch(),
            vec![text(object), Parameter::Integer(*bytes), text(&archive.index.to_string())],
            vec![Parameter::Integer(*newest_ms)],
        ]
        .concat(),
    ));
    statements
}

/// What every fenced statement starts with: `?1` to `?3`.
fn expectation(path: &str, stream: &Stream) -> Vec<Parameter> {
    vec![text(path), text(&stream.generation.0), text(&stream.fence.0)]
}

/// The columns that change, in the order in which all statements name them.
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
        optional_integer(stream.lease_ms),
        Parameter::Integer(u64::from(stream.gone)),
        Parameter::Integer(stream.hot.bytes),
        Parameter::Integer(stream.hot.rows),
        Parameter::Integer(stream.earliest.get()),
    ]
}

fn text(text: &str) -> Parameter {
    Parameter::Text(text.to_owned())
}

fn optional_text(text: Option<&str>) -> Parameter {
    text.map_or(Parameter::Null, self::text)
}

fn optional_integer(integer: Option<u64>) -> Parameter {
    integer.map_or(Parameter::Null, Parameter::Integer)
}

/// The row of a stream.
fn load_alone(path: &str) -> Statement {
    Statement {
        sql: "SELECT generation, fence, content_type, tail, closed, closed_by_id, closed_by_epoch, closed_by_seq, \
              stream_seq, ttl_s, expires_at, lease_ms, gone, hot_bytes, hot_rows, earliest, origin, lineage, created_ms \
              FROM streams WHERE path = ?1",
        parameters: vec![text(path)],
    }
}

/// What an object needs to know before it decides: the stream and, where one is named, a producer.
pub fn load(path: &str, producer: Option<&ProducerId>) -> Vec<Statement> {
    let mut statements = vec![load_alone(path)];
    statements.push(Statement {
        sql: "SELECT edge FROM edges WHERE generation = (SELECT generation FROM streams WHERE path = ?1)",
        parameters: vec![text(path)],
    });
    statements.extend(producer.map(|id| Statement {
        sql: "SELECT epoch, seq, tails FROM producers WHERE generation = (SELECT generation FROM streams WHERE path = ?1) \
              AND id = ?2",
        parameters: vec![text(path), text(id.as_str())],
    }));
    statements
}

/// What is known of a producer, and the fence that the stream has at that moment.
pub fn load_producer(path: &str, generation: &Generation, id: &ProducerId) -> Vec<Statement> {
    let producer = Statement {
        sql: "SELECT epoch, seq, tails FROM producers WHERE generation = ?1 AND id = ?2",
        parameters: vec![text(&generation.0), text(id.as_str())],
    };
    let fence = "SELECT fence FROM streams WHERE path = ?1";
    vec![producer, Statement { sql: fence, parameters: vec![text(path)] }]
}

/// The fence in the results of [`load_producer`].
pub fn loaded_fence(outcomes: &[Outcome]) -> Result<Option<Fence>, Failure> {
    outcomes.get(1).and_then(|outcome| outcome.rows.first()).map(row::fence).transpose()
}

/// Whether a fence is that of a batch of this object.
pub fn is_of(instance: u64, fence: &Fence) -> bool {
    fence.0.split_once('-').is_some_and(|(own, _)| own == format!("{instance:016x}"))
}

/// The stream in the results of [`load`].
pub fn loaded_stream(outcomes: &[Outcome]) -> Result<Option<Stream>, Failure> {
    let Some(mut stream) = loaded_alone(outcomes)? else {
        return Ok(None);
    };
    let edges = outcomes.get(1).map_or(&[][..], |outcome| &outcome.rows).iter().map(row::edge);
    stream.edges = Rc::new(edges.collect::<Result<_, _>>()?);
    Ok(Some(stream))
}

/// The stream in the results of [`load`] or of [`replay`], without its forks.
pub fn loaded_alone(outcomes: &[Outcome]) -> Result<Option<Stream>, Failure> {
    outcomes.first().and_then(|outcome| outcome.rows.first()).map(row::stream).transpose()
}

/// A stream, and the segment that holds an offset or is the last one before it.
pub fn replay(path: &str, offset: Offset) -> Vec<Statement> {
    let segment = Statement {
        sql: "SELECT start, stop, object, bytes, blocks, newest_ms FROM segments \
              WHERE generation = (SELECT generation FROM streams WHERE path = ?1) AND start <= ?2 ORDER BY start DESC LIMIT 1",
        parameters: vec![text(path), Parameter::Integer(offset.get())],
    };
    vec![load_alone(path), segment]
}

/// The segment in the second result of [`replay`], and what is where in it.
pub fn named_segment(outcome: Option<&Outcome>) -> Result<Option<(Cold, Index)>, Failure> {
    let Some(row) = outcome.and_then(|outcome| outcome.rows.first()) else {
        return Ok(None);
    };
    let cold = row::cold(row)?;
    let index = row::index(row, &cold)?;
    Ok(Some((cold, index)))
}

/// The producer in the results of [`load`].
pub fn loaded_with_stream(outcomes: &[Outcome]) -> Result<Option<History>, Failure> {
    loaded_producer(outcomes.get(2))
}

/// The producer in the result of [`load_producer`].
pub fn loaded_producer(outcome: Option<&Outcome>) -> Result<Option<History>, Failure> {
    let Some(row) = outcome.and_then(|outcome| outcome.rows.first()) else {
        return Ok(None);
    };
    row::producer(row).map(Some)
}

/// Bounds what one query for rows of the log holds in memory where they are small.
const ROWS_MAX: u64 = 256;

/// What a page from `from` on is made of: the segment that holds it, if one does, or rows of the log: as many as `budget`
/// payload bytes take, but at least one, and at most [`ROWS_MAX`].
///
/// Rows that begin at `until` or after are left out: they are not the reader's.
pub fn page(generation: &Generation, from: Offset, until: Offset, budget: usize) -> Vec<Statement> {
    let segment = Statement {
        sql: "SELECT start, stop, object, bytes, blocks, newest_ms FROM segments WHERE generation = ?1 AND start <= ?2 \
              ORDER BY start DESC LIMIT 1",
        parameters: vec![text(&generation.0), Parameter::Integer(from.get())],
    };
    let rows = Statement {
        sql: "WITH near AS (SELECT start, octet_length(payload) AS size FROM log WHERE generation = ?1 AND start >= \
              (SELECT max(start) FROM log WHERE generation = ?1 AND start <= ?2) AND start < ?5 ORDER BY start LIMIT ?4), \
              sized AS (SELECT start, sum(size) OVER (ORDER BY start) - size AS before FROM near) \
              SELECT log.start, log.stop, log.form, log.lengths, log.payload FROM sized \
              JOIN log ON log.generation = ?1 AND log.start = sized.start WHERE sized.before <= ?3 ORDER BY log.start",
        parameters: stretch(generation, from, until, budget),
    };
    vec![segment, rows]
}

/// Rows of the log that begin at `from` or after, and before `until`, from the oldest on, as many as in a [`page`].
pub fn oldest(generation: &Generation, from: Offset, until: Offset, budget: usize) -> Statement {
    Statement {
        sql: "WITH near AS (SELECT start, octet_length(payload) AS size FROM log WHERE generation = ?1 AND start >= ?2 \
              AND start < ?5 ORDER BY start LIMIT ?4), \
              sized AS (SELECT start, sum(size) OVER (ORDER BY start) - size AS before FROM near) \
              SELECT log.start, log.stop, log.form, log.lengths, log.payload FROM sized \
              JOIN log ON log.generation = ?1 AND log.start = sized.start WHERE sized.before <= ?3 ORDER BY log.start",
        parameters: stretch(generation, from, until, budget),
    }
}

fn stretch(generation: &Generation, from: Offset, until: Offset, budget: usize) -> Vec<Parameter> {
    let numbers = [from.get(), budget as u64, ROWS_MAX, until.get()];
    [text(&generation.0)].into_iter().chain(numbers.map(Parameter::Integer)).collect()
}

/// The segment that holds the offset `from`, in the results of [`page`], and what is where in it.
pub fn loaded_segment(outcomes: &[Outcome], from: Offset) -> Result<Option<(Cold, Index)>, Failure> {
    let Some(row) = outcomes.first().and_then(|outcome| outcome.rows.first()) else {
        return Ok(None);
    };
    let cold = row::cold(row)?;
    if cold.stop <= from { Ok(None) } else { Ok(Some((cold.clone(), row::index(row, &cold)?))) }
}

/// The newest segments of a generation, as many as are looked at to merge some.
pub fn newest_segments(generation: &Generation) -> Statement {
    Statement {
        sql: "SELECT start, stop, object, bytes, newest_ms FROM segments WHERE generation = ?1 ORDER BY start DESC LIMIT 200",
        parameters: vec![text(&generation.0)],
    }
}

/// The oldest segments of a generation, and of each the bytes of all that are newer.
pub fn oldest_segments(generation: &Generation) -> Statement {
    Statement {
        sql: "SELECT start, stop, object, bytes, newest_ms, sum(bytes) OVER (ORDER BY start DESC) - bytes AS newer \
              FROM segments WHERE generation = ?1 ORDER BY start LIMIT 200",
        parameters: vec![text(&generation.0)],
    }
}

/// The segments in the result of [`oldest_segments`], and the bytes of those that are newer.
pub fn loaded_oldest(outcome: Option<&Outcome>) -> Result<Vec<(Cold, u64)>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::aged).collect()
}

/// The segments in the result of [`newest_segments`].
pub fn loaded_segments(outcome: Option<&Outcome>) -> Result<Vec<Cold>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::cold).collect()
}

/// Objects that belong to ended lives of a path: the generation, the start of the stretch, the key.
pub type Doomed = (Generation, Offset, String);

/// The objects in the results of [`sweep`] that have to be removed before their rows.
pub fn doomed(outcomes: &[Outcome]) -> Result<Vec<Doomed>, Failure> {
    outcomes.first().map_or(&[][..], |outcome| &outcome.rows).iter().map(row::doomed).collect()
}

/// Forgets segments whose objects have been removed: all that [`doomed`] told of.
pub fn forget(doomed: &[Doomed]) -> Vec<Statement> {
    let lives = doomed.chunk_by(|(life, ..), (next, ..)| life == next).filter_map(<[Doomed]>::last);
    let forget = |(generation, start, _): &Doomed| Statement {
        sql: "DELETE FROM segments WHERE generation = ?1 AND start <= ?2",
        parameters: vec![text(&generation.0), Parameter::Integer(start.get())],
    };
    lives.map(forget).collect()
}

/// Objects of a path that have been replaced, those due first in front.
pub fn discarded(path: &str) -> Statement {
    Statement {
        sql: "SELECT object, due_ms FROM discarded WHERE path = ?1 ORDER BY due_ms LIMIT 500",
        parameters: vec![text(path)],
    }
}

/// The keys in the result of [`discarded`], and when they are due.
pub fn loaded_discarded(outcome: Option<&Outcome>) -> Result<Vec<(String, UnixMs)>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::discarded).collect()
}

/// Strikes out objects that have been removed.
pub fn strike_out(path: &str, objects: &[String]) -> Statement {
    Statement {
        sql: "DELETE FROM discarded WHERE path = ?1 AND object IN (SELECT value FROM json_each(?2))",
        parameters: vec![text(path), Parameter::Text(serde_json::json!(objects).to_string())],
    }
}

/// The chunks in the second result of [`page`], or in that of [`oldest`].
pub fn loaded_chunks(outcome: Option<&Outcome>) -> Result<Vec<Rc<Chunk>>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(|row| row::chunk(row).map(Rc::new)).collect()
}

/// Removes up to `rows` rows of each kind that ended lives of `path` have left, but for those of segments, whose objects
/// go first. Tells of up to as many of them, and whether that was all.
pub fn sweep(path: &str, rows: u64) -> Vec<Statement> {
    let some = |sql| Statement { sql, parameters: vec![text(path), Parameter::Integer(rows)] };
    let all = |sql| Statement { sql, parameters: vec![text(path)] };
    vec![
        some(
            "SELECT segments.generation, segments.start, segments.object FROM garbage JOIN segments USING (generation) \
             WHERE garbage.path = ?1 ORDER BY segments.generation, segments.start LIMIT ?2",
        ),
        some(
            "DELETE FROM log WHERE (generation, start) IN (SELECT log.generation, log.start FROM garbage \
             JOIN log USING (generation) WHERE garbage.path = ?1 LIMIT ?2)",
        ),
        some(
            "DELETE FROM producers WHERE (generation, id) IN (SELECT producers.generation, producers.id FROM garbage \
             JOIN producers USING (generation) WHERE garbage.path = ?1 LIMIT ?2)",
        ),
        some(
            "DELETE FROM edges WHERE (generation, edge) IN (SELECT edges.generation, edges.edge FROM garbage \
             JOIN edges USING (generation) WHERE garbage.path = ?1 LIMIT ?2)",
        ),
        all("DELETE FROM garbage WHERE path = ?1 \
             AND NOT EXISTS (SELECT 1 FROM segments WHERE segments.generation = garbage.generation) \
             AND NOT EXISTS (SELECT 1 FROM edges WHERE edges.generation = garbage.generation) \
             AND NOT EXISTS (SELECT 1 FROM log WHERE log.generation = garbage.generation) \
             AND NOT EXISTS (SELECT 1 FROM producers WHERE producers.generation = garbage.generation)"),
        all("SELECT generation FROM garbage WHERE path = ?1 LIMIT 1"),
    ]
}

/// Whether [`sweep`] has left nothing.
pub fn is_swept(outcomes: &[Outcome]) -> bool {
    outcomes.last().is_some_and(|outcome| outcome.rows.is_empty())
}

/// The segments that start at `places`.
pub fn named(places: &[Place<'_>]) -> Statement {
    Statement {
        sql: "SELECT segments.object FROM json_each(?1) AS place CROSS JOIN segments \
              ON segments.generation = place.value ->> 0 AND segments.start = place.value ->> 1",
        parameters: vec![Parameter::Text(serde_json::json!(places).to_string())],
    }
}

/// The keys in the result of [`named`].
pub fn loaded_named(outcome: Option<&Outcome>) -> Result<Vec<String>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::object).collect()
}

/// After which key the next sweep of orphans begins.
pub fn sweep_begin() -> Statement {
    Statement { sql: "SELECT object FROM orphan_sweep", parameters: Vec::new() }
}

/// The key in the result of [`sweep_begin`]; nothing, to begin with the first.
pub fn loaded_sweep_begin(outcome: Option<&Outcome>) -> Result<String, Failure> {
    outcome.and_then(|outcome| outcome.rows.first()).map_or(Ok(String::new()), row::object)
}

/// Notes after which key the next sweep begins.
pub fn sweep_end(after: &str) -> Statement {
    Statement {
        sql: "INSERT INTO orphan_sweep (id, object) VALUES (0, ?1) ON CONFLICT (id) DO UPDATE SET object = excluded.object",
        parameters: vec![text(after)],
    }
}

/// A closing as it stands in a row.
fn closing(id: Option<ProducerId>, epoch: Option<spec::Epoch>, seq: Option<spec::Seq>) -> Option<Closing> {
    Some(Closing { producer: id?, epoch: epoch?, seq: seq? })
}

/// The fence of the batch number `count` of an object.
pub fn fence(instance: u64, count: u64) -> Fence {
    Fence(format!("{instance:016x}-{count:x}"))
}

/// Content as chunks that each fit a row, starting at `start`.
///
/// # Errors
/// [`Failure::Full`] if there are no offsets left.
pub fn chunks(start: Offset, content: Content, row_bytes: usize) -> Result<Vec<Rc<Chunk>>, Failure> {
    let mut chunks = Vec::new();
    let mut start = start;
    for content in content.split(row_bytes).into_iter().filter(|content| !content.is_empty()) {
        let chunk = Chunk { start, content };
        start = chunk.stop().ok_or(Failure::Full)?;
        chunks.push(Rc::new(chunk));
    }
    Ok(chunks)
}
