//! Examples of a protocol as data: what to send, and what must come back.

use crate::Source;
use serde_json::Value;
use std::borrow::Cow;

/// A request with its preconditions, and the expected response.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The name of the endpoint, or `unrouted`.
    pub endpoint: &'static str,
    /// The name of the example, followed by the value of its parameter, if it has one.
    pub name: &'static str,
    /// The caption.
    pub docs: &'static str,
    /// The common prefix of the example's paths; empty if `under` must not change them.
    pub root: &'static str,
    /// The conditions that are assumed to hold.
    pub given: &'static [&'static str],
    /// Limits with other values than declared: the variables that override them, and their values.
    pub limits: &'static [(&'static str, &'static str)],
    /// The requests that establish the assumed conditions, in this order. Each succeeds.
    pub before: &'static [Sent],
    /// The request.
    pub send: Sent,
    /// The expected response.
    pub expect: Expected,
}

/// A request in the form of HTTP/1.1, without the version and general headers: method and target, headers, an empty line,
/// and the body.
#[derive(Clone, Copy, Debug)]
pub struct Sent(pub &'static str);

/// The expected parts of a response.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// The status.
    pub status: u16,
    /// The problem type.
    pub problem: Option<&'static str>,
    /// The code of an error that is no problem, behind its JSON Pointer.
    pub code: Option<(&'static str, &'static str)>,
    /// The JSON Pointer of the violations, if the response has some.
    pub violations: &'static str,
    /// The input that a violation is about.
    pub about: Option<&'static str>,
    /// The JSON Pointer of the value in the body that a violation is about.
    pub pointer: Option<&'static str>,
    /// The expected headers.
    pub headers: &'static [(&'static str, Shown)],
    /// The expected body.
    pub body: Content,
}

/// The expected body of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Any body.
    Any,
    /// Exactly this body.
    Is(&'static str),
    /// A body that starts with this text; it does not have to end.
    Begins(&'static str),
    /// This JSON document. The values at these pointers are present and can be any.
    Json(&'static str, &'static [&'static str]),
}

/// The expectation for a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The header has this value.
    Is(&'static str),
    /// The header is present.
    Present,
    /// The header is absent.
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

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.headers().find(|(own, _)| *own == name).map(|(_, value)| value.into())
    }
}

impl Example {
    /// The defaults of an example: no assumptions, no changed limits, no earlier requests.
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

    /// The same example with another name and request.
    #[must_use]
    pub const fn request(self, name: &'static str, send: &'static str) -> Self {
        Self { name, send: Sent(send), ..self }
    }

    /// [`request`](Self::request) whose header, query parameter, path or body `input` is malformed.
    #[must_use]
    pub const fn input(self, input: &'static str, name: &'static str, send: &'static str) -> Self {
        Self { name, send: Sent(send), expect: self.expect.about(input), ..self }
    }

    /// [`request`](Self::request) in whose JSON body the value at `pointer` is malformed.
    #[must_use]
    pub const fn value(self, pointer: &'static str, name: &'static str, send: &'static str) -> Self {
        Self { name, send: Sent(send), expect: self.expect.about("body").at(pointer), ..self }
    }

    /// Returns `text` with the example's path prefix replaced by `root`.
    #[must_use]
    pub fn under<'a>(&self, root: &str, text: &'a str) -> Cow<'a, str> {
        match text.strip_prefix(self.root) {
            Some(rest) if !self.root.is_empty() => format!("{root}{rest}").into(),
            _ => text.into(),
        }
    }

    /// Whether the example assumes `condition` or its negation.
    #[must_use]
    pub fn mentions(&self, condition: &str) -> bool {
        self.given.iter().any(|assumed| assumed.strip_prefix("not ").unwrap_or(assumed) == condition)
    }
}

impl Expected {
    /// A response with this status; nothing else is checked.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        let violations = "/violations";
        Self {
            status,
            problem: None,
            code: None,
            violations,
            about: None,
            pointer: None,
            headers: &[],
            body: Content::Any,
        }
    }

    /// Adds expected headers.
    #[must_use]
    pub const fn headers(self, headers: &'static [(&'static str, Shown)]) -> Self {
        Self { headers, ..self }
    }

    /// Adds an expected problem type.
    #[must_use]
    pub const fn problem(self, problem: &'static str) -> Self {
        Self { problem: Some(problem), ..self }
    }

    /// Adds an expected code, which is at this JSON Pointer.
    #[must_use]
    pub const fn code(self, pointer: &'static str, code: &'static str) -> Self {
        Self { code: Some((pointer, code)), ..self }
    }

    /// Sets the JSON Pointer of the violations.
    #[must_use]
    pub const fn violations(self, pointer: &'static str) -> Self {
        Self { violations: pointer, ..self }
    }

    /// Adds the input that a violation is about.
    #[must_use]
    pub const fn about(self, input: &'static str) -> Self {
        Self { about: Some(input), ..self }
    }

    /// Adds the place in the body that a violation is about.
    #[must_use]
    pub const fn at(self, pointer: &'static str) -> Self {
        Self { pointer: Some(pointer), ..self }
    }

    /// Adds an expected JSON document, whose values at `open` can be any.
    #[must_use]
    pub const fn json(self, body: &'static str, open: &'static [&'static str]) -> Self {
        Self { body: Content::Json(body, open), ..self }
    }

    /// Adds an expected body.
    #[must_use]
    pub const fn body(self, body: &'static str) -> Self {
        Self { body: Content::Is(body), ..self }
    }

    /// Adds the expected start of a body.
    #[must_use]
    pub const fn begins(self, body: &'static str) -> Self {
        Self { body: Content::Begins(body), ..self }
    }

    /// Returns the differences between a response and this expectation.
    #[must_use]
    pub fn differences(&self, status: u16, header: impl Fn(&str) -> Option<String>, body: &[u8]) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, expected: Option<&str>, found: Option<&str>| {
            if expected != found {
                differences.push(format!("{what} is {found:?} and not {expected:?}"));
            }
        };
        compare("the status", Some(&self.status.to_string()), Some(&status.to_string()));
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        if let Some(problem) = self.problem {
            compare("the problem", Some(problem), json["type"].as_str());
        }
        if let Some((pointer, code)) = self.code {
            compare("the code", Some(code), json.pointer(pointer).and_then(Value::as_str));
        }
        let violations = json.pointer(self.violations).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut has = |what: &str, member: &str, expected: Option<&str>| {
            let mut found = violations.iter().map(|violation| violation[member].as_str());
            if expected.is_some() && !found.clone().any(|found| found == expected) {
                compare(what, expected, found.next().flatten());
            }
        };
        has("what a violation is about", "name", self.about);
        has("where a violation is", "pointer", self.pointer);
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
            Content::Json(expected, open) if !is_json(expected, open, &body) => {
                compare("the JSON of the body", Some(expected), Some(&body));
            }
            Content::Is(expected) => compare("the body", Some(expected), Some(&body)),
            Content::Begins(expected) if !body.starts_with(expected) => {
                compare("the beginning of the body", Some(expected), Some(&body));
            }
            Content::Any | Content::Begins(_) | Content::Json(..) => {}
        }
        differences
    }
}

/// Whether `found` is the document `expected`, except for the values at `open`.
fn is_json(expected: &str, open: &[&str], found: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (Some(mut expected), Some(mut found)) = (read(expected), read(found)) else { return false };
    for pointer in open {
        let (Some(known), Some(own)) = (expected.pointer_mut(pointer), found.pointer_mut(pointer)) else {
            return false;
        };
        (*known, *own) = (Value::Null, Value::Null);
    }
    expected == found
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
    fn every_difference_is_reported() {
        let body = r#"{"type":"urn:x:closed","violations":[{"name":"x-next"},{"name":"x-mark"}]}"#;
        assert_eq!(differences(409, &[("x-mark", "1"), ("x-next", "")], body), 0);
        assert_eq!(differences(400, &[("x-mark", "2"), ("etag", "\"a\"")], "closed"), 6);
        let body = |expected: Expected, body: &str| expected.differences(200, |_| None, body.as_bytes()).len();
        let (whole, beginning) = (Expected::new(200).body("ab"), Expected::new(200).begins("ab"));
        assert_eq!((body(whole, "ab"), body(whole, "abc"), body(beginning, "abc"), body(beginning, "a")), (0, 1, 0, 1));
    }

    #[test]
    fn codes_and_violations_are_found_where_their_format_has_them() {
        let expected = Expected::new(400).code("/errors/0/code", "BAD").violations("/errors/0/detail").about("body");
        let differences = |body: &str| expected.at("/a").differences(400, |_| None, body.as_bytes()).len();
        let body = |code: &str, detail: &str| format!(r#"{{"errors":[{{"code":"{code}","detail":{detail}}}]}}"#);
        assert_eq!(differences(&body("BAD", r#"[{"name":"x"},{"name":"body","pointer":"/a"}]"#)), 0);
        assert_eq!(differences(&body("WORSE", r#"[{"name":"body","pointer":"/b"}]"#)), 2);
        assert_eq!(differences(&body("BAD", "[]")), 2);
        assert_eq!(differences("BAD"), 3);
    }

    #[test]
    fn documents_are_compared_as_json() {
        let expected = Expected::new(200).json(r#"{"a": 1, "b": [{"c": null}]}"#, &["/b/0/c"]);
        let differs = |body: &str| !expected.differences(200, |_| None, body.as_bytes()).is_empty();
        for body in [r#"{"b":[{"c":7}],"a":1}"#, "{ \"a\": 1, \"b\": [{\"c\": {}}] }"] {
            assert!(!differs(body), "{body}");
        }
        for body in [r#"{"b":[{"c":7}],"a":2}"#, r#"{"a":1,"b":[{}]}"#, r#"{"a":1,"b":[{"c":1,"d":2}]}"#, "", "{"] {
            assert!(differs(body), "{body}");
        }
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
