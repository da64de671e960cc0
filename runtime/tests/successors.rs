//! Streams created at paths that had other streams before. Nobody who reads or writes one of them gets at another.

use native::{Fault, Reply, Request, Server, run};
use std::time::Duration;
use tokio::task::JoinHandle;

const PATH: &str = "/v1/stream/s";

fn put() -> Request {
    Request::new("PUT", PATH).header("content-type", "text/plain")
}

fn post(body: &str) -> Request {
    Request::new("POST", PATH).header("content-type", "text/plain").body(body)
}

fn get(query: &str) -> Request {
    Request::new("GET", &format!("{PATH}{query}"))
}

fn delete() -> Request {
    Request::new("DELETE", PATH)
}

async fn status(server: &Server, request: Request) -> u16 {
    server.send(request).await.status
}

fn begin(server: &Server, request: Request) -> JoinHandle<Reply> {
    let server = server.clone();
    tokio::task::spawn_local(async move { server.send(request).await })
}

/// Nothing is in memory, so that every page is read from the database.
fn forgetful() -> Server {
    Server::with(|settings| settings.limits.tail_cache = 0)
}

const SLOW: Fault = Fault::Slow(Duration::from_secs(5));

#[test]
fn a_reader_of_a_deleted_stream_fails_no_append_to_its_successor() {
    run(async {
        for (query, recreated, expected) in [
            ("", true, (200, "two")),
            ("?offset=-1&live=long-poll", true, (200, "two")),
            ("", false, (404, "")),
            ("?offset=-1&live=long-poll", false, (404, "")),
        ] {
            let server = forgetful();
            assert_eq!(status(&server, put().body("one")).await, 201);
            server.database().inject([SLOW]);
            let read = begin(&server, get(query));
            tokio::time::sleep(Duration::from_millis(10)).await;
            assert_eq!(status(&server, delete()).await, 204);
            tokio::time::sleep(Duration::from_secs(2)).await;
            if recreated {
                assert_eq!(status(&server, put().body("two")).await, 201);
                server.database().inject([SLOW]);
                assert_eq!(status(&server, post(" three")).await, 204);
            }
            let reply = read.await.unwrap();
            let text = if reply.status == 200 { reply.text() } else { String::new() };
            assert_eq!((reply.status, &*text), expected, "{query}");
            assert_eq!(server.reports(), Vec::<String>::new());
        }
    });
}

#[test]
fn a_live_reader_of_a_deleted_stream_fails_no_append_to_its_successor() {
    run(async {
        let server = forgetful();
        assert_eq!(status(&server, put()).await, 201);
        let mut feed = server.send(get("?offset=-1&live=sse")).await;
        assert!(feed.next().await.unwrap().contains("\"upToDate\":true"));
        // The page with the news is still being read when the stream is gone.
        server.database().inject([Fault::None, SLOW]);
        assert_eq!(status(&server, post("one")).await, 204);
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert_eq!(status(&server, delete()).await, 204);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(status(&server, put().body("two")).await, 201);
        server.database().inject([SLOW]);
        assert_eq!(status(&server, post(" three")).await, 204);
        assert_eq!(feed.next().await, None);
        assert_eq!(server.send(get("")).await.text(), "two three");
        assert_eq!(server.reports(), Vec::<String>::new());
    });
}

#[test]
fn a_reader_whose_object_has_lost_track_meanwhile_looks_again() {
    run(async {
        let server = forgetful();
        let other = server.zombie();
        assert_eq!(status(&server, put().body("one")).await, 201);
        server.database().inject([SLOW]);
        let read = begin(&server, get(""));
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert_eq!(status(&other, delete()).await, 204);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(status(&other, put().body("two")).await, 201);
        assert_eq!(status(&server, post("!")).await, 503);
        let reply = read.await.unwrap();
        assert_eq!((reply.status, reply.text()), (200, "two".to_owned()));
    });
}

#[test]
fn a_reader_of_what_is_about_to_be_removed_fails_no_append() {
    run(async {
        for steps in 0..60 {
            let server = Server::with(|settings| {
                let limits = &mut settings.limits;
                (limits.hot_rows, limits.snapshot, limits.segment, limits.tail_cache) = (0, 1, 1, 0);
                limits.retain = 150;
            });
            assert_eq!(status(&server, put()).await, 201);
            for body in ["aa", "bb", "cc"] {
                assert_eq!(status(&server, post(body)).await, 204);
                if body != "cc" {
                    server.run_for(1_000).await;
                }
            }
            let alarm = server.clone();
            let alarm = tokio::task::spawn_local(async move { alarm.run_for(10).await });
            for _ in 0..steps {
                tokio::task::yield_now().await;
            }
            let requests = [get("?offset=0000000000000000"), post("dd"), get("?offset=0000000000000001")];
            let replies = futures_util::future::join_all(requests.map(|request| server.send(request))).await;
            let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
            assert!([200, 410].contains(&statuses[0]), "{steps}: {statuses:?}");
            assert!([200, 410].contains(&statuses[2]), "{steps}: {statuses:?}");
            assert_eq!(statuses[1], 204, "{steps}: {statuses:?}");
            alarm.await.unwrap();
            assert_eq!(server.reports(), Vec::<String>::new(), "{steps}");
        }
    });
}
