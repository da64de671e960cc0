//! The alarm of an object: set before its work, never moved later by mistake, and gone with everything else that is stored once
//! there is nothing left to do.

use futures_util::future::join_all;
use native::{Fault, Request, Server, run};

const PATH: &str = "/v1/stream/a";

fn put() -> Request {
    Request::new("PUT", PATH).header("content-type", "text/plain").body("abc")
}

fn delete() -> Request {
    Request::new("DELETE", PATH)
}

#[test]
fn a_handler_that_is_killed_is_repeated() {
    run(async {
        let server = Server::new();
        server.send(put()).await;
        server.send(delete()).await;
        // Its look-up never ends, nor does what it does after that: whatever kills it finds the alarm set again.
        server.crash_all();
        server.database().inject(std::iter::repeat(Fault::Hung));
        let ringing = server.clone();
        let ring = tokio::task::spawn_local(async move { ringing.ring("a").await });
        tokio::task::yield_now().await;
        assert_eq!(server.alarm("a"), Some(server.now() + 600_000));
        ring.abort();
        server.crash_all();
        server.database().heal();
        server.run_for(700_000).await;
        assert_eq!(server.database().leftovers(), []);
    });
}

#[test]
fn an_alarm_that_fails_is_tried_again_as_often_as_it_takes() {
    run(async {
        let server = Server::new();
        server.send(put()).await;
        server.send(delete()).await;
        server.database().inject(std::iter::repeat(Fault::Lost));
        server.run_for(600_000).await;
        assert!(server.has_alarm("a"));
        server.database().heal();
        server.run_for(100_000).await;
        assert_eq!(server.database().leftovers(), []);
        assert!(!server.has_alarm("a"));
    });
}

#[test]
fn of_several_times_the_earliest_counts() {
    run(async {
        let server = Server::new();
        let create = |ttl: u64| server.send(put().header("stream-ttl", ttl));
        join_all([50, 20, 90, 31_536_000].map(create)).await;
        assert_eq!(server.alarm("a"), Some(server.now() + 20_000));
        // The handler finds the stream that was created, which expires later.
        server.run_for(100_000).await;
        assert_eq!(server.send(Request::new("GET", PATH)).await.status, 404);
    });
}

#[test]
fn an_alarm_that_was_set_while_its_handler_runs_is_kept() {
    run(async {
        let server = Server::new();
        server.send(put()).await;
        server.send(delete()).await;
        server.settle().await;
        server.crash_all();
        server.database().inject([Fault::Slow(std::time::Duration::from_secs(10))]);
        let ringing = server.clone();
        let ring = tokio::task::spawn_local(async move { ringing.ring("a").await });
        tokio::task::yield_now().await;
        // It waits for the same look-up, and is created as the handler goes on.
        let created = server.send(put().header("stream-ttl", 3_600)).await;
        assert_eq!(created.status, 201);
        ring.await.unwrap();
        let expires = server.now() + 3_600_000;
        server.run_until(expires + 1_000).await;
        assert_eq!(server.database().leftovers(), []);
        assert_eq!(server.database().count("SELECT count(*) FROM streams"), 0);
    });
}

#[test]
fn an_object_without_a_stream_stores_nothing() {
    run(async {
        let server = Server::new();
        // Deleted, expired, forked and deleted, and one whose creation was refused.
        server.send(put()).await;
        server.send(delete()).await;
        server.send(Request::new("PUT", "/v1/stream/b").header("stream-ttl", 5)).await;
        server.send(Request::new("PUT", "/v1/stream/c")).await;
        server.send(Request::new("PUT", "/v1/stream/d").header("stream-forked-from", "/v1/stream/c")).await;
        server.send(Request::new("DELETE", "/v1/stream/d")).await;
        server.send(Request::new("DELETE", "/v1/stream/c")).await;
        let refused = Request::new("PUT", "/v1/stream/e").header("content-type", "application/json").body("[");
        assert_eq!(server.send(refused.header("stream-ttl", 5)).await.status, 400);
        server.run_for(300_000).await;
        for path in ["a", "b", "c", "d", "e"] {
            assert!(!server.stores(path), "{path}");
        }
        assert_eq!(server.database().leftovers(), []);
        // What was forgotten is stored again when it is needed.
        server.send(put().header("stream-ttl", 60)).await;
        assert!(server.stores("a"));
        server.run_for(300_000).await;
        assert_eq!(server.send(Request::new("GET", PATH)).await.status, 404);
        assert!(!server.stores("a"));
    });
}

#[test]
fn an_object_whose_stream_needs_no_alarm_has_none() {
    run(async {
        let server = Server::new();
        server.send(put()).await;
        server.send(delete()).await;
        server.send(put()).await;
        server.run_for(300_000).await;
        assert!(!server.has_alarm("a"));
        assert_eq!(server.send(Request::new("GET", PATH)).await.text(), "abc");
    });
}
