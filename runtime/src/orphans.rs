//! Objects that nothing names: what is left when an object was put and the transaction that was to name it never came.
//!
//! Whatever a fork needs is named by a row of its ancestor, for as long as that one has forks. So what no row names can
//! go, once it is so old that no transaction can be about to name it. Many of them at once are no leftovers, but a
//! database that has been lost or rolled back: then they are all that is left of it, and none is removed.

use crate::Failure;
use crate::cold::{self, Place};
use crate::host::{Bucket, Database, UnixMs};
use crate::log;
use spec::Limits;
use std::collections::HashSet;

/// Lists of objects, of up to a thousand each, that one sweep goes through. The next goes on where it has ended.
const LISTS: usize = 100;

/// Keys that are removed at once.
const DELETIONS: usize = 1000;

/// What a sweep has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept {
    /// Objects that were looked at.
    pub seen: usize,
    /// Those of them that nothing names, old enough to be removed.
    pub orphans: Vec<String>,
    /// Whether they have been removed, and are not too many for that.
    pub removed: bool,
}

/// Looks through objects in `bucket`, and removes those that no row of any of `databases` names.
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
    let begin = first.batch(vec![log::sweep_begin()]).await?;
    let mut after = log::loaded_sweep_begin(begin.first())?;
    let grace = u64::try_from(limits.orphan_grace.as_millis()).unwrap_or(u64::MAX);
    let mut swept = Swept { seen: 0, orphans: Vec::new(), removed: false };
    for _ in 0..LISTS {
        let list = bucket.list(cold::PREFIX, &after).await?;
        swept.seen += list.objects.len();
        let next = list.objects.last().map(|object| object.key.clone());
        let old = list.objects.into_iter().filter(|object| object.put_ms.saturating_add(grace) <= now);
        swept.orphans.extend(unnamed(databases, old.map(|object| object.key).collect()).await?);
        after = next.filter(|_| list.more).unwrap_or_default();
        if after.is_empty() {
            break;
        }
    }
    swept.removed = swept.orphans.len() <= limits.orphans;
    if swept.removed {
        for keys in swept.orphans.chunks(DELETIONS) {
            bucket.delete(keys.to_vec()).await?;
        }
    }
    first.batch(vec![log::sweep_end(&after)]).await?;
    Ok(swept)
}

/// Those of `keys` that no row names.
async fn unnamed<D: Database>(databases: &[D], keys: Vec<String>) -> Result<Vec<String>, Failure> {
    let places: Vec<Place<'_>> = keys.iter().filter_map(|key| cold::place(key)).collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let mut named = HashSet::new();
    for database in databases {
        named.extend(log::loaded_named(database.batch(vec![log::named(&places)]).await?.first())?);
    }
    // What is not called like a segment is somebody else's.
    let ours = |key: &String| cold::place(key).is_some();
    Ok(keys.iter().filter(|key| ours(key) && !named.contains(*key)).cloned().collect())
}
