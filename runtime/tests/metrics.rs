//! Data points: what is measured, and how often.

use futures_util::future::join_all;
use native::{Fault, Request, Server, run};
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
        let expected = json!({ "tenant": "red", "operation": "read", "outcome": "200", "bytes": 4.0, "changes": 0.0 });
        assert_eq!((points.len(), columns(&points[0], &names)), (1, expected));
        send(&server, request("GET", "red/none"), 404).await;
        let points = server.take_points();
        assert_eq!((points.len(), &points[0]["outcome"], &points[0]["bytes"]), (1, &"404".into(), &0.0.into()));
        server.replay_at_the_edge();
        send(&server, request("GET", "red/a?offset=0000000000000000"), 200).await;
        let points = server.take_points();
        assert_eq!((points.len(), &points[0]["operation"]), (1, &"edge_read".into()), "{points:?}");
        // Other requests are no points.
        send(&server, request("HEAD", "red/a"), 200).await;
        send(&server, request("GET", "red/a?offset=now&live=long-poll"), 204).await;
        assert!(server.take_points().is_empty());
    });
}
