use std::fmt;
use std::time::Duration;

/// A variable that was to override a limit, and can't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLimit {
    /// The name of the variable.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// What the value must look like.
    pub expected: &'static str,
}

impl fmt::Display for BadLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the variable {} must be {}, and it is {:?}", self.name, self.expected, self.value)
    }
}

impl std::error::Error for BadLimit {}

/// Reads a number of bytes such as `4 MiB`.
///
/// # Errors
/// [`BadLimit`] for anything else.
pub fn bytes(name: &'static str, value: &str) -> Result<usize, BadLimit> {
    let expected = "a number of B, KiB or MiB, such as `4 MiB`";
    scaled(name, value, expected, &[("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20)])
        .and_then(|bytes| usize::try_from(bytes).map_err(|_| BadLimit { name, value: value.to_owned(), expected }))
}

/// Reads a length of time such as `30 s`.
///
/// # Errors
/// [`BadLimit`] for anything else.
pub fn duration(name: &'static str, value: &str) -> Result<Duration, BadLimit> {
    let expected = "a number of ms or s, such as `30 s`";
    scaled(name, value, expected, &[("ms", 1), ("s", 1000)]).map(Duration::from_millis)
}

/// Reads a plain number.
///
/// # Errors
/// [`BadLimit`] for anything else.
pub fn count(name: &'static str, value: &str) -> Result<usize, BadLimit> {
    let expected = "a whole number";
    value.trim().parse().map_err(|_| BadLimit { name, value: value.to_owned(), expected })
}

fn scaled(name: &'static str, value: &str, expected: &'static str, units: &[(&str, u64)]) -> Result<u64, BadLimit> {
    let text = value.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor = units.iter().find(|(known, _)| *known == unit.trim()).map(|(_, factor)| *factor);
    let product = number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    product.ok_or_else(|| BadLimit { name, value: value.to_owned(), expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_needed_and_checked() {
        assert_eq!(bytes("X", "4 KiB"), Ok(4096));
        assert_eq!(duration("X", "500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(count("X", "7"), Ok(7));
        for bad in ["4", "4 s", "KiB", "-1 B", "99999999999999999999 B", "18446744073709551615 MiB"] {
            assert!(bytes("X", bad).is_err(), "{bad}");
        }
        assert!(count("X", "7 s").is_err());
    }
}
