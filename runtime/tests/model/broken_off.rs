//! A crash in the middle of an operation: it was done, or it was not, and nobody has to know which to clean up after it.

use crate::driver::{Checked, Driver, check, request};
use crate::operation::{Operation, PATHS, Path, Place};
use crate::reference::{Answer, PendingRelease, Reference, Remains};
use futures_util::future::{Either, select};
use native::{Fault, Reply, Request, Server};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::pin::pin;

/// Longer than what a crash leaves takes to be tidied up, but for debts that are not due yet.
const TIDY_MS: u64 = 5_000;

/// What keeps an operation from its end.
#[derive(Clone, Copy, Debug)]
pub enum Break {
    /// All objects crash after so many steps of it.
    Crash { steps: usize },
    /// The database reads, and takes no writes.
    Refusal,
}

impl Driver {
    /// Does an operation of one request, keeps it from its end, lets all objects crash, and finds out what became of it.
    pub async fn break_off(&mut self, operation: &Operation, broken: Break) -> Checked {
        let before = self.reference.clone();
        let (request, expected) = self.prepare(operation);
        let context = format!("{request:?}, broken off by {broken:?}");
        let reply = match broken {
            Break::Crash { steps } => attempt(&self.server, request, steps).await,
            Break::Refusal => attempt_in_vain(&self.server, request).await,
        };
        let known = reply.is_some();
        if let Some(reply) = reply {
            check(&reply, &expected, &context)?;
        }
        self.server.crash_all();
        self.server.settle().await;
        // What was answered was done.
        let mut candidates = vec![self.reference.clone(), before];
        let remains = self.remains(&candidates, &context)?;
        candidates.truncate(if known { 1 } else { 2 });
        for candidate in &mut candidates {
            candidate.take_over(&remains);
            candidate.run(TIDY_MS);
        }
        self.server.run_for(TIDY_MS).await;
        let mut found = Vec::new();
        for candidate in &mut candidates {
            found.push(self.is_as(candidate, &context).await);
        }
        let fits = found.iter().position(Result::is_ok);
        let Some(fits) = fits else { return found.swap_remove(0) };
        self.reference = candidates.swap_remove(fits);
        // How far the cascade of a deletion had come shows in these alone.
        let Remains { alarms, watched, .. } = self.remains(std::slice::from_ref(&self.reference), &context)?;
        self.reference.set_clocks(alarms, watched);
        Ok(())
    }

    /// The request of an operation, and the answer that is expected.
    fn prepare(&mut self, operation: &Operation) -> (Request, Answer) {
        match operation {
            Operation::Create(target, creation) => self.creation(*target, creation),
            Operation::Append(target, append) => self.extension(*target, append),
            Operation::Delete(target) => {
                let path = self.reference.target(*target);
                (request("DELETE", path), self.reference.delete(path))
            }
            Operation::Read(target, _) => {
                let path = self.reference.target(*target);
                // A read that says where the tail is has one answer, not a page of several.
                let tail = Request::new("GET", &format!("/v1/stream/{path}?offset=now"));
                let position = self.reference.resolve(path, Place::Tail);
                (tail, self.reference.read(path, position).0)
            }
            other => unreachable!("not a request: {other:?}"),
        }
    }

    /// What the crash has left behind the scenes. Leases are as before or as after.
    fn remains(&self, candidates: &[Reference], context: &str) -> Result<Remains, TestCaseError> {
        let since = |at: u64| at.saturating_sub(self.started_ms);
        let known = |map: &dyn Fn(&str) -> Option<u64>| {
            PATHS.into_iter().filter_map(|path| Some((path, since(map(path)?)))).collect()
        };
        let database = self.server.database();
        let edges = database.rows("SELECT edge FROM edges");
        let path = |row: &serde_json::Map<_, _>, column: &str| {
            PATHS.into_iter().find(|path| row[column] == **path).expect("a path")
        };
        let debts = database.rows("SELECT path, source, edge, due_ms FROM debts");
        let owed = debts.iter().map(|debt| PendingRelease {
            fork: path(debt, "path"),
            source: path(debt, "source"),
            pinned: edges.iter().any(|edge| edge["edge"] == debt["edge"]),
            due: since(debt["due_ms"].as_u64().unwrap_or(0)),
        });
        let mut leases = BTreeMap::new();
        for row in database.rows("SELECT path, lease_ms FROM streams WHERE lease_ms IS NOT NULL") {
            let (path, lease): (Path, _) = (path(&row, "path"), since(row["lease_ms"].as_u64().unwrap_or(0)));
            let expected: Vec<_> = candidates.iter().map(|candidate| candidate.lease(path)).collect();
            prop_assert!(
                expected.contains(&Some(lease)),
                "the lease of {}: {}, {:?}, {}",
                path,
                lease,
                expected,
                context
            );
            leases.insert(path, lease);
        }
        Ok(Remains {
            alarms: known(&|path| self.server.alarm(path)),
            watched: known(&|path| self.server.watched_until(path)),
            owed: owed.collect(),
            leases,
        })
    }

    /// Whether a client finds what is expected at every path, and the database holds no other streams.
    async fn is_as(&self, expected: &mut Reference, context: &str) -> Checked {
        // The tail of a stream that is gone is in no reply.
        let rows = self.server.database().rows("SELECT path, tail FROM streams ORDER BY path");
        let tails: Vec<_> =
            rows.iter().filter_map(|row| Some((row["path"].as_str()?, row["tail"].as_u64()?))).collect();
        prop_assert_eq!(tails, expected.tails(), "the streams and their tails after {}", context);
        let ended = self.server.database().rows("SELECT path, max(tail) AS tail FROM tombstones GROUP BY path");
        let ended = ended.iter().filter_map(|row| Some((row["path"].as_str()?.to_owned(), row["tail"].as_u64()?)));
        prop_assert_eq!(ended.collect::<BTreeMap<_, _>>(), expected.ended(), "what has ended after {}", context);
        for path in PATHS {
            let reply = self.server.send(request("HEAD", path)).await;
            check(&reply, &expected.head(path), &format!("{path} after {context}"))?;
        }
        Ok(())
    }
}

/// Answers a request, unless it needs the database to take something.
async fn attempt_in_vain(server: &Server, request: Request) -> Option<Reply> {
    server.database().inject(std::iter::repeat(Fault::ReadOnly));
    let reply = server.send(request).await;
    server.database().heal();
    (reply.status != 503).then_some(reply)
}

/// Answers a request, unless all objects crash before, after so many steps.
async fn attempt(server: &Server, request: Request, steps: usize) -> Option<Reply> {
    let crash = async {
        for _ in 0..steps {
            tokio::task::yield_now().await;
        }
    };
    match select(pin!(server.attempt(request)), pin!(crash)).await {
        Either::Left((reply, _)) => reply,
        Either::Right(((), _)) => None,
    }
}
