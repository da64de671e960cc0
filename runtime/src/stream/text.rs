//! Streams of text. Their content must be UTF-8, but appends, pages and events can split it at any byte.

use serde::{Deserialize, Serialize};
use std::fmt;
use wire::MediaType;

/// The state of a stream's content as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Text {
    /// The content is UTF-8, up to an unfinished character at its end.
    Utf8(Unfinished),
    /// The content type is not text, has another charset, or the content is not UTF-8. SSE events are base64.
    Bytes,
}

/// The bytes of an incomplete character at the end of a text: none, or up to three.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Unfinished {
    bytes: [u8; 3],
    length: usize,
}

/// A body that can't be appended to a stream of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadText {
    /// The body is not UTF-8 at this byte.
    Invalid(usize),
    /// The closed stream would end within a character, after these bytes of it.
    EndsWithin(Unfinished),
}

impl BadText {
    /// The problem detail for the client.
    pub fn detail(self) -> String {
        match self {
            Self::Invalid(at) => format!("not UTF-8 at byte {at}, as a continuation of the stream"),
            Self::EndsWithin(unfinished) => {
                format!(
                    "the stream can't be closed within a character: it ends with {unfinished:?}; append the remaining bytes"
                )
            }
        }
    }
}

/// The charsets that are UTF-8 or a subset of it.
const UTF_8: [&str; 4] = ["utf-8", "utf8", "us-ascii", "ascii"];

impl Text {
    /// The state of an empty stream of this content type.
    pub fn of(content_type: &MediaType) -> Self {
        let charset = content_type.parameter("charset");
        let is_utf8 = charset.is_none_or(|charset| UTF_8.iter().any(|utf8| charset.eq_ignore_ascii_case(utf8)));
        match is_utf8 && spec::media::TEXT.matches(content_type) {
            true => Self::Utf8(Unfinished::default()),
            false => Self::Bytes,
        }
    }

    /// The state after `body` is appended. `closes`: the append also closes the stream.
    ///
    /// # Errors
    /// [`BadText`], if it would not be UTF-8.
    pub fn then(self, body: &[u8], closes: bool) -> Result<Self, BadText> {
        let Self::Utf8(unfinished) = self else { return Ok(Self::Bytes) };
        match unfinished.then(body).map_err(BadText::Invalid)? {
            Unfinished { length: 0, .. } => Ok(Self::Utf8(Unfinished::default())),
            rest if closes => Err(BadText::EndsWithin(rest)),
            rest => Ok(Self::Utf8(rest)),
        }
    }

    /// The state after a long body is appended. `closes`: the append also closes the stream.
    ///
    /// # Errors
    /// [`BadText`], if it would not be UTF-8.
    pub fn then_long_text(self, long_text: &LongText, closes: bool) -> Result<Self, BadText> {
        let Self::Utf8(unfinished) = self else { return Ok(Self::Bytes) };
        let begun = unfinished.then(&long_text.first).map_err(BadText::Invalid)?;
        if begun.length > 0 && long_text.length > long_text.first.len() {
            return Err(BadText::Invalid(long_text.first.len()));
        }
        let end = if begun.length > 0 { Ok(begun) } else { long_text.end };
        match end.map_err(BadText::Invalid)? {
            rest if closes && rest.length > 0 => Err(BadText::EndsWithin(rest)),
            rest => Ok(Self::Utf8(rest)),
        }
    }

    /// The number of bytes of the unfinished character at the end; 0 if there is none.
    pub fn unfinished(self) -> usize {
        match self {
            Self::Utf8(unfinished) => unfinished.length,
            Self::Bytes => 0,
        }
    }
}

/// A long body as text. It is read in pieces, before the text that it will be appended to is fixed.
#[derive(Clone, Debug)]
pub struct LongText {
    /// The bytes at its beginning that may complete a character, at most three.
    first: Vec<u8>,
    length: usize,
    /// The unfinished character at the end of the remaining bytes, or the position of the first byte that is not UTF-8.
    end: Result<Unfinished, usize>,
}

impl Default for LongText {
    fn default() -> Self {
        Self { first: Vec::new(), length: 0, end: Ok(Unfinished::default()) }
    }
}

impl LongText {
    /// Adds the next bytes of the body.
    pub fn push(&mut self, bytes: &[u8]) {
        let open = if self.length == self.first.len() { 3 - self.first.len() } else { 0 };
        let leading = bytes.iter().take(open).take_while(|byte| continues(**byte)).count();
        self.first.extend(&bytes[..leading]);
        let before = self.length + leading;
        self.length += bytes.len();
        if let Ok(end) = self.end {
            self.end = end.then(&bytes[leading..]).map_err(|at| before + at);
        }
    }
}

impl Unfinished {
    /// The unfinished character at the end of `text`.
    pub fn of(text: &[u8]) -> Self {
        let tail = &text[text.len().saturating_sub(3)..];
        let from = (0..tail.len()).find(|from| is_unfinished(&tail[*from..])).unwrap_or(tail.len());
        Self::new(&tail[from..])
    }

    fn new(text: &[u8]) -> Self {
        let mut bytes = [0; 3];
        bytes[..text.len()].copy_from_slice(text);
        Self { bytes, length: text.len() }
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// The unfinished character at the end of these bytes and `body`. If they are not UTF-8, the position of the first invalid byte of `body`.
    fn then(self, body: &[u8]) -> Result<Self, usize> {
        // A character has at most four bytes.
        let first = [self.bytes(), &body[..body.len().min(4 - self.length)]].concat();
        let from = match std::str::from_utf8(&first) {
            _ if self.length == 0 => 0,
            Err(error) if error.valid_up_to() == 0 && error.error_len().is_none() => return Ok(Self::new(&first)),
            Err(error) if error.valid_up_to() == 0 => {
                return Err(error.error_len().unwrap_or(0).saturating_sub(self.length));
            }
            _ => width(&first).saturating_sub(self.length),
        };
        match std::str::from_utf8(&body[from..]) {
            Ok(_) => Ok(Self::default()),
            Err(error) if error.error_len().is_none() => Ok(Self::new(&body[from + error.valid_up_to()..])),
            Err(error) => Err(from + error.valid_up_to()),
        }
    }
}

impl fmt::Debug for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

/// The form in the database and in messages: the bytes of the unfinished character in hexadecimal, or `-` for [`Text::Bytes`].
impl From<Text> for String {
    fn from(text: Text) -> Self {
        match text {
            Text::Utf8(unfinished) => format!("{unfinished:?}"),
            Text::Bytes => "-".to_owned(),
        }
    }
}

impl TryFrom<String> for Text {
    type Error = &'static str;

    fn try_from(stored: String) -> Result<Self, Self::Error> {
        const ERROR: &str = "neither an unfinished character in hexadecimal nor `-`";
        if stored == "-" {
            return Ok(Self::Bytes);
        }
        let (pairs, []) = stored.as_bytes().as_chunks::<2>() else { return Err(ERROR) };
        let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes = pairs.iter().map(byte).collect::<Option<Vec<_>>>().ok_or(ERROR)?;
        match bytes.is_empty() || is_unfinished(&bytes) {
            true => Ok(Self::Utf8(Unfinished::new(&bytes))),
            false => Err(ERROR),
        }
    }
}

fn is_unfinished(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

/// The length of the first character of a text, given that the text is UTF-8.
fn width(text: &[u8]) -> usize {
    match text.first() {
        None => 0,
        Some(..0x80) => 1,
        Some(..0xe0) => 2,
        Some(..0xf0) => 3,
        Some(_) => 4,
    }
}

/// Whether this byte continues a character that began before it.
pub fn continues(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

/// The number of bytes at the end of a text that must not be sent before the next bytes are available: an unfinished character, or a CR that
/// an LF may follow. A reader that continues there receives all of it.
pub fn held_back(text: &[u8]) -> usize {
    match text.last() {
        Some(b'\r') => 1,
        _ => Unfinished::of(text).length,
    }
}

/// Where a read from `at` starts in a text: at the first byte of the character that contains the byte at `at`. If that character lacks its
/// first byte and `text` is the beginning of the data (`is_first`), the read starts after it.
pub fn begin(text: &[u8], at: usize, is_first: bool) -> usize {
    let lead = (0..=at.min(text.len().saturating_sub(1))).rev().find(|before| !continues(text[*before]));
    match lead {
        Some(lead) if lead + width(&text[lead..]) > at => lead,
        None if is_first => text.iter().take_while(|byte| continues(**byte)).count(),
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(parts: &[&[u8]]) -> Result<Text, BadText> {
        let start = Text::Utf8(Unfinished::default());
        parts.iter().try_fold(start, |text, part| text.then(part, false))
    }

    #[test]
    fn only_utf8_is_text_and_charsets_have_no_case() {
        let of = |content_type: &str| Text::of(&MediaType::read(content_type).unwrap());
        let text = [
            "text/plain",
            "text/html; charset=utf-8",
            "Text/Plain;charset=\"UTF-8\"",
            "text/csv; header=present; Charset=US-ASCII",
            "text/plain; format=flowed",
        ];
        text.iter().for_each(|own| assert_eq!(of(own), Text::Utf8(Unfinished::default()), "{own}"));
        let bytes =
            ["text/plain; charset=iso-8859-1", "text/plain; charset=\"utf-16\"", "image/png", "application/json"];
        bytes.iter().for_each(|own| assert_eq!(of(own), Text::Bytes, "{own}"));
    }

    #[test]
    fn a_character_may_come_in_pieces_and_nothing_else_may_come_between() {
        assert_eq!(after(&[b"\xe2", b"\x82", b"\xac!"]), Ok(Text::Utf8(Unfinished::default())));
        assert_eq!(after(&[b"a\xf0\x9f", b"\x98"]).map(Text::unfinished), Ok(3));
        assert_eq!(after(&[b"\xe2\x82", b""]).map(Text::unfinished), Ok(2));
        assert_eq!(after(&[b"\xe2\x82", b"x"]), Err(BadText::Invalid(0)));
        assert_eq!(after(&[b"\xe2", b"\x82x"]), Err(BadText::Invalid(1)));
        assert_eq!(after(&[b"\xe2", b"\x82\xac\xff"]), Err(BadText::Invalid(2)));
        assert_eq!(after(&[b"ab\xff"]), Err(BadText::Invalid(2)));
        // A surrogate, and an overlong encoding.
        assert_eq!(after(&[b"\xed", b"\xa0"]), Err(BadText::Invalid(0)));
        assert_eq!(after(&[b"\xc0"]), Err(BadText::Invalid(0)));
    }

    #[test]
    fn a_text_does_not_end_within_a_character() {
        let text = after(&[b"\xe2\x82"]).unwrap();
        assert!(matches!(text.then(b"", true), Err(BadText::EndsWithin(_))));
        assert_eq!(text.then(b"\xac", true), Ok(Text::Utf8(Unfinished::default())));
        assert_eq!(Text::Bytes.then(b"\xe2", true), Ok(Text::Bytes));
    }

    #[test]
    fn the_stored_form_is_parsed() {
        for text in [Text::Bytes, Text::Utf8(Unfinished::default()), after(&[b"\xf0\x9f\x98"]).unwrap()] {
            assert_eq!(Text::try_from(String::from(text)), Ok(text));
        }
        for foreign in ["x", "E", "41", "E282AC", "E28", "é"] {
            assert!(Text::try_from(foreign.to_owned()).is_err(), "{foreign}");
        }
    }

    #[test]
    fn one_begins_where_a_character_does() {
        let text = "aé€😀".as_bytes();
        let begins: Vec<_> = (0..text.len()).map(|at| begin(text, at, true)).collect();
        assert_eq!(begins, [0, 1, 1, 3, 3, 3, 6, 6, 6, 6]);
        assert_eq!(begin(b"\x82\xac!", 0, true), 2);
        // The byte before does not begin a character that contains this byte.
        assert_eq!((begin(b"a\xac!", 1, true), begin(b"\xac\xac\xac\xac", 3, false)), (1, 3));
    }

    proptest! {
        #[test]
        fn a_text_is_one_however_it_is_cut(text in ".{0,12}", cuts in prop::collection::vec(0..48_usize, 0..6)) {
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).chain([0, text.len()]).collect();
            cuts.sort_unstable();
            let parts: Vec<_> = cuts.windows(2).map(|cut| &text.as_bytes()[cut[0]..cut[1]]).collect();
            prop_assert_eq!(after(&parts), Ok(Text::Utf8(Unfinished::default())));
            let (before, _) = text.as_bytes().split_at(cuts[cuts.len() / 2]);
            prop_assert_eq!(after(&[before]).unwrap(), Text::Utf8(Unfinished::of(before)));
        }

        #[test]
        fn what_is_taken_is_what_is_utf8_together(one in prop::collection::vec(any::<u8>(), 0..6), other in prop::collection::vec(any::<u8>(), 0..6)) {
            let together = [&one[..], &other[..]].concat();
            let valid = std::str::from_utf8(&together).map_or_else(|error| error.error_len().is_none(), |_| true);
            prop_assert_eq!(after(&[&one, &other]).is_ok(), valid);
        }
    }
}
