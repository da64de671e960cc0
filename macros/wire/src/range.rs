use crate::Rule;
use std::fmt;
use std::ops::Range;

/// The bytes that a request asks for: one range (RFC 9110 §14.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// `bytes=0-99`: from the first to the last position, which is part of the range.
    Between(u64, u64),
    /// `bytes=100-`: from this position to the end.
    From(u64),
    /// `bytes=-100`: this number of bytes before the end.
    Last(u64),
}

impl ByteRange {
    /// Reads one range.
    ///
    /// # Errors
    /// The rule that `text` breaks. Other units and several ranges break it, too.
    pub fn read(text: &str) -> Result<Self, Rule> {
        let range = || {
            let (unit, range) = text.split_once('=')?;
            let (first, last) = range.trim_matches([' ', '\t']).split_once('-')?;
            unit.eq_ignore_ascii_case("bytes").then_some(())?;
            match (first, last) {
                ("", last) => position(last).map(Self::Last),
                (first, "") => position(first).map(Self::From),
                (first, last) => {
                    let (first, last) = (position(first)?, position(last)?);
                    (first <= last).then_some(Self::Between(first, last))
                }
            }
        };
        range().ok_or(Rule::Borrowed("one range of bytes, such as `bytes=0-99`"))
    }

    /// The positions of these bytes in content of `length` bytes, or `None` if it has none of them, so that the response is 416.
    #[must_use]
    pub fn of(self, length: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::Between(first, last) => first..last.saturating_add(1).min(length),
            Self::From(first) => first..length,
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        (!range.is_empty()).then_some(range)
    }
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(first, last) => write!(f, "bytes={first}-{last}"),
            Self::From(first) => write!(f, "bytes={first}-"),
            Self::Last(count) => write!(f, "bytes=-{count}"),
        }
    }
}

/// The position of a part in the whole content (RFC 9110 §14.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentRange {
    /// `bytes 0-99/1234`: the first and the last position, and the length of the content, if it is known.
    Part(u64, u64, Option<u64>),
    /// `bytes */1234`: the length of content that has none of the bytes.
    Unsatisfied(u64),
}

impl ContentRange {
    /// The position of `range`, which is not empty, in content of `length` bytes.
    #[must_use]
    pub fn of(range: &Range<u64>, length: u64) -> Self {
        Self::Part(range.start, range.end.saturating_sub(1), Some(length))
    }

    /// Reads a range in bytes.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str) -> Result<Self, Rule> {
        let range = || {
            let (unit, range) = text.split_once(' ')?;
            let (range, length) = range.split_once('/')?;
            unit.eq_ignore_ascii_case("bytes").then_some(())?;
            if range == "*" {
                return position(length).map(Self::Unsatisfied);
            }
            let (first, last) = range.split_once('-')?;
            let (first, last) = (position(first)?, position(last)?);
            let length = if length == "*" { None } else { Some(position(length)?) };
            let fits = first <= last && length.is_none_or(|length| last < length);
            fits.then_some(Self::Part(first, last, length))
        };
        range().ok_or(Rule::Borrowed("a range in bytes, such as `bytes 0-99/1234`"))
    }
}

impl fmt::Display for ContentRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(first, last, Some(length)) => write!(f, "bytes {first}-{last}/{length}"),
            Self::Part(first, last, None) => write!(f, "bytes {first}-{last}/*"),
            Self::Unsatisfied(length) => write!(f, "bytes */{length}"),
        }
    }
}

/// Reads digits.
fn position(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read() {
        for (text, range) in [
            ("bytes=0-99", ByteRange::Between(0, 99)),
            ("bytes=5-5", ByteRange::Between(5, 5)),
            ("bytes=100-", ByteRange::From(100)),
            ("bytes=-100", ByteRange::Last(100)),
        ] {
            assert_eq!(ByteRange::read(text), Ok(range));
            assert_eq!(range.to_string(), text);
        }
        assert_eq!(ByteRange::read("Bytes= 0-1"), Ok(ByteRange::Between(0, 1)));
        for text in
            ["", "bytes", "bytes=", "bytes=-", "bytes=9-8", "bytes=0-1,3-4", "items=0-1", "bytes=+1-2", "bytes 0-1"]
        {
            assert!(ByteRange::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn content_has_some_bytes_of_a_range() {
        for (range, length, bytes) in [
            (ByteRange::Between(0, 99), 1000, Some(0..100)),
            (ByteRange::Between(0, u64::MAX), 10, Some(0..10)),
            (ByteRange::Between(10, 99), 10, None),
            (ByteRange::From(4), 10, Some(4..10)),
            (ByteRange::From(10), 10, None),
            (ByteRange::Last(4), 10, Some(6..10)),
            (ByteRange::Last(40), 10, Some(0..10)),
            (ByteRange::Last(0), 10, None),
            (ByteRange::Last(4), 0, None),
        ] {
            assert_eq!(range.of(length), bytes, "{range} of {length}");
        }
    }

    #[test]
    fn a_part_says_where_it_is() {
        assert_eq!(ContentRange::of(&(0..100), 1234).to_string(), "bytes 0-99/1234");
        for text in ["bytes 0-99/1234", "bytes 0-0/1", "bytes 5-9/*", "bytes */1234"] {
            assert_eq!(ContentRange::read(text).unwrap().to_string(), text);
        }
        for text in ["", "bytes", "bytes 0-99", "bytes 9-8/10", "bytes 0-10/10", "bytes */*", "bytes=0-9/10", "0-99"] {
            assert!(ContentRange::read(text).is_err(), "{text}");
        }
    }
}
