//! What subscriptions leave behind in the databases of streams.

use crate::setup::*;
use native::{Server, run};
use runtime::subscription::reach::Reach;
use runtime::subscription::request::Refused;
use subscriptions::{Refusal, Target};

/// Longer than a transaction is valid, on either side of differing clocks.
const OLD_MS: u64 = 70_000;

/// Number of subscribers, patterns, wake streams and arrivals in all databases.
fn registrations(server: &Server) -> [u64; 4] {
    ["subscribers", "patterns", "wake_streams", "arrivals"].map(|table| {
        let sql = format!("SELECT count(*) FROM {table}");
        server.databases().iter().map(|database| database.count(&sql)).sum()
    })
}

async fn sweep(server: &Server) {
    server.sweep_subscriptions().await.expect("no failure");
}

/// A subscription with a wake stream, a pattern and a name. Two streams match.
async fn subscribed(databases: usize) -> Server {
    let server = Server::sharded(databases, |_| {});
    for stream in ["pool", "s/a", "s/b"] {
        create_stream(&server, stream, &[]).await;
    }
    subscribe(&server, configuration(Target::PullWake(path("pool")), "s/*", &["named"])).await.unwrap();
    assert_eq!(registrations(&server), [3, databases as u64, 1, 0]);
    server
}

#[test]
fn a_deletion_removes_what_is_in_its_database() {
    run(async {
        let server = subscribed(1).await;
        assert_eq!(delete(&server).await, Ok(()));
        assert_eq!(registrations(&server), [0; 4]);
        // Created again, it registers again.
        subscribe(&server, configuration(Target::PullWake(path("pool")), "s/*", &["named"])).await.unwrap();
        assert_eq!(registrations(&server), [3, 1, 1, 0]);
        append_and_poke(&server, "s/a").await;
        assert!(claim(&server).await.is_ok());
    });
}

#[test]
fn the_sweep_removes_what_a_deletion_has_left_in_other_databases() {
    run(async {
        let server = subscribed(3).await;
        assert_eq!(delete(&server).await, Ok(()));
        let left = registrations(&server);
        assert_eq!(left[1], 2);
        // Young registrations can be those of a creation that is under way.
        sweep(&server).await;
        assert_eq!(registrations(&server), left);
        server.run_for(OLD_MS).await;
        sweep(&server).await;
        assert_eq!(registrations(&server), [0; 4]);
    });
}

#[test]
fn the_sweep_keeps_what_a_subscription_needs() {
    run(async {
        for databases in [1, 3] {
            let server = subscribed(databases).await;
            server.run_for(OLD_MS).await;
            sweep(&server).await;
            assert_eq!(registrations(&server), [3, databases as u64, 1, 0]);
            append_and_poke(&server, "s/a").await;
            assert!(claim(&server).await.is_ok());
            // A link that was removed leaves its registration.
            let named = path("named");
            let removed =
                server.subscription(&id(), async |object| object.remove_link(&named, &Reach::everywhere()).await).await;
            assert_eq!(removed, Some(Ok(Ok(()))));
            sweep(&server).await;
            assert_eq!(registrations(&server), [2, databases as u64, 1, 0]);
        }
    });
}

#[test]
fn the_sweep_removes_what_a_refused_creation_has_left() {
    run(async {
        for databases in [1, 3] {
            let server = Server::sharded(databases, |_| {});
            for number in 0..=LINKS_MAX {
                create_stream(&server, &format!("s/{number}"), &[]).await;
            }
            let refused = subscribe(&server, configuration(webhook(), "s/*", &[])).await;
            assert_eq!(refused, Err(Refused::Decided(Refusal::TooManyLinks)));
            // The subscription that is created later has another pattern.
            subscribe(&server, configuration(webhook(), "t/*", &[])).await.unwrap();
            assert!(registrations(&server)[1] > databases as u64);
            server.run_for(OLD_MS).await;
            sweep(&server).await;
            assert_eq!(registrations(&server), [0, databases as u64, 0, 0]);
        }
    });
}

#[test]
fn the_sweep_removes_the_arrival_of_a_stream_that_no_subscription_waits_for() {
    run(async {
        for databases in [1, 3] {
            let server = subscribed(databases).await;
            server.subscriptions().always(native::Reception::Unheard);
            create_stream(&server, "s/c", &["1"]).await;
            server.settle().await;
            assert_eq!(registrations(&server)[3], 1);
            assert_eq!(delete(&server).await, Ok(()));
            server.crash("s/c");
            server.run_for(OLD_MS).await;
            server.subscriptions().always(native::Reception::Delivered);
            sweep(&server).await;
            assert_eq!(registrations(&server)[3], 0);
        }
    });
}

#[test]
fn the_deletion_of_a_subscription_that_never_had_a_wake_leaves_nothing() {
    run(async {
        let server = subscribed(1).await;
        let rows = || server.database().count("SELECT count(*) FROM subscriptions");
        let unknown = subscriptions::SubscriptionId::read("unknown").unwrap();
        let deleted = server.subscription(&unknown, async |object| object.delete(&Reach::everywhere()).await).await;
        assert_eq!(deleted, Some(Ok(())));
        assert_eq!(delete(&server).await, Ok(()));
        // A creation may be under way.
        sweep(&server).await;
        assert_eq!(rows(), 2);
        server.run_for(OLD_MS).await;
        sweep(&server).await;
        assert_eq!(rows(), 0);
        // Its Durable Object has not noticed.
        subscribe(&server, configuration(Target::PullWake(path("pool")), "s/*", &["named"])).await.unwrap();
        append_and_poke(&server, "s/a").await;
        assert!(claim(&server).await.is_ok());
        // The number of a wake is not forgotten.
        assert_eq!(delete(&server).await, Ok(()));
        server.run_for(OLD_MS).await;
        sweep(&server).await;
        assert_eq!((rows(), server.database().count("SELECT generation FROM subscriptions")), (1, 1));
    });
}
