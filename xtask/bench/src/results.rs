//! What all rounds came to.

use std::collections::BTreeMap;

use anyhow::{Error, Result};

use crate::measure::{Figures, Rounds};

/// By scenario and server.
#[derive(Default)]
pub struct Results {
    cells: BTreeMap<(&'static str, String), Rounds>,
    failures: Vec<String>,
}

impl Results {
    pub fn enter(&mut self, scenario: &'static str, target: &str, round: Result<Figures, Error>) {
        match round {
            Ok(figures) => self.cells.entry((scenario, target.to_owned())).or_default().0.push(figures),
            Err(error) => self.failures.push(format!("{scenario}, {target}: {error:#}")),
        }
    }

    pub fn rounds(&self, scenario: &'static str, target: &str) -> Option<&Rounds> {
        self.cells.get(&(scenario, target.to_owned()))
    }

    pub fn median(&self, scenario: &'static str, target: &str) -> Option<Figures> {
        self.rounds(scenario, target)?.median()
    }

    /// What went wrong: a request refused, a message lost, doubled or out of order.
    pub fn failures(&self) -> &[String] {
        &self.failures
    }
}
