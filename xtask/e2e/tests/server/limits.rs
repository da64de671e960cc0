//! Every limit is enforced, and can be set.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use e2e::{Reply, Server, Stream, at_once, connect, offset, request, woken_by};

use crate::servers::SMALL;

const BODY: usize = 64 << 10;
const MESSAGE: usize = 16 << 10;

/// A stream with a byte in it on a server of small limits.
fn small() -> Stream {
    let stream = Stream::new_on(&SMALL, "text/plain");
    stream.append("x");
    stream
}

#[test]
fn a_body_may_be_as_long_as_its_limit() {
    let stream = small();
    let chunked = |length: usize| {
        let post = stream.post().header("content-type", "text/plain");
        post.chunked_body(std::io::Cursor::new(vec![b'y'; length]))
    };
    stream.appending(vec![b'y'; BODY]).send().expect(204);
    chunked(BODY).send().expect(204);
    for post in [stream.appending(vec![b'y'; BODY + 1]), chunked(BODY + 1)] {
        post.send().problem(413, "body-too-large").names("body", "body", "");
    }
    let put = Stream::unborn_on(&SMALL).put().body(vec![b'y'; BODY + 1]);
    put.send().problem(413, "body-too-large");
    assert_eq!(stream.tail(), offset(1 + 2 * BODY));
    assert_eq!(stream.bytes().len(), 1 + 2 * BODY);
}

/// Sends chunks of a body, of which at most 64 MiB are taken if nobody stops it. Says how many bytes were taken.
fn send_without_end(mut connection: &TcpStream) -> usize {
    let chunk = [b"10000\r\n".as_slice(), &[b'y'; 0x10000], b"\r\n"].concat();
    (0..1024).take_while(|_| connection.write_all(&chunk).is_ok()).count() * 0x10000
}

#[test]
fn a_body_that_does_not_end_is_cut_off() {
    let stream = small();
    for (method, status) in [("POST", "413"), ("PATCH", "405")] {
        let head = format!(
            "{method} {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n",
            stream.path()
        );
        let connection = connect(&SMALL.url(""), head.as_bytes());
        thread::scope(|scope| {
            let sent = scope.spawn(|| send_without_end(&connection));
            let mut answer = [0; 12];
            (&connection).read_exact(&mut answer).expect("an answer while the body is sent");
            assert_eq!(String::from_utf8_lossy(&answer), format!("HTTP/1.1 {status}"));
            let sent = sent.join().expect("the one who sends");
            assert!(sent <= 16 << 20, "{sent} bytes were taken");
        });
    }
    assert_eq!(stream.tail(), offset(1));
}

/// A JSON message of `length` bytes.
fn message(length: usize) -> String {
    format!("\"{}\"", "m".repeat(length - 2))
}

#[test]
fn a_message_may_be_as_long_as_its_limit() {
    let stream = Stream::new_on(&SMALL, "application/json");
    stream.append(format!("[{},1]", message(MESSAGE)));
    for body in [message(MESSAGE + 1), format!("[1,{}]", message(MESSAGE + 1))] {
        let refused = stream.appending(body.clone()).send();
        refused.problem(413, "messages-too-large").names("body", "body", "16384");
        let put = Stream::unborn_on(&SMALL).put().header("content-type", "application/json");
        put.body(body).send().problem(413, "messages-too-large");
    }
    assert_eq!(stream.messages(), [message(MESSAGE), "1".to_owned()]);
}

#[test]
fn a_page_may_be_as_long_as_its_limit() {
    let stream = small();
    stream.append(vec![b'y'; 4_095]);
    assert!(stream.get("").send().expect(200).up_to_date());
    stream.append("z");
    let page = stream.get("").send().expect(200);
    assert_eq!((page.body.len(), page.up_to_date()), (4_096, false));
    assert_eq!(stream.poll("-1").send().expect(200).body.len(), 4_096);
}

#[test]
fn a_long_poll_waits_as_long_as_its_limit() {
    let stream = small();
    for (position, at) in [(&*offset(1), offset(1)), ("now", offset(1))] {
        let start = Instant::now();
        let reply = stream.poll(position).send().expect(204);
        let waited = start.elapsed();
        assert!((700..2_000).contains(&waited.as_millis()), "{waited:?}");
        assert_eq!(reply.next_offset(), at, "where the reader was");
        assert!(reply.up_to_date() && !reply.closed(), "{reply:?}");
        assert!(reply.header("stream-cursor").is_some_and(|cursor| cursor.parse::<u64>().is_ok()), "{reply:?}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.body, b"");
    }
}

#[test]
fn data_longer_than_what_is_kept_in_memory_wakes_too() {
    let stream = small();
    let append = || drop(stream.append(vec![b'y'; 10_000]));
    let (reply, after) = woken_by(|| stream.poll("now").send(), append);
    assert_eq!(reply.expect(200).body, vec![b'y'; 4_096]);
    assert!(after < Duration::from_secs(1), "{after:?}");
}

#[test]
fn an_event_stream_lasts_as_long_as_its_limit() {
    let stream = small();
    let start = Instant::now();
    let mut events = stream.events("-1");
    assert_eq!(events.expect_data().0, "x");
    thread::sleep(Duration::from_millis(500));
    stream.append("y");
    // Data doesn't prolong it.
    let (data, control) = events.expect_data();
    assert_eq!((&*data, &*control.next_offset), ("y", &*offset(2)));
    assert_eq!(events.next(), None);
    let lasted = start.elapsed();
    assert!((2_000..3_500).contains(&lasted.as_millis()), "{lasted:?}");
}

#[track_caller]
fn is_busy(reply: &Reply) {
    reply.problem(429, "busy");
    assert!(reply.header("retry-after").is_some_and(|seconds| seconds.parse::<u64>().is_ok()), "{reply:?}");
}

#[test]
fn only_so_many_readers_wait_on_a_stream() {
    let stream = small();
    let mut first = stream.events("-1");
    assert_eq!(first.expect_data().0, "x");
    is_busy(&stream.poll("now").send());
    is_busy(&stream.get("offset=now&live=sse").send());
    // Whoever doesn't have to wait takes nobody's place.
    stream.poll("-1").send().expect(200);
    stream.get("offset=now").send().expect(200);
    small().poll("now").send().expect(204);
    assert_eq!(first.next(), None, "it has ended");
    stream.poll("now").send().expect(204);
}

#[test]
fn a_reader_who_hangs_up_leaves_its_place() {
    let stream = small();
    let start = Instant::now();
    let mut first = stream.events("-1");
    first.expect_data();
    is_busy(&stream.poll("now").send());
    drop(first);
    // That it has gone shows when something is sent to it.
    while stream.poll(&stream.tail()).send().status == 429 {
        stream.append("y");
        thread::sleep(Duration::from_millis(50));
    }
    // Minus the hold of the poll itself.
    let left = start.elapsed().saturating_sub(Duration::from_millis(700));
    assert!(left < Duration::from_millis(1_500), "only the end of its time gave the place back: {left:?}");
}

#[test]
fn only_so_many_appends_wait_for_the_database() {
    let stream = Stream::new_on(&SMALL, "application/json");
    let mut accepted = Vec::new();
    for round in 0..50 {
        let replies = at_once(12, |number| {
            let message = (12 * round + number).to_string();
            (stream.appending(message.clone()).send(), message)
        });
        let (done, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|(reply, _)| reply.status == 204);
        accepted.extend(done.into_iter().map(|(reply, message)| (reply.next_offset().to_owned(), message)));
        refused.iter().for_each(|(reply, _)| is_busy(reply));
        if !refused.is_empty() {
            accepted.sort();
            let messages: Vec<String> = accepted.into_iter().map(|(_, message)| message).collect();
            assert_eq!(stream.messages(), messages);
            return;
        }
    }
    panic!("a queue of two held everything");
}

#[test]
fn producers_that_are_not_kept_in_memory_are_known_all_the_same() {
    let stream = small();
    let produce = |id: &str, seq: u64, body: &str| {
        loop {
            let status = stream.producing(id, 0, seq, body).send().status;
            // The queue is small too.
            if status != 429 {
                return status;
            }
        }
    };
    for seq in 0..3 {
        for id in ["a", "b", "c"] {
            assert_eq!(produce(id, seq, id), 200, "{id} {seq}");
        }
        for id in ["a", "b", "c"] {
            assert_eq!(produce(id, seq, id), 204, "{id} {seq} again");
            assert_eq!(produce(id, seq + 2, id), 409, "{id} {} too early", seq + 2);
        }
    }
    let counts = at_once(6, |number| produce(["a", "b", "c"][number % 3], 3, "!"));
    assert_eq!(counts.iter().filter(|status| **status == 200).count(), 3, "{counts:?}");
    assert_eq!(stream.bytes(), b"xabcabcabc!!!");
}

#[test]
fn so_many_appends_of_a_producer_are_told_again_where_they_went() {
    let stream = small();
    let offsets: Vec<String> =
        (0..4).map(|seq| stream.producing("p", 0, seq, "x").send().expect(200).next_offset().to_owned()).collect();
    for seq in [3, 2] {
        let again = stream.producing("p", 0, seq, "x").send().expect(204);
        assert_eq!(again.next_offset(), offsets[usize::try_from(seq).expect("a small number")]);
    }
    // Of those before it is known that they are done.
    let again = stream.producing("p", 0, 0, "x").send().expect(204);
    assert!(again.next_offset() >= &*offsets[0], "{again:?}");
    assert_eq!(stream.tail(), offset(5));
}

#[test]
fn cursors_are_counted_as_configured() {
    let stream = small();
    let cursor = |echo: &str| -> u64 {
        let reply = stream.get(&format!("offset=-1&live=long-poll{echo}")).send().expect(200);
        reply.header("stream-cursor").and_then(|cursor| cursor.parse().ok()).expect("a Stream-Cursor")
    };
    let seconds = || SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs();
    let before = seconds();
    let current = cursor("");
    // One byte has been read.
    assert!((before..=seconds()).contains(&(1_700_000_000 + current - 10)), "{current}");
    stream.append("y");
    let next = cursor("");
    assert!((before..=seconds()).contains(&(1_700_000_000 + next - 20)), "{next}");
}

#[test]
fn pages_are_cacheable_up_to_the_configured_lifetime() {
    for (ttl, expected) in [("8", "no-cache"), ("60", "public, max-age=60, stale-while-revalidate=300")] {
        let stream = Stream::unborn_on(&SMALL);
        stream.put().header("stream-ttl", ttl).body("x").send().expect(201);
        let page = stream.get("").send().expect(200);
        assert_eq!(page.header("cache-control"), Some(expected), "{ttl}");
    }
}

#[test]
fn a_variable_that_cannot_be_used_is_named() {
    for (variable, value) in [("LIMIT_PAGE", "4"), ("AUTH_TOKEN", "")] {
        let server = Server::fresh(&[(variable, value)]);
        for method in ["GET", "PUT"] {
            let reply = request(method, &server.url("/v1/stream/a")).send();
            assert!(reply.status >= 500, "{reply:?}");
            assert!(reply.text().contains(variable), "it doesn't name {variable}: {reply:?}");
        }
    }
}
