use crate::{Place, Violations, json};
use std::borrow::Cow;
use std::fmt::Display;

const VARY: &str = "vary";

/// A response as plain data.
#[derive(Debug)]
pub struct Response<E> {
    /// The status code.
    pub status: u16,
    /// Names in lowercase and values, in the order of declaration.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The body.
    pub body: Body<E>,
}

/// The body of a response. `E` is the type of a body that is sent as a stream of events.
#[derive(Debug)]
pub enum Body<E> {
    /// No body.
    Empty,
    /// A body of bytes.
    Bytes(Vec<u8>),
    /// A stream of events.
    Events(E),
}

impl<E> Body<E> {
    /// Number of bytes. A stream of events has none yet.
    #[must_use]
    pub fn length(&self) -> usize {
        match self {
            Self::Empty | Self::Events(_) => 0,
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

/// The response of a result, which is a response in any case.
#[must_use]
pub fn either<E>(result: Result<Response<E>, Response<E>>) -> Response<E> {
    result.unwrap_or_else(|response| response)
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

    /// Adds a header, if it has a value.
    pub fn optional(&mut self, name: &'static str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.header(name, value);
        }
    }

    /// Adds a header with a fixed value, if it `is_set`.
    pub fn flag(&mut self, name: &'static str, value: &'static str, is_set: bool) {
        if is_set {
            self.fixed(name, value);
        }
    }

    /// Adds a header of the request to `Vary`, so that caches distinguish responses by it (RFC 9110 §12.5.5).
    #[must_use]
    pub fn varying(mut self, name: &'static str) -> Self {
        match self.headers.iter_mut().find(|(key, _)| *key == VARY) {
            Some((_, value))
                if crate::list::elements(value).any(|own| own == "*" || own.eq_ignore_ascii_case(name)) => {}
            Some((_, value)) => *value = format!("{value}, {name}").into(),
            None => self.fixed(VARY, name),
        }
        self
    }

    /// The response without its body, for HEAD.
    #[must_use]
    pub fn emptied(self) -> Self {
        Self { body: Body::Empty, ..self }
    }

    /// Sets a JSON body.
    pub fn json<S: json::Write>(&mut self, value: &S::Value) {
        self.body = Body::Bytes(json::write::<S>(value));
    }

    /// Whether the status is 2xx (RFC 9110 §15.3).
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

/// A problem (RFC 9457).
#[derive(Debug, serde::Serialize)]
pub struct Problem<'a> {
    /// A stable URI for this kind of problem.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// A description that is the same for every occurrence.
    pub title: &'static str,
    /// The status code of the response.
    pub status: u16,
    /// A description of this occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<&'a str>,
    /// The invalid inputs and the rules that they broke.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violations: Option<Violations>,
}

impl<'a> Problem<'a> {
    /// A problem without detail and violations.
    #[must_use]
    pub const fn new(kind: &'static str, title: &'static str, status: u16) -> Self {
        Self { kind, title, status, detail: None, violations: None }
    }

    /// Adds a description of this occurrence.
    #[must_use]
    pub fn detail(self, detail: &'a str) -> Self {
        Self { detail: Some(detail), ..self }
    }

    /// Adds the invalid inputs.
    #[must_use]
    pub fn violations(self, violations: Violations) -> Self {
        Self { violations: Some(violations), ..self }
    }

    /// Adds a single invalid input. Its rule is the detail, or the title if there is no detail.
    #[must_use]
    pub fn about(self, place: Place, name: &'static str) -> Self {
        let rule = Cow::Owned(self.detail.unwrap_or(self.title).to_owned());
        self.violations(Violations::one(place, name, rule))
    }

    /// Writes the problem as the body of `response`.
    pub fn write<E>(&self, response: &mut Response<E>) {
        response.fixed("content-type", "application/problem+json");
        // Strings and numbers always serialize.
        response.body = Body::Bytes(serde_json::to_vec(self).unwrap_or_default());
    }
}

/// The response of an outcome without data: a problem with fixed headers.
#[derive(Debug)]
pub struct ConstantProblem {
    /// The status code.
    pub status: u16,
    /// Names in lowercase and values.
    pub headers: &'static [(&'static str, &'static str)],
    /// A stable URI for this kind of problem.
    pub kind: &'static str,
    /// A description.
    pub title: &'static str,
    /// The invalid input.
    pub about: Option<(Place, &'static str)>,
}

impl ConstantProblem {
    /// Adds the headers and the body to a response that has the headers of all responses.
    #[must_use]
    pub fn complete<E>(&self, mut response: Response<E>) -> Response<E> {
        for (name, value) in self.headers {
            response.fixed(name, value);
        }
        let problem = Problem::new(self.kind, self.title, self.status);
        let problem = match self.about {
            Some((place, name)) => problem.about(place, name),
            None => problem,
        };
        problem.write(&mut response);
        response
    }
}
