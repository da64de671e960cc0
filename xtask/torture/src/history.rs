//! What clients did, and what they were told and shown.

pub mod wakes;

use std::cell::{Cell, RefCell};

use crate::log::Log;

/// What a write was answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done, and its end is at this offset.
    Done { stop: u64 },
    /// It was done before, and its end is at this offset.
    Repeated { stop: u64 },
    /// It is not done.
    Refused { status: u16 },
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is known to have been done, and its end is at this offset.
    Acknowledged { stop: u64 },
    /// It is known not to have been done.
    Refused { status: u16 },
    /// It may have been done.
    Unknown,
}

/// An append.
#[derive(Clone, Debug)]
pub struct Write {
    pub stream: usize,
    pub writer: String,
    /// The how-manieth of its writer.
    pub number: u64,
    /// Unlike all others.
    pub body: Log,
    /// How often it was sent.
    pub attempts: usize,
    /// As they came; more than one if a producer asked again.
    pub answers: Vec<Answer>,
    pub sent: u64,
    /// When there was an answer, or nothing more to be expected.
    pub answered: u64,
}

impl Write {
    pub fn fate(&self) -> Fate {
        match self.answers.first() {
            Some(Answer::Done { stop } | Answer::Repeated { stop }) => Fate::Acknowledged { stop: *stop },
            Some(Answer::Refused { status }) => Fate::Refused { status: *status },
            None => Fate::Unknown,
        }
    }
}

/// A stretch that a reader saw.
#[derive(Clone, Debug)]
pub struct Sight {
    pub stream: usize,
    pub reader: String,
    /// When the response was asked for.
    pub sent: u64,
    /// Where the reader stood.
    pub start: u64,
    pub seen: Log,
    /// Where it was told to go on.
    pub stop: u64,
    pub up_to_date: bool,
}

/// What is known of whether a stream is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    There,
    Ended,
    /// Its creation was not answered.
    Unknown,
}

/// A stream that was created on the side, and what it is to hold if it is there.
#[derive(Clone, Debug)]
pub struct Life {
    pub path: String,
    pub presence: Presence,
    /// The stream that it goes on from, and until where it has its content from there.
    pub origin: Option<(usize, u64)>,
    pub own: Log,
}

/// A list of streams.
#[derive(Clone, Debug)]
pub struct List {
    /// The beginning of all paths that it was asked for.
    pub below: String,
    /// How many lives had been settled when it was asked for.
    pub settled: usize,
    pub paths: Vec<String>,
}

/// Everything that happened in a round; what clients write is noted down once there is nothing more to be expected of it.
#[derive(Debug, Default)]
pub struct History {
    clock: Cell<u64>,
    pub writes: RefCell<Vec<Write>>,
    pub sights: RefCell<Vec<Sight>>,
    pub lives: RefCell<Vec<Life>>,
    pub lists: RefCell<Vec<List>>,
    pub wakes: wakes::Wakes,
    /// Requests that were answered as they must not be.
    pub refusals: RefCell<Vec<String>>,
}

impl History {
    /// The next moment: whatever happens at it happens after all that was at those before.
    pub fn moment(&self) -> u64 {
        self.clock.set(self.clock.get() + 1);
        self.clock.get()
    }

    /// How many appends have been acknowledged.
    pub fn acknowledged(&self) -> usize {
        let writes = self.writes.borrow();
        writes.iter().filter(|write| matches!(write.fate(), Fate::Acknowledged { .. })).count()
    }
}
