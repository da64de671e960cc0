//! What holds at every moment, and what holds whenever nothing is under way.

use crate::object::System;
use proptest::prelude::*;
use subscriptions::{
    Acknowledgment, Configuration, Credentials, Entropy, Holder, Links, Memory, Moment, Phase, RESEND_MS, Stored,
    Subscription, Target,
};

/// The number of tokens that are tried.
const TOKENS: usize = 3;

pub fn is_pulled(configuration: &Configuration) -> bool {
    matches!(configuration.target(), Target::PullWake(_))
}

impl System {
    /// After an operation that has looked at the streams, unless the Durable Object has died in it.
    pub fn check_quiet(&self) -> Result<(), TestCaseError> {
        let Some(object) = &self.object else { return Ok(()) };
        prop_assert_eq!(&object.memory.stored, &self.world.stored());
        let Stored::Live(live) = &object.memory.stored else { return Ok(()) };
        let phase = &live.phase;
        if let Phase::Idle { rest } = phase {
            let is_pending = !self.world.pending().is_empty();
            prop_assert_eq!(is_pending, rest.is_some(), "a pending subscription has a wake, or one is scheduled");
            let is_needless = !is_pending && object.is_settled(self.world.now) && self.world.alarm.is_some();
            prop_assert!(!is_needless, "an idle subscription has an alarm");
        }
        if let Some(needed) = object.memory.alarm(self.world.now) {
            prop_assert!(needed > self.world.now, "something is due, and has not started");
            prop_assert!(self.world.alarm.is_some_and(|alarm| alarm <= needed), "no alarm for {}", needed);
        }
        Ok(())
    }

    /// After anything, also after a crash.
    pub fn check(&self) -> Result<(), TestCaseError> {
        self.check_alarm()?;
        self.check_holders()
    }

    fn check_alarm(&self) -> Result<(), TestCaseError> {
        let (world, stored) = (&self.world, self.world.stored());
        let Stored::Live(live) = &stored else { return Ok(()) };
        let Subscription { phase, generation, .. } = &**live;
        // What happens by time alone, whatever is in memory.
        if let Some(needed) = (Memory::loaded(stored.clone(), None)).alarm(world.now) {
            // A late write may commit a lease that has passed, and a retry that has started is repeated later than it was due.
            let latest = needed.max(world.now + RESEND_MS);
            let may_be_late = matches!(phase, Phase::Waking { retry: Some(_), .. });
            let is_covered = world.alarm.is_some_and(|alarm| alarm <= latest || may_be_late);
            prop_assert!(is_covered, "the alarm {:?} comes after {}", world.alarm, needed);
        }
        // A wake of which nobody has heard.
        let is_undelivered = match phase {
            Phase::Idle { .. } | Phase::Retrying { .. } => false,
            Phase::Waking { .. } => true,
            Phase::Held { holder, .. } => matches!(holder, Holder::Webhook { confirmed: false, .. }),
        };
        if is_undelivered && !world.history.reached.contains(&generation.get()) {
            prop_assert!(world.alarm.is_some(), "nobody will hear of wake {}", generation.get());
        }
        Ok(())
    }

    /// Tokens of at most one wake pass, and none of another life or of a deleted subscription.
    fn check_holders(&self) -> Result<(), TestCaseError> {
        let (stored, links) = (self.world.stored(), self.world.read_links());
        let newest = self.world.history.credentials.iter().rev().take(TOKENS);
        let mut passing: Vec<_> = newest.filter(|own| self.passes(own, &stored, &links)).collect();
        passing.dedup();
        prop_assert!(passing.len() <= 1, "several holders: {:?}", passing);
        // An old token does not pass with the name of the current wake.
        if let Some(own) = passing.first() {
            for old in self.world.history.credentials.iter().rev().take(2 * TOKENS) {
                let mixed = Credentials { claims: old.claims.clone(), ..(*own).clone() };
                let is_other = old.claims != own.claims;
                prop_assert!(!is_other || !self.passes(&mixed, &stored, &links), "the token of another wake passes");
            }
        }
        if let (Stored::Live(live), Some(own)) = (&stored, passing.first()) {
            prop_assert_eq!((&own.claims.life, own.generation), (&live.life, live.generation), "a stale token passes");
        } else {
            prop_assert!(passing.is_empty(), "a token outlives its subscription");
        }
        Ok(())
    }

    /// Whether a token would extend a lease now, by what is stored.
    fn passes(&self, credentials: &Credentials, stored: &Stored, links: &Links) -> bool {
        let moment =
            Moment { now: self.world.now, arrived: self.world.now, entropy: Entropy::new([0; Entropy::BYTES]) };
        let Stored::Live(live) = stored else { return false };
        let (is_pulled, links) = (is_pulled(&live.configuration), links.clone());
        let memory = Memory::loaded(stored.clone(), None);
        let call = Acknowledgment { credentials: credentials.clone(), acks: Vec::new(), done: false };
        let decision =
            if is_pulled { memory.acknowledge(links, &call, moment) } else { memory.call_back(links, &call, moment) };
        decision.answer.is_ok()
    }
}
