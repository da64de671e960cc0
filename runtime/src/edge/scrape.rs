//! Measurements in the text format of OpenMetrics.

use crate::edge::served_by_edge;
use crate::host::deadline::{Bounded, within};
use crate::host::{Database as _, UnixMs};
use crate::metrics::Usage;
use crate::{Event, Failure, Settings, Stores, log};
use futures_util::future::join_all;
use spec::metrics::scrape::{Decision, Outcome, Request, Scraped, decide};
use spec::metrics::{Service, scrape};
use std::fmt::{Display, Write as _};
use wire::{Asked, take};

/// A request for measurements.
pub struct Scrape<'a, S> {
    /// The databases.
    pub stores: S,
    /// The configuration of the deployment.
    pub settings: &'a Settings,
    /// Number of events of each name since the isolate began.
    pub events: Vec<(Event, u64)>,
    /// Bytes of the isolate's memory budget that are in use.
    pub memory_used: usize,
}

/// The results of two queries to a database.
struct Measured {
    schema_version: u64,
    size: u64,
    latency_ms: UnixMs,
    /// Whether the sweep, which stores its position in the first database, has not reached the end.
    sweeping: bool,
}

/// The kind of a metric.
#[derive(Clone, Copy)]
enum Kind {
    Gauge,
    Counter,
}

/// A text in the format of OpenMetrics 1.0.
#[derive(Default)]
struct Text(String);

impl Text {
    /// Begins a metric, whose name is `durable_streams_` and `name`, and adds its samples: a label each, if they have one, and a value.
    fn metric<V: Display>(&mut self, name: &str, kind: Kind, help: &str, samples: &[(&[(&str, &str)], V)]) {
        let (kind, suffix) = match kind {
            Kind::Gauge => ("gauge", ""),
            Kind::Counter => ("counter", "_total"),
        };
        self.push(format_args!(
            "# HELP durable_streams_{name} {}\n# TYPE durable_streams_{name} {kind}\n",
            escaped(help)
        ));
        for (labels, value) in samples {
            let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            self.push(format_args!("durable_streams_{name}{suffix}{labels} {value}\n"));
        }
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        // A string takes everything.
        let _ = self.0.write_fmt(text);
    }
}

/// A help text or a value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n")
}

/// A number of milliseconds in seconds.
fn seconds(milliseconds: UnixMs) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

impl<S: Stores> Scrape<'_, S> {
    async fn text(&self) -> String {
        let databases = self.stores.databases();
        let measured = join_all((0..databases.all().len()).map(|number| self.measure(number))).await;
        let names: Vec<_> =
            (0..databases.all().len()).map(|number| [("database", databases.binding(number))]).collect();
        let each = |value: &dyn Fn(&Measured) -> String| -> Vec<(&[(&str, &str)], String)> {
            let measured =
                names.iter().zip(&measured).filter_map(|(name, found)| Some((&name[..], found.as_ref().ok()?)));
            measured.map(|(name, found)| (name, value(found))).collect()
        };
        let up: Vec<_> =
            names.iter().zip(&measured).map(|(name, found)| (&name[..], u8::from(found.is_ok()))).collect();
        let mut text = Text::default();
        text.metric(
            "database_up",
            Kind::Gauge,
            "Whether a database answered in time, with the right schema and number.",
            &up,
        );
        let sizes = each(&|found| found.size.to_string());
        text.metric("database_size_bytes", Kind::Gauge, "Size of a database.", &sizes);
        let most: [(&[(&str, &str)], u64); 1] = [(&[], self.settings.limits.database_size as u64 * 1_000_000)];
        text.metric("database_size_limit_bytes", Kind::Gauge, "Size at which a database is full.", &most);
        let versions = each(&|found| found.schema_version.to_string());
        text.metric("database_schema_version", Kind::Gauge, "Number of the newest migration of a database.", &versions);
        let latencies = each(&|found| seconds(found.latency_ms));
        text.metric("database_latency_seconds", Kind::Gauge, "Time of one query to a database.", &latencies);
        let sweeping: Vec<(&[(&str, &str)], u8)> = match measured.first() {
            Some(Ok(found)) => vec![(&[], u8::from(found.sweeping))],
            Some(Err(_)) | None => Vec::new(),
        };
        let help = "Whether the sweep for unreferenced R2 objects goes on where the last one stopped.";
        text.metric("sweep_unfinished", Kind::Gauge, help, &sweeping);
        self.isolate(&mut text);
        text.0 + "# EOF\n"
    }

    /// The measurements of the isolate that answers.
    fn isolate(&self, text: &mut Text) {
        let names: Vec<_> =
            Event::ALL.iter().map(|event| [("event", event.name()), ("level", event.level().name())]).collect();
        let number = |event: &Event| self.events.iter().find(|(own, _)| own == event).map_or(0, |(_, number)| *number);
        let events: Vec<_> = names.iter().map(|names| &names[..]).zip(Event::ALL.iter().map(number)).collect();
        text.metric("events", Kind::Counter, "Number of log events since the isolate that answers began.", &events);
        let used: [(&[(&str, &str)], usize); 1] = [(&[], self.memory_used)];
        text.metric("memory_used_bytes", Kind::Gauge, "Memory budget in use, of the isolate that answers.", &used);
        let most: [(&[(&str, &str)], usize); 1] = [(&[], self.settings.limits.memory)];
        text.metric("memory_limit_bytes", Kind::Gauge, "Memory budget of an isolate.", &most);
    }

    async fn measure(&self, number: usize) -> Result<Measured, Failure> {
        let (databases, wait) = (self.stores.databases(), self.settings.limits.health_wait);
        let began = self.stores.now();
        let version = within(self.stores.sleep(wait), databases.schema_version(number)).await;
        let schema_version = version.unwrap_or(Err(Failure::Abandoned))?;
        let latency_ms = self.stores.now().saturating_sub(began);
        let database = Bounded::new(&databases.all()[number], wait, |wait| self.stores.sleep(wait));
        let found = database.batch(vec![log::sweep_begin()]).await?;
        let size = found.iter().fold(Usage::default(), |usage, outcome| usage.and(outcome.usage)).size_after;
        let sweeping = !log::loaded_sweep_begin(found.first())?.is_empty();
        Ok(Measured { schema_version, size, latency_ms, sweeping })
    }
}

impl<S: Stores> Service for Scrape<'_, S> {
    served_by_edge!(|own| own);

    async fn scrape(&self, request: Asked<scrape::Request>) -> Result<Outcome, Failure> {
        let request = take!(request as Request {});
        match decide(&request) {
            Decision::Scraped => Ok(Scraped { body: self.text().await.into_bytes() }.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_labels_are_escaped() {
        let mut text = Text::default();
        text.metric("a", Kind::Counter, "b\\c\nd", &[(&[("e", "f\"g\\h\ni"), ("j", "")], 7)]);
        let expected = "# HELP durable_streams_a b\\\\c\\nd\n# TYPE durable_streams_a counter\n";
        assert_eq!(text.0, format!("{expected}durable_streams_a_total{{e=\"f\\\"g\\\\h\\ni\",j=\"\"}} 7\n"));
        assert_eq!([0, 7, 1_000, 61_234].map(seconds), ["0.000", "0.007", "1.000", "61.234"]);
    }
}
