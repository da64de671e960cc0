use crate::Rule;
use std::fmt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A date and time in RFC 3339 format. The text is kept as sent. Comparison uses the instant.
#[derive(Clone, Debug)]
pub struct Timestamp {
    text: String,
    unix_ms: u64,
}

/// The index of the separator between date and time, after `2030-01-31`.
const SEPARATOR: usize = 10;

fn rule() -> Rule {
    "an RFC 3339 date and time such as `2030-01-31T12:00:00Z`".into()
}

/// The instant of a date and time whose separator is `T`.
fn checked(text: &str) -> Result<u64, Rule> {
    separated_by_any(text).and_then(|unix_ms| if is_separated(text) { Ok(unix_ms) } else { Err(rule()) })
}

fn is_separated(text: &str) -> bool {
    matches!(text.as_bytes().get(SEPARATOR), Some(b'T' | b't'))
}

/// The instant of a date and time with any ASCII character as the separator, which is what the parser accepts.
fn separated_by_any(text: &str) -> Result<u64, Rule> {
    // The parser accepts any number of fractional digits.
    if text.len() > 64 {
        return Err("an RFC 3339 date and time of at most 64 bytes".into());
    }
    let instant = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| rule())?;
    u64::try_from(instant.unix_timestamp_nanos() / 1_000_000).map_err(|_| rule())
}

impl Timestamp {
    /// Reads a date and time with an offset (RFC 3339 §5.6), between the years 1970 and 9999. The separator must be `T`, as in
    /// the grammar. RFC 3339 also lets applications use a space, but not all clients that read the value back accept it.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str) -> Result<Self, Rule> {
        checked(text).map(|unix_ms| Self { text: text.to_owned(), unix_ms })
    }

    /// The date and time of an instant, with milliseconds. `None` after the year 9999.
    #[must_use]
    pub fn at(unix_ms: u64) -> Option<Self> {
        let seconds = i64::try_from(unix_ms / 1000).ok()?;
        let (date, time) = OffsetDateTime::from_unix_timestamp(seconds).map(|at| (at.date(), at.time())).ok()?;
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        let (hour, minute, second) = time.as_hms();
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", unix_ms % 1000);
        Some(Self { text, unix_ms })
    }

    /// Checks a date and time, and keeps nothing of it.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn check(text: &str) -> Result<(), Rule> {
        checked(text).map(drop)
    }

    /// Reads a value that an earlier version stored. That version accepted any separator; this function replaces it with `T`.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn stored(text: &str) -> Result<Self, Rule> {
        let unix_ms = separated_by_any(text)?;
        let mut text = text.to_owned();
        if !is_separated(&text) {
            text.replace_range(SEPARATOR..=SEPARATOR, "T");
        }
        Ok(Self { text, unix_ms })
    }

    /// The text as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn unix_ms(&self) -> u64 {
        self.unix_ms
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.unix_ms == other.unix_ms
    }
}

impl Eq for Timestamp {}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn one_instant_however_written() {
        let zulu = Timestamp::read("2030-01-31T12:00:00Z").unwrap();
        assert_eq!(zulu, Timestamp::read("2030-01-31T14:00:00.000+02:00").unwrap());
        for bad in ["", "2030-01-31", "not-a-timestamp", "2030-02-31T12:00:00Z", "1900-01-01T00:00:00Z"] {
            assert!(Timestamp::read(bad).is_err(), "{bad}");
        }
        let digits = |count: usize| Timestamp::read(&format!("2030-01-31T12:00:00.{}Z", "0".repeat(count)));
        assert!(digits(40).is_ok() && digits(45).is_err());
    }

    #[test]
    fn an_instant_is_written_with_milliseconds() {
        let at = Timestamp::at(1_896_091_200_007).unwrap();
        assert_eq!((at.as_str(), &at), ("2030-01-31T12:00:00.007Z", &Timestamp::read(at.as_str()).unwrap()));
        assert_eq!(Timestamp::at(0).unwrap().as_str(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::at(253_402_300_799_999).unwrap().as_str(), "9999-12-31T23:59:59.999Z");
        assert!(Timestamp::at(253_402_300_800_000).is_none());
    }

    #[test]
    fn written_as_the_grammar_has_it() {
        let good = [
            "2030-01-31T12:00:00Z",
            "2030-01-31t12:00:00z",
            "2030-01-31T12:00:00.5-00:00",
            "2030-01-31T12:00:00+23:59",
            "2030-06-30T23:59:60Z",
        ];
        for good in good {
            assert_eq!(Timestamp::read(good).unwrap().as_str(), good);
        }
        let separators =
            ["5", " ", "_", "-", "x", "\t", "é"].map(|separator| format!("2030-01-31{separator}12:00:00Z"));
        let rest = [
            "12:00:00",
            "12:00Z",
            "12:00:00.Z",
            "12:00:00,5Z",
            "12:00:00+24:00",
            "12:00:00+23:60",
            "12:00:00+0100",
            "12:00:00+01",
            "12:00:00 Z",
            "12:00:60Z",
            "12:60:00Z",
            "24:00:00Z",
        ];
        for bad in separators.into_iter().chain(rest.map(|time| format!("2030-01-31T{time}"))) {
            assert!(Timestamp::read(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_stored_is_read_and_written_as_the_grammar_has_it() {
        for (stored, text) in
            [("2030-01-31512:00:00Z", "2030-01-31T12:00:00Z"), ("2030-01-31t12:00:00z", "2030-01-31t12:00:00z")]
        {
            let at = Timestamp::stored(stored).unwrap();
            assert_eq!((at.as_str(), at.unix_ms()), (text, 1_896_091_200_000));
        }
        assert!(Timestamp::stored("2030-01-31").is_err());
    }
}
