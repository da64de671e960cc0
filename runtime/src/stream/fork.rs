//! Forks: streams that go on from others (PROTOCOL.md §4.2).
//!
//! A fork copies nothing. It knows its *lineage*: whose rows hold which stretch of it. Its source knows its *edges*, one
//! for each fork, and is not removed while it has any.
//!
//! A fork has the offsets of its source. The exception is a fork at a path that had other streams before: the offsets that
//! it inherits are *shifted* beyond theirs.
//!
//! Source and fork are two objects, and nothing makes a change to both at once. So the fork first writes down a *debt*:
//! an edge that it may have to give back. Then it has the source pin the edge, then it creates its stream, and the
//! transaction that does so strikes out the debt. Whatever fails on the way leaves a debt, and whatever ends a fork
//! makes one; the fork's alarm pays them, as often as it takes. Giving back an edge that is not there does no harm.
//!
//! A fork is created only while its debt is there, and a debt is called in before its edge is given back: both in the
//! database of the fork, so that no clock decides whether a fork has what it inherits. A pin that is under way in the
//! database of the source when its edge is given back fails, since giving back changes the source's fence. One that has
//! not arrived at the source yet is only good for a short time.

use crate::Failure;
use crate::host::UnixMs;
use crate::stream::shift::Shift;
use crate::stream::text::Text;
use serde::{Deserialize, Serialize};
use spec::Offset;

/// How long a request to pin an edge is good for.
pub const PIN_LIFETIME_MS: UnixMs = 10_000;

/// When a debt falls due that is written down before a pin: long after the fork has been created, if all goes well. If it
/// falls due before, the fork is not created.
pub const RELEASE_DELAY_MS: UnixMs = 90_000;

/// One fork of a stream, as its source knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ForkRef(pub String);

impl ForkRef {
    /// A new one.
    pub fn new(now: UnixMs, entropy: u64) -> Self {
        Self(format!("{now:012x}{entropy:016x}"))
    }
}

/// Where a fork comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The edge that its source has pinned for it.
    #[serde(rename = "edge")]
    pub fork_ref: ForkRef,
    /// The path of its source.
    pub source: String,
    /// Where it parts from it, as an offset of the source.
    pub position: u64,
    /// The first offset that the source had then.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub earliest: u64,
    /// Whether that was asked for as the tail, wherever it was then.
    pub at_tail: bool,
    /// Whether its lifetime is its source's.
    pub inherits_lifetime: bool,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A stretch of a fork that other generations hold: from where the one before ends, up to `stop`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ancestor {
    /// Where they are: in the database of this path.
    pub path: String,
    /// Whose rows.
    pub generation: String,
    /// The offset after the stretch, in the fork.
    pub stop: u64,
    /// How the offsets of the fork differ from those of the rows.
    #[serde(default, skip_serializing_if = "Shift::is_none")]
    pub shift: Shift,
}

impl Ancestor {
    /// The same stretch in a fork whose offsets differ by `shift` from those of this one.
    ///
    /// # Errors
    /// [`Failure::Full`], if the fork has no offsets for it.
    pub fn inherited(&self, shift: Shift) -> Result<Self, Failure> {
        Ok(Self { stop: shift.up(self.until()?)?.get(), shift: self.shift.and(shift)?, ..self.clone() })
    }

    /// The offset after the stretch, in the fork.
    ///
    /// # Errors
    /// [`Failure::Corrupt`], if it is not an offset.
    pub fn until(&self) -> Result<Offset, Failure> {
        Offset::new(self.stop).ok_or(Failure::Corrupt("streams.lineage"))
    }
}

/// An edge that has to be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRelease {
    /// The edge.
    pub fork_ref: ForkRef,
    /// The path of the source that it is an edge of.
    pub source: String,
    /// Not before this.
    pub due_ms: UnixMs,
}

/// What one object says to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// A fork asks its source to keep what it goes on from.
    Pin {
        /// The edge to pin.
        #[serde(rename = "edge")]
        fork_ref: ForkRef,
        /// Where to part; at the tail if nothing is said.
        offset: Option<u64>,
        /// Whether to part at the first offset of the source instead.
        #[serde(default)]
        from_start: bool,
        /// How far past that.
        beyond: u64,
        /// When this stops being good.
        expires_ms: UnixMs,
    },
    /// A fork that exists has its source keep an edge that its database may have lost.
    Hold {
        /// The edge to keep.
        #[serde(rename = "edge")]
        fork_ref: ForkRef,
    },
    /// A fork gives back an edge.
    Release {
        /// The edge to give back.
        #[serde(rename = "edge")]
        fork_ref: ForkRef,
    },
}

/// What the other says to that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// There is no stream here.
    Absent,
    /// There was one.
    Gone,
    /// It does not reach that far.
    Beyond,
    /// It does not keep any more what was there.
    Trimmed,
    /// It has too many forks.
    Full,
    /// It is itself the end of too long a line of forks.
    TooDeep,
    /// The edge is pinned.
    Pinned(Pinned),
    /// The edge is kept.
    Held,
    /// The edge is not pinned, or not any more.
    Released,
}

/// What a fork takes over from its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// Where it parts.
    pub position: u64,
    /// The content type, as it was sent.
    pub content_type: String,
    /// The time to live, in seconds.
    pub ttl_s: Option<u64>,
    /// The expiry, as it was sent.
    pub expires_at: Option<String>,
    /// Who holds what is before that.
    pub lineage: Vec<Ancestor>,
    /// The first offset that is still kept.
    pub earliest: u64,
    /// What the source ends with there, as text.
    pub text: Text,
}
