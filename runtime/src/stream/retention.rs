//! How much of a stream is kept.

use crate::host::UnixMs;
use spec::{Limits, StreamRetainAge, StreamRetainBytes};

/// What a stream says of it itself, in place of the limits that hold for all others. 0 keeps everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    pub bytes: Option<StreamRetainBytes>,
    pub age: Option<StreamRetainAge>,
}

/// What is kept of a stream in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// So many of its newest bytes, if not all.
    bytes: Option<u64>,
    /// What is younger, if not everything.
    age_ms: Option<UnixMs>,
}

impl Retention {
    pub fn policy(self, limits: &Limits) -> RetentionPolicy {
        let bytes = self.bytes.map_or(limits.retain as u64, StreamRetainBytes::get);
        let age = u64::try_from(limits.retain_age.as_millis()).unwrap_or(u64::MAX);
        let age_ms = self.age.map_or(age, |age| age.get() * 1000);
        RetentionPolicy { bytes: Some(bytes).filter(|bytes| *bytes > 0), age_ms: Some(age_ms).filter(|age| *age > 0) }
    }
}

impl RetentionPolicy {
    /// How many bytes may stay in the database: no more than are kept, since only segments can be let go of, but as many as
    /// are worth a segment.
    pub fn hot(self, limits: &Limits) -> u64 {
        let hot = limits.hot as u64;
        self.bytes.map_or(hot, |bytes| bytes.max(limits.snapshot as u64).min(hot))
    }

    /// How many of the newest bytes are kept, if not all.
    pub fn bytes(self) -> Option<u64> {
        self.bytes
    }

    /// For how long things are kept, if not for good.
    pub fn age_ms(self) -> Option<UnixMs> {
        self.age_ms
    }

    /// Everything.
    pub const ALL: Self = Self { bytes: None, age_ms: None };
}
