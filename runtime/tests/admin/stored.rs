//! Finding and restoring streams of which D1 has lost all rows.

use crate::setup::{append, create, path, read, server};
use native::{Fault, Reply, Request, Server, run};
use runtime::host::Bucket as _;
use serde_json::Value;
use std::collections::BTreeSet;

/// Maximum number of requests for one list in these tests.
const PAGES_MAX: usize = 200;

async fn page(server: &Server, query: &str) -> Reply {
    server.send(Request::new("GET", &format!("/v1/admin/stored?{query}"))).await
}

/// The listed paths with a prefix, and the number of pages.
async fn stored(server: &Server, prefix: &str, limit: u32) -> (BTreeSet<String>, usize) {
    let (mut found, mut next) = (BTreeSet::new(), String::new());
    for pages in 1..PAGES_MAX {
        let reply = page(server, &format!("prefix={prefix}&limit={limit}{next}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let listed: Value = serde_json::from_str(&reply.text()).unwrap();
        let streams = listed["streams"].as_array().unwrap();
        assert!(streams.len() <= limit as usize);
        found.extend(streams.iter().map(|stream| stream["path"].as_str().unwrap().to_owned()));
        match listed["next"].as_str() {
            Some(place) => next = format!("&continue={place}"),
            None => return (found, pages),
        }
    }
    panic!("the list does not end");
}

/// A stream with content in R2.
async fn write(server: &Server, name: &str, content: &str) {
    create(server, name).await;
    for piece in content.split_inclusive(' ') {
        assert_eq!(server.send(append(name, piece)).await.status, 204);
        server.run_for(1_000).await;
    }
}

/// Long paths whose keys begin alike, and others.
fn names() -> Vec<String> {
    let long = "x".repeat(700);
    let short = ["a", "a/b", "a/b/c", "a-b", "ab", "abc", "abd", "b", "~", "%C3%A9/%2F", "users/7"];
    let short = short.into_iter().map(str::to_owned);
    short.chain([format!("{long}/1"), format!("{long}/2"), format!("y/{}", "z".repeat(690))]).collect()
}

#[test]
fn every_stream_with_objects_is_found_however_small_the_pages_are() {
    run(async {
        let names = names();
        let full = server(0);
        for name in &names {
            write(&full, name, "one two").await;
        }
        create(&full, "empty").await;
        // An earlier stream at the path of a long one, and objects that are not of streams.
        let long = names.iter().find(|name| name.starts_with('x')).unwrap();
        for key in ["stream/report.pdf", "stream/_/report.pdf", "stream/YQ==/a.seg", "streams/YQ/a.seg", "stream/YR/a"]
        {
            full.bucket().put(key, Vec::new()).await.unwrap();
        }
        for requests in [1, 2, 3, 200] {
            let server = Server::with(|settings| {
                let limits = &mut settings.limits;
                (limits.hot_rows, limits.segment, limits.snapshot, limits.stored_requests) = (0, 1, 1, requests);
            });
            for key in full.bucket().keys() {
                let bytes = full.bucket().get(&key, 0..u64::MAX).await.unwrap().unwrap();
                server.bucket().put(&key, bytes).await.unwrap();
            }
            for prefix in
                ["", "a", "a/", "a/b", "ab", "b", "%C3%A9/", "users/", "x", "xxx", &long[..695], long, "none/"]
            {
                let expected = names.iter().filter(|name| name.starts_with(prefix)).cloned().collect::<BTreeSet<_>>();
                for limit in [1, 2, 1000] {
                    let (found, pages) = stored(&server, prefix, limit).await;
                    assert_eq!(found, expected, "`{prefix}` with {limit} and {requests}");
                    assert!(requests < 200 || pages <= 1 + expected.len().div_ceil(limit as usize), "{pages}");
                }
            }
        }
    });
}

#[test]
fn a_request_looks_at_folders_instead_of_objects() {
    run(async {
        let server = server(0);
        write(&server, "a", &"piece ".repeat(20)).await;
        write(&server, "b", "one").await;
        assert!(server.bucket().keys().len() >= 20);
        let before = server.bucket().requests();
        assert_eq!(stored(&server, "", 1000).await.0.len(), 2);
        assert_eq!(server.bucket().requests() - before, 1);
    });
}

#[test]
fn all_streams_come_back_after_the_loss_of_all_databases() {
    run(async {
        let server = Server::sharded(3, |settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.segment, limits.snapshot) = (0, 1, 1);
        });
        let names = names();
        for name in &names {
            write(&server, name, &format!("one two {}", &name[name.len() - 1..])).await;
        }
        // The newest of two streams at one path.
        assert_eq!(server.send(Request::new("DELETE", &path("a"))).await.status, 204);
        write(&server, "a", "another").await;
        server.run_for(200_000).await;
        let mut before = Vec::new();
        for name in &names {
            before.push(read(&server, name).await);
        }
        let server = server.without_databases();
        for name in &names {
            assert_eq!(server.send(Request::new("HEAD", &path(name))).await.status, 404, "{name}");
        }
        let (found, _) = stored(&server, "", 4).await;
        assert_eq!(found, names.iter().cloned().collect());
        for name in &found {
            let reply = server.send(Request::new("POST", &format!("/v1/restore/{name}"))).await;
            assert_eq!(reply.status, 200, "{name}: {}", reply.text());
        }
        for (name, before) in names.iter().zip(&before) {
            assert_eq!(read(&server, name).await, *before, "{name}");
        }
    });
}

#[test]
fn a_list_needs_no_database_and_continues_after_a_failure() {
    run(async {
        let server = server(0);
        for name in names() {
            write(&server, &name, "one").await;
        }
        server.database().inject(std::iter::repeat(Fault::Lost));
        let expected = stored(&server, "", 1000).await.0;
        assert_eq!(expected.len(), names().len());
        for skipped in 0..8 {
            for fault in [Fault::Lost, Fault::Hung] {
                server.bucket().inject(std::iter::repeat_n(Fault::None, skipped).chain([fault]));
                let reply = page(&server, "limit=1000").await;
                assert_eq!(reply.status, 503, "{fault:?} after {skipped}: {}", reply.text());
                assert_eq!(stored(&server, "", 1000).await.0, expected);
            }
        }
    });
}
