//! The list of upstream tests that are expected to fail, each with a reason, compared with the actual outcomes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::outcome::{Outcome, State};
use crate::tally::Tally;

/// The contents of the file: groups of full test names, each with one reason.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFailures {
    #[serde(default, rename = "group")]
    groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    reason: String,
    tests: Vec<String>,
}

/// The result of a run, compared with the list.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Each difference between the list and the outcomes counts as failed, and is one of its failures.
    pub tally: Tally,
    /// Number of listed tests that failed. They count neither as passed nor as failed.
    pub expected: usize,
}

impl KnownFailures {
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("cannot parse {}", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let list: Self = toml::from_str(text)?;
        let mut seen = BTreeSet::new();
        for group in &list.groups {
            ensure!(!group.reason.trim().is_empty(), "a group has no reason");
            for test in &group.tests {
                ensure!(seen.insert(test), "listed twice: {test}");
            }
        }
        Ok(list)
    }

    /// Returns whether a failure of `test` is expected.
    pub fn contain(&self, test: &str) -> bool {
        self.tests().any(|listed| listed == test)
    }

    fn tests(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().flat_map(|group| &group.tests).map(String::as_str)
    }

    /// Compares the outcomes with the list. If several tests have the same name, the worst outcome counts.
    pub fn judge(&self, outcomes: &[Outcome]) -> Verdict {
        let mut verdict = Verdict::default();
        let mut states: BTreeMap<&str, State> = BTreeMap::new();
        for Outcome { name, state, .. } in outcomes {
            let worst = states.entry(name).or_insert(*state);
            *worst = (*worst).max(*state);
            match state {
                State::Passed if !self.contain(name) => verdict.tally += Tally::PASS,
                State::Failed if !self.contain(name) => verdict.complain("failed", name),
                _ => {}
            }
        }
        for test in self.tests() {
            match states.get(test) {
                Some(State::Failed) => verdict.expected += 1,
                Some(State::Passed) => verdict.complain("is listed, but passed", test),
                Some(State::Skipped) => verdict.complain("is listed, but was skipped", test),
                None => verdict.complain("is listed, but does not exist", test),
            }
        }
        verdict
    }
}

impl Verdict {
    fn complain(&mut self, what: &str, test: &str) {
        self.tally += Tally { failures: vec![format!("{what}: {test}")], ..Tally::FAIL };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"
        [[group]]
        reason = "not built yet"
        tests = ["Fork > a", "Fork > b"]
    "#;

    fn judge(outcomes: &[(&str, State)]) -> Verdict {
        let outcomes: Vec<_> = outcomes.iter().map(|(name, state)| Outcome::new(name, *state)).collect();
        KnownFailures::parse(LIST).unwrap().judge(&outcomes)
    }

    fn failures(verdict: &Verdict) -> (usize, Vec<&str>) {
        (verdict.tally.failed, verdict.tally.failures.iter().map(String::as_str).collect())
    }

    #[test]
    fn listed_failures_count_neither_way() {
        let verdict = judge(&[
            ("Fork > a", State::Failed),
            ("Fork > b", State::Failed),
            ("Read > c", State::Passed),
            ("Opt-in > d", State::Skipped),
        ]);
        assert_eq!(verdict.tally, Tally { passed: 1, ..Tally::default() });
        assert_eq!(verdict.expected, 2);
    }

    #[test]
    fn an_unlisted_failure_fails_the_run() {
        let verdict = judge(&[("Fork > a", State::Failed), ("Fork > b", State::Failed), ("Read > c", State::Failed)]);
        assert_eq!(failures(&verdict), (1, vec!["failed: Read > c"]));
    }

    #[test]
    fn a_listed_test_that_passes_fails_the_run() {
        let verdict = judge(&[("Fork > a", State::Passed), ("Fork > b", State::Failed)]);
        assert_eq!(failures(&verdict), (1, vec!["is listed, but passed: Fork > a"]));
    }

    #[test]
    fn a_listed_name_that_does_not_exist_fails_the_run() {
        let verdict = judge(&[("Fork > a", State::Failed)]);
        assert_eq!(failures(&verdict), (1, vec!["is listed, but does not exist: Fork > b"]));
    }

    #[test]
    fn a_listed_test_that_was_skipped_fails_the_run() {
        let verdict = judge(&[("Fork > a", State::Skipped), ("Fork > b", State::Failed)]);
        assert_eq!(failures(&verdict), (1, vec!["is listed, but was skipped: Fork > a"]));
    }

    #[test]
    fn tests_of_one_name_fail_together() {
        let verdict = judge(&[("Fork > a", State::Passed), ("Fork > a", State::Failed), ("Fork > b", State::Failed)]);
        assert_eq!(verdict.tally, Tally::default());
        assert_eq!(verdict.expected, 2);
    }

    #[test]
    fn a_list_must_give_reasons_and_name_each_test_once() {
        assert!(KnownFailures::parse("[[group]]\nreason = \" \"\ntests = []").is_err());
        assert!(KnownFailures::parse("[[group]]\ntests = []").is_err());
        assert!(KnownFailures::parse("[[group]]\nreason = \"x\"\ntests = [\"a\", \"a\"]").is_err());
        assert!(KnownFailures::parse("").is_ok());
    }

    #[test]
    fn the_committed_list_is_well_formed() {
        KnownFailures::read(&crate::suite::folder().join("known-failures.toml")).unwrap();
    }
}
