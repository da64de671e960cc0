//! The phase of a subscription, as it is stored.

use crate::identity::{UnixMs, WorkerName};
use crate::wake::{Snapshot, Wake};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Delay before the first retry of a delivery, and between wakes that move no cursor.
const DELAY_MIN_MS: UnixMs = 1_000;
/// Maximum of these delays.
const DELAY_MAX_MS: UnixMs = 60_000;

/// The phase of a subscription. A lease can run only where somebody holds the wake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// There is no wake.
    Idle {
        /// Why the next wake may have to wait.
        rest: Option<Rest>,
    },
    /// Pull-wake: the wake waits for a worker.
    Waking {
        /// The wake.
        wake: Wake,
        /// The next attempt to append the event, after one that failed.
        retry: Option<Retry>,
    },
    /// Somebody has the wake, up to the end of the lease.
    Held {
        /// The wake.
        wake: Wake,
        /// The holder.
        holder: Holder,
        /// When the holder loses the wake.
        lease_until: UnixMs,
    },
    /// Webhook: the delivery has failed, and no lease runs until the next attempt.
    Retrying {
        /// The wake.
        wake: Wake,
        /// The next attempt.
        retry: Retry,
    },
}

/// The holder of a wake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A worker that has claimed the wake.
    Worker(WorkerName),
    /// The webhook, from the start of the wake on.
    Webhook {
        /// The number of failed attempts before the current one.
        failures: u32,
        /// Whether the receiver has called back, which proves that it has the wake.
        confirmed: bool,
    },
}

/// A delivery that will be attempted again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// The number of failed attempts, at least 1.
    pub failures: u32,
    /// The earliest time of the next attempt.
    pub next_attempt: UnixMs,
    /// Why the newest attempt failed.
    pub last_error: Failure,
}

/// A delay between wakes that move no cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// The number of wakes in a row that ended without moving a cursor, at least 1.
    pub fruitless: u32,
    /// The earliest time of the next wake, unless a stream grows beyond `seen`.
    pub not_before: UnixMs,
    /// The snapshot of the newest wake.
    pub seen: Snapshot,
}

/// Why a delivery failed. It contains nothing that the receiver wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The receiver responded with this status, which is not a success.
    Status(u16),
    /// The receiver did not respond in time.
    TimedOut,
    /// There was no connection, or it broke.
    Unreachable,
    /// The operator's rules no longer allow the URL.
    Rejected,
    /// The server could not sign the request, and has not sent it.
    Unsigned,
    /// The wake stream does not exist.
    NoWakeStream,
    /// The wake stream is closed.
    WakeStreamClosed,
    /// The wake stream does not accept the event for another reason.
    WakeStreamRefused,
}

impl Failure {
    /// Whether there was no response, so that the receiver can still be at work.
    pub(crate) fn is_silent(self) -> bool {
        matches!(self, Self::TimedOut | Self::Unreachable)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "the webhook answered with status {status}"),
            Self::TimedOut => f.write_str("the webhook did not answer in time"),
            Self::Unreachable => f.write_str("the webhook could not be reached"),
            Self::Rejected => f.write_str("the URL of the webhook is not allowed"),
            Self::Unsigned => f.write_str("the request to the webhook could not be signed"),
            Self::NoWakeStream => f.write_str("the wake stream does not exist"),
            Self::WakeStreamClosed => f.write_str("the wake stream is closed"),
            Self::WakeStreamRefused => f.write_str("the wake stream did not accept the event"),
        }
    }
}

impl Phase {
    /// The wake, if there is one.
    #[must_use]
    pub fn wake(&self) -> Option<&Wake> {
        match self {
            Self::Idle { .. } => None,
            Self::Waking { wake, .. } | Self::Held { wake, .. } | Self::Retrying { wake, .. } => Some(wake),
        }
    }

    /// The scheduled retry of a delivery, if the newest attempt has failed.
    #[must_use]
    pub fn retry(&self) -> Option<&Retry> {
        match self {
            Self::Waking { retry, .. } => retry.as_ref(),
            Self::Retrying { retry, .. } => Some(retry),
            Self::Idle { .. } | Self::Held { .. } => None,
        }
    }

    /// The number of failed attempts of the wake's delivery, which distinguishes its attempts.
    pub(crate) fn failures(&self) -> u32 {
        match self {
            Self::Held { holder: Holder::Webhook { failures, .. }, .. } => *failures,
            other => other.retry().map_or(0, |retry| retry.failures),
        }
    }
}

impl Rest {
    /// The rest after `fruitless` wakes in a row. The first wake after one without progress starts at once.
    pub(crate) fn after(fruitless: u32, now: UnixMs, seen: Snapshot) -> Option<Self> {
        let delay = match fruitless {
            0 => return None,
            1 => 0,
            more => doubled(more - 2),
        };
        Some(Self { fruitless, not_before: now.saturating_add(delay), seen })
    }
}

/// The delay before the attempt that follows `failures` failed ones, without jitter.
pub(crate) fn backoff(failures: u32) -> UnixMs {
    doubled(failures.saturating_sub(1))
}

fn doubled(times: u32) -> UnixMs {
    DELAY_MIN_MS.saturating_mul(1 << times.min(16)).min(DELAY_MAX_MS)
}

#[cfg(test)]
mod tests {
    use super::backoff;

    #[test]
    fn delays_double_up_to_a_minute() {
        let delays: Vec<_> = (1..=8).map(backoff).collect();
        assert_eq!(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(backoff(u32::MAX), 60_000);
    }
}
