//! A round: streams, clients that use them while the server is killed, and what came of it.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result};
use bench::client::Site;
use bytes::Bytes;
use fastrand::Rng;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::timeout;

use crate::caller::Caller;
use crate::check::{Finding, Found, check};
use crate::folder;
use crate::history::{Answer, Fate, History};
use crate::kills;
use crate::lives::Keeper;
use crate::log::Kind;
use crate::readers::{Mode, Reader};
use crate::streams::Stream;
use crate::wakes::{Expected, Subscriptions};
use crate::writers::{Manner, Writer};

const KINDS: [Kind; 4] = [Kind::Json, Kind::Bytes, Kind::Json, Kind::Bytes];
const MANNERS: [Manner; 4] = [Manner::Plain, Manner::Producer, Manner::Plain, Manner::Producer];
const KEEPERS: usize = 3;
/// Longer than a round takes by far.
const STUCK: Duration = Duration::from_secs(180);

/// What is to be played.
pub struct Round {
    pub site: Site,
    /// Unlike those of all other rounds on this server.
    pub name: String,
    pub seed: u64,
    pub kills: u32,
}

/// What came of it.
pub struct Outcome {
    pub findings: Vec<Finding>,
    pub tally: Tally,
}

/// How much there was to check.
#[derive(Debug, Default)]
pub struct Tally {
    pub appends: usize,
    pub unanswered: usize,
    pub repeated: usize,
    pub sights: usize,
    pub lives: usize,
    /// Requests to webhooks, and claims.
    pub wakes: usize,
}

type Task = JoinHandle<Result<()>>;

/// The parts of a round's seed.
struct Seeds(Rng);

impl Round {
    pub async fn play(&self) -> Result<Outcome> {
        let history = Rc::new(History::default());
        let found = timeout(STUCK, self.act(&history)).await.context("clients are stuck")??;
        Ok(Outcome { findings: check(&history, &found), tally: Tally::of(&history) })
    }

    /// All clients at the same time, until the last kill is over, and what there is then.
    async fn act(&self, history: &Rc<History>) -> Result<Found> {
        let mut seeds = Seeds(Rng::with_seed(self.seed));
        let streams = self.streams().await?;
        let over = Rc::new(Cell::new(false));
        let paths: Vec<_> = streams.iter().map(|stream| stream.name(&self.site)).collect();
        let mut subscriptions = Subscriptions::new(&self.site, &self.name, history, seeds.next());
        subscriptions.start(&paths).await?;
        let goals: Vec<Rc<Cell<Option<u64>>>> = streams.iter().map(|_| Rc::default()).collect();
        let readers = self.readers(&streams, &goals, history);
        let writers = self.writers(&mut seeds, &streams, &over, history);
        let keepers = self.keepers(&mut seeds, &streams, &over, history);
        kills::run(&self.site, seeds.next(), self.kills, history).await?;
        over.set(true);
        join(writers.into_iter().chain(keepers)).await?;

        let mut caller = Caller::new(&self.site);
        let mut found = Found { logs: Vec::new(), lives: Vec::new(), unsettled: Vec::new() };
        let mut expected = Vec::new();
        for (stream, goal) in streams.iter().zip(&goals) {
            let content = stream.content(&mut caller).await?;
            let (log, tail) = content.with_context(|| format!("{} is gone", stream.path))?;
            goal.set(Some(log.len()));
            expected.push(Expected { path: stream.name(&self.site), tail });
            found.logs.push(log);
        }
        join(readers).await?;
        found.unsettled = subscriptions.settle(&expected).await?;
        let lives = history.lives.borrow().clone();
        let mut expected = Vec::new();
        for life in lives {
            let stream = Stream { path: life.path, kind: life.own.kind() };
            let content = stream.content(&mut caller).await?;
            expected.extend(content.iter().map(|(_, tail)| Expected { path: stream.name(&self.site), tail: *tail }));
            found.lives.push(content.map(|(log, _)| log));
        }
        found.unsettled.extend(subscriptions.settle_lives(&expected).await?);
        subscriptions.end().await?;
        Ok(found)
    }

    async fn streams(&self) -> Result<Rc<[Stream]>> {
        let mut caller = Caller::new(&self.site);
        let mut streams = Vec::new();
        for (number, kind) in KINDS.into_iter().enumerate() {
            let stream = Stream::new(&self.site, &format!("{}/{number}", self.name), kind);
            let (answer, _) = caller.insist(|| stream.put(), &Bytes::new()).await;
            anyhow::ensure!(answer.status.is_success(), "a stream can't be created: {}", answer.status);
            streams.push(stream);
        }
        Ok(streams.into())
    }

    fn writers(
        &self,
        seeds: &mut Seeds,
        streams: &[Stream],
        over: &Rc<Cell<bool>>,
        history: &Rc<History>,
    ) -> Vec<Task> {
        let mut tasks = Vec::new();
        for (number, stream) in streams.iter().enumerate() {
            for (name, manner) in MANNERS.into_iter().enumerate() {
                let writer = Writer {
                    caller: Caller::new(&self.site),
                    random: seeds.next(),
                    history: history.clone(),
                    number,
                    stream: stream.clone(),
                    name: format!("{number}.{name}"),
                    manner,
                };
                tasks.push(spawn_local(writer.run(over.clone())));
            }
        }
        tasks
    }

    fn readers(&self, streams: &[Stream], goals: &[Rc<Cell<Option<u64>>>], history: &Rc<History>) -> Vec<Task> {
        let mut tasks = Vec::new();
        for (number, (stream, goal)) in streams.iter().zip(goals).enumerate() {
            for mode in Mode::ALL {
                let caller = Caller::new(&self.site);
                let (history, stream) = (history.clone(), stream.clone());
                let reader = Reader { caller, history, number, stream, mode, position: 0, refused: false };
                tasks.push(spawn_local(reader.run(goal.clone())));
            }
        }
        tasks
    }

    fn keepers(
        &self,
        seeds: &mut Seeds,
        streams: &Rc<[Stream]>,
        over: &Rc<Cell<bool>>,
        history: &Rc<History>,
    ) -> Vec<Task> {
        let keeper = |number: usize| Keeper {
            site: self.site.clone(),
            caller: Caller::new(&self.site),
            random: seeds.next(),
            history: history.clone(),
            streams: streams.clone(),
            name: format!("{}{}{number}", self.name, folder::LIVES),
        };
        let keepers: Vec<_> = (0..KEEPERS).map(keeper).collect();
        keepers.into_iter().map(|keeper| spawn_local(keeper.run(over.clone()))).collect()
    }
}

impl Seeds {
    fn next(&mut self) -> Rng {
        self.0.fork()
    }
}

async fn join(tasks: impl IntoIterator<Item = Task>) -> Result<()> {
    for task in tasks {
        task.await??;
    }
    Ok(())
}

impl Tally {
    fn of(history: &History) -> Self {
        let writes = history.writes.borrow();
        let repeated = |answer: &&Answer| matches!(answer, Answer::Repeated { .. });
        Self {
            appends: writes.len(),
            unanswered: writes.iter().filter(|write| write.fate() == Fate::Unknown).count(),
            repeated: writes.iter().flat_map(|write| &write.answers).filter(repeated).count(),
            sights: history.sights.borrow().len(),
            lives: history.lives.borrow().len(),
            wakes: history.wakes.deliveries.borrow().len() + history.wakes.claims.borrow().len(),
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { appends, unanswered, repeated, sights, lives, wakes } = self;
        write!(
            f,
            "{appends} appends ({unanswered} of unknown fate, {repeated} recognised as repeated), {sights} stretches \
             read, {lives} streams on the side, {wakes} requests to webhooks and claims",
        )
    }
}
