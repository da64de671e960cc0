use crate::Rule;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// Pairs of a key and a value, such as `name YS50eHQ=,draft`. A value is any bytes, in base64 (RFC 4648 §4). Keys are unique.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pairs(Vec<(String, Vec<u8>)>);

impl Pairs {
    /// Reads pairs from a text of `min` to `max` bytes. A key without a value has an empty value.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str, min: usize, max: usize) -> Result<Self, Rule> {
        if text.len() < min || text.len() > max {
            return Err(format!("{min} to {max} bytes long, and it has {}", text.len()).into());
        }
        let mut pairs: Vec<(String, Vec<u8>)> = Vec::new();
        for pair in text.split(',').map(|pair| pair.trim_matches([' ', '\t'])) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("pairs of a key and a value, separated by commas".into());
            }
            let value = STANDARD.decode(value).map_err(|_| Rule::from(format!("base64 in the value of `{key}`")))?;
            if pairs.iter().any(|(own, _)| own == key) {
                return Err(format!("without a second key `{key}`").into());
            }
            pairs.push((key.to_owned(), value));
        }
        Ok(Self(pairs))
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[u8]> {
        self.iter().find(|(own, _)| *own == key).map(|(_, value)| value)
    }

    /// All keys and values, as they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_slice()))
    }
}

impl fmt::Display for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let space = if value.is_empty() { "" } else { " " };
            write!(f, "{comma}{key}{space}{}", STANDARD.encode(value))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn pairs_are_read_and_written() {
        let pairs = Pairs::read("name d29ybGQucGRm,draft , \tsize MQ==", 1, 64).unwrap();
        assert_eq!((pairs.get("name"), pairs.get("draft")), (Some(&b"world.pdf"[..]), Some(&b""[..])));
        assert_eq!((pairs.get("size"), pairs.get("NAME")), (Some(&b"1"[..]), None));
        assert_eq!(pairs.to_string(), "name d29ybGQucGRm,draft,size MQ==");
        assert_eq!(Pairs::read(&pairs.to_string(), 1, 64), Ok(pairs));
    }

    #[test]
    fn rejects_what_is_not_pairs() {
        for bad in
            ["", ",", "a,", "a,,b", " ", "a b", "a YQ", "a YQ==,a", "a YQ== YQ==", "a  YQ==", "\u{e9}", "a=b,a=b"]
        {
            assert!(Pairs::read(bad, 1, 64).is_err(), "{bad:?}");
        }
        assert!(Pairs::read("a YQ==", 1, 6).is_ok() && Pairs::read("a YQ==", 1, 5).is_err());
    }
}
