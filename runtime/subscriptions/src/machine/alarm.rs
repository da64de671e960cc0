//! The time of the next event, as a function of the memory.

use crate::identity::UnixMs;
use crate::phase::{Holder, Phase};
use crate::subscription::{Memory, Sent, Stored};

/// Time after which a delivery or an event whose fate a crash has left unknown is sent again. While it is in flight, the alarm is armed
/// this often.
pub const RESEND_MS: UnixMs = 5_000;

impl Memory {
    /// When something is to happen, seen from `now`. None, if nothing happens until the next operation.
    #[must_use]
    pub fn alarm(&self, now: UnixMs) -> Option<UnixMs> {
        match &self.stored {
            Stored::Absent | Stored::Deleted { .. } => None,
            Stored::Live(subscription) => alarm(&subscription.phase, self.sent, now),
        }
    }
}

pub(super) fn alarm(phase: &Phase, sent: Sent, now: UnixMs) -> Option<UnixMs> {
    let (end, is_undelivered) = match phase {
        Phase::Idle { rest } => (rest.as_ref().map(|rest| rest.not_before), false),
        Phase::Waking { .. } => (None, true),
        Phase::Held { lease_until, holder, .. } => (Some(*lease_until), is_unconfirmed(holder)),
        Phase::Retrying { .. } => (None, false),
    };
    let recovery = match sent {
        Sent::InFlight { since } if is_undelivered => Some(next_tick(since, now)),
        Sent::InFlight { .. } | Sent::Unknown { .. } | Sent::Waiting | Sent::Done => None,
    };
    [end, recovery, delivery_due(phase, sent)].into_iter().flatten().min()
}

/// When the next attempt of a delivery starts, unless one is under way or has succeeded.
pub(super) fn delivery_due(phase: &Phase, sent: Sent) -> Option<UnixMs> {
    match (phase, sent) {
        (Phase::Retrying { retry, .. }, _) => Some(retry.next_attempt),
        (_, Sent::InFlight { .. } | Sent::Done) => None,
        (Phase::Waking { retry: Some(retry), .. }, _) => Some(retry.next_attempt),
        (Phase::Held { holder, .. }, _) if !is_unconfirmed(holder) => None,
        (Phase::Waking { retry: None, .. } | Phase::Held { .. }, Sent::Unknown { repeat_at }) => repeat_at,
        (Phase::Waking { retry: None, .. } | Phase::Held { .. }, Sent::Waiting) => Some(0),
        (Phase::Idle { .. }, _) => None,
    }
}

fn is_unconfirmed(holder: &Holder) -> bool {
    matches!(holder, Holder::Webhook { confirmed: false, .. })
}

/// The next time after `now` that is a multiple of [`RESEND_MS`] after `since`.
fn next_tick(since: UnixMs, now: UnixMs) -> UnixMs {
    let passed = now.saturating_sub(since) / RESEND_MS;
    since.saturating_add((passed + 1).saturating_mul(RESEND_MS))
}
