//! A bar: what our server is to reach, on the same machine and in the same rounds as what it is compared with.

use crate::measure::{Figure, Rounds, median};
use crate::results::Results;
use crate::target::{NOOP, OURS, OURS_OBJECT, RIVAL};

/// One figure of one scenario, and what it is to be with either log.
pub struct Bar {
    pub what: &'static str,
    pub scenario: &'static str,
    pub figure: Figure,
    pub d1: &'static [Bound],
    pub object: &'static [Bound],
}

/// A limit of a figure: so many times another one, and some more.
#[derive(Clone, Copy)]
pub struct Bound {
    pub sense: Sense,
    pub factor: f64,
    pub of: Of,
    pub plus: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    AtLeast,
    AtMost,
}

/// The figure that a bound is written in.
#[derive(Clone, Copy)]
pub enum Of {
    /// The unit itself.
    Unit(&'static str),
    /// The same figure of the no-op object in one of its scenarios.
    Noop { scenario: &'static str, name: &'static str },
    /// The same figure of the best other server.
    Rival,
    /// The same figure of our server, with the same log, in another scenario.
    Own { scenario: &'static str, name: &'static str },
    /// As many requests as 64 clients can make whose batches go to D1 together, by the no-op object's latency in a scenario.
    Distance { delay_ms: f64, scenario: &'static str },
}

/// Where our server has its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    D1,
    Object,
}

/// What came of a bound in a run.
pub struct Reached {
    pub what: &'static str,
    pub log: Log,
    /// In words.
    pub asked: String,
    /// The medians of what is asked and of what was reached. The first is absent if it was not measured.
    pub bound: Option<f64>,
    pub reached: f64,
    pub unit: &'static str,
    pub sense: Sense,
    /// What was reached in parts of the bound: the median of the rounds.
    pub ratio: Option<f64>,
}

impl Log {
    pub const BOTH: [Self; 2] = [Self::D1, Self::Object];

    /// The name of our server with this log.
    pub fn target(self) -> &'static str {
        match self {
            Self::D1 => OURS,
            Self::Object => OURS_OBJECT,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::D1 => "D1",
            Self::Object => "object",
        }
    }
}

impl Bar {
    /// What came of it with each log for which the scenario was measured. `unit` is that of the scenario's rate.
    pub fn reached(&self, results: &Results, unit: &'static str) -> Vec<Reached> {
        let bounds = |log| if log == Log::D1 { self.d1 } else { self.object };
        let all = Log::BOTH.into_iter().flat_map(|log| bounds(log).iter().map(move |bound| (log, bound)));
        all.filter_map(|(log, bound)| self.reached_of(bound, log, results, unit)).collect()
    }

    fn reached_of(&self, bound: &Bound, log: Log, results: &Results, unit: &'static str) -> Option<Reached> {
        let own = results.rounds(self.scenario, log.target())?;
        let reached = own.median(self.figure)?;
        let bounds = bound.by_round(self, log, own, results);
        let ratios = bounds.iter().filter_map(|(round, bound)| Some(self.figure.of(own.0.get(round)?)? / bound));
        let unit = match self.figure {
            Figure::Rate => unit,
            Figure::LatencyMs(_) => "ms",
            Figure::CpuUs => "µs",
        };
        Some(Reached {
            what: self.what,
            log,
            asked: bound.text(unit),
            bound: median(bounds.iter().map(|(_, bound)| *bound).collect()),
            reached,
            unit,
            sense: bound.sense,
            ratio: median(ratios.collect()),
        })
    }
}

impl Bound {
    pub const fn at_least(factor: f64, of: Of) -> Self {
        Self { sense: Sense::AtLeast, factor, of, plus: 0.0 }
    }

    pub const fn at_most(factor: f64, of: Of) -> Self {
        Self { sense: Sense::AtMost, factor, of, plus: 0.0 }
    }

    pub const fn plus(self, plus: f64) -> Self {
        Self { plus, ..self }
    }

    /// What it comes to in each round in which that was measured.
    fn by_round(&self, bar: &Bar, log: Log, own: &Rounds, results: &Results) -> Vec<(u32, f64)> {
        let figures = |scenario, target, figure: Figure| -> Vec<(u32, f64)> {
            let rounds = results.rounds(scenario, target).into_iter().flat_map(|rounds| &rounds.0);
            rounds.filter_map(|(round, figures)| Some((*round, figure.of(figures)?))).collect()
        };
        let of = match self.of {
            Of::Unit(_) => own.0.keys().map(|round| (*round, 1.0)).collect(),
            Of::Noop { scenario, .. } => figures(scenario, NOOP, bar.figure),
            Of::Rival => figures(bar.scenario, RIVAL, bar.figure),
            Of::Own { scenario, .. } => figures(scenario, log.target(), bar.figure),
            Of::Distance { delay_ms, scenario } => {
                let latencies = figures(scenario, NOOP, Figure::P50).into_iter();
                latencies.map(|(round, p50_ms)| (round, distant_limit(p50_ms, delay_ms))).collect()
            }
        };
        of.into_iter().map(|(round, of)| (round, self.factor * of + self.plus)).collect()
    }

    /// In words. `unit` is that of what is added.
    fn text(&self, unit: &str) -> String {
        let comparison = if self.sense == Sense::AtLeast { "≥" } else { "≤" };
        let name = match self.of {
            Of::Unit(unit) => return format!("{comparison} {} {unit}", self.factor),
            Of::Noop { name, .. } | Of::Own { name, .. } => name,
            Of::Rival => RIVAL,
            Of::Distance { .. } => "the limit",
        };
        let times = if self.factor == 1.0 { String::new() } else { format!("{} × ", self.factor) };
        let more = if self.plus > 0.0 { format!(" + {} {unit}", self.plus) } else { String::new() };
        format!("{comparison} {times}{name}{more}")
    }
}

impl Reached {
    /// None if what it is compared with was not measured.
    pub fn is_met(&self) -> Option<bool> {
        self.ratio.map(|ratio| if self.sense == Sense::AtLeast { ratio >= 1.0 } else { ratio <= 1.0 })
    }
}

/// 64 clients that write at the same time to a database that is some time away are answered at the same time: as often as the
/// distance and the platform allow.
pub fn distant_limit(noop_p50_ms: f64, delay_ms: f64) -> f64 {
    64.0 / (delay_ms + noop_p50_ms) * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Figures, QUANTILES};

    const N: Of = Of::Noop { scenario: "noop-post-64", name: "N" };

    fn figures(rate: f64, p50_ms: f64, cpu_us: f64) -> Figures {
        Figures { rate, latency_ms: [p50_ms; QUANTILES.len()], cpu_us: Some(cpu_us) }
    }

    fn bar(figure: Figure, d1: &[Bound], object: &[Bound]) -> Bar {
        let (d1, object) = (d1.to_vec().leak(), object.to_vec().leak());
        Bar { what: "64 writers", scenario: "write-64", figure, d1, object }
    }

    /// Two rounds; the machine was half as fast in the second one.
    fn results() -> Results {
        let mut results = Results::default();
        for (round, speed) in [(1, 1.0), (2, 0.5)] {
            results.enter(round, "noop-post-64", NOOP, Ok(figures(1000.0 * speed, 10.0 / speed, 100.0 / speed)));
            results.enter(round, "write-64", OURS, Ok(figures(760.0 * speed, 20.0 / speed, 150.0 / speed)));
        }
        results.enter(2, "write-64", OURS_OBJECT, Ok(figures(450.0, 20.0, 120.0)));
        results.enter(2, "write-64", RIVAL, Ok(figures(250.0, 30.0, 300.0)));
        results
    }

    fn only(reached: Vec<Reached>) -> Reached {
        let [one] = <[_; 1]>::try_from(reached).unwrap_or_else(|all| panic!("{} of them", all.len()));
        one
    }

    #[test]
    fn a_ratio_is_that_of_the_same_round() {
        let least = only(bar(Figure::Rate, &[Bound::at_least(0.75, N)], &[]).reached(&results(), "requests/s"));
        assert_eq!((least.log, least.asked.as_str(), least.unit), (Log::D1, "≥ 0.75 × N", "requests/s"));
        assert!((least.ratio.unwrap() - 0.76 / 0.75).abs() < 1e-9 && least.is_met() == Some(true));
        let most = only(bar(Figure::CpuUs, &[Bound::at_most(1.3, N)], &[]).reached(&results(), "requests/s"));
        assert_eq!((most.asked.as_str(), most.unit, most.is_met()), ("≤ 1.3 × N", "µs", Some(false)));
    }

    #[test]
    fn each_log_has_its_own_bounds() {
        let both = [Bound::at_least(0.8, N), Bound::at_least(1.8, Of::Rival)];
        let all = bar(Figure::Rate, &[], &both).reached(&results(), "requests/s");
        let found: Vec<_> = all.iter().map(|one| (one.log, one.asked.as_str(), one.is_met())).collect();
        assert_eq!(found, [(Log::Object, "≥ 0.8 × N", Some(true)), (Log::Object, "≥ 1.8 × S", Some(true)),]);
        assert_eq!(all[0].bound, Some(0.8 * 750.0));
    }

    #[test]
    fn what_was_not_measured_is_neither_met_nor_missed() {
        let mut without = Results::default();
        without.enter(1, "write-64", OURS, Ok(figures(1.0, 1.0, 1.0)));
        let open = only(bar(Figure::Rate, &[Bound::at_least(1.0, Of::Rival)], &[]).reached(&without, "requests/s"));
        assert_eq!((open.bound, open.is_met(), open.asked.as_str()), (None, None, "≥ S"));
        // In other rounds, the machine was another one.
        without.enter(2, "write-64", RIVAL, Ok(figures(1.0, 1.0, 1.0)));
        let apart = only(bar(Figure::Rate, &[Bound::at_least(1.0, Of::Rival)], &[]).reached(&without, "requests/s"));
        assert_eq!(apart.is_met(), None);
        assert!(bar(Figure::Rate, &[], &[Bound::at_least(1.0, N)]).reached(&without, "requests/s").is_empty());
    }

    #[test]
    fn bounds_can_be_written_in_other_things() {
        let asked = |bound: Bound| bound.text("µs");
        assert_eq!(asked(Bound::at_most(8.0, Of::Unit("ms"))), "≤ 8 ms");
        let without = Of::Own { scenario: "check-open", name: "without" };
        assert_eq!(asked(Bound::at_most(1.0, without).plus(60.0)), "≤ without + 60 µs");
        assert_eq!(asked(Bound::at_least(0.7, Of::Distance { delay_ms: 10.0, scenario: "x" })), "≥ 0.7 × the limit");

        let own = Bound::at_most(1.0, Of::Own { scenario: "write-64", name: "without" }).plus(60.0);
        let reached = only(bar(Figure::CpuUs, &[own], &[]).reached(&results(), ""));
        assert_eq!(reached.bound, Some(0.5 * (150.0 + 300.0) + 60.0));
        let distant = Bound::at_least(0.7, Of::Distance { delay_ms: 10.0, scenario: "noop-post-64" });
        let reached = only(bar(Figure::Rate, &[distant], &[]).reached(&results(), ""));
        let expected = 0.7 * 0.5 * (64.0 / 20.0 + 64.0 / 30.0) * 1000.0;
        assert!((reached.bound.unwrap() - expected).abs() < 1e-6, "{:?} and {expected}", reached.bound);
    }
}
