//! One operation from its start to its decision. At its start, a lease that has passed ends. At its end, a pending subscription without a
//! wake starts one, and a delivery that is due starts.

use super::alarm::{alarm, delivery_due};
use crate::configuration::Target;
use crate::decision::{Announcement, Attempt, Decision, Delivery, Effect, Moment, Refusal, Write};
use crate::identity::UnixMs;
use crate::links::Links;
use crate::notice::{Notice, StreamInfo, WakeEvent};
use crate::phase::{Failure, Holder, Phase, Rest, Retry, backoff};
use crate::subscription::{Memory, Sent, Stored, Subscription};
use crate::token::TokenClaims;
use crate::wake::{Snapshot, Wake};

pub(super) struct Round {
    pub(super) subscription: Box<Subscription>,
    pub(super) links: Links,
    pub(super) moment: Moment,
    sent: Sent,
    is_changed: bool,
    is_new: bool,
}

/// How a wake ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Its holder has finished it or given it back.
    Finished,
    /// Its lease has passed.
    Lease,
}

/// A decision that changes nothing.
pub(super) fn unchanged<A>(memory: Memory, now: UnixMs, answer: A) -> Decision<A> {
    Decision { alarm: memory.alarm(now), write: None, memory, effect: None, answer }
}

impl Round {
    /// Runs an operation, if the subscription exists.
    pub(super) fn run<A>(
        memory: Memory,
        links: Links,
        moment: Moment,
        operation: impl FnOnce(Self) -> Decision<Result<A, Refusal>>,
    ) -> Decision<Result<A, Refusal>> {
        let Memory { stored: Stored::Live(subscription), sent } = memory else {
            return unchanged(memory, moment.now, Err(Refusal::NotFound));
        };
        let mut round = Self { subscription, links, moment, sent, is_changed: false, is_new: false };
        round.end_lease();
        operation(round)
    }

    /// A subscription that was just created, which is written in any case.
    pub(super) fn create(subscription: Box<Subscription>, moment: Moment) -> Self {
        let (links, sent) = (Links::default(), Sent::Waiting);
        Self { subscription, links, moment, sent, is_changed: true, is_new: true }
    }

    pub(super) fn phase(&self) -> &Phase {
        &self.subscription.phase
    }

    pub(super) fn set_phase(&mut self, phase: Phase) {
        self.subscription.phase = phase;
        self.is_changed = true;
    }

    /// Takes the phase. The caller sets another one.
    pub(super) fn take_phase(&mut self) -> Phase {
        std::mem::replace(&mut self.subscription.phase, Phase::Idle { rest: None })
    }

    /// Takes the wake, if there is one. The caller sets another phase.
    pub(super) fn take_wake(&mut self) -> Option<Wake> {
        self.phase().wake()?;
        match self.take_phase() {
            Phase::Idle { .. } => None,
            Phase::Waking { wake, .. } | Phase::Held { wake, .. } | Phase::Retrying { wake, .. } => Some(wake),
        }
    }

    /// The delivery of the current wake was successful.
    pub(super) fn set_sent(&mut self) {
        self.sent = Sent::Done;
    }

    pub(super) fn lease_until(&self) -> UnixMs {
        self.moment.now.saturating_add(self.subscription.configuration.lease_ttl().get())
    }

    /// Ends a lease that had passed when the operation was requested. A request that is still unanswered has failed with it.
    fn end_lease(&mut self) {
        let Phase::Held { holder, lease_until, .. } = self.phase() else { return };
        if *lease_until > self.moment.arrived {
            return;
        }
        let is_unanswered =
            matches!((holder, self.sent), (Holder::Webhook { confirmed: false, .. }, Sent::InFlight { .. }));
        if is_unanswered { self.fail(Failure::TimedOut) } else { self.end_wake(End::Lease) }
    }

    /// Schedules the next attempt of a delivery. The wake stays the same.
    pub(super) fn fail(&mut self, last_error: Failure) {
        let Moment { now, entropy, .. } = self.moment;
        let failures = self.phase().failures().saturating_add(1);
        let next_attempt = now.saturating_add(entropy.jittered(backoff(failures)));
        let retry = Retry { failures, next_attempt, last_error };
        self.sent = Sent::Waiting;
        let phase = match self.take_phase() {
            Phase::Held { wake, .. } | Phase::Retrying { wake, .. } => Phase::Retrying { wake, retry },
            Phase::Waking { wake, .. } => Phase::Waking { wake, retry: Some(retry) },
            idle @ Phase::Idle { .. } => idle,
        };
        self.set_phase(phase);
    }

    /// Ends the wake. Only wakes that a holder has ended without moving a cursor delay the next one.
    pub(super) fn end_wake(&mut self, end: End) {
        let Some(wake) = self.take_wake() else { return };
        let has_progress = wake.moved || wake.snapshot.is_outgrown(&self.links);
        let fruitless = match end {
            _ if has_progress => 0,
            End::Finished => wake.fruitless.saturating_add(1),
            End::Lease => wake.fruitless,
        };
        let mut rest = Rest::after(fruitless, self.moment.now, wake.snapshot);
        if let (End::Lease, Some(rest)) = (end, &mut rest) {
            rest.not_before = self.moment.now;
        }
        self.set_phase(Phase::Idle { rest });
    }

    /// Starts a wake, if the subscription is idle and pending, and need not wait. Returns whether it has started one.
    pub(super) fn start_due_wake(&mut self) -> bool {
        let Phase::Idle { rest } = self.phase() else { return false };
        let Some(snapshot) = Snapshot::of(&self.links) else {
            if rest.is_some() {
                self.set_phase(Phase::Idle { rest: None });
            }
            return false;
        };
        let fruitless = match rest {
            None => 0,
            Some(rest) if rest.seen.is_outgrown(&self.links) => 0,
            Some(rest) if rest.not_before <= self.moment.now => rest.fruitless,
            Some(_) => return false,
        };
        self.start_wake(snapshot, fruitless);
        true
    }

    /// Starts a wake.
    pub(super) fn start_wake(&mut self, snapshot: Snapshot, fruitless: u32) {
        let Moment { now, entropy, .. } = self.moment;
        self.subscription.generation = self.subscription.generation.next();
        self.sent = Sent::Waiting;
        let wake = Wake { id: entropy.wake_id(), started_at: now, snapshot, moved: false, fruitless };
        let phase = match self.subscription.configuration.target() {
            Target::PullWake(_) => Phase::Waking { wake, retry: None },
            Target::Webhook(_) => {
                let holder = Holder::Webhook { failures: 0, confirmed: false };
                Phase::Held { wake, holder, lease_until: self.lease_until() }
            }
        };
        self.set_phase(phase);
    }

    /// Ends the operation.
    pub(super) fn finish<A>(mut self, answer: A) -> Decision<A> {
        self.start_due_wake();
        let effect = self.start_due_delivery();
        let Self { subscription, links, moment, sent, is_changed, is_new } = self;
        let alarm = alarm(&subscription.phase, sent, moment.now);
        let is_written = is_changed || !links.is_unchanged();
        let write = is_written.then(|| {
            let (row, links) = (subscription.row(), links.into_changes());
            let has_pattern = subscription.configuration.pattern().is_some();
            if is_new { Write::Create { row, links, has_pattern } } else { Write::Put { row, links } }
        });
        Decision { alarm, write, memory: Memory { stored: Stored::Live(subscription), sent }, effect, answer }
    }

    fn start_due_delivery(&mut self) -> Option<Effect> {
        let now = self.moment.now;
        delivery_due(self.phase(), self.sent).filter(|due| *due <= now)?;
        match self.take_phase() {
            Phase::Retrying { wake, retry } => {
                let holder = Holder::Webhook { failures: retry.failures, confirmed: false };
                self.set_phase(Phase::Held { wake, holder, lease_until: self.lease_until() });
            }
            other => self.subscription.phase = other,
        }
        self.sent = Sent::InFlight { since: now };
        self.effect()
    }

    /// The delivery of the current wake.
    fn effect(&self) -> Option<Effect> {
        let Subscription { id, generation, configuration, phase, .. } = &*self.subscription;
        let wake = phase.wake()?;
        let attempt = Attempt { wake_id: wake.id.clone(), generation: *generation, failures: phase.failures() };
        Some(match (configuration.target(), phase) {
            (Target::Webhook(url), Phase::Held { lease_until, .. }) => {
                let streams = StreamInfo::of_snapshot(&self.links, &wake.snapshot);
                let notice = Notice { wake_id: wake.id.clone(), streams, claims: self.claims() };
                Effect::Deliver(Delivery { attempt, url: url.clone(), deadline: *lease_until, notice })
            }
            (Target::PullWake(wake_stream), Phase::Waking { .. }) => {
                let stream = wake.snapshot.first().path.clone();
                let at = self.moment.now;
                let event = WakeEvent { subscription_id: id.clone(), stream, generation: *generation, at };
                Effect::Announce(Announcement { attempt, wake_stream: wake_stream.clone(), event })
            }
            _ => return None,
        })
    }

    /// The content of the current wake's token.
    pub(super) fn claims(&self) -> TokenClaims {
        let Subscription { id, life, generation, .. } = &*self.subscription;
        TokenClaims { subscription: id.clone(), life: life.clone(), generation: *generation }
    }
}
