//! A subscription as it is stored, and as its Durable Object has it in memory.

use crate::configuration::Configuration;
use crate::identity::{Generation, Life, SubscriptionId, UnixMs};
use crate::phase::Phase;
use crate::stored::{self, Unreadable};

/// A subscription that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Which life of the id this is.
    pub life: Life,
    /// The number of its newest wake, counted over all lives.
    pub generation: Generation,
    /// When it was created.
    pub created_at: UnixMs,
    /// The configuration with which it was created.
    pub configuration: Configuration,
    /// Its phase.
    pub phase: Phase,
}

/// The columns of a subscription that exists, besides its id and the fence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The life.
    pub life: Life,
    /// The number of the newest wake.
    pub generation: Generation,
    /// When it was created.
    pub created_at: UnixMs,
    /// The configuration as JSON. It never changes within a life.
    pub configuration: String,
    /// The phase as JSON.
    pub state: String,
}

/// The record at the id of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// There is no row.
    Absent,
    /// The tombstone of a deleted subscription.
    Deleted {
        /// The number of its newest wake, from which the next life counts on.
        generation: Generation,
    },
    /// A subscription.
    Live(Box<Subscription>),
}

/// The delivery of the current wake, as far as this process has seen it. It is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The state was loaded, so the delivery may or may not have started. It is repeated at this time: when an alarm was armed for it.
    Unknown {
        /// The time of the alarm that was armed.
        repeat_at: Option<UnixMs>,
    },
    /// It starts when it is due.
    Waiting,
    /// It is under way.
    InFlight {
        /// When it started.
        since: UnixMs,
    },
    /// It has ended with success.
    Done,
}

/// All that a Durable Object has of its subscription. Discard it when a write fails, or its outcome is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The record.
    pub stored: Stored,
    /// The delivery of the current wake.
    pub sent: Sent,
}

impl Memory {
    /// The memory after a load. `armed` is the time of the Durable Object's alarm. In the handler of the alarm, it is the time for which that
    /// alarm was armed, or any time that has passed.
    #[must_use]
    pub fn loaded(stored: Stored, armed: Option<UnixMs>) -> Self {
        Self { stored, sent: Sent::Unknown { repeat_at: armed } }
    }

    /// Whether there is a wake. The operation that ends it looks at the streams, and the alarm is set for what is due meanwhile.
    #[must_use]
    pub fn has_wake(&self) -> bool {
        matches!(&self.stored, Stored::Live(subscription) if subscription.phase.wake().is_some())
    }
}

impl Subscription {
    /// Reads the columns of a row.
    ///
    /// # Errors
    /// [`Unreadable`], if another version has written them, or they are damaged.
    pub fn read(id: SubscriptionId, row: Row) -> Result<Self, Unreadable> {
        let Row { life, generation, created_at, configuration, state } = row;
        let (configuration, phase) = (Configuration::read_stored(&configuration)?, stored::read(&state)?);
        Ok(Self { id, life, generation, created_at, configuration, phase })
    }

    /// The columns of its row.
    #[must_use]
    pub fn row(&self) -> Row {
        Row {
            life: self.life.clone(),
            generation: self.generation,
            created_at: self.created_at,
            configuration: self.configuration.to_stored(),
            state: stored::write(&self.phase),
        }
    }
}
