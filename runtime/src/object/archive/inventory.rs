//! Finding what a stream can be restored from: the generation, and its undamaged segments.

use crate::Failure;
use crate::archive::cold::{self, Cold, VerifiedSegment};
use crate::host::{Bucket as _, Database as _, Host};
use crate::log::{self, Leftover};
use crate::object::Object;
use crate::object::restore::RestoreStep;
use crate::stream::Stream;
use std::time::Duration;

/// The data for a restoration, and the in-memory state when it was collected.
pub(in crate::object) struct Inventory {
    pub(in crate::object) load_id: u64,
    /// The stream as stored in D1.
    pub(in crate::object) before: Option<Stream>,
    pub(in crate::object) generation: String,
    /// The segments of this generation that passed every check.
    pub(in crate::object) verified: Vec<VerifiedSegment>,
    /// One line for each damaged segment.
    pub(in crate::object) report: String,
    /// Whether R2 has a newer generation than D1 that was not deleted. Then D1 was rolled back to a time before its
    /// creation.
    pub(in crate::object) outdated: bool,
}

impl<H: Host> Object<H> {
    /// Finds the generation that can be restored, and checks its segments. Segments that were not checked before are
    /// read until `budget` bytes are used up; the bytes read are subtracted from it. At least one segment is checked.
    ///
    /// # Errors
    /// The [`RestoreStep`] that ends the request, if it can't continue.
    pub(in crate::object) async fn take_inventory(
        &self,
        deleted: bool,
        budget: &mut u64,
    ) -> Result<Result<Inventory, RestoreStep>, Failure> {
        let (load_id, before) = self.with(None, |found| (found.load_id(), found.committed().cloned())).await?;
        let left = self.database().batch(log::leftover(&self.0.path)).await?;
        let left = log::loaded_leftover(&left)?;
        let mut objects = self.objects().await?;
        let newest = self.newest(&objects, &left, deleted).await?;
        let (generation, outdated) = match (&before, newest) {
            (Some(stream), newest) => {
                let generation = stream.generation.0.clone();
                (generation.clone(), newest.is_ok_and(|newest| newest > generation))
            }
            (None, Ok(newest)) => (newest, false),
            (None, Err(step)) => return Ok(Err(step)),
        };
        objects.retain(|(of, cold)| *of == generation && !left.discarded.contains(&cold.object));
        let objects: Vec<_> = objects.into_iter().map(|(_, cold)| cold).collect();
        let most = self.limits().restore_segments;
        if objects.len() > most {
            let objects = objects.len();
            return Ok(Err(RestoreStep::Unusable(format!(
                "R2 has {objects} segments of it, and at most {most} are restored"
            ))));
        }
        let unchecked = self.check(&generation, &objects, budget).await?;
        if unchecked > 0 {
            let (done, all) = (objects.len() - unchecked, objects.len());
            return Ok(Err(RestoreStep::Underway(format!("{done} of {all} objects have been checked.\n"))));
        }
        let (verified, report) = self.checked(&objects);
        Ok(Ok(Inventory { load_id, before, generation, verified, report, outdated }))
    }

    /// The newest generation of the path that has left segments in R2.
    async fn newest(
        &self,
        objects: &[(String, Cold)],
        left: &Leftover,
        deleted: bool,
    ) -> Result<Result<String, RestoreStep>, Failure> {
        let mut generations: Vec<_> = objects.iter().map(|(generation, _)| generation).collect();
        generations.sort_unstable_by(|a, b| b.cmp(a));
        generations.dedup();
        let mut newest = None;
        for generation in generations {
            if self.is_own(objects.iter().filter(|(of, _)| of == generation).map(|(_, cold)| cold)).await? {
                newest = Some(generation);
                break;
            }
        }
        Ok(match (newest, left.deleted.iter().max()) {
            (None, None) => {
                Err(RestoreStep::Unusable("there is no such stream, and R2 has no segments for this path".to_owned()))
            }
            (Some(newest), ended) if ended.is_none_or(|ended| newest > ended) => Ok(newest.clone()),
            _ if !deleted => Err(RestoreStep::Ended),
            // An older generation must not take the place of the deleted one.
            (Some(newest), Some(ended)) if newest == ended => Ok(newest.clone()),
            _ => Err(RestoreStep::Unusable("R2 has no data of the deleted stream".to_owned())),
        })
    }

    /// Whether segments with the key prefix of this path belong to it. A key contains only the beginning of a long
    /// path.
    async fn is_own(&self, objects: impl Iterator<Item = &Cold>) -> Result<bool, Failure> {
        if !cold::is_truncated(&self.0.path) {
            return Ok(true);
        }
        for cold in objects {
            // If this segment is damaged, the next one is read.
            if let Some(path) = cold::path_in_header(&self.bucket(), &cold.object, cold.bytes).await? {
                return Ok(path == *self.0.path);
            }
        }
        Ok(false)
    }

    /// The segments with the key prefix of this path, each with its generation.
    async fn objects(&self) -> Result<Vec<(String, Cold)>, Failure> {
        let (mut objects, mut after, mut more) = (Vec::new(), String::new(), true);
        while more {
            let list = self.bucket().list(&cold::prefix(&self.0.path), &after).await?;
            more = list.more;
            let keys = list.objects.into_iter().inspect(|object| after.clone_from(&object.key));
            objects.extend(keys.filter_map(cold::listed));
        }
        Ok(objects)
    }

    /// Reads and checks all bytes of segments that have not been checked before, within `budget`. Returns the number of
    /// segments left.
    async fn check(&self, generation: &str, objects: &[Cold], budget: &mut u64) -> Result<usize, Failure> {
        let checked = &self.0.restoring.checked;
        checked.borrow_mut().retain(|key, _| objects.iter().any(|cold| cold.object == *key));
        let unchecked: Vec<_> = objects.iter().filter(|cold| !checked.borrow().contains_key(&cold.object)).collect();
        let untouched = self.limits().restore_bytes as u64;
        for (done, cold) in unchecked.iter().enumerate() {
            if *budget < cold.bytes && *budget < untouched {
                return Ok(unchecked.len() - done);
            }
            let bytes = self.bucket().get(&cold.object, 0..cold.bytes).await?.unwrap_or_default();
            let found = cold::verify(cold, &self.0.path, generation, &bytes);
            drop(bytes);
            checked.borrow_mut().insert(cold.object.clone(), found);
            *budget = budget.saturating_sub(cold.bytes.max(1));
            // Other tasks can run here.
            self.0.host.sleep(Duration::ZERO).await;
        }
        Ok(0)
    }

    /// The undamaged segments, and a report on the others. All must have been checked.
    fn checked(&self, objects: &[Cold]) -> (Vec<VerifiedSegment>, String) {
        let checked = self.0.restoring.checked.borrow();
        let (mut verified, mut report) = (Vec::new(), String::new());
        for cold in objects {
            match checked.get(&cold.object) {
                Some(Ok(found)) => verified.push(found.clone()),
                Some(Err(damage)) => report += &format!("The segment {} is damaged: {damage}.\n", cold.object),
                None => {}
            }
        }
        (verified, report)
    }
}
