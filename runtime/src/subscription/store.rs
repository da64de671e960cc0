//! The reads and writes of a subscription in the databases.

use crate::Failure;
use crate::host::deadline::Bounded;
use crate::host::{Database, Host, UnixMs};
use crate::log::subscriptions::{self as log, Found, Range};
use crate::log::{clock, identity, late_commit_ms, load_alone, loaded_alone, loaded_clock};
use crate::stream::Fence;
use spec::Limits;
use spec::stream::Path;
use std::collections::BTreeMap;
use subscriptions::{AtPath, Link, Linked, Links, Pattern, Stored, SubscriptionId, Write};

/// Number of paths in one query for the streams that a pattern matches.
const PATHS_PER_QUERY: u64 = 1_000;

/// The databases, as the subscription `id` uses them.
pub struct Store<'a, H> {
    pub host: &'a H,
    pub limits: &'a Limits,
    pub id: &'a SubscriptionId,
}

/// The record of a subscription.
pub struct Record {
    /// The fence of its row, if it has one.
    pub fence: Option<Fence>,
    pub stored: Stored,
    /// The time by the clock of the database.
    pub clock: UnixMs,
}

/// More streams match a pattern than a subscription can have links, or more would have to be compared with it than the limits allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// The streams of `found`, without wake streams.
pub fn linkable(found: Vec<(Path, Found)>) -> Vec<AtPath> {
    let linkable = found.into_iter().filter(|(_, found)| !found.is_wake_stream);
    let at = |(path, Found { stream, is_arriving, .. })| AtPath { path, stream, is_arriving };
    linkable.map(at).collect()
}

impl<H: Host> Store<'_, H> {
    /// Reads the record.
    ///
    /// # Errors
    /// [`Failure`], if the database does not answer, or is not the one of this deployment.
    pub async fn record(&self) -> Result<Record, Failure> {
        let databases = self.host.databases();
        let number = databases.number(self.id.as_str());
        let outcomes = self.database(number).batch(vec![log::record(self.id), identity(), clock()]).await;
        let outcomes = outcomes.map_err(|error| databases.failure(number, error))?;
        databases.confirm_number(number, outcomes.get(1)).await?;
        let (fence, stored) = log::loaded_record(self.id, outcomes.first())?;
        Ok(Record { fence, stored, clock: loaded_clock(outcomes.get(2))? })
    }

    /// Reads the links, and then their streams. Links to wake streams are hidden. `None`, if the row no longer has the fence `expected`.
    ///
    /// # Errors
    /// [`Failure`], if a database does not answer.
    pub async fn links(&self, expected: Option<&Fence>) -> Result<Option<Links>, Failure> {
        let own = self.host.databases().number(self.id.as_str());
        let outcomes = self.database(own).batch(vec![log::fence(self.id), log::links(self.id)]).await?;
        if log::loaded_fence(outcomes.first())?.as_ref() != expected {
            return Ok(None);
        }
        let mut links: BTreeMap<Path, (Link, Found)> = BTreeMap::new();
        for (link, found) in log::loaded_links(outcomes.get(1))? {
            links.insert(link.path.clone(), (link, found));
        }
        let elsewhere: Vec<Path> = links.keys().filter(|path| self.number_of(path) != own).cloned().collect();
        for (path, found) in self.streams(&elsewhere).await? {
            if let Some((_, there)) = links.get_mut(&path) {
                *there = found;
            }
        }
        let (hidden, shown): (Vec<_>, Vec<_>) = links.into_values().partition(|(_, found)| found.is_wake_stream);
        let linked = |(link, found): (Link, Found)| Linked { link, stream: found.stream };
        Ok(Some(Links::new(shown.into_iter().map(linked)).with_hidden(hidden.into_iter().map(linked))))
    }

    /// Reads the streams at these paths.
    async fn streams(&self, paths: &[Path]) -> Result<Vec<(Path, Found)>, Failure> {
        let mut all = Vec::new();
        for (number, paths) in self.by_database(paths) {
            let outcomes = self.database(number).batch(log::streams(paths.into_iter())).await?;
            all.extend(log::loaded_streams(&outcomes)?);
        }
        Ok(all)
    }

    /// Registers the subscription with the streams at these paths, and reads them. They need not exist.
    ///
    /// # Errors
    /// [`Failure`], if a database does not answer.
    pub async fn subscribe(&self, paths: &[Path]) -> Result<Vec<(Path, Found)>, Failure> {
        let mut all = Vec::new();
        for (number, paths) in self.by_database(paths) {
            let outcomes = self.database(number).batch(log::subscribe(self.id, &paths)).await?;
            all.extend(log::loaded_streams(&outcomes)?);
        }
        Ok(all)
    }

    /// Registers the pattern with all databases, and returns the paths of the streams that match it. Streams that are created from then on
    /// are announced to the subscription.
    ///
    /// # Errors
    /// [`Failure`], if a database does not answer. [`TooMany`], if there are more than `most`, or than `limits.compared_streams` are compared.
    pub async fn matching(&self, pattern: &Pattern, most: usize) -> Result<Result<Vec<Path>, TooMany>, Failure> {
        let (mut matching, mut compared) = (Vec::new(), 0);
        for number in 0..self.host.databases().all().len() {
            let mut range = Range::of(pattern);
            let mut statements = vec![log::add_pattern(self.id, pattern)];
            loop {
                statements.push(log::paths_in(&range, PATHS_PER_QUERY));
                let outcomes = self.database(number).batch(std::mem::take(&mut statements)).await?;
                let paths = log::loaded_paths(outcomes.last())?;
                matching.extend(paths.iter().filter(|path| pattern.matches(path)).cloned());
                compared += paths.len();
                if matching.len() > most || compared > self.limits.compared_streams {
                    return Ok(Err(TooMany));
                }
                let Some(last) = paths.last().filter(|_| paths.len() as u64 == PATHS_PER_QUERY) else { break };
                range = range.after(last);
            }
        }
        Ok(Ok(matching))
    }

    /// Whether there is an open stream of JSON messages at a path.
    ///
    /// # Errors
    /// [`Failure`], if the database does not answer.
    pub async fn can_take_events(&self, path: &Path) -> Result<bool, Failure> {
        let outcomes = self.database(self.number_of(path)).batch(vec![load_alone(path.as_str())]).await?;
        Ok(loaded_alone(&outcomes)?.is_some_and(|stream| stream.is_json() && !stream.closed && !stream.gone))
    }

    /// Registers the wake stream, which no subscription is linked to from then on.
    ///
    /// # Errors
    /// [`Failure`], if the database does not answer.
    pub async fn add_wake_stream(&self, path: &Path) -> Result<(), Failure> {
        self.database(self.number_of(path)).batch(vec![log::add_wake_stream(self.id, path)]).await?;
        Ok(())
    }

    /// Removes the registration of the wake stream, unless it is so young that it may be that of a creation which is under way.
    ///
    /// # Errors
    /// [`Failure`], if the database does not answer.
    pub async fn remove_wake_stream(&self, path: &Path, until: UnixMs) -> Result<(), Failure> {
        let removal = log::remove_wake_stream(self.id, path, late_commit_ms(self.limits), until);
        self.database(self.number_of(path)).batch(vec![removal]).await?;
        Ok(())
    }

    /// Writes a change that was decided on the record with the fence `before`, or on no record. `false`, if nothing was written, because there
    /// are too many other subscriptions.
    ///
    /// # Errors
    /// [`Failure::FenceMismatch`], if nothing was written because of the fence. With any other failure, the outcome is unknown.
    pub async fn write(
        &self,
        before: Option<&Fence>,
        after: &Fence,
        write: &Write,
        until: UnixMs,
    ) -> Result<bool, Failure> {
        let statements = log::write(self.id, before, after, write, until, self.limits);
        let outcomes = self.database(self.host.databases().number(self.id.as_str())).batch(statements).await?;
        log::is_written(write, &outcomes)
    }

    /// Whether there are too many other subscriptions for one more.
    ///
    /// # Errors
    /// [`Failure`], if the database does not answer.
    pub async fn is_full(&self, before: Option<&Fence>, has_pattern: bool) -> Result<bool, Failure> {
        let statement = log::fullness(self.id, before, has_pattern, self.limits);
        let own = self.database(self.host.databases().number(self.id.as_str()));
        Ok(log::is_full(own.batch(vec![statement]).await?.first()))
    }

    fn number_of(&self, path: &Path) -> usize {
        self.host.databases().number(path.as_str())
    }

    /// The paths of each database that has some.
    fn by_database<'p>(&self, paths: &'p [Path]) -> BTreeMap<usize, Vec<&'p Path>> {
        let mut all: BTreeMap<usize, Vec<&Path>> = BTreeMap::new();
        for path in paths {
            all.entry(self.number_of(path)).or_default().push(path);
        }
        all
    }

    fn database(&self, number: usize) -> impl Database + '_ {
        let sleep = |wait| self.host.sleep(wait);
        Bounded::new(&self.host.databases().all()[number], self.limits.database_wait, sleep)
    }
}
