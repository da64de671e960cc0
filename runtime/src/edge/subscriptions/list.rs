//! Lists of subscriptions, which the edge reads from all databases.

use super::Subscriptions;
use super::representation::listed;
use crate::Failure;
use crate::edge::edge_read::Stores;
use crate::edge::subscriptions::served;
use crate::host::Database as _;
use crate::host::deadline::Bounded;
use crate::log;
use futures_util::future::try_join_all;
use spec::subscriptions::Service;
use spec::subscriptions::list_subscriptions::{Decision, ListedSubscriptions, Outcome, Request, decide};
use spec::{ListedSubscription, SubscriptionListing};
use subscriptions::{Subscription, SubscriptionId};
use wire::{Asked, take};

impl<S: Stores> Service for Subscriptions<'_, S> {
    served!();

    async fn list_subscriptions(&self, request: Asked<Request>) -> Result<Outcome, Failure> {
        let request = take!(request as Request { prefix, after, limit });
        let Decision::ListedSubscriptions = decide(&request);
        let prefix = request.prefix.as_ref().map_or("", |prefix| prefix.as_str());
        let after = request.after.as_ref().map_or("", |after| after.as_str());
        let limit = usize::try_from(request.limit.get()).unwrap_or(usize::MAX);
        let (subscriptions, next) = self.visible(prefix, after, limit).await?;
        Ok(ListedSubscriptions { body: SubscriptionListing { subscriptions, next } }.into())
    }
}

/// Minimum number of subscriptions in the queries after the first one, which found too few that the caller has permission for.
const ROWS_MIN: usize = 500;

/// Maximum bytes of the configurations and the states that are read at once from all databases. A row that is larger is read alone.
const BYTES_MAX: u64 = 4 << 20;

/// The next subscriptions of all databases, in order.
struct Part {
    found: Vec<Subscription>,
    /// More may follow after this id. `None`, if there are no others.
    until: Option<SubscriptionId>,
}

impl<S: Stores> Subscriptions<'_, S> {
    /// The first `limit` subscriptions that the caller has permission for, and the id of the last of them if there are more. Others are passed
    /// over, so that neither an id nor the end of a page shows that they exist. Their number is limited.
    async fn visible(
        &self,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<(Vec<ListedSubscription>, Option<spec::SubscriptionId>), Failure> {
        let (reach, mut rows) = (self.reach(), limit.saturating_add(1));
        let (mut visible, mut after) = (Vec::new(), after.to_owned());
        loop {
            let Part { found, until } = self.search(prefix, &after, rows).await?;
            for own in found.iter().filter(|own| reach.covers(&own.configuration)) {
                visible.push(listed(own)?);
            }
            match until {
                Some(until) if visible.len() <= limit => until.as_str().clone_into(&mut after),
                Some(_) | None => break,
            }
            rows = rows.max(ROWS_MIN);
        }
        let follows = visible.len() > limit;
        visible.truncate(limit);
        let next = visible.last().filter(|_| follows).map(|last| last.id.clone());
        Ok((visible, next))
    }

    /// The next subscriptions: from each database `rows` at most, and fewer if they are large.
    async fn search(&self, prefix: &str, after: &str, rows: usize) -> Result<Part, Failure> {
        let databases = self.listings.stores.databases();
        let wait = self.listings.settings.limits.database_wait;
        let (rows, bytes) = (rows as u64, BYTES_MAX / databases.all().len() as u64);
        let searches = (0..databases.all().len()).map(|number| async move {
            let database = Bounded::new(&databases.all()[number], wait, |wait| self.listings.stores.sleep(wait));
            let statement = log::list_subscriptions(prefix, after, rows, bytes);
            let found = database.batch(vec![statement, log::identity()]).await;
            let found = found.map_err(|error| databases.failure(number, error))?;
            databases.confirm_number(number, found.get(1)).await?;
            log::loaded_subscriptions(found.first(), rows)
        });
        let all: Vec<(Vec<Subscription>, bool)> = try_join_all(searches).await?;
        let ends = all.iter().filter(|(_, follows)| *follows).filter_map(|(found, _)| found.last());
        let until = ends.map(|last| &last.id).min().cloned();
        let mut found: Vec<Subscription> = all.into_iter().flat_map(|(found, _)| found).collect();
        // A database that was not read further may have smaller ids than these.
        found.retain(|own| until.as_ref().is_none_or(|until| own.id <= *until));
        found.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(Part { found, until })
    }
}
