//! Counts of passed and failed checks, and the line that reports them.

use std::fmt;
use std::ops::AddAssign;

/// Checks that passed and checks that failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    /// Those failed checks that have a name.
    pub failures: Vec<String>,
}

impl Tally {
    pub const PASS: Self = Self { passed: 1, failed: 0, failures: Vec::new() };
    pub const FAIL: Self = Self { passed: 0, failed: 1, failures: Vec::new() };

    /// Returns the results in one line of libtest's output: `test result: ok. 3 passed; 0 failed; …` has the counts of a program, and
    /// `test NAME ... FAILED` has the name of a test that is in these counts.
    pub fn of_libtest_line(line: &str) -> Self {
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            return Self { failures: vec![name.to_owned()], ..Self::default() };
        }
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) else {
            return Self::default();
        };
        let count = |label: &str| {
            let counted = counts.split("; ").find_map(|count| count.strip_suffix(label));
            counted.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
        };
        Self { passed: count("passed"), failed: count("failed"), ..Self::default() }
    }

    /// Parses a line that consists of a tally as it is displayed.
    pub fn of_total(line: &str) -> Option<Self> {
        let (passed, failed) = line.strip_suffix(" failed")?.split_once(" passed, ")?;
        Some(Self { passed: passed.parse().ok()?, failed: failed.parse().ok()?, ..Self::default() })
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.failures.extend(other.failures);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_counts_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s";
        assert_eq!(Tally::of_libtest_line(line), Tally { passed: 12, failed: 3, ..Tally::default() });
    }

    #[test]
    fn a_failed_test_of_libtest_is_named() {
        let tally = Tally::of_libtest_line("test runbooks::a_stream_is_poisoned ... FAILED");
        assert_eq!(tally, Tally { failures: vec!["runbooks::a_stream_is_poisoned".into()], ..Tally::default() });
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["running 3 tests", "test result", "test a::b ... ok", ""] {
            assert_eq!(Tally::of_libtest_line(line), Tally::default(), "{line}");
        }
    }

    #[test]
    fn the_closing_line_reads_as_promised() {
        let mut total = Tally { passed: 2, ..Tally::default() };
        total += Tally::PASS;
        total += Tally::FAIL;
        assert_eq!(total.to_string(), "3 passed, 1 failed");
        assert_eq!(Tally::of_total(&total.to_string()), Some(total));
        assert_eq!(Tally::of_total("   3 passed, 1 failed, 0.5 s"), None);
    }
}
