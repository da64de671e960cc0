//! Rounds: in each, every scenario on every server, so that whatever else the machine does meets all of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::plot::number;
use crate::results::Results;
use crate::round::Round;
use crate::scenario::{Scenario, Variant};
use crate::target::Target;

/// Measures, and tells how it goes.
pub async fn run(scenarios: &[Scenario], targets: &[Target], rounds: u32, duration: Duration) -> Results {
    let mut results = Results::default();
    let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    for round in 1..=rounds {
        // What needs a server of its own has had it.
        for scenario in scenarios.iter().filter(|scenario| round == 1 || scenario.variant != Variant::Fresh) {
            for target in targets {
                let Some(site) = target.site(scenario) else { continue };
                let name = format!("bench-{run:x}-{}-{round}", scenario.name);
                let outcome = scenario.load.run(&Round { site, duration, name }).await;
                let shown = match &outcome {
                    Ok(figures) => format!(
                        "{:>9} {:12} p50 {:>6} ms   p99 {:>6} ms",
                        number(figures.rate),
                        scenario.unit().symbol(),
                        number(figures.p50_ms),
                        number(figures.p99_ms)
                    ),
                    Err(error) => format!("failed: {error:#}"),
                };
                eprintln!("round {round}/{rounds}  {:21} {:10} {shown}", scenario.name, target.name);
                results.enter(scenario.name, &target.name, outcome);
            }
        }
    }
    results
}
