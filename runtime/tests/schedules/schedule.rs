//! One schedule: a seed decides who does what when, and what goes wrong.

use crate::clients::{Client, Path, request, restoration};
use crate::history::{Expectations, History};
use crate::plan::{Plan, Spell, lasts};
use crate::random::Random;
use crate::readers::Mode;
use crate::subscribers::Subscribers;
use crate::witness;
use native::Server;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::{JoinHandle, spawn_local};

/// Two streams, and one that is forked from the first.
const PATHS: [Path; 3] = ["s", "t", "f"];
const SOURCE: Path = "s";
const FORK: Path = "f";

/// No schedule takes as long: one that does is stuck.
const STUCK: Duration = Duration::from_secs(600);
const STUCK_SLOW: Duration = Duration::from_secs(48 * 3600);

/// Longer than late batches take, and than a failed alarm takes to ring again.
const CALM: Duration = Duration::from_secs(30);
const CALM_SLOW: Duration = Duration::from_secs(1800);

/// Longer than debts take to fall due, and than alarms take to be tried again.
const DEBTS: Duration = Duration::from_secs(300);
const DEBTS_SLOW: Duration = Duration::from_secs(3 * 3600);

/// How often an alarm rings at most in an hour: as often as what it does can fail, and be asked for.
const RINGS_AN_HOUR: usize = 1_000;
/// How many objects may be left in the bucket where an archive has failed, however often it was tried.
const UNNAMED: usize = 2 * PATHS.len();
const HOUR_MS: u64 = 3_600_000;

struct Schedule {
    plan: Plan,
    random: Random,
    server: Server,
    zombie: Option<Server>,
    history: Rc<History>,
    bodies: Rc<Cell<u64>>,
    clients: Cell<u64>,
    over: Rc<Cell<bool>>,
    spell: Spell,
    subscribers: Subscribers,
}

/// Plays the schedule of a seed, checks what came of it, and tells it.
pub async fn play(seed: u64) -> String {
    let plan = Plan::new(seed);
    let server = Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.page, limits.row, limits.tail_cache, limits.transaction) = (24, 40, 60, 4);
        limits.response = 100;
        if plan.compacts {
            (limits.hot, limits.hot_rows, limits.snapshot) = (0, 0, 0);
            (limits.segment, limits.block, limits.merge) = (400, 20, 2);
            let grace = lasts(plan, Duration::from_secs(60), Duration::from_secs(3600));
            (limits.orphan_grace, limits.orphans) = (grace, usize::MAX);
        }
        let unit = Duration::from_millis(plan.unit_ms());
        (limits.long_poll_hold, limits.sse_lifetime) = (60 * unit, 150 * unit);
        (limits.reader_window, settings.evict_when_idle) = (100, plan.evict_when_idle);
    });
    witness::watch(server.database());
    let spell = Spell::default();
    spell.cast(plan, &server);
    if plan.compacts {
        server.replay_at_the_edge();
    }
    let zombie = plan.zombie.then(|| server.zombie());
    let (history, bodies, clients, over, subscribers) = <(_, _, _, _, Subscribers)>::default();
    if plan.subscribes {
        subscribers.subscribe(plan, &server, &PATHS);
    }
    let random = Random::new(seed, 2);
    let schedule = Schedule { plan, random, server, zombie, history, bodies, clients, over, spell, subscribers };
    tokio::time::timeout(lasts(plan, STUCK, STUCK_SLOW), schedule.act()).await.expect("no client is stuck");
    schedule.calm_down().await;
    let expectations = Expectations { one_life: !plan.recreates, fresh: !plan.zombie };
    schedule.history.check(&witness::lives(schedule.server.database()), expectations);
    schedule.clean_up().await;
    format!("{:#?}", schedule.history)
}

impl Schedule {
    fn client(&self) -> Rc<Client> {
        self.clients.set(self.clients.get() + 1);
        Rc::new(Client {
            server: self.server.clone(),
            zombie: self.zombie.clone(),
            random: Random::new(self.plan.seed, 100 + self.clients.get()),
            history: self.history.clone(),
            bodies: self.bodies.clone(),
            plan: self.plan,
        })
    }

    /// All clients at the same time, until those that write are done.
    async fn act(&self) {
        let mut writers = Vec::new();
        let expires = self.plan.expires;
        for path in [SOURCE, "t"] {
            let client = self.client();
            writers.push(spawn_local(async move { client.create(path, expires).await }));
        }
        let client = self.client();
        writers.push(spawn_local(async move { client.fork(FORK, SOURCE, expires).await }));
        for name in 0..2 + self.random.below(4) {
            let (client, path) = (self.client(), self.random.pick(&PATHS));
            writers.push(match self.random.below(2) {
                0 => spawn_local(async move { client.append(path).await }),
                _ => spawn_local(async move { client.produce(path, name).await }),
            });
        }
        if self.random.chance(50) {
            let (client, path) = (self.client(), self.random.pick(&PATHS));
            writers.push(spawn_local(async move { client.close(path, 9).await }));
        }
        if self.plan.recreates {
            for path in [self.random.pick(&PATHS), FORK] {
                let (client, source) = (self.client(), (path == FORK).then_some(SOURCE));
                writers.push(spawn_local(async move { client.recreate(path, source, expires).await }));
            }
        }
        if self.plan.slow.is_some_and(|slow| slow.restores) {
            let client = self.client();
            writers.push(spawn_local(async move { client.restore(&PATHS).await }));
        }
        let first = self.random.below(3);
        let modes = [Mode::CatchUp, Mode::LongPoll, Mode::Events, Mode::Events, Mode::LongPoll];
        let readers = modes.into_iter().zip(first..).map(|(mode, number)| {
            let (client, path, over) = (self.client(), PATHS[(number % 3) as usize], self.over.clone());
            spawn_local(async move { client.follow(path, mode, &over).await })
        });
        let readers: Vec<_> = readers.collect();
        let others = [self.misfortune(), self.clock()];
        for writer in writers {
            writer.await.expect("no writer panics");
        }
        self.over.set(true);
        for task in readers.into_iter().chain(others) {
            task.await.expect("no task panics");
        }
    }

    /// Objects crash or forget everything, and calls between them go unheard.
    fn misfortune(&self) -> JoinHandle<()> {
        let (server, zombie, over) = (self.server.clone(), self.zombie.clone(), self.over.clone());
        let (random, plan, spell) = (Random::new(self.plan.seed, 3), self.plan, self.spell.clone());
        spawn_local(async move {
            while !over.get() {
                if random.chance(50) {
                    tokio::time::sleep(random.milliseconds(15 * plan.unit_ms())).await;
                } else {
                    // Between two steps of the same moment.
                    for _ in 0..random.below(10) {
                        tokio::task::yield_now().await;
                    }
                    tokio::time::sleep(Duration::from_millis(plan.unit_ms())).await;
                }
                if let Some(slow) = plan.slow.filter(|_| random.chance(20)) {
                    spell.turn(slow, &random, &server);
                }
                let server = zombie.as_ref().filter(|_| random.chance(20)).unwrap_or(&server);
                match random.below(9) {
                    0 | 1 if plan.crashes => server.crash(random.pick(&PATHS)),
                    2 if plan.crashes && random.chance(30) => server.crash_all(),
                    3 if plan.fault_percent > 0 => server.unheard_calls(1),
                    4..=6 if plan.evict_when_idle => drop(server.evict(random.pick(&PATHS))),
                    _ => {}
                }
                assert_eq!(witness::lost_edges(server.database()), 0, "every fork is known to its source");
            }
        })
    }

    /// Lets alarms ring while others act.
    fn clock(&self) -> JoinHandle<()> {
        let (server, over, plan) = (self.server.clone(), self.over.clone(), self.plan);
        spawn_local(async move {
            while !over.get() {
                match plan.slow {
                    Some(_) => server.pass(7 * plan.unit_ms()).await,
                    None => server.run_for(7).await,
                }
            }
        })
    }

    /// Nothing goes wrong any more: what was late arrives, and what objects know is what the database holds.
    async fn calm_down(&self) {
        let database = self.server.database();
        self.spell.end(&self.server);
        self.subscribers.calm_down();
        self.pass(lasts(self.plan, CALM, CALM_SLOW)).await;
        let believed = self.contents().await;
        self.server.crash_all();
        let found = self.contents().await;
        for (path, found) in PATHS.iter().zip(&found) {
            let row = database.rows("SELECT path, generation, closed, gone, lease_ms FROM streams");
            let row = row.iter().find(|row| row["path"] == *path);
            if row.is_some_and(|row| row["lease_ms"].as_u64().is_some_and(|lease| lease <= self.server.now())) {
                // What has expired is not there, even if the alarm that tidies it up is still to ring.
                assert!(matches!(found.0, 404 | 410), "{path}: {found:?}");
                continue;
            }
            let lives = witness::lives(database);
            let expected = row.map(|row| {
                let life = lives.iter().find(|life| life.generation == row["generation"].as_str().unwrap()).unwrap();
                (row["gone"] == 1, life.log.clone(), row["closed"] == 1)
            });
            match expected {
                None => assert_eq!(found.0, 404, "{path}"),
                Some((true, ..)) => assert_eq!(found.0, 410, "{path}"),
                Some((false, log, closed)) => assert_eq!(*found, (200, log, closed), "{path}"),
            }
        }
        for (path, found) in PATHS.iter().zip(&found).filter(|(path, _)| self.history.is_told_closed(path)) {
            assert!(found.2 || self.plan.recreates, "{path} was said to be closed: {found:?}");
        }
        for ((path, found), believed) in PATHS.iter().zip(&found).zip(&believed) {
            // An object may not know yet of a batch that came late, or of another object's; what it knows is true.
            let behind = self.plan.zombie || self.plan.fault_percent > 0;
            if behind && believed.0 == 200 && found.0 == 200 && !self.plan.recreates {
                assert!(
                    found.1.starts_with(&believed.1) && (found.2 || !believed.2),
                    "{path}: {believed:?}, {found:?}"
                );
            } else if !behind {
                assert_eq!(found, believed, "{path} is what it was");
            }
        }
    }

    /// Status, content and closure of each path.
    async fn contents(&self) -> Vec<(u16, String, bool)> {
        let mut contents = Vec::new();
        for path in PATHS {
            contents.push(self.content(path).await);
        }
        contents
    }

    async fn content(&self, path: Path) -> (u16, String, bool) {
        let (mut text, mut position, mut failures) = (String::new(), "-1".to_owned(), 0);
        loop {
            let request = native::Request::new("GET", &format!("/v1/stream/{path}?offset={position}"));
            // An object that finds itself behind says so once, or breaks off what it has begun.
            let Some(page) = self.server.attempt(request).await.filter(|page| page.status != 503 || failures == 2)
            else {
                failures += 1;
                assert!(failures < 3, "{path} can't be read");
                continue;
            };
            match page.status {
                200 => text += &page.text(),
                status => return (status, String::new(), false),
            }
            if page.header("stream-up-to-date").is_some() {
                return (200, text, page.header("stream-closed").is_some());
            }
            position = page.header("stream-next-offset").expect("an offset").to_owned();
        }
    }

    /// Lets time pass until nothing is left to do for a while.
    async fn pass(&self, time: Duration) {
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        match self.plan.slow {
            Some(_) => self.server.pass(milliseconds).await,
            None => self.server.run_for(milliseconds).await,
        }
    }

    /// What fails is tried again, but not at once.
    fn no_alarm_storms(&self) {
        for path in PATHS {
            let rings = self.server.rings(path);
            let storm = rings.windows(RINGS_AN_HOUR).find(|rings| rings[RINGS_AN_HOUR - 1] - rings[0] < HOUR_MS);
            assert!(storm.is_none(), "the alarm of {path} rings {RINGS_AN_HOUR} times within an hour");
        }
    }

    /// Once debts are paid, sources know their forks and no others; once all is deleted, nothing is left.
    async fn clean_up(&self) {
        let database = self.server.database();
        let before = self.contents().await;
        self.pass(lasts(self.plan, DEBTS, DEBTS_SLOW)).await;
        if self.plan.subscribes {
            self.subscribers.check(&self.server, &self.history);
        }
        assert_eq!(witness::lost_edges(database), 0, "every fork is known to its source");
        assert_eq!(witness::leaked_edges(database), 0, "every edge has its fork");
        let left = database.leftovers();
        assert!(left.iter().all(|(table, _)| !matches!(&**table, "debts" | "garbage" | "discarded")), "{left:?}");
        for (path, (before, after)) in PATHS.iter().zip(before.iter().zip(self.contents().await)) {
            // One that was kept for a fork that never came to be is no longer kept.
            assert!(*before == after || (before.0 == 410 && after.0 == 404), "{path}: {before:?}, {after:?}");
        }
        if self.plan.only_refuses() {
            let (objects, named) = (self.server.bucket().keys().len(), witness::named_objects(database));
            assert!(objects <= named + UNNAMED, "{objects} objects, of which rows name {named}");
        }
        for path in PATHS {
            let reply = self.server.send(request("DELETE", path)).await;
            assert!(matches!(reply.status, 204 | 404 | 410), "{path}: {}", reply.status);
        }
        self.pass(lasts(self.plan, DEBTS, DEBTS_SLOW)).await;
        assert_eq!(database.leftovers(), []);
        if self.plan.slow.is_some_and(|slow| slow.restores) {
            for path in PATHS {
                let reply = self.server.send(restoration(path)).await;
                assert!(matches!(reply.status, 404 | 409), "{path} is deleted, and restored: {}", reply.text());
            }
        }
        // No life has begun twice.
        witness::lives(database);
        if self.plan.nothing_fails() {
            assert!(self.server.bucket().keys().is_empty(), "no object is left by what is not interrupted");
        }
        self.server.sweep_orphans().await.expect("nothing fails any more");
        assert!(self.server.bucket().keys().is_empty(), "no object outlasts a sweep");
        assert!(PATHS.iter().all(|path| !self.server.has_alarm(path)), "no alarm is left");
        self.no_alarm_storms();
    }
}
