//! The alarm of a Durable Object, for work that no request triggers.
//!
//! The platform removes an alarm when its handler starts, and gives up on a handler that fails six times. So the
//! handler first sets the alarm again, and corrects its time when it has finished. A handler that is killed is
//! therefore repeated.

mod clean_up;
mod keep_alive;

use super::Object;
use crate::Event;
use crate::Failure;
use crate::host::{Host, UnixMs};
use std::cell::Cell;

/// Delay after which the alarm runs again if its handler does not finish.
const UNFINISHED_MS: UnixMs = 600_000;

/// Delay after which a failed cleanup is repeated.
const RETRY_MS: UnixMs = 10_000;

/// The in-memory state of the alarm. Requesting a later time than the one that is set needs no storage operation. Of
/// concurrent requests, the earliest time wins.
#[derive(Default)]
pub struct Alarm {
    set: Cell<AlarmTime>,
    /// The earliest time requested since the handler started.
    wanted: Cell<Option<UnixMs>>,
}

/// The time for which the alarm is set, as far as it has been read or set.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum AlarmTime {
    #[default]
    Unknown,
    Unset,
    At(UnixMs),
}

impl Alarm {
    /// Forgets for which time the alarm is set, so that it is read again.
    pub(super) fn forget(&self) {
        self.set.set(AlarmTime::Unknown);
    }
}

impl From<Option<UnixMs>> for AlarmTime {
    fn from(at: Option<UnixMs>) -> Self {
        at.map_or(AlarmTime::Unset, AlarmTime::At)
    }
}

impl<H: Host> Object<H> {
    /// Does the work that is due: ends readers whose credentials have expired, repeats lost pokes, ends an expired stream, cleans up deleted
    /// generations, and moves data that should not stay in the database.
    ///
    /// # Errors
    /// [`Failure`], if the alarm could not be set again for the remaining work. Any other failure is reported, and the
    /// alarm runs again.
    pub async fn alarm(&self) -> Result<(), Failure> {
        let again = self.start_alarm().await?;
        self.end_expired_readers().await?;
        self.discard_if_absent();
        let cleaned = match self.load(None, None).await {
            Ok(_) => {
                self.repeat_pokes();
                self.clean_up().await
            }
            Err(failure) => Err(failure),
        };
        let offloaded = self.offload().await;
        for failure in [&cleaned, &offloaded].into_iter().filter_map(|done| done.as_ref().err()) {
            self.report(Event::AlarmFailed, failure);
        }
        // A failed move has set the alarm itself.
        if cleaned.is_err() {
            self.arm(self.now() + RETRY_MS).await?;
        }
        if let Some(due) = self.pokes_due_ms() {
            self.arm(due).await?;
        }
        self.finish_alarm(again).await
    }

    /// Makes sure that the alarm runs at `at` or before, and again after every transaction in flight has settled.
    /// Callers use this before they write data that the alarm must handle, because an alarm that runs before the write
    /// arrives finds nothing.
    pub(super) async fn wake_by(&self, at: UnixMs) -> Result<(), Failure> {
        self.0.host.watch_until(self.now() + self.late_commit_ms()).await?;
        self.arm(at).await
    }

    /// Makes sure that the alarm runs at `at` or before.
    pub(super) async fn arm(&self, at: UnixMs) -> Result<(), Failure> {
        let alarm = &self.0.alarm;
        alarm.wanted.set(Some(alarm.wanted.get().map_or(at, |wanted| wanted.min(at))));
        self.find_out().await?;
        match alarm.set.get() {
            AlarmTime::At(set) if set <= at => Ok(()),
            _ => self.set_alarm(at).await,
        }
    }

    /// Reads the time of the alarm if it is unknown or has passed.
    async fn find_out(&self) -> Result<(), Failure> {
        let alarm = &self.0.alarm;
        let is_known = |time| match time {
            AlarmTime::Unknown => false,
            AlarmTime::Unset => true,
            AlarmTime::At(set) => set > self.now(),
        };
        if !is_known(alarm.set.get()) {
            let stored = self.0.host.alarm().await?;
            if !is_known(alarm.set.get()) {
                alarm.set.set(stored.into());
            }
        }
        Ok(())
    }

    /// Sets the alarm. The in-memory time changes first, so that no concurrent request sets a later time.
    async fn set_alarm(&self, at: UnixMs) -> Result<(), Failure> {
        self.0.alarm.set.set(AlarmTime::At(at));
        let set = self.0.host.set_alarm(at).await;
        Ok(set.inspect_err(|_| self.0.alarm.set.set(AlarmTime::Unknown))?)
    }

    /// Sets the alarm in case the handler does not finish. Returns the time for which it is set.
    async fn start_alarm(&self) -> Result<UnixMs, Failure> {
        self.0.alarm.wanted.set(None);
        let again = self.now() + UNFINISHED_MS;
        let set = self.0.host.alarm().await?;
        self.0.alarm.set.set(set.into());
        if set.is_none_or(|set| set > again) {
            self.set_alarm(again).await?;
        }
        Ok(again)
    }

    /// Sets the alarm for the next requested time, in place of `again`. If nothing is left to do and there is no
    /// stream, deletes the Durable Object's storage.
    async fn finish_alarm(&self, again: UnixMs) -> Result<(), Failure> {
        let alarm = &self.0.alarm;
        if alarm.set.get() != AlarmTime::At(again) || self.0.host.alarm().await? != Some(again) {
            // It is set for an earlier time that was requested.
            return Ok(());
        }
        match alarm.wanted.get() {
            Some(at) => self.set_alarm(at).await,
            None => {
                alarm.set.set(AlarmTime::Unset);
                let forgotten = match self.is_over() {
                    true => self.0.host.delete_storage().await,
                    false => self.0.host.clear_alarm().await,
                };
                Ok(forgotten.inspect_err(|_| alarm.set.set(AlarmTime::Unknown))?)
            }
        }
    }

    /// Whether there is no stream, and no change is staged or in flight.
    fn is_over(&self) -> bool {
        let sequencer = self.0.sequencer.borrow();
        sequencer.as_ref().is_some_and(|sequencer| sequencer.staged().is_none() && sequencer.is_idle())
    }
}
