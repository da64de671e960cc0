//! Deleting stale registrations: those of subscriptions that were deleted or never created, and of links that were removed.

use super::{Platform, Sweep};
use crate::Failure;
use crate::host::Database as _;
use crate::log::registrations::{self as rows, Registration, Table};
use std::collections::{BTreeMap, BTreeSet};
use subscriptions::{Configuration, Target};

/// Number of subscribers in one query.
const SUBSCRIBERS_PER_QUERY: u64 = 1_000;

/// Number of other registrations in one query. It limits the memory for their configurations.
const OTHERS_PER_QUERY: u64 = 50;

impl<P: Platform> Sweep<'_, P> {
    /// Deletes the stale registrations in database `number`.
    pub(super) async fn delete_stale(&self, number: usize) -> Result<(), Failure> {
        self.delete_stale_in(number, Table::Subscribers, SUBSCRIBERS_PER_QUERY).await?;
        self.delete_stale_in(number, Table::Patterns, OTHERS_PER_QUERY).await?;
        self.delete_stale_in(number, Table::WakeStreams, OTHERS_PER_QUERY).await
    }

    async fn delete_stale_in(&self, number: usize, table: Table, most: u64) -> Result<(), Failure> {
        let (database, age) = (self.database(number), self.late_commit_ms());
        let mut after = Registration { name: String::new(), subscription: String::new() };
        loop {
            let read = rows::registrations_after(table, &after, age, most);
            let all = rows::loaded_registrations(&database.batch(vec![read]).await?)?;
            let stale = match table {
                Table::Subscribers => self.without_link(&all).await?,
                Table::Patterns | Table::WakeStreams => self.without_subscription(table, &all).await?,
            };
            if !stale.is_empty() {
                database.batch(rows::delete_registrations(table, stale.iter(), age)).await?;
            }
            let is_last = (all.len() as u64) < most;
            match all.into_iter().next_back() {
                Some(last) if !is_last => after = last,
                _ => return Ok(()),
            }
        }
    }

    async fn without_link(&self, all: &[Registration]) -> Result<Vec<Registration>, Failure> {
        let mut stale = Vec::new();
        for (own, registrations) in self.by_subscription(all) {
            let outcomes = self.database(own).batch(rows::unlinked(registrations.into_iter())).await?;
            stale.extend(rows::loaded_registrations(&outcomes)?);
        }
        Ok(stale)
    }

    async fn without_subscription(&self, table: Table, all: &[Registration]) -> Result<Vec<Registration>, Failure> {
        let mut configured = BTreeSet::new();
        for (own, registrations) in self.by_subscription(all) {
            let outcomes = self.database(own).batch(rows::configurations(registrations.into_iter())).await?;
            for (subscription, configuration) in rows::loaded_configurations(&outcomes)? {
                configured.extend(name(table, &configuration).map(|name| (name, subscription)));
            }
        }
        let is_stale = |own: &&Registration| !configured.contains(&(own.name.clone(), own.subscription.clone()));
        Ok(all.iter().filter(is_stale).cloned().collect())
    }

    /// The registrations by the database of their subscription.
    fn by_subscription<'r>(&self, all: &'r [Registration]) -> BTreeMap<usize, Vec<&'r Registration>> {
        let mut by_database: BTreeMap<usize, Vec<&Registration>> = BTreeMap::new();
        for own in all {
            by_database.entry(self.stores.databases().number(&own.subscription)).or_default().push(own);
        }
        by_database
    }
}

/// The name under which a subscription is registered in a table.
fn name(table: Table, configuration: &Configuration) -> Option<String> {
    match (table, configuration.target()) {
        (Table::Patterns, _) => configuration.pattern().map(ToString::to_string),
        (Table::WakeStreams, Target::PullWake(path)) => Some(path.as_str().to_owned()),
        (Table::WakeStreams | Table::Subscribers, _) => None,
    }
}
