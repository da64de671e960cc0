//! Requests that the server sends, and how their answers are read.

use crate::json::{self, Fault};
use crate::{Field, Json};
use std::borrow::Cow;
use std::fmt::Display;

/// A request of the server as plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The method, in upper case.
    pub method: &'static str,
    /// Names in lowercase and values, in the order of declaration.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Outgoing {
    /// A request without headers or body.
    #[must_use]
    pub fn new(method: &'static str) -> Self {
        Self { method, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header with a fixed value.
    pub fn fixed(&mut self, name: &'static str, value: &'static str) {
        self.headers.push((name, Cow::Borrowed(value)));
    }

    /// Adds a header.
    pub fn header(&mut self, name: &'static str, value: impl Display) {
        self.headers.push((name, Cow::Owned(value.to_string())));
    }

    /// Sets a JSON body.
    ///
    /// # Errors
    /// The rules of the object that `value` breaks.
    pub fn json<S: json::Read + json::Write>(&mut self, value: &S::Value) -> Result<(), Vec<Fault>> {
        self.body = json::checked::<S>(value)?;
        Ok(())
    }
}

/// Reads a header of an answer. It is `None` if the header is absent or malformed.
pub fn answered<F: Field>(header: &impl Fn(&str) -> Option<String>) -> Option<F::Value> {
    F::read_all(&[header(F::NAME)?.into()]).ok()
}

/// Reads the JSON body of an answer. It is `None` if the body is longer than `limit` bytes, or not such a document.
#[must_use]
pub fn answered_json<S: json::Read>(body: &[u8], limit: usize) -> Option<S::Value> {
    let fits = body.len() <= limit;
    fits.then(|| json::read(body, S::read).ok()).flatten()
}

/// Whether two texts are the same JSON. For examples.
#[must_use]
pub fn is_same_json(body: &[u8], expected: &str) -> bool {
    let (body, expected) = (serde_json::from_slice::<Json>(body), serde_json::from_str::<Json>(expected));
    matches!((body, expected), (Ok(body), Ok(expected)) if body == expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_a_limit() {
        assert_eq!(answered_json::<bool>(b"true", 4), Some(true));
        assert_eq!(answered_json::<bool>(b"true", 3), None);
        for body in [&b""[..], b"tru", b"\"true\"", b"\xFF", b"true false"] {
            assert_eq!(answered_json::<bool>(body, 64), None);
        }
    }

    #[test]
    fn a_body_that_breaks_a_rule_is_a_fault() {
        type Pair = json::Array<bool, 2, 2>;
        let mut sent = Outgoing::new("POST");
        assert_eq!(sent.json::<Pair>(&vec![true, false]), Ok(()));
        assert_eq!(sent.body, b"[true,false]");
        assert_eq!(sent.json::<Pair>(&vec![true]).map_err(|faults| faults.len()), Err(1));
    }

    #[test]
    fn json_is_compared_by_its_values() {
        assert!(is_same_json(br#"{"a":1,"b":null}"#, r#"{ "b": null, "a": 1 }"#));
        assert!(!is_same_json(b"[]", "{}") && !is_same_json(b"{", "{"));
    }
}
