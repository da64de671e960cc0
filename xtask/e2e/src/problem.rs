//! Problem responses (RFC 9457).

use serde_json::Value;

use crate::Reply;

const KINDS: &str = "urn:durable-streams:problem:";

/// The body of a refusal.
#[derive(Debug)]
pub struct Problem(Value);

impl Reply {
    /// This as a problem of a kind, with all that a problem must have.
    #[track_caller]
    pub fn problem(&self, status: u16, kind: &str) -> Problem {
        let problem = self.stated();
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(problem.kind(), kind, "{self:?}");
        problem
    }

    /// This as a refusal of whatever kind, with all that a refusal must have.
    #[track_caller]
    pub fn any_problem(&self) -> Problem {
        assert!((400..500).contains(&self.status), "no refusal: {self:?}");
        self.stated()
    }

    #[track_caller]
    fn stated(&self) -> Problem {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self:?}");
        let problem = Problem(serde_json::from_slice(&self.body).expect("a body of JSON"));
        assert_eq!(problem.0["status"], self.status, "{self:?}");
        assert!(problem.0["title"].as_str().is_some_and(|title| !title.is_empty()), "{self:?}");
        assert!(!problem.kind().is_empty(), "{self:?}");
        problem
    }
}

impl Problem {
    fn kind(&self) -> &str {
        let kind = self.0["type"].as_str().and_then(|kind| kind.strip_prefix(KINDS));
        kind.unwrap_or_else(|| panic!("a problem of no kind that we know: {}", self.0))
    }

    /// Checks that it names an input as being at fault, and a rule with these words in it.
    #[track_caller]
    pub fn names(&self, place: &str, name: &str, words: &str) {
        let violations = self.0["violations"].as_array().map_or(&[][..], Vec::as_slice);
        let named = violations.iter().any(|violation| {
            let rule = violation["rule"].as_str().unwrap_or_default();
            violation["in"] == place && violation["name"] == name && rule.contains(words)
        });
        assert!(named, "it doesn't say that the {place} {name} must be … {words:?} …: {}", self.0);
    }
}
