//! Objects that no row names: what is left when an object was put and the transaction that was to name it never came.
//!
//! Whatever a fork needs is named by a row of its ancestor, for as long as that one has forks. So an object that no row names can
//! be removed once it is so old that no transaction can be about to name it. Whether it may be the last copy of its stretch
//! depends on what else there is:
//!
//! - If rows of its generation hold the stretch, or the generation has a tombstone, the object is removed.
//! - Otherwise it is a leftover of a stream whose end left no trace, or all that is left of rows that have been lost. A few are
//!   removed; if there are more than the limit `orphans`, none is.
//!
//! A sweep also deletes old tombstones, which are only needed for as long as there may be objects of their generation.

use crate::Failure;
use crate::archive::cold::{self, KeyRange};
use crate::archive::part;
use crate::host::{Bucket, Database, Outcome, Statement, UnixMs};
use crate::log;
use spec::Limits;
use std::cell::Cell;
use std::collections::HashSet;
use std::time::Duration;

/// Maximum number of lists of objects, of up to a thousand each, in one sweep. The next one goes on where it has ended.
const LISTS: usize = 100;

/// Maximum number of keys that are removed at once.
const DELETIONS: usize = 1000;

/// Maximum number of tombstones that one sweep looks at in each database.
const TOMBSTONES: u64 = 10_000;

/// What a sweep has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Number of objects that were looked at.
    pub seen: usize,
    /// Number of objects removed whose stretch rows hold, or whose generation has a tombstone.
    pub covered: usize,
    /// Old objects that no row names and that may be the last copy of their stretch: at most one more than the limit
    /// `orphans`, so that there may be more of them.
    pub orphans: Vec<String>,
    /// Whether `orphans` have been removed, and are not too many for that.
    pub removed: bool,
}

/// Looks through objects in `bucket`, and removes those that no row of any of `databases` names.
///
/// The place that it has come to is written down after each list, so that a sweep that fails goes on from there.
///
/// # Errors
/// [`Failure`], if something did not answer. Nothing is lost by that but time.
pub async fn sweep<D: Database, B: Bucket>(
    databases: &[D],
    bucket: &B,
    limits: &Limits,
    now: UnixMs,
) -> Result<Swept, Failure> {
    let Some(first) = databases.first() else { return Err(Failure::Unanswerable("a sweep")) };
    let sweeper = Sweeper { databases, first, bucket, left: Cell::new(limits.sweep_requests) };
    let swept = sweeper.sweep_objects(limits, now).await?;
    sweeper.sweep_tombstones(limits.orphan_grace * 2).await?;
    Ok(swept)
}

struct Sweeper<'a, D, B> {
    databases: &'a [D],
    /// The database that the place of the sweep is written down in.
    first: &'a D,
    bucket: &'a B,
    /// How many more queries and requests this sweep may make.
    left: Cell<usize>,
}

impl<D: Database, B: Bucket> Sweeper<'_, D, B> {
    async fn sweep_objects(&self, limits: &Limits, now: UnixMs) -> Result<Swept, Failure> {
        // For one list: the list, two queries to each database, what is covered, and the place.
        let list_requests = 3 + 4 * self.databases.len();
        let begin = self.ask(self.first, vec![log::sweep_begin()]).await?;
        let mut after = log::loaded_sweep_begin(begin.first())?;
        let grace = u64::try_from(limits.orphan_grace.as_millis()).unwrap_or(u64::MAX);
        let mut swept = Swept::default();
        for lists in 0..LISTS {
            // For the end: what is not covered, with what this list may add to that.
            let last_requests = swept.orphans.len().div_ceil(DELETIONS) + 1;
            if lists > 0 && self.left.get() < list_requests + last_requests {
                break;
            }
            self.count(1);
            let list = self.bucket.list(cold::PREFIX, &after).await?;
            swept.seen += list.objects.len();
            let next = list.objects.last().map(|object| object.key.clone());
            let old = list.objects.into_iter().filter(|object| object.put_ms.saturating_add(grace) <= now);
            let (covered, orphans) = self.unnamed(old.map(|object| object.key).collect()).await?;
            swept.covered += covered.len();
            self.remove(&covered).await?;
            let room = limits.orphans.saturating_add(1).saturating_sub(swept.orphans.len());
            swept.orphans.extend(orphans.into_iter().take(room));
            after = next.filter(|_| list.more).unwrap_or_default();
            self.ask(self.first, vec![log::sweep_end(&after)]).await?;
            if after.is_empty() {
                break;
            }
        }
        swept.removed = swept.orphans.len() <= limits.orphans;
        if swept.removed {
            self.remove(&swept.orphans).await?;
        }
        Ok(swept)
    }

    /// Those of `keys` that no row names: first those that can't be the last copy of their stretch, then all others.
    async fn unnamed(&self, keys: Vec<String>) -> Result<(Vec<String>, Vec<String>), Failure> {
        // What is not called like a segment or a part is somebody else's.
        let (mut keys, others): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| cold::segment_id(key).is_some());
        let parts = others.into_iter().filter(|key| part::generation(key).is_some()).collect();
        let (mut covered, unnamed_parts) = self.unnamed_parts(parts).await?;
        for database in self.databases {
            if keys.is_empty() {
                break;
            }
            let places: Vec<_> = keys.iter().filter_map(|key| cold::segment_id(key)).collect();
            let named = log::loaded_named(self.ask(database, vec![log::named(&places)]).await?.first())?;
            let named: HashSet<_> = named.into_iter().collect();
            keys.retain(|key| !named.contains(key));
        }
        for database in self.databases {
            if keys.is_empty() {
                break;
            }
            let stretches: Vec<KeyRange> = keys.iter().filter_map(|key| cold::range_of(key)).collect();
            let found = log::loaded_covered(self.ask(database, vec![log::covered(&stretches)]).await?.first())?;
            covered.extend(keys.extract_if(.., |key| found.contains(key)));
        }
        keys.extend(unnamed_parts);
        Ok((covered, keys))
    }

    /// The same of parts, which can be the last copy of something only as long as their generation has no tombstone.
    async fn unnamed_parts(&self, mut keys: Vec<String>) -> Result<(Vec<String>, Vec<String>), Failure> {
        let mut ended = Vec::new();
        for database in self.databases {
            if keys.is_empty() {
                break;
            }
            let asked: Vec<_> = keys.iter().filter_map(|key| Some((part::generation(key)?, &**key))).collect();
            let found = self.ask(database, vec![log::named_parts(&asked), log::deleted_parts(&asked)]).await?;
            let named: HashSet<_> = log::loaded_named(found.first())?.into_iter().collect();
            let over: HashSet<_> = log::loaded_named(found.get(1))?.into_iter().collect();
            keys.retain(|key| !named.contains(key));
            ended.extend(keys.extract_if(.., |key| over.contains(key)));
        }
        Ok((ended, keys))
    }

    async fn remove(&self, keys: &[String]) -> Result<(), Failure> {
        for keys in keys.chunks(DELETIONS) {
            self.count(1);
            self.bucket.delete(keys.to_vec()).await?;
        }
        Ok(())
    }

    /// Deletes tombstones that are older than `age`: in each database some, from where the last sweep has ended.
    async fn sweep_tombstones(&self, age: Duration) -> Result<(), Failure> {
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        for database in self.databases {
            let look = log::tombstones_from_here(TOMBSTONES);
            let delete = log::TOMBSTONE_STATEMENTS;
            if self.left.get() < look.len() + delete {
                break;
            }
            let until = log::loaded_tombstones_until(&self.ask(database, look).await?)?;
            self.ask(database, log::delete_tombstones(&until, age)).await?;
        }
        Ok(())
    }

    async fn ask(&self, database: &D, statements: Vec<Statement>) -> Result<Vec<Outcome>, Failure> {
        self.count(statements.len());
        Ok(database.batch(statements).await?)
    }

    fn count(&self, requests: usize) {
        self.left.set(self.left.get().saturating_sub(requests));
    }
}
