//! The cold part of a stream: moved to the bucket without anyone noticing, and never lost, doubled or mistaken.

use native::{Fault, Request, Server, run};
use runtime::Settings;
use runtime::host::Bucket as _;
use std::time::Duration;

const PATH: &str = "/v1/stream/s";

fn put(name: &str, content_type: &str) -> Request {
    Request::new("PUT", &format!("/v1/stream/{name}")).header("content-type", content_type)
}

fn post(name: &str, content_type: &str, body: impl Into<Vec<u8>>) -> Request {
    Request::new("POST", &format!("/v1/stream/{name}")).header("content-type", content_type).body(body)
}

fn get(query: &str) -> Request {
    Request::new("GET", &format!("{PATH}{query}"))
}

/// Moves every row as soon as an alarm rings, and merges two segments as soon as there are two.
fn tiny(settings: &mut Settings) {
    let limits = &mut settings.limits;
    (limits.hot_rows, limits.hot, limits.snapshot, limits.segment, limits.block, limits.merge) = (0, 0, 1, 1000, 16, 2);
    (limits.tail_cache, limits.page) = (0, 24);
}

/// Moves every row, and never merges.
fn apart(settings: &mut Settings) {
    tiny(settings);
    settings.limits.merge = usize::MAX;
}

async fn status(server: &Server, request: Request) -> u16 {
    server.send(request).await.status
}

/// All pages from `offset` on. What is JSON comes as the messages, with commas between them.
async fn read_from(server: &Server, name: &str, offset: &str) -> Vec<u8> {
    let (mut offset, mut all) = (offset.to_owned(), Vec::new());
    loop {
        let reply = server.send(Request::new("GET", &format!("/v1/stream/{name}?offset={offset}"))).await;
        assert_eq!(reply.status, 200, "{name} at {offset}: {}", reply.text());
        match reply.bytes() {
            [b'[', messages @ .., b']'] if reply.header("content-type") == Some("application/json") => {
                all.extend(if all.is_empty() || messages.is_empty() { &b""[..] } else { b"," });
                all.extend(messages);
            }
            bytes => all.extend(bytes),
        }
        offset = reply.header("stream-next-offset").unwrap().to_owned();
        if reply.header("stream-up-to-date").is_some() {
            return all;
        }
    }
}

async fn read(server: &Server, name: &str) -> String {
    String::from_utf8(read_from(server, name, "-1").await).unwrap()
}

fn count(server: &Server, table: &str) -> u64 {
    server.database().count(&format!("SELECT count(*) FROM {table}"))
}

/// That the database names exactly the objects that there are.
fn assert_no_orphans(server: &Server) {
    let named = server.database().rows("SELECT object FROM segments UNION ALL SELECT object FROM discarded");
    let mut named: Vec<_> = named.iter().map(|row| row["object"].as_str().unwrap().to_owned()).collect();
    named.sort();
    assert_eq!(server.bucket().keys(), named);
}

/// That what the row of a stream says of the rows of its log is so.
fn assert_counted(server: &Server) {
    let lies = "SELECT count(*) FROM streams WHERE hot_rows <> (SELECT count(*) FROM log WHERE log.generation = streams.generation) \
                OR hot_bytes <> (SELECT coalesce(sum(CASE form WHEN 'base64' THEN stop - start WHEN 'text' THEN stop - start \
                ELSE octet_length(payload) + 1 END), 0) FROM log WHERE log.generation = streams.generation)";
    assert_eq!(server.database().count(lies), 0, "{:?}", server.database().rows("SELECT * FROM streams"));
}

#[test]
fn what_has_moved_is_read_as_if_it_had_not() {
    run(async {
        for settings in [tiny, apart] {
            let server = Server::with(settings);
            assert_eq!(status(&server, put("s", "application/json")).await, 201);
            assert_eq!(status(&server, put("b", "image/png")).await, 201);
            let (mut messages, mut bytes) = (Vec::new(), Vec::new());
            for number in 0..40_u8 {
                let message = format!("{{\"n\": {number}.0}}");
                assert_eq!(status(&server, post("s", "application/json", &*message)).await, 204);
                assert_eq!(status(&server, post("b", "image/png", vec![number; 5])).await, 204);
                messages.push(message);
                bytes.extend([number; 5]);
                if number % 3 == 1 {
                    server.run_for(1_000).await;
                }
                assert_counted(&server);
            }
            // Some of it has moved, and some has not.
            assert!(count(&server, "log") > 0 && count(&server, "segments") > 0);
            for crash in [false, true] {
                if crash {
                    server.crash_all();
                }
                assert_eq!(read(&server, "s").await, messages.join(","));
                assert_eq!(read_from(&server, "b", "-1").await, bytes);
                for offset in 0..=40 {
                    let from = format!("{offset:016X}");
                    assert_eq!(read_from(&server, "s", &from).await, messages[offset..].join(",").into_bytes());
                    assert_eq!(read_from(&server, "b", &from).await, bytes[offset..]);
                }
            }
            server.run_for(200_000).await;
            assert_eq!((count(&server, "log"), count(&server, "discarded")), (0, 0));
            assert_eq!(read(&server, "s").await, messages.join(","));
            assert_eq!(read_from(&server, "b", "-1").await, bytes);
            assert_no_orphans(&server);
            assert_counted(&server);
            assert!(server.reports().is_empty(), "{:?}", server.reports());
        }
    });
}

#[test]
fn a_page_may_begin_in_a_segment_and_end_in_memory() {
    run(async {
        let server = Server::with(|settings| {
            apart(settings);
            (settings.limits.page, settings.limits.tail_cache) = (1 << 20, 4);
        });
        server.send(put("s", "text/plain").body("cold, ")).await;
        server.run_for(1_000).await;
        server.send(post("s", "text/plain", "colder, ")).await;
        server.run_for(1_000).await;
        server.send(post("s", "text/plain", "in D1, ")).await;
        server.send(post("s", "text/plain", "hot")).await;
        assert_eq!((count(&server, "segments"), count(&server, "log")), (2, 2));
        let reply = server.send(get("")).await;
        assert_eq!(
            (reply.text().as_str(), reply.header("stream-up-to-date")),
            ("cold, colder, in D1, hot", Some("true"))
        );
        let mut feed = server.send(get("?offset=0000000000000002&live=sse")).await;
        assert!(feed.next().await.unwrap().starts_with("event: data\ndata:ld, colder, in D1, hot\n"));
        assert_eq!(server.send(get("?offset=0000000000000006&live=long-poll")).await.text(), "colder, in D1, hot");
    });
}

#[test]
fn appends_cost_what_they_did_and_the_newest_part_stays() {
    run(async {
        let server = Server::with(|settings| {
            (settings.limits.hot, settings.limits.hot_rows) = (100, 1000);
        });
        server.send(put("s", "text/plain")).await;
        for number in 0..10 {
            let (batches, rows) = (server.database().batches(), server.database().rows_written());
            assert_eq!(status(&server, post("s", "text/plain", "0123456789")).await, 204, "{number}");
            assert_eq!((server.database().batches() - batches, server.database().rows_written() - rows), (1, 2));
        }
        server.run_for(1_000).await;
        assert_eq!((count(&server, "segments"), count(&server, "log")), (0, 10));
        server.send(post("s", "text/plain", "0123456789")).await;
        server.run_for(1_000).await;
        assert_eq!((count(&server, "segments"), count(&server, "log")), (1, 5));
        assert_counted(&server);
        assert_eq!(read(&server, "s").await, "0123456789".repeat(11));
        server.run_for(120_000).await;
        assert!(!server.has_alarm("s"));
    });
}

#[test]
fn packed_rows_are_counted_as_they_lie() {
    run(async {
        let server = Server::with(|settings| settings.limits.hot_rows = 2);
        server.send(put("s", "application/json")).await;
        let appends = (0..64).map(|number| server.send(post("s", "application/json", format!("{number}"))));
        let replies = futures_util::future::join_all(appends).await;
        assert!(replies.iter().all(|reply| reply.status == 204));
        assert_counted(&server);
        server.run_for(1_000).await;
        // One row, however many appends.
        assert_eq!((count(&server, "log"), count(&server, "segments")), (1, 0));
        for _ in 0..2 {
            server.send(post("s", "application/json", "[1,2]")).await;
        }
        assert_counted(&server);
        server.run_for(1_000).await;
        assert_eq!((count(&server, "log"), count(&server, "segments")), (1, 1));
        assert_counted(&server);
    });
}

#[test]
fn a_stream_that_ends_moves_as_a_whole() {
    run(async {
        let server = Server::with(|settings| settings.limits.snapshot = 10);
        for (name, body, moves) in [("s", "0123456789", true), ("t", "012345678", false)] {
            server.send(put(name, "text/plain").body(body)).await;
            server.run_for(1_000).await;
            assert_eq!(count(&server, "segments"), u64::from(name == "t"), "{name}");
            let close = Request::new("POST", &format!("/v1/stream/{name}")).header("stream-closed", "true");
            assert_eq!(status(&server, close).await, 204);
            let log = count(&server, "log");
            server.run_for(1_000).await;
            assert_eq!(count(&server, "log"), log - u64::from(moves), "{name}");
            assert_eq!(read(&server, name).await, body);
        }
        assert_counted(&server);
    });
}

#[test]
fn a_cold_read_takes_one_look_up_and_one_ranged_request() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.response, limits.page, limits.tail_cache) = (0, 32 << 10, 32 << 10, 0);
        });
        let body = vec![7; 4 << 20];
        server.send(put("s", "application/octet-stream").body(body)).await;
        server.run_for(1_000).await;
        assert_eq!((count(&server, "segments"), count(&server, "log")), (1, 0));
        let seen = || (server.database().batches(), server.bucket().requests(), server.bucket().bytes_read());
        let before = seen();
        assert_eq!(server.send(get("?offset=0000000000200000")).await.bytes().len(), 32 << 10);
        let after = seen();
        assert_eq!((after.0 - before.0, after.1 - before.1), (1, 1));
        assert!(after.2 - before.2 <= 128 << 10, "{}", after.2 - before.2);
    });
}

#[test]
fn who_begins_anywhere_in_a_long_segment_waits_for_little_of_it() {
    run(async {
        for (content_type, at_the_edge) in [("application/octet-stream", true), ("application/json", false)] {
            let server = Server::with(|settings| {
                let limits = &mut settings.limits;
                // All of it moves at once when the stream ends, into one segment.
                (limits.hot, limits.hot_rows, limits.segment, limits.tail_cache) = (1 << 30, 1 << 20, 1 << 30, 0);
                limits.response = limits.page;
            });
            if at_the_edge {
                server.replay_at_the_edge();
            }
            server.send(put("s", content_type)).await;
            let message = |index: usize| format!("\"{index:08}{}\"", "x".repeat(1014));
            for number in 0..64 {
                let messages: Vec<_> = (0..1024).map(|index| message(number * 1024 + index)).collect();
                let body = format!("[{}]", messages.join(","));
                assert_eq!(status(&server, post("s", content_type, body)).await, 204);
            }
            assert_eq!(status(&server, Request::new("POST", PATH).header("stream-closed", "true")).await, 204);
            server.run_for(10_000).await;
            assert_eq!((count(&server, "segments"), count(&server, "log")), (1, 0));
            let tail = server.send(Request::new("HEAD", PATH)).await;
            let tail = u64::from_str_radix(tail.header("stream-next-offset").unwrap(), 16).unwrap();
            for part in [100, 250, 500, 501, 750, 940] {
                let from = tail * part / 1000 + 5;
                let before = server.bucket().bytes_read();
                let page = server.send(get(&format!("?offset={from:016X}"))).await;
                let read = server.bucket().bytes_read() - before;
                assert_eq!(page.status, 200);
                assert!(!page.bytes().is_empty() && page.header("stream-closed").is_none());
                assert!(read <= 256 << 10, "{read} bytes for a page of {} from {from}", page.bytes().len());
                // And goes on with the pages that all others get.
                let mut next = page.header("stream-next-offset").unwrap().to_owned();
                let mut lengths = Vec::new();
                while lengths.last().is_none_or(|last| *last < 900 << 10) && lengths.len() < 6 {
                    let page = server.send(get(&format!("?offset={next}"))).await;
                    lengths.push(page.bytes().len());
                    next = page.header("stream-next-offset").unwrap().to_owned();
                }
                assert!(*lengths.last().unwrap() > 900 << 10, "{lengths:?}");
            }
        }
    });
}

#[test]
fn forks_read_the_segments_of_their_source() {
    run(async {
        for settings in [tiny, apart] {
            let server = Server::with(settings);
            server.send(put("s", "text/plain").body("abc")).await;
            for body in ["def", "ghi", "jkl"] {
                server.send(post("s", "text/plain", body)).await;
                server.run_for(1_000).await;
            }
            let fork = |name: &str, source: &str, at: u64| {
                let source = format!("/v1/stream/{source}");
                Request::new("PUT", &format!("/v1/stream/{name}"))
                    .header("stream-forked-from", source)
                    .header("stream-fork-offset", format!("{at:016X}"))
            };
            // In the middle of a segment, and in that of the fork.
            assert_eq!(status(&server, fork("f", "s", 5).body("FF")).await, 201);
            server.send(post("f", "text/plain", "GG")).await;
            server.run_for(1_000).await;
            assert_eq!(status(&server, fork("g", "f", 8).body("!")).await, 201);
            server.run_for(100_000).await;
            assert_eq!(count(&server, "log"), 0);
            server.crash_all();
            let expected = [("s", "abcdefghijkl"), ("f", "abcdeFFGG"), ("g", "abcdeFFG!")];
            for (name, expected) in expected {
                assert_eq!(read(&server, name).await, expected);
            }
            // A source that is deleted stays for its forks, and so do its segments, however they are merged.
            assert_eq!(status(&server, Request::new("DELETE", PATH)).await, 204);
            server.run_for(100_000).await;
            for (name, expected) in &expected[1..] {
                assert_eq!(read(&server, name).await, *expected);
            }
            for name in ["f", "g"] {
                assert_eq!(status(&server, Request::new("DELETE", &format!("/v1/stream/{name}"))).await, 204);
            }
            server.run_for(300_000).await;
            assert_eq!(server.database().leftovers(), []);
            assert!(server.bucket().keys().is_empty());
        }
    });
}

#[test]
fn what_ends_takes_its_objects_along_whatever_happens() {
    run(async {
        for faults in
            [vec![], vec![Fault::Lost], vec![Fault::Unheard, Fault::Lost], vec![Fault::Late(Duration::from_secs(3))]]
        {
            for expires in [false, true] {
                let server = Server::with(apart);
                let create = put("s", "text/plain").body("abc");
                server.send(if expires { create.header("stream-ttl", 60) } else { create }).await;
                for _ in 0..5 {
                    server.send(post("s", "text/plain", "def")).await;
                    server.run_for(1_000).await;
                }
                assert_eq!(server.bucket().keys().len(), 5);
                server.bucket().inject(faults.clone());
                if !expires {
                    assert_eq!(status(&server, Request::new("DELETE", PATH)).await, 204);
                }
                server.run_for(200_000).await;
                assert!(server.bucket().keys().is_empty());
                assert_eq!(server.database().leftovers(), []);
                assert!(!server.has_alarm("s"));
            }
        }
    });
}

#[test]
fn what_is_damaged_or_missing_is_named_and_not_sent() {
    run(async {
        let server = Server::with(|settings| {
            settings.log_paths = true;
            apart(settings);
            (settings.limits.response, settings.limits.page) = (4, 4);
        });
        server.send(put("s", "text/plain").body("abcd")).await;
        server.run_for(1_000).await;
        server.send(post("s", "text/plain", "efgh")).await;
        server.run_for(1_000).await;
        let keys = server.bucket().keys();
        assert_eq!(keys.len(), 2);
        let damage: [&dyn Fn(); 3] = [
            &|| server.bucket().damage(&keys[1], |bytes| *bytes.iter_mut().find(|byte| **byte == b'h').unwrap() = b'x'),
            &|| server.bucket().damage(&keys[1], |bytes| bytes.truncate(40)),
            &|| server.bucket().lose(&keys[1]),
        ];
        for damage in damage {
            damage();
            assert_eq!(server.send(get("?offset=-1")).await.text(), "abcd");
            for query in ["?offset=0000000000000004", "?offset=0000000000000004&live=long-poll"] {
                let reply = server.send(get(query)).await;
                assert_eq!(reply.status, 500);
                assert!(reply.text().contains("urn:durable-streams:problem:segment-damaged"), "{}", reply.text());
                // The client learns which offsets, and the operator which object.
                let text = reply.text();
                assert!(text.contains("0000000000000004") && text.contains("0000000000000008"), "{text}");
                let generation = keys[1].split('/').nth(2).expect("a key has a generation");
                assert!(!text.contains(".seg") && !text.contains(generation), "{text}");
                assert!(server.reports().last().unwrap().contains(&keys[1]), "{:?}", server.reports());
                assert_eq!(reply.header("cache-control"), Some("no-store"));
            }
            let mut feed = server.send(get("?offset=-1&live=sse")).await;
            let mut events = String::new();
            while let Some(piece) = feed.next().await {
                events += &piece;
            }
            assert!(events.contains("data:abcd\n") && events.matches("event: data").count() == 1, "{events}");
        }
        // What comes after it is there.
        assert_eq!(server.send(get("?offset=0000000000000008")).await.status, 200);
        assert_eq!(status(&server, post("s", "text/plain", "more")).await, 204);
        assert_eq!(server.send(get("?offset=0000000000000008")).await.text(), "more");
    });
}

#[test]
fn a_damaged_segment_is_not_merged_into_a_sound_one() {
    run(async {
        let server = Server::with(|settings| {
            settings.log_paths = true;
            apart(settings);
            settings.limits.merge = 3;
        });
        server.send(put("s", "text/plain").body("abcd")).await;
        server.run_for(1_000).await;
        server.send(post("s", "text/plain", "efgh")).await;
        server.run_for(1_000).await;
        let key = server.bucket().keys()[0].clone();
        server.bucket().damage(&key, |bytes| *bytes.last_mut().unwrap() ^= 1);
        server.send(post("s", "text/plain", "ijkl")).await;
        server.run_for(1_000).await;
        assert_eq!(count(&server, "segments"), 3);
        assert!(server.reports().iter().any(|report| report.contains(&key)), "{:?}", server.reports());
        // Its end is damaged, and none of its blocks: those can be read still.
        assert_eq!(read(&server, "s").await, "abcdefghijkl");
    });
}

/// Lets something go wrong with the one or other request to the bucket or batch to the database, and crash or not
/// before the next.
#[test]
fn every_fault_and_crash_leaves_the_old_picture_or_the_new() {
    run(async {
        let late = Duration::from_millis(700);
        let faults = [Fault::Lost, Fault::Unheard, Fault::Late(late), Fault::Slow(late)];
        for at in 0..14 {
            for fault in faults {
                for in_bucket in [false, true] {
                    let server = Server::with(tiny);
                    server.send(put("s", "text/plain").body("abc")).await;
                    server.run_for(2_000).await;
                    server.send(post("s", "text/plain", "def")).await;
                    let faults = (0..at).map(|_| Fault::None).chain([fault]);
                    if in_bucket {
                        server.bucket().inject(faults)
                    } else {
                        server.database().inject(faults)
                    }
                    server.run_for(300).await;
                    let context = format!("{fault:?} at {at}, in the bucket: {in_bucket}");
                    let appended = server.send(post("s", "text/plain", "ghi")).await.status;
                    server.database().heal();
                    server.bucket().heal();
                    server.run_for(200_000).await;
                    let text = read(&server, "s").await;
                    let expected = if appended == 204 { &["abcdefghi"][..] } else { &["abcdef", "abcdefghi"] };
                    assert!(expected.contains(&&*text), "{text} after {context}");
                    server.crash_all();
                    assert_eq!(read(&server, "s").await, text, "{context}");
                    assert_counted(&server);
                    assert_eq!((count(&server, "log"), count(&server, "discarded")), (0, 0), "{context}");
                }
            }
        }
    });
}

#[test]
fn a_crash_at_any_step_leaves_the_old_picture_or_the_new() {
    run(async {
        for steps in 0..80 {
            let server = Server::with(tiny);
            server.send(put("s", "text/plain").body("abc")).await;
            server.run_for(2_000).await;
            server.send(post("s", "text/plain", "def")).await;
            let alarm = server.clone();
            let alarm = tokio::task::spawn_local(async move { alarm.run_for(10).await });
            for _ in 0..steps {
                tokio::task::yield_now().await;
            }
            server.crash_all();
            assert_eq!(read(&server, "s").await, "abcdef", "{steps}");
            alarm.await.unwrap();
            server.run_for(100_000).await;
            assert_eq!(read(&server, "s").await, "abcdef", "{steps}");
            assert_eq!(
                (count(&server, "log"), count(&server, "segments"), count(&server, "discarded")),
                (0, 1, 0),
                "{steps}"
            );
            assert_counted(&server);
        }
    });
}

#[test]
fn a_second_object_moves_nothing_twice() {
    run(async {
        let server = Server::with(tiny);
        let zombie = server.zombie();
        server.send(put("s", "text/plain").body("abc")).await;
        let mut expected = "abc".to_owned();
        for number in 0..20 {
            let writer = if number % 3 == 0 { &zombie } else { &server };
            while status(writer, post("s", "text/plain", format!("{number},"))).await != 204 {}
            expected += &format!("{number},");
            // Both think that it is theirs to do.
            futures_util::future::join(server.run_for(50), zombie.run_for(50)).await;
        }
        for server in [&server, &zombie] {
            server.run_for(100_000).await;
        }
        server.crash_all();
        assert_eq!(read(&server, "s").await, expected);
        assert_counted(&server);
    });
}

#[test]
fn a_reader_who_is_about_to_read_what_is_replaced_finds_it() {
    run(async {
        let server = Server::with(|settings| {
            tiny(settings);
            settings.limits.bucket_wait = Duration::from_secs(120);
        });
        server.send(put("s", "text/plain").body("abc")).await;
        server.run_for(1_000).await;
        // While the reader waits for the bucket, the segment becomes part of another, and its object is removed.
        let key = server.bucket().keys()[0].clone();
        server.bucket().inject([Fault::Slow(Duration::from_secs(90))]);
        let reader = server.clone();
        let read = tokio::task::spawn_local(async move { reader.send(get("")).await.text() });
        tokio::time::sleep(Duration::from_millis(1)).await;
        server.send(post("s", "text/plain", "def")).await;
        server.run_for(80_000).await;
        assert!(!server.bucket().keys().contains(&key));
        assert_eq!(read.await.unwrap(), "abc");
    });
}

#[test]
fn what_was_found_in_an_older_picture_replaces_nothing() {
    run(async {
        let server = Server::with(tiny);
        let zombie = server.zombie();
        server.send(put("s", "text/plain").body("aaaa")).await;
        server.run_for(1_000).await;
        server.send(post("s", "text/plain", "bbbb")).await;
        // Two segments are about to become one, and it takes a while to put it.
        let slow = Fault::Slow(Duration::from_secs(5));
        server.bucket().inject([Fault::None, Fault::None, Fault::None, slow]);
        let merging = server.clone();
        let merging = tokio::task::spawn_local(async move { merging.run_for(10).await });
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(count(&server, "segments"), 2);
        // Meanwhile, another object makes one of them and of what comes after them.
        for body in ["cccc", "dddd"] {
            assert_eq!(status(&zombie, post("s", "text/plain", body)).await, 204);
            zombie.run_for(100).await;
        }
        assert_eq!(count(&server, "segments WHERE start = 0 AND stop > 8"), 1);
        // And the first one learns of that before it is done.
        assert_eq!(status(&server, post("s", "text/plain", "eeee")).await, 503);
        assert_eq!(status(&server, post("s", "text/plain", "eeee")).await, 204);
        merging.await.unwrap();
        server.run_for(200_000).await;
        assert_eq!(read(&server, "s").await, "aaaabbbbccccddddeeee");
        assert_no_orphans(&server);
    });
}

#[test]
fn orphans_are_removed_and_nothing_else() {
    run(async {
        let server = Server::with(|settings| {
            apart(settings);
            settings.limits.orphan_grace = Duration::from_secs(3600);
        });
        server.send(put("s", "text/plain").body("abc")).await;
        for number in 0..7 {
            server.run_for(1_000).await;
            server.send(post("s", "text/plain", format!("{number}"))).await;
        }
        server.run_for(1_000).await;
        let named = server.bucket().keys();
        // A transaction that says nothing leaves an object, and the rows.
        server.send(post("s", "text/plain", "x")).await;
        server.database().inject([Fault::None, Fault::None, Fault::None, Fault::Lost]);
        server.run_for(1).await;
        server.database().heal();
        let orphans: Vec<_> = server.bucket().keys().into_iter().filter(|key| !named.contains(key)).collect();
        assert_eq!(orphans.len(), 1);
        // What has been put is forgotten with the object's memory.
        server.crash_all();
        server.run_for(100_000).await;
        let named: Vec<_> = server.bucket().keys().into_iter().filter(|key| !orphans.contains(key)).collect();

        // One that is young may be about to be named.
        let swept = server.sweep_orphans().await.unwrap();
        assert_eq!((swept.seen, swept.orphans.len()), (named.len() + 1, 0));
        server.run_for(3_600_000).await;
        let swept = server.sweep_orphans().await.unwrap();
        assert_eq!((swept.covered, swept.orphans.len()), (1, 0));
        assert_eq!(server.bucket().keys(), named);
        assert_eq!(read(&server, "s").await, "abc0123456x");
        assert_no_orphans(&server);
    });
}

#[test]
fn what_forks_need_is_no_orphan() {
    run(async {
        let server = Server::with(|settings| {
            tiny(settings);
            settings.limits.orphan_grace = Duration::ZERO;
        });
        server.send(put("s", "text/plain").body("abcdef")).await;
        server.run_for(1_000).await;
        let fork = Request::new("PUT", "/v1/stream/f").header("stream-forked-from", PATH);
        assert_eq!(status(&server, fork).await, 201);
        assert_eq!(status(&server, Request::new("DELETE", PATH)).await, 204);
        server.run_for(100_000).await;
        assert_eq!(server.sweep_orphans().await.unwrap().orphans.len(), 0);
        assert_eq!(read(&server, "f").await, "abcdef");
    });
}

#[test]
fn a_database_that_was_lost_takes_no_objects_along() {
    run(async {
        let server = Server::with(|settings| {
            apart(settings);
            (settings.limits.orphan_grace, settings.limits.orphans) = (Duration::ZERO, 3);
        });
        server.send(put("s", "text/plain").body("abc")).await;
        for _ in 0..3 {
            server.run_for(1_000).await;
            server.send(post("s", "text/plain", "def")).await;
        }
        server.run_for(1_000).await;
        server.database().script("DELETE FROM segments");
        let swept = server.sweep_orphans().await.unwrap();
        assert_eq!((swept.orphans.len(), swept.removed), (4, false));
        assert_eq!(server.bucket().keys().len(), 4);
    });
}

#[test]
fn a_sweep_that_fails_is_no_loss_and_a_long_one_goes_on() {
    run(async {
        let server = Server::with(|settings| {
            apart(settings);
            (settings.limits.orphan_grace, settings.limits.orphans) = (Duration::ZERO, 1000);
        });
        server.send(put("s", "text/plain").body("abc")).await;
        server.run_for(1_000).await;
        let named = server.bucket().keys();
        // More than one sweep looks at.
        for number in 0..310_u64 {
            let key = format!("stream/cw/{number:028x}/{number:016x}-{:016x}-0.seg", number + 1);
            server.bucket().put(&key, vec![0]).await.unwrap();
        }
        for fault in [Fault::Lost, Fault::Unheard] {
            server.bucket().inject([Fault::None, fault]);
            assert!(server.sweep_orphans().await.is_err());
        }
        server.bucket().heal();
        let seen = [server.sweep_orphans().await.unwrap().seen, server.sweep_orphans().await.unwrap().seen];
        // Each of those that failed had come a list further.
        assert_eq!(seen, [300, 5]);
        server.sweep_orphans().await.unwrap();
        assert_eq!(server.bucket().keys(), named);
    });
}

#[test]
fn the_edge_reads_what_is_cold_by_itself() {
    run(async {
        for settings in [tiny, apart] {
            let server = Server::with(|change| {
                settings(change);
                change.limits.page = 8;
            });
            server.replay_at_the_edge();
            assert_eq!(status(&server, put("s", "application/json")).await, 201);
            let mut messages = Vec::new();
            for number in 0..30 {
                let message = format!("{{\"n\": {number}.0}}");
                assert_eq!(status(&server, post("s", "application/json", &*message)).await, 204);
                messages.push(message);
                server.run_for(1_000).await;
            }
            server.send(post("s", "application/json", "\"hot\"")).await;
            messages.push("\"hot\"".to_owned());
            for offset in 0..=31 {
                let from = format!("{offset:016X}");
                assert_eq!(read_from(&server, "s", &from).await, messages[offset..].join(",").into_bytes());
            }
            // The object does not even have to be there.
            server.crash_all();
            let batches = server.database().batches();
            let page = server.begin(get("?offset=0000000000000003")).await.unwrap();
            assert!(page.header("server-timing").is_none() && page.header("etag").is_some());
            // One to find it, and one to know how far the response goes.
            assert_eq!((page.status, server.database().batches() - batches), (200, 2));
            // What is not there any more is not read.
            assert_eq!(status(&server, Request::new("DELETE", PATH)).await, 204);
            assert_eq!(status(&server, get("?offset=0000000000000003")).await, 404);
        }
    });
}

#[test]
fn readers_of_the_hot_part_seldom_make_the_edge_look() {
    run(async {
        let server = Server::new();
        server.replay_at_the_edge();
        server.send(put("s", "text/plain").body("abc")).await;
        server.send(get("?offset=0000000000000001")).await;
        let batches = server.database().batches();
        for _ in 0..50 {
            assert_eq!(server.send(get("?offset=0000000000000001")).await.text(), "bc");
        }
        assert_eq!(server.database().batches(), batches);
        server.run_for(60_000).await;
        server.send(get("?offset=0000000000000001")).await;
        assert_eq!(server.database().batches(), batches + 1);
    });
}

#[test]
fn what_reading_keeps_alive_is_read_by_its_object() {
    run(async {
        let server = Server::with(tiny);
        server.replay_at_the_edge();
        server.send(put("s", "text/plain").header("stream-ttl", 10).body("abc")).await;
        server.run_for(1_000).await;
        server.send(post("s", "text/plain", "def")).await;
        for _ in 0..5 {
            server.run_for(8_000).await;
            assert_eq!(server.send(get("?offset=0000000000000001")).await.text(), "bcdef");
        }
        server.run_for(12_000).await;
        assert_eq!(status(&server, get("?offset=0000000000000001")).await, 404);
    });
}

#[test]
fn what_ends_at_an_instant_is_read_at_the_edge_until_then() {
    run(async {
        let server = Server::with(apart);
        server.replay_at_the_edge();
        let ends = put("s", "text/plain").header("stream-expires-at", "2026-01-01T01:00:00Z");
        server.send(ends.body("x".repeat(100))).await;
        server.run_for(1_000).await;
        assert_eq!(count(&server, "log"), 0);
        let page = |at_the_edge: bool| {
            let server = server.clone();
            async move {
                server.crash_all();
                let page = server.send(get("?offset=0000000000000018")).await;
                assert_eq!((page.status, page.header("server-timing").is_none()), (200, at_the_edge));
                page.header("cache-control").unwrap().to_owned()
            }
        };
        assert!(page(true).await.contains("max-age"));
        // No cache is to outlive it.
        server.run_for(3_400_000).await;
        assert_eq!(page(true).await, "no-cache");
        server.run_for(200_000).await;
        assert_eq!(status(&server, get("?offset=0000000000000018")).await, 404);
    });
}

#[test]
fn the_edge_leaves_what_is_damaged_to_the_object() {
    run(async {
        let server = Server::with(apart);
        server.replay_at_the_edge();
        server.send(put("s", "text/plain").body("uvwz")).await;
        server.run_for(1_000).await;
        server.send(post("s", "text/plain", "efgh")).await;
        server.run_for(1_000).await;
        let key = server.bucket().keys()[0].clone();
        server.bucket().damage(&key, |bytes| *bytes.iter_mut().find(|byte| **byte == b'z').unwrap() = b'x');
        assert_eq!(status(&server, get("?offset=-1")).await, 500);
        server.bucket().lose(&key);
        assert_eq!(status(&server, get("?offset=0000000000000001")).await, 500);
        assert_eq!(server.send(get("?offset=0000000000000004")).await.text(), "efgh");
    });
}
