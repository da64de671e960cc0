use crate::Rule;
use std::fmt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An instant written as RFC 3339, kept exactly as it was sent and compared by the instant it names.
#[derive(Clone, Debug)]
pub struct Timestamp {
    text: String,
    unix_ms: u64,
}

impl Timestamp {
    /// Reads a date and time with an offset, between the years 1970 and 9999.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str) -> Result<Self, Rule> {
        let rule = || Rule::from("an RFC 3339 date and time such as `2030-01-31T12:00:00Z`");
        // The parser takes any number of digits after the second.
        if text.len() > 64 {
            return Err("an RFC 3339 date and time of at most 64 bytes".into());
        }
        let instant = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| rule())?;
        let unix_ms = u64::try_from(instant.unix_timestamp_nanos() / 1_000_000).map_err(|_| rule())?;
        Ok(Self { text: text.to_owned(), unix_ms })
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
}
