//! Statements of cleanup and sweeps: rows of deleted generations, replaced and unreferenced R2 objects, pending releases, tombstones.

use super::{row, text};
use crate::Failure;
use crate::archive::cold::{self, KeyRange, SegmentId};
use crate::host::{Outcome, Parameter, Statement, UnixMs};
use crate::stream::Generation;
use crate::stream::fork::{ForkRef, PendingRelease};
use std::collections::HashSet;

/// Reads the deleted generations of a path that still have a record, and the keys of its replaced R2 objects.
pub fn leftover(path: &str) -> Vec<Statement> {
    let all = |sql| Statement { sql, parameters: vec![text(path)] };
    vec![
        all("SELECT generation FROM garbage WHERE path = ?1 UNION SELECT generation FROM tombstones WHERE path = ?1"),
        all("SELECT object FROM discarded WHERE path = ?1"),
    ]
}

/// The data in the results of [`leftover`].
pub struct Leftover {
    /// Deleted generations.
    pub deleted: HashSet<String>,
    /// Keys of R2 objects that were replaced and are not deleted yet.
    pub discarded: HashSet<String>,
}

/// Parses the results of [`leftover`].
pub fn loaded_leftover(outcomes: &[Outcome]) -> Result<Leftover, Failure> {
    let rows = |index: usize| outcomes.get(index).map_or(&[][..], |outcome| &outcome.rows).iter();
    let deleted = rows(0).map(row::generation).collect::<Result<_, _>>()?;
    let discarded = rows(1).map(row::object).collect::<Result<_, _>>()?;
    Ok(Leftover { deleted, discarded })
}

/// Reads the fork references of a generation and its number of producers.
pub fn remains(generation: &Generation) -> Vec<Statement> {
    let about = |sql| Statement { sql, parameters: vec![text(&generation.0)] };
    vec![
        about("SELECT edge FROM edges WHERE generation = ?1"),
        about("SELECT count(*) AS producers FROM producers WHERE generation = ?1"),
    ]
}

/// The fork references and the number of producers in the results of [`remains`].
pub fn loaded_remains(outcomes: &[Outcome]) -> Result<(Vec<ForkRef>, u64), Failure> {
    let rows = |index: usize| outcomes.get(index).map_or(&[][..], |outcome| &outcome.rows);
    let producers = rows(1).first().map_or(Ok(0), row::producers)?;
    Ok((rows(0).iter().map(row::fork_ref).collect::<Result<_, _>>()?, producers))
}

/// Reads the pending releases of a path, in order of due time.
pub fn pending_releases(path: &str) -> Statement {
    Statement {
        sql: "SELECT edge, source, due_ms FROM debts WHERE path = ?1 ORDER BY due_ms LIMIT 100",
        parameters: vec![text(path)],
    }
}

/// The pending releases in the result of [`pending_releases`].
pub fn loaded_pending_releases(outcome: Option<&Outcome>) -> Result<Vec<PendingRelease>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::pending_release).collect()
}

/// Reads the replaced R2 objects of a path, in order of due time.
pub fn discarded(path: &str) -> Statement {
    Statement {
        sql: "SELECT object, due_ms FROM discarded WHERE path = ?1 ORDER BY due_ms LIMIT 500",
        parameters: vec![text(path)],
    }
}

/// The keys in the result of [`discarded`], and the times at which they are due.
pub fn loaded_discarded(outcome: Option<&Outcome>) -> Result<Vec<(String, UnixMs)>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::discarded).collect()
}

/// Deletes the records of R2 objects that were deleted.
pub fn delete_discarded(path: &str, objects: &[String]) -> Statement {
    Statement {
        sql: "DELETE FROM discarded WHERE path = ?1 AND object IN (SELECT value FROM json_each(?2))",
        parameters: vec![text(path), Parameter::Text(serde_json::json!(objects).to_string())],
    }
}

/// Reads a deleted generation of `path` that still has R2 objects or rows.
pub fn deleted(path: &str) -> Statement {
    Statement {
        sql: "SELECT generation FROM garbage WHERE path = ?1 ORDER BY generation LIMIT 1",
        parameters: vec![text(path)],
    }
}

/// The generation in the result of [`deleted`] or [`sweep`], if there is one.
pub fn loaded_deleted(outcomes: &[Outcome]) -> Result<Option<Generation>, Failure> {
    let row = outcomes.last().and_then(|outcome| outcome.rows.first());
    row.map(row::generation).transpose().map(|generation| generation.map(Generation))
}

/// Deletes up to `rows` rows of each table of a generation whose R2 objects were deleted. Once no row is left, deletes the generation's
/// row in `garbage`. Also reads the next deleted generation.
pub fn sweep(path: &str, generation: &Generation, rows: u64) -> Vec<Statement> {
    // A generation that was restored has no row in `garbage`, and is left unchanged.
    macro_rules! delete {
        ($table:literal, $key:literal) => {
            concat!("DELETE FROM ", $table, " WHERE generation = ?2 AND ", $key, " IN (SELECT ", $key, " FROM ", $table,
                " WHERE generation = ?2 LIMIT ?3) AND EXISTS (SELECT 1 FROM garbage WHERE path = ?1 AND generation = ?2)")
        };
    }
    let some = |sql| Statement { sql, parameters: vec![text(path), text(&generation.0), Parameter::Integer(rows)] };
    let done = Statement {
        sql: "DELETE FROM garbage WHERE path = ?1 AND generation = ?2 \
              AND NOT EXISTS (SELECT 1 FROM segments WHERE generation = ?2) \
              AND NOT EXISTS (SELECT 1 FROM edges WHERE generation = ?2) \
              AND NOT EXISTS (SELECT 1 FROM log WHERE generation = ?2) \
              AND NOT EXISTS (SELECT 1 FROM parts WHERE generation = ?2) \
              AND NOT EXISTS (SELECT 1 FROM producers WHERE generation = ?2)",
        parameters: vec![text(path), text(&generation.0)],
    };
    vec![
        some(delete!("segments", "start")),
        some(delete!("log", "start")),
        some(delete!("parts", "start")),
        some(delete!("producers", "id")),
        some(delete!("edges", "edge")),
        done,
        deleted(path),
    ]
}

/// Reads the keys of the segments with these identities.
pub fn named(ids: &[SegmentId<'_>]) -> Statement {
    Statement {
        sql: "SELECT segments.object FROM json_each(?1) AS id CROSS JOIN segments \
              ON segments.generation = id.value ->> 0 AND segments.start = id.value ->> 1",
        parameters: vec![Parameter::Text(serde_json::json!(ids).to_string())],
    }
}

/// Reads which of these keys are recorded parts. Each key comes after its generation.
pub fn named_parts(keys: &[(&str, &str)]) -> Statement {
    Statement {
        sql: "SELECT parts.object FROM json_each(?1) AS key CROSS JOIN parts \
              ON parts.generation = key.value ->> 0 AND parts.object = key.value ->> 1",
        parameters: vec![Parameter::Text(serde_json::json!(keys).to_string())],
    }
}

/// Reads which of these keys belong to a generation with a tombstone. Each key comes after its generation.
pub fn deleted_parts(keys: &[(&str, &str)]) -> Statement {
    let parts = keys.iter().filter_map(|(generation, key)| {
        let (path, truncated) = cold::path_of(key)?;
        Some(serde_json::json!([key, generation, path, last_path(&path, truncated)]))
    });
    Statement {
        sql: "SELECT key.value ->> 0 AS object FROM json_each(?1) AS key WHERE EXISTS (SELECT 1 FROM tombstones \
              WHERE path BETWEEN key.value ->> 2 AND key.value ->> 3 AND generation = key.value ->> 1)",
        parameters: vec![Parameter::Text(serde_json::Value::from_iter(parts).to_string())],
    }
}

/// The last path, in sort order, that begins with the truncated path of a key. Without truncation, the path itself.
fn last_path(path: &str, truncated: bool) -> String {
    if truncated { format!("{path}{}", char::MAX) } else { path.to_owned() }
}

/// The keys in the result of [`named`], [`named_parts`] or [`deleted_parts`].
pub fn loaded_named(outcome: Option<&Outcome>) -> Result<Vec<String>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::object).collect()
}

/// Reads which of some unreferenced R2 objects are not needed: because other rows of their generation contain their offset range, the
/// generation has a tombstone, or the range was trimmed.
///
/// Each offset of a stream is in one row of one table. So rows contain a range if the lengths of their intersections with it add up to its
/// length.
pub fn covered(ranges: &[KeyRange]) -> Statement {
    /// The number of offsets of a range that the rows of a table contain.
    macro_rules! held_by {
        ($table:literal) => {
            concat!(
                "coalesce((SELECT sum(min(held.stop, kept.stop) - max(held.start, kept.start)) FROM ",
                $table,
                " AS held WHERE held.generation = kept.generation AND held.start < kept.stop AND held.stop > kept.start \
                 AND held.start >= coalesce((SELECT before.start FROM ",
                $table,
                " AS before WHERE before.generation = kept.generation AND before.start <= kept.start \
                 ORDER BY before.start DESC LIMIT 1), kept.start)), 0)"
            )
        };
    }
    let range = |range: &KeyRange| {
        let KeyRange { key, generation, start, stop, path, truncated } = range;
        serde_json::json!([key, generation, start, stop, path, last_path(path, *truncated)])
    };
    Statement {
        sql: concat!(
            "WITH candidates AS (SELECT value ->> 0 AS object, value ->> 1 AS generation, value ->> 2 AS start, value ->> 3 AS stop, \
             value ->> 4 AS path, value ->> 5 AS last_path FROM json_each(?1)), \
             kept AS (SELECT object, generation, path, last_path, stop, \
             max(start, coalesce((SELECT earliest FROM streams WHERE streams.path BETWEEN candidates.path AND last_path \
             AND streams.generation = candidates.generation), start)) AS start FROM candidates) \
             SELECT object FROM kept WHERE start >= stop \
             OR EXISTS (SELECT 1 FROM tombstones WHERE tombstones.path BETWEEN kept.path AND last_path \
             AND tombstones.generation = kept.generation) OR ",
            held_by!("segments"),
            " + ",
            held_by!("log"),
            " + ",
            held_by!("parts"),
            " = stop - start"
        ),
        parameters: vec![Parameter::Text(serde_json::Value::from_iter(ranges.iter().map(range)).to_string())],
    }
}

/// The keys in the result of [`covered`].
pub fn loaded_covered(outcome: Option<&Outcome>) -> Result<HashSet<String>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(row::object).collect()
}

/// Reads the last of the next `rows` tombstones after the position of the previous sweep.
pub fn tombstones_from_here(rows: u64) -> Vec<Statement> {
    let sql = "SELECT path, generation FROM tombstones WHERE (path, generation) > \
               (coalesce((SELECT path FROM tombstone_sweep), ''), coalesce((SELECT generation FROM tombstone_sweep), '')) \
               ORDER BY path, generation LIMIT 1 OFFSET ?1";
    vec![Statement { sql, parameters: vec![Parameter::Integer(rows.saturating_sub(1))] }]
}

/// The key in the result of [`tombstones_from_here`]; `None`, if there are fewer.
pub fn loaded_tombstones_until(outcomes: &[Outcome]) -> Result<Option<(String, String)>, Failure> {
    outcomes.first().and_then(|outcome| outcome.rows.first()).map(row::tombstone_key).transpose()
}

/// Number of statements of [`delete_tombstones`].
pub const TOMBSTONE_STATEMENTS: usize = 2;

/// Deletes tombstones of streams that were deleted more than `age_ms` ago: those after the position of the previous sweep, up to `until` or
/// to the last one. Stores the position for the next sweep.
pub fn delete_tombstones(until: &Option<(String, String)>, age_ms: u64) -> Vec<Statement> {
    let key = |(path, generation): &(String, String)| vec![text(path), text(generation)];
    let delete = Statement {
        sql: "DELETE FROM tombstones WHERE (path, generation) > \
              (coalesce((SELECT path FROM tombstone_sweep), ''), coalesce((SELECT generation FROM tombstone_sweep), '')) \
              AND (?1 IS NULL OR (path, generation) <= (?1, ?2)) AND ended_ms + ?3 < unixepoch('subsec') * 1000",
        parameters: [
            until.as_ref().map_or_else(|| vec![Parameter::Null, Parameter::Null], key),
            vec![Parameter::Integer(age_ms.min(wire::MAX_EXACT_INTEGER))],
        ]
        .concat(),
    };
    let position = Statement {
        sql: "INSERT INTO tombstone_sweep (id, path, generation) VALUES (0, ?1, ?2) \
              ON CONFLICT (id) DO UPDATE SET path = excluded.path, generation = excluded.generation",
        parameters: until.as_ref().map_or_else(|| vec![text(""), text("")], key),
    };
    vec![delete, position]
}

/// Reads the key after which the next orphan sweep begins.
pub fn sweep_begin() -> Statement {
    Statement { sql: "SELECT object FROM orphan_sweep", parameters: Vec::new() }
}

/// The key in the result of [`sweep_begin`]; empty, to begin with the first key.
pub fn loaded_sweep_begin(outcome: Option<&Outcome>) -> Result<String, Failure> {
    outcome.and_then(|outcome| outcome.rows.first()).map_or(Ok(String::new()), row::object)
}

/// Stores the key after which the next orphan sweep begins.
pub fn sweep_end(after: &str) -> Statement {
    Statement {
        sql: "INSERT INTO orphan_sweep (id, object) VALUES (0, ?1) ON CONFLICT (id) DO UPDATE SET object = excluded.object",
        parameters: vec![text(after)],
    }
}

/// Reads where the next sweep for what subscriptions have missed begins.
pub fn subscription_sweep_place() -> Statement {
    Statement { sql: "SELECT place FROM subscription_sweep", parameters: Vec::new() }
}

/// The text in the result of [`subscription_sweep_place`].
pub fn loaded_subscription_sweep_place(outcome: Option<&Outcome>) -> Result<Option<String>, Failure> {
    outcome.and_then(|outcome| outcome.rows.first()).map(row::place).transpose()
}

/// Stores where the next sweep for what subscriptions have missed begins.
pub fn save_subscription_sweep_place(place: &str) -> Statement {
    Statement {
        sql: "INSERT INTO subscription_sweep (id, place) VALUES (0, ?1) ON CONFLICT (id) DO UPDATE SET place = excluded.place",
        parameters: vec![text(place)],
    }
}
