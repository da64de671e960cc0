//! Streams that are created, forked, appended to and deleted on the side.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use bench::client::{Answer, Site};
use bytes::Bytes;
use fastrand::Rng;
use hyper::http::request::Builder;
use tokio::time::sleep;

use crate::body::{body, encoded};
use crate::caller::Caller;
use crate::history::{Fate, History, Life, List, Presence};
use crate::log::{Kind, Log};
use crate::streams::{Stream, list, listed, stop};
use crate::writers::numbered;

pub struct Keeper {
    pub site: Site,
    pub caller: Caller,
    pub random: Rng,
    pub history: Rc<History>,
    /// The streams that are written to meanwhile, by their numbers in the history.
    pub streams: Rc<[Stream]>,
    pub name: String,
}

/// How long a keeper waits at most between two lives.
const PAUSE_MS: u64 = 60;

impl Keeper {
    /// Sees one life after the other through, until `over`.
    pub async fn run(mut self, over: Rc<Cell<bool>>) -> Result<()> {
        let mut number = 0;
        while !over.get() {
            sleep(Duration::from_millis(self.random.u64(..PAUSE_MS))).await;
            let name = format!("{}-{number}", self.name);
            match self.random.u8(..16) {
                0..3 => self.try_once(&name).await,
                3..7 => self.fork(&name).await,
                7..10 => self.succession(&name).await,
                10..13 => self.fork_of_doomed(&name).await,
                _ => self.recreation(&name).await?,
            }
            self.list(&name).await?;
            number += 1;
        }
        Ok(())
    }

    /// Lists the streams of a life.
    async fn list(&mut self, name: &str) -> Result<()> {
        let settled = self.history.lives.borrow().len();
        let (path, below) = self.stream_path(name);
        let (answer, _) = self.caller.insist(|| list(&self.site, name), &Bytes::new()).await;
        if answer.status != 200 {
            self.refused("a list", answer.status.as_u16());
            return Ok(());
        }
        let paths = listed(&answer.body)?.into_iter().map(|listed| format!("{path}{listed}")).collect();
        self.history.lists.borrow_mut().push(List { below, settled, paths });
        Ok(())
    }

    /// What the paths of streams begin with, and those of the streams with this name.
    fn stream_path(&self, name: &str) -> (String, String) {
        let path = format!("{}/v1/stream/", self.site.prefix);
        let below = format!("{path}{name}");
        (path, below)
    }

    /// Creates a stream with content, and does not ask again if there is no answer.
    async fn try_once(&mut self, name: &str) {
        let (stream, own) = self.unborn(name);
        let answer = self.caller.ask(stream.put(), encoded(&own)).await;
        let presence = match answer.map(|answer| answer.status.as_u16()) {
            Some(201) => Presence::There,
            Some(status) => return self.refused("a creation", status),
            None => Presence::Unknown,
        };
        self.lived(stream, presence, None, own);
    }

    /// Parts from one of the streams that are being written to, writes on, and perhaps ends.
    async fn fork(&mut self, name: &str) {
        let source = self.random.usize(..self.streams.len());
        let stop = self.random.u64(..=self.known_tail(source));
        let (origin, kind) = (self.streams[source].clone(), self.streams[source].kind);
        let stream = Stream::new(&self.site, name, kind);
        let offset = origin.offset(stop);
        let fork = || forking(&stream, &origin).header("stream-fork-offset", &offset);
        self.insist("a fork", fork, Bytes::new(), &[201, 200]).await;
        let own = body(&mut self.random, kind, name, 1);
        self.append(&stream, &own).await;
        let presence = if self.random.bool() { self.end(&stream).await } else { Presence::There };
        self.lived(stream, presence, Some((source, stop)), own);
    }

    /// Creates a stream, forks it, and deletes the first.
    async fn succession(&mut self, name: &str) {
        let (stream, first) = self.unborn(name);
        self.insist("a creation", || stream.put(), encoded(&first), &[201, 200]).await;
        let heir = Stream::new(&self.site, &format!("{name}-heir"), stream.kind);
        self.insist("a fork", || forking(&heir, &stream), Bytes::new(), &[201, 200]).await;
        let presence = self.end(&stream).await;
        let more = body(&mut self.random, heir.kind, name, 1);
        self.append(&heir, &more).await;
        let mut whole = first.clone();
        whole.append(&more);
        self.lived(stream, presence, None, first);
        self.lived(heir, Presence::There, None, whole);
    }

    /// Forks a stream while it is deleted: the fork is there with all it has from it, or it is not there.
    async fn fork_of_doomed(&mut self, name: &str) {
        let (stream, first) = self.unborn(name);
        self.insist("a creation", || stream.put(), encoded(&first), &[201, 200]).await;
        let heir = Stream::new(&self.site, &format!("{name}-heir"), stream.kind);
        let mut other = Caller::new(&self.site);
        let (nothing, wait) = (Bytes::new(), Duration::from_millis(self.random.u64(..PAUSE_MS)));
        let deletion = async {
            sleep(wait).await;
            self.caller.insist(|| stream.delete(), &nothing).await
        };
        let ((forked, attempts), (deleted, _)) =
            tokio::join!(other.insist(|| forking(&heir, &stream), &nothing), deletion);
        if !matches!(deleted.status.as_u16(), 204 | 404 | 410) {
            self.refused("a deletion", deleted.status.as_u16());
        }
        let presence = match forked.status.as_u16() {
            200 | 201 => Presence::There,
            404 | 409 | 410 if attempts == 1 => Presence::Ended,
            404 | 409 | 410 => Presence::Unknown,
            status => return self.refused("a fork", status),
        };
        let mut whole = first.clone();
        if presence == Presence::There {
            let more = body(&mut self.random, heir.kind, name, 1);
            self.append(&heir, &more).await;
            whole.append(&more);
        }
        if self.random.bool() {
            self.restore(&stream).await;
        }
        self.lived(stream, Presence::Ended, None, first);
        self.lived(heir, presence, None, whole);
    }

    /// Deletes a stream, and creates another at its path, of which the first is no part.
    async fn recreation(&mut self, name: &str) -> Result<()> {
        let (stream, first) = self.unborn(name);
        self.insist("a creation", || stream.put(), encoded(&first), &[201, 200]).await;
        if self.random.bool() {
            let more = body(&mut self.random, stream.kind, name, 1);
            self.append(&stream, &more).await;
        }
        self.end(&stream).await;
        if self.random.bool() {
            self.restore(&stream).await;
        }
        let second = body(&mut self.random, stream.kind, name, 2);
        let answer = self.insist("a second creation", || stream.put(), encoded(&second), &[201, 200]).await;
        if answer.status.is_success() && stop(&answer)? > second.len() {
            // It begins where the first had not come: then what was read of the first goes on nowhere.
            let (stale, _) = self.caller.insist(|| stream.get(0, ""), &Bytes::new()).await;
            if stale.status != 410 {
                self.refused("an offset of a deleted stream", stale.status.as_u16());
            }
        }
        if self.random.bool() {
            self.restore(&stream).await;
        }
        self.lived(stream, Presence::There, None, second);
        Ok(())
    }

    /// Asks once for a stream to be restored. Whatever comes of it, what is there in the end shows what was done.
    async fn restore(&mut self, stream: &Stream) {
        self.caller.ask(stream.restore(), Bytes::new()).await;
    }

    fn unborn(&mut self, name: &str) -> (Stream, Log) {
        let kind = if self.random.bool() { Kind::Json } else { Kind::Bytes };
        (Stream::new(&self.site, name, kind), body(&mut self.random, kind, name, 0))
    }

    async fn append(&mut self, stream: &Stream, body: &Log) {
        self.insist("an append", || numbered(stream, "keeper", 0), encoded(body), &[200, 204]).await;
    }

    async fn end(&mut self, stream: &Stream) -> Presence {
        // One that was not answered may have been done.
        self.insist("a deletion", || stream.delete(), Bytes::new(), &[204, 404, 410]).await;
        Presence::Ended
    }

    /// Asks until there is an answer. The first of `statuses` is that to what is new; the others are for repetitions.
    async fn insist(&mut self, what: &str, request: impl Fn() -> Builder, body: Bytes, statuses: &[u16]) -> Answer {
        let (answer, attempts) = self.caller.insist(request, &body).await;
        let expected = if attempts == 1 { &statuses[..1] } else { statuses };
        if !expected.contains(&answer.status.as_u16()) {
            self.refused(what, answer.status.as_u16());
        }
        answer
    }

    /// How far one of the streams is known to have come.
    fn known_tail(&self, stream: usize) -> u64 {
        let writes = self.history.writes.borrow();
        let stops = writes.iter().rev().filter(|write| write.stream == stream).filter_map(|write| match write.fate() {
            Fate::Acknowledged { stop } => Some(stop),
            Fate::Refused { .. } | Fate::Unknown => None,
        });
        stops.take(1).next().unwrap_or(0)
    }

    fn refused(&self, what: &str, status: u16) {
        self.history.refusals.borrow_mut().push(format!("{what} of {}: {status}", self.name));
    }

    fn lived(&self, stream: Stream, presence: Presence, origin: Option<(usize, u64)>, own: Log) {
        self.history.lives.borrow_mut().push(Life { path: stream.path, presence, origin, own });
    }
}

fn forking(stream: &Stream, source: &Stream) -> Builder {
    stream.put().header("stream-forked-from", &source.path)
}
