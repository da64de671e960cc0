//! Labels: they are kept as long as the stream is, whatever happens to its rows.

use crate::setup::{create, page, send, url};
use native::{Request, Server, run};
use serde_json::json;

fn append() -> Request {
    Request::new("POST", &url("a")).header("content-type", "application/octet-stream").body("x")
}

async fn label(server: &Server, path: &str) -> Option<String> {
    let reply = server.send(Request::new("HEAD", &url(path))).await;
    assert_eq!(reply.status, 200);
    reply.header("stream-label").map(str::to_owned)
}

#[test]
fn labels_outlive_appends_and_crashes() {
    run(async {
        let server = Server::new();
        create(&server, "a", &[("stream-label", "team=blue"), ("stream-label", "env=prod")]).await;
        assert_eq!(server.send(append()).await.status, 204);
        server.crash_all();
        assert_eq!(label(&server, "a").await.as_deref(), Some("env=prod,team=blue"));
        assert_eq!(page(&server, "").await["streams"][0]["labels"], json!({ "env": "prod", "team": "blue" }));
        // The next stream at the path has none.
        assert_eq!(send(&server, "DELETE", "a").await, 204);
        create(&server, "a", &[]).await;
        assert_eq!(label(&server, "a").await, None);
    });
}

#[test]
fn labels_are_restored_with_a_stream() {
    run(async {
        let server = Server::with(|settings| (settings.limits.hot_rows, settings.limits.snapshot) = (0, 1));
        create(&server, "a", &[("stream-label", "env=prod")]).await;
        assert_eq!(server.send(append()).await.status, 204);
        server.run_for(5_000).await;
        server.database().script("DELETE FROM streams; DELETE FROM segments");
        server.crash_all();
        assert_eq!(server.send(Request::new("POST", "/v1/restore/a")).await.status, 200);
        assert_eq!(label(&server, "a").await.as_deref(), Some("env=prod"));
    });
}

#[test]
fn a_fork_has_its_own_labels() {
    run(async {
        let server = Server::new();
        create(&server, "source", &[("stream-label", "env=prod")]).await;
        create(&server, "plain", &[("stream-forked-from", "/v1/stream/source")]).await;
        create(&server, "own", &[("stream-forked-from", "/v1/stream/source"), ("stream-label", "env=test")]).await;
        assert_eq!((label(&server, "plain").await, label(&server, "own").await), (None, Some("env=test".to_owned())));
    });
}

#[test]
fn a_label_has_a_maximum_length_and_a_stream_a_maximum_number_of_them() {
    run(async {
        let server = Server::new();
        let put = async |labels: &str| {
            server.send(Request::new("PUT", &url("a")).header("stream-label", labels)).await.status
        };
        let numbered = |count: usize| (0..count).map(|index| format!("n{index}=v")).collect::<Vec<_>>().join(",");
        assert_eq!(put(&numbered(17)).await, 400);
        assert_eq!(put(&format!("{}=v", "n".repeat(64))).await, 400);
        assert_eq!(put(&format!("n={}", "v".repeat(129))).await, 400);
        assert_eq!(put("n=v,n=v").await, 400);
        assert_eq!(put(&numbered(16)).await, 201);
        assert_eq!(put(&numbered(15)).await, 409);
    });
}
