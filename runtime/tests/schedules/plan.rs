//! What a seed makes of a schedule: who does what, what goes wrong, and how slow the world is.

use crate::random::Random;
use native::{Delivery, Fault, Server};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// How long a batch is held up at most, and how long after its time a late one comes.
const SLOW_MS: u64 = 30;
const LATE_MS: u64 = 400;

/// The same where the world is slow: the most that the platform is trusted with.
const SLOWEST_MS: u64 = 59_000;
const LATEST_MS: u64 = 60_000;

/// How long something takes at most where the world is slow and nothing goes wrong: less than anyone waits for it.
const LEISURELY_MS: u64 = 8_000;

/// How far apart the clocks of a database and of objects may be.
const SKEW_MS: u64 = 5 * 60_000;

/// Reads work, and what adds rows for segments does not.
const REFUSE_SEGMENTS: &str = "CREATE TEMP TRIGGER IF NOT EXISTS full BEFORE INSERT ON main.segments BEGIN
     SELECT RAISE(ABORT, 'database or disk is full');
 END";
const TAKE_SEGMENTS: &str = "DROP TRIGGER IF EXISTS temp.full";

/// What a seed makes of a schedule.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    pub fault_percent: u64,
    pub crashes: bool,
    pub zombie: bool,
    pub recreates: bool,
    /// Whether streams may be told to expire soon.
    pub expires: bool,
    /// Whether every row moves to the bucket as soon as it can.
    pub compacts: bool,
    /// Whether objects may lose their memory at any moment at which they do nothing, while readers wait.
    pub evict_when_idle: bool,
    /// Whether those who append say where they expect the tail: in every fourth world that is not slow.
    pub expects: bool,
    /// Whether all streams have subscribers. An old object that still writes is not the one whose alarm repeats its pokes.
    pub subscribes: bool,
    /// Every fourth world is slow.
    pub slow: Option<Slow>,
}

/// A world in which seconds pass where otherwise milliseconds do, so that any delay of the runtime's own may be over between
/// any two awaits.
#[derive(Clone, Copy, Debug)]
pub struct Slow {
    /// Whether some calls to databases, to the bucket and between objects are never answered.
    pub hangs: bool,
    /// How often something takes its time that doesn't go wrong.
    pub slow_percent: u64,
    /// Whether databases refuse writes for a while, now and then.
    pub refuses: bool,
    /// Whether they refuse rows for segments, and take all others.
    pub segments_refused: bool,
    /// Whether the bucket refuses writes.
    pub bucket_refuses: bool,
    /// Whether the clock of the database goes wrong for a while, now and then.
    pub skews: bool,
    /// Whether the platform gives up on alarms whose object crashes while they ring.
    pub abandons_alarms: bool,
    /// Whether someone tries to restore streams.
    pub restores: bool,
}

impl Plan {
    pub fn new(seed: u64) -> Self {
        let random = Random::new(seed, 0);
        let recreates = random.chance(40);
        let plan = Self {
            seed,
            fault_percent: random.pick(&[0, 5, 20]),
            crashes: random.chance(60),
            zombie: !recreates && random.chance(40),
            recreates,
            expires: recreates && random.chance(50),
            compacts: random.chance(50),
            evict_when_idle: random.chance(50),
            expects: seed % 4 == 1,
            subscribes: Random::new(seed, 6).chance(50),
            slow: None,
        };
        let plan = Self { subscribes: plan.subscribes && !plan.zombie, ..plan };
        if seed % 4 == 3 { plan.slowed_down(&random) } else { plan }
    }

    fn slowed_down(self, random: &Random) -> Self {
        let nothing_fails = random.chance(20);
        let sometimes = |percent| !nothing_fails && random.chance(percent);
        let slow = Slow {
            hangs: sometimes(25),
            slow_percent: random.pick(&[0, 10, 30]),
            refuses: sometimes(20),
            segments_refused: sometimes(20),
            bucket_refuses: sometimes(10),
            skews: sometimes(20),
            abandons_alarms: sometimes(40),
            restores: random.chance(30),
        };
        Self {
            fault_percent: if nothing_fails { 0 } else { self.fault_percent },
            crashes: self.crashes && !nothing_fails,
            zombie: self.zombie && !nothing_fails,
            slow: Some(slow),
            ..self
        }
    }

    /// How many milliseconds pass where otherwise one does.
    pub fn unit_ms(self) -> u64 {
        if self.slow.is_some() { 1_000 } else { 1 }
    }

    /// Whether whoever asks is to be answered with what is there, and nothing else, though it may take its time.
    pub fn nothing_fails(self) -> bool {
        let fails =
            |slow: Slow| slow.hangs || slow.refuses || slow.segments_refused || slow.bucket_refuses || slow.skews;
        self.fault_percent == 0 && !self.crashes && !self.zombie && !self.slow.is_some_and(fails)
    }

    /// Whether nothing goes wrong but that writes are refused.
    pub fn only_refuses(self) -> bool {
        let else_fails = |slow: Slow| slow.hangs || slow.skews || slow.restores;
        self.fault_percent == 0 && !self.crashes && !self.zombie && self.slow.is_some_and(|slow| !else_fails(slow))
    }

    fn fault(self, random: &Random) -> Fault {
        if let Some(slow) = self.slow {
            return self.slow_fault(slow, random);
        }
        if !random.chance(self.fault_percent) {
            return if random.chance(30) { Fault::Slow(random.milliseconds(SLOW_MS)) } else { Fault::None };
        }
        match random.below(4) {
            0 => Fault::Lost,
            1 => Fault::Unheard,
            2 => Fault::Late(random.milliseconds(SLOW_MS)),
            _ => Fault::Late(random.milliseconds(LATE_MS)),
        }
    }

    fn slow_fault(self, slow: Slow, random: &Random) -> Fault {
        if !random.chance(self.fault_percent) {
            let most_ms = if self.nothing_fails() { LEISURELY_MS } else { SLOWEST_MS };
            if !random.chance(slow.slow_percent) {
                return Fault::None;
            }
            let time = random.milliseconds(most_ms);
            return if random.chance(70) { Fault::Underway(time) } else { Fault::Slow(time) };
        }
        match random.below(6) {
            0 => Fault::Lost,
            1 => Fault::Unheard,
            2 => Fault::Late(random.milliseconds(1_000)),
            3 if slow.hangs => Fault::Hung,
            _ => Fault::Late(random.milliseconds(LATEST_MS)),
        }
    }

    fn delivery(self, slow: Slow, random: &Random) -> Delivery {
        let most_ms = if self.nothing_fails() { LEISURELY_MS / 4 } else { LATEST_MS };
        let some_time = || random.milliseconds(if random.chance(50) { most_ms } else { 1 });
        if random.chance(slow.slow_percent) {
            return Delivery::Slow { there: some_time(), back: some_time() };
        }
        match random.below(4) {
            0 if random.chance(self.fault_percent) => Delivery::Unheard,
            1 if slow.hangs && random.chance(self.fault_percent) => Delivery::Hung,
            _ => Delivery::Sound,
        }
    }
}

/// What goes wrong for a while, for as long as it is set.
#[derive(Clone, Default)]
pub struct Spell {
    /// Databases refuse writes.
    refuses: Rc<Cell<bool>>,
    /// The bucket does.
    bucket_refuses: Rc<Cell<bool>>,
}

impl Spell {
    /// Has the calls of a server meet what its plan says.
    pub fn cast(&self, plan: Plan, server: &Server) {
        let faults = |part, refuses: &Rc<Cell<bool>>| {
            let (faults, refuses) = (Random::new(plan.seed, part), refuses.clone());
            std::iter::repeat_with(move || match plan.fault(&faults) {
                Fault::None if refuses.get() => Fault::ReadOnly,
                fault => fault,
            })
        };
        server.database().inject(faults(1, &self.refuses));
        server.bucket().inject(faults(4, &self.bucket_refuses));
        if let Some(slow) = plan.slow {
            let random = Random::new(plan.seed, 5);
            server.deliver(std::iter::repeat_with(move || plan.delivery(slow, &random)));
            server.abandon_alarms(slow.abandons_alarms);
        }
    }

    /// Ends or begins what goes wrong for a while.
    pub fn turn(&self, slow: Slow, random: &Random, server: &Server) {
        self.refuses.set(slow.refuses && random.chance(40));
        self.bucket_refuses.set(slow.bucket_refuses && random.chance(40));
        if slow.segments_refused {
            server.database().script(if random.chance(60) { REFUSE_SEGMENTS } else { TAKE_SEGMENTS });
        }
        if slow.skews {
            let apart = i64::try_from(random.below(2 * SKEW_MS)).unwrap_or(0) - i64::try_from(SKEW_MS).unwrap_or(0);
            server.database().set_clock_ahead(if random.chance(50) { apart } else { 0 });
        }
    }

    /// Nothing goes wrong any more.
    pub fn end(&self, server: &Server) {
        self.refuses.set(false);
        self.bucket_refuses.set(false);
        server.database().heal();
        server.database().script(TAKE_SEGMENTS);
        server.database().set_clock_ahead(0);
        server.bucket().heal();
        server.unheard_calls(0);
        server.deliver(std::iter::empty());
        server.abandon_alarms(false);
    }
}

/// How long something lasts in one world and in the other.
pub fn lasts(plan: Plan, fast: Duration, slow: Duration) -> Duration {
    if plan.slow.is_some() { slow } else { fast }
}
