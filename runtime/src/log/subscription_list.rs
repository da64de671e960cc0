//! Lists of subscriptions: one statement for each database.

use super::{row, text};
use crate::Failure;
use crate::host::{Outcome, Parameter, Statement};
use subscriptions::{Generation, Life, Row, Subscription, SubscriptionId};

/// The subscriptions of one database whose ids begin with `prefix` and are greater than `after`: at most `count`, in order.
pub fn list_subscriptions(prefix: &str, after: &str, count: u64) -> Statement {
    // No id is greater than those that begin with the prefix and the last character.
    let until = format!("{prefix}{}", char::MAX);
    Statement {
        sql: "SELECT id, life, generation, created_ms, configuration, state FROM subscriptions \
              WHERE id >= ?1 AND id > ?2 AND id < ?3 AND life IS NOT NULL ORDER BY id LIMIT ?4",
        parameters: vec![text(prefix), text(after), text(&until), Parameter::Integer(count)],
    }
}

/// The result of [`list_subscriptions`].
///
/// # Errors
/// [`Failure::Corrupt`], if a row can't be read.
pub fn loaded_subscriptions(outcome: Option<&Outcome>) -> Result<Vec<Subscription>, Failure> {
    outcome.map_or(&[][..], |outcome| &outcome.rows).iter().map(subscription).collect()
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
