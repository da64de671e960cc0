//! Delays between attempts to do work in the background after failures: moving rows and segments, and poking subscribers.

use crate::host::UnixMs;
use std::cell::Cell;

/// Delay after a failure, in milliseconds. Each further failure in a row doubles it.
const DELAY_MIN_MS: UnixMs = 10_000;
/// Maximum delay, in milliseconds.
const DELAY_MAX_MS: UnixMs = 3_600_000;

/// The delay before the next attempt. It is kept when the in-memory state is discarded, because some failures discard it.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: Cell<u32>,
    until: Cell<UnixMs>,
}

impl Backoff {
    /// The time of the next attempt, in milliseconds since 1970. It has passed if nothing failed.
    pub fn until(&self) -> UnixMs {
        self.until.get()
    }

    /// Number of failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures.get()
    }

    /// Records that an attempt has failed. Returns the time of the next one.
    pub fn failed(&self, now: UnixMs) -> UnixMs {
        let doublings = self.failures.replace(self.failures.get().saturating_add(1));
        let delay = DELAY_MIN_MS.saturating_mul(1 << doublings.min(20)).min(DELAY_MAX_MS);
        self.until.set(now.saturating_add(delay));
        self.until.get()
    }

    /// Records that an attempt has succeeded.
    pub fn succeeded(&self) {
        self.failures.set(0);
        self.until.set(0);
    }
}

#[cfg(test)]
mod tests {
    use crate::object::Backoff;

    #[test]
    fn doubles_up_to_an_hour_and_starts_again_after_a_success() {
        let backoff = Backoff::default();
        assert_eq!(backoff.until(), 0);
        let delays: Vec<_> = (0..11).map(|_| (backoff.failed(5) - 5) / 1000).collect();
        assert_eq!(delays, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
        assert_eq!(backoff.until(), 3_600_005);
        backoff.succeeded();
        assert_eq!((backoff.until(), backoff.failed(7)), (0, 10_007));
    }
}
