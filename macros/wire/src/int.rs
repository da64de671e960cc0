use crate::{MAX_EXACT_INTEGER, Rule};

/// A non-negative integer that JavaScript represents exactly: at most 2^53 - 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Int53(u64);

impl Int53 {
    /// Returns `None` if `value` is too large.
    #[must_use]
    pub const fn new(value: u64) -> Option<Self> {
        if value <= MAX_EXACT_INTEGER { Some(Self(value)) } else { None }
    }

    /// Returns `None` if `value` is not between `min` and `max`, or too large.
    #[must_use]
    pub const fn within(value: u64, min: u64, max: u64) -> Option<Self> {
        if min <= value && value <= max { Self::new(value) } else { None }
    }

    /// For generated code: the compiler has checked that `value` is small enough.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(value: u64) -> Self {
        Self(value)
    }

    /// The integer.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Reads decimal digits without sign, leading zeros, point or exponent, between `min` and `max`.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str, min: u64, max: u64) -> Result<Self, Rule> {
        let rule = || Rule::from(format!("a whole number from {min} to {max} in plain decimal digits"));
        let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
        let value = if plain { text.parse::<u64>().ok() } else { None };
        match value.and_then(Self::new) {
            Some(value) if (min..=max).contains(&value.get()) => Ok(value),
            _ => Err(rule()),
        }
    }
}
