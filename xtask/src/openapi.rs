//! Tests of docs/openapi.json: it is valid OpenAPI, and a Worker conforms to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::server::Server;
use crate::tally::Tally;
use crate::{paths, process, tools};

/// Variables of the Worker under test: live responses end before a client times out, and small requests reach limits.
pub const VARS: [(&str, &str); 8] = [
    ("LIMIT_LONG_POLL_HOLD", "20 ms"),
    ("LIMIT_SSE_LIFETIME", "20 ms"),
    ("LIMIT_BODY", "256 B"),
    ("LIMIT_MESSAGE", "32 B"),
    ("LIMIT_RESPONSE", "64 B"),
    ("LIMIT_PAGE", "64 B"),
    ("LIMIT_FORKS", "8"),
    ("LIMIT_FORK_DEPTH", "2"),
];

/// Runs a published validator.
pub fn validate() -> Result<Tally> {
    process::run_quietly(tools::python("openapi-spec-validator")?.arg(document())).map(|()| Tally::PASS)
}

/// Runs schemathesis against a server: it generates requests, with `token` if there is one, and validates the responses. Counts operations.
pub fn drive((server, cron_trigger): &(Server, String), token: Option<&str>) -> Result<Tally> {
    // schemathesis writes files to its working directory.
    let folder = tempfile::tempdir().context("no folder for the report")?;
    let report = folder.path().join("report.json");
    let mut command = tools::python("schemathesis")?;
    command
        .arg("--config-file")
        .arg(self::folder().join("schemathesis.toml"))
        .arg("run")
        .arg(document())
        .args(["--no-color", "--url", &server.url(), "--report-json-path"])
        .arg(&report)
        .args(token.iter().flat_map(|token| ["--header".to_owned(), format!("Authorization: Bearer {token}")]))
        .env("CRON_TRIGGER", cron_trigger)
        .env("SCHEMATHESIS_HOOKS", self::folder().join("hooks.py"))
        .envs(token.map(|token| ("TOKEN", token)))
        .current_dir(folder.path());
    let ran = process::run_quietly(&mut command);
    let text = match fs::read_to_string(&report) {
        Ok(text) => text,
        Err(error) => return Err(ran.err().unwrap_or(error.into())),
    };
    let report: Report = serde_json::from_str(&text).context("cannot parse the report of schemathesis")?;
    let tally = report.tally()?;
    ensure!(ran.is_ok() == (tally.failed == 0), "schemathesis and its report disagree: {tally}");
    println!("  {} requests", report.test_cases.generated);
    Ok(tally)
}

fn document() -> PathBuf {
    paths::root().join(docs::OPENAPI)
}

/// The folder with the configuration of the tools.
pub fn folder() -> PathBuf {
    paths::root().join("xtask/openapi")
}

/// The fields of schemathesis' report that are used.
#[derive(Deserialize)]
struct Report {
    complete: bool,
    operations: Operations,
    test_cases: Cases,
    failures: Vec<Failure>,
    errors: Vec<serde_json::Value>,
    /// Results of valid requests, by operation and phase.
    valid_rates: BTreeMap<String, BTreeMap<String, Rate>>,
}

#[derive(Deserialize)]
struct Operations {
    total: usize,
    tested: usize,
}

#[derive(Deserialize)]
struct Cases {
    generated: usize,
}

#[derive(Deserialize)]
struct Failure {
    operations: Vec<String>,
}

#[derive(Deserialize)]
struct Rate {
    accepted: usize,
}

impl Report {
    /// Counts operations that passed and failed; errors count as failed. Fails if an operation accepted no request at all, since then
    /// nothing was tested.
    fn tally(&self) -> Result<Tally> {
        let Operations { total, tested } = self.operations;
        ensure!(self.complete && tested == total, "schemathesis tested {tested} of {total} operations");
        let accepted = |phases: &BTreeMap<String, Rate>| phases.values().map(|rate| rate.accepted).sum::<usize>();
        let mute = self.valid_rates.iter().filter(|(_, phases)| accepted(phases) == 0).map(|(name, _)| &**name);
        let mute = mute.collect::<Vec<_>>().join(", ");
        ensure!(mute.is_empty(), "no request was accepted by {mute}");
        ensure!(
            self.valid_rates.len() == total,
            "valid requests were sent to {} of {total} operations",
            self.valid_rates.len()
        );
        let failed: BTreeSet<_> = self.failures.iter().flat_map(|failure| &failure.operations).collect();
        Ok(Tally {
            passed: total.saturating_sub(failed.len()),
            failed: failed.len() + self.errors.len(),
            failures: failed.into_iter().cloned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(edit: impl FnOnce(&mut serde_json::Value)) -> Result<Tally> {
        let mut report = serde_json::json!({
            "complete": true,
            "operations": { "total": 2, "tested": 2 },
            "test_cases": { "generated": 9 },
            "failures": [],
            "errors": [],
            "valid_rates": { "GET /a": { "fuzzing": { "accepted": 1 } }, "PUT /a": { "coverage": { "accepted": 2 } } },
        });
        edit(&mut report);
        serde_json::from_value::<Report>(report)?.tally()
    }

    #[test]
    fn operations_are_counted_once() -> Result<()> {
        assert_eq!(report(|_| {})?, Tally { passed: 2, ..Tally::default() });
        let failures = serde_json::json!([{ "operations": ["GET /a"] }, { "operations": ["GET /a"] }]);
        assert_eq!(
            report(|report| report["failures"] = failures)?,
            Tally { passed: 1, failed: 1, failures: vec!["GET /a".into()] }
        );
        assert_eq!(
            report(|report| report["errors"] = serde_json::json!([{}]))?,
            Tally { passed: 2, failed: 1, ..Tally::default() }
        );
        Ok(())
    }

    #[test]
    fn a_run_that_shows_nothing_is_no_success() {
        assert!(report(|report| report["operations"]["tested"] = 1.into()).is_err());
        assert!(report(|report| report["complete"] = false.into()).is_err());
        assert!(report(|report| report["valid_rates"]["GET /a"]["fuzzing"]["accepted"] = 0.into()).is_err());
    }
}
