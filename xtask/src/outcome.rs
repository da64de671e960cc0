//! The outcome of one test of the upstream conformance suite.

use serde::Deserialize;

/// One test of the suite, as xtask/conformance/reporter.mjs writes it.
#[derive(Debug, Deserialize)]
pub struct Outcome {
    pub name: String,
    pub state: State,
    pub error: Option<String>,
}

/// In order of gravity.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Skipped,
    Passed,
    Failed,
}

impl Outcome {
    #[cfg(test)]
    pub fn new(name: &str, state: State) -> Self {
        Self { name: name.into(), state, error: None }
    }
}
