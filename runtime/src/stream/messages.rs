//! Bodies of writes, read as what the stream takes (PROTOCOL.md §9.1).

use crate::stream::chunk::Content;
use crate::stream::text::{BadText, LongText, Text};
use serde::de::{Deserialize, Deserializer as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use spec::Limits;
use std::cell::OnceCell;
use std::fmt;

/// A body that can't become part of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadMessages {
    /// It is no JSON; where, and why.
    Invalid(String),
    /// It has a message that is too long.
    TooLarge(String),
}

impl BadMessages {
    /// A message that is not there as a whole, and is longer than `limit` already.
    pub fn too_long(limit: usize) -> Self {
        Self::TooLarge(format!("a message has at most {limit} bytes"))
    }

    /// What is wrong, for the client.
    pub fn detail(self) -> String {
        match self {
            BadMessages::Invalid(detail) | BadMessages::TooLarge(detail) => detail,
        }
    }
}

/// What is known of content that has been spooled.
#[derive(Clone, Debug)]
pub struct Spooled {
    /// Whether it was read as JSON.
    pub json: bool,
    /// Whether it is nothing.
    pub empty: bool,
    /// It as text, if it is not JSON.
    pub passage: LongText,
    /// Why it can't become part of the stream, if it can't.
    pub fault: Option<BadMessages>,
}

impl Spooled {
    /// What a stream is as text after all of the body, of which `end` is what has not been spooled.
    pub fn text_after(mut self, before: Text, end: &[u8], closes: bool) -> Result<Text, BadText> {
        self.passage.push(end);
        before.then_long_text(&self.passage, closes)
    }
}

/// What is in a body. JSON is read when somebody asks for what is in it, and not before: a request may be refused for something else.
#[derive(Debug)]
pub struct Messages<'a> {
    body: &'a [u8],
    json: bool,
    limits: &'a Limits,
    read: OnceCell<Result<Content, BadMessages>>,
    /// Whether the body is the end of something that is not empty.
    goes_on: bool,
}

impl<'a> Messages<'a> {
    /// What is in `body`, which is JSON if the stream is.
    pub fn new(body: &'a [u8], json: bool, limits: &'a Limits) -> Self {
        Self { body, json, limits, read: OnceCell::new(), goes_on: false }
    }

    /// The same, after what has been spooled of the body before.
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

    /// Why the body can't become part of the stream, if it can't.
    pub fn fault(&self) -> Option<&BadMessages> {
        self.read()?.as_ref().err()
    }

    /// Whether the body is an empty array.
    pub fn is_empty_array(&self) -> bool {
        !self.body.is_empty()
            && !self.goes_on
            && self.read().is_some_and(|read| read.as_ref().is_ok_and(Content::is_empty))
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
    let (mut text, mut ends) = (String::with_capacity(body.len()), Vec::new());
    if !body.is_empty() {
        each_message(body, 0, limits, |message| Content::push_message(&mut text, &mut ends, message))?;
    }
    Ok(Content::Json { text, ends })
}

/// Calls `take` with each message of a JSON text: the elements of an array, or the one value that it is. `before` messages of the same body
/// were in others, and the text has a bracket for the comma after them.
///
/// # Errors
/// [`BadMessages`]. Messages before the one that is at fault have been taken.
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
            let detail = format!("a message has at most {limit} bytes, and the one at position {index} has {length}");
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

/// Takes the elements of an array one by one.
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

/// Finds where an array that is still arriving can be cut: at commas between its elements.
///
/// It only counts brackets and quotes. Where that leads to something wrong because the text is no JSON, neither is what is cut.
#[derive(Debug, Default)]
pub struct Splitter {
    /// How much has been looked at.
    seen: usize,
    depth: usize,
    /// Whether what is open at depth 1 is an array: the commas of an object are within one message.
    in_array: bool,
    in_string: bool,
    escaped: bool,
    last_comma: Option<usize>,
    /// Where the element begins that is looked at, and the length of the longest before it.
    element: usize,
    longest: usize,
}

impl Splitter {
    /// The last comma between two elements in `text`, of which more than the last time may have arrived.
    pub fn last_comma(&mut self, text: &[u8]) -> Option<usize> {
        for (at, byte) in text.iter().enumerate().skip(self.seen) {
            self.step(at, *byte);
        }
        self.seen = text.len();
        self.last_comma
    }

    /// The length of the longest element of a whole text, with the space around it, or more.
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
        let limits = Limits { message: 4, ..Limits::DECLARED };
        assert!(matches!(read(b"[1,12345,2]", &limits), Err(BadMessages::TooLarge(_))));
        assert!(matches!(read(b"12345", &limits), Err(BadMessages::TooLarge(_))));
        assert!(read(b"[1234,\"a\"]", &limits).is_ok());
    }
}
