//! Decisions and their parts.

use crate::address::WebhookUrl;
use crate::entropy::Entropy;
use crate::identity::{Generation, UnixMs, WakeId, WorkerName};
use crate::links::LinkChange;
use crate::notice::{Notice, WakeEvent};
use crate::subscription::{Memory, Row};
use serde::{Deserialize, Serialize};
use spec::stream::Path;
use std::fmt;

/// The time and the random bytes of a decision.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The current time, read after everything else was.
    pub now: UnixMs,
    /// When the operation was requested, before it waited for others. A lease that had not passed then has not passed for it, unless one of
    /// the others has ended the lease.
    pub arrived: UnixMs,
    /// Random bytes that no other decision has.
    pub entropy: Entropy,
}

/// The outcome of an operation. Carry it out in the order of its members: arm the alarm, write, replace the memory, start the
/// effect, answer, and correct the alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Decision<A> {
    /// When something is to happen next. Before the write, arm the alarm for this time, unless an earlier one is armed. After the
    /// effect has started, arm it for exactly this time, or delete it.
    pub alarm: Option<UnixMs>,
    /// The change to the database, in one transaction that requires and replaces the fence. If it fails, or its outcome is unknown,
    /// discard everything else of the decision, and the memory.
    pub write: Option<Write>,
    /// The memory, once the write is committed.
    pub memory: Memory,
    /// The effect to start after the write is committed, outside of the operation.
    pub effect: Option<Effect>,
    /// The answer. Give it only after the write is committed.
    pub answer: A,
}

/// A change to the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Inserts the row of the subscription, or replaces its tombstone, and inserts rows of its links. If too many other subscriptions exist,
    /// nothing is written.
    Create {
        /// The row.
        row: Row,
        /// The new links.
        links: Vec<LinkChange>,
        /// Whether it is one of the subscriptions with a pattern, whose number is limited.
        has_pattern: bool,
    },
    /// Replaces the row of the subscription, and changes rows of its links.
    Put {
        /// The row.
        row: Row,
        /// The changes to links.
        links: Vec<LinkChange>,
    },
    /// Replaces the row by a tombstone, and deletes all links of the subscription, and what it has registered in the same database.
    Delete {
        /// The number of the newest wake, which the tombstone contains.
        generation: Generation,
    },
}

/// Something to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a request to the webhook. Its outcome is a [`Delivered`], given to [`Memory::delivered`].
    Deliver(Delivery),
    /// Append a wake event to the wake stream, past any access check. Its outcome is given to [`Memory::announced`]. Limit its time: it is not
    /// retried while it is under way.
    Announce(Announcement),
}

/// An attempt of a delivery. Its outcome counts only for the wake and the attempt that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The wake.
    pub wake_id: WakeId,
    /// Its number.
    pub generation: Generation,
    /// The number of failed attempts before.
    pub failures: u32,
}

/// A request to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The attempt.
    pub attempt: Attempt,
    /// Where it goes. Check it by the [`AddressPolicy`](crate::AddressPolicy) before.
    pub url: WebhookUrl,
    /// When the lease ends. A request that is still unanswered is aborted, and has failed with [`Failure::TimedOut`](crate::Failure::TimedOut).
    pub deadline: UnixMs,
    /// The content.
    pub notice: Notice,
}

/// An event for a wake stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The attempt.
    pub attempt: Attempt,
    /// Where it goes.
    pub wake_stream: Path,
    /// The content.
    pub event: WakeEvent,
}

/// The outcome of a delivery to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// A success. The receiver calls back later.
    Accepted,
    /// A success whose body is `{"done": true}`: the receiver has processed everything in the request.
    Done,
    /// Anything else.
    Failed(crate::phase::Failure),
}

/// Why an operation is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// There is no subscription at this id.
    NotFound,
    /// The operation is for the other type of delivery.
    WrongType,
    /// A subscription with another configuration exists at this id.
    AlreadyExists,
    /// The explicit links would be too many.
    TooManyLinks,
    /// The subscription can't be linked to its own wake stream.
    OwnWakeStream,
    /// The wake is no longer held with this token.
    Fenced,
    /// An acknowledgment breaks this rule. None was applied.
    InvalidOffset(String),
    /// Another worker, or the same, holds the wake.
    AlreadyClaimed {
        /// The worker.
        holder: WorkerName,
        /// The number of the wake.
        generation: Generation,
    },
    /// No linked stream is pending.
    NoPendingWork,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "there is no such subscription",
            Self::WrongType => "the subscription has another type",
            Self::AlreadyExists => "a subscription with another configuration exists",
            Self::TooManyLinks => "the subscription would have too many links",
            Self::OwnWakeStream => "the subscription can't follow its own wake stream",
            Self::Fenced => "the wake is no longer held with this token",
            Self::InvalidOffset(rule) => rule,
            Self::AlreadyClaimed { .. } => "the wake is held by a worker",
            Self::NoPendingWork => "no linked stream is pending",
        })
    }
}

impl std::error::Error for Refusal {}
