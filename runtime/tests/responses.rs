//! One read without `live` is answered up to the tail, part by part, and never shorter than its head says.

use futures_util::FutureExt as _;
use native::{Fault, Reply, Request, Server, run};
use runtime::{Failure, Settings};

const PATH: &str = "/v1/stream/s";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain";

/// Where a test lets the stream lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Memory,
    Database,
    Bucket,
    /// In the bucket, and read by the edge.
    Edge,
}

const PLACES: [Place; 4] = [Place::Memory, Place::Database, Place::Bucket, Place::Edge];

fn server(place: Place, change: impl FnOnce(&mut Settings)) -> Server {
    let server = Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.page, limits.block, limits.seek) = (8, 16, 16);
        limits.response_requests = usize::MAX;
        if place != Place::Memory {
            limits.tail_cache = 0;
        }
        if matches!(place, Place::Bucket | Place::Edge) {
            (limits.hot_rows, limits.snapshot, limits.segment, limits.merge) = (3, 0, 40, usize::MAX);
        }
        change(settings);
    });
    if place == Place::Edge {
        server.replay_at_the_edge();
    }
    server
}

fn get(from: u64) -> Request {
    Request::new("GET", &format!("{PATH}?offset={from:016X}"))
}

async fn send(server: &Server, request: Request, status: u16) -> Reply {
    let reply = server.send(request).await;
    assert_eq!(reply.status, status, "{}", reply.text());
    reply
}

fn post(media: &str, body: &str) -> Request {
    Request::new("POST", PATH).header("content-type", media).body(body)
}

/// Writes some messages of very different lengths, and says what they were.
async fn write(server: &Server, media: &str, count: usize) -> Vec<String> {
    send(server, Request::new("PUT", PATH).header("content-type", media), 201).await;
    let mut messages = Vec::new();
    for number in 0..count {
        messages.push("4".repeat(number * 7 % 23) + &(number + 100).to_string());
        send(server, post(media, &messages[number]), 204).await;
        server.run_for(1_000).await;
    }
    messages
}

fn expected(media: &str, messages: &[String], from: usize) -> String {
    if media == JSON { format!("[{}]", messages[from..].join(",")) } else { messages.concat()[from..].to_owned() }
}

fn offset(reply: &Reply) -> u64 {
    u64::from_str_radix(reply.header("stream-next-offset").expect("an offset"), 16).expect("a number")
}

#[test]
fn one_read_goes_to_the_tail_wherever_the_stream_lies() {
    run(async {
        for place in PLACES {
            for media in [TEXT, JSON] {
                let server = server(place, |_| {});
                let messages = write(&server, media, 30).await;
                let tail = if media == JSON { messages.len() } else { messages.concat().len() };
                for from in 0..tail {
                    let reply = send(&server, get(from as u64), 200).await;
                    assert_eq!(reply.text(), expected(media, &messages, from), "{place:?} {media} {from}");
                    assert_eq!((offset(&reply), reply.header("stream-up-to-date")), (tail as u64, Some("true")));
                    let cold_start = reply.header("server-timing").is_none();
                    assert!(from > 0 || cold_start == (place == Place::Edge), "{place:?} {media}");
                }
                let known = send(&server, get(0), 200).await;
                let known = get(0).header("if-none-match", known.header("etag").unwrap());
                assert_eq!(server.send(known).await.status, 304);
            }
        }
    });
}

#[test]
fn a_response_ends_where_the_tail_was_when_the_request_came() {
    run(async {
        for place in PLACES {
            for media in [TEXT, JSON] {
                let server = server(place, |_| {});
                let messages = write(&server, media, 30).await;
                let mut reply = server.begin(get(0)).await.unwrap();
                let tag = reply.header("etag").unwrap().to_owned();
                send(&server, post(media, "7777").header("stream-closed", "true"), 204).await;
                server.run_for(100_000).await;
                while reply.read_part().await.unwrap() {}
                assert_eq!(reply.text(), expected(media, &messages, 0), "{place:?} {media}");
                assert_eq!(reply.header("stream-closed"), None);
                let next = send(&server, get(offset(&reply)), 200).await;
                assert_eq!(next.text(), if media == JSON { "[7777]" } else { "7777" });
                assert_eq!(next.header("stream-closed"), Some("true"));
                assert_ne!(send(&server, get(0), 200).await.header("etag").unwrap(), tag);
            }
        }
    });
}

#[test]
fn a_fork_is_read_to_its_tail_through_all_that_it_has_from_others() {
    run(async {
        for place in [Place::Memory, Place::Database, Place::Bucket] {
            for (media, response) in [(TEXT, 1 << 20), (JSON, 1 << 20), (TEXT, 50), (JSON, 500)] {
                let server = server(place, |settings| settings.limits.response = response);
                let mut messages = write(&server, media, 20).await;
                let fork = Request::new("PUT", "/v1/stream/f").header("stream-forked-from", PATH);
                send(&server, fork, 201).await;
                for number in 0..20 {
                    let post = Request::new("POST", "/v1/stream/f").header("content-type", media);
                    send(&server, post.body((number + 100).to_string()), 204).await;
                    messages.push((number + 100).to_string());
                    server.run_for(1_000).await;
                }
                let (mut all, mut at) = (Vec::new(), 0);
                loop {
                    let get = Request::new("GET", &format!("/v1/stream/f?offset={at:016X}"));
                    let reply = send(&server, get, 200).await;
                    let text = reply.text();
                    all.push(if media == JSON { text[1..text.len() - 1].to_owned() } else { text });
                    at = offset(&reply);
                    if reply.header("stream-up-to-date").is_some() {
                        break;
                    }
                }
                assert!(response < 1 << 20 || all.len() == 1, "{place:?} {media}: {} responses", all.len());
                let all = if media == JSON { format!("[{}]", all.join(",")) } else { all.concat() };
                assert_eq!(all, expected(media, &messages, 0), "{place:?} {media}");
            }
        }
    });
}

#[test]
fn a_response_is_no_longer_than_its_limit() {
    run(async {
        for place in PLACES {
            for media in [TEXT, JSON] {
                let server = server(place, |settings| settings.limits.response = 400);
                let messages = write(&server, media, 60).await;
                let (mut all, mut at, mut responses) = (Vec::new(), 0, 0);
                loop {
                    let reply = send(&server, get(at), 200).await;
                    let text = reply.text();
                    assert!(text.len() <= 400, "{place:?} {media}: {} bytes", text.len());
                    assert!(offset(&reply) > at);
                    all.push(if media == JSON { text[1..text.len() - 1].to_owned() } else { text });
                    (at, responses) = (offset(&reply), responses + 1);
                    if reply.header("stream-up-to-date").is_some() {
                        break;
                    }
                }
                let all = if media == JSON { format!("[{}]", all.join(",")) } else { all.concat() };
                assert_eq!(all, expected(media, &messages, 0), "{place:?} {media}");
                // Of JSON, whole segments are counted, and all rows together, which may be more than a response takes.
                let most = if media == JSON { 100 } else { 12 };
                assert!((3..=most).contains(&responses), "{place:?} {media}: {responses} responses");
            }
        }
    });
}

#[test]
fn a_fork_that_is_longer_than_a_response_is_read_without_a_gap_or_a_repetition() {
    run(async {
        for place in [Place::Memory, Place::Database, Place::Bucket] {
            for media in [TEXT, JSON] {
                let server = server(place, |settings| {
                    settings.limits.response = if place == Place::Bucket && media == JSON { 200 } else { 20 };
                });
                let messages = write(&server, media, 20).await;
                for (source, path) in [("s", "f"), ("f", "g")] {
                    let fork = Request::new("PUT", &format!("/v1/stream/{path}"));
                    send(&server, fork.header("stream-forked-from", format!("/v1/stream/{source}")), 201).await;
                }
                let (mut all, mut at, mut responses) = (Vec::new(), "-1".to_owned(), 0);
                loop {
                    let reply = send(&server, Request::new("GET", &format!("/v1/stream/g?offset={at}")), 200).await;
                    let text = reply.text();
                    all.push(if media == JSON { text[1..text.len() - 1].to_owned() } else { text });
                    (at, responses) = (reply.header("stream-next-offset").unwrap().to_owned(), responses + 1);
                    if reply.header("stream-up-to-date").is_some() {
                        break;
                    }
                }
                let all = if media == JSON { format!("[{}]", all.join(",")) } else { all.concat() };
                assert_eq!(all, expected(media, &messages, 0), "{place:?} {media}");
                assert!(responses > 1, "{place:?} {media}");
            }
        }
    });
}

/// Begins to read, lets something happen, and reads on. Says why that went no further, and how much came: of what there was at
/// the beginning, and nothing else.
async fn interrupted(place: Place, happens: impl AsyncFn(&Server)) -> (Option<String>, usize) {
    let server = server(place, |settings| settings.log_paths = true);
    let before = write(&server, TEXT, 30).await.concat();
    let mut reply = server.begin(get(0)).await.unwrap();
    happens(&server).await;
    while reply.read_part().await.unwrap() {}
    let why = reply.broken().map(Failure::to_string);
    if let Some(why) = &why {
        assert!(server.reports().iter().any(|report| report.contains("response_broken") && report.contains(why)));
    }
    let bytes = reply.take_bytes();
    assert!(before.as_bytes().starts_with(&bytes) && (why.is_some() || bytes.len() == before.len()), "{place:?}");
    (why, bytes.len())
}

#[test]
fn what_can_not_be_read_to_its_end_is_broken_off() {
    run(async {
        for place in PLACES {
            let deleted = async |server: &Server| {
                send(server, Request::new("DELETE", PATH), 204).await;
                server.run_for(200_000).await;
            };
            assert!(interrupted(place, deleted).await.0.is_some(), "{place:?}");
            let replaced = async |server: &Server| {
                deleted(server).await;
                send(server, Request::new("PUT", PATH).header("content-type", TEXT).body("z".repeat(1_000)), 201).await;
            };
            assert!(interrupted(place, replaced).await.0.is_some(), "{place:?}");
            // Its rows may still be there, or some of them.
            let deleted_just_now = async |server: &Server| drop(send(server, Request::new("DELETE", PATH), 204).await);
            interrupted(place, deleted_just_now).await;
        }
        for place in [Place::Bucket, Place::Edge] {
            let damaged = async |server: &Server| {
                let key = server.bucket().keys()[3].clone();
                server.bucket().damage(&key, |bytes| bytes.truncate(60));
            };
            let (why, length) = interrupted(place, damaged).await;
            assert!(why.is_some_and(|why| why.contains("segment")) && length > 0, "{place:?}");
            let down = async |server: &Server| server.bucket().lose(&server.bucket().keys()[2].clone());
            assert!(interrupted(place, down).await.0.is_some(), "{place:?}");
        }
        let lost = async |server: &Server| server.database().script("DELETE FROM log WHERE start > 50");
        assert!(interrupted(Place::Database, lost).await.0.is_some());
    });
}

#[test]
fn a_client_who_does_not_read_holds_no_memory() {
    run(async {
        for place in PLACES {
            let server = server(place, |_| {});
            write(&server, TEXT, 30).await;
            let before = server.budget().used();
            let mut replies = Vec::new();
            for _ in 0..100 {
                replies.push(server.begin(get(0)).await.unwrap());
            }
            assert_eq!(server.budget().used(), before, "{place:?}");
            for mut reply in replies {
                while reply.read_part().await.unwrap() {}
                assert!(reply.broken().is_none());
            }
        }
    });
}

#[test]
fn a_client_who_goes_leaves_nothing() {
    run(async {
        for place in PLACES {
            let server = server(place, |_| {});
            write(&server, TEXT, 30).await;
            server.run_for(100_000).await;
            let before = server.budget().used();
            let mut reply = server.begin(get(0)).await.unwrap();
            // In the middle of a page, too.
            let _ = reply.read_part().now_or_never();
            if place == Place::Bucket {
                assert!(!server.evict("s"), "a client still reads");
            }
            drop(reply);
            assert_eq!(server.budget().used(), before, "{place:?}");
            assert!(server.evict("s"), "{place:?}: somebody holds on to the object");
        }
    });
}

#[test]
fn one_failure_of_the_storage_does_not_break_a_response_off() {
    run(async {
        for (place, failures, whole) in [Place::Database, Place::Bucket, Place::Edge]
            .into_iter()
            .flat_map(|place| [(place, 1, true), (place, 2, false)])
        {
            let failing = async |server: &Server| server.database().inject(vec![Fault::Lost; failures]);
            assert_eq!(interrupted(place, failing).await.0.is_none(), whole, "{place:?}, {failures}");
        }
        for (failures, whole) in [(1, true), (2, false)] {
            let failing = async |server: &Server| server.bucket().inject(vec![Fault::Lost; failures]);
            assert_eq!(interrupted(Place::Edge, failing).await.0.is_none(), whole, "{failures}");
        }
    });
}

#[test]
fn a_response_takes_no_more_requests_than_the_platform_allows() {
    const MOST: usize = 150;
    /// To find the stream, and for the first page.
    const BESIDE: u64 = 20;
    run(async {
        for place in PLACES {
            for media in [TEXT, JSON] {
                let server = server(place, |settings| {
                    let limits = &mut settings.limits;
                    (limits.response_requests, limits.block, limits.seek) = (MOST, 8, 8);
                    if place == Place::Database {
                        limits.hot_rows = usize::MAX;
                    }
                });
                let messages = write(&server, media, 100).await;
                let tail = if media == JSON { messages.len() } else { messages.concat().len() } as u64;
                let (mut all, mut at, mut responses) = (Vec::new(), 0, 0);
                while at < tail {
                    let before = server.database().statements() + server.bucket().requests();
                    let reply = send(&server, get(at), 200).await;
                    let taken = server.database().statements() + server.bucket().requests() - before;
                    assert!(taken <= MOST as u64 + BESIDE, "{place:?} {media}: {taken}");
                    let text = reply.text();
                    all.push(if media == JSON { text[1..text.len() - 1].to_owned() } else { text });
                    (at, responses) = (offset(&reply), responses + 1);
                }
                let all = if media == JSON { format!("[{}]", all.join(",")) } else { all.concat() };
                assert_eq!(all, expected(media, &messages, 0), "{place:?} {media}");
                assert!(responses > 1, "{place:?} {media}");
            }
        }
    });
}
