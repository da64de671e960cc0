//! Statements about the subscribers of a stream, and about patterns that a new stream matches.

use super::{row, text};
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement, UnixMs};
use crate::stream::{Generation, Stream};

/// The part of a pattern before its first `*` or `%2A`, without a slash at its end. A path that matches starts with it.
macro_rules! literal {
    () => {
        "rtrim(substr(pattern, 1, instr(replace(pattern, '%2A', '*') || '*', '*') - 1), '/')"
    };
}

/// Whether a pattern can match the path `?1`.
macro_rules! can_match {
    () => {
        concat!("substr(?1, 1, length(", literal!(), ")) = ", literal!())
    };
}

/// A subscription and its pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternRow {
    /// The ID of the subscription.
    pub subscription: String,
    /// The pattern, in its canonical form.
    pub pattern: String,
}

/// Reads the patterns that can match a path.
pub fn matching_patterns(path: &str) -> Statement {
    Statement {
        sql: concat!("SELECT subscription, pattern FROM patterns WHERE ", can_match!()),
        parameters: vec![text(path)],
    }
}

/// The patterns in the result of [`matching_patterns`].
pub fn loaded_patterns(outcome: Option<&Outcome>) -> Result<Vec<PatternRow>, Failure> {
    let pattern = |row| Ok(PatternRow { subscription: row::subscription(row)?, pattern: row::pattern(row)? });
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(pattern).collect()
}

/// Records the arrival of a stream that this batch creates, if a pattern can match it.
pub fn arrival(path: &str, stream: &Stream) -> Statement {
    Statement {
        // The patterns are read first, so that nothing else is read if there are none.
        sql: concat!(
            "INSERT INTO arrivals (path, generation) SELECT streams.path, streams.generation \
             FROM (SELECT 1 FROM patterns WHERE ",
            can_match!(),
            " LIMIT 1) CROSS JOIN streams \
             WHERE streams.path = ?1 AND streams.generation = ?2 AND streams.fence = ?3 ON CONFLICT DO NOTHING"
        ),
        parameters: vec![text(path), text(&stream.generation.0), text(&stream.fence.0)],
    }
}

/// Deletes the arrival of a stream after all matching subscriptions have been notified.
pub fn delete_arrival(path: &str, generation: &Generation) -> Statement {
    Statement {
        sql: "DELETE FROM arrivals WHERE path = ?1 AND generation = ?2",
        parameters: vec![text(path), text(&generation.0)],
    }
}

/// Deletes the arrival of a stream that this batch deletes.
pub fn delete_ended_arrival(path: &str, generation: &Generation) -> Statement {
    Statement {
        // `garbage` is read only if there is an arrival.
        sql: "DELETE FROM arrivals WHERE path = ?1 AND generation = ?2 AND EXISTS (SELECT 1 FROM garbage \
              WHERE garbage.path = arrivals.path AND garbage.generation = arrivals.generation)",
        parameters: vec![text(path), text(&generation.0)],
    }
}

/// Reads the first `rows` subscribers of a path, and the number that changes with them.
pub fn subscribers(path: &str, rows: u64) -> Vec<Statement> {
    let number = Statement { sql: "SELECT subscribed FROM streams WHERE path = ?1", parameters: vec![text(path)] };
    let all = Statement {
        sql: "SELECT subscription FROM subscribers WHERE path = ?1 ORDER BY subscription LIMIT ?2",
        parameters: vec![text(path), Parameter::Integer(rows)],
    };
    vec![number, all]
}

/// The subscribers of a path at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriberRows {
    /// The number that changes with them. `None`, if there is no stream.
    pub subscribed: Option<u64>,
    /// The IDs of the subscriptions.
    pub subscriptions: Vec<String>,
}

/// The rows in the results of [`subscribers`].
pub fn loaded_subscribers(outcomes: &[Outcome]) -> Result<SubscriberRows, Failure> {
    let rows = |index: usize| outcomes.get(index).map_or(&[][..], |outcome| &outcome.rows);
    let subscribed = rows(0).first().map(row::subscribed).transpose()?;
    let subscriptions = rows(1).iter().map(row::subscription).collect::<Result<_, _>>()?;
    Ok(SubscriberRows { subscribed, subscriptions })
}

/// The number of subscribers' changes in the results of [`load`](super::load) or [`load_alone`](super::load_alone), if there is a stream.
pub fn loaded_subscribed(outcomes: &[Outcome]) -> Result<Option<u64>, Failure> {
    outcomes.first().and_then(|outcome| outcome.rows.first()).map(row::subscribed).transpose()
}

/// Deletes a subscriber that was added more than `age_ms` ago. If it is gone then, the number that changes with the subscribers changes.
/// Also reads whether it is left.
pub fn delete_subscriber(path: &str, subscription: &str, age_ms: UnixMs) -> Vec<Statement> {
    let parameters = || vec![text(path), text(subscription)];
    let delete = Statement {
        sql: concat!("DELETE FROM subscribers WHERE path = ?1 AND subscription = ?2 AND ", is_old!("?3")),
        parameters: [parameters(), vec![Parameter::Integer(age_ms)]].concat(),
    };
    let count = Statement {
        sql: "UPDATE streams SET subscribed = subscribed + 1 WHERE path = ?1 \
              AND NOT EXISTS (SELECT 1 FROM subscribers WHERE path = ?1 AND subscription = ?2)",
        parameters: parameters(),
    };
    let left = Statement {
        sql: "SELECT subscription FROM subscribers WHERE path = ?1 AND subscription = ?2",
        parameters: parameters(),
    };
    vec![delete, count, left]
}

/// Deletes the pattern of a subscription, if it was added more than `age_ms` ago. Also reads whether it is left.
pub fn delete_pattern(subscription: &str, age_ms: UnixMs) -> Vec<Statement> {
    let delete = Statement {
        sql: concat!("DELETE FROM patterns WHERE subscription = ?1 AND ", is_old!("?2")),
        parameters: vec![text(subscription), Parameter::Integer(age_ms)],
    };
    let left = Statement {
        sql: "SELECT subscription FROM patterns WHERE subscription = ?1",
        parameters: vec![text(subscription)],
    };
    vec![delete, left]
}

/// Whether no row is left, by the results of [`delete_subscriber`] or [`delete_pattern`].
pub fn is_deleted(outcomes: &[Outcome]) -> bool {
    outcomes.last().is_some_and(|outcome| outcome.rows.is_empty())
}
