//! The end of a history: everybody is honest and nothing fails anymore. First nobody acknowledges, then everybody does.

use crate::driver::Checked;
use crate::invariants::is_pulled;
use crate::object::{Fate, System};
use crate::world::VALIDITY_MS;
use proptest::prelude::*;
use subscriptions::{Ack, Acknowledgment, Credentials, Delivered, Phase, Stored, Subscription};

/// Longer than any delay between wakes, and than any backoff.
const DELAY_MS: u64 = 80_000;
/// Longer than any lease.
const LEASE_MS: u64 = 41_000;
/// More turns than it takes to get to the end.
const TURNS: usize = 12;

impl System {
    pub fn settle(&mut self) -> Checked {
        self.is_honest = true;
        while !self.world.late.is_empty() {
            self.world.commit_late()?;
            self.check()?;
        }
        self.world.create(&crate::world::path(3));
        self.sweep()?;
        // Wakes that a crash has kept from their receivers are delivered by the alarm alone.
        self.run(2 * VALIDITY_MS)?;
        self.check_every_append_leads_to_a_wake()?;
        self.check_acknowledging_leads_to_rest()
    }

    /// What the sweep does: it announces streams and looks.
    fn sweep(&mut self) -> Checked {
        self.announce(Fate::default())?;
        self.look(Fate::default())?;
        self.check()
    }

    fn subscription(&self) -> Option<Subscription> {
        match self.world.stored() {
            Stored::Live(live) => Some(*live),
            Stored::Absent | Stored::Deleted { .. } => None,
        }
    }

    /// Deliveries arrive, and holders do nothing until their leases end.
    fn check_every_append_leads_to_a_wake(&mut self) -> Checked {
        let missed = |system: &Self| {
            let history = &system.world.history;
            let newest = system.world.pending().into_iter().filter_map(|stream| history.appends.get(&stream).copied());
            newest.max().is_some_and(|newest| newest > history.wake_started)
        };
        for _ in 0..TURNS {
            if self.subscription().is_none() || !missed(self) {
                return Ok(());
            }
            self.accept()?;
            self.claim(Fate::default())?;
            self.run(LEASE_MS)?;
            self.run(DELAY_MS)?;
        }
        Err(TestCaseError::fail("an append has led to no wake"))
    }

    fn check_acknowledging_leads_to_rest(&mut self) -> Checked {
        for _ in 0..TURNS {
            let Some(Subscription { configuration, phase, .. }) = self.subscription() else { return Ok(()) };
            if phase == (Phase::Idle { rest: None }) {
                break;
            }
            self.accept()?;
            let holder = if is_pulled(&configuration) {
                self.claim(Fate::default())?
            } else {
                self.world.history.credentials.last().cloned()
            };
            if let Some(holder) = holder {
                self.acknowledge_all(holder)?;
            }
            self.run(LEASE_MS)?;
            self.run(DELAY_MS)?;
        }
        self.run(DELAY_MS)?;
        let phase = self.subscription().map(|live| live.phase);
        prop_assert!(phase.is_none() || phase == Some(Phase::Idle { rest: None }), "no rest: {:?}", phase);
        prop_assert_eq!(self.world.pending(), []);
        prop_assert_eq!(self.world.alarm, None);
        Ok(())
    }

    /// All deliveries under way succeed.
    pub fn accept(&mut self) -> Checked {
        while let Some(flight) = self.object.as_mut().and_then(|object| object.flights.pop()) {
            self.answer(&flight, Delivered::Accepted, Fate::default())?;
        }
        self.check()
    }

    fn acknowledge_all(&mut self, credentials: Credentials) -> Checked {
        let links = self.world.read_links();
        let acks = links.pending().map(|(path, tail)| Ack { path: path.clone(), offset: tail.offset }).collect();
        let call = Acknowledgment { credentials, acks, done: true };
        self.send(&call, Fate::default())?;
        self.check()
    }
}
