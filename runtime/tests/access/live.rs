//! Live reads end when the credentials do.

use crate::setup::{NOW_S, answer, entry, granting, secret, send, server, with};
use native::{Reply, Request, Server, run};
use serde_json::json;
use std::time::Duration;
use token::mint;

/// A server with a stream `a`, and a token for reading it that is accepted for this many seconds.
async fn reading(seconds: u64) -> (Server, String) {
    let key = secret("k");
    let server = server(&[entry(&key)]);
    let put = send("PUT", "/v1/stream/a", "operator").header("content-type", "text/plain");
    assert_eq!(server.send(put).await.status, 201);
    (server, token(seconds))
}

fn token(seconds: u64) -> String {
    let exp = (NOW_S + seconds - 60).into();
    mint(&secret("k"), &with(granting(json!([{ "path": "a", "ops": ["read"] }])), "exp", Some(exp)))
}

fn live(mode: &str, token: &str) -> Request {
    let request = send("GET", &format!("/v1/stream/a?offset=now&live={mode}"), token);
    if mode == "ws" { request.header("upgrade", "websocket") } else { request }
}

async fn append(server: &Server, text: &str) {
    let post = send("POST", "/v1/stream/a", "operator").header("content-type", "text/plain").body(text);
    assert_eq!(server.send(post).await.status, 204);
}

/// Everything that comes until the connection ends, and when it ends, in seconds since `reply` began.
async fn rest(server: &Server, reply: &mut Reply) -> (String, u64) {
    let (start, mut all) = (server.now(), String::new());
    let patience = Duration::from_secs(200);
    while let Some(piece) = reply.next_within(patience).await.expect("a piece, or the end") {
        all += &piece;
    }
    (all, (server.now() - start) / 1_000)
}

#[test]
fn a_long_poll_ends_with_its_token() {
    run(async {
        let (server, token) = reading(10).await;
        let start = server.now();
        let reply = server.send(live("long-poll", &token)).await;
        assert_eq!((reply.status, server.now() - start), (204, 10_000));
        assert_eq!(server.send(live("long-poll", &token)).await.status, 401);
    });
}

#[test]
fn an_event_stream_ends_with_its_token() {
    run(async {
        let (server, token) = reading(10).await;
        let mut reply = server.begin(live("sse", &token)).await.unwrap();
        assert_eq!(reply.status, 200);
        let (text, seconds) = rest(&server, &mut reply).await;
        assert_eq!(seconds, 10);
        assert!(text.contains("event: control"), "{text}");
        assert_eq!(server.send(live("sse", &token)).await.status, 401);
    });
}

/// The alarm ends each connection when its own token expires, also after the object has lost its memory.
#[test]
fn a_web_socket_ends_with_its_token() {
    run(async {
        let (server, _) = reading(10).await;
        let mut short = server.begin(live("ws", &token(10))).await.unwrap();
        let mut same = server.begin(live("ws", &token(10))).await.unwrap();
        let mut long = server.begin(live("ws", &token(20))).await.unwrap();
        let mut endless = server.begin(live("ws", "operator")).await.unwrap();
        assert_eq!((short.status, long.status, endless.status), (101, 101, 101));
        assert_eq!(server.alarm("a"), Some(server.now() + 10_000));
        server.run_for(5_000).await;
        assert!(server.evict("a"));
        server.run_for(5_000).await;
        assert_eq!(server.sockets("a").len(), 2);
        append(&server, "late").await;
        for reply in [&mut short, &mut same] {
            assert!(!rest(&server, reply).await.0.contains("late"));
        }
        server.run_for(9_999).await;
        assert_eq!(server.sockets("a").len(), 2);
        server.run_for(1).await;
        assert_eq!(server.sockets("a").len(), 1);
        assert!(rest(&server, &mut long).await.0.contains("late"));
        while !endless.next().await.unwrap().contains("late") {}
        assert_eq!(answer(&server, "GET", "/v1/stream/a", &token(10)).await.status, 401);
    });
}

/// The data point of a WebSocket says that it ended with its token.
#[test]
fn the_point_of_a_web_socket_whose_token_ends_says_so() {
    run(async {
        let (server, token) = reading(10).await;
        let reply = server.begin(live("ws", &token)).await.unwrap();
        server.run_for(5_000).await;
        assert!(server.evict("a"));
        drop(server.take_points());
        server.run_for(5_000).await;
        // The client may take a while to leave.
        assert!(server.evict("a"));
        drop(reply);
        let points = server.take_points();
        assert_eq!(points.len(), 1, "{points:?}");
        let [operation, outcome, duration] = ["operation", "outcome", "duration_ms"].map(|name| &points[0][name]);
        assert_eq!((operation, outcome, duration), (&json!("ws"), &json!("token_ended"), &json!(10_000.0)));
    });
}

/// An alarm that does not come in time sends nothing to whose token has expired.
#[test]
fn nothing_is_sent_after_the_end_of_a_token() {
    run(async {
        let (server, token) = reading(10).await;
        let mut reply = server.begin(live("ws", &token)).await.unwrap();
        server.run_for(5_000).await;
        append(&server, "early").await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        append(&server, "late").await;
        let (text, _) = rest(&server, &mut reply).await;
        assert!(text.contains("early") && !text.contains("late"), "{text}");
    });
}
