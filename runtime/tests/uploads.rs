//! Bodies that are too long for a transaction: they go to the bucket in parts, and one transaction names these.

use futures_util::future::join_all;
use native::{Fault, Reply, Request, Server, run};
use runtime::Settings;
use std::time::Duration;

const PATH: &str = "/v1/stream/s";
const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

/// A part has 40 bytes, a row 16.
fn server(change: impl FnOnce(&mut Settings)) -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.part, limits.row, limits.small_body, limits.message) = (40, 16, 8, 100);
        (limits.block, limits.seek, limits.page, limits.segment) = (16, 16, 24, 200);
        // Pages as small as this take many requests.
        limits.response_requests = 1 << 20;
        // Nothing moves, but for what a test lets move.
        (limits.hot, limits.hot_rows, limits.snapshot, limits.tail_cache) = (1 << 20, 1 << 20, 1 << 20, 64);
        change(settings);
    })
}

fn request(method: &str, media: &str) -> Request {
    Request::new(method, PATH).header("content-type", media)
}

async fn send(server: &Server, request: Request, status: u16) -> Reply {
    let reply = server.send(request).await;
    assert_eq!(reply.status, status, "{}", reply.text());
    reply
}

async fn read(server: &Server) -> String {
    let reply = send(server, Request::new("GET", PATH), 200).await;
    assert_eq!(reply.header("stream-up-to-date"), Some("true"));
    reply.text()
}

fn count(server: &Server, table: &str) -> u64 {
    server.database().count(&format!("SELECT count(*) FROM {table}"))
}

/// Bytes of the log and its parts are what the stream's row says.
fn assert_counted(server: &Server) {
    let lies = "SELECT count(*) FROM streams WHERE hot_rows <> \
                (SELECT count(*) FROM log WHERE log.generation = streams.generation) \
                + (SELECT count(*) FROM parts WHERE parts.generation = streams.generation)";
    assert_eq!(server.database().count(lies), 0, "{:?}", server.database().rows("SELECT * FROM streams"));
}

fn bytes(length: usize, seed: usize) -> String {
    (0..length).map(|index| char::from(b'a' + ((index * 7 + seed + index / 26) % 26) as u8)).collect()
}

/// Messages of lengths from 1 to 70, some of them with brackets, commas and quotes in them.
fn messages(count: usize) -> Vec<String> {
    let message = |number: usize| match number % 5 {
        0 => number.to_string(),
        1 => format!("\"{}\"", "x],[\\\"".repeat(number % 9)),
        2 => format!("{{\"a\": [{number}, {{\"b\": \"{}\"}}]}}", ",".repeat(number % 7)),
        3 => format!("\"{}\"", "y".repeat(number * 13 % 68)),
        _ => "[[1,2],[]]".to_owned(),
    };
    (0..count).map(message).collect()
}

#[test]
fn a_long_body_is_read_as_it_was_sent_wherever_it_lies() {
    run(async {
        for (moves, forgets) in [(false, false), (false, true), (true, false), (true, true)] {
            for media in [BYTES, JSON] {
                let server = server(|settings| {
                    if moves {
                        (settings.limits.hot, settings.limits.hot_rows) = (50, 2);
                    }
                });
                send(&server, request("PUT", media), 201).await;
                let (mut all, mut found) = (Vec::new(), messages(90).into_iter());
                for round in 0..12 {
                    let part: Vec<String> = match media {
                        JSON => found.by_ref().take(1 + round * 5 % 13).collect(),
                        _ => vec![bytes(1 + round * 61 % 300, round)],
                    };
                    let body = if media == JSON { format!(" [{}\n] ", part.join(" , ")) } else { part.concat() };
                    let post = request("POST", media).body(body);
                    send(&server, if round % 2 == 0 { post.chunked() } else { post }, 204).await;
                    all.extend(part);
                    if forgets {
                        server.crash_all();
                    }
                    let expected = if media == JSON { format!("[{}]", all.join(",")) } else { all.concat() };
                    assert_eq!(read(&server).await, expected, "{moves} {forgets} {media} {round}");
                    assert_counted(&server);
                    server.run_for(if moves { 3_000 } else { 0 }).await;
                    assert_eq!(read(&server).await, expected, "{moves} {forgets} {media} {round}, later");
                    assert_counted(&server);
                }
                let tail = if media == JSON { all.len() } else { all.concat().len() };
                for from in (0..tail).step_by(17) {
                    let reply = send(&server, Request::new("GET", &format!("{PATH}?offset={from:016X}")), 200).await;
                    let rest = if media == JSON {
                        format!("[{}]", all[from..].join(","))
                    } else {
                        all.concat()[from..].to_owned()
                    };
                    assert_eq!(reply.text(), rest, "from {from}");
                }
                server.run_for(200_000).await;
                assert!(moves || count(&server, "parts") > 10);
                let parts = server.bucket().keys().iter().filter(|key| key.ends_with(".part")).count() as u64;
                assert_eq!(parts, count(&server, "parts"), "no object of a part stays that no row names");
                assert!(server.reports().is_empty(), "{:?}", server.reports());
            }
        }
    });
}

#[test]
fn a_long_body_can_be_the_first_content_and_a_forks() {
    run(async {
        let server = server(|_| {});
        let (first, second) = (bytes(130, 1), bytes(90, 2));
        let created = send(&server, request("PUT", BYTES).body(first.clone()), 201).await;
        assert_eq!(created.header("stream-next-offset"), Some("0000000000000082"));
        assert!(count(&server, "parts") >= 3);
        let fork = Request::new("PUT", "/v1/stream/f").header("stream-forked-from", PATH);
        let fork = fork.header("stream-fork-offset", "0000000000000041").header("content-type", BYTES);
        send(&server, fork.body(second.clone()), 201).await;
        send(&server, Request::new("DELETE", PATH), 204).await;
        server.run_for(200_000).await;
        let fork = send(&server, Request::new("GET", "/v1/stream/f"), 200).await;
        assert_eq!(fork.text(), format!("{}{second}", &first[..0x41]));
        send(&server, Request::new("DELETE", "/v1/stream/f"), 204).await;
        server.run_for(400_000).await;
        assert!(server.bucket().keys().is_empty(), "{:?}", server.bucket().keys());
        assert_eq!(server.database().leftovers(), []);
    });
}

#[test]
fn a_message_longer_than_a_row_is_taken_whole() {
    run(async {
        let server = server(|_| {});
        send(&server, request("PUT", JSON), 201).await;
        let long = format!("\"{}\"", "m".repeat(98));
        let object = format!("{{\"a\":[1,2],\"b\":\"{}\",\"c\":3}}", "o".repeat(70));
        let bodies = [
            long.clone(),
            format!("[1, {long}]"),
            format!("[{long}, 2]"),
            format!("\"{}\"", "n".repeat(20)),
            object.clone(),
            format!(" {object}"),
            format!("[{object},{object}]"),
        ];
        for body in bodies {
            send(&server, request("POST", JSON).body(body), 204).await;
        }
        let strings = format!("{long},1,{long},{long},2,\"{}\"", "n".repeat(20));
        let expected = format!("[{strings},{}]", vec![object; 4].join(","));
        assert_eq!(read(&server).await, expected);
        let longer = format!("\"{}\"", "m".repeat(99));
        let more = format!("\"{}\"", "m".repeat(300));
        for body in [longer.clone(), format!("[1,{longer}]"), more.clone(), format!("[1,2,3,4,{more},5]")] {
            let refused = send(&server, request("POST", JSON).body(body), 413).await;
            assert!(refused.text().contains("messages-too-large"), "{}", refused.text());
        }
        assert_eq!(read(&server).await, expected);
        assert_clean(&server).await;
    });
}

/// Every part in the bucket is named.
async fn assert_clean(server: &Server) {
    server.settle().await;
    let parts = server.bucket().keys().iter().filter(|key| key.ends_with(".part")).count() as u64;
    assert_eq!(parts, count(server, "parts"), "{:?}", server.bucket().keys());
}

#[test]
fn an_object_of_many_members_is_one_message_of_any_length_up_to_the_limit() {
    run(async {
        for length in [1_500_000, 3_000_000, 6_000_000] {
            let server = Server::with(|_| {});
            let member = |number: usize| format!("\"{number}\":{number}");
            let members: Vec<_> = (0..length / 14).map(member).collect();
            let object = format!("{{{}}}", members.join(","));
            assert!(object.len() > 1 << 20);
            send(&server, request("PUT", JSON), 201).await;
            send(&server, request("POST", JSON).body(object.clone()), 204).await;
            assert!(read(&server).await == format!("[{object}]"));
            assert_clean(&server).await;
        }
    });
}

#[test]
fn what_is_in_parts_counts_once_for_the_length_of_a_response() {
    run(async {
        let server = server(|settings| {
            (settings.limits.part, settings.limits.block, settings.limits.response) = (2_000, 2_000, 12_000);
        });
        let list = messages(400).join(",");
        assert!((7_000..9_000).contains(&list.len()), "{}", list.len());
        send(&server, request("PUT", JSON).body(format!("[{list}]")), 201).await;
        send(&server, request("POST", JSON).body("7"), 204).await;
        for path in [PATH, "/v1/stream/f"] {
            server.crash_all();
            let reply = send(&server, Request::new("GET", path), 200).await;
            assert_eq!((reply.text(), reply.header("stream-up-to-date")), (format!("[{list},7]"), Some("true")));
            let fork = Request::new("PUT", "/v1/stream/f").header("stream-forked-from", PATH);
            server.send(fork).await;
        }
    });
}

#[test]
fn parts_that_are_old_go_together_with_what_is_between_them() {
    run(async {
        let server = server(|settings| settings.limits.retain_age = Duration::from_secs(3600));
        send(&server, request("PUT", BYTES), 201).await;
        for round in 0..4 {
            send(&server, request("POST", BYTES).body(bytes(30 + round * 50, round)), 204).await;
            send(&server, request("POST", BYTES).body("x"), 204).await;
        }
        server.run_for(3_500_000).await;
        assert_eq!(read(&server).await.len(), 4 * 31 + 6 * 50);
        // It is in segments after an hour, and those go after another.
        server.run_for(3_900_000).await;
        assert_eq!(read(&server).await, "");
        server.run_for(200_000).await;
        assert_clean(&server).await;
        assert!(server.bucket().keys().is_empty(), "{:?}", server.bucket().keys());
    });
}

#[test]
fn what_is_wrong_with_a_long_body_is_told_with_its_place_in_all_of_it() {
    run(async {
        let server = server(|_| {});
        send(&server, request("PUT", JSON), 201).await;
        let numbers = (10..40).map(|number| number.to_string()).collect::<Vec<_>>().join(",");
        let too_long = format!("[{numbers},\"{}\"]", "m".repeat(99));
        let refused = send(&server, request("POST", JSON).body(too_long), 413).await;
        assert!(refused.text().contains("the message at index 30 has 101"), "{}", refused.text());
        let invalid = send(&server, request("POST", JSON).body(format!("[{numbers},x]")), 400).await;
        let detail = invalid.text();
        let (_, counted) = detail.split_once("expected value at line 1 column ").expect(&detail);
        let (column, rest) = counted.split_once(", counted from the comma after message ").expect(&detail);
        let (after, _) = rest.split_once('"').expect(&detail);
        // Each number and its comma have three bytes.
        let (column, after): (usize, usize) = (column.parse().unwrap(), after.parse().unwrap());
        assert!(after > 10 && column + 3 * after == 3 * 30 + 2, "{detail}");
        let short = send(&server, request("POST", JSON).body("[1,x]"), 400).await;
        assert!(short.text().contains("expected value at line 1 column 4\""), "{}", short.text());
    });
}

#[test]
fn the_shortest_messages_become_at_most_four_parts_of_each_piece() {
    run(async {
        let server = server(|settings| {
            (settings.limits.part, settings.limits.block, settings.limits.body) = (8_000, 8_000, 1 << 20);
        });
        let list = format!("[{}1]", "1,".repeat(20_000));
        send(&server, request("PUT", JSON).body(list.clone()), 201).await;
        let (parts, pieces) = (count(&server, "parts"), list.len().div_ceil(8_000) as u64);
        assert!((2 * pieces + 1..=4 * pieces).contains(&parts), "{parts} of {pieces}");
        assert!(read(&server).await == list);
    });
}

#[test]
fn what_is_refused_leaves_nothing() {
    run(async {
        let server = server(|settings| settings.limits.body = 500);
        let long = bytes(300, 3);
        send(&server, request("POST", BYTES).body(long.clone()), 404).await;
        send(&server, request("PUT", JSON).body("[1]"), 201).await;
        send(&server, request("POST", BYTES).body(long.clone()), 409).await;
        send(&server, request("PUT", JSON).body(format!("[{}]", messages(15).join(","))), 200).await;
        let list = "1111,".repeat(40);
        let bad = [
            format!("[{list}]"),
            format!("[{list},1]"),
            format!("[,{list}1]"),
            format!("[{list}1"),
            format!("[{list}1]]"),
            format!("[{list}1] 2"),
            format!("[{list}{{]}}]"),
            format!("{}1", &list[..100]),
            format!("[{list}nul]"),
            format!("[{list}\"]"),
            format!("[1,{}", " ".repeat(100)),
            format!("[{}]", ",".repeat(100)),
            "[".repeat(120),
        ];
        for body in bad {
            let refused = send(&server, request("POST", JSON).body(body.clone()), 400).await;
            assert!(refused.text().contains("invalid-json"), "{body}: {}", refused.text());
        }
        let empty = send(&server, request("POST", JSON).body(format!("[{}]", " ".repeat(100))), 400).await;
        assert!(!empty.text().contains("invalid-json"), "{}", empty.text());
        let longer = request("POST", JSON).body(format!("[{}1]", "1,".repeat(300)));
        send(&server, longer.clone(), 413).await;
        send(&server, longer.chunked(), 413).await;
        let seq = request("POST", JSON).header("stream-seq", "b");
        send(&server, seq.clone().body("2"), 204).await;
        send(&server, seq.body(format!("[{list}1]")), 409).await;
        let close = request("POST", JSON).header("stream-closed", "true");
        send(&server, close.body("3"), 204).await;
        send(&server, request("POST", JSON).body(format!("[{list}1]")), 409).await;
        assert_eq!(read(&server).await, "[1,2,3]");
        assert_clean(&server).await;
        assert_eq!(count(&server, "parts"), 0);
    });
}

#[test]
fn a_stream_that_is_another_one_meanwhile_takes_no_parts() {
    run(async {
        let server = server(|_| {});
        for (first, status) in [("DELETE", 503), ("POST", 204)] {
            send(&server, request("PUT", BYTES).body("x"), 201).await;
            let slow = request("POST", BYTES).body(bytes(300, 1)).paced(Duration::from_millis(100));
            let interrupt = async {
                tokio::time::sleep(Duration::from_millis(2_000)).await;
                let other = request(first, BYTES);
                send(&server, if first == "POST" { other.body("y") } else { other }, 204).await;
                if first == "DELETE" {
                    send(&server, request("PUT", BYTES).body("z"), 201).await;
                }
            };
            let (reply, ()) = futures_util::future::join(server.send(slow), interrupt).await;
            assert_eq!(reply.status, status);
            let expected = if first == "DELETE" { "z".to_owned() } else { format!("xy{}", bytes(300, 1)) };
            assert_eq!(read(&server).await, expected);
            assert_clean(&server).await;
            send(&server, request("DELETE", BYTES), 204).await;
            server.run_for(100_000).await;
        }
    });
}

#[test]
fn appends_of_all_sizes_keep_their_order() {
    run(async {
        let server = server(|settings| {
            (settings.limits.part, settings.limits.hot, settings.limits.hot_rows) = (120, 100, 5);
        });
        send(&server, request("PUT", JSON), 201).await;
        let body = |number: usize| {
            let own: Vec<_> = (0..1 + number * 17 % 60).map(|index| format!("\"{number}.{index}\"")).collect();
            (format!("[{}]", own.join(",")), own)
        };
        let appends = (0..24).map(|number| server.send(request("POST", JSON).body(body(number).0)));
        let replies = join_all(appends).await;
        assert!(replies.iter().all(|reply| reply.status == 204));
        server.run_for(60_000).await;
        server.crash_all();
        let found: Vec<String> = serde_json::from_str(&read(&server).await).unwrap();
        for number in 0..24 {
            let own: Vec<_> = body(number).1.iter().map(|message| message.trim_matches('"').to_owned()).collect();
            let at = found.iter().position(|message| *message == own[0]).expect("an acknowledged append");
            assert_eq!(found[at..at + own.len()], own, "{number} is whole, and in one place");
        }
        assert_counted(&server);
    });
}

#[test]
fn a_crash_before_the_transaction_leaves_nothing_that_anyone_reads() {
    run(async {
        let server = server(|settings| settings.limits.orphan_grace = Duration::from_secs(100));
        send(&server, request("PUT", BYTES).body("x"), 201).await;
        let slow = request("POST", BYTES).body(bytes(300, 1)).paced(Duration::from_millis(100));
        let crash = async {
            tokio::time::sleep(Duration::from_millis(2_000)).await;
            server.crash("s");
        };
        let (reply, ()) = futures_util::future::join(server.attempt(slow), crash).await;
        assert!(reply.is_none());
        assert_eq!(read(&server).await, "x");
        server.run_for(200_000).await;
        server.sweep_orphans().await.unwrap();
        assert_clean(&server).await;
        send(&server, request("POST", BYTES).body(bytes(100, 1)), 204).await;
        server.run_for(200_000).await;
        server.sweep_orphans().await.unwrap();
        assert_eq!(read(&server).await, format!("x{}", bytes(100, 1)));
    });
}

#[test]
fn a_long_text_is_utf_8_after_what_the_stream_ends_with() {
    const TEXT: &str = "text/plain";
    run(async {
        let whole: Vec<u8> = "aé€😀".repeat(30).into_bytes();
        for cut in 0..12 {
            let server = server(|_| {});
            send(&server, request("PUT", TEXT).body(&whole[..cut]), 201).await;
            // What does not go on with the character that was begun.
            for wrong in [&whole[cut + 1..], &whole[..], &whole[cut..][..1]] {
                let body = [wrong, &whole[..], b"\xff"].concat();
                let refused = send(&server, request("POST", TEXT).body(body), 400).await;
                assert!(refused.text().contains("invalid-utf-8"), "{}", refused.text());
            }
            let close = request("POST", TEXT).header("stream-closed", "true");
            send(&server, close.body(&whole[cut..whole.len() - 1]), 400).await;
            for part in [&whole[cut..cut + 150], &whole[cut + 150..]] {
                send(&server, request("POST", TEXT).body(part), 204).await;
            }
            assert_eq!(server.send(Request::new("GET", PATH)).await.bytes(), whole, "{cut}");
            send(&server, request("POST", TEXT).header("stream-closed", "true"), 204).await;
            assert_clean(&server).await;
        }
        let latin = server(|_| {});
        send(&latin, request("PUT", "text/plain; charset=iso-8859-1").body(vec![0xe9; 200]), 201).await;
    });
}

#[test]
fn parts_whose_transaction_has_an_unknown_fate_are_kept() {
    run(async {
        for (fault, arrives) in [(Fault::Unheard, true), (Fault::Lost, false)] {
            let server = server(|settings| settings.limits.orphan_grace = Duration::from_secs(100));
            send(&server, request("PUT", BYTES).body("x"), 201).await;
            server.database().inject([fault]);
            send(&server, request("POST", BYTES).body(bytes(300, 1)), 503).await;
            server.settle().await;
            let parts = server.bucket().keys().len();
            assert!(parts > 2, "what may be content is not removed");
            let expected = if arrives { format!("x{}", bytes(300, 1)) } else { "x".to_owned() };
            assert_eq!(read(&server).await, expected);
            server.run_for(200_000).await;
            server.sweep_orphans().await.unwrap();
            assert_eq!(read(&server).await, expected);
            assert_clean(&server).await;
            assert_eq!(server.bucket().keys().is_empty(), !arrives);
        }
    });
}

#[test]
fn a_restore_says_which_offsets_lost_parts_had() {
    run(async {
        let server = server(|_| {});
        send(&server, request("PUT", BYTES).body("x"), 201).await;
        send(&server, request("POST", BYTES).body(bytes(300, 1)), 204).await;
        for (lost, status) in [("segments", 200), ("parts", 409)] {
            server.database().script(&format!("DELETE FROM {lost}"));
            server.crash_all();
            let reply = send(&server, Request::new("POST", "/v1/restore/s"), status).await;
            assert!(status == 200 || reply.text().contains("the data from "), "{}", reply.text());
        }
    });
}

/// How long the bucket is waited for.
const BUCKET_WAIT: Duration = Duration::from_secs(7);

/// Bodies of several parts, as a stream's first content and as what is added to one, each with what the stream then has.
fn long_bodies() -> [(&'static str, &'static str, String, String); 4] {
    let (text, list) = (bytes(400, 5), format!("[{}]", messages(40).join(",")));
    let more = format!("[0,{}", &list[1..]);
    [
        ("PUT", BYTES, text.clone(), text.clone()),
        ("PUT", JSON, list.clone(), list.clone()),
        ("POST", BYTES, text.clone(), format!("0{text}")),
        ("POST", JSON, list, more),
    ]
}

/// A server with little memory and an impatient client of the bucket; with a stream that has a `0`, where something is to be added to it.
async fn expecting(method: &str, media: &str) -> (Server, String) {
    let server = server(|settings| {
        let limits = &mut settings.limits;
        (limits.bucket_wait, limits.orphan_grace) = (BUCKET_WAIT, Duration::from_secs(100));
        // One upload takes most of it.
        (limits.memory, limits.memory_small, limits.memory_pages, limits.memory_tails) = (160, 0, 0, 0);
    });
    if method == "POST" {
        send(&server, request("PUT", media).body("0"), 201).await;
    }
    (server, if media == JSON { "[0]" } else { "0" }.to_owned())
}

/// The answer, which comes even if the bucket never gives one.
async fn answered(server: &Server, upload: Request) -> Reply {
    tokio::time::timeout(2 * BUCKET_WAIT, server.send(upload)).await.expect("an answer")
}

/// The stream is as it was before the upload, which is then done again.
async fn assert_unharmed(server: &Server, upload: Request, before: Option<&str>, after: &str) {
    assert_eq!(server.budget().used(), 0, "all memory is given back");
    match before {
        Some(before) => assert_eq!(read(server).await, before),
        None => drop(send(server, Request::new("GET", PATH), 404).await),
    }
    let reply = server.send(upload).await;
    assert!([201, 204].contains(&reply.status), "{} {}", reply.status, reply.text());
    assert_eq!(read(server).await, after);
}

#[test]
fn a_bucket_that_hangs_or_refuses_fails_the_upload_and_nothing_else() {
    run(async {
        let refused = [Fault::ReadOnly, Fault::Lost, Fault::Unheard].map(|fault| (fault, Duration::ZERO));
        for (fault, wait) in refused.into_iter().chain([(Fault::Hung, BUCKET_WAIT)]) {
            for stored in [0, 1, 3] {
                for (method, media, body, after) in long_bodies() {
                    let context = format!("{fault:?} after {stored} parts, {method} {media}");
                    let (server, before) = expecting(method, media).await;
                    let before = (method == "POST").then_some(&*before);
                    server.bucket().inject(std::iter::repeat_n(Fault::None, stored).chain([fault]));
                    let (upload, began) = (request(method, media).body(body), server.now());
                    let other = async {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        if let Some(before) = before {
                            assert_eq!(read(&server).await, *before, "{context}");
                        }
                        send(&server, Request::new("PUT", "/v1/stream/other"), 201).await;
                    };
                    let (reply, ()) = futures_util::future::join(answered(&server, upload.clone()), other).await;
                    assert_eq!(reply.status, 503, "{context}: {}", reply.text());
                    assert!(reply.text().contains("unavailable"), "{context}: {}", reply.text());
                    assert!(reply.text().contains("The object storage failed."), "{context}: {}", reply.text());
                    assert_eq!(server.now() - began, wait.as_millis().max(1) as u64, "{context}");
                    assert_eq!(server.reports().len(), 1, "{context}: {:?}", server.reports());
                    server.settle().await;
                    assert_eq!(server.bucket().keys(), [""; 0], "{context}: what was stored is removed");
                    assert_unharmed(&server, upload, before, &after).await;
                    assert_clean(&server).await;
                }
            }
        }
    });
}

#[test]
fn parts_that_a_failing_bucket_keeps_are_removed_by_the_sweep() {
    run(async {
        let stays = |fault: Fault| vec![Fault::None, Fault::None, fault, fault];
        // The last one arrives after what was stored has been removed.
        let faults = [stays(Fault::Hung), stays(Fault::Lost), vec![Fault::None, Fault::Late(Duration::from_secs(5))]];
        for faults in faults {
            for (method, media, body, after) in long_bodies() {
                let context = format!("{faults:?}, {method} {media}");
                let (server, before) = expecting(method, media).await;
                let before = (method == "POST").then_some(&*before);
                server.bucket().inject(faults.clone());
                let upload = request(method, media).body(body);
                assert_eq!(answered(&server, upload.clone()).await.status, 503, "{context}");
                server.run_for(20_000).await;
                let kept = server.reports().iter().filter(|report| report.contains("parts_kept")).count();
                assert_eq!(kept, usize::from(faults.len() == 4), "{context}: {:?}", server.reports());
                assert!(!server.bucket().keys().is_empty(), "{context}");
                assert_unharmed(&server, upload, before, &after).await;
                server.run_for(200_000).await;
                server.sweep_orphans().await.unwrap();
                assert_clean(&server).await;
                assert_eq!(read(&server).await, after, "{context}");
            }
        }
    });
}

#[test]
fn a_restore_goes_on_over_parts_wherever_they_are() {
    run(async {
        let server = server(|_| {});
        let (first, second) = (bytes(300, 1), bytes(200, 2));
        send(&server, request("PUT", BYTES).body(first.clone()), 201).await;
        for (body, whole) in [
            ("".to_owned(), first.clone()),
            ("y".to_owned(), format!("{first}y")),
            (second.clone(), format!("{first}y{second}")),
        ] {
            if !body.is_empty() {
                send(&server, request("POST", BYTES).body(body), 204).await;
            }
            server.crash_all();
            send(&server, Request::new("POST", "/v1/restore/s"), 200).await;
            assert_eq!(read(&server).await, whole);
            assert_counted(&server);
        }
    });
}
