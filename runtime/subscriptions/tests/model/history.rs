//! What has happened so far, as nobody in the system knows it.

use crate::world::World;
use proptest::prelude::*;
use spec::stream::Path;
use std::collections::{BTreeMap, BTreeSet};
use subscriptions::{Credentials, Link, Phase, Stored, WakeId};

#[derive(Default)]
pub struct History {
    events: u64,
    /// The newest append to each generation of each stream, in events.
    pub appends: BTreeMap<(Path, String), u64>,
    /// When the newest wake started, in events.
    pub wake_started: u64,
    /// The greatest generation that was committed.
    generation: u64,
    wake_id: Option<WakeId>,
    /// The generations of wakes whose request or event has reached somebody.
    pub reached: BTreeSet<u64>,
    /// The tokens that holders have got, the newest last.
    pub credentials: Vec<Credentials>,
    /// The number of times that something noteworthy has happened.
    pub seen: Seen,
}

/// Names of what can happen, and how often it has.
pub type Seen = BTreeMap<&'static str, u32>;

impl History {
    pub fn next_event(&mut self) -> u64 {
        self.events += 1;
        self.events
    }

    pub fn see(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }
}

impl World {
    /// Checks the wake that a write has left. `decided` is when it was decided, in events.
    pub fn check_wake(&mut self, decided: u64) -> Result<(), TestCaseError> {
        let (generation, wake_id) = match self.stored() {
            Stored::Live(live) if matches!(live.phase, Phase::Idle { rest: Some(_) }) => {
                self.history.see("wake delayed");
                (live.generation.get(), None)
            }
            Stored::Absent => (0, None),
            Stored::Deleted { generation } => (generation.get(), None),
            Stored::Live(live) => (live.generation.get(), live.phase.wake().map(|wake| wake.id.clone())),
        };
        let history = &mut self.history;
        let is_new = wake_id.is_some() && wake_id != history.wake_id;
        prop_assert!(generation >= history.generation, "a generation goes back");
        prop_assert!(!is_new || generation > history.generation, "a wake has an old generation");
        prop_assert!(is_new || generation == history.generation, "a generation without a wake");
        history.generation = generation;
        if is_new {
            (history.wake_id, history.wake_started) = (wake_id, decided);
        }
        Ok(())
    }

    /// Checks the cursors that a write has left.
    pub fn check_cursors(&self, before: &BTreeMap<Path, Link>, justified: &[(Path, u64)]) -> Result<(), TestCaseError> {
        for (path, link) in &self.links {
            self.check_cursor(path, before.get(path), link, justified)?;
        }
        Ok(())
    }

    /// Checks that a cursor has moved only forward, and only because a holder has acknowledged.
    fn check_cursor(
        &self,
        path: &Path,
        before: Option<&Link>,
        after: &Link,
        justified: &[(Path, u64)],
    ) -> Result<(), TestCaseError> {
        let Some(acked) = &after.acked else { return Ok(()) };
        let (Some(life), offset) = (self.streams.get(path), acked.offset.get()) else { return Ok(()) };
        if life.generation != acked.generation {
            return Ok(());
        }
        prop_assert!(offset <= life.tail, "a cursor beyond the tail of {}", path);
        let Some(before) = before else {
            let Stored::Live(live) = self.stored() else { return Ok(()) };
            let registered =
                self.registered.iter().rev().find(|(configuration, _)| *configuration == live.configuration);
            let is_new = registered.is_some_and(|(_, registered)| life.created > *registered);
            let is_arrival = is_new && live.configuration.globs(path);
            prop_assert!(!is_arrival || offset == life.begins, "a new stream {} is not followed from its start", path);
            return Ok(());
        };
        let earlier = before.acked.as_ref().filter(|earlier| earlier.generation == acked.generation);
        let earlier = earlier.map_or(life.begins, |earlier| earlier.offset.get());
        prop_assert!(offset >= earlier, "the cursor of {} goes back from {} to {}", path, earlier, offset);
        let is_justified = justified.iter().any(|(own, until)| own == path && offset <= *until);
        prop_assert!(offset == earlier || is_justified, "nobody has acknowledged {} up to {}", path, offset);
        Ok(())
    }
}
