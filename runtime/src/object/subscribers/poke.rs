//! Poking the subscribers of the stream.

use super::roster::{Poke, Poked};
use crate::Event;
use crate::Failure;
use crate::fanout::bridge;
use crate::host::{Database as _, Host, UnixMs};
use crate::log::{self, Committed};
use crate::object::Object;
use crate::sequencer::{InFlightBatch, News, Sequencer};
use crate::subscription::call::{Call, Envelope};
use crate::subscription::message::{Answer, Message};
use std::time::Duration;
use subscriptions::SubscriptionId;

/// Maximum number of pokes of one stream that are under way.
pub(super) const POKES_MAX: usize = 32;

/// Delay after which the alarm repeats pokes that may have been lost. An alarm that is already set for an earlier time is kept, so
/// an active stream sets it once in this time.
pub(super) const REPEAT_DELAY_MS: UnixMs = 10_000;

/// Time after a change in which loading the stream repeats the pokes. A client that got no answer repeats its append in this time, and
/// the answer can be that the append was committed.
const RECENT_MS: UnixMs = 120_000;

impl<H: Host> Object<H> {
    /// Sets the alarm before a batch is submitted, so that its pokes are repeated if the Durable Object crashes before they have
    /// succeeded. Does nothing for a stream that has no subscribers.
    ///
    /// A batch does not fail because the alarm can't be set: the pokes are sent after the commit without it. Only if the Durable Object then
    /// crashes before they have succeeded do the subscribers wait for the next append or the hourly sweep.
    pub(in crate::object) async fn arm_pokes_after(&self, flight: &InFlightBatch) {
        if flight.news == News::Moved
            && flight.created.is_none()
            && self.0.subscribers.may_exist()
            && let Err(failure) = self.arm(self.now() + REPEAT_DELAY_MS).await
        {
            self.report(Event::AlarmNotSet, &failure);
        }
    }

    /// Records that a batch has failed, but may still be committed. The caller sets the alarm for the time after that.
    pub(in crate::object) fn doubt_pokes_after(&self, flight: &InFlightBatch) {
        if flight.news == News::Moved {
            self.0.subscribers.doubt(self.now() + self.late_commit_ms());
        }
    }

    /// Records the number of subscribers' changes that a batch has returned. Its writers have not been answered yet, so this sets the
    /// alarm if that was not done before, or the alarm has run meanwhile.
    pub(in crate::object) async fn learn_subscribers(&self, flight: &InFlightBatch, committed: &Committed) {
        let roster = &self.0.subscribers;
        if flight.created.is_some() {
            roster.created();
        }
        roster.committed(committed.subscribed);
        if flight.news == News::Nothing {
            return;
        }
        roster.changed();
        if committed.subscribed > 0
            && let Err(failure) = self.arm(self.now() + REPEAT_DELAY_MS).await
        {
            self.report(Event::AlarmNotSet, &failure);
        }
    }

    /// The stream was loaded with this number of subscribers' changes, and with the time of the last change of its data.
    pub(in crate::object) fn load_subscribers(&self, subscribed: u64, updated_ms: UnixMs) {
        self.0.subscribers.loaded(subscribed);
        if subscribed > 0 && self.now().saturating_sub(updated_ms) < RECENT_MS {
            self.start_pokes();
        }
    }

    /// Starts to poke the subscribers that have not been notified of all changes. If they are not in memory, reads them first.
    pub(in crate::object) fn start_pokes(&self) {
        let roster = &self.0.subscribers;
        if roster.is_unread() {
            if let Some(reading) = roster.start_reading() {
                let object = self.clone();
                self.0.host.spawn(async move {
                    let read = object.read_subscribers().await;
                    let is_read = read.is_ok();
                    if let Err(failure) = &read {
                        object.report(Event::PokeDeferred, failure);
                    }
                    object.0.subscribers.finish_reading(reading, read.ok());
                    if is_read {
                        object.start_pokes();
                    }
                });
            }
            return;
        }
        while let Some(poke) = roster.start(POKES_MAX, self.now()) {
            self.0.host.spawn(self.clone().poke_in_turn(poke));
        }
        self.poke_after_pause();
    }

    /// Waits for the next subscriber that has a pause, unless another task does.
    fn poke_after_pause(&self) {
        let Some(until) = self.0.subscribers.start_pause(self.now()) else { return };
        let object = self.clone();
        self.0.host.spawn(async move {
            object.0.host.sleep(Duration::from_millis(until.saturating_sub(object.now()))).await;
            object.0.subscribers.finish_pause();
            object.start_pokes();
        });
    }

    async fn read_subscribers(&self) -> Result<log::SubscriberRows, Failure> {
        let most = self.limits().subscribers as u64;
        log::loaded_subscribers(&self.database().batch(log::subscribers(&self.0.path, most)).await?)
    }

    /// Sends one poke after the other, until none is left.
    async fn poke_in_turn(self, first: Poke) {
        let mut next = Some(first);
        while let Some(poke) = next {
            let poked = self.poke(&poke.id).await.unwrap_or_else(|failure| {
                self.report(Event::PokeDeferred, &failure);
                Poked::Failed
            });
            next = self.0.subscribers.finish(&poke, poked, self.now());
        }
        self.poke_after_pause();
    }

    async fn poke(&self, id: &str) -> Result<Poked, Failure> {
        match self.notify(id, Message::Moved { path: self.0.path.to_string() }).await? {
            Answer::Done | Answer::Full => return Ok(Poked::Notified),
            Answer::Busy => return Ok(Poked::Busy),
            Answer::Unknown => {}
        }
        // The subscription may be about to be written. Then it has read the tail already, and needs a later poke.
        let delete = log::delete_subscriber(&self.0.path, id, self.late_commit_ms());
        let is_gone = log::is_deleted(&self.database().batch(delete).await?);
        Ok(if is_gone { Poked::Removed } else { Poked::Failed })
    }

    /// Sends a message to the Durable Object of a subscription, and returns its answer.
    pub(super) async fn notify(&self, id: &str, message: Message) -> Result<Answer, Failure> {
        let to = SubscriptionId::read(id).map_err(|_| Failure::Corrupt("subscribers.subscription"))?;
        let (host, envelope) = (&self.0.host, Envelope { id: to, call: Call::Message(message) });
        let send = async |message| host.call_subscription(id, message).await;
        let sleep = async |wait| host.sleep(wait).await;
        Ok(bridge::exchange(&envelope, self.limits().object_wait, sleep, send).await?)
    }

    /// Repeats the pokes that have not succeeded since the last change. After a crash, these are all of them.
    pub(in crate::object) fn repeat_pokes(&self) {
        self.0.subscribers.settle_doubt(self.now());
        if self.0.subscribers.is_behind() {
            self.0.subscribers.repeat_failed();
            self.start_pokes();
        }
    }

    /// The time at which the alarm must repeat pokes, unless all have succeeded and no batch is under way that needs them.
    pub(in crate::object) fn pokes_due_ms(&self) -> Option<UnixMs> {
        let (roster, backoff) = (&self.0.subscribers, &self.0.poke_backoff);
        if roster.is_behind() {
            return Some(backoff.failed(self.now()));
        }
        backoff.succeeded();
        let is_idle = self.0.sequencer.borrow().as_ref().is_none_or(Sequencer::is_idle);
        (roster.may_exist() && !is_idle).then(|| self.now() + REPEAT_DELAY_MS)
    }
}
