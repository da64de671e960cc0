//! Bodies of writes, read as what the stream takes (PROTOCOL.md §9.1).

use crate::chunk::Content;
use serde_json::value::RawValue;
use spec::Limits;
use std::cell::OnceCell;

/// A body that can't become part of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadMessages {
    /// It is no JSON; where, and why.
    Invalid(String),
    /// It has a message that is too long, or too many of them.
    TooLarge(String),
}

impl BadMessages {
    /// What is wrong, for the client.
    pub fn detail(self) -> String {
        match self {
            BadMessages::Invalid(detail) | BadMessages::TooLarge(detail) => detail,
        }
    }
}

/// What is in a body. JSON is read when somebody asks for what is in it, and not before: a request may be refused for something else.
#[derive(Debug)]
pub struct Messages<'a> {
    body: &'a [u8],
    json: bool,
    limits: &'a Limits,
    read: OnceCell<Result<Content, BadMessages>>,
}

impl<'a> Messages<'a> {
    /// What is in `body`, which is JSON if the stream is.
    pub fn new(body: &'a [u8], json: bool, limits: &'a Limits) -> Self {
        Self { body, json, limits, read: OnceCell::new() }
    }

    /// Why the body can't become part of the stream, if it can't.
    pub fn fault(&self) -> Option<&BadMessages> {
        self.read()?.as_ref().err()
    }

    /// Whether the body is an empty array.
    pub fn is_empty_array(&self) -> bool {
        !self.body.is_empty() && self.read().is_some_and(|read| read.as_ref().is_ok_and(Content::is_empty))
    }

    /// The messages. `None`, if the body is not JSON: then it is the content itself.
    ///
    /// # Errors
    /// [`BadMessages`]. An empty array is no error, but an empty content.
    pub fn into_content(self) -> Result<Option<Content>, BadMessages> {
        self.read();
        self.read.into_inner().transpose()
    }

    fn read(&self) -> Option<&Result<Content, BadMessages>> {
        self.json.then(|| self.read.get_or_init(|| read(self.body, self.limits)))
    }
}

/// Reads JSON, split into messages, one level of array deep, each kept exactly as it was sent.
fn read(body: &[u8], limits: &Limits) -> Result<Content, BadMessages> {
    if body.is_empty() {
        return Ok(Content::empty(true));
    }
    let invalid = |error: serde_json::Error| BadMessages::Invalid(error.to_string());
    let whole: &RawValue = serde_json::from_slice(body).map_err(invalid)?;
    let messages: Vec<&RawValue> = match whole.get().starts_with('[') {
        true => serde_json::from_str(whole.get()).map_err(invalid)?,
        false => vec![whole],
    };
    if messages.len() > limits.batch {
        return Err(BadMessages::TooLarge(format!(
            "at most {} messages, and there are {}",
            limits.batch,
            messages.len()
        )));
    }
    let (mut text, mut ends) = (String::with_capacity(body.len()), Vec::with_capacity(messages.len()));
    for (index, message) in messages.iter().enumerate() {
        let message = message.get();
        if message.len() > limits.message {
            let (limit, length) = (limits.message, message.len());
            let detail = format!("a message has at most {limit} bytes, and the one at position {index} has {length}");
            return Err(BadMessages::TooLarge(detail));
        }
        Content::push_message(&mut text, &mut ends, message);
    }
    Ok(Content::Json { text, ends })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(body: &str) -> Vec<String> {
        let Ok(Content::Json { text, ends }) = read(body.as_bytes(), &Limits::DECLARED) else { panic!("{body}") };
        let mut from = 0;
        ends.iter().map(|end| text[std::mem::replace(&mut from, end + 1)..*end].to_owned()).collect()
    }

    #[test]
    fn messages_keep_their_bytes() {
        assert_eq!(messages(" {\"a\" : 1.0} "), ["{\"a\" : 1.0}"]);
        assert_eq!(
            messages("[ 12345678901234567890 , {\"k\":1,\"k\":2},\"\\u00e9\" ]"),
            ["12345678901234567890", "{\"k\":1,\"k\":2}", "\"\\u00e9\"",]
        );
        assert_eq!(messages("[[1,2],[3]]"), ["[1,2]", "[3]"]);
        assert_eq!(messages("[[[1,2,3]]]"), ["[[1,2,3]]"]);
        assert!(messages("[]").is_empty());
        assert_eq!(messages("null"), ["null"]);
    }

    #[test]
    fn refuses_what_is_no_json() {
        for bad in ["{", "[1,]", "1 2", "\u{feff}1", "nul", "[1", "'a'"] {
            assert!(matches!(read(bad.as_bytes(), &Limits::DECLARED), Err(BadMessages::Invalid(_))), "{bad}");
        }
        assert!(matches!(read(&[b'"', 0xff, b'"'], &Limits::DECLARED), Err(BadMessages::Invalid(_))));
        let deep = "[".repeat(100_000);
        assert!(read(deep.as_bytes(), &Limits::DECLARED).is_err());
    }

    #[test]
    fn refuses_what_is_too_large() {
        let limits = Limits { message: 4, batch: 2, ..Limits::DECLARED };
        assert!(matches!(read(b"[1,2,3]", &limits), Err(BadMessages::TooLarge(_))));
        assert!(matches!(read(b"12345", &limits), Err(BadMessages::TooLarge(_))));
        assert!(read(b"[1234,\"a\"]", &limits).is_ok());
    }
}
