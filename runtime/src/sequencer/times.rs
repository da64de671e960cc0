//! Where the time of a request goes.
//!
//! On the platform, a clock stands still between two I/O: what is computed takes no time, and what is waited for does.

use crate::host::UnixMs;
use crate::sequencer::BatchTimes;
use spec::ServerTiming;
use std::cell::Cell;

/// The phases of one request, as far as it has got.
pub(crate) struct Times {
    arrived: UnixMs,
    decoded: Cell<Option<UnixMs>>,
    staged: Cell<Option<UnixMs>>,
    times: Cell<Option<BatchTimes>>,
}

impl Times {
    pub(crate) fn new(arrived: UnixMs) -> Self {
        Self { arrived, decoded: Cell::default(), staged: Cell::default(), times: Cell::default() }
    }

    /// The whole request is there, and understood.
    pub(crate) fn decoded(&self, now: UnixMs) {
        self.decoded.set(Some(now));
    }

    /// Its answer is decided, and waits for a batch.
    pub(crate) fn staged(&self, now: UnixMs) {
        self.staged.set(Some(now));
    }

    /// The batch is committed.
    pub(crate) fn times(&self, times: BatchTimes) {
        self.times.set(Some(times));
    }

    /// What the client is told, in milliseconds: of `decode`, `queue` and `d1` what there was, and the `total`.
    pub(crate) fn at(&self, now: UnixMs) -> ServerTiming {
        let decode = self.decoded.get().map(|decoded| decoded.saturating_sub(self.arrived));
        let batch = self.staged.get().zip(self.times.get());
        // One that waits for a batch that is in flight already is not queued.
        let queue = batch.map(|(staged, times)| times.submitted_at.saturating_sub(staged));
        let d1 = batch.map(|(staged, times)| times.committed_at.saturating_sub(times.submitted_at.max(staged)));
        let total = Some(now.saturating_sub(self.arrived));
        let phases = [("decode", decode), ("queue", queue), ("d1", d1), ("total", total)];
        let phases = phases.into_iter().filter_map(|(name, ms)| Some(format!("{name};dur={}", ms?)));
        // Without spaces, or it would be several values.
        ServerTiming::read(&phases.collect::<Vec<_>>().join(",")).expect("four names and numbers are a short text")
    }
}

/// Adds to a response how long it took, since it was asked for at `arrived`: one that the edge has waited for.
pub fn set_total_time<E>(response: &mut wire::Response<E>, arrived: UnixMs, now: UnixMs) {
    spec::every::server_timing(response, &Times::new(arrived).at(now));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_told_how_long_it_was_queued_and_flown() {
        let times = Times::new(1_000);
        times.decoded(1_002);
        times.staged(1_005);
        times.times(BatchTimes { submitted_at: 1_011, committed_at: 1_024 });
        assert_eq!(times.at(1_025).as_str(), "decode;dur=2,queue;dur=6,d1;dur=13,total;dur=25");
    }

    #[test]
    fn what_joins_a_batch_in_flight_waits_for_the_rest_of_it() {
        let times = Times::new(1_000);
        times.decoded(1_000);
        times.staged(1_000);
        times.times(BatchTimes { submitted_at: 990, committed_at: 1_004 });
        assert_eq!(times.at(1_004).as_str(), "decode;dur=0,queue;dur=0,d1;dur=4,total;dur=4");
    }

    #[test]
    fn what_was_not_reached_is_not_told_and_a_clock_that_is_set_back_takes_nothing() {
        assert_eq!(Times::new(1_000).at(1_003).as_str(), "total;dur=3");
        let times = Times::new(1_000);
        times.decoded(900);
        assert_eq!(times.at(800).as_str(), "decode;dur=0,total;dur=0");
    }
}
