//! The stored sizes of a generation.

use super::newest::with_newest;
use super::{row, text};
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement};
use crate::stream::hot::Hot;
use spec::Offset;

/// Upper bounds of the stored sizes of a generation from an offset on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The end of each of the next segments and parts, and the bytes of its R2 object.
    pub segments: Vec<(Offset, u64)>,
    /// The size of all its rows in the log, without parts. `None`, if there may be more segments before them.
    pub hot: Option<Hot>,
}

/// Number of statements that read [`Sizes`].
pub const SIZES_STATEMENTS: usize = 2;

/// Maximum number of segments and parts whose sizes one query returns.
const SIZES_MAX: u64 = 256;

/// Reads the stored sizes of a generation of a path from `from` on.
pub fn sizes(path: &str, generation: &str, from: Offset) -> Vec<Statement> {
    let segments = Statement {
        sql: "SELECT start, stop, bytes FROM segments WHERE generation = ?1 AND start >= \
              coalesce((SELECT max(start) FROM segments WHERE generation = ?1 AND start <= ?2), 0) AND stop > ?2 \
              UNION ALL SELECT start, stop, bytes FROM parts WHERE generation = ?1 AND stop > ?2 ORDER BY start LIMIT ?3",
        parameters: vec![text(generation), Parameter::Integer(from.get()), Parameter::Integer(SIZES_MAX)],
    };
    let hot = Statement {
        sql: concat!(
            "SELECT coalesce(newest.hot_bytes, streams.hot_bytes) - parts.bytes AS hot_bytes, \
             coalesce(newest.hot_rows, streams.hot_rows) - parts.rows AS hot_rows FROM \
             (SELECT coalesce(sum(payload_bytes), 0) AS bytes, count(*) AS rows FROM parts WHERE generation = ?2) AS parts CROSS JOIN ",
            with_newest!("streams"),
            " WHERE path = ?1 AND streams.generation = ?2"
        ),
        parameters: vec![text(path), text(generation)],
    };
    vec![segments, hot]
}

/// The sizes in the results of [`sizes`]. If there may be more segments than were returned, `hot` is `None`.
pub fn loaded_sizes(outcomes: &[Outcome]) -> Result<Sizes, Failure> {
    let rows = |index: usize| outcomes.get(index).map_or(&[][..], |outcome| &outcome.rows);
    let segments = rows(0).iter().map(row::size).collect::<Result<Vec<_>, _>>()?;
    let hot = rows(1).first().map(row::hot).transpose()?.filter(|_| (segments.len() as u64) < SIZES_MAX);
    Ok(Sizes { segments, hot })
}
