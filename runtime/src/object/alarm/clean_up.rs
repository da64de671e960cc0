//! Work that is due without a request, done by the alarm or in the background.

use crate::Event;
use crate::Failure;
use crate::host::{Bucket as _, Database as _, Host, UnixMs};
use crate::log;
use crate::object::{CLEAN_UP_DELAY_MS, Object, settle};
use crate::sequencer::{Effect, Sequencer, Settled};
use crate::stream::fork::{Message, PendingRelease};

/// Maximum number of rows of each kind that one batch of a sweep deletes.
const SWEEP_ROWS: u64 = 500;
/// Maximum number of batches that one run of the alarm spends on sweeping, so that it finishes well before its time
/// limit.
const SWEEP_BATCHES: usize = 50;

impl<H: Host> Object<H> {
    pub(in crate::object) async fn clean_up(&self) -> Result<(), Failure> {
        let (staged, deadline) = self.with(None, |sequencer| self.end_or_renew(sequencer)).await?;
        if let Some(staged) = staged {
            settle(staged).await?;
        }
        let swept = self.sweep().await?;
        let path = &self.0.path;
        let reads = vec![log::pending_releases(path), log::discarded(path), log::subscriptions::arrivals_at(path)];
        let dues = self.database().batch(reads).await?;
        let pending_release = self.delete_release(log::loaded_pending_releases(dues.first())?).await?;
        let discarded = self.discard(log::loaded_discarded(dues.get(1))?).await?;
        let arrival = self.repeat_arrival(log::subscriptions::loaded_arrivals_at(dues.get(2))?).await;
        let again = (!swept).then(|| self.now() + CLEAN_UP_DELAY_MS);
        let watched = Some(self.0.host.watched_until().await?).filter(|until| *until > self.now());
        match [deadline, pending_release, discarded, arrival, again, watched].into_iter().flatten().min() {
            Some(next) => self.arm(next).await,
            None => Ok(()),
        }
    }

    /// Ends the staged stream if it has expired. Otherwise renews its stored deadline if it has readers. Returns the
    /// time of the next check.
    fn end_or_renew(&self, sequencer: &mut Sequencer) -> (Option<Settled>, Option<UnixMs>) {
        let now = self.now();
        let Some(stream) = sequencer.staged().filter(|stream| !stream.gone) else { return (None, None) };
        if stream.is_expired(now) {
            return (self.end(sequencer), None);
        }
        if !self.is_read() {
            return (None, stream.deadline_ms());
        }
        let renewal = stream.renewal_ms().map(|renewal_ms| now + renewal_ms);
        let again = renewal.or(stream.deadline_ms());
        (self.touch(sequencer, now), again)
    }

    /// Discards the in-memory state if it shows no stream, unless a change is staged. A stream may have been created
    /// late.
    pub(in crate::object) fn discard_if_absent(&self) {
        self.0.sequencer.borrow_mut().take_if(|sequencer| sequencer.staged().is_none() && sequencer.is_idle());
    }

    /// Deletes the data of deleted generations: R2 objects first, then rows. Returns whether none is left.
    pub(in crate::object) async fn sweep(&self) -> Result<bool, Failure> {
        // A sweep must not delete data that a restore brings back.
        let _turn = self.0.sweeping.lock().await;
        let mut found = self.database().batch(vec![log::deleted(&self.0.path)]).await?;
        for _ in 0..SWEEP_BATCHES {
            let Some(generation) = log::loaded_deleted(&found)? else { return Ok(true) };
            if self.erase(&generation).await? {
                found = self.database().batch(log::sweep(&self.0.path, &generation, SWEEP_ROWS)).await?;
            }
        }
        Ok(false)
    }

    /// Deletes replaced R2 objects that are due. Returns the time at which the next one is due.
    pub(in crate::object) async fn discard(&self, discarded: Vec<(String, UnixMs)>) -> Result<Option<UnixMs>, Failure> {
        let now = self.now();
        let (due, later): (Vec<_>, Vec<_>) = discarded.into_iter().partition(|(_, due_ms)| *due_ms <= now);
        if !due.is_empty() {
            let objects: Vec<_> = due.into_iter().map(|(object, _)| object).collect();
            self.bucket().delete(objects.clone()).await?;
            self.database().batch(vec![log::delete_discarded(&self.0.path, &objects)]).await?;
        }
        Ok(later.first().map(|(_, due_ms)| *due_ms))
    }

    /// Releases fork references that are due. Returns the time at which the next one is due.
    pub(in crate::object) async fn delete_release(
        &self,
        pending_releases: Vec<PendingRelease>,
    ) -> Result<Option<UnixMs>, Failure> {
        for pending_release in pending_releases {
            if pending_release.due_ms > self.now() {
                return Ok(Some(pending_release.due_ms));
            }
            self.release_fork_ref(&pending_release).await?;
        }
        Ok(None)
    }

    /// Releases a fork reference, and deletes its record.
    ///
    /// The record is marked first. From then on, the fork can't be created, however late its creation arrives. If the
    /// record does not exist any longer, the fork was created, so its source keeps the reference.
    pub(in crate::object) async fn release_fork_ref(&self, pending_release: &PendingRelease) -> Result<(), Failure> {
        let started = self.database().batch(vec![log::start_release(&self.0.path, &pending_release.fork_ref)]).await?;
        if started.first().is_none_or(|outcome| outcome.changes == 0) {
            return Ok(());
        }
        self.call(&pending_release.source, Message::Release { fork_ref: pending_release.fork_ref.clone() }).await?;
        self.database().batch(vec![log::delete_release(&self.0.path, &pending_release.fork_ref)]).await?;
        Ok(())
    }

    /// Cleans up in the background, immediately. If that fails, the alarm does it.
    pub(in crate::object) fn clean_up_soon(&self) {
        let object = self.clone();
        self.0.host.spawn(async move {
            if let Err(failure) = object.clean_up().await {
                object.report(Event::CleanupDeferred, &failure);
            }
        });
    }

    /// Stages the end of the staged stream. It is deleted, or soft-deleted while it has forks.
    pub(in crate::object) fn end(&self, sequencer: &mut Sequencer) -> Option<Settled> {
        let stream = sequencer.staged()?;
        if stream.fork_refs.is_empty() {
            return Some(self.stage(sequencer, Effect::Delete, None));
        }
        let mut after = stream.clone();
        after.gone = true;
        Some(self.stage(sequencer, Effect::metadata_only(), Some(after)))
    }
}
