//! Latencies, rates and processor time of one scenario, and the medians of several rounds.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hdrhistogram::Histogram;

use crate::processor::Meter;
use crate::round::Round;

/// The quantiles of latencies that are kept.
pub const QUANTILES: [f64; 11] = [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999];

/// What one round of a scenario comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Per second, in the scenario's unit.
    pub rate: f64,
    /// At each of [`QUANTILES`].
    pub latency_ms: [f64; QUANTILES.len()],
    /// Processor time of the server's process tree by operation, where it was measured.
    pub cpu_us: Option<f64>,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    Rate,
    /// A latency, by the index of its quantile.
    LatencyMs(usize),
    CpuUs,
}

impl Figure {
    pub const P50: Self = Self::LatencyMs(3);
    pub const P99: Self = Self::LatencyMs(7);

    pub fn of(self, figures: &Figures) -> Option<f64> {
        match self {
            Self::Rate => Some(figures.rate),
            Self::LatencyMs(quantile) => Some(figures.latency_ms[quantile]),
            Self::CpuUs => figures.cpu_us,
        }
    }
}

impl Figures {
    /// The figures of some latencies; an error if there are none.
    pub fn new(latency_us: &Histogram<u64>, rate: f64) -> Result<Self> {
        ensure!(!latency_us.is_empty(), "nothing was answered in time: measure for longer");
        let latency_ms = QUANTILES.map(|quantile| latency_us.value_at_quantile(quantile) as f64 / 1000.0);
        Ok(Self { rate, latency_ms, cpu_us: None })
    }

    /// The same, with what `meter` has measured for so many operations.
    pub fn metered(self, meter: Option<&Meter>, operations: u64) -> Result<Self> {
        Ok(Self { cpu_us: meter.map(|meter| meter.each_us(operations)).transpose()?, ..self })
    }
}

/// Collects what many clients see. All of them run on one thread: the lock is never waited for.
pub struct Recorder {
    /// Before it, the server warms up.
    from: Instant,
    until: Instant,
    meter: Option<Meter>,
    seen: Mutex<Seen>,
}

struct Seen {
    latency_us: Histogram<u64>,
    latest: Instant,
    /// Also those that are not recorded: each takes processor time.
    operations: u64,
}

impl Recorder {
    /// Records for as long as a round lasts, and ignores a tenth more before.
    pub fn start(round: &Round<'_>) -> Result<Self> {
        Ok(Self::new(round.duration / 10, round.duration, Meter::start(round.site)?))
    }

    /// The same without the time before, for so few operations that a fast server has done them by then.
    pub fn start_with_few(round: &Round<'_>) -> Result<Self> {
        Ok(Self::new(Duration::ZERO, round.duration, Meter::start(round.site)?))
    }

    fn new(before: Duration, duration: Duration, meter: Option<Meter>) -> Self {
        let from = Instant::now() + before;
        let seen = Mutex::new(Seen { latency_us: histogram(), latest: from, operations: 0 });
        Self { from, until: from + duration, meter, seen }
    }

    /// Whether there is time for another request.
    pub fn running(&self) -> bool {
        Instant::now() < self.until
    }

    /// Takes note of an operation that has just ended.
    pub fn record(&self, started: Instant) {
        let now = Instant::now();
        let mut seen = self.seen.lock().expect("no client panics");
        seen.operations += 1;
        if self.from <= now && now <= self.until {
            seen.latest = now;
            seen.latency_us.saturating_record(micros(now - started));
        }
    }

    /// What it came to, if each operation counts for `weight`. To be called as soon as the last one has ended, because the
    /// server's processor time is read here.
    pub fn finish(&self, weight: f64) -> Result<Figures> {
        let seen = self.seen.lock().expect("no client panics");
        // Clients that have written as much as they may are done early.
        let seconds = (seen.latest - self.from).as_secs_f64();
        let figures = Figures::new(&seen.latency_us, seen.latency_us.len() as f64 * weight / seconds)?;
        figures.metered(self.meter.as_ref(), seen.operations)
    }
}

/// Three digits of what takes up to ten minutes. With a fixed range, since saturating stops at the range that there is.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 600_000_000, 3).expect("the bounds are fit")
}

pub fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// The rounds of one scenario on one server, by their numbers.
#[derive(Clone, Debug, Default)]
pub struct Rounds(pub BTreeMap<u32, Figures>);

impl Rounds {
    pub fn median(&self, figure: Figure) -> Option<f64> {
        median(self.values(figure))
    }

    /// The least and the greatest of one figure.
    pub fn range(&self, figure: Figure) -> Option<(f64, f64)> {
        let fold = |pick: fn(f64, f64) -> f64| self.values(figure).into_iter().reduce(pick);
        fold(f64::min).zip(fold(f64::max))
    }

    /// The median of what the same rounds of both come to, such as a ratio.
    pub fn paired(&self, other: &Self, figure: Figure, compare: impl Fn(f64, f64) -> f64) -> Option<f64> {
        let pair = |(round, own): (&u32, &Figures)| Some(compare(figure.of(own)?, figure.of(other.0.get(round)?)?));
        median(self.0.iter().filter_map(pair).collect())
    }

    fn values(&self, figure: Figure) -> Vec<f64> {
        self.0.values().filter_map(|figures| figure.of(figures)).collect()
    }
}

pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len().checked_sub(1)? / 2;
    Some(if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle], values[middle + 1]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(figures: impl IntoIterator<Item = (u32, f64, Option<f64>)>) -> Rounds {
        let round = |(round, rate, cpu_us)| (round, Figures { rate, latency_ms: [1.0; QUANTILES.len()], cpu_us });
        Rounds(figures.into_iter().map(round).collect())
    }

    #[test]
    fn medians() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn only_figures_of_the_same_round_are_compared() {
        // In the second round, the machine was half as fast; the third failed on one of the servers.
        let ours = rounds([(1, 80.0, Some(20.0)), (2, 40.0, None), (4, 80.0, Some(40.0))]);
        let noop =
            rounds([(1, 100.0, Some(10.0)), (2, 50.0, Some(10.0)), (3, 10.0, Some(1.0)), (4, 100.0, Some(20.0))]);
        let ratio = |figure| ours.paired(&noop, figure, |own, other| own / other);
        assert_eq!(ratio(Figure::Rate), Some(0.8));
        assert_eq!(ratio(Figure::CpuUs), Some(2.0));
        assert_eq!(ratio(Figure::P50), Some(1.0));
        assert_eq!(rounds([]).paired(&noop, Figure::Rate, |own, other| own / other), None);
        assert_eq!((ours.median(Figure::CpuUs), ours.range(Figure::Rate)), (Some(30.0), Some((40.0, 80.0))));
    }

    #[test]
    fn latencies_of_all_sizes_are_kept() {
        for latency_us in [1, 340, 12_000, 30_000_000] {
            let mut latencies = histogram();
            latencies.saturating_record(latency_us);
            let p50_us = Figure::P50.of(&Figures::new(&latencies, 1.0).unwrap()).unwrap() * 1000.0;
            assert!((p50_us / latency_us as f64 - 1.0).abs() < 0.001, "{latency_us} became {p50_us}");
        }
    }

    #[test]
    fn quantiles_are_what_their_names_say() {
        let mut latencies = histogram();
        (1..=100).for_each(|latency_ms| latencies.saturating_record(latency_ms * 1000));
        let figures = Figures::new(&latencies, 1.0).unwrap();
        for (figure, expected_ms) in [(Figure::P50, 50.0), (Figure::P99, 99.0)] {
            assert!((figure.of(&figures).unwrap() / expected_ms - 1.0_f64).abs() < 0.01, "{figures:?}");
        }
        assert!(figures.latency_ms.is_sorted());
    }

    #[test]
    fn what_ends_before_the_start_does_not_count() {
        let seconds = Duration::from_secs(100);
        let warming = Recorder::new(seconds, seconds, None);
        warming.record(Instant::now());
        assert!(warming.finish(1.0).is_err());
        assert_eq!(warming.seen.lock().unwrap().operations, 1);
        let few = Recorder::new(Duration::ZERO, seconds, None);
        few.record(Instant::now());
        assert!(few.finish(1.0).is_ok());
    }
}
