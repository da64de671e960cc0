//! How much of a stream is kept.

use crate::archive::cold::Cold;
use crate::host::UnixMs;
use spec::{Limits, Offset, StreamRetainAge, StreamRetainBytes};

/// What a stream says of it itself, in place of the limits that hold for all others. 0 keeps everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    pub bytes: Option<StreamRetainBytes>,
    pub age: Option<StreamRetainAge>,
}

/// What is kept of a stream in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// So many of its newest bytes, if not all.
    bytes: Option<u64>,
    /// What is younger, if not everything.
    age_ms: Option<UnixMs>,
}

impl Retention {
    pub fn kept(self, limits: &Limits) -> Kept {
        let bytes = self.bytes.map_or(limits.retain as u64, StreamRetainBytes::get);
        let age = u64::try_from(limits.retain_age.as_millis()).unwrap_or(u64::MAX);
        let age_ms = self.age.map_or(age, |age| age.get() * 1000);
        Kept { bytes: Some(bytes).filter(|bytes| *bytes > 0), age_ms: Some(age_ms).filter(|age| *age > 0) }
    }
}

impl Kept {
    /// How many bytes may stay in the database: no more than are kept, since only segments can be let go of, but as many as
    /// are worth a segment.
    pub fn hot(self, limits: &Limits) -> u64 {
        let hot = limits.hot as u64;
        self.bytes.map_or(hot, |bytes| bytes.max(limits.snapshot as u64).min(hot))
    }

    /// For how long things are kept, if not for good.
    pub fn age_ms(self) -> Option<UnixMs> {
        self.age_ms
    }

    /// Everything.
    pub const ALL: Self = Self { bytes: None, age_ms: None };

    /// Up to where segments, given from the oldest on with the bytes that are kept without each, are to be removed; and when
    /// the next one is, if time alone decides that.
    pub fn outdated(self, oldest_first: &[(Cold, u64)], now: UnixMs) -> (Option<Offset>, Option<UnixMs>) {
        let due = |cold: &Cold| self.age_ms.map(|age| cold.newest_ms.saturating_add(age));
        let is_outdated = |(cold, kept): &&(Cold, u64)| {
            self.bytes.is_some_and(|bytes| *kept >= bytes) || due(cold).is_some_and(|due| due <= now)
        };
        let count = oldest_first.iter().take_while(is_outdated).count();
        let until = oldest_first[..count].last().map(|(cold, _)| cold.stop);
        (until, oldest_first.get(count).and_then(|(cold, _)| due(cold)))
    }
}
