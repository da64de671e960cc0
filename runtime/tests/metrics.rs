//! Data points: what is measured, and how often.

use futures_util::future::join_all;
use native::{Fault, Reply, Request, Server, run};
use runtime::metrics::Ending;
use serde_json::{Map, Value, json};
use std::time::Duration;

fn request(method: &str, target: &str) -> Request {
    Request::new(method, &format!("/v1/stream/{target}")).header("content-type", "text/plain")
}

async fn send(server: &Server, request: Request, status: u16) {
    let reply = server.send(request).await;
    assert_eq!(reply.status, status, "{}", reply.text());
}

/// The columns of a point that have these names.
fn columns(point: &Map<String, Value>, names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), point[*name].clone())).collect::<Map<_, _>>().into()
}

#[test]
fn a_batch_is_one_point_however_many_writers_it_has() {
    run(async {
        let server = Server::sharded(4, |_| {});
        send(&server, request("PUT", "orders/2026"), 201).await;
        let created = server.take_points();
        assert_eq!(created.len(), 1);
        let expected = json!({ "tenant": "orders", "operation": "batch", "outcome": "committed", "database": "3" });
        assert_eq!(columns(&created[0], &["tenant", "operation", "outcome", "database"]), expected);
        server.databases()[3].inject([Fault::Slow(Duration::from_millis(30))]);
        let first = server.send(request("POST", "orders/2026").body("abc"));
        let others = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            join_all((0..10).map(|_| server.send(request("POST", "orders/2026").body("defg")))).await
        };
        let (first, others) = futures_util::future::join(first, others).await;
        assert!(first.status == 204 && others.iter().all(|reply| reply.status == 204));
        let points = server.take_points();
        assert_eq!(points.len(), 2, "{points:?}");
        let times = ["bytes", "changes", "queue_ms", "storage_ms"];
        let alone = json!({ "bytes": 3.0, "changes": 1.0, "queue_ms": 0.0, "storage_ms": 30.0 });
        assert_eq!(columns(&points[0], &times), alone);
        // 20 ms until the first batch was committed, and an eighth of its time to gather the writers.
        let together = json!({ "bytes": 40.0, "changes": 10.0, "queue_ms": 24.0, "storage_ms": 0.0 });
        assert_eq!(columns(&points[1], &times), together);
        assert!(points[1]["rows_written"].as_f64().unwrap() >= 2.0, "{points:?}");
    });
}

#[test]
fn a_batch_that_fails_is_a_point_with_the_kind_of_failure() {
    run(async {
        let server = Server::new();
        send(&server, request("PUT", "a"), 201).await;
        drop(server.take_points());
        server.database().inject([Fault::Lost]);
        send(&server, request("POST", "a").body("x"), 503).await;
        let points = server.take_points();
        let (operation, outcome) = (&points[0]["operation"], &points[0]["outcome"]);
        assert_eq!((points.len(), operation, outcome), (1, &"batch".into(), &"database".into()));
        let zombie = server.zombie();
        send(&zombie, request("POST", "a").body("y"), 204).await;
        send(&server, request("POST", "a").body("x"), 204).await;
        send(&zombie, request("POST", "a").body("y"), 503).await;
        assert_eq!(zombie.take_points().last().unwrap()["outcome"], "fence_mismatch");
    });
}

#[test]
fn a_read_is_one_point_whoever_answers_it() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.snapshot, limits.block, limits.page) = (1, 0, 16, 4);
        });
        send(&server, request("PUT", "red/a").body("abcd"), 201).await;
        for _ in 0..3 {
            send(&server, request("POST", "red/a").body("efgh"), 204).await;
        }
        server.run_for(5_000).await;
        drop(server.take_points());
        let names = ["tenant", "operation", "outcome", "bytes", "changes"];
        send(&server, request("GET", "red/a"), 200).await;
        let points = server.take_points();
        // All four parts of the response.
        let expected = json!({ "tenant": "red", "operation": "read", "outcome": "200", "bytes": 16.0, "changes": 0.0 });
        assert_eq!((points.len(), columns(&points[0], &names)), (1, expected));
        send(&server, request("GET", "red/none"), 404).await;
        let points = server.take_points();
        assert_eq!((points.len(), &points[0]["outcome"], &points[0]["bytes"]), (1, &"404".into(), &0.0.into()));
        server.replay_at_the_edge();
        send(&server, request("GET", "red/a?offset=0000000000000000"), 200).await;
        let points = server.take_points();
        assert_eq!((points.len(), &points[0]["operation"]), (1, &"edge_read".into()), "{points:?}");
        assert_eq!(points[0]["bytes"], 16.0);
        // Other requests are no points.
        send(&server, request("HEAD", "red/a"), 200).await;
        assert!(server.take_points().is_empty());
    });
}

/// A server whose responses have parts of four bytes, and a cold stream of four parts at `a`.
async fn in_parts() -> Server {
    let server = Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.hot_rows, limits.snapshot, limits.block, limits.page) = (1, 0, 4, 4);
    });
    send(&server, request("PUT", "a").body("0123456789abcdef"), 201).await;
    send(&server, request("POST", "a").body("x").header("stream-closed", "true"), 204).await;
    server.run_for(5_000).await;
    assert!(!server.bucket().keys().is_empty(), "it is hot");
    // The newest data is no longer in memory.
    assert!(server.evict("a"));
    drop(server.take_points());
    server
}

#[test]
fn the_point_of_a_read_has_what_was_sent_until_the_client_left() {
    run(async {
        let server = in_parts().await;
        for edge in [false, true] {
            if edge {
                server.replay_at_the_edge();
            }
            let mut reply = server.begin(request("GET", "a?offset=0000000000000000")).await.unwrap();
            assert_eq!(reply.read_part().await, Some(true));
            tokio::time::sleep(Duration::from_millis(70)).await;
            assert!(server.take_points().is_empty(), "the response goes on");
            let sent = reply.take_bytes().len() as f64;
            assert!(sent > 0.0 && sent < 17.0, "{sent}");
            drop(reply);
            let points = server.take_points();
            let operation = if edge { "edge_read" } else { "read" };
            let expected =
                json!({ "operation": operation, "outcome": "client_gone", "bytes": sent, "duration_ms": 70.0 });
            let names = ["operation", "outcome", "bytes", "duration_ms"];
            assert_eq!((points.len(), columns(&points[0], &names)), (1, expected), "{points:?}");
            assert!(points[0]["storage_ms"].as_f64() < Some(70.0), "{points:?}");
        }
    });
}

#[test]
fn the_point_of_a_read_that_the_server_aborts_has_the_kind_of_failure() {
    run(async {
        let server = in_parts().await;
        let mut reply = server.begin(request("GET", "a?offset=0000000000000000")).await.unwrap();
        for key in server.bucket().keys() {
            server.bucket().lose(&key);
        }
        while reply.read_part().await == Some(true) {}
        assert!(reply.broken().is_some());
        let sent = reply.take_bytes().len() as f64;
        drop(reply);
        let points = server.take_points();
        let expected = json!({ "outcome": "damaged", "bytes": sent });
        assert_eq!((points.len(), columns(&points[0], &["outcome", "bytes"])), (1, expected), "{points:?}");
    });
}

#[test]
fn the_point_of_a_read_has_the_rows_of_all_its_queries() {
    run(async {
        let server = in_parts().await;
        let rows = || async {
            send(&server, request("GET", "a?offset=0000000000000000"), 200).await;
            let points = server.take_points();
            assert_eq!(points.len(), 1, "{points:?}");
            (points[0]["operation"].clone(), points[0]["rows_read"].as_f64().unwrap())
        };
        let (operation, unloaded) = rows().await;
        assert_eq!(operation, "read");
        let (_, loaded) = rows().await;
        // The row of the segment for each of the five parts, and the sizes up to the tail.
        assert!(loaded >= 6.0, "{loaded}");
        // The row of the stream, too.
        assert!(unloaded > loaded, "{unloaded} {loaded}");
        server.replay_at_the_edge();
        let (operation, at_the_edge) = rows().await;
        assert_eq!(operation, "edge_read");
        assert!(at_the_edge >= 2.0, "{at_the_edge}");
    });
}

#[test]
fn a_read_does_not_count_the_rows_of_a_batch() {
    run(async {
        let server = Server::new();
        // Reading renews the TTL, and that is a batch of its own.
        send(&server, request("PUT", "a").body("abc").header("stream-ttl", "100"), 201).await;
        drop(server.take_points());
        tokio::time::sleep(Duration::from_secs(90)).await;
        send(&server, request("GET", "a"), 200).await;
        let points = server.take_points();
        let operations: Vec<_> = points.iter().map(|point| &point["operation"]).collect();
        assert_eq!(operations, ["batch", "read"]);
        assert!(points[0]["rows_written"].as_f64() > Some(0.0));
        assert_eq!(points[1]["rows_written"], 0.0);
    });
}

/// The columns of the data points of live connections since the last call. Each has no rows.
fn take_lives(server: &Server) -> Vec<(String, String, f64, f64)> {
    let points = server.take_points();
    let lives = points.iter().filter(|point| !["batch", "read"].contains(&point["operation"].as_str().unwrap()));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let number = |value: &Value| value.as_f64().unwrap();
    lives
        .map(|point| {
            assert_eq!((number(&point["rows_read"]), &point["tenant"]), (0.0, &"a".into()));
            let (bytes, duration) = (number(&point["bytes"]), number(&point["duration_ms"]));
            (text(&point["operation"]), text(&point["outcome"]), bytes, duration)
        })
        .collect()
}

fn lives(expected: &[(&str, &str, usize, u64)]) -> Vec<(String, String, f64, f64)> {
    let owned = |(operation, outcome, bytes, duration): &(&str, &str, usize, u64)| {
        ((*operation).to_owned(), (*outcome).to_owned(), *bytes as f64, *duration as f64)
    };
    expected.iter().map(owned).collect()
}

fn poll(offset: &str) -> Request {
    request("GET", &format!("a?offset={offset}&live=long-poll"))
}

#[test]
fn a_long_poll_that_the_object_answers_is_one_point() {
    run(async {
        let server = Server::new();
        send(&server, poll("now"), 404).await;
        assert_eq!(take_lives(&server), lives(&[("long_poll", "refused", 0, 0)]));
        send(&server, request("PUT", "a").body("abc"), 201).await;
        let etag = server.send(poll("-1")).await.header("etag").expect("an entity tag").to_owned();
        assert_eq!(take_lives(&server), lives(&[("long_poll", "delivered", 3, 0)]));
        send(&server, poll("-1").header("if-none-match", etag), 304).await;
        assert_eq!(take_lives(&server), lives(&[("long_poll", "delivered", 0, 0)]));
        // The object holds it, because the stream has just changed.
        let waiting = server.clone();
        let held = tokio::task::spawn_local(async move { waiting.send(poll("now")).await });
        tokio::time::sleep(Duration::from_millis(40)).await;
        assert!(take_lives(&server).is_empty());
        send(&server, request("POST", "a").body("defg"), 204).await;
        assert_eq!(held.await.unwrap().text(), "defg");
        assert_eq!(take_lives(&server), lives(&[("long_poll", "delivered", 4, 40)]));
        send(&server, request("POST", "a").header("stream-closed", "true"), 204).await;
        send(&server, poll("now"), 204).await;
        assert_eq!(take_lives(&server), lives(&[("long_poll", "closed", 0, 0)]));
        server.run_for(5_000).await;
        assert!(server.evict("a"));
        server.database().inject([Fault::Lost]);
        send(&server, poll("-1"), 503).await;
        assert_eq!(take_lives(&server), lives(&[("long_poll", "failed", 0, 0)]));
    });
}

#[test]
fn a_held_poll_whose_client_leaves_is_one_point() {
    run(async {
        let server = Server::new();
        send(&server, request("PUT", "a"), 201).await;
        let left = tokio::time::timeout(Duration::from_millis(30), server.attempt(poll("now"))).await;
        assert!(left.is_err());
        assert_eq!(take_lives(&server), lives(&[("long_poll", "client_gone", 0, 30)]));
        // One that goes on with a socket is recorded by the edge, which has the client's connection.
        let left = tokio::time::timeout(Duration::from_secs(5), server.attempt(poll("now"))).await;
        assert!(left.is_err() && server.sockets("a").is_empty());
        assert!(take_lives(&server).is_empty());
    });
}

/// A WebSocket from the tail on, after its first message, whose length is returned, too.
async fn attend(server: &Server) -> (Reply, usize) {
    let request = request("GET", "a?offset=now&live=ws").header("upgrade", "websocket");
    let mut reply = server.send(request).await;
    assert_eq!(reply.status, 101);
    let first = reply.next().await.expect("its position");
    (reply, first.len())
}

#[test]
fn a_websocket_is_one_point_when_it_ends_however_often_the_object_hibernates() {
    run(async {
        let server = Server::new();
        send(&server, request("PUT", "a"), 201).await;
        let began = server.now();
        let (mut reply, mut bytes) = attend(&server).await;
        for _ in 0..3 {
            server.run_for(2_000).await;
            assert!(server.evict("a"));
            send(&server, request("POST", "a").body("more"), 204).await;
            bytes += reply.next().await.expect("more").len();
        }
        assert!(take_lives(&server).is_empty(), "there is no point for a delivery");
        // The object is asleep when the client leaves.
        server.run_for(2_000).await;
        assert!(server.evict("a"));
        let duration = server.now() - began;
        drop(reply);
        assert_eq!(take_lives(&server), lives(&[("ws", "client_gone", bytes, duration)]));
        server.run_for(2_000).await;
        assert!(take_lives(&server).is_empty());
    });
}

#[test]
fn the_point_of_a_websocket_says_why_the_object_ended_it() {
    run(async {
        let server = Server::new();
        for outcome in ["closed", "deleted", "refused", "client_gone"] {
            send(&server, request("PUT", "a"), 201).await;
            let began = server.now();
            let (mut reply, mut bytes) = attend(&server).await;
            tokio::time::sleep(Duration::from_millis(25)).await;
            match outcome {
                "closed" => {
                    send(&server, request("POST", "a").body("end").header("stream-closed", "true"), 204).await;
                    bytes += reply.next().await.expect("the end").len();
                    assert_eq!(reply.next().await, None);
                }
                "deleted" => send(&server, request("DELETE", "a"), 204).await,
                "refused" => server.receive_ack("a", &server.sockets("a")[0], Some("no mark")),
                _ => {}
            }
            server.run_for(1).await;
            // The client may take a while to leave, and until then, the attachment has all that is known.
            assert!(server.evict("a"));
            let duration = server.now() - began;
            drop(reply);
            assert_eq!(take_lives(&server), lives(&[("ws", outcome, bytes, duration)]));
            server.attempt(request("DELETE", "a")).await;
            drop(server.take_points());
        }
    });
}

#[test]
fn a_websocket_whose_data_is_damaged_is_one_point() {
    run(async {
        let server = in_parts().await;
        for key in server.bucket().keys() {
            server.bucket().lose(&key);
        }
        let damaged = request("GET", "a?offset=-1&live=ws").header("upgrade", "websocket");
        let mut reply = server.send(damaged).await;
        assert_eq!((reply.status, reply.next().await), (101, None));
        drop(reply);
        assert_eq!(take_lives(&server), lives(&[("ws", "failed", 0, 0)]));
    });
}

#[test]
fn the_edge_gets_the_ending_of_a_feed_that_the_object_ends() {
    run(async {
        let server = Server::new();
        for (change, ending) in [
            (request("POST", "a").header("stream-closed", "true"), Ending::Closed),
            (request("DELETE", "a"), Ending::Deleted),
        ] {
            send(&server, request("PUT", "a"), 201).await;
            let mut reply = server.send(request("GET", "a?offset=now&live=sse")).await;
            reply.next().await.expect("its position");
            let socket = server.sockets("a").remove(0);
            drop(server.take_points());
            send(&server, change, 204).await;
            server.run_for(1).await;
            assert_eq!(socket.ending(), Some(ending));
            // The edge has its connection, so the object does not record it.
            drop(reply);
            assert!(take_lives(&server).is_empty());
            server.attempt(request("DELETE", "a")).await;
        }
    });
}
