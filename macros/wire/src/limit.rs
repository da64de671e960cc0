use crate::MAX_EXACT_INTEGER;
use crate::units::{self, Units};
use std::fmt;
use std::time::Duration;

/// An invalid value of a variable that overrides a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLimit {
    /// The name of the variable.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// A description of valid values.
    pub expected: String,
}

impl fmt::Display for BadLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the variable {} must be {}, and it is {:?}", self.name, self.expected, self.value)
    }
}

impl std::error::Error for BadLimit {}

/// Maximum of a limit in bytes or of a count. It fits a `usize` on every platform, also in wasm, where that has 32 bits.
pub const LIMIT_MAX: u64 = u32::MAX as u64;

// Checked for each target, so no declared limit is ever truncated.
const _: () = assert!(LIMIT_MAX <= usize::MAX as u64);

/// Replaces a limit by the value of a variable, if that has one.
///
/// # Errors
/// [`BadLimit`] if `read` can't read the value.
#[inline(never)]
pub fn replace<T>(
    limit: &mut T,
    name: &'static str,
    variable: &impl Fn(&str) -> Option<String>,
    read: fn(&'static str, &str) -> Result<T, BadLimit>,
) -> Result<(), BadLimit> {
    if let Some(value) = variable(name) {
        *limit = read(name, &value)?;
    }
    Ok(())
}

/// Reads a number of bytes such as `4 MiB`.
///
/// # Errors
/// [`BadLimit`] for anything else.
pub fn bytes(name: &'static str, value: &str) -> Result<usize, BadLimit> {
    scaled(value, units::BYTES).and_then(amount).ok_or_else(|| bad(name, value, units::BYTES, "4 MiB", LIMIT_MAX))
}

/// Reads a length of time such as `30 s`.
///
/// # Errors
/// [`BadLimit`] for anything else.
pub fn duration(name: &'static str, value: &str) -> Result<Duration, BadLimit> {
    scaled(value, units::TIME)
        .filter(|milliseconds| *milliseconds <= MAX_EXACT_INTEGER)
        .map(Duration::from_millis)
        .ok_or_else(|| bad(name, value, units::TIME, "30 s", MAX_EXACT_INTEGER))
}

/// Reads a plain number.
///
/// # Errors
/// [`BadLimit`] for anything else.
pub fn count(name: &'static str, value: &str) -> Result<usize, BadLimit> {
    let expected = || format!("a whole number of at most {LIMIT_MAX}");
    let number = value.trim().parse().ok().and_then(amount);
    number.ok_or_else(|| BadLimit { name, value: value.to_owned(), expected: expected() })
}

/// Returns an amount up to [`LIMIT_MAX`].
fn amount(number: u64) -> Option<usize> {
    usize::try_from(number).ok().filter(|_| number <= LIMIT_MAX)
}

/// Reads a number and a unit, and converts it to the smallest unit.
fn scaled(value: &str, units: &Units) -> Option<u64> {
    let text = value.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    number.parse::<u64>().ok()?.checked_mul(units::factor(units, unit.trim())?)
}

fn bad(name: &'static str, value: &str, units: &Units, example: &str, max: u64) -> BadLimit {
    let (smallest, _) = units[0];
    let expected = format!("a number of {}, such as `{example}`, and at most {max} {smallest}", units::listed(units));
    BadLimit { name, value: value.to_owned(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_production_cannot_hold_is_refused_on_every_platform() {
        assert_eq!(bytes("X", "4294967295 B"), Ok(4_294_967_295));
        assert!(bytes("X", "4 GiB").is_err() && bytes("X", "8192 MiB").is_err());
        assert_eq!(count("X", "4294967295"), Ok(4_294_967_295));
        assert!(count("X", "4294967296").unwrap_err().to_string().contains("at most 4294967295"));
        assert_eq!(duration("X", "9007199254740991 ms"), Ok(Duration::from_millis(MAX_EXACT_INTEGER)));
        assert!(duration("X", "9007199254740992 ms").is_err() && duration("X", "18446744073709551615 ms").is_err());
    }

    #[test]
    fn units_are_needed_and_checked() {
        assert_eq!(bytes("X", "4 KiB"), Ok(4096));
        assert_eq!(bytes("X", "3 GiB"), Ok(3 << 30));
        assert_eq!(duration("X", "500ms"), Ok(Duration::from_millis(500)));
        for (text, seconds) in [("2 min", 120), ("1h", 3600), ("7 d", 604_800)] {
            assert_eq!(duration("X", text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(count("X", "7"), Ok(7));
        for bad in ["1 m", "1 H", "1 days", "1.5 h", "300000000000 d", "1 GiB"] {
            assert!(duration("X", bad).is_err(), "{bad}");
        }
        let message = duration("LIMIT_X", "1 m").unwrap_err().to_string();
        assert!(
            message.starts_with("the variable LIMIT_X must be a number of ms, s, min, h or d, such as `30 s`"),
            "{message}"
        );
        for bad in ["4", "4 s", "1 GB", "1 GIB", "KiB", "-1 B", "99999999999999999999 B", "18446744073709551615 MiB"] {
            assert!(bytes("X", bad).is_err(), "{bad}");
        }
        assert!(count("X", "7 s").is_err());
    }
}
