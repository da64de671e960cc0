//! The same operations on a server and on the reference, and a comparison of the two.

use crate::broken_off::Break;
use crate::operation::{Append, Creation, Media, Operation, PATHS, Path, Place, Target, bodies};
use crate::reference::{Answer, Branch, Reference, at, header, value};
use native::{Reply, Request, Server, Sqlite};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::time::Duration;

/// Bounds that are small enough to be met.
const PAGE_BYTES: usize = 3;
const ROW_BYTES: usize = 4;
const TAIL_CACHE_BYTES: usize = 8;
const PRODUCER_TAILS: usize = 2;
const PRODUCERS: usize = 1;
const SEGMENT_BYTES: usize = 200;
const BLOCK_BYTES: usize = 9;

/// Longer than any lifetime, and than any debt takes to fall due.
const FOREVER_MS: u64 = 300_000;

/// The headers that are compared.
const HEADERS: [&str; 12] = [
    "content-type",
    "producer-epoch",
    "producer-expected-seq",
    "producer-received-seq",
    "producer-seq",
    "stream-closed",
    "stream-earliest-offset",
    "stream-expires-at",
    "stream-next-offset",
    "stream-retain-bytes",
    "stream-ttl",
    "stream-up-to-date",
];

pub type Checked = Result<(), TestCaseError>;

/// A server, and what is expected of it.
pub struct Driver {
    pub server: Server,
    pub reference: Reference,
    pub started_ms: u64,
    /// Whether rows move to the bucket, for which alarms ring that the reference knows nothing of.
    compacts: bool,
}

/// Replays a sequence, then deletes everything and looks whether anything is left. So the database is as empty in the end
/// as it was in the beginning.
pub async fn edge_read(database: Sqlite, operations: &[Operation], compacts: bool) -> Checked {
    // All that an earlier sequence has left.
    database.script("DELETE FROM tombstones; DELETE FROM orphan_sweep");
    let server = Server::over(vec![database], |settings| {
        let limits = &mut settings.limits;
        (limits.page, limits.row, limits.tail_cache) = (PAGE_BYTES, ROW_BYTES, TAIL_CACHE_BYTES);
        (limits.producer_tails, limits.producers) = (PRODUCER_TAILS, PRODUCERS);
        limits.orphan_grace = Duration::from_millis(FOREVER_MS / 2);
        if compacts {
            (limits.hot, limits.hot_rows, limits.snapshot) = (0, 0, 0);
            (limits.segment, limits.block, limits.merge) = (SEGMENT_BYTES, BLOCK_BYTES, 2);
        }
    });
    if compacts {
        server.replay_at_the_edge();
    }
    let started_ms = server.now();
    let mut driver = Driver { server, reference: Reference::default(), started_ms, compacts };
    for operation in operations {
        driver.step(operation).await?;
    }
    for path in PATHS {
        driver.delete(path).await?;
        driver.server.settle().await;
    }
    driver.step(&Operation::Run(FOREVER_MS)).await?;
    prop_assert_eq!(driver.server.database().leftovers(), []);
    // A part whose transaction has failed may be named late, as far as its object knows.
    driver.server.sweep_orphans().await.map_err(|failure| TestCaseError::fail(failure.to_string()))?;
    prop_assert_eq!(driver.server.bucket().keys(), Vec::<String>::new());
    for path in PATHS {
        prop_assert_eq!(driver.server.alarm(path), None, "the alarm of {}", path);
    }
    Ok(())
}

pub fn request(method: &str, path: Path) -> Request {
    Request::new(method, &format!("/v1/stream/{path}"))
}

impl Driver {
    async fn step(&mut self, operation: &Operation) -> Checked {
        match operation {
            Operation::Create(target, creation) => self.create(*target, creation).await?,
            Operation::Append(target, append) => self.append(*target, append).await?,
            Operation::Read(target, place) => self.read(*target, *place).await?,
            Operation::Head(target) => {
                let path = self.reference.target(*target);
                let expected = self.reference.head(path);
                self.compare(request("HEAD", path), &expected).await?;
            }
            Operation::Delete(target) => self.delete(self.reference.target(*target)).await?,
            Operation::Run(milliseconds) => {
                self.reference.run(*milliseconds);
                self.server.run_for(*milliseconds).await;
            }
            Operation::Sleep(milliseconds) => {
                self.reference.sleep(*milliseconds);
                tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
            }
            Operation::Crash(target) => self.crash(self.reference.target(*target)),
            Operation::CrashAll => self.crash_all(),
            Operation::BrokenOff(operation, steps) => self.break_off(operation, Break::Crash { steps: *steps }).await?,
            Operation::Refused(operation) => self.break_off(operation, Break::Refusal).await?,
        }
        self.server.settle().await;
        if self.compacts {
            self.reference.run(0);
            self.server.run_for(0).await;
            return Ok(());
        }
        for path in PATHS {
            let expected = self.reference.alarm(path).map(|alarm| alarm + self.started_ms);
            prop_assert_eq!(self.server.alarm(path), expected, "the alarm of {} after {:?}", path, operation);
        }
        Ok(())
    }

    pub fn crash_all(&mut self) {
        PATHS.iter().for_each(|path| self.crash(path));
    }

    fn crash(&mut self, path: Path) {
        self.reference.crash(path);
        self.server.crash(path);
    }

    async fn delete(&mut self, path: Path) -> Checked {
        let expected = self.reference.delete(path);
        self.compare(request("DELETE", path), &expected).await
    }

    async fn create(&mut self, target: Target, creation: &Creation) -> Checked {
        let (request, expected) = self.creation(target, creation);
        self.compare(request, &expected).await
    }

    /// A request for a new stream, and the answer that is expected.
    pub fn creation(&mut self, target: Target, creation: &Creation) -> (Request, Answer) {
        let path = self.reference.target(target);
        let branch = creation.fork.map(|fork| self.reference.branch(&fork));
        let mut request = request("PUT", path);
        if let (Some(fork), Some(Branch { source, offset, .. })) = (creation.fork, branch) {
            request = request.header("stream-forked-from", format!("/v1/stream/{source}"));
            if let Some(place) = fork.place {
                request = request.header("stream-fork-offset", position(place, offset.unwrap_or(0)));
            }
            if let Some(beyond) = fork.beyond {
                request = request.header("stream-fork-sub-offset", beyond);
            }
        }
        if let Some(media) = creation.media {
            request = request.header("content-type", media.name());
        }
        if let Some(lifetime) = creation.lifetime {
            request = request.header(header(lifetime), value(lifetime));
        }
        if let Some(bytes) = creation.retain {
            request = request.header("stream-retain-bytes", bytes);
        }
        if creation.closed {
            request = request.header("stream-closed", true);
        }
        let inherited = branch.and_then(|branch| self.reference.media(branch.source));
        let body = body(creation.media.or(inherited).unwrap_or(Media::Binary), creation.body);
        let expected = self.reference.create(path, creation, branch, body);
        (request.body(body), expected)
    }

    async fn append(&mut self, target: Target, append: &Append) -> Checked {
        let (request, expected) = self.extension(target, append);
        self.compare(request, &expected).await
    }

    /// A request to append something, and the answer that is expected.
    pub fn extension(&mut self, target: Target, append: &Append) -> (Request, Answer) {
        let path = self.reference.target(target);
        let own = self.reference.media(path).unwrap_or(Media::Text);
        let media = match (append.foreign, own) {
            (false, own) => own,
            (true, Media::Text) => Media::Json,
            (true, Media::Json | Media::Binary) => Media::Text,
        };
        let body = body(media, append.body);
        let mut request = request("POST", path).body(body);
        if !body.is_empty() {
            request = request.header("content-type", media.name());
        }
        if let Some(seq) = append.seq {
            request = request.header("stream-seq", seq);
        }
        let expected = append.expected.map(|place| self.reference.resolve(path, place));
        if let Some(offset) = expected {
            request = request.header("stream-expected-offset", at(offset));
        }
        if append.closes {
            request = request.header("stream-closed", true);
        }
        let tuple = append.producer.map(|producer| self.reference.tuple(path, producer));
        if let Some((id, epoch, seq)) = tuple {
            request = request.header("producer-id", format!("p{id}"));
            request = request.header("producer-epoch", epoch).header("producer-seq", seq);
        }
        let expected = self.reference.append(path, append, (tuple, expected), (media, body), PRODUCER_TAILS);
        (request, expected)
    }

    /// Reads page by page up to the tail.
    async fn read(&mut self, target: Target, place: Place) -> Checked {
        let path = self.reference.target(target);
        let from = self.reference.resolve(path, place);
        let (expected, content) = self.reference.read(path, from);
        let json = self.reference.media(path) == Some(Media::Json);
        let (mut found, mut offset) = (Vec::new(), position(place, from));
        loop {
            let target = format!("/v1/stream/{path}?offset={offset}");
            let page = self.server.send(Request::new("GET", &target)).await;
            let is_last = page.status != 200 || page.header("stream-up-to-date").is_some();
            if page.status == 200 {
                let bytes = page.bytes();
                let bytes = if json { &bytes[1..bytes.len() - 1] } else { bytes };
                if json && !found.is_empty() && !bytes.is_empty() {
                    found.push(b',');
                }
                found.extend_from_slice(bytes);
            }
            if is_last {
                check(&page, &expected, &target)?;
                break;
            }
            let next = page.header("stream-next-offset").unwrap_or_default().to_owned();
            prop_assert!(next > offset || offset == "-1", "a page goes on: {} after {}", next, offset);
            prop_assert_eq!(page.header("stream-closed"), None, "only the last page ends a stream");
            offset = next;
        }
        prop_assert_eq!(String::from_utf8_lossy(&found), String::from_utf8_lossy(&content), "{} from {}", path, from);
        Ok(())
    }

    async fn compare(&self, request: Request, expected: &Answer) -> Checked {
        let context = format!("{request:?}");
        check(&self.server.send(request).await, expected, &context)
    }
}

pub fn check(reply: &Reply, expected: &Answer, context: &str) -> Checked {
    let text = reply.text();
    let problem = (reply.status >= 400).then(|| {
        let (_, rest) = text.split_once("urn:durable-streams:problem:").unwrap_or_default();
        rest.split('"').next().unwrap_or_default()
    });
    let headers = HEADERS.iter().filter_map(|name| Some((*name, reply.header(name)?.to_owned())));
    // That of a problem is its own.
    let headers = headers.filter(|(name, _)| reply.status < 400 || *name != "content-type").collect();
    let found = Answer { status: reply.status, problem: None, headers };
    // The reply to HEAD has no body to tell of a problem.
    if problem != Some("") {
        prop_assert_eq!(problem, expected.problem, "{}", context);
    }
    let expected = Answer { problem: None, status: expected.status, headers: expected.headers.clone() };
    prop_assert_eq!(found, expected, "{}", context);
    Ok(())
}

fn position(place: Place, offset: u64) -> String {
    match place {
        Place::Start => "-1".to_owned(),
        Place::Tail => "now".to_owned(),
        Place::Nth(_) => at(offset),
    }
}

/// The body of this number, as streams of a kind are sent it.
fn body(media: Media, number: Option<usize>) -> &'static [u8] {
    let bodies = bodies(media);
    number.map_or(&[], |number| bodies[number % bodies.len()])
}
