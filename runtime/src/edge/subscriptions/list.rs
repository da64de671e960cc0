//! Lists of subscriptions, which the edge reads from all databases.

use super::Subscriptions;
use super::representation::listed;
use crate::Failure;
use crate::edge::edge_read::Stores;
use crate::edge::subscriptions::served;
use crate::host::Database as _;
use crate::host::deadline::Bounded;
use crate::log;
use crate::subscription::notice::name;
use futures_util::future::try_join_all;
use spec::SubscriptionListing;
use spec::subscriptions::Service;
use spec::subscriptions::list_subscriptions::{Decision, ListedSubscriptions, Outcome, Request, decide};
use subscriptions::Subscription;
use wire::{Asked, take};

impl<S: Stores> Service for Subscriptions<'_, S> {
    served!();

    async fn list_subscriptions(&self, request: Asked<Request>) -> Result<Outcome, Failure> {
        let request = take!(request as Request { prefix, after, limit });
        let Decision::ListedSubscriptions = decide(&request);
        let prefix = request.prefix.as_ref().map_or("", |prefix| prefix.as_str());
        let after = request.after.as_ref().map_or("", |after| after.as_str());
        let limit = usize::try_from(request.limit.get()).unwrap_or(usize::MAX);
        let found = self.search(prefix, after, limit).await?;
        let reach = self.reach();
        let (page, next) = page(found, limit);
        let visible = page.iter().filter(|own| reach.covers(&own.configuration));
        let subscriptions = visible.map(listed).collect::<Result<_, _>>()?;
        let next = next.as_ref().map(name).transpose()?;
        Ok(ListedSubscriptions { body: SubscriptionListing { subscriptions, next } }.into())
    }
}

/// The first `limit` subscriptions, and the id of the last of them if more follow.
fn page(mut found: Vec<Subscription>, limit: usize) -> (Vec<Subscription>, Option<subscriptions::SubscriptionId>) {
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let follows = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| follows).map(|last| last.id.clone());
    (found, next)
}

impl<S: Stores> Subscriptions<'_, S> {
    /// At least the first `limit` subscriptions, and one more if there is one.
    async fn search(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Subscription>, Failure> {
        let databases = self.listings.stores.databases();
        let wait = self.listings.settings.limits.database_wait;
        let searches = (0..databases.all().len()).map(|number| async move {
            let database = Bounded::new(&databases.all()[number], wait, |wait| self.listings.stores.sleep(wait));
            let statement = log::list_subscriptions(prefix, after, limit as u64 + 1);
            let found = database.batch(vec![statement, log::identity()]).await;
            let found = found.map_err(|error| databases.failure(number, error))?;
            databases.confirm_number(number, found.get(1)).await?;
            log::loaded_subscriptions(found.first())
        });
        Ok(try_join_all(searches).await?.concat())
    }
}
