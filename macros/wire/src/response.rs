use crate::{Place, Violations};
use std::borrow::Cow;
use std::fmt::Display;

/// A response as plain data: what a status line, headers and a body will be made of.
#[derive(Debug)]
pub struct Response<E> {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in the order of declaration.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// What follows the headers.
    pub body: Body<E>,
}

/// The body of a response. `E` is whatever carries a body that is sent piece by piece.
#[derive(Debug)]
pub enum Body<E> {
    /// None at all.
    Empty,
    /// Known bytes.
    Bytes(Vec<u8>),
    /// Bytes that are still to come.
    Events(E),
}

impl<E> Response<E> {
    /// A response without headers or body.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::with_capacity(16), body: Body::Empty }
    }

    /// Adds a header with a fixed value.
    pub fn fixed(&mut self, name: &'static str, value: &'static str) {
        self.headers.push((name, Cow::Borrowed(value)));
    }

    /// Adds a header.
    pub fn header(&mut self, name: &'static str, value: impl Display) {
        self.headers.push((name, Cow::Owned(value.to_string())));
    }

    /// Whether the request has been granted (RFC 9110 §15.3).
    #[must_use]
    pub fn is_successful(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The value of a header, for tests and logs.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| &**value)
    }
}

/// A problem as RFC 9457 describes it.
#[derive(Debug, serde::Serialize)]
pub struct Problem<'a> {
    /// A stable URI for this kind of problem.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it means, the same for each occurrence.
    pub title: &'static str,
    /// The status code once more.
    pub status: u16,
    /// What is particular to this occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<&'a str>,
    /// The inputs at fault and the rules that they broke.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violations: Option<Violations>,
}

impl<'a> Problem<'a> {
    /// A problem of which no more is known than its kind.
    #[must_use]
    pub const fn new(kind: &'static str, title: &'static str, status: u16) -> Self {
        Self { kind, title, status, detail: None, violations: None }
    }

    /// This, with what is particular to this occurrence.
    #[must_use]
    pub fn detail(self, detail: &'a str) -> Self {
        Self { detail: Some(detail), ..self }
    }

    /// This, with the inputs at fault.
    #[must_use]
    pub fn violations(self, violations: Violations) -> Self {
        Self { violations: Some(violations), ..self }
    }

    /// This, with the one input at fault, whose rule is the title or the detail.
    #[must_use]
    pub fn about(self, place: Place, name: &'static str) -> Self {
        let rule = Cow::Owned(self.detail.unwrap_or(self.title).to_owned());
        self.violations(Violations::one(place, name, rule))
    }

    /// Makes this the body of `response`.
    pub fn write<E>(&self, response: &mut Response<E>) {
        response.fixed("content-type", "application/problem+json");
        // Strings and numbers always serialize.
        response.body = Body::Bytes(serde_json::to_vec(self).unwrap_or_default());
    }
}
