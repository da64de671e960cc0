//! Descriptions of streams, of what is left of streams, and of streams that can't be loaded.

use crate::setup::{act, append, create, describe, path, read, server};
use native::{Fault, Request, Server, run};
use serde_json::json;

#[test]
fn a_description_shows_the_rows_and_the_memory_of_a_stream() {
    run(async {
        let server = Server::sharded(2, |settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.segment) = (2, 1);
        });
        let create = Request::new("PUT", &path("a/b")).header("content-type", "text/plain").header("stream-ttl", 600);
        server.send(create.header("stream-label", "env=prod")).await;
        for number in 0..4 {
            let produced = append("a/b", "abc").header("producer-id", "p 1").header("producer-epoch", 7);
            let reply = server.send(produced.header("producer-seq", number)).await;
            assert!(reply.status == 200 || reply.status == 204, "{}", reply.text());
        }
        server.run_for(1_000).await;
        let fork = Request::new("PUT", &path("fork")).header("stream-forked-from", path("a/b"));
        assert_eq!(server.send(fork).await.status, 201);
        let mut feed = server.send(Request::new("GET", &format!("{}?offset=-1&live=sse", path("a/b")))).await;
        assert!(feed.next().await.is_some());
        let shown = describe(&server, "a/b").await;
        let stream = &shown["stream"];
        let rows =
            server.databases().iter().flat_map(|database| database.rows("SELECT * FROM streams WHERE path = 'a/b'"));
        let row = rows.last().unwrap();
        assert_eq!((&stream["generation"], &stream["fence"]), (&row["generation"], &row["fence"]));
        assert_eq!((&stream["hot_bytes"], &stream["hot_rows"]), (&row["hot_bytes"], &row["hot_rows"]));
        assert_eq!((&stream["ttl"], &stream["labels"]), (&json!(600), &json!({ "env": "prod" })));
        assert_eq!((&stream["next_offset"], &stream["fork_count"]), (&json!("000000000000000C"), &json!(1)));
        let segments = shown["segments"].as_array().unwrap();
        assert_eq!(stream["segment_count"], json!(segments.len()));
        let bytes: u64 = segments.iter().map(|segment| segment["bytes"].as_u64().unwrap()).sum();
        assert_eq!((segments.is_empty(), &stream["cold_bytes"]), (false, &json!(bytes)));
        assert!(segments.iter().all(|segment| server.bucket().keys().iter().any(|key| segment["key"] == **key)));
        assert_eq!(shown["producers"], json!([{ "id": "p 1", "epoch": 7, "seq": 3 }]));
        assert_eq!(shown["forks"].as_array().map(Vec::len), Some(1));
        assert!(shown["database"] == "DB_0" || shown["database"] == "DB_1");
        let memory = &shown["memory"];
        assert_eq!((&memory["loaded"], &memory["feeds"], &memory["long_polls"]), (&json!(true), &json!(1), &json!(0)));
        assert!(shown["due"].as_array().unwrap().iter().any(|due| due["work"] == "expire"), "{shown}");
        assert!(shown["alarm"].is_string());
        let fork = describe(&server, "fork").await;
        assert_eq!(fork["stream"]["origin"]["source"], "a/b");
        assert_eq!(fork["stream"]["origin"]["reference"], shown["forks"][0]);
        assert_eq!(fork["stream"]["lineage"][0]["generation"], stream["generation"]);
    });
}

#[test]
fn a_description_wakes_nothing_and_writes_nothing() {
    run(async {
        let server = server(100);
        create(&server, "a").await;
        server.crash_all();
        let written = server.database().rows_written();
        assert_eq!(describe(&server, "a").await["memory"]["loaded"], json!(false));
        assert_eq!(describe(&server, "a").await["memory"]["loaded"], json!(false));
        assert_eq!((server.database().rows_written(), server.has_alarm("a")), (written, false));
    });
}

#[test]
fn what_a_deleted_stream_has_left_is_described() {
    run(async {
        let server = server(0);
        create(&server, "a").await;
        server.send(append("a", "abc")).await;
        server.run_for(1_000).await;
        server.bucket().inject(std::iter::repeat(Fault::Lost));
        assert_eq!(server.send(Request::new("DELETE", &path("a"))).await.status, 204);
        server.settle().await;
        let shown = describe(&server, "a").await;
        let leftovers = &shown["leftovers"];
        assert_eq!(shown.get("stream"), None);
        assert_eq!(leftovers["tombstones"][0]["next_offset"], "0000000000000003");
        assert_eq!(leftovers["garbage"][0], leftovers["tombstones"][0]["generation"]);
        assert!(shown["due"].as_array().unwrap().iter().any(|due| due["work"] == "clean_up"), "{shown}");
        assert_eq!(shown["last_failure"]["event"], "cleanup_deferred");
        server.bucket().heal();
        server.run_for(1_000_000).await;
        assert_eq!(describe(&server, "a").await["leftovers"]["garbage"], json!([]));
        server.database().script("DELETE FROM tombstones");
        assert_eq!(server.send(Request::new("GET", "/v1/admin/streams/a")).await.status, 404);
    });
}

#[test]
fn a_stream_whose_row_is_damaged_is_described() {
    run(async {
        let server = server(100);
        create(&server, "a").await;
        server.database().script("UPDATE streams SET labels = 'damaged'");
        server.crash_all();
        assert_eq!(server.send(append("a", "abc")).await.status, 503);
        let shown = describe(&server, "a").await;
        assert_eq!((shown.get("stream"), shown["unreadable"].is_string()), (None, true), "{shown}");
        assert_eq!(shown["last_failure"]["event"], "request_failed");
        server.database().script("UPDATE streams SET labels = NULL");
        assert_eq!(act(&server, "a", "forget").await.status, 204);
        assert_eq!(server.send(append("a", "abc")).await.status, 204);
        assert_eq!(read(&server, "a").await, "abc");
    });
}

#[test]
fn labels_and_the_time_of_the_last_change_outlive_the_memory_of_the_object() {
    run(async {
        let server = server(100);
        let create = Request::new("PUT", &path("a")).header("content-type", "text/plain");
        server.send(create.header("stream-label", "env=prod")).await;
        server.run_for(60_000).await;
        server.send(append("a", "abc")).await;
        let before = describe(&server, "a").await["stream"].clone();
        server.crash_all();
        let head = server.send(Request::new("HEAD", &path("a"))).await;
        assert_eq!(head.header("stream-label"), Some("env=prod"));
        assert_eq!(describe(&server, "a").await["stream"], before);
        assert_ne!(before["updated_at"], before["created_at"]);
    });
}
