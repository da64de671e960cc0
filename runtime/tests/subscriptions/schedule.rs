//! Random histories with faults: after any of them, everything is delivered, nothing was acknowledged by nobody, and one holder had the
//! wake at a time.
//!
//! `SEED=n cargo test -p runtime --test subscriptions schedule` plays one of them again, and `SCHEDULES=20000` that many.

#[path = "../schedules/random.rs"]
mod random;

use crate::setup::*;
use native::{Fault, Reaction, Reception, Request, Sent, Server, path_of, run};
use random::Random;
use runtime::subscription::Shown;
use runtime::subscription::reach::Reach;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;
use subscriptions::{Ack, Acknowledgment, Claimed, Delivered, Failure, Life, Phase, Target};
use tokio::task::{JoinHandle, spawn_local};

const SCHEDULES: u64 = 200;

const STREAMS: [&str; 3] = ["s/a", "s/b", "t"];

/// Time after which nothing that a fault has delayed is left: retries are a minute apart, and more with jitter.
const QUIET_MS: u64 = 100_000;

/// The cursor and the tail of each stream.
type Positions = BTreeMap<String, (u64, u64)>;

/// What clients have seen.
#[derive(Default)]
struct Seen {
    /// The ID of the wake of each generation.
    wakes: BTreeMap<u64, String>,
    /// The generations whose wakes were announced to workers.
    announced: BTreeSet<u64>,
    claims: Vec<Claimed>,
    /// The generation of the newest call that a holder made with success.
    newest_held: u64,
    /// The greatest offset that somebody may have acknowledged, by stream.
    justified: BTreeMap<String, u64>,
    /// The life of the subscription, and its cursors and tails, when they were read last.
    shown: Option<(Life, Positions)>,
}

impl Seen {
    fn wake(&mut self, generation: u64, id: &str) {
        let known = self.wakes.entry(generation).or_insert_with(|| id.to_owned());
        assert_eq!(known, id, "two wakes have the generation {generation}");
    }

    fn justify(&mut self, path: &str, offset: u64) {
        let greatest = self.justified.entry(path.to_owned()).or_default();
        *greatest = offset.max(*greatest);
    }

    /// A holder made a call with success.
    fn held(&mut self, generation: u64) {
        assert!(generation >= self.newest_held, "{generation} is held after {}", self.newest_held);
        self.newest_held = generation;
    }
}

struct Play {
    server: Server,
    random: Random,
    is_pulled: bool,
    seen: Rc<RefCell<Seen>>,
    tasks: Vec<JoinHandle<()>>,
}

#[test]
fn everything_is_announced_and_one_holder_has_the_wake() {
    let variable = |name| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seeds = match variable("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..variable("SCHEDULES").unwrap_or(SCHEDULES),
    };
    for seed in seeds {
        let played = std::panic::catch_unwind(|| run(play(seed)));
        assert!(played.is_ok(), "SEED={seed}");
    }
}

async fn play(seed: u64) {
    let random = Random::new(seed, 7);
    let server = Server::sharded(random.pick(&[1, 1, 3]), |_| {});
    let is_pulled = random.chance(50);
    let mut play = Play { server, random, is_pulled, seen: Rc::default(), tasks: Vec::new() };
    create_stream(&play.server, "pool", &[]).await;
    create_stream(&play.server, "s/a", &["1"]).await;
    subscribe(&play.server, play.configuration()).await.expect("a subscription");
    play.react(seed);
    for _ in 0..play.random.below(60) {
        play.step();
        let time = play.random.pick(&[0, 0, 5, 500, 4_000, 20_000]);
        play.server.pass(time).await;
        play.check_cursors().await;
    }
    play.settle().await;
}

impl Play {
    fn configuration(&self) -> subscriptions::Configuration {
        let target = if self.is_pulled { Target::PullWake(path("pool")) } else { webhook() };
        configuration(target, "s/*", &["t"])
    }

    /// Lets receivers do anything, and messages of streams be lost.
    fn react(&self, seed: u64) {
        let random = Random::new(seed, 9);
        self.server.subscriptions().receive(move |_, _| match random.below(10) {
            0 => Reception::Unheard,
            1 => Reception::Hung,
            _ => Reception::Delivered,
        });
        let (random, seen) = (Random::new(seed, 8), self.seen.clone());
        self.server.receivers().react(move |sent| {
            let outcomes = [
                Delivered::Done,
                Delivered::Accepted,
                Delivered::Failed(Failure::Status(500)),
                Delivered::Failed(Failure::Unreachable),
            ];
            let outcome = random.pick(&outcomes);
            record(&seen, sent, outcome);
            Reaction { after: if random.chance(50) { Duration::ZERO } else { random.milliseconds(60_000) }, outcome }
        });
    }

    fn step(&mut self) {
        let stream = self.random.pick(&STREAMS);
        match self.random.below(14) {
            0..=3 => self.start(async move |server, _| {
                append(&server, stream).await;
            }),
            4 => self.start(async move |server, _| {
                let put =
                    Request::new("PUT", &format!("/v1/stream/{stream}")).header("content-type", "application/json");
                // The creation may fail, or the stream exist.
                let _ = server.attempt(put.body("[1]")).await;
            }),
            5 if self.random.chance(40) => self.start(async move |server, _| {
                // The deletion may fail.
                let _ = server.attempt(Request::new("DELETE", &format!("/v1/stream/{stream}"))).await;
            }),
            6 => self.start(async move |server, seen| {
                let worker = subscriptions::WorkerName::read("worker-1").expect("a name");
                let claimed =
                    server.subscription(&id(), async |object| object.claim(worker, &Reach::everywhere()).await).await;
                if let Some(Ok(Ok(claimed))) = claimed {
                    let generation = claimed.claims.generation.get();
                    let mut seen = seen.borrow_mut();
                    seen.wake(generation, claimed.wake_id.as_str());
                    seen.held(generation);
                    seen.claims.push(claimed);
                }
            }),
            7 | 8 => self.acknowledge(),
            9 => self.release(),
            10 if self.random.chance(70) => self.server.crash(&path_of(&id())),
            10 => self.server.crash(stream),
            11 => self.break_databases(),
            12 => self.start(async move |server, _| {
                let link = vec![path("u")];
                let _ = server
                    .subscription(&id(), async |object| object.add_links(&link, LINKS_MAX, &Reach::everywhere()).await)
                    .await;
                let _ = server
                    .subscription(&id(), async |object| object.remove_link(&path("u"), &Reach::everywhere()).await)
                    .await;
            }),
            _ if self.random.chance(20) => self.recreate(),
            _ => {}
        }
    }

    /// Runs a task whose end is not waited for.
    fn start(&mut self, task: impl AsyncFnOnce(Server, Rc<RefCell<Seen>>) + 'static) {
        let (server, seen) = (self.server.clone(), self.seen.clone());
        self.tasks.push(spawn_local(async move { task(server, seen).await }));
    }

    fn acknowledge(&mut self) {
        let Some(claimed) = self.any_claim() else { return };
        let (is_all, done) = (self.random.chance(60), self.random.chance(60));
        let acks = claimed
            .streams
            .iter()
            .map(|info| Ack { path: info.path.clone(), offset: if is_all { info.tail } else { info.acked } });
        let call = Acknowledgment { credentials: credentials(&claimed), acks: acks.collect(), done };
        self.start(async move |server, seen| {
            for Ack { path, offset } in &call.acks {
                seen.borrow_mut().justify(path.as_str(), offset.get());
            }
            let done = server.subscription(&id(), async |object| object.acknowledge(&call).await).await;
            if let Some(Ok(Ok(_))) = done {
                seen.borrow_mut().held(call.credentials.generation.get());
            }
        });
    }

    fn release(&mut self) {
        let Some(claimed) = self.any_claim() else { return };
        self.start(async move |server, seen| {
            let credentials = credentials(&claimed);
            let released = server.subscription(&id(), async |object| object.release(&credentials).await).await;
            if let Some(Ok(Ok(()))) = released {
                seen.borrow_mut().held(credentials.generation.get());
            }
        });
    }

    /// One of the newest claims.
    fn any_claim(&self) -> Option<Claimed> {
        let seen = self.seen.borrow();
        let count = seen.claims.len();
        let back = self.random.below(2) as usize;
        seen.claims.get(count.checked_sub(back + 1)?).cloned()
    }

    fn recreate(&mut self) {
        let configuration = self.configuration();
        self.start(async move |server, _| {
            let _ = server.subscription(&id(), async |object| object.delete(&Reach::everywhere()).await).await;
            let _ = server.subscription(&id(), async |object| object.create(configuration, LINKS_MAX).await).await;
        });
    }

    fn break_databases(&self) {
        let faults = [
            Fault::Lost,
            Fault::Unheard,
            Fault::Slow(Duration::from_secs(3)),
            Fault::Underway(Duration::from_secs(8)),
            Fault::Late(Duration::from_secs(12)),
            Fault::Hung,
            Fault::None,
        ];
        for database in self.server.databases() {
            let faults: Vec<_> = (0..self.random.below(4)).map(|_| self.random.pick(&faults)).collect();
            database.inject(faults);
        }
    }

    /// No cursor has gone back, or beyond what somebody has acknowledged.
    async fn check_cursors(&self) {
        let found = self.server.subscription(&id(), async |object| object.read(&Reach::everywhere()).await).await;
        let Some(Ok(Some(Shown { subscription, streams }))) = found else { return };
        let mut seen = self.seen.borrow_mut();
        if let Some(wake) = subscription.phase.wake() {
            seen.wake(subscription.generation.get(), wake.id.as_str());
        }
        let now = streams.iter().map(|info| (info.path.as_str().to_owned(), (info.acked.get(), info.tail.get())));
        let now: BTreeMap<_, _> = now.collect();
        if let Some((_, before)) = seen.shown.take().filter(|(life, _)| *life == subscription.life) {
            for (stream, (acked, tail)) in before {
                let Some((moved, _)) = now.get(&stream) else { continue };
                assert!(*moved >= acked, "the cursor of {stream} goes back from {acked} to {moved}");
                // Beyond the tail, another life of the stream has begun.
                let justified = seen.justified.get(&stream).copied().unwrap_or_default().max(acked);
                assert!(*moved <= justified || *moved > tail, "nobody has acknowledged {moved} of {stream}");
            }
        }
        seen.shown = Some((subscription.life, now));
    }

    /// Lets all faults end. Then everything is delivered to honest receivers, and the subscription sleeps.
    async fn settle(mut self) {
        self.server.databases().iter().for_each(native::Sqlite::heal);
        self.server.subscriptions().always(Reception::Delivered);
        for task in std::mem::take(&mut self.tasks) {
            let _ = tokio::time::timeout(Duration::from_secs(600), task).await;
        }
        self.server.pass(QUIET_MS).await;
        let announced = self.seen.borrow().announced.clone();
        check_wake(&self.server, &announced).await;
        let seen = self.seen.clone();
        self.server.receivers().react(move |sent| {
            record(&seen, sent, Delivered::Done);
            Reaction { after: Duration::ZERO, outcome: Delivered::Done }
        });
        // The sweep announces what was lost.
        self.server.sweep_subscriptions().await.expect("no failure");
        self.server.pass(QUIET_MS).await;
        while self.is_pulled
            && let Ok(claimed) = claim(&self.server).await
        {
            let generation = claimed.claims.generation.get();
            self.seen.borrow_mut().wake(generation, claimed.wake_id.as_str());
            self.seen.borrow_mut().held(generation);
            assert!(acknowledge(&self.server, all_of(&claimed)).await.is_ok());
        }
        self.server.pass(QUIET_MS).await;
        let Some(found) = read(&self.server).await else { return };
        for info in &found.streams {
            assert!(!info.has_pending(), "{} is acknowledged up to {} of {}", info.path, info.acked, info.tail);
        }
        let linked: Vec<_> = found.streams.iter().map(|info| info.path.as_str()).collect();
        for stream in ["s/a", "s/b"] {
            // Its object may not know yet that a late deletion has committed.
            self.server.crash(stream);
            let head = self.server.send(Request::new("HEAD", &format!("/v1/stream/{stream}"))).await;
            assert_eq!(linked.contains(&stream), head.status == 200, "{stream}");
        }
        assert!(matches!(found.subscription.phase, Phase::Idle { .. }), "{:?}", found.subscription.phase);
        assert!(!self.server.has_alarm(&path_of(&id())), "an idle subscription sleeps");
    }
}

/// Records what a receiver hears, and what it acknowledges by its response.
fn record(seen: &RefCell<Seen>, sent: &Sent, outcome: Delivered) {
    let mut seen = seen.borrow_mut();
    match sent {
        Sent::Delivery(delivery) => {
            seen.wake(delivery.attempt.generation.get(), delivery.attempt.wake_id.as_str());
            if outcome == Delivered::Done {
                for info in &delivery.notice.streams {
                    seen.justify(info.path.as_str(), info.tail.get());
                }
            }
        }
        Sent::Announcement(announcement) => {
            let generation = announcement.attempt.generation.get();
            seen.wake(generation, announcement.attempt.wake_id.as_str());
            if !matches!(outcome, Delivered::Failed(_)) {
                seen.announced.insert(generation);
            }
        }
    }
}
