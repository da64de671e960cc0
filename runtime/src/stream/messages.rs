//! Bodies of writes, parsed by the stream's content type (PROTOCOL.md §9.1).

use crate::stream::chunk::Content;
use crate::stream::text::{BadText, LongText, Text};
use serde::de::{Deserialize, Deserializer as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use spec::Limits;
use std::cell::OnceCell;
use std::fmt;

/// A body that can't be appended to the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadMessages {
    /// The body is not valid JSON. The text contains the position and the reason.
    Invalid(String),
    /// A message in the body is too long.
    TooLarge(String),
}

impl BadMessages {
    /// An incomplete message that is longer than `limit` already.
    pub fn too_long(limit: usize) -> Self {
        Self::TooLarge(format!("a message is longer than {limit} bytes"))
    }

    /// The problem detail for the client.
    pub fn detail(self) -> String {
        match self {
            BadMessages::Invalid(detail) | BadMessages::TooLarge(detail) => detail,
        }
    }
}

/// Properties of the content that was put in parts so far.
#[derive(Clone, Debug)]
pub struct Spooled {
    /// Whether the content was parsed as JSON.
    pub json: bool,
    /// Whether the content is empty.
    pub empty: bool,
    /// The content as text, if it is not JSON.
    pub long_text: LongText,
    /// The reason why it can't be appended, if it can't.
    pub fault: Option<BadMessages>,
}

impl Spooled {
    /// The end of a stream's text after the whole body. `end` is the rest of the body, which is not in parts.
    pub fn text_after(mut self, before: Text, end: &[u8], closes: bool) -> Result<Text, BadText> {
        self.long_text.push(end);
        before.then_long_text(&self.long_text, closes)
    }
}

/// The content of a body. JSON is parsed when its content is first needed, since the request may be rejected for another reason before.
#[derive(Debug)]
pub struct Messages<'a> {
    body: &'a [u8],
    json: bool,
    limits: &'a Limits,
    read: OnceCell<Result<Content, BadMessages>>,
    /// Whether content before this body was put in parts.
    goes_on: bool,
}

impl<'a> Messages<'a> {
    /// The content of `body`, which is JSON if the stream is.
    pub fn new(body: &'a [u8], json: bool, limits: &'a Limits) -> Self {
        Self { body, json, limits, read: OnceCell::new(), goes_on: false }
    }

    /// The same, for a body whose beginning was already put in R2 as parts.
    #[must_use]
    pub fn after(self, spooled: Option<Spooled>) -> Self {
        let Some(Spooled { json, empty, fault, .. }) = spooled else { return self };
        let other = || {
            let part = self.limits.part;
            BadMessages::Invalid(format!("a body of more than {part} bytes needs the content type of the stream"))
        };
        let fault = fault.or_else(|| (json != self.json).then(other));
        let json = self.json || fault.is_some();
        let read = fault.map_or_else(OnceCell::new, |fault| OnceCell::from(Err(fault)));
        Self { read, json, goes_on: !empty, ..self }
    }

    /// The reason why the body can't be appended, if it can't.
    pub fn fault(&self) -> Option<&BadMessages> {
        self.read()?.as_ref().err()
    }

    /// Whether the body is an empty array.
    pub fn is_empty_array(&self) -> bool {
        !self.body.is_empty()
            && !self.goes_on
            && self.read().is_some_and(|read| read.as_ref().is_ok_and(Content::is_empty))
    }

    /// The messages. `None` if the stream is not JSON, in which case the body itself is the content.
    ///
    /// # Errors
    /// [`BadMessages`]. An empty array is valid, and returns empty content.
    pub fn into_content(self) -> Result<Option<Content>, BadMessages> {
        self.read();
        self.read.into_inner().transpose()
    }

    fn read(&self) -> Option<&Result<Content, BadMessages>> {
        self.json.then(|| self.read.get_or_init(|| read(self.body, self.limits)))
    }
}

/// Parses JSON into messages. An array is split into its elements. Each message is kept exactly as it was sent.
fn read(body: &[u8], limits: &Limits) -> Result<Content, BadMessages> {
    let (mut text, mut ends) = (String::with_capacity(body.len()), Vec::new());
    if !body.is_empty() {
        each_message(body, 0, limits, |message| Content::push_message(&mut text, &mut ends, message))?;
    }
    Ok(Content::Json { text, ends })
}

/// Calls `take` with each message of a JSON text: the elements of an array, or a single value. `before` is the number of messages of the same
/// body before this text. If it is not 0, the text has a bracket in place of the comma after them.
///
/// # Errors
/// [`BadMessages`]. `take` was called for the messages before the invalid one.
pub fn each_message<'a>(
    body: &'a [u8],
    before: usize,
    limits: &Limits,
    mut take: impl FnMut(&'a str),
) -> Result<(), BadMessages> {
    let invalid = |error: serde_json::Error| {
        BadMessages::Invalid(match before {
            0 => error.to_string(),
            _ => format!("{error}, counted from the comma after message {before}"),
        })
    };
    let (mut index, mut fault) = (before, None);
    let mut checked = |message: &'a RawValue| {
        let message = message.get();
        if message.len() > limits.message && fault.is_none() {
            let (limit, length) = (limits.message, message.len());
            let detail = format!("the message at index {index} has {length} bytes, more than the maximum of {limit}");
            fault = Some(BadMessages::TooLarge(detail));
        }
        index += 1;
        if fault.is_none() {
            take(message);
        }
    };
    let mut json = serde_json::Deserializer::from_slice(body);
    if body.trim_ascii_start().starts_with(b"[") {
        json.deserialize_seq(Elements(&mut checked)).map_err(invalid)?;
    } else {
        checked(Deserialize::deserialize(&mut json).map_err(invalid)?);
    }
    json.end().map_err(invalid)?;
    fault.map_or(Ok(()), Err)
}

/// Passes the elements of an array to a function, one by one.
struct Elements<F>(F);

impl<'de, F: FnMut(&'de RawValue)> Visitor<'de> for Elements<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element()? {
            self.0(element);
        }
        Ok(())
    }
}

/// Finds where an array that is still arriving can be split: at commas between its elements.
///
/// The splitter only counts brackets and quotes. If the text is not valid JSON, the pieces are not valid either, so parsing rejects them.
#[derive(Debug, Default)]
pub struct Splitter {
    /// Bytes that were scanned.
    seen: usize,
    depth: usize,
    /// Whether the value at depth 1 is an array. The commas of an object are within one message.
    in_array: bool,
    in_string: bool,
    escaped: bool,
    last_comma: Option<usize>,
    /// Start of the current element.
    element: usize,
    /// Length of the longest element before it.
    longest: usize,
}

impl Splitter {
    /// The last comma between two elements in `text`, which begins with the text of the previous call.
    pub fn last_comma(&mut self, text: &[u8]) -> Option<usize> {
        for (at, byte) in text.iter().enumerate().skip(self.seen) {
            self.step(at, *byte);
        }
        self.seen = text.len();
        self.last_comma
    }

    /// Upper bound of the length of the longest element of a complete text.
    pub fn longest(text: &[u8]) -> usize {
        let mut splitter = Self::default();
        splitter.last_comma(text);
        splitter.longest.max(text.len() - splitter.element)
    }

    fn step(&mut self, at: usize, byte: u8) {
        if self.in_string {
            self.in_string = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'[' | b'{' => {
                self.in_array = if self.depth == 0 { byte == b'[' } else { self.in_array };
                self.depth += 1;
            }
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            b',' if self.depth == 1 && self.in_array => {
                self.last_comma = Some(at);
                (self.longest, self.element) = (self.longest.max(at - self.element), at + 1);
            }
            _ => {}
        }
    }
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
    fn an_array_is_cut_between_its_elements_and_nothing_else_is_cut() {
        let cut = |text: &str| Splitter::default().last_comma(text.as_bytes()).map(|comma| text[..comma].to_owned());
        assert_eq!(cut("[1,{\"a\":2,\"b\":[3,4]},\"5,[\", 6"), Some("[1,{\"a\":2,\"b\":[3,4]},\"5,[\"".to_owned()));
        for whole in ["{\"a\":1,\"b\":2", " {\"a\":[1,2],\"b\":3}", "\"a,b\"", "[[1,2]", "[{\"a\":1,\"b\":2}"] {
            assert_eq!(cut(whole), None, "{whole}");
            assert!(Splitter::longest(whole.as_bytes()) >= whole.len() - 1, "{whole}");
        }
    }

    #[test]
    fn refuses_invalid_json() {
        for bad in ["{", "[1,]", "1 2", "\u{feff}1", "nul", "[1", "'a'"] {
            assert!(matches!(read(bad.as_bytes(), &Limits::DECLARED), Err(BadMessages::Invalid(_))), "{bad}");
        }
        assert!(matches!(read(&[b'"', 0xff, b'"'], &Limits::DECLARED), Err(BadMessages::Invalid(_))));
        let deep = "[".repeat(100_000);
        assert!(read(deep.as_bytes(), &Limits::DECLARED).is_err());
    }

    #[test]
    fn refuses_long_messages() {
        let limits = Limits { message: 4, ..Limits::DECLARED };
        assert!(matches!(read(b"[1,12345,2]", &limits), Err(BadMessages::TooLarge(_))));
        assert!(matches!(read(b"12345", &limits), Err(BadMessages::TooLarge(_))));
        assert!(read(b"[1234,\"a\"]", &limits).is_ok());
    }
}
