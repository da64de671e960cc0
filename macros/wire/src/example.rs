//! Examples of a protocol as data: what to send, and what must come back.

use crate::Source;
use serde_json::Value;
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

/// A request, as HTTP/1.1 writes it, apart from what every request has: method and target, headers, an empty line, the
/// body.
#[derive(Clone, Copy, Debug)]
pub struct Sent(pub &'static str);

/// A response, as far as it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// Its status.
    pub status: u16,
    /// The type of the problem that it reports.
    pub problem: Option<&'static str>,
    /// The input that the problem names.
    pub about: Option<&'static str>,
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
    /// Its method.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.first_line().0
    }

    /// Its path and query.
    #[must_use]
    pub fn target(&self) -> &'static str {
        self.first_line().1
    }

    /// Its headers: names and values.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.halves().0.lines().skip(1).filter_map(|line| line.split_once(": "))
    }

    /// Its body, which may be empty.
    #[must_use]
    pub fn body(&self) -> &'static str {
        self.halves().1
    }

    fn first_line(&self) -> (&'static str, &'static str) {
        let line = self.0.lines().next().unwrap_or_default();
        line.split_once(' ').unwrap_or((line, "/"))
    }

    fn halves(&self) -> (&'static str, &'static str) {
        self.0.split_once("\n\n").unwrap_or((self.0, ""))
    }
}

impl Source for Sent {
    fn method(&self) -> &str {
        self.first_line().0
    }

    fn path(&self) -> &str {
        let target = self.target();
        target.split_once('?').map_or(target, |(path, _)| path)
    }

    fn query(&self) -> &str {
        self.target().split_once('?').map_or("", |(_, query)| query)
    }

    fn header(&self, name: &'static str) -> Option<Cow<'_, str>> {
        self.headers().find(|(known, _)| *known == name).map(|(_, value)| value.into())
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
        send: Sent("GET /"),
        expect: Expected::new(200),
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
    pub const fn new(status: u16) -> Self {
        Self { status, problem: None, about: None, headers: &[], body: Content::Any }
    }

    /// This, with these headers.
    #[must_use]
    pub const fn headers(self, headers: &'static [(&'static str, Shown)]) -> Self {
        Self { headers, ..self }
    }

    /// This, as a problem of this type.
    #[must_use]
    pub const fn problem(self, problem: &'static str) -> Self {
        Self { problem: Some(problem), ..self }
    }

    /// This, about this input.
    #[must_use]
    pub const fn about(self, input: &'static str) -> Self {
        Self { about: Some(input), ..self }
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
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            compare("the problem", Some(problem), body["type"].as_str());
            let violations = body["violations"].as_array().map_or(&[][..], Vec::as_slice);
            let mut named = violations.iter().map(|violation| violation["name"].as_str());
            if self.about.is_some() && !named.any(|name| name == self.about) {
                compare("what the problem is about", self.about, body["violations"][0]["name"].as_str());
            }
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

    const EXPECTED: Expected = Expected::new(409).problem("urn:x:closed").about("x-mark").headers(&[
        ("etag", Shown::Absent),
        ("x-mark", Shown::Is("1")),
        ("x-next", Shown::Present),
    ]);

    fn differences(status: u16, headers: &[(&str, &str)], body: &str) -> usize {
        let header = |name: &str| headers.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        EXPECTED.differences(status, header, body.as_bytes()).len()
    }

    #[test]
    fn every_difference_is_told() {
        let body = r#"{"type":"urn:x:closed","violations":[{"name":"x-next"},{"name":"x-mark"}]}"#;
        assert_eq!(differences(409, &[("x-mark", "1"), ("x-next", "")], body), 0);
        assert_eq!(differences(400, &[("x-mark", "2"), ("etag", "\"a\"")], "closed"), 6);
        let body = |expected: Expected, body: &str| expected.differences(200, |_| None, body.as_bytes()).len();
        let (whole, beginning) = (Expected::new(200).body("ab"), Expected::new(200).begins("ab"));
        assert_eq!((body(whole, "ab"), body(whole, "abc"), body(beginning, "abc"), body(beginning, "a")), (0, 1, 0, 1));
    }

    #[test]
    fn requests_are_read() {
        let sent = Sent("POST /a?b=c d\nx-one: 1: 1\nx-two: \n\nbody\n\nand more");
        assert_eq!((sent.method(), sent.target(), sent.body()), ("POST", "/a?b=c d", "body\n\nand more"));
        assert_eq!(sent.headers().collect::<Vec<_>>(), [("x-one", "1: 1"), ("x-two", "")]);
        let sent = Sent("GET /a");
        assert_eq!((sent.method(), sent.target(), sent.body(), sent.headers().count()), ("GET", "/a", "", 0));
    }

    #[test]
    fn paths_move_and_other_texts_stay() {
        let example = Example { root: "/things/", given: &["not thing.gone"], ..Example::PLAIN };
        assert_eq!(example.under("/things/7/", "/things/a"), "/things/7/a");
        assert_eq!(example.under("/things/7/", "text/plain"), "text/plain");
        assert!(example.mentions("thing.gone") && !example.mentions("thing.there"));
    }
}
