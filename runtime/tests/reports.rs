//! What the operator is told of, by the names of events.

use native::{Fault, Request, Server, run};
use serde_json::Value;
use std::iter::repeat;

const PATH: &str = "/v1/stream/s";

fn server() -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.hot_rows, limits.snapshot, limits.tail_cache, limits.block) = (3, 0, 0, 16);
    })
}

fn request(method: &str) -> Request {
    Request::new(method, PATH).header("content-type", "text/plain")
}

async fn send(server: &Server, request: Request, status: u16) {
    let reply = server.send(request).await;
    assert_eq!(reply.status, status, "{}", reply.text());
}

/// The stream, most of which is in the bucket.
async fn written() -> Server {
    let server = server();
    send(&server, request("PUT"), 201).await;
    for number in 0..20 {
        send(&server, request("POST").body(format!("message {number}")), 204).await;
        server.run_for(1_000).await;
    }
    assert_eq!(told(&server), [""; 0]);
    server
}

/// The names of the events that have been told of, each of which says of which stream, and why.
fn told(server: &Server) -> Vec<String> {
    let name = |report: &String| {
        let report: Value = serde_json::from_str(report).expect("JSON");
        assert_eq!(report["path"], "s", "{report}");
        assert!(report["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{report}");
        report["event"].as_str().expect("a name").to_owned()
    };
    server.reports().iter().map(name).collect()
}

#[test]
fn a_request_that_failed_is_told_of() {
    run(async {
        let server = written().await;
        server.database().inject([Fault::Lost]);
        send(&server, request("POST").body("x"), 503).await;
        assert_eq!(told(&server), ["state_discarded", "request_failed"]);
    });
}

#[test]
fn a_restore_that_failed_is_told_of() {
    run(async {
        let server = written().await;
        server.crash_all();
        server.database().inject(repeat(Fault::Lost));
        send(&server, Request::new("POST", "/v1/restore/s"), 503).await;
        assert_eq!(told(&server), ["restore_failed"]);
    });
}

#[test]
fn a_damaged_segment_is_told_of() {
    run(async {
        let server = written().await;
        for key in server.bucket().keys() {
            server.bucket().damage(&key, |bytes| bytes.reverse());
        }
        send(&server, request("GET"), 500).await;
        assert_eq!(told(&server), ["segment_damaged"]);
    });
}

#[test]
fn an_alarm_that_failed_is_told_of() {
    run(async {
        let server = written().await;
        send(&server, request("DELETE"), 204).await;
        server.database().inject(repeat(Fault::Lost));
        server.run_for(1_000).await;
        server.ring_now("s").await;
        let told = told(&server);
        assert_eq!(told.first().map(String::as_str), Some("cleanup_deferred"), "{told:?}");
        assert!(told.contains(&"alarm_failed".to_owned()), "{told:?}");
    });
}

#[test]
fn readers_who_are_sent_away_are_told_of() {
    run(async {
        let server = written().await;
        server.bucket().inject(repeat(Fault::Lost));
        let mut reader = server.begin(Request::new("GET", &format!("{PATH}?offset=-1&live=sse"))).await.unwrap();
        while reader.next().await.is_some() {}
        assert_eq!(told(&server), ["readers_dropped"]);
    });
}
