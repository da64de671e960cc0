//! Subscriptions with links to streams that have more than their cursors.

use super::place::Place;
use super::{Platform, ROWS_PER_PAGE, Sweep};
use crate::Failure;
use crate::log::subscriptions::{self as rows, Found, LinkRow};
use crate::subscription::message::Message;
use futures_util::future::join_all;
use spec::stream::Path;
use std::collections::BTreeMap;
use subscriptions::{Link, Linked};

/// A text after all paths, because paths are percent-encoded.
const AFTER_PATHS: &str = "\u{7f}";

impl<P: Platform> Sweep<'_, P> {
    /// Notifies the subscriptions of the next links, if they are pending. Returns where the sweep continues.
    pub(super) async fn poke_pending(&self, place: &Place) -> Result<Place, Failure> {
        let [subscription, path] = &place.after;
        let outcomes = self.query(place.database, vec![rows::links_after(subscription, path, ROWS_PER_PAGE)]).await?;
        let links = rows::loaded_links_after(outcomes.first())?;
        let last = links.last().map(|row| [row.subscription.clone(), row.path.clone()]);
        let next = self.next(place, last, links.len() as u64 == ROWS_PER_PAGE);
        if links.is_empty() {
            return Ok(next);
        }
        Ok(self.process(next, self.poke(place, links)).await)
    }

    async fn poke(&self, place: &Place, links: Vec<LinkRow>) -> Result<Option<Place>, Failure> {
        let mut pending: BTreeMap<String, Path> = BTreeMap::new();
        for (subscription, link) in self.pending(place.database, links).await {
            if !self.poked.borrow().contains(&subscription) {
                pending.entry(subscription).or_insert(link.path);
            }
        }
        let pending: Vec<(String, Path)> = pending.into_iter().collect();
        let (mut left, mut place) = (&pending[..], place.clone());
        while !left.is_empty() {
            let room = self.room().min(left.len());
            if room == 0 {
                return Ok(Some(place));
            }
            let (now, later) = left.split_at(room);
            join_all(now.iter().map(|(subscription, path)| self.poke_one(subscription, path))).await;
            place = place.after([now[room - 1].0.clone(), AFTER_PATHS.to_owned()]);
            left = later;
        }
        Ok(None)
    }

    async fn poke_one(&self, subscription: &str, path: &Path) {
        self.poked.borrow_mut().insert(subscription.to_owned());
        // A subscription that does not exist any more has no pending links.
        if let Err(failure) = self.notify(subscription, Message::Moved { path: path.as_str().to_owned() }).await {
            self.failed(failure);
        }
    }

    /// The links of database `number` whose streams have more than their cursors.
    async fn pending(&self, number: usize, rows: Vec<LinkRow>) -> Vec<(String, Link)> {
        let mut links = Vec::new();
        for LinkRow { subscription, linked, .. } in rows {
            match linked {
                Ok((link, here)) => links.push((subscription, link, here)),
                Err(failure) => self.failed(failure),
            }
        }
        let there = self.elsewhere(number, &links).await;
        let pending = links.into_iter().filter_map(|(subscription, link, here)| {
            let found = there.get(&link.path).cloned().unwrap_or(here);
            let linked = Linked { link, stream: found.stream };
            let is_pending = !found.is_wake_stream && linked.pending().is_some();
            is_pending.then_some((subscription, linked.link))
        });
        pending.collect()
    }

    /// The streams of links that are in other databases than `number`. Those that can't be read are missing.
    async fn elsewhere(&self, number: usize, links: &[(String, Link, Found)]) -> BTreeMap<Path, Found> {
        let mut paths: BTreeMap<usize, Vec<&Path>> = BTreeMap::new();
        for (_, link, _) in links {
            let own = self.stores.databases().number(link.path.as_str());
            if own != number {
                paths.entry(own).or_default().push(&link.path);
            }
        }
        let mut streams = BTreeMap::new();
        for (own, paths) in paths {
            let outcomes = match self.query(own, rows::streams(paths.into_iter())).await {
                Ok(outcomes) => outcomes,
                Err(failure) => {
                    self.failed(failure);
                    continue;
                }
            };
            for found in rows::each_loaded_stream(&outcomes) {
                match found {
                    Ok((path, found)) => drop(streams.insert(path, found)),
                    Err(failure) => self.failed(failure),
                }
            }
        }
        streams
    }
}
