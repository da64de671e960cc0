//! What our server is to reach, on the same machine and in the same run as what it is held against.

use crate::measure::Figures;
use crate::results::Results;
use crate::scenario::{BATCH_1, GET_64, POST_1, POST_64, POST_64_OBJECTS};
use crate::target::{NOOP, OURS};

/// One of them.
pub struct Bar {
    pub what: &'static str,
    /// In words.
    pub asked: &'static str,
    pub bound: f64,
    pub reached: f64,
    pub unit: &'static str,
    /// Whether more is better.
    pub at_least: bool,
}

impl Bar {
    pub fn is_met(&self) -> bool {
        if self.at_least { self.reached >= self.bound } else { self.reached <= self.bound }
    }

    /// What was reached, in parts of the bar.
    pub fn ratio(&self) -> f64 {
        self.reached / self.bound
    }
}

/// Clients that write at the same time to a database that is some time away are answered at the same time: as often as the
/// distance and the platform allow.
pub fn distant_limit(noop: Figures, delay_ms: f64) -> f64 {
    64.0 / (delay_ms + noop.p50_ms) * 1000.0
}

/// Those for which everything has been measured.
pub fn all(results: &Results) -> Vec<Bar> {
    let ours = |scenario| results.median(scenario, OURS);
    let noop = |scenario| results.median(scenario, NOOP);
    let rate = |figures: Figures| figures.rate;
    let p50_ms = |figures: Figures| figures.p50_ms;
    let p99_ms = |figures: Figures| figures.p99_ms;

    let least = |what, asked, unit, bound: Option<f64>, reached: Option<f64>| {
        Some(Bar { what, asked, bound: bound?, reached: reached?, unit, at_least: true })
    };
    let most = |what, asked, unit, bound: Option<f64>, reached: Option<f64>| {
        Some(Bar { what, asked, bound: bound?, reached: reached?, unit, at_least: false })
    };
    let most_ms = |what, asked, bound, reached| most(what, asked, "ms", bound, reached);
    let cpu_us = |scenario| ours(scenario)?.cpu_us;
    let costs = |what, asked, more_us: f64, scenario| {
        most(what, asked, "µs", cpu_us("check-open").map(|without| without + more_us), cpu_us(scenario))
    };
    let per_s = "requests/s";
    let write_1 = ours("write-1");
    let one_batch = noop(POST_1).zip(noop(BATCH_1)).map(|(bare, batch)| {
        // What the batch takes is what it makes the same request take longer.
        bare.p50_ms + 1.3 * (batch.p50_ms - bare.p50_ms)
    });
    let distant = |delay_ms| noop(POST_64).map(|noop| 0.7 * distant_limit(noop, delay_ms));
    [
        least(
            "64 writers, 1 stream",
            "80 % of N",
            per_s,
            noop(POST_64).map(|noop| 0.8 * noop.rate),
            ours("write-64").map(rate),
        ),
        most_ms("1 writer, p50", "N + 1.3 × one bare D1 batch", one_batch, write_1.map(p50_ms)),
        most_ms(
            "1 writer with producer headers, p50",
            "1.1 × without",
            write_1.map(|one| 1.1 * one.p50_ms),
            ours("write-1-producer").map(p50_ms),
        ),
        least(
            "64 writers, 64 streams, 4 databases",
            "60 % of N",
            per_s,
            noop(POST_64_OBJECTS).map(|noop| 0.6 * noop.rate),
            ours("write-64-streams").map(rate),
        ),
        least(
            "JSON batches of 100",
            "30 × single appends",
            "messages/s",
            write_1.map(|one| 30.0 * one.rate),
            ours("write-batches").map(rate),
        ),
        least("20,000 JSON messages, from D1", "150 MB/s", "MB/s", Some(150.0), ours("catch-up-json").map(rate)),
        least(
            "200,000 JSON messages, from R2",
            "70 % of from D1",
            "MB/s",
            ours("catch-up-json-long").map(|hot| 0.7 * hot.rate),
            ours("catch-up-json-cold").map(rate),
        ),
        least(
            "64 MiB of bytes, from R2",
            "70 % of from D1",
            "MB/s",
            ours("catch-up-64m").map(|hot| 0.7 * hot.rate),
            ours("catch-up-64m-cold").map(rate),
        ),
        most_ms(
            "64 writers while rows move to R2, p99",
            "1.3 × without",
            ours("write-64").map(|still| 1.3 * still.p99_ms),
            ours("write-64-compacting").map(p99_ms),
        ),
        least(
            "20,000 JSON messages, from memory",
            "500 MB/s",
            "MB/s",
            Some(500.0),
            ours("catch-up-json-memory").map(rate),
        ),
        least("4 MiB of bytes, from D1", "80 MB/s", "MB/s", Some(80.0), ours("catch-up-4m").map(rate)),
        least("16 MiB of bytes, from D1", "80 MB/s", "MB/s", Some(80.0), ours("catch-up-16m").map(rate)),
        least(
            "32 readers of the last ten messages",
            "60 % of N's GETs",
            per_s,
            noop(GET_64).map(|noop| 0.6 * noop.rate),
            ours("tail-32").map(rate),
        ),
        most_ms("200 SSE readers, p50", "12 ms", Some(12.0), ours("sse-200").map(p50_ms)),
        most_ms("200 SSE readers, p99", "30 ms", Some(30.0), ours("sse-200").map(p99_ms)),
        most_ms(
            "200 SSE readers beside one that doesn't read, p99",
            "1.1 × without it",
            ours("sse-200").map(|without| 1.1 * without.p99_ms),
            ours("sse-200-asleep").map(p99_ms),
        ),
        most_ms("1,000 SSE readers, p50", "40 ms", Some(40.0), ours("sse-1000").map(p50_ms)),
        most_ms("1,000 SSE readers, p99", "120 ms", Some(120.0), ours("sse-1000").map(p99_ms)),
        most_ms(
            "writer beside 1,000 SSE readers, p50",
            "1.5 × without them",
            ours("write-20").map(|alone| 1.5 * alone.p50_ms),
            ours("write-20-sse-1000").map(p50_ms),
        ),
        most("memory of an idle SSE reader", "20 KiB", "KiB", Some(20.0), ours("sse-1000-idle").map(rate)),
        most_ms("100 long-poll readers, p50", "12 ms", Some(12.0), ours("long-poll-100").map(p50_ms)),
        most_ms("100 long-poll readers, p99", "28 ms", Some(28.0), ours("long-poll-100").map(p99_ms)),
        most_ms("1,000 of 100,000 streams in a list, p50", "15 ms", Some(15.0), ours("list-1000").map(p50_ms)),
        least(
            "64 writers with a token",
            "95 % of without",
            per_s,
            ours("write-64").map(|without| 0.95 * without.rate),
            ours("write-64-token").map(rate),
        ),
        costs("a token seen before, CPU", "without + 60 µs", 60.0, "check-seen"),
        costs("a new token of HS256, CPU", "without + 200 µs", 200.0, "check-hs256"),
        costs("a new token of EdDSA, CPU", "without + 500 µs", 500.0, "check-eddsa"),
        most_ms(
            "1 writer, 1 pull-wake subscription, p50",
            "1.1 × without",
            ours("write-1-pull-0").map(|without| 1.1 * without.p50_ms),
            ours("write-1-pull-1").map(p50_ms),
        ),
        most_ms(
            "1 writer, 100 pull-wake subscriptions, p50",
            "1.1 × without",
            ours("write-1-pull-0").map(|without| 1.1 * without.p50_ms),
            ours("write-1-pull-100").map(p50_ms),
        ),
        least("64 writers, D1 10 ms away", "70 % of the limit", per_s, distant(10.0), ours("write-64-10ms").map(rate)),
        least("64 writers, D1 30 ms away", "70 % of the limit", per_s, distant(30.0), ours("write-64-30ms").map(rate)),
    ]
    .into_iter()
    .flatten()
    .collect()
}
