//! Filters, and the rows that are looked at for them.

use crate::setup::{create, found, page, paths, send, url};
use native::{Request, Server, run};
use serde_json::{Value, json};

async fn closed(server: &Server, path: &str) {
    let close = Request::new("POST", &url(path)).header("stream-closed", "true");
    assert_eq!(server.send(close).await.status, 204);
}

#[test]
fn a_stream_is_found_by_what_it_is() {
    run(async {
        let server = Server::sharded(2, |_| {});
        create(&server, "chat/1", &[("content-type", "application/json"), ("stream-label", "env=prod, team=blue")])
            .await;
        create(&server, "chat/2", &[("content-type", "Text/Plain; charset=utf-8"), ("stream-label", "env=prod")]).await;
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
        create(&server, "logs/é", &[("content-type", "text/plain ;a=b"), ("stream-label", "env=test, a.b=1")]).await;
        closed(&server, "chat/2").await;
        for (query, expected) in [
            ("closed=true", &["chat/2"][..]),
            ("closed=false", &["chat/1", "logs/%C3%A9"]),
            ("content_type=text/plain", &["chat/2", "logs/%C3%A9"]),
            ("content_type=TEXT/plain%3Bx=y", &["chat/2", "logs/%C3%A9"]),
            ("content_type=application/json", &["chat/1"]),
            ("content_type=text/pla", &[]),
            ("label=env%3Dprod", &["chat/1", "chat/2"]),
            ("label=env%3Dprod&label=team%3Dblue", &["chat/1"]),
            ("label=env%3Dprod&label=team%3Dred", &[]),
            ("label=a.b%3D1", &["logs/%C3%A9"]),
            ("label=a.b%3D", &[]),
            ("updated_after=2026-01-01T00:00:05Z", &["chat/2", "logs/%C3%A9"]),
            ("updated_after=2026-01-01T00:00:10Z", &[]),
            ("contains=a", &["chat/1", "chat/2"]),
            ("contains=t/2", &["chat/2"]),
            ("contains=%C3%A9", &["logs/%C3%A9"]),
            ("contains=Chat", &[]),
            ("prefix=chat/&closed=false&contains=1&label=env%3Dprod&content_type=application/json", &["chat/1"]),
        ] {
            assert_eq!(found(&server, query).await, expected, "{query}");
        }
    });
}

#[test]
fn a_search_stops_after_a_number_of_streams_and_says_where() {
    run(async {
        let server = Server::with(|settings| settings.limits.list_rows = 10);
        for index in 0..35 {
            let labels: &[_] = if index == 32 { &[("stream-label", "env=prod")] } else { &[] };
            create(&server, &format!("{index:02}"), labels).await;
        }
        let query = "label=env%3Dprod&limit=5";
        let (mut after, mut pages, mut all) = (String::new(), 0, Vec::new());
        loop {
            let page = page(&server, &format!("{query}{after}")).await;
            all.extend(paths(&page));
            pages += 1;
            match &page["next"] {
                Value::String(next) => after = format!("&after={next}"),
                next => break assert_eq!(*next, Value::Null),
            }
        }
        assert_eq!((all, pages), (vec!["32".to_owned()], 4));
        assert_eq!(page(&server, query).await, json!({ "streams": [], "next": "09" }));
        // More streams than the limit are looked at if the page could have more.
        assert_eq!(page(&server, "closed=false&limit=20").await["next"], "19");
    });
}

#[test]
fn a_malformed_selection_is_refused() {
    run(async {
        let server = Server::new();
        for query in [
            "prefix=/a",
            "prefix=a//b",
            "prefix=..%2Fa",
            "prefix=%25zz",
            "after=/",
            "contains=%25",
            "label=a%3D1&label=a%3D2",
            "label=a",
            "limit=0",
            "limit=1001",
            "delimiter=-",
            "closed=yes",
            "content_type=text",
            "updated_after=now",
            "delimiter=/&contains=a",
            "after=",
            "contains=",
            "prefix=a&prefix=b",
        ] {
            let reply = server.send(Request::new("GET", &format!("/v1/streams?{query}"))).await;
            assert_eq!(reply.status, 400, "{query}: {}", reply.text());
            assert!(reply.text().contains("\"type\""), "{}", reply.text());
        }
        assert_eq!(send(&server, "GET", "streams").await, 404);
        let reply = server.send(Request::new("POST", "/v1/streams")).await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, OPTIONS")));
    });
}
