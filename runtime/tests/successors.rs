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
fn evict_when_idle() -> Server {
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
            let server = evict_when_idle();
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
        let server = evict_when_idle();
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
        let server = evict_when_idle();
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

fn at(offset: u64) -> String {
    format!("{offset:016X}")
}

fn next(reply: &Reply) -> u64 {
    u64::from_str_radix(reply.header("stream-next-offset").unwrap(), 16).unwrap()
}

/// Ends the stream and creates it anew, in one of several ways.
async fn renew(server: &Server, way: usize) -> Reply {
    match way {
        0 => assert_eq!(status(server, delete()).await, 204),
        1 => {
            assert_eq!(status(server, delete()).await, 204);
            server.crash_all();
        }
        2 => {
            // Its creation ends what remains of it.
            tokio::time::sleep(Duration::from_millis(10_500)).await;
        }
        _ => {
            // Its alarm does.
            server.run_for(100_000).await;
            server.crash_all();
        }
    }
    server.send(put().header("stream-ttl", 10).body("new")).await
}

#[test]
fn no_offset_of_a_stream_is_one_of_its_successor() {
    run(async {
        for way in 0..4 {
            for body in ["", "old"] {
                let server = Server::new();
                let first = server.send(put().header("stream-ttl", 10).body(body)).await;
                let tail = body.len() as u64;
                // Suites and clients count on it.
                assert_eq!(next(&first), tail);
                let second = renew(&server, way).await;
                assert_eq!((second.status, next(&second)), (201, tail + 4));
                for crash in [false, true] {
                    if crash {
                        server.crash_all();
                    }
                    for offset in 0..=tail {
                        for live in ["", "&live=long-poll", "&live=sse"] {
                            let reply = server.send(get(&format!("?offset={}{live}", at(offset)))).await;
                            let earliest = reply.header("stream-earliest-offset");
                            assert_eq!((reply.status, earliest), (410, Some(&*at(tail + 1))), "{way} {offset} {live}");
                        }
                    }
                    for start in ["-1", &at(tail + 1), "0000000000000000_0000000000000000"] {
                        let reply = server.send(get(&format!("?offset={start}"))).await;
                        assert_eq!((reply.status, reply.text(), next(&reply)), (200, "new".into(), tail + 4));
                    }
                    let head = server.send(Request::new("HEAD", PATH)).await;
                    assert_eq!((next(&head), head.header("stream-earliest-offset")), (tail + 4, Some(&*at(tail + 1))));
                }
                let third = renew(&server, way).await;
                assert_eq!((third.status, next(&third)), (201, tail + 8));
            }
        }
    });
}

#[test]
fn a_successor_is_newer_whatever_the_clocks_say() {
    run(async {
        let server = Server::new();
        let mut generations = Vec::new();
        for _ in 0..3 {
            // Of the same moment.
            assert_eq!(status(&server, put().body("x")).await, 201);
            let rows = server.database().rows("SELECT generation FROM streams");
            generations.push(rows[0]["generation"].as_str().unwrap().to_owned());
            assert_eq!(status(&server, delete()).await, 204);
            server.crash_all();
        }
        // Deleted by an object whose clock is ahead.
        server.database().script("UPDATE tombstones SET generation = 'fffffffffff0' || substr(generation, 13)");
        assert_eq!(next(&server.send(put().body("x")).await), 7);
        let rows = server.database().rows("SELECT generation FROM streams");
        generations.push(rows[0]["generation"].as_str().unwrap().to_owned());
        assert!(generations.is_sorted() && generations.len() == 4, "{generations:?}");
        assert!(generations[3].starts_with("fffffffffff1"), "{generations:?}");
    });
}

#[test]
fn a_creation_that_comes_after_its_successors_end_is_refused() {
    run(async {
        for body in ["one", ""] {
            let server = Server::new();
            server.database().inject([Fault::None, Fault::Late(Duration::from_secs(40))]);
            assert_eq!(status(&server, put().body(body)).await, 503);
            assert_eq!(status(&server, put().body("two")).await, 201);
            assert_eq!(status(&server, delete()).await, 204);
            server.run_for(120_000).await;
            assert_eq!(status(&server, get("")).await, 404);
            server.crash_all();
            assert_eq!(status(&server, get("")).await, 404);
            assert_eq!(next(&server.send(put()).await), 4);
        }
    });
}

#[test]
fn a_path_without_offsets_left_takes_no_stream() {
    run(async {
        let server = Server::new();
        assert_eq!(status(&server, put()).await, 201);
        server.database().script("UPDATE streams SET tail = 9007199254740990, earliest = 9007199254740990");
        server.crash_all();
        assert_eq!(status(&server, delete()).await, 204);
        // There is one left, and a stream that holds nothing.
        assert_eq!(status(&server, put().body("x")).await, 503);
        assert_eq!(status(&server, put()).await, 201);
        assert_eq!(status(&server, delete()).await, 204);
        assert_eq!(status(&server, put()).await, 503);
        assert_eq!(status(&server, get("")).await, 404);
    });
}

fn stream(name: &str) -> String {
    format!("/v1/stream/{name}")
}

fn fork(name: &str, source: &str) -> Request {
    Request::new("PUT", &stream(name)).header("stream-forked-from", stream(source))
}

async fn create(server: &Server, name: &str, body: &str) {
    let put = Request::new("PUT", &stream(name)).header("content-type", "text/plain").body(body);
    assert_eq!(status(server, put).await, 201);
}

async fn end(server: &Server, name: &str) {
    assert_eq!(status(server, Request::new("DELETE", &stream(name))).await, 204);
}

/// Reads to the tail, from the start or an offset.
async fn read(server: &Server, name: &str, from: &str) -> String {
    let (mut offset, mut text) = (from.to_owned(), String::new());
    loop {
        let reply = server.send(Request::new("GET", &format!("{}?offset={offset}", stream(name)))).await;
        assert_eq!(reply.status, 200, "{name} from {offset}: {}", reply.text());
        text += &reply.text();
        offset = reply.header("stream-next-offset").unwrap().to_owned();
        if reply.header("stream-up-to-date").is_some() {
            return text;
        }
    }
}

#[test]
fn what_a_fork_inherits_lies_beyond_the_streams_before_it() {
    run(async {
        for (page, cold) in [(1 << 20, false), (2, false), (1 << 20, true), (2, true)] {
            let server = Server::with(|settings| {
                let limits = &mut settings.limits;
                (limits.page, limits.tail_cache, limits.block, limits.merge) = (page, 0, 3, 2);
                if cold {
                    (limits.hot_rows, limits.snapshot, limits.segment) = (0, 0, 1);
                }
            });
            // Three paths with a past: it ended at 4, at 12 and at 0.
            for (name, body) in [("b", "once"), ("c", "upon a time."), ("d", "")] {
                create(&server, name, body).await;
                end(&server, name).await;
            }
            create(&server, "a", "aaaa").await;
            server.run_for(1_000).await;
            let parts_at = |request: Request, offset: u64| request.header("stream-fork-offset", at(offset));
            let b = server.send(parts_at(fork("b", "a"), 3).body("bb")).await;
            assert_eq!((b.status, next(&b)), (201, 5 + 5));
            server.run_for(1_000).await;
            // Asked in the offsets of its source, and answered in its own.
            let again = server.send(parts_at(fork("b", "a"), 3).body("bb")).await;
            assert_eq!((again.status, next(&again)), (200, 5 + 5));
            assert_eq!(status(&server, parts_at(fork("b", "a"), 2)).await, 409);
            let c = server.send(parts_at(fork("c", "b"), 5 + 4).body("c")).await;
            assert_eq!((c.status, next(&c)), (201, 13 + 5));
            server.run_for(1_000).await;
            // No offset of the source is one of an earlier stream of this path, so none is moved.
            let d = server.send(fork("d", "c")).await;
            assert_eq!((d.status, next(&d)), (201, 13 + 5));
            let e = server.send(parts_at(fork("e", "c"), 13 + 2)).await;
            assert_eq!((e.status, next(&e)), (201, 13 + 2));
            for crash in [false, true] {
                if crash {
                    server.run_for(1_000).await;
                    server.crash_all();
                }
                let streams =
                    [("a", "aaaa", 0), ("b", "aaabb", 5), ("c", "aaabc", 13), ("d", "aaabc", 13), ("e", "aa", 13)];
                for (name, text, first) in streams {
                    assert_eq!(read(&server, name, "-1").await, text, "{name}, {page}, {cold}");
                    for (index, offset) in (first..=first + text.len() as u64).enumerate() {
                        assert_eq!(read(&server, name, &at(offset)).await, text[index..], "{name}, {page}, {cold}");
                    }
                    if first > 0 {
                        let reply = server
                            .send(Request::new("GET", &format!("{}?offset={}", stream(name), at(first - 1))))
                            .await;
                        let earliest = reply.header("stream-earliest-offset");
                        assert_eq!((reply.status, earliest), (410, Some(&*at(first))), "{name}");
                    }
                }
            }
            let append = Request::new("POST", &stream("d")).header("content-type", "text/plain").body("dd");
            assert_eq!(next(&server.send(append).await), 13 + 7);
            // The sources stay for as long as their forks.
            for name in ["a", "b", "c"] {
                end(&server, name).await;
            }
            server.run_for(200_000).await;
            server.crash_all();
            assert_eq!(read(&server, "d", "-1").await, "aaabcdd");
            end(&server, "d").await;
            end(&server, "e").await;
            server.run_for(200_000).await;
            assert_eq!(server.database().leftovers(), []);
            assert_eq!(server.bucket().keys(), Vec::<String>::new());
        }
    });
}

#[test]
fn a_fork_from_the_start_begins_where_its_source_does() {
    run(async {
        let server = Server::new();
        create(&server, "s", "gone").await;
        end(&server, "s").await;
        create(&server, "s", "here").await;
        let from = |offset: &str| fork("f", "s").header("stream-fork-offset", offset);
        assert_eq!(status(&server, from("0000000000000000")).await, 410);
        assert_eq!(status(&server, from("0000000000000004")).await, 410);
        let two = || from("-1").header("stream-fork-sub-offset", 2);
        let forked = server.send(two()).await;
        assert_eq!((forked.status, next(&forked)), (201, 7));
        for crash in [false, true] {
            if crash {
                server.crash_all();
            }
            assert_eq!(read(&server, "f", "-1").await, "he");
            assert_eq!(status(&server, two()).await, 200);
            assert_eq!(status(&server, from("-1")).await, 409);
            assert_eq!(status(&server, from("0000000000000007")).await, 200);
        }
    });
}

#[test]
fn a_successor_is_restored_where_it_was() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.snapshot, limits.segment, limits.tail_cache) = (0, 0, 1, 0);
        });
        create(&server, "s", "gone").await;
        end(&server, "s").await;
        create(&server, "s", "here").await;
        server.run_for(1_000).await;
        server.database().script("DELETE FROM segments");
        server.crash_all();
        assert_eq!(status(&server, Request::new("POST", "/v1/restore/s")).await, 200);
        assert_eq!(read(&server, "s", &at(5)).await, "here");
        assert_eq!(status(&server, get("?offset=0000000000000004")).await, 410);
        end(&server, "s").await;
        assert_eq!(next(&server.send(put()).await), 10);
    });
}
