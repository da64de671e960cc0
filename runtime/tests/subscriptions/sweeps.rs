//! The sweep for what subscriptions have missed: it is bounded, and nothing that fails keeps it from the rest.

use crate::setup::*;
use native::{Reaction, Reception, Server, run};
use runtime::subscription::message::{Answer, Message};
use runtime::subscription::reach::Reach;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;
use subscriptions::{Configuration, Delivered, SubscriptionId};

/// Longer than a transaction is valid, on either side of differing clocks.
const OLD_MS: u64 = 70_000;

async fn create(server: &Server, id: &str, configuration: Configuration) {
    let id = SubscriptionId::read(id).expect("an ID");
    let created = server.subscription(&id, async |object| object.create(configuration, LINKS_MAX).await).await;
    created.expect("no crash").expect("no failure").expect("no refusal");
}

async fn delete(server: &Server, id: &str) {
    let id = SubscriptionId::read(id).expect("an ID");
    let deleted = server.subscription(&id, async |object| object.delete(&Reach::everywhere()).await).await;
    deleted.expect("no crash").expect("no failure");
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("s{number:02}")).collect()
}

fn count(server: &Server, sql: &str) -> u64 {
    server.databases().iter().map(|database| database.count(sql)).sum()
}

/// The subscriptions that have received a message since the last call, by its kind: poked, or notified of a new stream.
fn notified(server: &Server) -> (Vec<String>, Vec<String>) {
    let (moved, arrived): (Vec<_>, Vec<_>) = server
        .subscriptions()
        .take()
        .into_iter()
        .partition(|received| matches!(received.message, Message::Moved { .. }));
    let ids = |all: Vec<native::Received>| all.into_iter().map(|received| received.id).collect();
    (ids(moved), ids(arrived))
}

/// A server on which these subscriptions are pending, and were not notified of anything: each is linked to its own stream, which has data.
async fn pending(databases: usize, all: &[String], sweep_requests: usize) -> Server {
    let server = Server::sharded(databases, |settings| settings.limits.sweep_requests = sweep_requests);
    server.subscriptions().always(Reception::Unheard);
    for id in all {
        let stream = format!("x/{id}");
        create_stream(&server, &stream, &[]).await;
        create(&server, id, configuration(webhook(), "", &[&stream])).await;
        assert!(append(&server, &stream).await);
        server.crash(&stream);
    }
    drop(server.subscriptions().take());
    server
}

/// Adds the arrival of the stream `n/a`, of which no subscription was notified: these have a matching pattern.
async fn arrive(server: &Server, all: &[String]) {
    for id in all {
        create(server, id, configuration(webhook(), "n/*", &[])).await;
    }
    server.subscriptions().always(Reception::Unheard);
    create_stream(server, "n/a", &["1"]).await;
    server.settle().await;
    server.crash("n/a");
    drop(server.subscriptions().take());
    assert_eq!(count(server, "SELECT count(*) FROM arrivals"), 1);
}

#[test]
fn a_subscription_that_always_fails_keeps_no_other_from_being_notified() {
    run(async {
        for databases in [1, 3] {
            let all = ids(8);
            let server = pending(databases, &all, 450).await;
            let matching: Vec<String> = (0..8).map(|number| format!("p{number}")).collect();
            arrive(&server, &matching).await;
            create(&server, "gone", configuration(webhook(), "z/*", &[])).await;
            delete(&server, "gone").await;
            // A registration without a subscription, in each database.
            for database in server.databases() {
                database.script("INSERT OR IGNORE INTO patterns VALUES ('gone', 'z/*', 0)");
            }
            server.run_for(OLD_MS).await;
            drop(server.subscriptions().take());
            for bad in [Reception::Unheard, Reception::Hung] {
                server.subscriptions().receive(move |id, _| match id {
                    "s00" | "p0" => bad,
                    _ => Reception::Answered(Answer::Done),
                });
                let failure = server.sweep_subscriptions().await.expect_err("two subscriptions fail");
                assert!(failure.to_string().contains("2 failures"), "{failure}");
                let (mut moved, mut arrived) = notified(&server);
                moved.sort();
                arrived.sort();
                assert_eq!((moved, arrived), (all.clone(), matching.clone()), "{bad:?}");
                // What has failed is left for the next sweep.
                assert_eq!(count(&server, "SELECT count(*) FROM arrivals"), 1);
            }
            assert_eq!(count(&server, "SELECT count(*) FROM patterns WHERE subscription = 'gone'"), 0);
            server.subscriptions().always(Reception::Delivered);
            server.sweep_subscriptions().await.expect("no failure");
            assert_eq!(count(&server, "SELECT count(*) FROM arrivals"), 0);
        }
    });
}

#[test]
fn a_row_that_can_not_be_read_keeps_no_subscription_from_being_notified() {
    run(async {
        for (damage, failures) in [
            ("UPDATE links SET path = '../s01' WHERE subscription = 's01'", 1),
            ("UPDATE links SET acked = -1 WHERE subscription = 's01'", 1),
            ("UPDATE streams SET tail = -1 WHERE path = 'x/s01'", 1),
            ("UPDATE subscriptions SET configuration = '' WHERE id = 'p'", 1),
            ("INSERT INTO arrivals VALUES ('..', '0')", 1),
            ("INSERT INTO patterns VALUES ('s01', '..', 1e18)", 1),
            ("INSERT INTO subscription_sweep VALUES (0, '')", 0),
            (
                "INSERT INTO subscription_sweep VALUES (0, '{\"database\":9,\"step\":\"Links\",\"after\":[\"\",\"\"]}')",
                0,
            ),
        ] {
            for databases in [1, 3] {
                let all = ids(4);
                let server = pending(databases, &all, 450).await;
                arrive(&server, &["p".to_owned()]).await;
                server.run_for(OLD_MS).await;
                drop(server.subscriptions().take());
                server.databases().iter().for_each(|database| database.script(damage));
                server.subscriptions().always(Reception::Answered(Answer::Done));
                let swept = server.sweep_subscriptions().await;
                assert_eq!(swept.is_err(), failures > 0, "{damage}: {swept:?}");
                let (moved, arrived) = notified(&server);
                for id in all.iter().filter(|id| failures == 0 || *id != "s01") {
                    assert!(moved.contains(id), "{damage}: {id} in {moved:?}");
                }
                assert_eq!(arrived, ["p"], "{damage}");
            }
        }
    });
}

#[test]
fn sweeps_of_few_requests_reach_all_that_are_pending() {
    run(async {
        for (databases, requests) in [(1, 1), (1, 12), (3, 1), (3, 20), (3, 40)] {
            let all = ids(20);
            let server = pending(databases, &all, requests).await;
            // One always fails.
            server
                .subscriptions()
                .receive(|id, _| if id == "s00" { Reception::Unheard } else { Reception::Answered(Answer::Done) });
            let (mut seen, mut sweeps) = (BTreeSet::new(), 0);
            while seen.len() < all.len() {
                let statements =
                    |server: &Server| -> u64 { server.databases().iter().map(native::Sqlite::statements).sum() };
                let before = statements(&server);
                let _ = server.sweep_subscriptions().await;
                let moved = notified(&server).0;
                let made = statements(&server) - before + moved.len() as u64;
                // The first page and the first message are always possible.
                assert!(made <= requests.max(8 + databases) as u64, "{made} of {requests}");
                seen.extend(moved);
                sweeps += 1;
                assert!(sweeps < 200, "{databases} databases, {requests} requests: {seen:?}");
            }
            assert!(sweeps > 1, "{databases} databases, {requests} requests");
        }
    });
}

#[test]
fn sweeps_of_few_requests_complete_an_arrival_for_many() {
    run(async {
        for (databases, requests) in [(1, 12), (3, 16)] {
            let all: Vec<String> = ids(30);
            let server = Server::sharded(databases, |settings| settings.limits.sweep_requests = requests);
            arrive(&server, &all).await;
            // One fails at first.
            let failed = Rc::new(RefCell::new(Vec::new()));
            let seen = failed.clone();
            server.subscriptions().receive(move |id, _| {
                let is_first = id == "s05" && seen.borrow().is_empty();
                seen.borrow_mut().extend((id == "s05").then_some(()));
                if is_first { Reception::Unheard } else { Reception::Answered(Answer::Done) }
            });
            let (mut notified_once, mut sweeps) = (BTreeSet::new(), 0);
            while count(&server, "SELECT count(*) FROM arrivals") > 0 {
                let _ = server.sweep_subscriptions().await;
                notified_once.extend(notified(&server).1);
                sweeps += 1;
                assert!(sweeps < 200, "{databases} databases, {requests} requests");
            }
            // The arrival was deleted only after the one that had failed was notified again.
            assert_eq!((notified_once.len(), failed.borrow().len()), (30, 2));
            assert!(sweeps > 5, "{sweeps}");
        }
    });
}

/// Whatever ends a sweep while it waits for a subscription, the next sweeps come to the others.
#[test]
fn a_sweep_that_dies_at_a_subscription_does_not_die_there_each_time() {
    run(async {
        let all = ids(40);
        let server = pending(3, &all, 450).await;
        server.subscriptions().receive(
            |id, _| {
                if id < "s05" { Reception::Hung } else { Reception::Answered(Answer::Done) }
            },
        );
        let mut seen = BTreeSet::new();
        for _ in 0..6 {
            let sweep = tokio::time::timeout(Duration::from_secs(1), server.sweep_subscriptions()).await;
            drop(sweep);
            seen.extend(notified(&server).0);
        }
        assert_eq!(seen.len(), all.len());
    });
}

#[test]
fn a_complete_sweep_without_work_writes_nothing() {
    run(async {
        let server = Server::sharded(3, |_| {});
        assert_eq!(server.sweep_subscriptions().await, Ok(0));
        assert_eq!(count(&server, "SELECT count(*) FROM subscription_sweep"), 0);
    });
}

#[test]
fn the_sweep_notifies_those_beyond_the_limit_of_an_append() {
    run(async {
        let server = Server::sharded(3, |settings| settings.limits.subscribers = 1);
        server.subscriptions().always(Reception::Delivered);
        server.receivers().react(|_| Reaction { after: Duration::ZERO, outcome: Delivered::Accepted });
        let all = ids(3);
        create_stream(&server, "x", &[]).await;
        for id in &all {
            create(&server, id, configuration(webhook(), "new/*", &["x"])).await;
        }
        assert!(append(&server, "x").await);
        create_stream(&server, "new/a", &["1"]).await;
        server.settle().await;
        assert!(server.receivers().take_heard().len() < all.len());
        server.sweep_subscriptions().await.expect("no failure");
        server.settle().await;
        assert_eq!(count(&server, "SELECT count(*) FROM links WHERE path = 'new/a'"), 3);
        assert_eq!(count(&server, "SELECT count(*) FROM arrivals"), 0);
        for id in &all {
            let id = SubscriptionId::read(id).expect("an ID");
            let shown = server.subscription(&id, async |object| object.read(&Reach::everywhere()).await).await;
            let shown = shown.expect("no crash").expect("no failure").expect("a subscription");
            assert_eq!(shown.subscription.generation.get(), 1, "{id:?}");
        }
    });
}
