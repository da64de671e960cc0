//! The end of what `cargo xtask test` prints: what failed, how long each step took, and the tally. Thousands of lines stand above it.

use std::fmt;
use std::time::Duration;

use crate::tally::Tally;

const HEADING: &str = "\n── summary\n";

/// The steps that have run, and their tally.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    lines: Vec<String>,
    pub total: Tally,
}

impl Summary {
    /// Adds a step with its name and its duration.
    pub fn add(&mut self, name: &str, took: Duration, tally: Tally) {
        self.lines.push(format!("{:>7.1} s  {tally}: {name}", took.as_secs_f32()));
        self.lines.extend(tally.failures.iter().map(|failure| format!("        ✗ {failure}")));
        // The names are in the lines.
        self.total += Tally { failures: Vec::new(), ..tally };
    }

    /// Adds steps that ran elsewhere.
    pub fn extend(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.total += other.total;
    }

    /// Splits the output of `cargo xtask test` into the text before its summary, and the summary. `None` if it did not come to its end.
    pub fn split(output: &str) -> Option<(&str, Self)> {
        let (before, summary) = output.rsplit_once(HEADING)?;
        let (lines, total) = summary.trim_end().rsplit_once('\n').unwrap_or(("", summary.trim_end()));
        Some((
            before.trim_end(),
            Self { lines: lines.lines().map(str::to_owned).collect(), total: Tally::of_total(total)? },
        ))
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADING)?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        writeln!(f, "{}", self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_named_below_its_step_and_the_tally_comes_last() {
        let mut summary = Summary::default();
        summary.add("cargo fmt", Duration::from_millis(1500), Tally::PASS);
        let failures = vec!["forks::a_fork".to_owned()];
        summary.add("end-to-end tests", Duration::from_secs(300), Tally { passed: 2, failed: 1, failures });
        let lines = "    1.5 s  1 passed, 0 failed: cargo fmt\n  300.0 s  2 passed, 1 failed: end-to-end tests\n        ✗ forks::a_fork";
        assert_eq!(summary.to_string(), format!("{HEADING}{lines}\n3 passed, 1 failed\n"));
    }

    #[test]
    fn a_printed_summary_is_read_back() {
        let mut summary = Summary::default();
        summary.add("schemathesis", Duration::from_secs(2), Tally::PASS);
        let failures = vec!["GET /a".to_owned()];
        summary.add("schemathesis, with a token", Duration::from_secs(3), Tally { failures, ..Tally::FAIL });
        let output = format!("── schemathesis\n   1 passed, 0 failed, 2.0 s\n{summary}");
        let (before, read) = Summary::split(&output).unwrap();
        assert_eq!(before, "── schemathesis\n   1 passed, 0 failed, 2.0 s");
        assert_eq!(read, summary);
        assert_eq!(Summary::split("── schemathesis\n   1 passed, 0 failed, 2.0 s\n"), None);
    }
}
