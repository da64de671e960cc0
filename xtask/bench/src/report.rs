//! The report: Markdown, which is also what is printed, and charts.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::bar::Reached;
use crate::bars;
use crate::chart::Chart;
use crate::measure::{Figure, Rounds};
use crate::number::number;
use crate::plots::Plots;
use crate::results::Results;
use crate::scenario::{Scenario, Section, Unit};
use crate::target::{NOOP, OURS};

/// All that the report is made of.
pub struct Report<'a> {
    pub scenarios: &'a [Scenario],
    /// In the order in which they are shown.
    pub targets: &'a [String],
    pub results: &'a Results,
    /// In words, as are the others below.
    pub machine: String,
    pub command: String,
    /// By the names of servers: what they are, with their versions.
    pub descriptions: &'a [(String, String)],
}

/// The columns of a section.
const HEAD: [&str; 9] =
    ["what", "server", "median", "least–greatest", "of N", "p50 ms", "p99 ms", "CPU µs", "CPU of N"];

impl Report<'_> {
    /// Writes the report and its charts to `folder`.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let plots = self.plots();
        for (name, chart) in &plots {
            fs::write(folder.join(format!("{name}.svg")), chart.svg()?)?;
        }
        let mut text = include_str!("report.md")
            .replace("{machine}", &self.machine)
            .replace("{command}", &self.command)
            .replace("{servers}\n", &self.servers());
        for (name, chart) in &plots {
            line(&mut text, format_args!("\n![{}]({name}.svg)", chart.title()));
        }
        text.push_str(&self.tables());
        Ok(fs::write(folder.join("README.md"), text)?)
    }

    fn plots(&self) -> Vec<(&'static str, Chart)> {
        Plots { scenarios: self.scenarios, targets: self.targets, results: self.results }.all()
    }

    fn servers(&self) -> String {
        self.descriptions.iter().map(|(name, text)| format!("- **{name}**: {text}\n")).collect()
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
        let row = |reached: &Reached| {
            let amount = |value| format!("{} {}", number(value), reached.unit);
            vec![
                reached.what.to_owned(),
                reached.log.name().to_owned(),
                reached.asked.clone(),
                reached.bound.map_or_else(String::new, amount),
                amount(reached.reached),
                reached.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
                match reached.is_met() {
                    Some(true) => "met",
                    Some(false) => "missed",
                    None => "not measured",
                }
                .to_owned(),
            ]
        };
        let unit =
            |name| self.scenarios.iter().find(|scenario| scenario.name == name).map(|known| known.unit().symbol());
        let reached = bars::ALL.iter().filter_map(|bar| Some(bar.reached(self.results, unit(bar.scenario)?)));
        let rows: Vec<_> = reached.flatten().map(|reached| row(&reached)).collect();
        table(text, "Bars", &["what", "log", "bar", "in this run", "reached", "ratio", "result"], &rows);
    }

    fn section(&self, text: &mut String, title: &str, scenarios: &[&Scenario]) {
        let mut head = HEAD.to_vec();
        let others = self.targets.iter().any(|target| ![NOOP, OURS].contains(&target.as_str()));
        if others {
            head.push("ours is");
        }
        let mut rows = Vec::new();
        for scenario in scenarios {
            for target in self.targets {
                let cells = match self.results.rounds(scenario.name, target) {
                    Some(rounds) => self.cells(scenario, target, rounds),
                    None => self.results.unserved(scenario.name, target).map(|why| vec![format!("not served: {why}")]),
                };
                let Some(cells) = cells else { continue };
                let mut row = vec![scenario.title.to_owned(), target.clone()];
                row.extend(cells);
                row.resize(head.len(), String::new());
                rows.push(row);
            }
        }
        table(text, title, &head, &rows);
    }

    /// The figures of a row.
    fn cells(&self, scenario: &Scenario, target: &str, rounds: &Rounds) -> Option<Vec<String>> {
        let (rate, (low, high)) = (rounds.median(Figure::Rate)?, rounds.range(Figure::Rate)?);
        let text = |figure| rounds.median(figure).map_or_else(String::new, number);
        let of_noop = |figure| {
            let noop = self.results.rounds(scenario.ceiling?, NOOP)?;
            rounds.paired(noop, figure, |own, other| own / other)
        };
        let percent = of_noop(Figure::Rate).map(|ratio| format!("{:.0} %", 100.0 * ratio));
        let times = of_noop(Figure::CpuUs).map(|ratio| format!("{ratio:.2} ×"));
        Some(vec![
            format!("{} {}", number(rate), scenario.unit().symbol()),
            format!("{}–{}", number(low), number(high)),
            percent.unwrap_or_default(),
            text(Figure::P50),
            text(Figure::P99),
            text(Figure::CpuUs),
            times.unwrap_or_default(),
            self.compared(scenario, target, rounds).unwrap_or_default(),
        ])
    }

    /// How many times as good our server is, with its log in D1.
    fn compared(&self, scenario: &Scenario, target: &str, other: &Rounds) -> Option<String> {
        let ours = self.results.rounds(scenario.name, OURS).filter(|_| target != OURS)?;
        let ratio = match scenario.unit() {
            Unit::Deliveries => ours.paired(other, Figure::P50, |ours, other| other / ours),
            Unit::Kibibytes => ours.paired(other, Figure::Rate, |ours, other| other / ours),
            _ => ours.paired(other, Figure::Rate, |ours, other| ours / other),
        };
        ratio.map(|ratio| format!("{ratio:.2} ×"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Figures, QUANTILES};
    use crate::scenarios;
    use crate::unserved::Unserved;

    fn figures(rate: f64, p50_ms: f64, cpu_us: Option<f64>) -> anyhow::Result<Figures> {
        Ok(Figures { rate, latency_ms: [p50_ms; QUANTILES.len()], cpu_us })
    }

    fn results() -> Results {
        let mut results = Results::default();
        // In the second round, the machine was half as fast.
        for (round, speed) in [(1, 1.0), (2, 0.5)] {
            results.enter(round, "noop-post-64", NOOP, figures(6000.0 * speed, 9.0, Some(150.0 / speed)));
            results.enter(round, "write-64", OURS, figures(4800.0 * speed, 13.0, Some(210.0 / speed)));
            results.enter(round, "write-64", "S", figures(2400.0 * speed, 26.0, None));
        }
        results.enter(1, "first-fork", "S", Err(Unserved("its forks are empty".into()).into()));
        results
    }

    fn report(results: &Results, test: impl FnOnce(&Report<'_>)) {
        let targets = [NOOP, OURS, "S"].map(str::to_owned);
        let scenarios = scenarios::all();
        let (machine, command) = ("A machine".into(), "cargo xtask bench".into());
        let descriptions = [("S".to_owned(), "another server, 1.2.3".to_owned())];
        test(&Report {
            scenarios: &scenarios,
            targets: &targets,
            results,
            machine,
            command,
            descriptions: &descriptions,
        });
    }

    /// The cells of the first row below a title that begin as told.
    fn row(tables: &str, title: &str, start: &[&str]) -> Vec<String> {
        let section = tables.split("\n## ").find(|section| section.starts_with(title)).expect(title);
        let rows = section.lines().map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
        let found =
            rows.filter(|row| row.len() > start.len()).find(|row| row[1..].iter().zip(start).all(|(a, b)| a == b));
        found.unwrap_or_else(|| panic!("no row {start:?} in {section}"))[1 + start.len()..].to_vec()
    }

    #[test]
    fn rows_have_rates_and_processor_time_in_parts_of_the_ceiling() {
        report(&results(), |report| {
            let tables = report.tables();
            let ours = row(&tables, "Writing", &["64 writers, 1 stream", "ours"]);
            let expected = ["3,600 requests/s", "2,400–4,800", "80 %", "13.0", "13.0", "315", "1.40 ×", "", ""];
            assert_eq!(ours, expected);
            let other = row(&tables, "Writing", &["64 writers, 1 stream", "S"]);
            assert_eq!(other, ["1,800 requests/s", "1,200–2,400", "40 %", "26.0", "26.0", "", "", "2.00 ×", ""]);
        });
    }

    #[test]
    fn what_a_server_cannot_serve_is_a_row_without_figures() {
        report(&results(), |report| {
            let cells = row(&report.tables(), "The first request", &["first fork", "S"]);
            assert_eq!(cells[0], "not served: its forks are empty");
            assert!(cells[1..].iter().all(String::is_empty), "{cells:?}");
        });
    }

    #[test]
    fn bars_are_met_or_missed() {
        report(&results(), |report| {
            let tables = report.tables();
            let rate = row(&tables, "Bars", &["64 writers, 1 stream", "D1"]);
            assert_eq!(rate, ["≥ 0.75 × N", "3,375 requests/s", "3,600 requests/s", "1.07", "met", ""]);
            let cpu = row(&tables, "Bars", &["64 writers, 1 stream, CPU per append", "D1"]);
            assert_eq!(cpu, ["≤ 1.3 × N", "292 µs", "315 µs", "1.08", "missed", ""]);
        });
        let mut without = Results::default();
        without.enter(1, "ai-100", OURS, figures(952.0, 1.0, None));
        report(&without, |report| {
            let open = row(&report.tables(), "Bars", &["100 AI answers, delivered", "D1"]);
            assert_eq!(open, ["≥ 0.78 × S", "", "952 tokens/s", "", "not measured", ""]);
        });
    }

    #[test]
    fn failures_are_listed() {
        let mut results = results();
        results.enter(1, "write-1", OURS, Err(anyhow::anyhow!("message 3 is missing")));
        report(&results, |report| {
            assert!(report.tables().contains("## Failures\n\n- write-1, ours: message 3 is missing\n"));
        });
    }

    #[test]
    fn a_report_and_its_charts_are_written() {
        let folder = std::env::temp_dir().join(format!("bench-report-{}", std::process::id()));
        report(&results(), |report| report.write(&folder).unwrap());
        let text = fs::read_to_string(folder.join("README.md")).unwrap();
        for expected in
            ["A machine", "cargo xtask bench\n", "- **S**: another server, 1.2.3\n", "(compared.svg)", "## Bars"]
        {
            assert!(text.contains(expected), "{expected} is not in {text}");
        }
        assert!(!text.contains(['{', '}']), "{text}");
        assert!(fs::read_to_string(folder.join("compared.svg")).unwrap().contains("64 writers, 1 stream"));
        fs::remove_dir_all(folder).unwrap();
    }
}
