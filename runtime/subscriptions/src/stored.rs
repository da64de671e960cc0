//! The JSON form of what is stored, with a version.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version that this program writes and reads.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    version: u32,
    value: T,
}

/// A stored text that this program can't read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// Writes a value.
pub(crate) fn write<T: Serialize>(value: &T) -> String {
    // The values are records of texts and numbers, for which this can't fail.
    serde_json::to_string(&Versioned { version: VERSION, value }).expect("records of texts and numbers")
}

/// Reads a value.
///
/// # Errors
/// [`Unreadable`], if another version has written it, or it is damaged.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    #[derive(Deserialize)]
    struct OfVersion {
        version: u32,
    }
    let unreadable = |error: serde_json::Error| Unreadable(error.to_string());
    let OfVersion { version } = serde_json::from_str(text).map_err(unreadable)?;
    if version != VERSION {
        return Err(Unreadable(format!("it has version {version}, and this program reads version {VERSION}")));
    }
    serde_json::from_str(text).map(|Versioned { value, .. }| value).map_err(unreadable)
}

/// Paths as texts.
pub(crate) mod path {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use spec::stream::Path;

    pub(crate) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(path.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
        let text = String::deserialize(deserializer)?;
        Path::read(&text).map_err(|rule| D::Error::custom(format!("a path must be {rule}")))
    }
}

/// Offsets as numbers.
pub(crate) mod offset {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use spec::Offset;

    pub(crate) fn serialize<S: Serializer>(offset: &Offset, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(offset.get())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Offset, D::Error> {
        Offset::new(u64::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("an offset below 2^53"))
    }
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn another_version_is_not_read() {
        assert_eq!(write(&7), r#"{"version":1,"value":7}"#);
        assert_eq!(read(r#"{"version":1,"value":7}"#), Ok(7));
        for text in [r#"{"version":2,"value":7}"#, r#"{"version":2,"other":7}"#, r#"{"version":1}"#, "7", ""] {
            assert!(read::<u8>(text).is_err(), "{text}");
        }
    }
}
