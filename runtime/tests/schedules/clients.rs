//! Clients that write, each in its own way, and note down what they are told.

use crate::history::{Ending, Fate, History, Write};
use crate::plan::Plan;
use crate::random::Random;
use crate::witness;
use native::{Reply, Request, Server};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

pub type Path = &'static str;

/// One client of a schedule.
pub struct Client {
    pub server: Server,
    /// A second server of the same streams, which is asked now and then.
    pub zombie: Option<Server>,
    pub random: Random,
    pub history: Rc<History>,
    /// How many bodies there have been, to make the next one unlike all of them.
    pub bodies: Rc<Cell<u64>>,
    pub plan: Plan,
}

/// How long a client waits at most between two requests, in milliseconds.
const PAUSE_MS: u64 = 20;

/// How long a client waits at most for an answer: longer than anything takes that is answered at all.
const PATIENCE: Duration = Duration::from_secs(1800);

/// When servers start: 2026-01-01T00:00:00Z.
const BEGIN_MS: u64 = 1_767_225_600_000;

/// A producer's id, and the number of its append.
type Tuple<'a> = (&'a str, u64);

pub fn request(method: &str, path: Path) -> Request {
    Request::new(method, &format!("/v1/stream/{path}"))
}

pub fn restoration(path: Path) -> Request {
    Request::new("POST", &format!("/v1/restore/{path}"))
}

pub fn offset(reply: &Reply) -> usize {
    let offset = reply.header("stream-next-offset").expect("an offset");
    usize::from_str_radix(offset, 16).expect("an offset is hexadecimal")
}

impl Client {
    pub async fn pause(&self) {
        if self.random.chance(50) {
            tokio::time::sleep(self.milliseconds(PAUSE_MS)).await;
        } else {
            tokio::task::yield_now().await;
        }
    }

    /// Less than `bound` milliseconds, or than so many seconds where the world is slow.
    fn milliseconds(&self, bound: u64) -> Duration {
        self.random.milliseconds(bound * self.plan.unit_ms())
    }

    /// The answer of a server, unless its object crashes. It comes within some time, whatever hangs.
    pub async fn attempt(&self, server: &Server, request: Request) -> Option<Reply> {
        if self.plan.slow.is_none() {
            return server.attempt(request).await;
        }
        let asked = format!("{request:?}");
        let Ok(reply) = tokio::time::timeout(PATIENCE, server.attempt(request)).await else {
            panic!("no answer to {asked}");
        };
        let unavailable = reply.as_ref().is_some_and(|reply| reply.status == 503);
        if unavailable && self.plan.nothing_fails() {
            panic!("503 to {asked}, though nothing fails: {:?}", self.server.reports());
        }
        reply
    }

    fn body(&self) -> String {
        self.bodies.set(self.bodies.get() + 1);
        format!("<{:03}{}>", self.bodies.get(), ".".repeat(self.random.below(12) as usize))
    }

    /// The answer, unless there is none, or one that says as much as none.
    async fn ask(&self, path: Path, request: Request) -> Option<Reply> {
        let zombie = self.zombie.as_ref().filter(|_| self.random.chance(20));
        let reply = self.attempt(zombie.unwrap_or(&self.server), request).await?;
        if reply.header("stream-closed").is_some() {
            self.history.told_closed(path);
        }
        (reply.status != 503 && reply.status != 429).then_some(reply)
    }

    /// The answer to a request that may be sent again.
    async fn insist(&self, path: Path, request: Request) -> Reply {
        loop {
            if let Some(reply) = self.ask(path, request.clone()).await {
                return reply;
            }
            self.pause().await;
        }
    }

    /// Sends a write, a producer's until there is an answer, and any other once. Returns the answer.
    async fn write(&self, path: Path, body: String, closes: bool, producer: Option<Tuple<'_>>) -> Option<Reply> {
        self.write_at(None, path, body, closes, producer).await
    }

    /// The same, but only at an offset, if there is one.
    async fn write_at(
        &self,
        expected: Option<usize>,
        path: Path,
        body: String,
        closes: bool,
        producer: Option<Tuple<'_>>,
    ) -> Option<Reply> {
        let mut request = request("POST", path).body(body.clone());
        if !body.is_empty() {
            request = request.header("content-type", "text/plain");
        }
        if closes {
            request = request.header("stream-closed", true);
        }
        if let Some(expected) = expected {
            request = request.header("stream-expected-offset", format!("{expected:016X}"));
        }
        if let Some((id, seq)) = producer {
            request = request.header("producer-id", id).header("producer-epoch", 0).header("producer-seq", seq);
        }
        let sent = self.history.moment();
        let mut retried = false;
        let reply = loop {
            let reply = self.ask(path, request.clone()).await;
            if reply.is_some() || producer.is_none() {
                break reply;
            }
            retried = true;
            self.pause().await;
        };
        let fate = match &reply {
            Some(reply) if reply.status < 300 => Fate::Acknowledged { stop: offset(reply) },
            Some(_) if !retried => Fate::Refused,
            _ => Fate::Unknown,
        };
        let answered = self.history.moment();
        self.history.wrote(Write { path, body, closes, creates: false, expected, retried, sent, answered, fate });
        reply
    }

    /// Appends, each body once: perhaps only where an answer has said that the tail is.
    pub async fn append(&self, path: Path) {
        let mut tail = None;
        for _ in 0..2 + self.random.below(6) {
            self.pause().await;
            let expected = tail.filter(|_| self.plan.expects);
            let reply = self.write_at(expected, path, self.body(), false, None).await;
            let told = reply.filter(|reply| reply.header("stream-next-offset").is_some());
            tail = told.as_ref().map(offset).or(tail);
        }
    }

    /// Appends, each body until it is answered.
    pub async fn produce(&self, path: Path, name: u64) {
        let (mut life, mut seq) = (0, 0);
        for _ in 0..2 + self.random.below(6) {
            self.pause().await;
            let id = format!("{name}-{life}");
            if self.write(path, self.body(), false, Some((&id, seq))).await.is_some_and(|reply| reply.status < 300) {
                seq += 1;
            } else {
                // Whatever there is now, it starts over.
                (life, seq) = (life + 1, 0);
            }
        }
    }

    /// Closes the stream: with a last append, as a producer, or with nothing more.
    pub async fn close(&self, path: Path, name: u64) {
        tokio::time::sleep(self.milliseconds(5 * PAUSE_MS)).await;
        match self.random.below(3) {
            0 => {
                self.write(path, self.body(), true, Some((&format!("{name}-closer"), 0))).await;
            }
            1 => {
                self.write(path, self.body(), true, None).await;
            }
            _ => {
                self.insist(path, request("POST", path).header("stream-closed", true)).await;
            }
        }
    }

    /// A moment in the near future, as a stream may be told to expire at it.
    fn soon(&self) -> String {
        let unit_ms = self.plan.unit_ms();
        let milliseconds = self.server.now() - BEGIN_MS + self.random.below(5 * PAUSE_MS * unit_ms);
        let (minutes, milliseconds) = (milliseconds / 60_000, milliseconds % 60_000);
        let (day, hour, minute) = (1 + minutes / 1440, minutes / 60 % 24, minutes % 60);
        format!("2026-01-{day:02}T{hour:02}:{minute:02}:{:02}.{:03}Z", milliseconds / 1000, milliseconds % 1000)
    }

    /// Creates a stream, unless it is there, and perhaps for a short time only.
    pub async fn create(&self, path: Path, expires: bool) {
        let body = self.body();
        let mut request = request("PUT", path).header("content-type", "text/plain").body(body.clone());
        if expires && self.random.chance(50) {
            request = request.header("stream-expires-at", self.soon());
        }
        self.begin(path, request, body).await;
    }

    /// Asks once for a stream that begins with that. Says whether there was an answer.
    async fn begin(&self, path: Path, request: Request, body: String) -> bool {
        let sent = self.history.moment();
        let reply = self.ask(path, request).await;
        let fate = match &reply {
            Some(reply) if reply.status == 201 => Fate::Acknowledged { stop: offset(reply) },
            Some(_) => Fate::Refused,
            None => Fate::Unknown,
        };
        let answered = self.history.moment();
        let (closes, creates, expected, retried) = (false, true, None, false);
        self.history.wrote(Write { path, body, closes, creates, expected, retried, sent, answered, fate });
        reply.is_some()
    }

    /// Forks a stream, somewhere.
    pub async fn fork(&self, path: Path, source: Path, expires: bool) {
        self.pause().await;
        let mut fork = request("PUT", path).header("stream-forked-from", format!("/v1/stream/{source}"));
        match self.random.below(3) {
            0 => fork = fork.header("stream-fork-offset", "-1"),
            1 => fork = fork.header("stream-fork-offset", format!("{:016X}", self.random.below(20))),
            _ => {}
        }
        if expires && self.random.chance(50) {
            fork = fork.header("stream-expires-at", self.soon());
        }
        if self.plan.slow.is_none() {
            self.insist(path, fork).await;
            return;
        }
        // Each begins with something else, to tell which of them it was.
        loop {
            let body = self.body();
            if self.begin(path, fork.clone().body(body.clone()), body).await {
                return;
            }
            self.pause().await;
        }
    }

    /// Tries to restore streams, as an operator might who has not looked which: what is deleted stays so.
    pub async fn restore(&self, paths: &[Path]) {
        for _ in 0..2 + self.random.below(4) {
            tokio::time::sleep(self.milliseconds(8 * PAUSE_MS)).await;
            let path = self.random.pick(paths);
            // It loses against whoever appends meanwhile, which is no failure.
            let restored = self.server.attempt(restoration(path));
            let _ = tokio::time::timeout(PATIENCE, restored).await;
        }
    }

    /// Deletes streams, and creates them anew.
    pub async fn recreate(&self, path: Path, source: Option<Path>, expires: bool) {
        for _ in 0..1 + self.random.below(3) {
            tokio::time::sleep(self.milliseconds(3 * PAUSE_MS)).await;
            let sent = self.history.moment();
            if self.ask(path, request("DELETE", path)).await.is_some_and(|reply| reply.status == 204) {
                let (answered, births) = (self.history.moment(), witness::births(self.server.database()));
                self.history.ended(Ending { path, sent, answered, births });
            }
            self.pause().await;
            match source {
                Some(source) => self.fork(path, source, expires).await,
                None => self.create(path, expires).await,
            }
        }
    }
}
