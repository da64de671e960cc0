//! The state of a subscription, for representations and lists.

use serde::{Deserialize, Serialize};
use spec::{SubscriptionPhase, SubscriptionStatus};
use subscriptions::{Failure, Generation, Holder, Phase, UnixMs, WorkerName};

/// The state of a subscription, without the streams of its wake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The number of the newest wake.
    pub generation: Generation,
    /// The state of its wake.
    pub activity: Activity,
    /// The worker that has the wake.
    pub holder: Option<WorkerName>,
    /// When the holder loses the wake.
    pub lease_until: Option<UnixMs>,
    /// The number of failed attempts of the current delivery.
    pub failures: u32,
    /// When the next attempt of the delivery starts, if the newest one has failed.
    pub next_attempt: Option<UnixMs>,
    /// Why the newest attempt of the delivery failed.
    pub last_error: Option<Failure>,
}

/// The name of a [`Phase`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// There is no wake.
    Idle,
    /// The wake waits for a worker.
    Waking,
    /// Somebody has the wake.
    Held,
    /// The delivery has failed.
    Retrying,
}

impl Progress {
    /// The state of a subscription in this phase, whose newest wake has this number.
    #[must_use]
    pub fn of(phase: &Phase, generation: Generation) -> Self {
        let retry = phase.retry();
        let (activity, holder, lease_until) = match phase {
            Phase::Idle { .. } => (Activity::Idle, None, None),
            Phase::Waking { .. } => (Activity::Waking, None, None),
            Phase::Held { holder, lease_until, .. } => (Activity::Held, Some(holder), Some(*lease_until)),
            Phase::Retrying { .. } => (Activity::Retrying, None, None),
        };
        let (holder, failures) = match holder {
            Some(Holder::Worker(worker)) => (Some(worker.clone()), 0),
            Some(Holder::Webhook { failures, .. }) => (None, *failures),
            None => (None, retry.map_or(0, |retry| retry.failures)),
        };
        Self {
            generation,
            activity,
            holder,
            lease_until,
            failures,
            next_attempt: retry.map(|retry| retry.next_attempt),
            last_error: retry.map(|retry| retry.last_error),
        }
    }

    /// The phase, as clients see it.
    #[must_use]
    pub fn phase(&self) -> SubscriptionPhase {
        match self.activity {
            Activity::Idle => SubscriptionPhase::Idle,
            Activity::Waking => SubscriptionPhase::Waking,
            Activity::Held => SubscriptionPhase::Held,
            Activity::Retrying => SubscriptionPhase::Retrying,
        }
    }

    /// Whether deliveries succeed, as clients see it.
    #[must_use]
    pub fn status(&self) -> SubscriptionStatus {
        if self.next_attempt.is_some() { SubscriptionStatus::Failed } else { SubscriptionStatus::Active }
    }
}
