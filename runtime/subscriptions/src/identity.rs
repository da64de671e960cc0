//! The names and numbers that identify subscriptions, wakes and the generations of streams.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Milliseconds since 1970.
pub type UnixMs = u64;

/// Maximum length of the id of a subscription and of the name of a worker, in bytes.
pub(crate) const NAME_BYTES_MAX: usize = 256;

/// A name that can't be used, and the rule that it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidName(&'static str);

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidName {}

/// The id of a subscription: one decoded segment of a URL, of 1 to 256 bytes. It can contain `:`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubscriptionId(String);

impl TryFrom<String> for SubscriptionId {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        Self::read(&text)
    }
}

impl From<SubscriptionId> for String {
    fn from(id: SubscriptionId) -> Self {
        id.0
    }
}

impl SubscriptionId {
    /// Reads a decoded segment.
    ///
    /// # Errors
    /// [`InvalidName`], if the text is empty, too long, `.` or `..`, or contains `/` or control characters.
    pub fn read(text: &str) -> Result<Self, InvalidName> {
        if text.is_empty() || text.len() > NAME_BYTES_MAX {
            return Err(InvalidName("the id must have 1 to 256 bytes"));
        }
        if matches!(text, "." | "..") || text.contains(|char: char| char == '/' || char.is_control()) {
            return Err(InvalidName("the id must be a segment without control characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a worker, for people: 1 to 256 bytes. It authenticates nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkerName(String);

impl WorkerName {
    /// Reads a name.
    ///
    /// # Errors
    /// [`InvalidName`], if the text is empty or too long.
    pub fn read(text: &str) -> Result<Self, InvalidName> {
        Self::try_from(text.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for WorkerName {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        let fits = (1..=NAME_BYTES_MAX).contains(&text.len());
        if fits { Ok(Self(text)) } else { Err(InvalidName("the name of the worker must have 1 to 256 bytes")) }
    }
}

impl From<WorkerName> for String {
    fn from(name: WorkerName) -> Self {
        name.0
    }
}

/// One life of a subscription's id: random, so that a token of an earlier life does not fit. [`Entropy::life`] makes it.
///
/// [`Entropy::life`]: crate::Entropy::life
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Life(String);

impl Life {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The life that a row contains.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for a row.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The generation of a stream, one among all that its path has had. The database has assigned it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamGeneration(String);

impl StreamGeneration {
    /// The generation that a row contains.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for a row.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The number of a wake. It grows strictly over all lives of a subscription's id, and stays below 2^53.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Generation(u64);

impl Generation {
    /// The greatest value, which is exact in JavaScript.
    const MAX: u64 = (1 << 53) - 1;

    /// This value, if it is below 2^53.
    #[must_use]
    pub const fn new(value: u64) -> Option<Self> {
        if value <= Self::MAX { Some(Self(value)) } else { None }
    }

    /// The value.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The next one. A subscription with a wake in each millisecond takes 285,000 years to the last one.
    pub(crate) fn next(self) -> Self {
        Self((self.0 + 1).min(Self::MAX))
    }
}

impl TryFrom<u64> for Generation {
    type Error = &'static str;

    fn try_from(value: u64) -> Result<Self, &'static str> {
        Self::new(value).ok_or("a generation below 2^53")
    }
}

impl From<Generation> for u64 {
    fn from(generation: Generation) -> Self {
        generation.0
    }
}

/// The id of a wake: `w_` and 24 hexadecimal digits, unique and unguessable. [`Entropy::wake_id`] makes it.
///
/// [`Entropy::wake_id`]: crate::Entropy::wake_id
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WakeId(String);

impl WakeId {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Generation, SubscriptionId, WorkerName};

    #[test]
    fn ids_are_segments() {
        for good in
            ["a", "runner:1", "webhook:0123456789abcdef:0123456789abcdef", "...", "a b", "%2F", &"x".repeat(256)]
        {
            assert_eq!(SubscriptionId::read(good).map(|id| id.as_str() == good), Ok(true), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "/", "a\n", "\u{7f}", &"x".repeat(257), &"é".repeat(129)] {
            assert!(SubscriptionId::read(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn workers_have_names() {
        assert!(WorkerName::read("worker-1").is_ok());
        for bad in [String::new(), "x".repeat(257)] {
            assert!(WorkerName::read(&bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn generations_are_exact_in_javascript() {
        assert_eq!(Generation::new((1 << 53) - 1).map(|last| last.next().get()), Some((1 << 53) - 1));
        assert_eq!(Generation::new(1 << 53), None);
        assert_eq!(Generation::default().next().get(), 1);
    }
}
