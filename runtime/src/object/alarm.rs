//! The one alarm of an object: what has to be done when nobody asks for it.
//!
//! The platform forgets an alarm when its handler starts, and gives up on a handler that fails six times. So the handler arms
//! the alarm again before it does anything, and corrects the time when it has finished: a handler that is killed is repeated.

mod clean_up;
mod keep_alive;

use super::Object;
use crate::Event;
use crate::Failure;
use crate::host::{Host, UnixMs};
use std::cell::Cell;

/// Delay after which the alarm runs again if its handler does not finish.
const UNFINISHED_MS: UnixMs = 600_000;

/// Delay after which a failed alarm is tried again.
const RETRY_MS: UnixMs = 10_000;

/// What is known in memory of the alarm. A request for a later time than the one that is set needs no storage operation, and
/// of two requests at the same time the earlier one wins.
#[derive(Default)]
pub struct Alarm {
    set: Cell<Known>,
    /// The earliest time that was asked for since the handler started.
    wanted: Cell<Option<UnixMs>>,
}

/// When the alarm runs, as far as this object has found out.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Known {
    #[default]
    Unknown,
    Unset,
    At(UnixMs),
}

impl From<Option<UnixMs>> for Known {
    fn from(at: Option<UnixMs>) -> Self {
        at.map_or(Known::Unset, Known::At)
    }
}

impl<H: Host> Object<H> {
    /// Does what has become due: ends the stream once it has expired, sweeps up after lives that have ended, and moves what
    /// should not stay in the database.
    ///
    /// # Errors
    /// [`Failure`], if the alarm could not be set again for what is left to do. Any other failure is reported, and the alarm
    /// runs again.
    pub async fn alarm(&self) -> Result<(), Failure> {
        let again = self.start_alarm().await?;
        self.invalidate();
        let tidied = self.clean_up().await;
        let compacted = self.offload().await;
        for failure in [&tidied, &compacted].into_iter().filter_map(|done| done.as_ref().err()) {
            self.report(Event::AlarmFailed, failure);
        }
        // What was not moved has a time of its own.
        if tidied.is_err() {
            self.arm(self.now() + RETRY_MS).await?;
        }
        self.finish_alarm(again).await
    }

    /// Makes sure that the alarm runs at `at`, or before, and again when nothing can be under way any more: for what is about
    /// to be written. An alarm that runs before that has arrived would find nothing of it.
    pub(super) async fn wake_by(&self, at: UnixMs) -> Result<(), Failure> {
        self.0.host.watch_until(self.now() + self.late_ms()).await?;
        self.arm(at).await
    }

    /// Makes sure that the alarm runs at `at`, or before.
    pub(super) async fn arm(&self, at: UnixMs) -> Result<(), Failure> {
        let alarm = &self.0.alarm;
        alarm.wanted.set(Some(alarm.wanted.get().map_or(at, |wanted| wanted.min(at))));
        self.find_out().await?;
        match alarm.set.get() {
            Known::At(set) if set <= at => Ok(()),
            _ => self.set_alarm(at).await,
        }
    }

    /// Looks when the alarm runs, if that is not known. One that should have run is looked up again.
    async fn find_out(&self) -> Result<(), Failure> {
        let alarm = &self.0.alarm;
        let is_known = |known| match known {
            Known::Unknown => false,
            Known::Unset => true,
            Known::At(set) => set > self.now(),
        };
        if !is_known(alarm.set.get()) {
            let stored = self.0.host.alarm().await?;
            if !is_known(alarm.set.get()) {
                alarm.set.set(stored.into());
            }
        }
        Ok(())
    }

    /// Sets the alarm. What is known of it changes first, so that nobody who asks meanwhile sets it for later.
    async fn set_alarm(&self, at: UnixMs) -> Result<(), Failure> {
        self.0.alarm.set.set(Known::At(at));
        let set = self.0.host.set_alarm(at).await;
        Ok(set.inspect_err(|_| self.0.alarm.set.set(Known::Unknown))?)
    }

    /// Sets the alarm for a handler that does not finish. Returns when that is.
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

    /// Sets the alarm for what is due next, in place of `again`. An object that has nothing left to store stores nothing.
    async fn finish_alarm(&self, again: UnixMs) -> Result<(), Failure> {
        let alarm = &self.0.alarm;
        if alarm.set.get() != Known::At(again) || self.0.host.alarm().await? != Some(again) {
            // It runs before that, for what was asked for.
            return Ok(());
        }
        match alarm.wanted.get() {
            Some(at) => self.set_alarm(at).await,
            None => {
                alarm.set.set(Known::Unset);
                let forgotten = match self.is_over() {
                    true => self.0.host.delete_storage().await,
                    false => self.0.host.clear_alarm().await,
                };
                Ok(forgotten.inspect_err(|_| alarm.set.set(Known::Unknown))?)
            }
        }
    }

    /// Whether there is no stream, and none is about to be.
    fn is_over(&self) -> bool {
        let sequencer = self.0.sequencer.borrow();
        sequencer.as_ref().is_some_and(|sequencer| sequencer.staged().is_none() && sequencer.is_idle())
    }
}
