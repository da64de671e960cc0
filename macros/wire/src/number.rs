use crate::{Int53, Rule};

/// The digits of a fixed-width number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Radix {
    /// 0-9.
    Decimal,
    /// 0-9 and A-F. Lowercase is invalid, so that bytewise order is the order of values.
    Hex,
}

/// A fixed-width format. The bytewise order of texts is the order of their values.
pub mod fixed_width {
    use super::{Int53, Radix, Rule};

    /// Writes `value` in exactly `width` digits.
    pub fn write(out: &mut impl std::fmt::Write, radix: Radix, width: usize, value: Int53) -> std::fmt::Result {
        match radix {
            Radix::Decimal => write!(out, "{:0width$}", value.get()),
            Radix::Hex => write!(out, "{:0width$X}", value.get()),
        }
    }

    /// Reads exactly what [`write()`] writes.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str, radix: Radix, width: usize) -> Result<Int53, Rule> {
        let (base, kind) = match radix {
            Radix::Decimal => (10, "decimal"),
            Radix::Hex => (16, "upper-case hexadecimal"),
        };
        let rule = || Rule::from(format!("{width} {kind} digits that this server has sent"));
        let digit = |byte: u8| byte.is_ascii_digit() || (radix == Radix::Hex && (b'A'..=b'F').contains(&byte));
        if text.len() != width || !text.bytes().all(digit) {
            return Err(rule());
        }
        u64::from_str_radix(text, base).ok().and_then(Int53::new).ok_or_else(rule)
    }

    /// [`write()`] into a new string.
    #[must_use]
    pub fn text(radix: Radix, width: usize, value: Int53) -> String {
        let mut text = String::with_capacity(width);
        // Writing to a String cannot fail.
        let _ = write(&mut text, radix, width, value);
        text
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn reads_what_it_writes_and_nothing_else() {
            for value in [0, 1, 0xABC, crate::MAX_EXACT_INTEGER].map(|value| Int53::new(value).unwrap()) {
                for (radix, width) in [(Radix::Hex, 16), (Radix::Decimal, 20)] {
                    assert_eq!(read(&text(radix, width, value), radix, width), Ok(value));
                }
            }
            for bad in ["", "1", "000000000000000a", "00000000000000000", "-000000000000001", "FFFFFFFFFFFFFFFF"] {
                assert!(read(bad, Radix::Hex, 16).is_err(), "{bad}");
            }
        }
    }
}
