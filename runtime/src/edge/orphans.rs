//! The sweep for R2 objects that no row references. One remains if an object was stored but its transaction did not commit.
//!
//! The data that a fork inherits is referenced by rows of its source, which stay while the source has forks. An unreferenced object
//! can therefore be deleted as soon as it is older than any pending transaction can be. It may be the last copy of its
//! range, so two cases differ:
//!
//! - If rows of its generation contain the range, or the generation has a tombstone, the object is deleted.
//! - Otherwise the object is left over from a failed write or from a stream whose tombstone was deleted, or it is the last copy of data
//!   whose rows D1 has lost. Up to the limit `orphans`, such objects are deleted. If there are more, none is.
//!
//! A sweep also deletes old tombstones. They are needed only while R2 may contain objects of their generation.

use crate::Failure;
use crate::archive::cold::{self, KeyRange};
use crate::archive::part;
use crate::host::{Bucket, Database, Outcome, Statement, UnixMs};
use crate::log;
use spec::Limits;
use std::cell::Cell;
use std::collections::HashSet;
use std::time::Duration;

/// Maximum number of lists of R2 objects (up to 1,000 each) in one sweep. The next sweep continues after the last one.
const LISTS_MAX: usize = 100;

/// Maximum number of keys in one deletion request.
const DELETED_KEYS_MAX: usize = 1000;

/// Maximum number of tombstones that one sweep reads in each database.
const TOMBSTONES_MAX: u64 = 10_000;

/// The result of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Number of R2 objects listed.
    pub seen: usize,
    /// Number of objects deleted because rows contain their range or their generation has a tombstone.
    pub covered: usize,
    /// Keys of old unreferenced objects that may be the last copy of their range. The list ends one key above the limit `orphans`,
    /// so there can be more.
    pub orphans: Vec<String>,
    /// Whether `orphans` have been deleted, because they do not exceed the limit.
    pub removed: bool,
}

/// Lists objects in `bucket`, and deletes old ones that no row of any of `databases` references.
///
/// The last key is saved after each list. After a failure, the next sweep continues there.
///
/// # Errors
/// [`Failure`], if D1 or R2 failed. The sweep can be repeated.
pub async fn sweep<D: Database, B: Bucket>(
    databases: &[D],
    bucket: &B,
    limits: &Limits,
    now: UnixMs,
) -> Result<Swept, Failure> {
    let Some(first) = databases.first() else { return Err(Failure::Inconsistent("a sweep")) };
    let sweeper = Sweeper { databases, first, bucket, left: Cell::new(limits.sweep_requests) };
    let swept = sweeper.sweep_objects(limits, now).await?;
    sweeper.sweep_tombstones(limits.orphan_grace * 2).await?;
    Ok(swept)
}

struct Sweeper<'a, D, B> {
    databases: &'a [D],
    /// The database in which the sweep's last key is saved.
    first: &'a D,
    bucket: &'a B,
    /// Number of queries and requests that this sweep can still make.
    left: Cell<usize>,
}

impl<D: Database, B: Bucket> Sweeper<'_, D, B> {
    async fn sweep_objects(&self, limits: &Limits, now: UnixMs) -> Result<Swept, Failure> {
        // One list takes one list request, four queries per database, one deletion of covered objects, and one query to save the last
        // key.
        let list_requests = 3 + 4 * self.databases.len();
        let begin = self.query(self.first, vec![log::sweep_begin()]).await?;
        let mut after = log::loaded_sweep_begin(begin.first())?;
        let grace = u64::try_from(limits.orphan_grace.as_millis()).unwrap_or(u64::MAX);
        let mut swept = Swept::default();
        for lists in 0..LISTS_MAX {
            // Deletions at the end: one for each full batch of orphans, and one for those that this list can add.
            let last_requests = swept.orphans.len().div_ceil(DELETED_KEYS_MAX) + 1;
            if lists > 0 && self.left.get() < list_requests + last_requests {
                break;
            }
            self.count(1);
            let list = self.bucket.list(cold::PREFIX, &after).await?;
            swept.seen += list.objects.len();
            let next = list.objects.last().map(|object| object.key.clone());
            let old = list.objects.into_iter().filter(|object| object.put_ms.saturating_add(grace) <= now);
            let (covered, orphans) = self.unreferenced(old.map(|object| object.key).collect()).await?;
            swept.covered += covered.len();
            self.remove(&covered).await?;
            let room = limits.orphans.saturating_add(1).saturating_sub(swept.orphans.len());
            swept.orphans.extend(orphans.into_iter().take(room));
            after = next.filter(|_| list.more).unwrap_or_default();
            self.query(self.first, vec![log::sweep_end(&after)]).await?;
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

    /// The unreferenced ones of `keys`: first those that can't be the last copy of their range, then all others.
    async fn unreferenced(&self, keys: Vec<String>) -> Result<(Vec<String>, Vec<String>), Failure> {
        // A key that does not have the form of a segment or a part is not ours.
        let (mut keys, others): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| cold::segment_id(key).is_some());
        let parts = others.into_iter().filter(|key| part::generation(key).is_some()).collect();
        let (mut covered, unnamed_parts) = self.unnamed_parts(parts).await?;
        for database in self.databases {
            if keys.is_empty() {
                break;
            }
            let places: Vec<_> = keys.iter().filter_map(|key| cold::segment_id(key)).collect();
            let named = log::loaded_named(self.query(database, vec![log::named(&places)]).await?.first())?;
            let named: HashSet<_> = named.into_iter().collect();
            keys.retain(|key| !named.contains(key));
        }
        for database in self.databases {
            if keys.is_empty() {
                break;
            }
            let stretches: Vec<KeyRange> = keys.iter().filter_map(|key| cold::range_of(key)).collect();
            let found = log::loaded_covered(self.query(database, vec![log::covered(&stretches)]).await?.first())?;
            covered.extend(keys.extract_if(.., |key| found.contains(key)));
        }
        keys.extend(unnamed_parts);
        Ok((covered, keys))
    }

    /// Like [`Self::unreferenced`], for parts. A part can be the last copy of its range only if its generation has no tombstone.
    async fn unnamed_parts(&self, mut keys: Vec<String>) -> Result<(Vec<String>, Vec<String>), Failure> {
        let mut ended = Vec::new();
        for database in self.databases {
            if keys.is_empty() {
                break;
            }
            let generations: Vec<_> = keys.iter().filter_map(|key| Some((part::generation(key)?, &**key))).collect();
            let found =
                self.query(database, vec![log::named_parts(&generations), log::deleted_parts(&generations)]).await?;
            let named: HashSet<_> = log::loaded_named(found.first())?.into_iter().collect();
            let over: HashSet<_> = log::loaded_named(found.get(1))?.into_iter().collect();
            keys.retain(|key| !named.contains(key));
            ended.extend(keys.extract_if(.., |key| over.contains(key)));
        }
        Ok((ended, keys))
    }

    async fn remove(&self, keys: &[String]) -> Result<(), Failure> {
        for keys in keys.chunks(DELETED_KEYS_MAX) {
            self.count(1);
            self.bucket.delete(keys.to_vec()).await?;
        }
        Ok(())
    }

    /// Deletes tombstones older than `age`. In each database, it reads at most [`TOMBSTONES_MAX`] of them, after those of the last sweep.
    async fn sweep_tombstones(&self, age: Duration) -> Result<(), Failure> {
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        for database in self.databases {
            let look = log::tombstones_from_here(TOMBSTONES_MAX);
            let delete = log::TOMBSTONE_STATEMENTS;
            if self.left.get() < look.len() + delete {
                break;
            }
            let until = log::loaded_tombstones_until(&self.query(database, look).await?)?;
            self.query(database, log::delete_tombstones(&until, age)).await?;
        }
        Ok(())
    }

    async fn query(&self, database: &D, statements: Vec<Statement>) -> Result<Vec<Outcome>, Failure> {
        self.count(statements.len());
        Ok(database.batch(statements).await?)
    }

    fn count(&self, requests: usize) {
        self.left.set(self.left.get().saturating_sub(requests));
    }
}
