//! How offsets at the target differ from those at the source.

use std::fmt;

use serde::Serialize;

/// The same place in two streams.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Pair {
    /// At the source.
    pub old: String,
    /// At the target.
    pub new: String,
}

/// The offsets of an imported stream.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Offsets {
    /// They are the same.
    Kept,
    /// Each is greater by this number, or less. Offsets are hexadecimal.
    Shifted(i128),
    /// The servers count differently. These offsets correspond to each other.
    Mapped(Vec<Pair>),
}

impl Offsets {
    /// Compares places.
    #[must_use]
    pub fn of(pairs: Vec<Pair>) -> Self {
        if pairs.iter().all(|pair| pair.old == pair.new) {
            return Self::Kept;
        }
        let mut shifts = pairs.iter().map(|pair| Some(number(&pair.new)? - number(&pair.old)?));
        match shifts.next() {
            Some(Some(first)) if shifts.all(|shift| shift == Some(first)) => Self::Shifted(first),
            _ => Self::Mapped(pairs),
        }
    }
}

/// An offset of this server as a number.
pub fn number(offset: &str) -> Option<i128> {
    let is_ours = offset.len() == 16 && offset.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    is_ours.then(|| i128::from_str_radix(offset, 16).ok()).flatten()
}

impl fmt::Display for Offsets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept => f.write_str("offsets kept"),
            Self::Shifted(shift) => write!(f, "offsets shifted by {shift:+}"),
            Self::Mapped(pairs) => {
                f.write_str("offsets changed:")?;
                pairs.iter().try_for_each(|Pair { old, new }| write!(f, "\n  {old} -> {new}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Offsets, Pair};

    fn of(pairs: &[(&str, &str)]) -> Offsets {
        let pair = |(old, new): &(&str, &str)| Pair { old: (*old).into(), new: (*new).into() };
        Offsets::of(pairs.iter().map(pair).collect())
    }

    #[test]
    fn they_are_kept_or_shifted_or_mapped() {
        assert_eq!(of(&[]), Offsets::Kept);
        assert_eq!(of(&[("abc", "abc")]), Offsets::Kept);
        let shifted = [("0000000000000010", "0000000000000000"), ("000000000000001A", "000000000000000A")];
        assert_eq!(of(&shifted), Offsets::Shifted(-16));
        let uneven = [("0000000000000010", "0000000000000000"), ("0000000000000015", "0000000000000006")];
        assert!(matches!(of(&uneven), Offsets::Mapped(pairs) if pairs.len() == 2));
        assert!(matches!(of(&[("0_5", "0000000000000005")]), Offsets::Mapped(_)));
    }
}
