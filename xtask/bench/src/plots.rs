//! The charts of the report.

use crate::bar::distant_limit;
use crate::chart::{Axis, Bar, Bars, Chart, Curves, Group, Role, Scale, Series};
use crate::measure::{Figure, QUANTILES};
use crate::results::Results;
use crate::scenario::Scenario;
use crate::scenarios::{POST_1, POST_16, POST_64, POST_256};
use crate::target::{NOOP, OURS, OURS_OBJECT};

/// What charts are made of.
pub struct Plots<'a> {
    pub scenarios: &'a [Scenario],
    pub targets: &'a [String],
    pub results: &'a Results,
}

/// The scenarios whose latencies are drawn.
const LATENCIES: [(&str, &str); 5] = [
    ("latency-1-writer", "write-1"),
    ("latency-64-writers", "write-64"),
    ("latency-ai", "ai-100"),
    ("latency-sse", "sse-200"),
    ("latency-first-get", "first-get"),
];

/// The scenarios in which servers are compared.
const COMPARED: [&str; 10] = [
    "write-1",
    "write-64",
    "write-64-streams",
    "write-batches",
    "write-1m-8",
    "ai-100",
    "ai-100-batched",
    "catch-up-json",
    "catch-up-singles",
    "tail-32",
];

impl Plots<'_> {
    /// Names and charts of all for which something has been measured.
    pub fn all(&self) -> Vec<(&'static str, Chart)> {
        let latencies = LATENCIES.into_iter().map(|(name, scenario)| (name, self.latencies(scenario)));
        let curves = [("writers", self.writers()), ("distance", self.distance())].into_iter().chain(latencies);
        let drawn = curves.filter(|(_, curves)| curves.series.iter().any(|series| series.role != Role::Ceiling));
        let curves = drawn.map(|(name, curves)| (name, Chart::Curves(curves)));
        let compared = Some(self.compared()).filter(|bars| !bars.groups.is_empty());
        compared.map(|bars| ("compared", Chart::Bars(bars))).into_iter().chain(curves).collect()
    }

    fn writers(&self) -> Curves {
        let scenarios = [(1.0, "write-1"), (16.0, "write-16"), (64.0, "write-64"), (256.0, "write-256")];
        let ceilings = [(1.0, POST_1), (16.0, POST_16), (64.0, POST_64), (256.0, POST_256)];
        let mut series = self.rates(&scenarios);
        series.extend(curve("no-op object", Role::Ceiling, self.points(NOOP, &ceilings)));
        Curves {
            title: "Appends to one stream, by the number of writers".into(),
            x: Axis { label: "writers", scale: Scale::Logarithmic },
            y: Axis { label: "appends per second", scale: Scale::Linear },
            series,
        }
    }

    /// With D1 as far away as it is in production, and what could be reached at most.
    fn distance(&self) -> Curves {
        let scenarios = [(0.0, "write-64"), (10.0, "write-64-10ms"), (30.0, "write-64-30ms")];
        // A server that is nowhere else measured at a distance doesn't write to D1, or can't be configured.
        let mut series = self.rates(&scenarios);
        if let Some(p50_ms) = self.results.median(POST_64, NOOP, Figure::P50).filter(|_| !series.is_empty()) {
            let limit = scenarios.map(|(delay_ms, _)| (delay_ms, distant_limit(p50_ms, delay_ms)));
            series.extend(curve("limit: one trip for all", Role::Ceiling, limit.into()));
            let four = [10.0, 30.0].map(|delay_ms| (delay_ms, 1000.0 / (4.0 * delay_ms)));
            series.extend(curve("four trips for each", Role::Ceiling, four.into()));
        }
        Curves {
            title: "64 writers on one stream, by the distance of D1".into(),
            x: Axis { label: "ms more for each round trip to D1", scale: Scale::Linear },
            y: Axis { label: "appends per second", scale: Scale::Linear },
            series,
        }
    }

    fn latencies(&self, scenario: &'static str) -> Curves {
        let known = self.scenarios.iter().find(|known| known.name == scenario);
        let points = |name, target: &str| -> Vec<_> {
            let quantiles = QUANTILES.iter().enumerate();
            let of = |(index, quantile): (usize, &f64)| {
                Some((*quantile, self.results.median(name, target, Figure::LatencyMs(index))?))
            };
            quantiles.filter_map(of).collect()
        };
        let mut series: Vec<_> =
            self.servers().filter_map(|(role, name)| curve(name, role, points(scenario, name))).collect();
        if let Some(ceiling) = known.and_then(|known| known.ceiling) {
            series.extend(curve("no-op object", Role::Ceiling, points(ceiling, NOOP)));
        }
        Curves {
            title: format!("Latency: {}", known.map_or(scenario, |known| known.title)),
            x: Axis { label: "share of requests or deliveries that took no longer", scale: Scale::Percentile },
            y: Axis { label: "ms", scale: Scale::Logarithmic },
            series,
        }
    }

    /// Ours beside the others and the ceiling.
    fn compared(&self) -> Bars {
        let group = |name| {
            let scenario = self.scenarios.iter().find(|scenario| scenario.name == name)?;
            let rate = |name: &'static str, target: &str| self.results.median(name, target, Figure::Rate);
            let bar = |(role, target): (Role, &str)| {
                Some(Bar { name: target.to_owned(), role, value: rate(scenario.name, target)? })
            };
            let mut bars: Vec<_> = self.servers().filter_map(bar).collect();
            if bars.is_empty() {
                return None;
            }
            let noop = scenario.ceiling.and_then(|ceiling| rate(ceiling, NOOP));
            bars.extend(noop.map(|value| Bar { name: "no-op object".into(), role: Role::Ceiling, value }));
            Some(Group { title: scenario.title.into(), unit: scenario.unit().symbol(), bars })
        };
        Bars {
            title: "Ours beside others and the ceiling".into(),
            groups: COMPARED.into_iter().filter_map(group).collect(),
        }
    }

    fn rates(&self, scenarios: &[(f64, &'static str)]) -> Vec<Series> {
        self.servers().filter_map(|(role, name)| curve(name, role, self.points(name, scenarios))).collect()
    }

    fn points(&self, target: &str, scenarios: &[(f64, &'static str)]) -> Vec<(f64, f64)> {
        let rate =
            |(x, scenario): &(f64, &'static str)| Some((*x, self.results.median(scenario, target, Figure::Rate)?));
        scenarios.iter().filter_map(rate).collect()
    }

    /// All but the no-op object. Ours have the same colors in every report.
    fn servers(&self) -> impl Iterator<Item = (Role, &str)> {
        let ours = [OURS, OURS_OBJECT];
        let given = |name: &&str| self.targets.iter().any(|target| target == name);
        let others = self.targets.iter().map(String::as_str).filter(move |name| !ours.contains(name) && *name != NOOP);
        let all = ours.into_iter().enumerate().filter(move |(_, name)| given(name)).chain((ours.len()..).zip(others));
        all.map(|(number, name)| (Role::Server(number), name))
    }
}

/// A series, unless it is a single point or none.
fn curve(name: &str, role: Role, points: Vec<(f64, f64)>) -> Option<Series> {
    (points.len() > 1).then(|| Series { name: name.to_owned(), role, points })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Figures;
    use crate::scenarios;

    /// Figures in all scenarios of some servers.
    fn results(targets: &[String], scenarios: &[Scenario]) -> Results {
        let mut results = Results::default();
        for (number, target) in (1..).zip(targets) {
            for scenario in scenarios.iter().filter(|scenario| scenario.is_ceiling() == (target == NOOP)) {
                let mut latency_ms = [0.0; QUANTILES.len()];
                (0..).zip(&mut latency_ms).for_each(|(index, ms)| *ms = 1.5_f64.powi(index + number));
                let figures = Figures { rate: 1000.0 / f64::from(number), latency_ms, cpu_us: None };
                results.enter(1, scenario.name, target, Ok(figures));
            }
        }
        results
    }

    #[test]
    fn every_server_is_in_every_chart() {
        let targets = [NOOP, OURS, OURS_OBJECT, "S", "E"].map(str::to_owned);
        let scenarios = scenarios::all();
        let results = results(&targets, &scenarios);
        let charts = Plots { scenarios: &scenarios, targets: &targets, results: &results }.all();
        let names: Vec<_> = charts.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names,
            [
                "compared",
                "writers",
                "distance",
                "latency-1-writer",
                "latency-64-writers",
                "latency-ai",
                "latency-sse",
                "latency-first-get",
            ]
        );
        for (name, chart) in &charts {
            let svg = chart.svg().unwrap();
            roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
            for server in [OURS, OURS_OBJECT, "S", "E"] {
                assert!(svg.contains(&format!("\n{server}\n")), "{server} is not in {name}");
            }
            let has_ceiling = !["latency-ai", "latency-sse", "latency-first-get"].contains(name);
            assert_eq!(
                svg.contains("\nno-op object\n") || svg.contains("\nlimit: one trip for all\n"),
                has_ceiling,
                "{name}"
            );
        }
    }

    #[test]
    fn nothing_is_drawn_of_what_was_not_measured() {
        let targets = [NOOP, OURS].map(str::to_owned);
        let scenarios = scenarios::all();
        let only: Vec<_> =
            scenarios.into_iter().filter(|scenario| scenario.is_ceiling() || scenario.name == "ai-100").collect();
        let results = results(&targets, &only);
        let charts = Plots { scenarios: &only, targets: &targets, results: &results }.all();
        assert_eq!(charts.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["compared", "latency-ai"]);
    }

    #[test]
    fn a_server_keeps_its_color_whoever_else_is_measured() {
        let targets = [NOOP, "S", OURS_OBJECT].map(str::to_owned);
        let plots = Plots { scenarios: &[], targets: &targets, results: &Results::default() };
        let roles: Vec<_> = plots.servers().collect();
        assert_eq!(roles, [(Role::Server(1), OURS_OBJECT), (Role::Server(2), "S")]);
    }
}
