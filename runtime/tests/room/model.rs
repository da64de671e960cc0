//! Random operations on streams of a database that refuses to become larger than a size.
//!
//! What was acknowledged is there, and what was refused is not. As long as appends leave the room that deletions and moves need, those succeed
//! however full the database is, and after the runs of the cron trigger there is room again.

use crate::setup::{compact, create, delete, read, refused, request, send};
use native::{Fault, Request, Server, run};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRunner};
use std::collections::BTreeMap;

const CASES: u32 = 60;
const PATHS: usize = 12;

#[derive(Clone, Debug)]
enum Operation {
    Create(usize, usize),
    Append(usize, usize),
    Close(usize),
    Delete(usize),
    Compact(usize),
    MakeRoom,
    Pass(u64),
    Crash(usize),
    /// The next batches are refused or lost.
    Break(Fault, usize),
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let path = 0..PATHS;
    let fault = prop_oneof![Just(Fault::Lost), Just(Fault::Unheard)];
    let operation = prop_oneof![
        6 => (path.clone(), 0..40_000_usize).prop_map(|(path, size)| Operation::Create(path, size)),
        16 => (path.clone(), 1..40_000_usize).prop_map(|(path, size)| Operation::Append(path, size)),
        1 => path.clone().prop_map(Operation::Close),
        2 => path.clone().prop_map(Operation::Delete),
        2 => path.clone().prop_map(Operation::Compact),
        1 => Just(Operation::MakeRoom),
        1 => (1..900_000_u64).prop_map(Operation::Pass),
        1 => path.prop_map(Operation::Crash),
        1 => (fault, 0..4_usize).prop_map(|(fault, after)| Operation::Break(fault, after)),
    ];
    prop::collection::vec(operation, 40..160)
}

/// How full the database may become.
#[derive(Clone, Copy)]
struct Thresholds {
    creations: usize,
    appends: usize,
}

struct Model {
    server: Server,
    streams: BTreeMap<usize, Known>,
    /// Whether deletions and moves have room.
    reserves: bool,
    /// Whether the next requests can fail.
    broken: bool,
}

/// What is known of a stream.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The sizes that it can have: more than one after a request whose result is unknown.
    sizes: Vec<usize>,
    closed: bool,
}

fn name(path: usize) -> String {
    format!("s{path}")
}

impl Model {
    fn new(Thresholds { creations, appends }: Thresholds) -> Self {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.database_size, limits.hot, limits.snapshot) = (1, 200_000, 100_000);
            (limits.database_creations, limits.database_appends) = (creations, appends);
        });
        server.database().limit_size(1_000_000);
        Self { server, streams: BTreeMap::new(), reserves: appends < 95, broken: false }
    }

    /// Whether a failure explains this status, so that the result of the request is unknown.
    fn is_unknown(&self, status: u16) -> bool {
        status == 503 && (self.broken || !self.reserves)
    }

    async fn apply(&mut self, operation: &Operation) {
        match *operation {
            Operation::Create(path, size) => self.create(path, size).await,
            Operation::Append(path, size) => self.append(path, size).await,
            Operation::Close(path) if self.streams.contains_key(&path) => self.close(path).await,
            Operation::Delete(path) if self.streams.contains_key(&path) => self.delete(path).await,
            Operation::Compact(path) if self.streams.contains_key(&path) => {
                let status = compact(&self.server, &name(path)).await;
                assert!([200, 202].contains(&status) || self.is_unknown(status), "{status}");
            }
            Operation::Close(_) | Operation::Delete(_) | Operation::Compact(_) => {}
            Operation::MakeRoom => {
                let done = self.server.make_room().await;
                assert!(done.is_ok() || self.broken || !self.reserves, "{done:?}");
            }
            Operation::Pass(milliseconds) => self.server.run_for(milliseconds).await,
            Operation::Crash(path) => self.server.crash(&name(path)),
            Operation::Break(fault, after) => {
                self.server.database().inject(std::iter::repeat_n(Fault::None, after).chain([fault]));
                self.broken = true;
                return;
            }
        }
        if self.broken {
            self.check().await;
            self.server.database().heal();
            self.broken = false;
        }
    }

    async fn create(&mut self, path: usize, size: usize) {
        if self.streams.contains_key(&path) {
            return;
        }
        let reply = send(&self.server, "PUT", &name(path), size).await;
        match reply.status {
            201 => drop(self.streams.insert(path, Known { sizes: vec![size], closed: false })),
            507 => refused(&reply),
            status => {
                assert!(self.is_unknown(status), "{status}");
                self.server.database().heal();
                // Either all of it exists, or nothing.
                self.server.run_for(1_000).await;
                let found = self.server.send(Request::new("GET", &format!("/v1/stream/{}", name(path)))).await;
                if found.status == 200 {
                    assert_eq!(found.text().len(), size);
                    self.streams.insert(path, Known { sizes: vec![size], closed: false });
                }
            }
        }
    }

    async fn append(&mut self, path: usize, size: usize) {
        let Some(known) = self.streams.get(&path).filter(|known| !known.closed).cloned() else { return };
        let reply = send(&self.server, "POST", &name(path), size).await;
        let more = known.sizes.iter().map(|before| before + size);
        let sizes = match reply.status {
            204 => more.collect(),
            507 => {
                refused(&reply);
                return;
            }
            status => {
                assert!(self.is_unknown(status), "{status}");
                known.sizes.iter().copied().chain(more).collect()
            }
        };
        self.streams.insert(path, Known { sizes, ..known });
    }

    async fn close(&mut self, path: usize) {
        let close = request("POST", &name(path)).header("stream-closed", "true");
        let status = self.server.send(close).await.status;
        if self.is_unknown(status) {
            self.server.database().heal();
            let head = self.server.send(request("HEAD", &name(path))).await;
            assert_eq!(head.status, 200);
            self.streams.get_mut(&path).expect("a stream").closed = head.header("stream-closed").is_some();
            return;
        }
        if status == 507 && !self.reserves {
            return;
        }
        assert_eq!(status, 204);
        self.streams.get_mut(&path).expect("a stream").closed = true;
    }

    async fn delete(&mut self, path: usize) {
        let status = delete(&self.server, &name(path)).await;
        if self.is_unknown(status) {
            self.server.database().heal();
            self.server.run_for(1_000).await;
            let head = self.server.send(request("HEAD", &name(path))).await;
            if head.status == 404 {
                self.streams.remove(&path);
            }
            return;
        }
        assert_eq!(status, 204);
        self.streams.remove(&path);
    }

    /// Reads all streams.
    async fn check(&mut self) {
        self.server.database().heal();
        for (path, known) in &mut self.streams {
            let size = read(&self.server, &name(*path)).await.len();
            assert!(known.sizes.contains(&size), "{path}: {size}, {:?}", known.sizes);
            known.sizes = vec![size];
        }
    }
}

async fn replay(thresholds: Thresholds, operations: &[Operation]) {
    let mut model = Model::new(thresholds);
    for operation in operations {
        model.apply(operation).await;
    }
    model.check().await;
    if !model.reserves {
        return;
    }
    // Alarms and the cron trigger make room.
    for _ in 0..3 {
        model.server.run_for(1_000_000).await;
        model.server.make_room().await.expect("a run");
    }
    model.check().await;
    assert!(model.server.database().size() < 600_000, "{}", model.server.database().size());
    create(&model.server, "another", 40_000).await;
}

fn check(thresholds: Thresholds) {
    let config =
        Config { cases: CASES, rng_algorithm: RngAlgorithm::XorShift, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&operations(), |operations| {
        run(replay(thresholds, &operations));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn deletions_and_moves_succeed_and_there_is_room_again() {
    check(Thresholds { creations: 80, appends: 90 });
}

/// Nothing is refused before the database refuses it.
#[test]
fn nothing_is_lost_in_a_database_that_refuses_writes_itself() {
    check(Thresholds { creations: 100, appends: 100 });
}
