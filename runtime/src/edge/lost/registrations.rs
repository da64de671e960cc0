//! Deleting stale registrations: those of subscriptions that were deleted or never created, and of links that were removed.

use super::place::Place;
use super::{Platform, Sweep};
use crate::Failure;
use crate::log::registrations::{self as rows, Registration, Table};
use std::collections::{BTreeMap, BTreeSet};
use subscriptions::{Configuration, Target};

/// Number of subscribers in a page.
const SUBSCRIBERS_PER_PAGE: u64 = 1_000;

/// Number of other registrations in a page. It limits the memory for their configurations.
const OTHERS_PER_PAGE: u64 = 50;

impl<P: Platform> Sweep<'_, P> {
    /// Deletes the next stale registrations. Returns where the sweep continues.
    pub(super) async fn delete_stale(&self, place: &Place, table: Table) -> Result<Place, Failure> {
        let most = if table == Table::Subscribers { SUBSCRIBERS_PER_PAGE } else { OTHERS_PER_PAGE };
        let [name, subscription] = place.after.clone();
        let after = Registration { name, subscription };
        let read = rows::registrations_after(table, &after, self.late_commit_ms(), most);
        let all = rows::loaded_registrations(&self.query(place.database, vec![read]).await?)?;
        let last = all.last().map(|last| [last.name.clone(), last.subscription.clone()]);
        let next = self.next(place, last, all.len() as u64 == most);
        if all.is_empty() {
            return Ok(next);
        }
        Ok(self.process(next, self.delete_stale_of(place.database, table, &all)).await)
    }

    /// Deletes the rows of deleted subscriptions that are not needed. Returns where the sweep continues.
    pub(super) async fn delete_tombstones(&self, place: &Place) -> Result<Place, Failure> {
        self.query(place.database, vec![rows::delete_tombstones(self.late_commit_ms())]).await?;
        Ok(self.next(place, None, false))
    }

    async fn delete_stale_of(
        &self,
        number: usize,
        table: Table,
        all: &[Registration],
    ) -> Result<Option<Place>, Failure> {
        let stale = match table {
            Table::Subscribers => self.without_link(all).await?,
            Table::Patterns | Table::WakeStreams => self.without_subscription(table, all).await?,
        };
        if !stale.is_empty() {
            self.query(number, rows::delete_registrations(table, stale.iter(), self.late_commit_ms())).await?;
        }
        Ok(None)
    }

    async fn without_link(&self, all: &[Registration]) -> Result<Vec<Registration>, Failure> {
        let mut stale = Vec::new();
        for (own, registrations) in self.by_subscription(all) {
            let outcomes = self.query(own, rows::unlinked(registrations.into_iter())).await?;
            stale.extend(rows::loaded_registrations(&outcomes)?);
        }
        Ok(stale)
    }

    /// The registrations of subscriptions that do not exist or have another configuration.
    async fn without_subscription(&self, table: Table, all: &[Registration]) -> Result<Vec<Registration>, Failure> {
        let (mut configured, mut unreadable) = (BTreeSet::new(), BTreeSet::new());
        for (own, registrations) in self.by_subscription(all) {
            let outcomes = self.query(own, rows::configurations(registrations.into_iter())).await?;
            for (subscription, configuration) in rows::loaded_configurations(&outcomes)? {
                match configuration {
                    Ok(configuration) => {
                        configured.extend(name(table, &configuration).map(|name| (name, subscription)));
                    }
                    Err(failure) => {
                        self.failed(failure);
                        unreadable.insert(subscription);
                    }
                }
            }
        }
        let is_stale = |own: &&Registration| {
            !unreadable.contains(&own.subscription)
                && !configured.contains(&(own.name.clone(), own.subscription.clone()))
        };
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
