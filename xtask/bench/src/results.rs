//! What all rounds came to.

use std::collections::BTreeMap;

use anyhow::Error;

use crate::measure::{Figure, Figures, Rounds};
use crate::target;
use crate::unserved;

/// By scenario and server.
#[derive(Default)]
pub struct Results {
    cells: BTreeMap<(&'static str, String), Rounds>,
    unserved: BTreeMap<(&'static str, String), String>,
    failures: Vec<String>,
}

impl Results {
    pub fn enter(&mut self, round: u32, scenario: &'static str, target: &str, outcome: Result<Figures, Error>) {
        let error = match outcome {
            Ok(figures) => {
                let rounds = self.cells.entry((scenario, target.to_owned())).or_default();
                rounds.0.insert(round, figures);
                return;
            }
            Err(error) => error,
        };
        // Our own servers serve everything.
        match unserved::reason(&error).filter(|_| !target::is_of_the_project(target)) {
            Some(reason) => self.cannot_serve(scenario, target, &reason),
            None => self.failures.push(format!("{scenario}, {target}: {error:#}")),
        }
    }

    /// Notes why a server has no figures for a scenario.
    pub fn cannot_serve(&mut self, scenario: &'static str, target: &str, reason: &str) {
        self.unserved.insert((scenario, target.to_owned()), reason.to_owned());
    }

    pub fn rounds(&self, scenario: &'static str, target: &str) -> Option<&Rounds> {
        self.cells.get(&(scenario, target.to_owned()))
    }

    /// Why a server has no figures for a scenario, if it can't serve it.
    pub fn unserved(&self, scenario: &'static str, target: &str) -> Option<&str> {
        self.unserved.get(&(scenario, target.to_owned())).map(String::as_str)
    }

    pub fn median(&self, scenario: &'static str, target: &str, figure: Figure) -> Option<f64> {
        self.rounds(scenario, target)?.median(figure)
    }

    /// What went wrong: a request refused, a message lost, doubled or out of order.
    pub fn failures(&self) -> &[String] {
        &self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unserved::Unserved;

    #[test]
    fn what_another_server_lacks_is_no_failure_and_no_figure() {
        let mut results = Results::default();
        let lacking = || Err(Unserved("no forks".into()).into());
        results.enter(1, "first-fork", "S", lacking());
        assert!(results.failures().is_empty() && results.rounds("first-fork", "S").is_none());
        assert_eq!(results.unserved("first-fork", "S"), Some("no forks"));

        results.enter(1, "first-fork", target::OURS, lacking());
        results.enter(1, "write-1", "S", Err(anyhow::anyhow!("message 3 is missing")));
        assert_eq!(results.failures(), ["first-fork, ours: no forks", "write-1, S: message 3 is missing"]);
        assert_eq!(results.unserved("first-fork", target::OURS), None);
    }
}
