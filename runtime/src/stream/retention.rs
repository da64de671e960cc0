//! Retention: how much data of a stream is kept.

use crate::host::UnixMs;
use spec::{Limits, StreamRetainAge, StreamRetainBytes};

/// The retention settings of one stream, which override the limits `retain` and `retain_age`. 0 keeps everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    pub bytes: Option<StreamRetainBytes>,
    pub age: Option<StreamRetainAge>,
}

/// The effective retention of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// Minimum number of its newest bytes to keep; `None` keeps all.
    bytes: Option<u64>,
    /// Maximum age of data; `None` keeps all.
    age_ms: Option<UnixMs>,
}

impl Retention {
    /// The effective retention, with the limits for settings that the stream does not have.
    pub fn policy(self, limits: &Limits) -> RetentionPolicy {
        let bytes = self.bytes.map_or(limits.retain as u64, StreamRetainBytes::get);
        let age = u64::try_from(limits.retain_age.as_millis()).unwrap_or(u64::MAX);
        let age_ms = self.age.map_or(age, |age| age.get() * 1000);
        RetentionPolicy { bytes: Some(bytes).filter(|bytes| *bytes > 0), age_ms: Some(age_ms).filter(|age| *age > 0) }
    }
}

impl RetentionPolicy {
    /// Maximum bytes in the database. At most as many as are kept, because only segments can be trimmed, but at least `snapshot`,
    /// so that segments are not too small.
    pub fn hot(self, limits: &Limits) -> u64 {
        let hot = limits.hot as u64;
        self.bytes.map_or(hot, |bytes| bytes.max(limits.snapshot as u64).min(hot))
    }

    /// Minimum number of newest bytes to keep; `None` keeps all.
    pub fn bytes(self) -> Option<u64> {
        self.bytes
    }

    /// Maximum age of data, in milliseconds; `None` keeps all.
    pub fn age_ms(self) -> Option<UnixMs> {
        self.age_ms
    }

    /// Keeps everything.
    pub const ALL: Self = Self { bytes: None, age_ms: None };
}
