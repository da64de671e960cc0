//! Readers who wait: an object may lose its memory while they do, and none of them is in another's way.

use futures_util::FutureExt as _;
use native::{Reply, Request, Server, run};
use runtime::bridge::VERSION;
use runtime::host::Socket as _;
use std::time::Duration;
use tokio::task::JoinHandle;

const PATH: &str = "/v1/stream/s";
const NAME: &str = "s";

fn put(content_type: &str) -> Request {
    Request::new("PUT", PATH).header("content-type", content_type)
}

fn post(body: &str) -> Request {
    Request::new("POST", PATH).header("content-type", "text/plain").body(body)
}

fn listen(offset: &str) -> Request {
    Request::new("GET", &format!("{PATH}?offset={offset}&live=sse"))
}

fn poll(offset: &str) -> Request {
    Request::new("GET", &format!("{PATH}?offset={offset}&live=long-poll"))
}

/// What a piece of a feed has of data, and where it says that it ends.
fn read(piece: &str) -> (String, String) {
    let data = piece.strip_prefix("event: data\ndata:").and_then(|rest| rest.split_once('\n'));
    let data = data.map_or("", |(data, _)| data);
    let offset = piece.split_once("\"streamNextOffset\":\"").expect("a control event").1;
    (data.to_owned(), offset[..16].to_owned())
}

async fn data(reply: &mut Reply) -> String {
    read(&reply.next().await.expect("more events")).0
}

#[test]
fn whoever_stays_sees_everything_once_though_the_object_forgets_everything() {
    run(async {
        let server = Server::with(|settings| settings.limits.sse_lifetime = Duration::from_secs(100_000));
        server.send(put("text/plain")).await;
        let mut readers = Vec::new();
        for _ in 0..50 {
            let mut reader = server.send(listen("now")).await;
            assert_eq!(data(&mut reader).await, "");
            readers.push(reader);
        }
        for number in 0..100 {
            // Where they stand is written down.
            server.run_for(2_000).await;
            assert!(server.evict(NAME), "it has something to do");
            let waiting = server.clone();
            let poll = tokio::task::spawn_local(async move { waiting.send(poll("now")).await.text() });
            server.run_for(1).await;
            assert_eq!(server.send(post(&format!("<{number}>"))).await.status, 204);
            for reader in &mut readers {
                assert_eq!(data(reader).await, format!("<{number}>"));
                assert!(reader.is_quiet().await);
            }
            assert_eq!(poll.await.unwrap(), format!("<{number}>"));
        }
        assert_eq!(server.sockets(NAME).len(), 50);
        server.run_for(2_000).await;
        assert!(server.evict(NAME));
        server.send(Request::new("DELETE", PATH)).await;
        for reader in &mut readers {
            assert_eq!(reader.next().await, None);
        }
    });
}

#[test]
fn one_who_polls_is_woken_though_the_object_has_forgotten_it() {
    run(async {
        let server = Server::with(|settings| settings.limits.long_poll_hold = Duration::from_secs(100));
        server.send(put("text/plain").body("abc")).await;
        for (change, expected) in [(post("d"), (200, "d")), (Request::new("DELETE", PATH), (404, ""))] {
            let poll = start_poll(&server);
            server.run_for(2_000).await;
            assert!(server.evict(NAME));
            server.send(change).await;
            let reply = poll.await.unwrap();
            assert_eq!(reply.status, expected.0);
            assert!(reply.status != 200 || reply.text() == expected.1);
        }
    });
}

#[test]
fn one_who_polls_is_told_when_the_connection_breaks() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let poll = start_poll(&server);
        server.run_for(1_001).await;
        server.crash(NAME);
        assert_eq!(poll.await.unwrap().status, 503);
    });
}

fn start_poll(server: &Server) -> JoinHandle<Reply> {
    let server = server.clone();
    tokio::task::spawn_local(async move { server.send(poll("now")).await })
}

/// What the object answers itself says how long that took; of other answers, the edge would.
fn came_through_a_socket(reply: &Reply) -> bool {
    reply.header("server-timing").is_none()
}

#[test]
fn who_polls_a_stream_that_is_being_written_takes_no_socket() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        for (change, expected) in [(post("d"), 200), (post("e").header("stream-closed", "true"), 200)] {
            let polls = [start_poll(&server), start_poll(&server)];
            server.run_for(900).await;
            assert!(server.sockets(NAME).is_empty());
            assert!(!server.evict(NAME), "who is held keeps the object awake");
            assert_eq!(server.send(change).await.status, 204);
            for poll in polls {
                assert_eq!(poll.await.unwrap().status, expected);
            }
        }
        server.send(Request::new("DELETE", PATH)).await;
        server.send(put("text/plain")).await;
        let poll = start_poll(&server);
        server.run_for(900).await;
        assert_eq!(server.send(Request::new("DELETE", PATH)).await.status, 204);
        assert_eq!(poll.await.unwrap().status, 404);
    });
}

#[test]
fn who_polls_a_stream_that_rests_leaves_the_object_and_waits_as_long_in_all() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        for lingers_ms in [1_000, 0] {
            let start = server.now();
            let poll = start_poll(&server);
            if lingers_ms > 0 {
                server.run_for(lingers_ms - 1).await;
                assert!(server.sockets(NAME).is_empty());
            }
            server.run_for(2).await;
            assert_eq!(server.sockets(NAME).len(), 1);
            assert!(server.evict(NAME), "it has something to do");
            assert_eq!(poll.await.unwrap().status, 204);
            assert_eq!(server.now() - start, 25_000);
        }
    });
}

#[test]
fn who_comes_with_an_old_picture_is_told_at_once() {
    run(async {
        let server = Server::new();
        // Whoever reads moves the deadline, and what is written down of that lands together with what is appended.
        server.send(put("text/plain").header("stream-ttl", "10").body("a")).await;
        server.run_for(9_000).await;
        let (writer, reader, start) = (server.clone(), server.clone(), server.now());
        let write = tokio::task::spawn_local(async move { writer.send(post("b")).await.status });
        let poll = tokio::task::spawn_local(async move { reader.send(poll("0000000000000001")).await });
        assert_eq!(write.await.unwrap(), 204);
        assert_eq!(poll.await.unwrap().text(), "b");
        assert!(server.now() - start < 100, "{}", server.now() - start);
    });
}

#[test]
fn a_crowd_and_what_is_long_take_sockets() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let polls: Vec<_> = (0..257).map(|_| start_poll(&server)).collect();
        server.run_for(1).await;
        assert_eq!(server.sockets(NAME).len(), 1);
        let short = "d".repeat(16 << 10);
        server.send(post(&short)).await;
        let mut sockets = 0;
        for poll in polls {
            let reply = poll.await.unwrap();
            assert_eq!(reply.text(), short);
            sockets += usize::from(came_through_a_socket(&reply));
        }
        assert_eq!(sockets, 1);
        let (poll, long) = (start_poll(&server), "d".repeat((16 << 10) + 1));
        server.run_for(1).await;
        assert!(server.sockets(NAME).is_empty());
        server.send(post(&long)).await;
        let reply = poll.await.unwrap();
        assert_eq!(reply.text(), long);
        assert!(came_through_a_socket(&reply));
    });
}

#[test]
fn no_more_polls_than_the_limit_are_held_without_a_socket() {
    run(async {
        for (limit, sockets) in [(0, 3), (2, 1), (3, 0)] {
            let server = Server::with(|settings| settings.limits.held_polls = limit);
            server.send(put("text/plain")).await;
            let polls: Vec<_> = (0..3).map(|_| start_poll(&server)).collect();
            server.run_for(1).await;
            assert_eq!(server.sockets(NAME).len(), sockets, "{limit}");
            server.send(post("d")).await;
            for poll in polls {
                assert_eq!(poll.await.unwrap().text(), "d");
            }
        }
    });
}

#[test]
fn no_longer_response_than_the_limit_is_sent_without_a_socket() {
    run(async {
        for (limit, socket) in [(0, true), (3, true), (4, false)] {
            let server = Server::with(|settings| settings.limits.held_response = limit);
            server.send(put("text/plain")).await;
            let poll = start_poll(&server);
            server.run_for(1).await;
            assert!(server.sockets(NAME).is_empty());
            server.send(post("long")).await;
            let reply = poll.await.unwrap();
            assert_eq!(reply.text(), "long");
            assert_eq!(came_through_a_socket(&reply), socket, "{limit}");
        }
    });
}

#[test]
fn nobody_is_held_without_a_socket_unless_the_limit_says_so() {
    run(async {
        let server = Server::with(|settings| settings.limits.long_poll_object_hold = Duration::ZERO);
        server.send(put("text/plain")).await;
        let poll = start_poll(&server);
        server.run_for(1).await;
        assert_eq!(server.sockets(NAME).len(), 1);
        server.send(post("d")).await;
        assert_eq!(poll.await.unwrap().text(), "d");
    });
}

#[test]
fn who_is_held_without_a_socket_is_a_reader_too() {
    run(async {
        let server = Server::with(|settings| settings.limits.readers = 2);
        server.send(put("text/plain")).await;
        let polls = [start_poll(&server), start_poll(&server)];
        server.run_for(1).await;
        assert_eq!(server.send(poll("now")).await.status, 429);
        server.send(post("d")).await;
        for poll in polls {
            assert_eq!(poll.await.unwrap().text(), "d");
        }
        let poll = start_poll(&server);
        server.send(post("e")).await;
        assert_eq!(poll.await.unwrap().text(), "e");
    });
}

#[test]
fn whoever_does_not_read_is_sent_no_more_and_nobody_waits_for_it() {
    run(async {
        let (window, page) = (1_000, 300);
        let server = Server::with(|settings| {
            settings.limits.sse_lifetime = Duration::from_secs(100_000);
            (settings.limits.reader_window, settings.limits.page) = (window, page);
        });
        server.send(put("text/plain")).await;
        let mut idle = server.send(listen("-1")).await;
        let mut busy = server.send(listen("-1")).await;
        assert_eq!(data(&mut busy).await, "");
        let mut written = String::new();
        for number in 0..500 {
            // The object may forget what it was about to send, too.
            if number % 10 == 0 {
                server.run_for(2_000).await;
                assert!(server.evict(NAME));
            }
            let text = format!("<{number}>");
            server.send(post(&text)).await;
            assert_eq!(data(&mut busy).await, text);
            written += &text;
            let open = server.sockets(NAME).iter().map(native::NativeSocket::open_bytes).max();
            assert!(open <= Some(window), "{open:?}");
        }
        let mut found = String::new();
        while found.len() < written.len() {
            found += &data(&mut idle).await;
        }
        assert_eq!(found, written);
        assert!(idle.is_quiet().await);
    });
}

#[test]
fn whoever_takes_more_than_a_window_at_once_is_sent_what_follows() {
    run(async {
        let server = Server::with(|settings| {
            (settings.limits.reader_window, settings.limits.page) = (1_000, 3_000);
        });
        server.send(put("application/json")).await;
        let append = |body: String| Request::new("POST", PATH).header("content-type", "application/json").body(&*body);
        let mut reader = server.send(listen("-1")).await;
        assert_eq!(data(&mut reader).await, "");
        // The first leaves some of the window, and the second, sent before anything is known of the first, takes more: a message
        // is sent as a whole.
        for length in [600, 2_000] {
            server.send(append("1".repeat(length))).await;
        }
        assert_eq!(data(&mut reader).await.len(), 600 + 2);
        assert_eq!(data(&mut reader).await.len(), 2_000 + 2);
        server.send(append("2".to_owned())).await;
        assert_eq!(data(&mut reader).await, "[2]");
    });
}

/// The data of a message of events, as a client decodes it.
fn decode(message: &str) -> String {
    let (data, _) = message.split_once("event: control\n").expect("a control event");
    let lines = data.lines().filter_map(|line| line.strip_prefix("data:"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_not_read_never_exceeds_the_window_however_it_is_encoded() {
    let (window, page, length) = (8_000, 20_000, 100_000);
    let lines = "\n".repeat(length);
    let mixed: String = (0..length / 10).map(|number| format!("{number:08} \n")).collect();
    let texts = [("text/plain", lines), ("text/plain", mixed.clone()), ("image/png", mixed)];
    // From memory, from the database, and from the bucket.
    for (tail_cache, hot_rows) in [(1 << 20, 100_000), (0, 100_000), (0, 0)] {
        for (content_type, text) in &texts {
            run(async {
                let server = Server::with(|settings| {
                    settings.limits.sse_lifetime = Duration::from_secs(100_000);
                    (settings.limits.reader_window, settings.limits.page) = (window, page);
                    (settings.limits.tail_cache, settings.limits.hot_rows) = (tail_cache, hot_rows);
                    settings.limits.block = 5_000;
                });
                server.send(put(content_type)).await;
                for piece in text.as_bytes().chunks(9_000) {
                    let append = Request::new("POST", PATH).header("content-type", content_type);
                    assert_eq!(server.send(append.body(piece)).await.status, 204);
                }
                server.run_for(5_000).await;
                let mut reader = server.send(listen("-1")).await;
                let mut found = 0;
                while found < text.len() {
                    server.run_for(100).await;
                    let open = server.sockets(NAME)[0].open_bytes();
                    assert!(open <= window, "{content_type}: {open}");
                    let data = decode(&reader.next().await.expect("more events"));
                    let data = if *content_type == "image/png" { decode_base64(&data) } else { data };
                    assert!(text[found..].starts_with(&data), "something else at {found}");
                    assert!(!data.is_empty());
                    found += data.len();
                }
                assert!(reader.is_quiet().await);
            });
        }
    }
}

fn decode_base64(text: &str) -> String {
    use base64::Engine as _;
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(text).unwrap()).unwrap()
}

#[test]
fn what_is_not_read_exceeds_the_window_by_less_than_a_message() {
    run(async {
        let (window, message) = (8_000, 3_000);
        let server = Server::with(|settings| {
            settings.limits.sse_lifetime = Duration::from_secs(100_000);
            settings.limits.reader_window = window;
        });
        server.send(put("application/json")).await;
        for number in 0..50 {
            let append = Request::new("POST", PATH).header("content-type", "application/json");
            // White space within a message is part of it.
            let body = format!("[{number},{}0]", "\n".repeat(if number % 3 == 0 { message / 6 } else { 1 }));
            server.send(append.body(&*format!("[{body}]"))).await;
        }
        let mut reader = server.send(listen("-1")).await;
        for number in 0..50 {
            server.run_for(100).await;
            let open = server.sockets(NAME)[0].open_bytes();
            assert!(open <= window + message, "{open}");
            if number == 49 {
                break;
            }
            let piece = reader.next().await.expect("more events");
            if piece.contains("\"upToDate\":true") {
                return;
            }
        }
        panic!("it never came to the end");
    });
}

/// Texts that are no mark.
const NO_MARKS: [Option<&str>; 5] = [None, Some(""), Some("passed?"), Some("mark"), Some("mark 0000000000000000")];

#[test]
fn whoever_sends_anything_but_the_mark_that_it_was_sent_is_turned_away() {
    for evicted in [false, true] {
        for asked in [false, true] {
            for text in NO_MARKS {
                run(async {
                    let server = Server::with(|settings| {
                        settings.limits.sse_lifetime = Duration::from_secs(100_000);
                        (settings.limits.reader_window, settings.limits.readers) = (1_000, 1);
                    });
                    server.send(put("text/plain").body("x".repeat(100_000))).await;
                    let mut reader = server.send(listen(if asked { "-1" } else { "now" })).await;
                    server.run_for(2_000).await;
                    let socket = server.sockets(NAME).remove(0);
                    let open = socket.open_bytes();
                    assert_eq!(open > 500, asked);
                    assert!(server.evict(NAME));
                    if !evicted {
                        assert_eq!(server.send(Request::new("HEAD", PATH)).await.status, 200);
                    }
                    server.receive_ack(NAME, &socket, text);
                    server.settle().await;
                    assert!(socket.is_rejected(), "{text:?}");
                    assert_eq!(socket.open_bytes(), open, "it was sent more");
                    // Its place is free.
                    assert_eq!(server.send(listen("now")).await.status, 200);
                    while reader.next().await.is_some() {}
                });
            }
        }
    }
}

#[test]
fn a_mark_counts_once_and_for_the_reader_that_it_was_sent_to() {
    run(async {
        let server = Server::with(|settings| {
            settings.limits.sse_lifetime = Duration::from_secs(100_000);
            settings.limits.reader_window = 1_000;
        });
        server.send(put("text/plain").body("x".repeat(100_000))).await;
        let readers = [server.send(listen("-1")).await, server.send(listen("-1")).await];
        server.run_for(2_000).await;
        let sockets = server.sockets(NAME);
        let marks: Vec<_> = sockets.iter().map(|socket| socket.last_mark().expect("a mark")).collect();
        assert_ne!(marks[0], marks[1]);
        let open = sockets[0].open_bytes();
        server.receive_ack(NAME, &sockets[0], Some(&marks[0]));
        server.settle().await;
        assert!(sockets[0].is_open());
        assert!(sockets[0].open_bytes() > open, "there is room for more");
        // The same again, and that of the other.
        server.receive_ack(NAME, &sockets[0], Some(&marks[0]));
        server.receive_ack(NAME, &sockets[1], Some(&sockets[0].last_mark().expect("a mark")));
        server.settle().await;
        assert!(sockets.iter().all(native::NativeSocket::is_rejected));
        drop(readers);
    });
}

#[test]
fn a_reader_whose_note_another_version_wrote_has_to_come_back() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let [this, other] = [VERSION, VERSION + 1].map(|version| format!("{{\"version\":{version},"));
        for change in [(&*this, &*other), ("\"position\":", "\"place\":")] {
            let mut reader = server.send(listen("now")).await;
            assert_eq!(data(&mut reader).await, "");
            server.run_for(2_000).await;
            let socket = server.sockets(NAME).remove(0);
            let note = socket.attachment();
            assert!(note.contains(change.0), "{note}");
            socket.save_attachment(&note.replace(change.0, change.1));
            assert!(server.evict(NAME));
            server.send(post("x")).await;
            assert_eq!(reader.next().await, None);
        }
    });
}

#[test]
fn a_crowd_is_sent_everything_once_and_may_be_sent_several_messages_at_a_time() {
    run(async {
        let server = Server::with(|settings| settings.limits.sse_lifetime = Duration::from_secs(100_000));
        server.send(put("text/plain")).await;
        let mut readers = Vec::new();
        for _ in 0..300 {
            let mut reader = server.send(listen("now")).await;
            assert_eq!(data(&mut reader).await, "");
            readers.push(reader);
        }
        let mut written = String::new();
        for number in 0..40 {
            let text = format!("<{number}>");
            server.send(post(&text)).await;
            written += &text;
        }
        for reader in &mut readers {
            let mut found = String::new();
            while found.len() < written.len() {
                found += &data(reader).await;
            }
            assert_eq!(found, written);
            assert!(reader.is_quiet().await);
        }
        readers.truncate(10);
        server.run_for(2_000).await;
        assert_eq!(server.sockets(NAME).len(), 10, "whoever goes leaves its place");
        assert!(server.evict(NAME), "nobody is left to be served");
    });
}

#[test]
fn no_more_readers_than_the_limit_are_served_in_one_turn() {
    run(async {
        for limit in [1, 2, 3] {
            let server = Server::with(|settings| settings.limits.readers_served = limit);
            server.send(put("text/plain")).await;
            let mut readers = Vec::new();
            for _ in 0..3 {
                let mut reader = server.send(listen("now")).await;
                assert_eq!(data(&mut reader).await, "");
                readers.push(reader);
            }
            server.send(post("x")).await;
            let mut served = 0;
            for reader in &mut readers {
                served += usize::from(reader.next_within(Duration::from_secs(1)).now_or_never().is_some());
            }
            assert_eq!(served, limit);
        }
    });
}

#[test]
fn a_place_is_free_as_soon_as_its_reader_has_gone() {
    run(async {
        let server = Server::with(|settings| settings.limits.readers = 2);
        server.send(put("text/plain")).await;
        let first = server.send(listen("now")).await;
        let second = server.send(listen("now")).await;
        server.run_for(2_000).await;
        assert!(server.evict(NAME));
        assert_eq!(server.send(listen("now")).await.status, 429);
        drop(first);
        let third = server.send(listen("now")).await;
        assert_eq!(third.status, 200);
        assert_eq!(server.send(poll("now")).await.status, 429);
        drop((second, third));
        assert_eq!(server.send(poll("now")).await.status, 204);
    });
}

#[test]
fn a_character_that_is_not_whole_waits_through_a_loss_of_memory() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let mut reader = server.send(listen("-1")).await;
        assert_eq!(data(&mut reader).await, "");
        let byte = |byte: u8| Request::new("POST", PATH).header("content-type", "text/plain").body(vec![byte]);
        server.send(byte(0xc3)).await;
        assert!(reader.is_quiet().await);
        server.run_for(2_000).await;
        assert!(server.evict(NAME));
        server.send(byte(0xa9)).await;
        let piece = reader.next().await.unwrap();
        assert_eq!(read(&piece), ("é".to_owned(), "0000000000000002".to_owned()));
    });
}
