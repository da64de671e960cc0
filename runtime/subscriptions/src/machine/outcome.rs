//! The outcomes of deliveries. They count only for the current attempt of the current wake.

use super::round::{End, Round};
use crate::decision::{Attempt, Decision, Delivered, Moment, Refusal};
use crate::links::Links;
use crate::phase::{Failure, Holder, Phase};
use crate::subscription::Memory;
use crate::wake::Wake;

impl Memory {
    /// Takes the outcome of a request to the webhook.
    ///
    /// Answers [`Refusal::NotFound`].
    pub fn delivered(
        self,
        links: Links,
        attempt: &Attempt,
        outcome: Delivered,
        moment: Moment,
    ) -> Decision<Result<(), Refusal>> {
        Round::run(self, links, moment, |mut round| {
            if let Phase::Held { holder: Holder::Webhook { confirmed, .. }, .. } = round.phase()
                && round.is_current(attempt)
            {
                match outcome {
                    Delivered::Accepted => round.set_sent(),
                    Delivered::Done => round.finish_snapshot(),
                    // A receiver that has called back is at work, whatever has become of the connection.
                    Delivered::Failed(failure) if *confirmed && failure.is_silent() => round.set_sent(),
                    Delivered::Failed(failure) => round.fail(failure),
                }
            }
            round.finish(Ok(()))
        })
    }

    /// Takes the outcome of appending an event to the wake stream.
    ///
    /// Answers [`Refusal::NotFound`].
    pub fn announced(
        self,
        links: Links,
        attempt: &Attempt,
        outcome: Result<(), Failure>,
        moment: Moment,
    ) -> Decision<Result<(), Refusal>> {
        Round::run(self, links, moment, |mut round| {
            if let Phase::Waking { retry, .. } = round.phase()
                && round.is_current(attempt)
            {
                match outcome {
                    Ok(()) => {
                        // Without a retry, nothing stored changes: one row per wake is enough.
                        if retry.is_some() {
                            round.forget_retry();
                        }
                        round.set_sent();
                    }
                    Err(failure) => round.fail(failure),
                }
            }
            round.finish(Ok(()))
        })
    }
}

impl Round {
    fn is_current(&self, Attempt { wake_id, generation, failures }: &Attempt) -> bool {
        let is_of_wake = self.phase().wake().is_some_and(|wake| wake.id == *wake_id);
        is_of_wake && self.subscription.generation == *generation && self.phase().failures() == *failures
    }

    fn forget_retry(&mut self) {
        if let Phase::Waking { wake, .. } = self.take_phase() {
            self.set_phase(Phase::Waking { wake, retry: None });
        }
    }

    /// Acknowledges what the notice has shown, and ends the wake.
    fn finish_snapshot(&mut self) {
        if let Phase::Held { wake: Wake { snapshot, moved, .. }, .. } = &mut self.subscription.phase {
            let entries = snapshot.iter().map(|entry| (&entry.path, &entry.tail));
            *moved |= self.links.acknowledge_snapshot(entries);
        }
        self.end_wake(End::Finished);
    }
}
