//! All bars.

use crate::bar::{Bar, Bound, Of};
use crate::measure::Figure::{self, CpuUs, Rate};
use crate::scenarios::{BATCH_1, BATCH_1M_8, BATCH_64_OBJECTS, BATCH_BATCHES, GET_64, POST_64, POST_64_OBJECTS, ROWS};

const fn noop(scenario: &'static str) -> Of {
    Of::Noop { scenario, name: "N" }
}

const fn bare(scenario: &'static str) -> Of {
    Of::Noop { scenario, name: "a bare D1 batch" }
}

/// Reads of rows of 64 KiB.
const BARE_READ: Of = Of::Noop { scenario: ROWS, name: "a bare D1 read" };

const fn without(scenario: &'static str) -> Of {
    Of::Own { scenario, name: "without" }
}

const fn least(factor: f64, of: Of) -> Bound {
    Bound::at_least(factor, of)
}

const fn most(factor: f64, of: Of) -> Bound {
    Bound::at_most(factor, of)
}

const fn most_ms(bound: f64) -> Bound {
    Bound::at_most(bound, MS)
}

const fn bar(
    what: &'static str,
    scenario: &'static str,
    figure: Figure,
    d1: &'static [Bound],
    object: &'static [Bound],
) -> Bar {
    Bar { what, scenario, figure, d1, object }
}

/// The same with either log.
const fn both(what: &'static str, scenario: &'static str, figure: Figure, bounds: &'static [Bound]) -> Bar {
    bar(what, scenario, figure, bounds, bounds)
}

const P50: Figure = Figure::P50;
const P99: Figure = Figure::P99;
const MS: Of = Of::Unit("ms");
const KIB: Of = Of::Unit("KiB");
const MB_PER_S: Of = Of::Unit("MB/s");
const S: Of = Of::Rival;

const FROM_D1: Of = Of::Own { scenario: "catch-up-json-long", name: "from D1" };
const BYTES_FROM_D1: Of = Of::Own { scenario: "catch-up-64m", name: "from D1" };
const SINGLE: Of = Of::Own { scenario: "write-1", name: "single appends" };
const DISTANCE_10: Of = Of::Distance { delay_ms: 10.0, scenario: POST_64 };
const DISTANCE_30: Of = Of::Distance { delay_ms: 30.0, scenario: POST_64 };

pub const ALL: &[Bar] = &[
    // Writing.
    bar("1 writer, p50", "write-1", P50, &[most(1.05, bare(BATCH_1))], &[most(0.8, S)]),
    bar("1 writer, CPU per append", "write-1", CpuUs, &[most(1.0, bare(BATCH_1))], &[most(0.85, S)]),
    bar(
        "1 writer with producer headers, p50",
        "write-1-producer",
        P50,
        &[most(1.03, without("write-1"))],
        &[most(0.8, S)],
    ),
    bar("64 writers, 1 stream", "write-64", Rate, &[least(0.75, noop(POST_64))], &[least(0.8, noop(POST_64))]),
    bar(
        "64 writers, 1 stream, CPU per append",
        "write-64",
        CpuUs,
        &[most(1.3, noop(POST_64))],
        &[most(1.25, noop(POST_64))],
    ),
    bar(
        "64 writers, 64 streams",
        "write-64-streams",
        Rate,
        &[least(1.0, bare(BATCH_64_OBJECTS))],
        &[least(0.5, noop(POST_64_OBJECTS)), least(1.8, S)],
    ),
    bar("8 writers, 1 MB appends", "write-1m-8", Rate, &[least(0.8, bare(BATCH_1M_8))], &[least(1.0, S)]),
    bar("JSON batches of 100", "write-batches", Rate, &[least(0.9, bare(BATCH_BATCHES))], &[least(1.0, S)]),
    both("JSON batches of 100", "write-batches", Rate, &[least(30.0, SINGLE)]),
    both("64 writers while rows move to R2, p99", "write-64-compacting", P99, &[most(1.3, without("write-64"))]),
    both("64 writers with a token", "write-64-token", Rate, &[least(0.95, without("write-64"))]),
    bar("64 writers, D1 10 ms away", "write-64-10ms", Rate, &[least(0.7, DISTANCE_10)], &[]),
    bar("64 writers, D1 30 ms away", "write-64-30ms", Rate, &[least(0.7, DISTANCE_30)], &[]),
    // Reading.
    bar("20,000 JSON messages, from D1", "catch-up-json", Rate, &[least(1.2, BARE_READ)], &[least(1.0, S)]),
    bar("4 MiB of bytes, from D1", "catch-up-4m", Rate, &[least(0.9, BARE_READ)], &[least(1.0, S)]),
    both("16 MiB of bytes, from D1", "catch-up-16m", Rate, &[least(80.0, MB_PER_S)]),
    bar("16 readers of messages of 64 KiB", "catch-up-64k-16", Rate, &[least(0.9, BARE_READ)], &[least(1.0, S)]),
    bar("… from memory", "catch-up-64k-16-memory", Rate, &[least(600.0, MB_PER_S)], &[least(1.0, S)]),
    bar("20,000 single appends read", "catch-up-singles", Rate, &[least(150.0, MB_PER_S)], &[least(3.0, S)]),
    both("20,000 JSON messages, from memory", "catch-up-json-memory", Rate, &[least(500.0, MB_PER_S)]),
    both("200,000 JSON messages, from R2", "catch-up-json-cold", Rate, &[least(0.7, FROM_D1)]),
    both("64 MiB of bytes, from R2", "catch-up-64m-cold", Rate, &[least(0.7, BYTES_FROM_D1)]),
    both("32 readers of the last ten messages", "tail-32", Rate, &[least(0.8, noop(GET_64))]),
    both("… while rows of other streams move to R2", "tail-32-moving", Rate, &[least(0.6, noop(GET_64))]),
    // Following.
    bar("100 AI answers, delivered", "ai-100", Rate, &[least(0.78, S)], &[least(1.8, S)]),
    both("200 SSE readers, p50", "sse-200", P50, &[most_ms(8.0)]),
    both("200 SSE readers, p99", "sse-200", P99, &[most_ms(20.0)]),
    both("200 SSE readers beside one that doesn't read, p99", "sse-200-asleep", P99, &[most(1.1, without("sse-200"))]),
    both("1,000 SSE readers, p50", "sse-1000", P50, &[most_ms(40.0)]),
    both("1,000 SSE readers, p99", "sse-1000", P99, &[most_ms(120.0)]),
    both("writer beside 1,000 SSE readers, p50", "write-20-sse-1000", P50, &[most(1.5, without("write-20"))]),
    both("memory of an idle SSE reader", "sse-1000-idle", Rate, &[most(24.0, KIB)]),
    both("memory of a stream with an SSE reader", "sse-1000-streams", Rate, &[most(60.0, KIB)]),
    bar("one message to each of 1,000 streams, p50", "sse-1000-streams", P50, &[most_ms(2.0)], &[most_ms(1.0)]),
    both("100 long-poll readers, p50", "long-poll-100", P50, &[most_ms(10.0)]),
    both("100 long-poll readers, p99", "long-poll-100", P99, &[most_ms(20.0)]),
    // The first request after a restart.
    bar("first GET after a restart, p50", "first-get", P50, &[most_ms(1.5)], &[most(1.0, S)]),
    bar("first append after a restart, p50", "first-append", P50, &[most_ms(2.2)], &[most(1.0, S)]),
    // Lists, access, subscriptions.
    both("1,000 of 100,000 streams in a list, p50", "list-1000", P50, &[most_ms(15.0)]),
    both("a token seen before, CPU", "check-seen", CpuUs, &[most(1.0, without("check-open")).plus(60.0)]),
    both("a new token of HS256, CPU", "check-hs256", CpuUs, &[most(1.0, without("check-open")).plus(200.0)]),
    both("a new token of EdDSA, CPU", "check-eddsa", CpuUs, &[most(1.0, without("check-open")).plus(500.0)]),
    both("1 writer, 1 pull-wake subscription, p50", "write-1-pull-1", P50, &[most(1.1, without("write-1-pull-0"))]),
    both(
        "1 writer, 100 pull-wake subscriptions, p50",
        "write-1-pull-100",
        P50,
        &[most(1.1, without("write-1-pull-0"))],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;

    #[test]
    fn bars_name_scenarios_that_exist() {
        let scenarios = scenarios::all();
        let find = |name: &str| scenarios.iter().find(|scenario| scenario.name == name).expect(name);
        for bar in ALL {
            let own = find(bar.scenario);
            assert!(!own.is_ceiling(), "{}", bar.what);
            let units = match bar.figure {
                Rate => own.unit().symbol().split('/').next().into_iter().chain([own.unit().symbol()]).collect(),
                Figure::LatencyMs(_) => vec!["ms"],
                CpuUs => vec!["µs"],
            };
            for bound in [bar.d1, bar.object].concat() {
                assert!(bound.factor > 0.0 && bound.plus >= 0.0, "{}", bar.what);
                match bound.of {
                    Of::Noop { scenario, .. } | Of::Distance { scenario, .. } => {
                        let other = find(scenario);
                        assert!(other.is_ceiling(), "{}", bar.what);
                        assert!(matches!(bound.of, Of::Distance { .. }) || other.unit() == own.unit(), "{}", bar.what);
                    }
                    Of::Own { scenario, .. } => assert!(!find(scenario).is_ceiling() && scenario != bar.scenario),
                    Of::Unit(unit) => assert!(units.contains(&unit), "{}", bar.what),
                    Of::Rival => {}
                }
            }
        }
    }
}
