//! What is listed at which moment.

use crate::setup::{create, found, page, send, url};
use native::{Fault, Request, Server, run};
use serde_json::{Value, json};

#[test]
fn a_stream_is_listed_from_its_creation_to_its_deletion() {
    run(async {
        let server = Server::sharded(4, |_| {});
        assert_eq!(page(&server, "").await, json!({ "streams": [], "next": null }));
        for name in ["b", "a", "c"] {
            create(&server, name, &[]).await;
        }
        assert_eq!(found(&server, "").await, ["a", "b", "c"]);
        assert_eq!(send(&server, "DELETE", "b").await, 204);
        assert_eq!(found(&server, "").await, ["a", "c"]);
        create(&server, "b", &[]).await;
        assert_eq!(found(&server, "").await, ["a", "b", "c"]);
    });
}

#[test]
fn an_expired_stream_is_not_listed_whether_or_not_its_row_is_deleted() {
    run(async {
        let server = Server::new();
        create(&server, "at", &[("stream-expires-at", "2026-01-01T00:01:00Z")]).await;
        create(&server, "ttl", &[("stream-ttl", "60")]).await;
        create(&server, "stays", &[]).await;
        assert_eq!(found(&server, "").await, ["at", "stays", "ttl"]);
        tokio::time::sleep(std::time::Duration::from_secs(67)).await;
        assert_eq!(server.database().count("SELECT count(*) FROM streams"), 3, "no alarm has run");
        assert_eq!(found(&server, "").await, ["stays"]);
        assert_eq!(page(&server, "delimiter=/").await["streams"].as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn a_stream_that_is_kept_for_its_forks_is_not_listed() {
    run(async {
        let server = Server::new();
        create(&server, "source", &[]).await;
        create(&server, "fork", &[("stream-forked-from", "/v1/stream/source")]).await;
        let listed = page(&server, "prefix=fork").await;
        assert_eq!(listed["streams"][0]["forked_from"], "source");
        assert_eq!(send(&server, "DELETE", "source").await, 204);
        assert_eq!(send(&server, "GET", "source").await, 410);
        assert_eq!(found(&server, "").await, ["fork"]);
    });
}

#[test]
fn a_stream_is_listed_as_it_is() {
    run(async {
        let server = Server::with(|settings| (settings.limits.hot_rows, settings.limits.snapshot) = (0, 1));
        create(&server, "a", &[("content-type", "text/plain; charset=utf-8"), ("stream-ttl", "600")]).await;
        let append =
            |body: &'static str| Request::new("POST", &url("a")).header("content-type", "text/plain").body(body);
        assert_eq!(server.send(append("hello")).await.status, 204);
        server.run_for(5_000).await;
        assert_eq!(server.send(append("again").header("stream-closed", "true")).await.status, 204);
        let listed = page(&server, "").await["streams"][0].clone();
        let describe = server.send(Request::new("HEAD", &url("a"))).await;
        assert_eq!(listed["content_type"], "text/plain; charset=utf-8");
        assert_eq!(listed["next_offset"].as_str(), describe.header("stream-next-offset"));
        assert_eq!((&listed["closed"], &listed["ttl"]), (&json!(true), &json!(600)));
        assert_eq!(
            (&listed["created_at"], &listed["updated_at"]),
            (&json!("2026-01-01T00:00:00.000Z"), &json!("2026-01-01T00:00:05.000Z"))
        );
        let sum = "SELECT sum(bytes) FROM segments";
        assert_eq!(listed["cold_bytes"], json!(server.database().count(sum)));
        assert_eq!(listed["hot_bytes"], json!(5));
    });
}

#[test]
fn only_appends_and_closing_update_a_stream() {
    run(async {
        let server = Server::with(|settings| (settings.limits.hot_rows, settings.limits.snapshot) = (1, 1));
        create(&server, "a", &[("content-type", "text/plain"), ("stream-ttl", "600")]).await;
        let append = || Request::new("POST", &url("a")).header("content-type", "text/plain").body("x");
        for _ in 0..4 {
            assert_eq!(server.send(append()).await.status, 204);
        }
        let before = page(&server, "").await["streams"][0]["updated_at"].clone();
        // Reads renew the time to live, and rows move to R2, also if the object has been loaded again.
        for _ in 0..5 {
            server.crash_all();
            server.run_for(100_000).await;
            assert_eq!(send(&server, "GET", "a").await, 200);
        }
        let listed = page(&server, "").await["streams"][0].clone();
        assert_eq!(listed["updated_at"], before);
        assert_ne!(listed["cold_bytes"], json!(0));
    });
}

#[test]
fn rows_of_an_older_version_are_listed() {
    run(async {
        let server = Server::new();
        create(&server, "a", &[("stream-label", "env=prod")]).await;
        server.database().script("UPDATE streams SET labels = NULL, updated_ms = NULL");
        server.crash_all();
        let listed = page(&server, "").await["streams"][0].clone();
        assert_eq!((&listed["updated_at"], listed.get("labels")), (&listed["created_at"], None));
        assert_eq!(server.send(Request::new("HEAD", &url("a"))).await.header("stream-label"), None);
    });
}

#[test]
fn a_list_without_one_of_the_databases_is_refused() {
    run(async {
        let server = Server::sharded(3, |_| {});
        for name in ["a", "b", "c", "d"] {
            create(&server, name, &[]).await;
        }
        for fault in [Fault::Lost, Fault::Hung] {
            server.databases()[1].inject([fault]);
            let reply = server.send(Request::new("GET", "/v1/streams")).await;
            assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
            server.databases()[1].heal();
        }
        assert_eq!(found(&server, "").await, ["a", "b", "c", "d"]);
        server.databases()[2].script("UPDATE identity SET number = 7");
        let reply = server.send(Request::new("GET", "/v1/streams")).await;
        assert!(reply.status == 503 && reply.text().contains("DB_2"), "{}", reply.text());
        let reports = server.reports();
        assert!(reports.iter().any(|report| report.contains("DB_2")), "{reports:?}");
    });
}

#[test]
fn lines_have_the_same_streams() {
    run(async {
        let server = Server::new();
        for name in ["a/1", "a/2", "b"] {
            create(&server, name, &[]).await;
        }
        let lines = async |query: &str| {
            let request = Request::new("GET", &format!("/v1/streams?{query}")).header("accept", "application/x-ndjson");
            let reply = server.send(request).await;
            assert_eq!(reply.header("content-type"), Some("application/x-ndjson"));
            assert_eq!(reply.header("vary"), Some("accept"));
            reply.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect::<Vec<Value>>()
        };
        let page = page(&server, "limit=2").await;
        let [one, two, end] = &lines("limit=2").await[..] else { panic!("three lines") };
        assert_eq!((one, two), (&page["streams"][0], &page["streams"][1]));
        assert_eq!(*end, json!({ "next": "a/2" }));
        let tree = lines("delimiter=/").await;
        assert_eq!(
            (&tree[0], &tree[1]["path"], &tree[2]),
            (&json!({ "prefix": "a/" }), &json!("b"), &json!({ "next": null }))
        );
    });
}
