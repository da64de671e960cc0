//! What subscriptions cost: rows that are written, which are what a database bills most.

use crate::setup::*;
use native::{Reaction, Reception, Server, run};
use std::time::Duration;
use subscriptions::{Delivered, Phase, SubscriptionId, Target};

/// Rows that an append to a stream without subscriptions writes: the stream's and the one with the message.
const APPEND_ROWS: u64 = 2;

/// A server with the empty stream `x`, to which so many subscriptions are linked.
async fn subscribed(target: &Target, count: usize) -> Server {
    let server = Server::new();
    server.subscriptions().always(Reception::Delivered);
    create_stream(&server, "x", &[]).await;
    create_stream(&server, "pool", &[]).await;
    for number in 0..count {
        let id = SubscriptionId::read(&format!("s{number}")).expect("an ID");
        let own = configuration(target.clone(), "x/**", &[]);
        let created = server.subscription(&id, async |object| object.create(own, LINKS_MAX).await).await;
        assert!(created.expect("no crash").expect("no failure").is_ok());
    }
    server.settle().await;
    server
}

/// The rows that an append to `x` writes, and everything that follows from it until nothing happens any more.
async fn rows_of_append(server: &Server) -> u64 {
    let before = server.database().rows_written();
    assert!(append(server, "x").await);
    server.settle().await;
    server.database().rows_written() - before
}

fn pull_wake() -> Target {
    Target::PullWake(path("pool"))
}

#[test]
fn a_wake_that_waits_for_a_worker_writes_one_row_and_later_appends_none() {
    run(async {
        for count in [0, 1, 100] {
            let server = subscribed(&pull_wake(), count).await;
            // Receivers only record the events. In a wake stream, each is an append.
            assert_eq!(rows_of_append(&server).await, APPEND_ROWS + count as u64, "{count}");
            assert_eq!(server.receivers().take_heard().len(), count);
            for _ in 0..5 {
                assert_eq!(rows_of_append(&server).await, APPEND_ROWS, "{count}");
            }
            assert_eq!(server.receivers().take_heard().len(), 0);
        }
    });
}

#[test]
fn a_wake_that_a_webhook_holds_writes_one_row_and_later_appends_none() {
    run(async {
        for count in [1, 100] {
            let server = subscribed(&webhook(), count).await;
            assert_eq!(rows_of_append(&server).await, APPEND_ROWS + count as u64, "{count}");
            assert_eq!(server.receivers().take_heard().len(), count);
            for _ in 0..5 {
                assert_eq!(rows_of_append(&server).await, APPEND_ROWS, "{count}");
            }
        }
    });
}

#[test]
fn a_wake_that_is_processed_at_once_writes_two_rows_and_its_cursor() {
    run(async {
        let server = subscribed(&webhook(), 1).await;
        server.receivers().react(|_| Reaction { after: Duration::ZERO, outcome: Delivered::Done });
        for _ in 0..5 {
            // The subscription's row when the wake starts and when it ends, and the link's.
            assert_eq!(rows_of_append(&server).await, APPEND_ROWS + 3);
        }
    });
}

#[test]
fn a_claim_writes_one_row_and_its_end_one_and_the_cursors() {
    run(async {
        let server = Server::new();
        server.subscriptions().always(Reception::Delivered);
        create_stream(&server, "x", &[]).await;
        create_stream(&server, "pool", &[]).await;
        subscribe(&server, configuration(pull_wake(), "x", &[])).await.expect("a subscription");
        server.settle().await;
        assert!(append(&server, "x").await);
        server.settle().await;
        let before = server.database().rows_written();
        let claimed = claim(&server).await.expect("a wake");
        server.settle().await;
        assert_eq!(server.database().rows_written() - before, 1);
        assert!(!acknowledge(&server, all_of(&claimed)).await.expect("a wake"));
        server.settle().await;
        assert_eq!(server.database().rows_written() - before, 3);
        let shown = read(&server).await.expect("a subscription");
        assert!(matches!(shown.subscription.phase, Phase::Idle { .. }));
    });
}
