//! Latencies and rates of one scenario, and the medians of several rounds.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hdrhistogram::Histogram;

/// What one round of a scenario comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Per second, in the scenario's unit.
    pub rate: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Of the server, by request, where it was measured.
    pub cpu_us: Option<f64>,
}

/// Collects what many clients see. All of them run on one thread: the lock is never waited for.
pub struct Recorder {
    /// Before it, the server warms up.
    from: Instant,
    until: Instant,
    seen: Mutex<Seen>,
}

struct Seen {
    latency_us: Histogram<u64>,
    latest: Instant,
}

impl Recorder {
    /// Records for `duration`, and ignores a tenth more before.
    pub fn start(duration: Duration) -> Self {
        let from = Instant::now() + duration / 10;
        Self { from, until: from + duration, seen: Mutex::new(Seen { latency_us: histogram(), latest: from }) }
    }

    /// Whether there is time for another request.
    pub fn running(&self) -> bool {
        Instant::now() < self.until
    }

    /// Takes note of a request that has just been answered.
    pub fn record(&self, sent: Instant) {
        let now = Instant::now();
        if sent >= self.from && now <= self.until {
            let mut seen = self.seen.lock().expect("no client panics");
            seen.latest = now;
            seen.latency_us.saturating_record(micros(now - sent));
        }
    }

    /// What it came to, if each request counts for `weight`.
    pub fn finish(&self, weight: f64) -> Result<Figures> {
        let seen = self.seen.lock().expect("no client panics");
        // Clients that have written as much as they may are done early.
        let seconds = (seen.latest - self.from).as_secs_f64();
        figures(&seen.latency_us, seen.latency_us.len() as f64 * weight / seconds)
    }
}

/// The figures of some latencies; an error if there are none.
pub fn figures(latency_us: &Histogram<u64>, rate: f64) -> Result<Figures> {
    ensure!(!latency_us.is_empty(), "nothing was answered in time: measure for longer");
    let ms = |quantile| latency_us.value_at_quantile(quantile) as f64 / 1000.0;
    Ok(Figures { rate, p50_ms: ms(0.5), p99_ms: ms(0.99), cpu_us: None })
}

/// Three digits of what takes up to ten minutes. With a fixed range, since saturating stops at the range that there is.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 600_000_000, 3).expect("the bounds are fit")
}

pub fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// The rounds of one scenario on one target.
#[derive(Clone, Debug, Default)]
pub struct Rounds(pub Vec<Figures>);

impl Rounds {
    /// The median of each figure.
    pub fn median(&self) -> Option<Figures> {
        let median_of = |figure: fn(&Figures) -> f64| median(self.0.iter().map(figure).collect());
        Some(Figures {
            rate: median_of(|figures| figures.rate)?,
            p50_ms: median_of(|figures| figures.p50_ms)?,
            p99_ms: median_of(|figures| figures.p99_ms)?,
            cpu_us: median(self.0.iter().filter_map(|figures| figures.cpu_us).collect()),
        })
    }

    /// The least and the greatest of one figure.
    pub fn range(&self, figure: fn(&Figures) -> f64) -> (f64, f64) {
        let fold = |pick: fn(f64, f64) -> f64| self.0.iter().map(figure).reduce(pick).unwrap_or(f64::NAN);
        (fold(f64::min), fold(f64::max))
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len().checked_sub(1)? / 2;
    Some(if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle], values[middle + 1]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn latencies_of_all_sizes_are_kept() {
        for latency_us in [1, 340, 12_000, 30_000_000] {
            let mut latencies = histogram();
            latencies.saturating_record(latency_us);
            let p50_us = figures(&latencies, 1.0).unwrap().p50_ms * 1000.0;
            assert!((p50_us / latency_us as f64 - 1.0).abs() < 0.001, "{latency_us} became {p50_us}");
        }
    }

    #[test]
    fn what_was_sent_before_the_start_does_not_count() {
        let recorder = Recorder::start(Duration::from_secs(10));
        recorder.record(Instant::now());
        assert!(recorder.finish(1.0).is_err());
    }
}
