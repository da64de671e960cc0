//! Examples of a protocol as data: what to send, and what must come back.

use std::borrow::Cow;

/// A request in a situation, and the answer to it.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The endpoint that it is about, or `unrouted`.
    pub endpoint: &'static str,
    /// Its name, and the parameter if there are several of this name.
    pub name: &'static str,
    /// What it shows.
    pub docs: &'static str,
    /// How all paths in it begin; empty if they are not to be changed.
    pub root: &'static str,
    /// The situation, as far as it is claimed.
    pub given: &'static [&'static str],
    /// Limits that are not as declared, as the variables that override them.
    pub limits: &'static [(&'static str, &'static str)],
    /// The requests that bring the situation about, in this order. Each succeeds.
    pub before: &'static [Sent],
    /// The request that it is about.
    pub send: Sent,
    /// The answer to it.
    pub expect: Expected,
}

/// A request.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// Its method.
    pub method: &'static str,
    /// Its path and query.
    pub target: &'static str,
    /// Its headers.
    pub headers: &'static [(&'static str, &'static str)],
    /// Its body, which may be empty.
    pub body: &'static str,
}

/// A response, as far as it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// Its status.
    pub status: u16,
    /// The type of the problem that it reports.
    pub problem: Option<&'static str>,
    /// What is said about its headers.
    pub headers: &'static [(&'static str, Shown)],
    /// What is said about its body.
    pub body: Content,
}

/// What is said about a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Any,
    /// All of it.
    Is(&'static str),
    /// How it begins; it need not end.
    Begins(&'static str),
}

/// What is said about a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Its value.
    Is(&'static str),
    /// That it is there.
    Present,
    /// That it is not.
    Absent,
}

impl Sent {
    /// A request.
    #[must_use]
    pub const fn new(
        method: &'static str,
        target: &'static str,
        headers: &'static [(&'static str, &'static str)],
        body: &'static str,
    ) -> Self {
        Self { method, target, headers, body }
    }
}

impl Example {
    /// What is left out where an example is written down: nothing is claimed, no limit is changed, nothing comes before.
    pub const PLAIN: Self = Self {
        endpoint: "",
        name: "",
        docs: "",
        root: "",
        given: &[],
        limits: &[],
        before: &[],
        send: Sent::new("GET", "/", &[], ""),
        expect: Expected::new(200, &[]),
    };

    /// A text of this example on a server where the paths in it begin with `root`.
    #[must_use]
    pub fn under<'a>(&self, root: &str, text: &'a str) -> Cow<'a, str> {
        match text.strip_prefix(self.root) {
            Some(rest) if !self.root.is_empty() => format!("{root}{rest}").into(),
            _ => text.into(),
        }
    }

    /// Whether it claims `condition`, or that it does not hold.
    #[must_use]
    pub fn mentions(&self, condition: &str) -> bool {
        self.given.iter().any(|claim| claim.strip_prefix("not ").unwrap_or(claim) == condition)
    }
}

impl Expected {
    /// A response of which no more is said.
    #[must_use]
    pub const fn new(status: u16, headers: &'static [(&'static str, Shown)]) -> Self {
        Self { status, problem: None, headers, body: Content::Any }
    }

    /// This, as a problem of this type.
    #[must_use]
    pub const fn problem(self, problem: &'static str) -> Self {
        Self { problem: Some(problem), ..self }
    }

    /// This, with a body.
    #[must_use]
    pub const fn body(self, body: &'static str) -> Self {
        Self { body: Content::Is(body), ..self }
    }

    /// This, with a body that begins like this and need not end.
    #[must_use]
    pub const fn begins(self, body: &'static str) -> Self {
        Self { body: Content::Begins(body), ..self }
    }

    /// How a response differs from this.
    #[must_use]
    pub fn differences(&self, status: u16, header: impl Fn(&str) -> Option<String>, body: &[u8]) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, expected: Option<&str>, found: Option<&str>| {
            if expected != found {
                differences.push(format!("{what} is {found:?} and not {expected:?}"));
            }
        };
        compare("the status", Some(&self.status.to_string()), Some(&status.to_string()));
        if let Some(problem) = self.problem {
            let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            compare("the problem", Some(problem), body.get("type").and_then(serde_json::Value::as_str));
        }
        for (name, shown) in self.headers {
            let found = header(name);
            match shown {
                Shown::Is(expected) => compare(name, Some(expected), found.as_deref()),
                Shown::Absent => compare(name, None, found.as_deref()),
                Shown::Present if found.is_none() => compare(name, Some("any value"), None),
                Shown::Present => {}
            }
        }
        let body = String::from_utf8_lossy(body);
        match self.body {
            Content::Is(expected) => compare("the body", Some(expected), Some(&body)),
            Content::Begins(expected) if !body.starts_with(expected) => {
                compare("the beginning of the body", Some(expected), Some(&body));
            }
            Content::Any | Content::Begins(_) => {}
        }
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: Expected =
        Expected::new(409, &[("etag", Shown::Absent), ("x-mark", Shown::Is("1")), ("x-next", Shown::Present)])
            .problem("urn:x:closed");

    fn differences(status: u16, headers: &[(&str, &str)], body: &str) -> usize {
        let header = |name: &str| headers.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        EXPECTED.differences(status, header, body.as_bytes()).len()
    }

    #[test]
    fn every_difference_is_told() {
        let body = r#"{"type":"urn:x:closed"}"#;
        assert_eq!(differences(409, &[("x-mark", "1"), ("x-next", "")], body), 0);
        assert_eq!(differences(400, &[("x-mark", "2"), ("etag", "\"a\"")], "closed"), 5);
        let body = |expected: Expected, body: &str| expected.differences(200, |_| None, body.as_bytes()).len();
        let (whole, beginning) = (Expected::new(200, &[]).body("ab"), Expected::new(200, &[]).begins("ab"));
        assert_eq!((body(whole, "ab"), body(whole, "abc"), body(beginning, "abc"), body(beginning, "a")), (0, 1, 0, 1));
    }

    #[test]
    fn paths_move_and_other_texts_stay() {
        let example = Example { root: "/things/", given: &["not thing.gone"], ..Example::PLAIN };
        assert_eq!(example.under("/things/7/", "/things/a"), "/things/7/a");
        assert_eq!(example.under("/things/7/", "text/plain"), "text/plain");
        assert!(example.mentions("thing.gone") && !example.mentions("thing.there"));
    }
}
