//! Rounds: in each, every scenario on every server, so that whatever else the machine does meets all of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::measure::{Figure, Figures};
use crate::number::number;
use crate::results::Results;
use crate::round::Round;
use crate::scenario::Scenario;
use crate::target::{self, Target};
use crate::variant::Variant;

/// Measures, and tells how it goes.
pub async fn run(scenarios: &[Scenario], targets: &[Target], rounds: u32, duration: Duration) -> Results {
    let mut results = Results::default();
    let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    for round in 1..=rounds {
        // What needs a server of its own has had it.
        for scenario in
            scenarios.iter().filter(|scenario| round == 1 || !matches!(scenario.variant, Variant::Fresh { .. }))
        {
            for target in targets {
                let Some(site) = target.site(scenario) else {
                    let lacks = scenario.variant.lacks().filter(|_| !target::is_of_the_project(&target.name));
                    lacks.iter().for_each(|reason| results.cannot_serve(scenario.name, &target.name, reason));
                    continue;
                };
                let name = format!("bench-{run:x}-{}-{round}", scenario.name);
                let outcome = scenario.load.run(&Round { site, duration, name }).await;
                let shown = match &outcome {
                    Ok(figures) => shown(scenario, figures),
                    Err(error) => format!("failed: {error:#}"),
                };
                eprintln!("round {round}/{rounds}  {:22} {:11} {shown}", scenario.name, target.name);
                results.enter(round, scenario.name, &target.name, outcome);
            }
        }
    }
    results
}

fn shown(scenario: &Scenario, figures: &Figures) -> String {
    let text = |figure: Figure| figure.of(figures).map_or_else(|| "–".to_owned(), number);
    let [rate, p50_ms, p99_ms, cpu_us] = [Figure::Rate, Figure::P50, Figure::P99, Figure::CpuUs].map(text);
    format!("{rate:>9} {:12} p50 {p50_ms:>6} ms   p99 {p99_ms:>6} ms   CPU {cpu_us:>7} µs", scenario.unit().symbol())
}
