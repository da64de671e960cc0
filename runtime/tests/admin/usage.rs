//! Counts of streams by prefix.

use crate::setup::{append, create};
use native::{Fault, Reply, Request, Server, run};
use serde_json::{Value, json};

async fn usage(server: &Server, query: &str) -> Reply {
    server.send(Request::new("GET", &format!("/v1/admin/usage{query}"))).await
}

async fn prefixes(server: &Server, query: &str) -> Value {
    let reply = usage(server, query).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    serde_json::from_str::<Value>(&reply.text()).unwrap()["prefixes"].clone()
}

fn row(prefix: &str, streams: u64, hot: u64) -> Value {
    json!({ "prefix": prefix, "streams": streams, "hot_bytes": hot, "cold_bytes": 0 })
}

#[test]
fn streams_are_counted_by_their_first_segment_over_all_databases() {
    run(async {
        let server = Server::sharded(3, |_| {});
        assert_eq!(usage(&server, "").await.status, 404);
        for name in ["a", "b", "x/1", "x/2", "x/3/4", "y/1"] {
            create(&server, name).await;
        }
        server.send(append("x/1", "abc")).await;
        server.send(append("a", "d")).await;
        assert!(server.count_streams().await.unwrap());
        assert_eq!(prefixes(&server, "").await, json!([row("", 2, 1), row("x/", 3, 3), row("y/", 1, 0)]));
        assert_eq!(prefixes(&server, "?prefix=x").await, json!([row("x/", 3, 3)]));
        // The next count begins anew.
        assert_eq!(server.send(Request::new("DELETE", "/v1/stream/y/1")).await.status, 204);
        server.run_for(200_000).await;
        assert!(server.count_streams().await.unwrap());
        assert_eq!(prefixes(&server, "").await, json!([row("", 2, 1), row("x/", 3, 3)]));
    });
}

#[test]
fn cold_bytes_are_those_of_r2_objects() {
    run(async {
        let server = crate::setup::server(0);
        create(&server, "x/1").await;
        server.send(append("x/1", "abc")).await;
        server.run_for(1_000).await;
        assert!(server.count_streams().await.unwrap());
        let bytes = server.database().count("SELECT sum(bytes) FROM segments");
        assert_eq!(
            prefixes(&server, "").await[0],
            json!({ "prefix": "x/", "streams": 1, "hot_bytes": 0, "cold_bytes": bytes })
        );
    });
}

#[test]
fn a_count_continues_where_it_was_interrupted_and_the_last_one_stays_until_then() {
    run(async {
        let server = Server::sharded(2, |settings| settings.limits.list_rows = 1);
        for number in 0..30 {
            create(&server, &format!("x/{number}")).await;
        }
        server.run_for(1_000).await;
        let before = server.databases()[0].count("SELECT count(*) FROM usage");
        assert!(!server.count_streams().await.unwrap());
        assert_eq!((before, usage(&server, "").await.status), (0, 404));
        // A step that was not saved is counted again, and one that was saved is not.
        for fault in [Fault::Lost, Fault::Unheard] {
            server.databases()[0].inject([Fault::None, fault]);
            assert!(server.count_streams().await.is_err());
        }
        while !server.count_streams().await.unwrap() {}
        assert_eq!(prefixes(&server, "").await, json!([row("x/", 30, 0)]));
    });
}

#[test]
fn prefixes_beyond_the_maximum_are_counted_together() {
    run(async {
        let server = Server::new();
        let insert = "INSERT INTO streams (path, generation, fence, content_type, tail, closed, gone, created_ms, hot_bytes, hot_rows, \
             earliest) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) \
             SELECT 'p' || i || '/a', 'g' || i, 'f', 'text/plain', 0, 0, 0, 0, 1, 1, 0 FROM n";
        server.database().script(insert);
        assert!(server.count_streams().await.unwrap());
        let reply = usage(&server, "").await;
        let found: Value = serde_json::from_str(&reply.text()).unwrap();
        assert_eq!((found["prefixes"].as_array().unwrap().len(), &found["others"]), (1000, &json!(500)));
    });
}
