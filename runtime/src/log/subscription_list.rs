//! Lists of subscriptions: one statement for each database.

use super::{row, text};
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement};
use subscriptions::{Generation, Life, Row, Subscription, SubscriptionId};

/// The subscriptions of one database whose ids begin with `prefix` and are greater than `after`, in order: at most `count`, and after the
/// first one no more than fit into `bytes` bytes.
pub fn list_subscriptions(prefix: &str, after: &str, count: u64, bytes: u64) -> Statement {
    // No id is greater than those that begin with the prefix and the last character.
    let until = format!("{prefix}{}", char::MAX);
    Statement {
        // Only sizes are added up, so that the database does not hold all rows at once.
        sql: "SELECT subscriptions.id, life, generation, created_ms, configuration, state, found FROM (\
              SELECT id, sum(size) OVER (ORDER BY id) - size AS before, count(*) OVER () AS found FROM (\
              SELECT id, length(configuration) + length(state) AS size FROM subscriptions \
              WHERE id >= ?1 AND id > ?2 AND id < ?3 AND life IS NOT NULL ORDER BY id LIMIT ?4)) AS own \
              JOIN subscriptions ON subscriptions.id = own.id WHERE own.before < ?5 ORDER BY subscriptions.id",
        parameters: vec![text(prefix), text(after), text(&until), Parameter::Integer(count), Parameter::Integer(bytes)],
    }
}

/// The result of [`list_subscriptions`] with this `count`, and whether more may follow.
///
/// # Errors
/// [`Failure::Corrupt`], if a row can't be read.
pub fn loaded_subscriptions(outcome: Option<&Outcome>, count: u64) -> Result<(Vec<Subscription>, bool), Failure> {
    let rows = outcome.map_or(&[][..], |outcome| &outcome.rows);
    let found = rows.first().and_then(|row| row::integer(row, "found")).unwrap_or(0);
    let follows = found == count || (rows.len() as u64) < found;
    Ok((rows.iter().map(subscription).collect::<Result<_, _>>()?, follows))
}

fn subscription(own: &serde_json::Map<String, serde_json::Value>) -> Result<Subscription, Failure> {
    let corrupt = || Failure::Corrupt("subscriptions");
    let column = |name: &str| row::text(own, name).ok_or_else(corrupt);
    let number = |name: &str| row::integer(own, name).ok_or_else(corrupt);
    let id = SubscriptionId::read(column("id")?).map_err(|_| corrupt())?;
    let row = Row {
        life: Life::stored(column("life")?),
        generation: Generation::new(number("generation")?).ok_or_else(corrupt)?,
        created_at: number("created_ms")?,
        configuration: column("configuration")?.to_owned(),
        state: column("state")?.to_owned(),
    };
    Subscription::read(id, row).map_err(|_| corrupt())
}
