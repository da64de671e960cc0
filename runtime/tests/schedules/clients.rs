//! Clients that write, each in its own way, and note down what they are told.

use crate::history::{Ending, Fate, History, Write};
use crate::random::Random;
use native::{Reply, Request, Server};
use std::cell::Cell;
use std::rc::Rc;

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
}

/// How long a client waits at most between two requests, in milliseconds.
const PAUSE_MS: u64 = 20;

/// A producer's id, and the number of its append.
type Tuple<'a> = (&'a str, u64);

pub fn request(method: &str, path: Path) -> Request {
    Request::new(method, &format!("/v1/stream/{path}"))
}

pub fn offset(reply: &Reply) -> usize {
    let offset = reply.header("stream-next-offset").expect("an offset");
    usize::from_str_radix(offset, 16).expect("an offset is hexadecimal")
}

impl Client {
    pub async fn pause(&self) {
        if self.random.chance(50) {
            tokio::time::sleep(self.random.milliseconds(PAUSE_MS)).await;
        } else {
            tokio::task::yield_now().await;
        }
    }

    fn body(&self) -> String {
        self.bodies.set(self.bodies.get() + 1);
        format!("<{:03}{}>", self.bodies.get(), ".".repeat(self.random.below(12) as usize))
    }

    /// The answer, unless there is none, or one that says as much as none.
    async fn ask(&self, path: Path, request: Request) -> Option<Reply> {
        let zombie = self.zombie.as_ref().filter(|_| self.random.chance(20));
        let reply = zombie.unwrap_or(&self.server).attempt(request).await?;
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

    /// Sends a write, a producer's until there is an answer, and any other once. Returns the status of the answer.
    async fn write(&self, path: Path, body: String, closes: bool, producer: Option<Tuple<'_>>) -> Option<u16> {
        let mut request = request("POST", path).body(body.clone());
        if !body.is_empty() {
            request = request.header("content-type", "text/plain");
        }
        if closes {
            request = request.header("stream-closed", true);
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
        self.history.wrote(Write { path, body, closes, retried, sent, answered, fate });
        reply.map(|reply| reply.status)
    }

    /// Appends, each body once.
    pub async fn append(&self, path: Path) {
        for _ in 0..2 + self.random.below(6) {
            self.pause().await;
            self.write(path, self.body(), false, None).await;
        }
    }

    /// Appends, each body until it is answered.
    pub async fn produce(&self, path: Path, name: u64) {
        let (mut life, mut seq) = (0, 0);
        for _ in 0..2 + self.random.below(6) {
            self.pause().await;
            let id = format!("{name}-{life}");
            if self.write(path, self.body(), false, Some((&id, seq))).await.is_some_and(|status| status < 300) {
                seq += 1;
            } else {
                // Whatever there is now, it starts over.
                (life, seq) = (life + 1, 0);
            }
        }
    }

    /// Closes the stream: with a last append, as a producer, or with nothing more.
    pub async fn close(&self, path: Path, name: u64) {
        tokio::time::sleep(self.random.milliseconds(5 * PAUSE_MS)).await;
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
        let milliseconds = self.server.now() % 60_000 + self.random.below(5 * PAUSE_MS);
        format!("2026-01-01T00:00:{:02}.{:03}Z", milliseconds / 1000, milliseconds % 1000)
    }

    /// Creates a stream, unless it is there, and perhaps for a short time only.
    pub async fn create(&self, path: Path, expires: bool) {
        let body = self.body();
        let mut request = request("PUT", path).header("content-type", "text/plain").body(body.clone());
        if expires && self.random.chance(50) {
            request = request.header("stream-expires-at", self.soon());
        }
        let sent = self.history.moment();
        let reply = self.ask(path, request).await;
        let fate = match &reply {
            Some(reply) if reply.status == 201 => Fate::Acknowledged { stop: offset(reply) },
            Some(_) => Fate::Refused,
            None => Fate::Unknown,
        };
        let answered = self.history.moment();
        self.history.wrote(Write { path, body, closes: false, retried: false, sent, answered, fate });
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
        self.insist(path, fork).await;
    }

    /// Deletes streams, and creates them anew.
    pub async fn recreate(&self, path: Path, source: Option<Path>, expires: bool) {
        for _ in 0..1 + self.random.below(3) {
            tokio::time::sleep(self.random.milliseconds(3 * PAUSE_MS)).await;
            let sent = self.history.moment();
            if self.ask(path, request("DELETE", path)).await.is_some_and(|reply| reply.status == 204) {
                self.history.ended(Ending { path, sent, answered: self.history.moment() });
            }
            self.pause().await;
            match source {
                Some(source) => self.fork(path, source, expires).await,
                None => self.create(path, expires).await,
            }
        }
    }
}
