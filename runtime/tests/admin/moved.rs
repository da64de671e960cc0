//! Streams and producers that are moved from another server.

use crate::setup::{act, create, describe, path, read, server};
use native::{Fault, Reply, Request, Server, run};
use serde_json::json;
use std::time::Duration;

const TEXT: (&str, &str) = ("content-type", "text/plain");

fn of_producer(request: Request, epoch: u64, seq: u64) -> Request {
    let request = request.header("producer-id", "p").header("producer-epoch", epoch.to_string());
    request.header("producer-seq", seq.to_string())
}

async fn record(server: &Server, name: &str, epoch: u64, seq: u64) -> u16 {
    let request = Request::new("POST", &format!("/v1/admin/streams/{name}?action=record"));
    server.send(of_producer(request, epoch, seq)).await.status
}

async fn produce(server: &Server, epoch: u64, seq: u64, body: &str) -> u16 {
    let append = Request::new("POST", &path("a")).header(TEXT.0, TEXT.1).body(body);
    server.send(of_producer(append, epoch, seq)).await.status
}

async fn create_at(server: &Server, name: &str, first: &str, body: &str) -> Reply {
    let create = Request::new("PUT", &path(name)).header(TEXT.0, TEXT.1).body(body);
    server.send(create.header("stream-first-offset", first)).await
}

#[test]
fn a_recorded_producer_continues_and_its_retries_are_not_appended_again() {
    run(async {
        for crashes in [false, true] {
            let server = server(100);
            create(&server, "a").await;
            assert_eq!(record(&server, "a", 3, 41).await, 204);
            if crashes {
                server.crash_all();
            }
            for (epoch, seq, status) in
                [(3, 41, 204), (3, 0, 204), (3, 43, 409), (2, 0, 403), (4, 1, 400), (3, 42, 200)]
            {
                assert_eq!(produce(&server, epoch, seq, "x").await, status, "{epoch} {seq}");
            }
            assert_eq!(read(&server, "a").await, "x");
            // Nothing sets it back.
            for (epoch, seq) in [(3, 41), (3, 42), (0, 100)] {
                assert_eq!(record(&server, "a", epoch, seq).await, 204);
            }
            let producer = describe(&server, "a").await["producers"][0].clone();
            assert_eq!(producer, json!({ "id": "p", "epoch": 3, "seq": 42 }));
            assert_eq!(produce(&server, 4, 0, "y").await, 200);
            assert_eq!(record(&server, "b", 0, 0).await, 404);
        }
    });
}

#[test]
fn a_record_that_fails_can_be_repeated() {
    run(async {
        for fault in [Fault::Lost, Fault::Unheard, Fault::Late(Duration::from_millis(500)), Fault::Hung] {
            let server = server(100);
            create(&server, "a").await;
            server.database().inject([fault]);
            assert_eq!(record(&server, "a", 1, 5).await, 503, "{fault:?}");
            server.run_for(1_000).await;
            assert_eq!(record(&server, "a", 1, 5).await, 204);
            assert_eq!(produce(&server, 1, 6, "x").await, 200);
            assert_eq!(record(&server, "a", 1, 5).await, 204);
            assert_eq!(produce(&server, 1, 6, "x").await, 204);
            assert_eq!(read(&server, "a").await, "x", "{fault:?}");
        }
    });
}

#[test]
fn a_record_is_decided_after_the_appends_before_it() {
    run(async {
        let server = server(100);
        create(&server, "a").await;
        assert_eq!(record(&server, "a", 1, 5).await, 204);
        server.database().inject([Fault::Slow(Duration::from_secs(5))]);
        let (appending, recording) = (server.clone(), server.clone());
        let append = tokio::task::spawn_local(async move { produce(&appending, 1, 6, "x").await });
        tokio::time::sleep(Duration::from_millis(10)).await;
        let record = tokio::task::spawn_local(async move { record(&recording, "a", 1, 5).await });
        assert_eq!((append.await.unwrap(), record.await.unwrap()), (200, 204));
        server.crash_all();
        assert_eq!(produce(&server, 1, 6, "x").await, 204);
        assert_eq!(read(&server, "a").await, "x");
    });
}

#[test]
fn a_stream_begins_at_the_first_offset_of_its_request() {
    run(async {
        let server = server(0);
        let created = create_at(&server, "a", "0000000000000100", "abc").await;
        assert_eq!((created.status, created.header("stream-next-offset")), (201, Some("0000000000000103")));
        assert_eq!(server.send(crate::setup::append("a", "def")).await.status, 204);
        server.run_for(100_000).await;
        let at = |offset: &str| server.send(Request::new("GET", &format!("{}?offset={offset}", path("a"))));
        assert_eq!((at("0000000000000103").await.text(), at("-1").await.text()), ("def".into(), "abcdef".into()));
        assert_eq!(at("00000000000000FF").await.status, 410);
        // The existing stream is left as it is.
        assert_eq!(create_at(&server, "a", "0000000000000200", "").await.status, 200);
        let server = server.without_databases();
        assert_eq!(server.send(Request::new("POST", "/v1/restore/a")).await.status, 200);
        assert_eq!(act(&server, "a", "verify").await.status, 200);
        let head = server.send(Request::new("HEAD", &path("a"))).await;
        assert_eq!(head.header("stream-earliest-offset"), Some("0000000000000100"));
        assert_eq!(read(&server, "a").await, "abcdef");
    });
}

#[test]
fn offsets_of_earlier_streams_are_not_used_again() {
    run(async {
        let server = server(100);
        assert_eq!(create_at(&server, "a", "0000000000000100", "abc").await.status, 201);
        assert_eq!(server.send(Request::new("DELETE", &path("a"))).await.status, 204);
        for crashes in [false, true] {
            if crashes {
                server.crash_all();
            }
            for used in ["0000000000000000", "0000000000000100", "0000000000000103"] {
                assert_eq!(create_at(&server, "a", used, "").await.status, 409, "{used}");
            }
        }
        assert_eq!(create_at(&server, "a", "0000000000000104", "x").await.status, 201);
        assert_eq!(read(&server, "a").await, "x");
        let fork = Request::new("PUT", &path("f")).header("stream-forked-from", path("a"));
        assert_eq!(server.send(fork).await.header("stream-next-offset"), Some("0000000000000105"));
    });
}
