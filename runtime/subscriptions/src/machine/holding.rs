//! The operations of holders: claim, acknowledge, finish, give back.

use super::round::{End, Round};
use crate::configuration::Target;
use crate::decision::{Decision, Moment, Refusal};
use crate::identity::{Generation, WorkerName};
use crate::links::{Ack, Links};
use crate::notice::{Claimed, StreamInfo};
use crate::phase::{Holder, Phase};
use crate::subscription::Memory;
use crate::token::TokenClaims;
use crate::wake::Snapshot;
use serde::{Deserialize, Serialize};

/// The token of a holder, and the wake that its request names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The content of its verified token.
    pub claims: TokenClaims,
    /// The id of the wake, in the body.
    pub wake_id: String,
    /// The number of the wake, in the body.
    pub generation: Generation,
}

/// An acknowledgment, without any also a heartbeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgment {
    /// The credentials of the holder.
    pub credentials: Credentials,
    /// How far it has read.
    pub acks: Vec<Ack>,
    /// Whether it has finished.
    pub done: bool,
}

/// The answer to an acknowledgment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Whether this call has started the next wake.
    pub next_wake: bool,
}

impl Memory {
    /// Claims the wake for a worker, or starts one if the subscription is pending. `links` must contain all links.
    ///
    /// Answers [`Refusal::NotFound`], [`Refusal::WrongType`], [`Refusal::AlreadyClaimed`] or [`Refusal::NoPendingWork`].
    pub fn claim(self, links: Links, worker: WorkerName, moment: Moment) -> Decision<Result<Claimed, Refusal>> {
        Round::run(self, links, moment, |round| {
            if !round.is_pulled() {
                return round.finish(Err(Refusal::WrongType));
            }
            round.claim(worker)
        })
    }

    /// Takes an acknowledgment of a worker.
    ///
    /// Answers [`Refusal::NotFound`], [`Refusal::WrongType`], [`Refusal::Fenced`] or [`Refusal::InvalidOffset`].
    pub fn acknowledge(
        self,
        links: Links,
        call: &Acknowledgment,
        moment: Moment,
    ) -> Decision<Result<Acknowledged, Refusal>> {
        Round::run(self, links, moment, |round| {
            if round.is_pulled() { round.acknowledge(call) } else { round.finish(Err(Refusal::WrongType)) }
        })
    }

    /// Takes an acknowledgment of the receiver of a webhook. After a failed delivery of the same wake, it cancels the retry.
    ///
    /// Answers [`Refusal::NotFound`], [`Refusal::WrongType`], [`Refusal::Fenced`] or [`Refusal::InvalidOffset`].
    pub fn call_back(
        self,
        links: Links,
        call: &Acknowledgment,
        moment: Moment,
    ) -> Decision<Result<Acknowledged, Refusal>> {
        Round::run(self, links, moment, |round| {
            if round.is_pulled() { round.finish(Err(Refusal::WrongType)) } else { round.acknowledge(call) }
        })
    }

    /// Gives the wake back without acknowledging anything.
    ///
    /// Answers [`Refusal::NotFound`], [`Refusal::WrongType`] or [`Refusal::Fenced`].
    pub fn release(self, links: Links, credentials: &Credentials, moment: Moment) -> Decision<Result<(), Refusal>> {
        Round::run(self, links, moment, |mut round| {
            if !round.is_pulled() {
                return round.finish(Err(Refusal::WrongType));
            }
            if !round.is_held_with(credentials) {
                return round.finish(Err(Refusal::Fenced));
            }
            round.end_wake(End::Finished);
            round.finish(Ok(()))
        })
    }
}

impl Round {
    fn is_pulled(&self) -> bool {
        matches!(self.subscription.configuration.target(), Target::PullWake(_))
    }

    fn claim(mut self, worker: WorkerName) -> Decision<Result<Claimed, Refusal>> {
        match self.phase() {
            Phase::Held { holder: Holder::Worker(holder), .. } => {
                let generation = self.subscription.generation;
                let refusal = Refusal::AlreadyClaimed { holder: holder.clone(), generation };
                return self.finish(Err(refusal));
            }
            // A rest delays wakes, and no claims.
            Phase::Idle { rest } => {
                let fruitless = rest.as_ref().map_or(0, |rest| rest.fruitless);
                let Some(snapshot) = Snapshot::of(&self.links) else { return self.finish(Err(Refusal::NoPendingWork)) };
                self.start_wake(snapshot, fruitless);
            }
            Phase::Waking { .. } | Phase::Retrying { .. } | Phase::Held { .. } => {}
        }
        let Some(wake) = self.take_wake() else { return self.finish(Err(Refusal::NoPendingWork)) };
        let (wake_id, claims) = (wake.id.clone(), self.claims());
        let lease_ttl_ms = self.subscription.configuration.lease_ttl().get();
        self.set_phase(Phase::Held { wake, holder: Holder::Worker(worker), lease_until: self.lease_until() });
        let streams = StreamInfo::of_now(&self.links);
        self.finish(Ok(Claimed { wake_id, streams, claims, lease_ttl_ms }))
    }

    /// Whether the wake is held, by the holder of this token. The receiver of a webhook holds it also while a retry is scheduled.
    fn is_held_with(&self, Credentials { claims, wake_id, generation }: &Credentials) -> bool {
        let (Phase::Held { wake, .. } | Phase::Retrying { wake, .. }) = self.phase() else { return false };
        *claims == self.claims() && *generation == self.subscription.generation && wake.id.as_str() == wake_id
    }

    fn acknowledge(mut self, call: &Acknowledgment) -> Decision<Result<Acknowledged, Refusal>> {
        if !self.is_held_with(&call.credentials) {
            return self.finish(Err(Refusal::Fenced));
        }
        let moved = match self.links.acknowledge(&call.acks) {
            Ok(moved) => moved,
            Err(rule) => return self.finish(Err(Refusal::InvalidOffset(rule))),
        };
        self.extend_lease(moved);
        if call.done {
            self.end_wake(End::Finished);
        }
        let next_wake = self.start_due_wake();
        self.finish(Ok(Acknowledged { next_wake }))
    }

    fn extend_lease(&mut self, moved: bool) {
        let (mut wake, holder) = match self.take_phase() {
            Phase::Held { wake, holder: Holder::Worker(worker), .. } => (wake, Holder::Worker(worker)),
            Phase::Held { wake, holder: Holder::Webhook { failures, .. }, .. } => {
                (wake, Holder::Webhook { failures, confirmed: true })
            }
            Phase::Retrying { wake, retry } => (wake, Holder::Webhook { failures: retry.failures, confirmed: true }),
            other @ (Phase::Idle { .. } | Phase::Waking { .. }) => return self.set_phase(other),
        };
        wake.moved |= moved;
        self.set_phase(Phase::Held { wake, holder, lease_until: self.lease_until() });
    }
}
