//! The sweep for what subscriptions have missed, because Durable Objects died before they could notify them: streams that were created, and
//! data of linked streams. It also deletes what subscriptions have left behind in the databases of streams.

mod registrations;

use crate::Failure;
use crate::edge::scheduled::Platform;
use crate::fanout::bridge;
use crate::host::deadline::{Bounded, no_answer, within};
use crate::host::{Database, HostError, UnixMs, milliseconds};
use crate::log::subscriptions::{self as rows, Found};
use crate::log::{self, PatternRow, loaded_patterns};
use crate::stream::Generation;
use crate::subscription::call::{Call, Envelope};
use crate::subscription::message::{Answer, Message};
use spec::Limits;
use spec::stream::Path;
use std::collections::{BTreeMap, BTreeSet};
use subscriptions::{Link, Linked, Pattern, SubscriptionId};

/// Number of links or streams in one query.
const ROWS_PER_QUERY: u64 = 1_000;

/// Notifies subscriptions of what they have missed, and deletes registrations that lead nowhere. Returns how many messages were sent.
///
/// # Errors
/// [`Failure`], if a database or a subscription does not answer. The next sweep repeats what is left.
pub async fn sweep<P: Platform>(stores: &P, limits: &Limits) -> Result<usize, Failure> {
    let sweep = Sweep { stores, limits };
    let mut sent = 0;
    for number in 0..stores.databases().all().len() {
        sent += sweep.announce_arrivals(number).await?;
        sent += sweep.poke_pending(number).await?;
        sweep.delete_stale(number).await?;
    }
    Ok(sent)
}

struct Sweep<'a, P> {
    stores: &'a P,
    limits: &'a Limits,
}

impl<P: Platform> Sweep<'_, P> {
    async fn announce_arrivals(&self, number: usize) -> Result<usize, Failure> {
        let (mut sent, mut full) = (0, BTreeSet::new());
        let mut after = (String::new(), String::new());
        loop {
            let statements = vec![rows::arrivals_after(&after.0, &after.1, ROWS_PER_QUERY), rows::patterns()];
            let outcomes = self.database(number).batch(statements).await?;
            let arrivals = rows::loaded_arrivals(outcomes.first())?;
            let patterns = loaded_patterns(outcomes.get(1))?;
            for (path, generation) in &arrivals {
                sent += self.announce(number, path, generation, &patterns, &mut full).await?;
            }
            match arrivals.last().filter(|_| arrivals.len() as u64 == ROWS_PER_QUERY) {
                Some((path, generation)) => after = (path.as_str().to_owned(), generation.0.clone()),
                None => return Ok(sent),
            }
        }
    }

    /// Notifies all matching subscriptions of a stream, and then forgets its arrival. Those of `full` can take no more streams, and get no more
    /// messages.
    async fn announce(
        &self,
        number: usize,
        path: &Path,
        generation: &Generation,
        patterns: &[PatternRow],
        full: &mut BTreeSet<String>,
    ) -> Result<usize, Failure> {
        let (mut sent, mut is_known) = (0, true);
        for PatternRow { subscription, pattern } in patterns {
            let pattern = Pattern::read(pattern).map_err(|_| Failure::Corrupt("patterns.pattern"))?;
            if !pattern.is_some_and(|pattern| pattern.matches(path)) {
                continue;
            }
            if full.contains(subscription) {
                is_known = false;
                continue;
            }
            sent += 1;
            let message = Message::Arrived { path: path.as_str().to_owned(), generation: generation.0.clone() };
            match self.notify(subscription, message).await? {
                Answer::Done => {}
                Answer::Full => {
                    full.insert(subscription.clone());
                    is_known = false;
                }
                Answer::Unknown => {
                    let delete = log::delete_pattern(subscription, self.late_commit_ms());
                    is_known &= log::is_deleted(&self.database(number).batch(delete).await?);
                }
            }
        }
        if is_known {
            self.database(number).batch(vec![log::delete_arrival(path.as_str(), generation)]).await?;
        }
        Ok(sent)
    }

    /// Notifies the subscriptions with links to streams that have more than their cursors.
    async fn poke_pending(&self, number: usize) -> Result<usize, Failure> {
        let mut pending: BTreeMap<String, Path> = BTreeMap::new();
        let mut after = (String::new(), String::new());
        loop {
            let statement = rows::links_after(&after.0, &after.1, ROWS_PER_QUERY);
            let outcomes = self.database(number).batch(vec![statement]).await?;
            let links = rows::loaded_links_after(outcomes.first())?;
            let is_last = (links.len() as u64) < ROWS_PER_QUERY;
            if let Some((subscription, link, _)) = links.last() {
                after = (subscription.clone(), link.path.as_str().to_owned());
            }
            for (subscription, link) in self.pending(number, links).await? {
                pending.entry(subscription).or_insert(link.path);
            }
            if is_last {
                break;
            }
        }
        for (subscription, path) in &pending {
            // A subscription that does not exist any more has no pending links.
            let _: Answer = self.notify(subscription, Message::Moved { path: path.as_str().to_owned() }).await?;
        }
        Ok(pending.len())
    }

    /// The links of database `number` whose streams have more than their cursors.
    async fn pending(&self, number: usize, links: Vec<(String, Link, Found)>) -> Result<Vec<(String, Link)>, Failure> {
        let databases = self.stores.databases();
        let mut elsewhere: BTreeMap<usize, Vec<&Path>> = BTreeMap::new();
        for (_, link, _) in &links {
            let own = databases.number(link.path.as_str());
            if own != number {
                elsewhere.entry(own).or_default().push(&link.path);
            }
        }
        let mut there: BTreeMap<Path, Found> = BTreeMap::new();
        for (own, paths) in elsewhere {
            let outcomes = self.database(own).batch(rows::streams(paths.into_iter())).await?;
            for (path, found) in rows::loaded_streams(&outcomes)? {
                there.insert(path, found);
            }
        }
        let pending = links.into_iter().filter_map(|(subscription, link, here)| {
            let found = there.get(&link.path).cloned().unwrap_or(here);
            let linked = Linked { link, stream: found.stream };
            let is_pending = !found.is_wake_stream && linked.pending().is_some();
            is_pending.then_some((subscription, linked.link))
        });
        Ok(pending.collect())
    }

    /// Age from which on a registration is not that of a transaction that is under way.
    fn late_commit_ms(&self) -> UnixMs {
        2 * milliseconds(self.limits.transaction_validity)
    }

    async fn notify(&self, id: &str, message: Message) -> Result<Answer, Failure> {
        let wait = self.limits.object_wait;
        let to = SubscriptionId::read(id).map_err(|_| Failure::Corrupt("links.subscription"))?;
        let text = bridge::write(&Envelope { id: to, call: Call::Message(message) })
            .map_err(|error| HostError(error.to_string()))?;
        let answer = within(self.stores.sleep(wait), self.stores.call_subscription(id, text)).await;
        let answer = answer.unwrap_or_else(|| Err(HostError(no_answer(wait))))?;
        Ok(bridge::read(&answer).map_err(|error| HostError(error.to_string()))?)
    }

    fn database(&self, number: usize) -> impl Database + '_ {
        let sleep = |wait| self.stores.sleep(wait);
        Bounded::new(&self.stores.databases().all()[number], self.limits.database_wait, sleep)
    }
}
