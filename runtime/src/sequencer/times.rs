//! Server timing: how long each phase of a request takes.
//!
//! On the platform, the clock advances only at I/O. So measured times contain waiting, but not computing.

use crate::host::UnixMs;
use crate::sequencer::BatchTimes;
use spec::ServerTiming;
use std::cell::Cell;

/// The times at which one request reached its phases.
pub(crate) struct Times {
    arrived: UnixMs,
    decoded: Cell<Option<UnixMs>>,
    staged: Cell<Option<UnixMs>>,
    committed: Cell<Option<BatchTimes>>,
}

impl Times {
    pub(crate) fn new(arrived: UnixMs) -> Self {
        Self { arrived, decoded: Cell::default(), staged: Cell::default(), committed: Cell::default() }
    }

    /// Records that the request was read and decoded completely.
    pub(crate) fn decoded(&self, now: UnixMs) {
        self.decoded.set(Some(now));
    }

    /// Records that the response is decided and waits for a batch.
    pub(crate) fn staged(&self, now: UnixMs) {
        self.staged.set(Some(now));
    }

    /// Records that the batch was committed.
    pub(crate) fn committed(&self, batch: BatchTimes) {
        self.committed.set(Some(batch));
    }

    /// The value of `Server-Timing`, in milliseconds: `decode`, `queue` and `d1` as far as the request reached them, and `total`.
    pub(crate) fn at(&self, now: UnixMs) -> ServerTiming {
        let decode = self.decoded.get().map(|decoded| decoded.saturating_sub(self.arrived));
        let batch = self.staged.get().zip(self.committed.get());
        // A response that waits for a batch already in flight was not queued.
        let queue = batch.map(|(staged, times)| times.submitted_at.saturating_sub(staged));
        let d1 = batch.map(|(staged, times)| times.committed_at.saturating_sub(times.submitted_at.max(staged)));
        let total = Some(now.saturating_sub(self.arrived));
        let phases = [("decode", decode), ("queue", queue), ("d1", d1), ("total", total)];
        let phases = phases.into_iter().filter_map(|(name, ms)| Some(format!("{name};dur={}", ms?)));
        // Without a space after the comma, because the type of the header rejects `, ` as two values.
        ServerTiming::read(&phases.collect::<Vec<_>>().join(",")).expect("four names and numbers are a short text")
    }
}

/// Sets `Server-Timing` of a response that the Worker produced, for a request that arrived at `arrived`.
pub fn set_total_time<E>(response: &mut wire::Response<E>, arrived: UnixMs, now: UnixMs) {
    spec::every::server_timing(response, &Times::new(arrived).at(now));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_reports_queueing_and_commit_times() {
        let times = Times::new(1_000);
        times.decoded(1_002);
        times.staged(1_005);
        times.committed(BatchTimes { submitted_at: 1_011, committed_at: 1_024 });
        assert_eq!(times.at(1_025).as_str(), "decode;dur=2,queue;dur=6,d1;dur=13,total;dur=25");
    }

    #[test]
    fn what_joins_a_batch_in_flight_waits_for_the_rest_of_it() {
        let times = Times::new(1_000);
        times.decoded(1_000);
        times.staged(1_000);
        times.committed(BatchTimes { submitted_at: 990, committed_at: 1_004 });
        assert_eq!(times.at(1_004).as_str(), "decode;dur=0,queue;dur=0,d1;dur=4,total;dur=4");
    }

    #[test]
    fn phases_that_were_not_reached_are_omitted_and_clocks_that_go_backward_count_as_zero() {
        assert_eq!(Times::new(1_000).at(1_003).as_str(), "total;dur=3");
        let times = Times::new(1_000);
        times.decoded(900);
        assert_eq!(times.at(800).as_str(), "decode;dur=0,total;dur=0");
    }
}
