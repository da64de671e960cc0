//! The Durable Object: it carries decisions out in the order that the crate prescribes, and can die between any two steps.

use crate::operation::Death;
use crate::world::{LateWrite, Record, VALIDITY_MS, World};
use proptest::test_runner::TestCaseError;
use spec::stream::Path;
use subscriptions::{
    Attempt, Credentials, Decision, Effect, Generation, Links, Memory, Moment, RESEND_MS, StreamInfo, TokenClaims,
    UnixMs, WakeId,
};

/// Time after which an append to a wake stream counts as failed.
const ANNOUNCEMENT_MS_MAX: UnixMs = 20_000;

/// A delivery or an event that is under way.
pub struct Flight {
    pub attempt: Attempt,
    pub is_delivery: bool,
    /// Whether it has reached its receiver.
    pub is_heard: bool,
    pub deadline: UnixMs,
    /// What the notice shows, with the tails up to which an answer acknowledges.
    pub shown: Vec<(Path, u64)>,
}

/// What is in memory.
pub struct Object {
    pub memory: Memory,
    fence: u64,
    loaded_at: UnixMs,
    has_committed: bool,
    pub flights: Vec<Flight>,
}

/// What goes wrong while a decision is carried out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fate {
    pub death: Option<Death>,
    /// Whether its effect reaches nobody.
    pub is_unheard: bool,
}

/// The world with the Durable Object in it.
pub struct System {
    pub world: World,
    pub object: Option<Object>,
    /// Whether everything that is sent is answered at once.
    pub is_honest: bool,
}

impl Object {
    /// Whether no write of an earlier instance can still commit, so that its alarm is not needed.
    pub fn is_settled(&self, now: UnixMs) -> bool {
        self.has_committed || now > self.loaded_at + VALIDITY_MS
    }
}

impl System {
    /// Loads the Durable Object, unless it is loaded and the database still has its fence.
    fn load(&mut self, armed: Option<UnixMs>) -> Object {
        let world = &self.world;
        self.object.take().filter(|object| object.fence == world.fence).unwrap_or_else(|| Object {
            memory: Memory::loaded(world.stored(), armed),
            fence: world.fence,
            loaded_at: world.now,
            has_committed: false,
            flights: Vec::new(),
        })
    }

    /// Runs the alarm.
    pub fn run_alarm(&mut self) -> Result<(), TestCaseError> {
        let armed = self.world.alarm.take();
        self.world.alarm = Some(self.world.now + RESEND_MS);
        let object = self.load(armed);
        self.object = Some(object);
        self.operate(Vec::new(), Fate::default(), |memory, links, moment| memory.look(links, moment))?;
        Ok(())
    }

    /// Decides, and carries out the decision: arms the alarm, writes, lets the effect out, answers, and corrects the alarm. Returns the
    /// answer, if the client gets one.
    pub fn carry_out<A>(
        &mut self,
        justified: Vec<(Path, u64)>,
        Fate { death, is_unheard }: Fate,
        decide: impl FnOnce(Memory, Links, Moment) -> Decision<A>,
    ) -> Result<Option<A>, TestCaseError> {
        let mut object = self.load(self.world.alarm);
        let moment = self.world.moment();
        let Decision { alarm, write, memory, effect, answer } = decide(object.memory, self.world.read_links(), moment);
        if write.is_some() || effect.is_some() {
            self.world.alarm = earlier(self.world.alarm, alarm);
        }
        let decided = self.world.history.next_event();
        if death == Some(Death::AfterArming) {
            return Ok(None);
        }
        if let Some(write) = write {
            if death == Some(Death::WriteInFlight) {
                let until = self.world.now + VALIDITY_MS;
                self.world.late.push(LateWrite { write, fence: object.fence, until, justified, decided });
                return Ok(None);
            }
            if !self.world.commit(write, object.fence, &justified, decided)? {
                return Ok(None);
            }
            (object.fence, object.has_committed) = (self.world.fence, true);
        }
        object.memory = memory;
        if death == Some(Death::AfterCommit) {
            return Ok(None);
        }
        if let Some(effect) = effect {
            let flight = self.world.start(effect, is_unheard);
            object.flights.push(flight);
        }
        if death == Some(Death::AfterEffect) {
            return Ok(None);
        }
        let is_settled = object.is_settled(self.world.now);
        self.world.alarm = if is_settled { alarm } else { earlier(self.world.alarm, alarm) };
        self.object = Some(object);
        Ok(Some(answer))
    }

    /// Carries out an operation that looks at the streams: after it, nothing is due.
    pub fn operate<A>(
        &mut self,
        justified: Vec<(Path, u64)>,
        fate: Fate,
        decide: impl FnOnce(Memory, Links, Moment) -> Decision<A>,
    ) -> Result<Option<A>, TestCaseError> {
        let answer = self.carry_out(justified, fate, decide)?;
        self.check_quiet()?;
        Ok(answer)
    }
}

impl World {
    /// Starts an effect. It reaches its receiver at once, or never.
    fn start(&mut self, effect: Effect, is_unheard: bool) -> Flight {
        let attempt = match &effect {
            Effect::Deliver(delivery) => &delivery.attempt,
            Effect::Announce(announcement) => &announcement.attempt,
        };
        if attempt.failures > 0 {
            self.history.see("delivery retried");
        } else if self.history.reached.contains(&attempt.generation.get()) {
            self.history.see("delivery repeated");
        }
        match effect {
            Effect::Deliver(delivery) => {
                let (attempt, notice) = (delivery.attempt, delivery.notice);
                if !is_unheard {
                    self.history.reached.insert(attempt.generation.get());
                    self.receive(notice.claims, &attempt.wake_id, attempt.generation);
                }
                let pending = notice.streams.iter().filter(|info| info.has_pending());
                let shown = pending.map(|StreamInfo { path, tail, .. }| (path.clone(), tail.get())).collect();
                let (is_heard, deadline) = (!is_unheard, delivery.deadline);
                Flight { attempt, is_delivery: true, is_heard, deadline, shown }
            }
            Effect::Announce(announcement) => {
                let is_heard = !is_unheard && self.streams.contains_key(&announcement.wake_stream);
                let attempt = announcement.attempt;
                if is_heard {
                    self.history.reached.insert(attempt.generation.get());
                }
                let deadline = self.now + ANNOUNCEMENT_MS_MAX;
                Flight { attempt, is_delivery: false, is_heard, deadline, shown: Vec::new() }
            }
        }
    }

    /// A holder gets a token.
    pub fn receive(&mut self, claims: TokenClaims, wake_id: &WakeId, generation: Generation) {
        let credentials = Credentials { claims, wake_id: wake_id.as_str().to_owned(), generation };
        if self.history.credentials.last() != Some(&credentials) {
            self.history.credentials.push(credentials);
        }
    }

    /// Commits the oldest late write, if its fence still fits.
    pub fn commit_late(&mut self) -> Result<(), TestCaseError> {
        if self.late.is_empty() {
            return Ok(());
        }
        let LateWrite { write, fence, until, justified, decided } = self.late.remove(0);
        if self.now <= until {
            let is_committed = self.commit(write, fence, &justified, decided)?;
            self.history.see(if is_committed { "late write committed" } else { "late write fenced" });
        }
        Ok(())
    }

    /// Whether a subscription exists, or may exist once a late write commits.
    pub fn may_exist(&self) -> bool {
        matches!(self.record, Some(Record::Row(_)))
            || self.late.iter().any(|late| late.fence == self.fence && self.now <= late.until)
    }
}

fn earlier(one: Option<UnixMs>, other: Option<UnixMs>) -> Option<UnixMs> {
    [one, other].into_iter().flatten().min()
}
