//! Holders of wakes among many pokes, and on slow databases.

use crate::setup::*;
use futures_util::future::join_all;
use native::{Fault, Server, run};
use std::iter::{once, repeat};
use std::time::Duration;
use subscriptions::{Acknowledgment, Claimed, Refusal};

/// A wake that a worker has claimed.
async fn held() -> (Server, Claimed) {
    let server = waking().await;
    let claimed = claim(&server).await.unwrap();
    (server, claimed)
}

fn heartbeat(claimed: &Claimed) -> Acknowledgment {
    Acknowledgment { credentials: credentials(claimed), acks: Vec::new(), done: false }
}

#[test]
fn a_heartbeat_does_not_wait_for_a_crowd_of_pokes() {
    run(async {
        let (server, claimed) = held().await;
        server.database().inject(repeat(Fault::Slow(Duration::from_secs(1))));
        let (before, started) = (server.database().batches(), server.now());
        let pokes = join_all((0..300).map(|_| poke(&server, "jobs")));
        let (poked, done) = tokio::join!(pokes, acknowledge(&server, heartbeat(&claimed)));
        assert_eq!((poked, done), (vec![true; 300], Ok(false)));
        // Only the heartbeat reads and writes.
        assert_eq!((server.database().batches() - before, server.now() - started), (2, 2_000));
    });
}

#[test]
fn a_poke_that_comes_during_a_look_is_followed_by_another_look() {
    run(async {
        let (server, claimed) = held().await;
        assert_eq!(acknowledge(&server, all_of(&claimed)).await, Ok(false));
        // The first look has read the tail already when the stream grows, and its answer is on the way.
        server.database().inject([Fault::SlowAnswer(Duration::from_secs(1))]);
        let late = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            append_and_poke(&server, "jobs").await;
        };
        tokio::join!(poke(&server, "jobs"), late);
        assert_eq!(read(&server).await.unwrap().subscription.generation.get(), 2);
    });
}

#[test]
fn a_heartbeat_in_time_is_not_fenced_by_a_slow_database() {
    run(async {
        let (server, claimed) = held().await;
        server.pass(TTL_MS - 1_000).await;
        server.database().inject(once(Fault::Slow(Duration::from_secs(3))));
        let (done, ()) = tokio::join!(acknowledge(&server, heartbeat(&claimed)), server.pass(TTL_MS));
        assert_eq!(done, Ok(false));
        assert_eq!(acknowledge(&server, all_of(&claimed)).await, Ok(false));
    });
}

#[test]
fn a_heartbeat_that_comes_too_late_is_fenced() {
    run(async {
        let (server, claimed) = held().await;
        tokio::time::sleep(Duration::from_millis(TTL_MS)).await;
        assert_eq!(acknowledge(&server, heartbeat(&claimed)).await, Err(Refusal::Fenced));
    });
}
