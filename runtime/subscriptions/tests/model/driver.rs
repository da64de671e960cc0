//! Carries out a history, one operation after the other.

use crate::history::Seen;
use crate::invariants::is_pulled;
use crate::object::{Fate, Flight, System};
use crate::operation::{Call, Kind, Operation};
use crate::world::{Record, World, id, offset, path};
use proptest::test_runner::TestCaseError;
use spec::stream::Path;
use subscriptions::{
    Ack, Acknowledgment, Configuration, Credentials, Delivered, Failure, Generation, LeaseTtl, Pattern, Refusal,
    Requested, Stored, Target, UnixMs, WebhookUrl, WorkerName,
};

pub type Checked = Result<(), TestCaseError>;

const LINKS_MAX: usize = 10;

/// Maximum number of alarms and deadlines in one run of time.
const STEPS_MAX: usize = 10_000;

/// Carries out a history, and returns what has happened in it.
pub fn replay(operations: &[Operation]) -> Result<Seen, TestCaseError> {
    let mut system = System { world: World::new(), object: None, is_honest: false };
    for operation in operations {
        system.step(operation, Fate::default())?;
        system.check()?;
    }
    system.settle()?;
    Ok(system.world.history.seen)
}

pub fn worker() -> WorkerName {
    WorkerName::read("worker-1").expect("a name")
}

impl System {
    fn step(&mut self, operation: &Operation, fate: Fate) -> Checked {
        match operation {
            Operation::Append { path: number, is_poke_lost } => {
                self.world.append(&path(*number));
                self.world.has_poke |= !is_poke_lost;
            }
            Operation::Create(number) => self.world.create(&path(*number)),
            Operation::Drop(number) => self.world.drop_stream(&path(*number)),
            Operation::Forget => self.world.forget_ended(),
            Operation::Subscribe(kind) => self.subscribe(kind, fate)?,
            Operation::Unsubscribe => self.unsubscribe(fate)?,
            Operation::Link(number) => {
                let added = vec![self.world.at(path(*number))];
                self.operate(Vec::new(), fate, |memory, links, moment| {
                    memory.add_links(links, added, LINKS_MAX, moment)
                })?;
            }
            Operation::Unlink(number) => {
                let path = path(*number);
                self.operate(Vec::new(), fate, |memory, links, moment| memory.remove_link(links, &path, moment))?;
            }
            Operation::Poke => {
                if std::mem::take(&mut self.world.has_poke) {
                    self.look(fate)?;
                }
            }
            Operation::Announce => self.announce(fate)?,
            Operation::Claim => self.claim(fate).map(drop)?,
            Operation::Acknowledge(call) => self.acknowledge(call, fate)?,
            Operation::Release { token } => self.release(*token, fate)?,
            Operation::Answer { flight, outcome } => self.answer_nth(*flight, *outcome, fate)?,
            Operation::Run(ms) => self.run(*ms)?,
            Operation::Sleep(ms) => self.world.now += ms,
            Operation::Crash => self.object = None,
            Operation::Commit => self.world.commit_late()?,
            Operation::Broken(operation, death) => self.step(operation, Fate { death: Some(*death), ..fate })?,
            Operation::Unheard(operation) => self.step(operation, Fate { is_unheard: true, ..fate })?,
        }
        Ok(())
    }

    pub fn look(&mut self, fate: Fate) -> Checked {
        self.operate(Vec::new(), fate, |memory, links, moment| memory.look(links, moment)).map(drop)
    }

    fn subscribe(&mut self, kind: &Kind, fate: Fate) -> Checked {
        let configuration = configuration(kind);
        // The pattern is registered in the transaction that reads the streams, before the subscription is written.
        if !matches!(self.world.record, Some(Record::Row(_))) {
            let event = self.world.history.next_event();
            self.world.registered.push((configuration.clone(), event));
        }
        let streams = configuration.streams().iter().map(|path| self.world.at(path.clone())).collect();
        let matching = self.world.streams.keys().map(|path| self.world.at(path.clone())).collect();
        let requested = Requested { id: id(), configuration, streams, matching, links_max: LINKS_MAX };
        self.carry_out(Vec::new(), fate, |memory, _, moment| memory.create(requested, moment)).map(drop)
    }

    fn unsubscribe(&mut self, fate: Fate) -> Checked {
        let answer = self.operate(Vec::new(), fate, |memory, _, _| memory.delete())?;
        if answer.is_some() {
            self.world.registered.clear();
            self.world.arrivals.clear();
        }
        Ok(())
    }

    /// Announces created streams, until the subscription has them or doesn't exist.
    pub fn announce(&mut self, fate: Fate) -> Checked {
        if self.world.arrivals.is_empty() {
            return Ok(());
        }
        let arrivals = self.world.arrivals.iter().map(|path| self.world.at(path.clone())).collect();
        let answer =
            self.operate(Vec::new(), fate, |memory, links, moment| memory.appeared(links, arrivals, moment))?;
        match answer {
            Some(Ok(())) => {
                self.world.history.see("arrival announced");
                self.world.arrivals.clear();
            }
            Some(Err(_)) if !self.world.may_exist() => self.world.arrivals.clear(),
            Some(Err(_)) | None => {}
        }
        Ok(())
    }

    /// Claims the wake, and returns what the worker has got.
    pub fn claim(&mut self, fate: Fate) -> Result<Option<Credentials>, TestCaseError> {
        let answer = self.operate(Vec::new(), fate, |memory, links, moment| memory.claim(links, worker(), moment))?;
        if let Some(Err(Refusal::AlreadyClaimed { .. })) = answer {
            self.world.history.see("claim refused");
        }
        let Some(Ok(claimed)) = answer else { return Ok(None) };
        let generation = claimed.claims.generation;
        self.world.receive(claimed.claims, &claimed.wake_id, generation);
        Ok(self.world.history.credentials.last().cloned())
    }

    /// The credentials of a holder, the newest first.
    fn credentials(&self, token: usize) -> Option<Credentials> {
        self.world.history.credentials.iter().rev().nth(token).cloned()
    }

    fn acknowledge(&mut self, call: &Call, fate: Fate) -> Checked {
        let Some(mut credentials) = self.credentials(call.token) else { return Ok(()) };
        if call.is_foreign {
            credentials.wake_id.push('0');
            credentials.generation = Generation::new(credentials.generation.get() + 1).expect("a generation");
        }
        let acks: Vec<_> = call.acks.iter().map(|(number, plus)| self.ack(*number, *plus, call.is_from_tail)).collect();
        let call = Acknowledgment { credentials, acks, done: call.done };
        self.send(&call, fate).map(drop)
    }

    fn ack(&self, number: usize, plus: i8, is_from_tail: bool) -> Ack {
        let path = path(number);
        let links = self.world.read_links();
        let base =
            links.get(&path).map_or(0, |linked| if is_from_tail { linked.tail().get() } else { linked.cursor().get() });
        Ack { path, offset: offset(base.saturating_add_signed(plus.into())) }
    }

    /// Sends an acknowledgment to the endpoint of the subscription's type.
    pub fn send(&mut self, call: &Acknowledgment, fate: Fate) -> Result<bool, TestCaseError> {
        let justified = call.acks.iter().map(|ack| (ack.path.clone(), ack.offset.get())).collect();
        let is_pulled = match self.world.stored() {
            Stored::Live(live) => is_pulled(&live.configuration),
            Stored::Absent | Stored::Deleted { .. } => true,
        };
        let before = self.world.links.clone();
        let answer = self.operate(justified, fate, |memory, links, moment| match is_pulled {
            true => memory.acknowledge(links, call, moment),
            false => memory.call_back(links, call, moment),
        })?;
        let is_ok = matches!(answer, Some(Ok(_)));
        match answer {
            Some(Ok(_)) => self.world.history.see("holder acknowledged"),
            Some(Err(Refusal::Fenced)) => self.world.history.see("holder fenced"),
            Some(Err(Refusal::InvalidOffset(_))) => self.world.history.see("offset refused"),
            Some(Err(_)) | None => {}
        }
        for (path, link) in &self.world.links {
            let earlier = before.get(path).and_then(|link| link.acked.clone());
            let is_new = matches!(answer, Some(Err(_))) && earlier != link.acked;
            proptest::prop_assert!(!is_new, "a refused call has moved the cursor of {}", path);
        }
        for Ack { path, offset } in call.acks.iter().filter(|_| is_ok) {
            let cursor = self.world.read_links().get(path).map(|linked| linked.cursor());
            proptest::prop_assert!(cursor >= Some(*offset), "an acknowledgment of {} is lost", path);
        }
        Ok(is_ok)
    }

    fn release(&mut self, token: usize, fate: Fate) -> Checked {
        let Some(credentials) = self.credentials(token) else { return Ok(()) };
        self.give_back(&credentials, fate)
    }

    pub fn give_back(&mut self, credentials: &Credentials, fate: Fate) -> Checked {
        let answer =
            self.operate(Vec::new(), fate, |memory, links, moment| memory.release(links, credentials, moment))?;
        let is_unexpected = matches!(answer, Some(Err(Refusal::InvalidOffset(_) | Refusal::AlreadyClaimed { .. })));
        proptest::prop_assert!(!is_unexpected, "{:?}", answer);
        Ok(())
    }

    fn answer_nth(&mut self, flight: usize, outcome: Delivered, fate: Fate) -> Checked {
        let Some(object) = &mut self.object else { return Ok(()) };
        let Some(at) = object.flights.len().checked_sub(flight + 1) else { return Ok(()) };
        let flight = object.flights.remove(at);
        self.answer(&flight, outcome, fate)
    }

    /// Gives an outcome to the object that has started the delivery. Nobody answers what was not heard, or was aborted.
    pub fn answer(&mut self, flight: &Flight, outcome: Delivered, fate: Fate) -> Checked {
        let is_aborted = self.world.now >= flight.deadline || !flight.is_heard;
        let outcome = if is_aborted { Delivered::Failed(Failure::TimedOut) } else { outcome };
        if flight.is_delivery {
            let justified = if outcome == Delivered::Done { flight.shown.clone() } else { Vec::new() };
            self.operate(justified, fate, |memory, links, moment| {
                memory.delivered(links, &flight.attempt, outcome, moment)
            })?;
        } else {
            let outcome = match outcome {
                Delivered::Accepted | Delivered::Done => Ok(()),
                Delivered::Failed(_) => Err(Failure::NoWakeStream),
            };
            self.operate(Vec::new(), fate, |memory, links, moment| {
                memory.announced(links, &flight.attempt, outcome, moment)
            })?;
        }
        Ok(())
    }

    /// Lets time pass. Alarms run and deliveries are aborted when they are due.
    pub fn run(&mut self, ms: UnixMs) -> Checked {
        let end = self.world.now + ms;
        for _ in 0..STEPS_MAX {
            if self.is_honest {
                self.accept()?;
            }
            let flights = self.object.iter().flat_map(|object| &object.flights);
            let aborted = flights.enumerate().min_by_key(|(_, flight)| flight.deadline);
            let aborted = aborted.map(|(at, flight)| (flight.deadline, at)).filter(|(deadline, _)| *deadline <= end);
            let alarm = self.world.alarm.filter(|alarm| *alarm <= end);
            match (aborted, alarm) {
                (Some((deadline, at)), alarm) if alarm.is_none_or(|alarm| deadline <= alarm) => {
                    self.world.now = self.world.now.max(deadline);
                    let flight = self.object.as_mut().map(|object| object.flights.remove(at)).expect("a flight");
                    self.answer(&flight, Delivered::Failed(Failure::TimedOut), Fate::default())?;
                }
                (_, Some(alarm)) => {
                    self.world.now = self.world.now.max(alarm);
                    self.run_alarm()?;
                }
                (_, None) => {
                    self.world.now = end;
                    return Ok(());
                }
            }
            self.check()?;
        }
        Err(TestCaseError::fail("the alarm never rests"))
    }
}

fn configuration(kind: &Kind) -> Configuration {
    let target = if kind.is_pulled {
        Target::PullWake(path(3))
    } else {
        Target::Webhook(WebhookUrl::read("https://app.example/wake").expect("a URL"))
    };
    let pattern = kind.pattern.and_then(|text| Pattern::read(text).expect("a pattern"));
    let streams: std::collections::BTreeSet<Path> = kind.streams.iter().map(|number| path(*number)).collect();
    let ttl = LeaseTtl::new(kind.ttl_ms).expect("a lease");
    Configuration::new(target, pattern, streams, ttl, None).expect("a configuration")
}
