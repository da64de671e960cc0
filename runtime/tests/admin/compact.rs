//! Moving data to R2 without waiting for the alarm.

use crate::setup::{act, append, create, describe, path, read, server};
use native::{Fault, Request, run};
use serde_json::{Value, json};

#[test]
fn what_the_alarm_would_move_moves_now() {
    run(async {
        let server = server(0);
        create(&server, "a").await;
        for _ in 0..10 {
            server.send(append("a", "x")).await;
        }
        let first = act(&server, "a", "compact").await;
        assert_eq!((first.status, first.header("retry-after")), (202, Some("1")));
        assert_eq!(serde_json::from_str::<Value>(&first.text()).unwrap(), json!({ "hot_bytes": 2, "hot_rows": 2 }));
        let second = act(&server, "a", "compact").await;
        assert_eq!(second.status, 200, "{}", second.text());
        assert_eq!(serde_json::from_str::<Value>(&second.text()).unwrap(), json!({ "hot_bytes": 0, "hot_rows": 0 }));
        // Doing it again changes nothing.
        let keys = server.bucket().keys();
        assert_eq!((act(&server, "a", "compact").await.status, server.bucket().keys()), (200, keys));
        assert_eq!(read(&server, "a").await, "xxxxxxxxxx");
    });
}

#[test]
fn a_move_that_failed_before_is_tried_at_once_and_another_failure_delays_the_alarm() {
    run(async {
        let server = server(0);
        create(&server, "a").await;
        server.bucket().inject(std::iter::repeat(Fault::Lost));
        server.send(append("a", "x")).await;
        server.run_for(1_000).await;
        assert_eq!(describe(&server, "a").await["memory"]["move_failures"], 1);
        assert_eq!(act(&server, "a", "compact").await.status, 503);
        let shown = describe(&server, "a").await;
        assert_eq!((&shown["memory"]["move_failures"], &shown["stream"]["hot_rows"]), (&json!(2), &json!(1)));
        server.run_for(15_000).await;
        assert_eq!(describe(&server, "a").await["memory"]["move_failures"], 2);
        server.bucket().heal();
        assert_eq!(act(&server, "a", "compact").await.status, 200);
        assert_eq!(describe(&server, "a").await["stream"]["hot_rows"], 0);
    });
}

#[test]
fn an_object_that_dies_in_a_move_loses_nothing() {
    run(async {
        for fault in [Fault::Hung, Fault::Unheard, Fault::Lost] {
            for skipped in 0..4 {
                let server = server(0);
                create(&server, "a").await;
                for _ in 0..3 {
                    server.send(append("a", "x")).await;
                }
                let faults = std::iter::repeat_n(Fault::None, skipped).chain([fault]);
                server.database().inject(faults);
                let asked = server.clone();
                let compaction = tokio::task::spawn_local(async move {
                    asked.attempt(Request::new("POST", "/v1/admin/streams/a?action=compact")).await
                });
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                server.crash("a");
                let _ = compaction.await;
                server.database().heal();
                assert_eq!(read(&server, "a").await, "xxx");
                assert_eq!(act(&server, "a", "compact").await.status, 200);
                assert_eq!(read(&server, "a").await, "xxx");
                assert_eq!(describe(&server, "a").await["stream"]["hot_rows"], 0);
            }
        }
    });
}

#[test]
fn a_soft_deleted_stream_moves_and_an_absent_one_is_not_found() {
    run(async {
        let server = server(100);
        create(&server, "a").await;
        server.send(append("a", "abc")).await;
        let fork = Request::new("PUT", &path("fork")).header("stream-forked-from", path("a"));
        assert_eq!(server.send(fork).await.status, 201);
        assert_eq!(server.send(Request::new("DELETE", &path("a"))).await.status, 204);
        assert_eq!(act(&server, "a", "compact").await.status, 200);
        assert_eq!(describe(&server, "a").await["stream"]["hot_rows"], 0);
        assert_eq!(read(&server, "fork").await, "abc");
        assert_eq!(act(&server, "nothing", "compact").await.status, 404);
    });
}
