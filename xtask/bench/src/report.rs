//! The report: Markdown, which is also what is printed, and plots.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::bars::{self, distant_limit};
use crate::measure::Figures;
use crate::plot::{Bar, Group, Kind, Plot, number};
use crate::results::Results;
use crate::scenario::{GET_64, Load, POST_64, POST_64_OBJECTS, Scenario, Section, Unit};
use crate::target::{NOOP, OURS};

/// All that the report is made of.
pub struct Report<'a> {
    pub scenarios: &'a [Scenario],
    /// In the order in which they are shown.
    pub targets: &'a [String],
    pub results: &'a Results,
    /// Both in words.
    pub machine: String,
    pub command: String,
}

/// Name and text of each plot.
type Plots = Vec<(&'static str, Plot)>;

impl Report<'_> {
    /// Writes the report and its plots to `folder`.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let plots = self.plots();
        for (name, plot) in &plots {
            fs::write(folder.join(format!("{name}.svg")), plot.svg())?;
        }
        let mut text =
            include_str!("report.md").replace("{machine}", &self.machine).replace("{command}", &self.command);
        for (name, plot) in &plots {
            line(&mut text, format_args!("\n![{}]({name}.svg)", plot.title));
        }
        text.push_str(&self.tables());
        Ok(fs::write(folder.join("README.md"), text)?)
    }

    /// What there is in figures.
    pub fn tables(&self) -> String {
        let mut text = String::new();
        self.bars(&mut text);
        for section in Section::ALL {
            let rows: Vec<_> = self.scenarios.iter().filter(|scenario| scenario.section() == section).collect();
            self.section(&mut text, section.title(), &rows);
        }
        let failures = self.results.failures();
        if !failures.is_empty() {
            text.push_str("\n## Failures\n\n");
            failures.iter().for_each(|failure| line(&mut text, format_args!("- {failure}")));
        }
        text
    }

    fn bars(&self, text: &mut String) {
        let row = |bar: &bars::Bar| {
            let comparison = if bar.at_least { "≥" } else { "≤" };
            vec![
                bar.what.to_owned(),
                format!("{comparison} {}", bar.asked),
                format!("{} {}", number(bar.bound), bar.unit),
                format!("{} {}", number(bar.reached), bar.unit),
                format!("{:.2}", bar.ratio()),
                if bar.is_met() { "yes" } else { "no" }.to_owned(),
            ]
        };
        let rows: Vec<_> = bars::all(self.results).iter().map(row).collect();
        table(text, "Bars", &["what", "bar", "in this run", "reached", "ratio", "met"], &rows);
    }

    fn section(&self, text: &mut String, title: &str, scenarios: &[&Scenario]) {
        let others = self.targets.iter().any(|target| ![NOOP, OURS].contains(&target.as_str()));
        let mut head = vec!["what", "server", "median", "least–greatest", "p50 ms", "p99 ms", "of N"];
        let with_cpu = scenarios.iter().any(|scenario| matches!(scenario.load, Load::Access(_) | Load::List(_)));
        if with_cpu {
            head.push("CPU µs");
        }
        if others {
            head.push("ours is");
        }
        let mut rows = Vec::new();
        for scenario in scenarios {
            for target in self.targets {
                let Some(rounds) = self.results.rounds(scenario.name, target) else { continue };
                let Some(median) = rounds.median() else { continue };
                let of_noop = scenario.ceiling.and_then(|ceiling| self.results.median(ceiling, NOOP));
                let (low, high) = rounds.range(|figures| figures.rate);
                let mut row = vec![
                    scenario.title.to_owned(),
                    target.clone(),
                    format!("{} {}", number(median.rate), scenario.unit().symbol()),
                    format!("{}–{}", number(low), number(high)),
                    number(median.p50_ms),
                    number(median.p99_ms),
                    of_noop.map_or_else(String::new, |noop| format!("{:.0} %", 100.0 * median.rate / noop.rate)),
                ];
                if with_cpu {
                    row.push(median.cpu_us.map_or_else(String::new, number));
                }
                if others {
                    row.push(self.compared(scenario, target, median).unwrap_or_default());
                }
                rows.push(row);
            }
        }
        table(text, title, &head, &rows);
    }

    /// How many times as fast our server is.
    fn compared(&self, scenario: &Scenario, target: &str, other: Figures) -> Option<String> {
        let ours = self.results.median(scenario.name, OURS).filter(|_| target != OURS)?;
        let ratio =
            if scenario.unit() == Unit::Deliveries { other.p50_ms / ours.p50_ms } else { ours.rate / other.rate };
        Some(format!("{ratio:.2} ×"))
    }

    /// Those for which something has been measured.
    fn plots(&self) -> Plots {
        let rate = |figures: Figures| figures.rate;
        let mut plots = vec![
            ("distance", self.distance()),
            (
                "writing",
                Plot {
                    title: "Appends of one message".into(),
                    unit: "per second",
                    groups: vec![
                        self.group("write-1", None, rate),
                        self.group("write-16", None, rate),
                        self.group("write-64", Some(POST_64), rate),
                        self.group("write-256", None, rate),
                        self.group("write-64-streams", Some(POST_64_OBJECTS), rate),
                    ],
                },
            ),
            (
                "catching-up",
                Plot {
                    title: "Reading a stream from its start".into(),
                    unit: "MB/s",
                    groups: [
                        "catch-up-json",
                        "catch-up-json-memory",
                        "catch-up-4m",
                        "catch-up-16m",
                        "catch-up-64m",
                        "catch-up-64m-warm",
                    ]
                    .map(|name| self.group(name, None, rate))
                    .into(),
                },
            ),
            (
                "tail",
                Plot {
                    title: "Reading the tail".into(),
                    unit: "requests per second",
                    groups: vec![self.group("tail-32", Some(GET_64), rate)],
                },
            ),
            (
                "following",
                Plot {
                    title: "From sent to delivered, p99".into(),
                    unit: "ms",
                    groups: ["sse-200", "long-poll-100", "long-poll-200"]
                        .map(|name| self.group(name, None, |figures| figures.p99_ms))
                        .into(),
                },
            ),
        ];
        for (_, plot) in &mut plots {
            plot.groups.retain(|group| group.bars.iter().any(|bar| !matches!(bar.kind, Kind::Reference)));
        }
        plots.retain(|(_, plot)| !plot.groups.is_empty());
        plots
    }

    /// A bar for each server, and one for what the no-op object does.
    fn group(&self, scenario: &'static str, ceiling: Option<&'static str>, figure: fn(Figures) -> f64) -> Group {
        let bar = |label: &str, kind, figures| Bar { label: label.to_owned(), kind, value: figure(figures) };
        let kind = |target: &String| if target == OURS { Kind::Ours } else { Kind::Other };
        let servers = self.targets.iter().filter(|target| *target != NOOP);
        let mut bars: Vec<_> = servers
            .filter_map(|target| Some(bar(target, kind(target), self.results.median(scenario, target)?)))
            .collect();
        let noop = ceiling.and_then(|ceiling| self.results.median(ceiling, NOOP));
        bars.extend(noop.map(|figures| bar("no-op object", Kind::Reference, figures)));
        let title = self.scenarios.iter().find(|known| known.name == scenario).map_or(scenario, |known| known.title);
        Group { title: title.to_owned(), bars }
    }

    /// The same with D1 as far away as it is in production, and what could be reached at most.
    fn distance(&self) -> Plot {
        let mut groups = Vec::new();
        for (delay_ms, name) in [(10.0, "write-64-10ms"), (30.0, "write-64-30ms")] {
            let mut group = self.group(name, None, |figures| figures.rate);
            let reference = |label: &str, value| Bar { label: label.to_owned(), value, kind: Kind::Reference };
            if let Some(noop) = self.results.median(POST_64, NOOP) {
                group.bars.push(reference("one round trip for all", distant_limit(noop, delay_ms)));
                group.bars.push(reference("four for each append", 1000.0 / (4.0 * delay_ms)));
            }
            groups.push(group);
        }
        Plot { title: "64 writers on one stream".into(), unit: "appends per second", groups }
    }
}

/// A Markdown table whose columns are also even as text; nothing if it has no rows.
fn table(text: &mut String, title: &str, head: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let head: Vec<_> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&head]).map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..head.len()).map(width).collect();
    let rule: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
    line(text, format_args!("\n## {title}\n"));
    for row in [&head, &rule].into_iter().chain(rows) {
        let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        line(text, format_args!("| {} |", cells.join(" | ")));
    }
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    writeln!(text, "{arguments}").expect("a String takes everything");
}
