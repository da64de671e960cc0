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
        let (page, next) = self.visible(prefix, after, limit).await?;
        let subscriptions = page.iter().map(listed).collect::<Result<_, _>>()?;
        let next = next.as_ref().map(name).transpose()?;
        Ok(ListedSubscriptions { body: SubscriptionListing { subscriptions, next } }.into())
    }
}

/// Minimum number of subscriptions in one query of a database.
const ROWS_MIN: usize = 500;

/// The first `limit` subscriptions, and the id of the last of them if more follow.
fn page(mut found: Vec<Subscription>, limit: usize) -> (Vec<Subscription>, Option<subscriptions::SubscriptionId>) {
    found.sort_by(|one, other| one.id.cmp(&other.id));
    let follows = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| follows).map(|last| last.id.clone());
    (found, next)
}

impl<S: Stores> Subscriptions<'_, S> {
    /// The first `limit` subscriptions that the caller has permission for, and the id of the last of them if there are more. Others are passed
    /// over, so that neither an id nor the end of a page shows that they exist. Their number is limited.
    async fn visible(
        &self,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<(Vec<Subscription>, Option<subscriptions::SubscriptionId>), Failure> {
        let (reach, rows) = (self.reach(), limit.max(ROWS_MIN));
        let (mut visible, mut after) = (Vec::new(), after.to_owned());
        loop {
            let (found, last) = page(self.search(prefix, &after, rows).await?, rows);
            visible.extend(found.into_iter().filter(|own| reach.covers(&own.configuration)));
            match last {
                Some(last) if visible.len() <= limit => last.as_str().clone_into(&mut after),
                Some(_) | None => return Ok(page(visible, limit)),
            }
        }
    }

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
