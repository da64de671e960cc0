//! How far the sweep has come. A sweep that ends early is continued by the next one.

use serde::{Deserialize, Serialize};

/// The tables that the sweep reads, in the order of the sweep. Registrations come first: one without a subscription keeps arrivals from being
/// deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    #[default]
    Subscribers,
    Patterns,
    WakeStreams,
    Tombstones,
    Arrivals,
    Links,
}

/// Where a sweep continues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// The number of the database.
    pub(super) database: usize,
    pub(super) step: Step,
    /// The key of the last row that was processed. Empty texts are before all keys.
    pub(super) after: [String; 2],
    /// The arrival after that row, if a part of the subscriptions has been notified of it.
    pub(super) begun: Option<Begun>,
}

/// An arrival of which a part of the subscriptions has been notified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begun {
    /// The key of the arrival.
    pub(super) key: [String; 2],
    /// The last subscription that was notified.
    pub(super) subscription: String,
    /// Whether all of them have taken the arrival into account.
    pub(super) is_complete: bool,
}

impl Place {
    /// Whether this is where a sweep begins.
    pub(super) fn is_beginning(&self) -> bool {
        *self == Self::default()
    }

    /// The place after a row of the same table.
    pub(super) fn after(&self, key: [String; 2]) -> Self {
        Self { database: self.database, step: self.step, after: key, begun: None }
    }

    /// The beginning of the next table. After the last one, this is the beginning of all.
    pub(super) fn next_table(&self, databases: usize) -> Self {
        let in_database = |database, step| Self { database, step, ..Self::default() };
        match self.step {
            Step::Subscribers => in_database(self.database, Step::Patterns),
            Step::Patterns => in_database(self.database, Step::WakeStreams),
            Step::WakeStreams => in_database(self.database, Step::Tombstones),
            Step::Tombstones => in_database(self.database, Step::Arrivals),
            Step::Arrivals => in_database(self.database, Step::Links),
            Step::Links if self.database + 1 < databases => in_database(self.database + 1, Step::default()),
            Step::Links => Self::default(),
        }
    }
}
