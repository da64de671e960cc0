//! What gets 507, and what works in a database that is full.

use crate::setup::{compact, create, delete, fill, missing, read, refused, reported, request, send, server};
use native::{Request, Server, run};

/// A server whose database is full enough that no streams are created.
async fn almost_full() -> Server {
    let server = server(|_| {});
    create(&server, "a", 400_000).await;
    fill(&server, "b", 96).await;
    server
}

/// A server whose database is full enough that nothing is appended.
async fn full() -> Server {
    let server = almost_full().await;
    assert_eq!(send(&server, "POST", "a", missing(&server, 99)).await.status, 204);
    server
}

#[test]
fn an_almost_full_database_takes_no_stream_and_everything_else() {
    run(async {
        let server = almost_full().await;
        let rows = server.database().rows_written();
        refused(&send(&server, "PUT", "c", 1).await);
        refused(&send(&server, "PUT", "d", 0).await);
        // The source is not asked, and no reference to it is recorded.
        refused(&server.send(request("PUT", "e").header("stream-forked-from", "/v1/stream/a")).await);
        assert_eq!(server.database().rows_written(), rows);
        assert_eq!(server.send(Request::new("GET", "/v1/stream/c")).await.status, 404);
        assert_eq!(reported(&server, "database_full"), 3);

        assert_eq!(send(&server, "PUT", "a", 1).await.status, 200);
        assert_eq!(send(&server, "POST", "a", 1_000).await.status, 204);
        assert_eq!(server.send(Request::new("POST", "/v1/stream/a").header("stream-closed", "true")).await.status, 204);
        assert_eq!(read(&server, "a").await.len(), 401_000);
        assert_eq!(delete(&server, "b").await, 204);
        server.run_for(5_000).await;
        create(&server, "c", 1_000).await;
    });
}

#[test]
fn a_full_database_takes_no_data_and_everything_that_makes_room() {
    run(async {
        let server = full().await;
        let append = |seq: u64| {
            let producer = [("producer-id", "p".to_owned()), ("producer-epoch", "0".to_owned())];
            let request =
                producer.into_iter().fold(request("POST", "b"), |request, (name, value)| request.header(name, value));
            request.header("producer-seq", seq.to_string()).body("y")
        };
        refused(&server.send(append(0)).await);
        refused(&send(&server, "POST", "a", 1).await);
        refused(&send(&server, "PUT", "c", 1).await);
        let sizes = async || (read(&server, "a").await.len(), read(&server, "b").await.len());
        let (a, b) = sizes().await;
        assert_eq!(server.send(Request::new("POST", "/v1/stream/a").header("stream-closed", "true")).await.status, 204);
        assert_eq!(compact(&server, "a").await, 200);
        // What was rejected was not recorded for its producer either.
        assert_eq!(server.send(append(0)).await.status, 200);
        assert_eq!(sizes().await, (a, b + 1));
    });
}

#[test]
fn a_retry_of_an_accepted_append_succeeds_in_a_full_database() {
    run(async {
        let server = server(|_| {});
        create(&server, "a", 1).await;
        let append = || {
            let request = request("POST", "a").header("producer-id", "p").header("producer-epoch", "0");
            request.header("producer-seq", "0").body("x".repeat(900_000))
        };
        assert_eq!(server.send(append()).await.status, 200);
        refused(&send(&server, "POST", "a", 1).await);
        assert_eq!(server.send(append()).await.status, 204);
        assert_eq!(read(&server, "a").await.len(), 900_001);
    });
}

/// An isolate that has seen no size yet learns it when it loads the stream.
#[test]
fn the_first_request_to_an_isolate_is_refused_too() {
    run(async {
        let server = full().await;
        refused(&send(&server.zombie(), "PUT", "c", 1).await);
        refused(&send(&server.zombie(), "POST", "b", 1).await);
    });
}

/// The size that an isolate has seen can be old, if others have made room.
#[test]
fn no_request_is_refused_because_of_an_old_size() {
    run(async {
        let server = full().await;
        refused(&send(&server, "PUT", "c", 1).await);
        refused(&send(&server, "POST", "b", 1).await);
        let other = server.zombie();
        assert_eq!(delete(&other, "a").await, 204);
        other.run_for(5_000).await;
        assert_eq!(send(&server, "POST", "b", 1).await.status, 204);
        assert_eq!(send(&server, "PUT", "c", 1).await.status, 201);
    });
}

/// A stream with a retention is trimmed.
#[test]
fn trims_work_in_a_full_database() {
    run(async {
        let server = server(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.segment, limits.merge) = (2, 10_000, 100);
        });
        let create = request("PUT", "t").header("stream-retain-bytes", "20000");
        assert_eq!(server.send(create).await.status, 201);
        for _ in 0..4 {
            assert_eq!(send(&server, "POST", "t", 10_000).await.status, 204);
        }
        fill(&server, "a", 99).await;
        refused(&send(&server, "POST", "t", 1).await);
        while compact(&server, "t").await == 202 {}
        assert!(server.database().count("SELECT earliest FROM streams WHERE path = 't'") > 0);
    });
}
