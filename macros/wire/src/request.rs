use crate::{Field, Flag, Place, Rule};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// The headers of which every server takes notice, whatever its protocol declares.
pub const GENERAL_HEADERS: [&str; 2] = [CONTENT_LENGTH, HOST];

const CONTENT_LENGTH: &str = "content-length";
const HOST: &str = "host";

/// The head of a request, as far as generated code looks at it: only declared names and [`GENERAL_HEADERS`] are ever asked for.
pub trait Source {
    /// The method, in upper case.
    fn method(&self) -> &str;
    /// The path as sent, escapes and all, without the query.
    fn path(&self) -> &str;
    /// The query as sent, without its question mark; empty if there is none.
    fn query(&self) -> &str;
    /// The value of the header `name`, several of them joined by `", "`.
    fn header(&self, name: &'static str) -> Option<Cow<'_, str>>;

    /// The length that the client declares for the body, in bytes.
    fn content_length(&self) -> Option<u64> {
        self.header(CONTENT_LENGTH)?.parse().ok()
    }
}

/// The body of a request, not yet read.
pub trait Incoming {
    /// Reads the whole body. If it is longer than `limit` bytes, the rest may be read and discarded first, because many
    /// clients read no response before they have sent their request.
    ///
    /// # Errors
    /// [`Unread`].
    fn read(self, limit: usize) -> impl Future<Output = Result<Vec<u8>, Unread>>;
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It was longer than its limit.
    TooLarge,
    /// It broke off before its end.
    Broken,
    /// The client stopped sending.
    Stalled,
    /// The server has no memory left for it.
    Crowded,
}

impl Unread {
    /// What the client is told, where the spec has no outcome of its own for it.
    #[must_use]
    pub fn detail(self) -> String {
        let detail = match self {
            Self::TooLarge => "The body is too long.",
            Self::Broken => "The body was not sent to its end.",
            Self::Stalled => "The client stopped sending the body.",
            Self::Crowded => "The server has no memory left for the body.",
        };
        detail.to_owned()
    }
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// Where the offending value stands.
    #[serde(rename = "in")]
    pub place: Place,
    /// Its wire name.
    pub name: &'static str,
    /// What it must be.
    pub rule: Rule,
}

/// Everything that is wrong with a request; never empty.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// A single violation.
    #[must_use]
    pub fn one(place: Place, name: &'static str, rule: Rule) -> Self {
        Self(vec![Violation { place, name, rule }])
    }

    /// The body broke off before its end.
    #[must_use]
    pub fn broken_body() -> Self {
        Self::one(Place::Body, "body", "sent to its end".into())
    }

    /// In the order of declaration.
    #[must_use]
    pub fn as_slice(&self) -> &[Violation] {
        &self.0
    }
}

/// Reads declared inputs from a request and collects what is wrong with them.
pub struct Inputs<'a, S> {
    source: &'a S,
    violations: Vec<Violation>,
}

impl<'a, S: Source> Inputs<'a, S> {
    /// Nothing read yet.
    pub fn new(source: &'a S) -> Self {
        Self { source, violations: Vec::new() }
    }

    /// The server that the request names, if it does, must be named by a well-formed `Host` (RFC 9112 §3.2).
    pub fn host(&mut self) {
        if let Some(text) = self.source.header(HOST) {
            self.check(Place::Header, HOST, crate::host(&text));
        }
    }

    /// An input that may be absent.
    pub fn optional<F: Field>(&mut self) -> Option<F::Value> {
        let value = self.raw(F::PLACE, F::NAME)?;
        self.check(F::PLACE, F::NAME, F::read(&value))
    }

    /// An input that counts as absent where it is malformed.
    pub fn lenient<F: Field>(&mut self) -> Option<F::Value> {
        F::read(&self.raw(F::PLACE, F::NAME)?).ok()
    }

    /// An input whose absence is a violation.
    pub fn required<F: Field>(&mut self) -> Option<F::Value> {
        let before = self.violations.len();
        let value = self.optional::<F>();
        if value.is_none() && self.violations.len() == before {
            self.violate(F::PLACE, F::NAME, "present".into());
        }
        value
    }

    /// Whether a flag is set.
    pub fn flag<F: Flag>(&mut self) -> bool {
        self.raw(F::PLACE, F::NAME).is_some_and(|value| value.eq_ignore_ascii_case(F::VALUE))
    }

    /// All of a group of inputs, or none of them: the names of those present, `given`, must be all of `names` or empty.
    pub fn all_or_none(&mut self, place: Place, names: &[&'static str]) -> bool {
        let given = names.iter().filter(|name| self.raw(place, name).is_some()).count();
        for name in names {
            if given > 0 && self.raw(place, name).is_none() {
                self.violate(place, name, format!("present, since {} belong together", names.join(", ")).into());
            }
        }
        given == names.len()
    }

    /// At most one of a group of inputs.
    pub fn at_most_one(&mut self, place: Place, names: &[&'static str]) {
        let given: Vec<_> = names.iter().filter(|name| self.raw(place, name).is_some()).collect();
        if let [first, rest @ ..] = &given[..] {
            for name in rest {
                self.violate(place, name, format!("absent where {first} is given").into());
            }
        }
    }

    /// Inputs that mean something only where the first of them is given.
    pub fn headed(&mut self, place: Place, names: &[&'static str]) {
        let Some((head, rest)) = names.split_first() else { return };
        if self.raw(place, head).is_some() {
            return;
        }
        for name in rest {
            if self.raw(place, name).is_some() {
                self.violate(place, name, format!("absent where {head} is not given").into());
            }
        }
    }

    /// Keeps a value or notes the rule that it broke.
    pub fn check<T>(&mut self, place: Place, name: &'static str, value: Result<T, Rule>) -> Option<T> {
        value.map_err(|rule| self.violate(place, name, rule)).ok()
    }

    /// `request`, which is made of what was read, unless something is wrong with it.
    ///
    /// # Errors
    /// All violations found. There is at least one where a required input is missing, and so `request` is `None`.
    pub fn finish<T>(self, request: Option<T>) -> Result<T, Violations> {
        match request {
            Some(request) if self.violations.is_empty() => Ok(request),
            _ => Err(Violations(self.violations)),
        }
    }

    fn violate(&mut self, place: Place, name: &'static str, rule: Rule) {
        self.violations.push(Violation { place, name, rule });
    }

    fn raw(&mut self, place: Place, name: &'static str) -> Option<Cow<'a, str>> {
        match place {
            Place::Query => self.parameter(name),
            _ => self.source.header(name),
        }
    }

    /// A query parameter, name and value decoded. One given twice is a violation, and then counts as absent.
    fn parameter(&mut self, name: &'static str) -> Option<Cow<'a, str>> {
        let mut values = self.source.query().split('&').filter_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            percent_decode_str(key).eq(name.bytes()).then_some(value)
        });
        let value = values.next()?;
        if values.next().is_some() {
            if !self.violations.iter().any(|known| known.place == Place::Query && known.name == name) {
                self.violate(Place::Query, name, "given once".into());
            }
            return None;
        }
        match percent_decode_str(value).decode_utf8() {
            Ok(text) => Some(text),
            Err(_) => {
                self.violate(Place::Query, name, "UTF-8 once unescaped".into());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Query(&'static str);

    impl Source for Query {
        fn method(&self) -> &str {
            "GET"
        }

        fn path(&self) -> &str {
            "/"
        }

        fn query(&self) -> &str {
            self.0
        }

        fn header(&self, _: &'static str) -> Option<Cow<'_, str>> {
            None
        }
    }

    struct Offset;

    impl Field for Offset {
        type Value = String;
        const PLACE: Place = Place::Query;
        const NAME: &'static str = "offset";

        fn read(text: &str) -> Result<String, Rule> {
            Ok(text.to_owned())
        }
    }

    fn read(query: &'static str) -> Result<String, usize> {
        let source = Query(query);
        let mut inputs = Inputs::new(&source);
        let value = inputs.required::<Offset>();
        inputs.finish(value).map_err(|violations| violations.as_slice().len())
    }

    #[test]
    fn names_of_parameters_are_compared_unescaped() {
        for query in
            ["offset=-1", "%6Fffset=-1", "a=b&%6f%66%66%73%65%74=%2d1", "%FF=x&offset=-1", "Offset=x&offset=-1"]
        {
            assert_eq!(read(query), Ok("-1".to_owned()), "{query}");
        }
        for query in
            ["", "%256Fffset=-1", "offse=t=-1", "%6Fffset=-1&offset=-1", "offset=-1&%6Fffset=%FF", "%6Fffset=%FF"]
        {
            assert_eq!(read(query), Err(1), "{query}");
        }
    }
}
