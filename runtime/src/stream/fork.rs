//! Forks: streams that inherit data from a source stream (PROTOCOL.md §4.2).
//!
//! A fork copies no data. It stores its *lineage*: which generation stores which range of its inherited data. Its source
//! stores a *fork reference* for each fork, and is not removed while it has any.
//!
//! A fork has the same offsets as its source. If its path had other streams before, the inherited offsets are *shifted*
//! beyond theirs.
//!
//! Source and fork are two Durable Objects without a common transaction. So a fork is created in three steps:
//!
//! 1. The fork records a *pending release* in its database: a reference that it may have to release.
//! 2. The source pins the reference.
//! 3. The transaction that creates the fork deletes the pending release.
//!
//! A failure between these steps leaves the pending release. Deleting a fork records one, too. The fork's alarm releases the
//! references, and retries until it succeeds. Releasing a reference that does not exist has no effect.
//!
//! A fork is created only if its pending release exists and its release has not started. Both are decided in the database of
//! the fork, so whether a fork keeps its inherited data depends on no clock. A pin that is in flight in the database of the source fails if its
//! reference is released, because the release changes the source's fence. A pin that has not reached the
//! source yet expires after a short time ([`PIN_LIFETIME_MS`]).

use crate::Failure;
use crate::host::UnixMs;
use crate::stream::shift::Shift;
use crate::stream::text::Text;
use serde::{Deserialize, Serialize};
use spec::Offset;

/// Lifetime of a request to pin a fork reference.
pub const PIN_LIFETIME_MS: UnixMs = 10_000;

/// Delay between recording a pending release and releasing the reference. Creating a fork usually takes much less. If the release
/// starts before, the fork is not created.
pub const RELEASE_DELAY_MS: UnixMs = 90_000;

/// Identifies one fork of a stream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ForkRef(pub String);

impl ForkRef {
    /// A new fork reference.
    pub fn new(now: UnixMs, entropy: u64) -> Self {
        Self(format!("{now:012x}{entropy:016x}"))
    }
}

/// The source of a fork.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The reference that the source has pinned for the fork.
    #[serde(rename = "edge")]
    pub fork_ref: ForkRef,
    /// The path of the source.
    pub source: String,
    /// The fork offset, as an offset of the source.
    pub position: u64,
    /// The earliest retained offset of the source at that time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub earliest: u64,
    /// Whether the request selected the source's tail offset, by the sentinel or by giving no fork offset.
    pub at_tail: bool,
    /// Whether the fork inherits the lifetime of the source.
    pub inherits_lifetime: bool,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A range of a fork's data that another generation stores: from the end of the previous range up to `stop`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ancestor {
    /// The path of the stream that stores the range. It determines the database.
    pub path: String,
    /// The generation that stores the range.
    pub generation: String,
    /// The offset after the range, in the fork.
    pub stop: u64,
    /// The difference between the offsets of the fork and those of the rows.
    #[serde(default, skip_serializing_if = "Shift::is_none")]
    pub shift: Shift,
}

impl Ancestor {
    /// The same range in a fork of this one, whose offsets are higher by `shift`.
    ///
    /// # Errors
    /// [`Failure::Full`], if the fork has no offsets for it.
    pub fn inherited(&self, shift: Shift) -> Result<Self, Failure> {
        Ok(Self { stop: shift.up(self.until()?)?.get(), shift: self.shift.and(shift)?, ..self.clone() })
    }

    /// The offset after the range, in the fork.
    ///
    /// # Errors
    /// [`Failure::Corrupt`], if it is not an offset.
    pub fn until(&self) -> Result<Offset, Failure> {
        Offset::new(self.stop).ok_or(Failure::Corrupt("streams.lineage"))
    }
}

/// A fork reference that has to be released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRelease {
    /// The reference.
    pub fork_ref: ForkRef,
    /// The path of the source.
    pub source: String,
    /// The earliest time at which the reference is released.
    pub due_ms: UnixMs,
}

/// A message from the Durable Object of a fork to that of its source, or from the edge. An added variant is no change of the format, because
/// an older Durable Object refuses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// Pins a reference, so that the source keeps the data that the fork inherits.
    Pin {
        /// The reference to pin.
        #[serde(rename = "edge")]
        fork_ref: ForkRef,
        /// The fork offset; `None` for the tail offset.
        offset: Option<u64>,
        /// Whether to branch at the earliest offset of the source instead.
        #[serde(default)]
        from_start: bool,
        /// The distance of the branch after that offset (`Stream-Fork-Sub-Offset`).
        beyond: u64,
        /// When the request expires.
        expires_ms: UnixMs,
    },
    /// Restores the reference of an existing fork, which the database of the source may have lost.
    Hold {
        /// The reference to restore.
        #[serde(rename = "edge")]
        fork_ref: ForkRef,
    },
    /// Releases a reference.
    Release {
        /// The reference to release.
        #[serde(rename = "edge")]
        fork_ref: ForkRef,
    },
    /// Appends a message of JSON to a wake stream, past any access check.
    AppendEvent {
        /// The message.
        json: String,
    },
    /// Moves all data of the stream to R2, if it accepts no more or has not changed since this time.
    MoveIdleSince {
        /// In milliseconds since 1970.
        time_ms: UnixMs,
    },
    /// Deletes the stream, if it was created by this time.
    DeleteCreatedUntil {
        /// In milliseconds since 1970.
        time_ms: UnixMs,
    },
}

/// The answer to a [`Message`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// There is no stream at the path, or none that the message concerns.
    Absent,
    /// The stream was deleted.
    Deleted,
    /// The stream is soft-deleted.
    Gone,
    /// The branch is beyond the tail offset of the source.
    Beyond,
    /// The branch is before the earliest retained offset of the source.
    Trimmed,
    /// The source has too many forks.
    Full,
    /// The fork chain of the source is too long.
    TooDeep,
    /// The reference is pinned.
    Pinned(Pinned),
    /// The source has the reference.
    Held,
    /// The source does not have the reference.
    Released,
    /// The message was appended.
    Appended,
    /// The stream is closed.
    Closed,
    /// The stream does not take the message.
    Refused,
    /// All data is in R2.
    Moved,
    /// Some of the data moved to R2.
    Moving,
}

/// The properties that a fork inherits from its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// The fork offset.
    pub position: u64,
    /// The content type, as it was sent.
    pub content_type: String,
    /// The time to live, in seconds.
    pub ttl_s: Option<u64>,
    /// The expiry, as it was sent.
    pub expires_at: Option<String>,
    /// The generations that store the data before the fork offset.
    pub lineage: Vec<Ancestor>,
    /// The earliest retained offset.
    pub earliest: u64,
    /// The end of the source's text at the fork offset.
    pub text: Text,
}
