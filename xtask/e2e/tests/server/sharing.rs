//! Readers of one stream share sockets to its Durable Object, and yet each gets its own response.

use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use e2e::{Events, Server, Stream, at_once, offset, request};
use serde_json::Value;

use crate::tokens::{reader, reader_until, variables};

/// It states how many sockets a Durable Object has.
static SHARING: LazyLock<Server> = LazyLock::new(|| Server::fresh(&[("LIMIT_LONG_POLL_HOLD", "4 s")]));

/// The number of sockets for SSE and of those for long-polls, and how many long-polls the Durable Object of a stream holds.
fn connections(stream: &Stream) -> [u64; 3] {
    let path = stream.path().trim_start_matches("/v1/stream");
    let reply = request("GET", &SHARING.url(&format!("/v1/admin/streams{path}"))).send().expect(200);
    let description: Value = serde_json::from_str(reply.text()).expect("JSON");
    ["feeds", "long_polls", "held_polls"].map(|name| description["memory"][name].as_u64().expect("a number"))
}

/// Waits until a condition holds.
#[track_caller]
fn wait_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(10), "it has not happened");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A reader that has got its first control event.
fn listen(stream: &Stream, position: &str, at: usize) -> Events {
    let mut events = stream.events(position);
    assert_eq!(events.expect_next().control().next_offset, offset(at));
    events
}

#[track_caller]
fn all_get(readers: &mut [Events], expected: &str, next: usize) {
    for events in readers {
        let (data, control) = events.expect_data();
        assert_eq!((&*data, control.next_offset), (expected, offset(next)));
    }
}

#[test]
fn fifty_readers_of_one_stream_take_a_handful_of_sockets() {
    let stream = Stream::new_on(&SHARING, "text/plain");
    let mut readers = at_once(50, |_| listen(&stream, "now", 0));
    let [feeds, ..] = connections(&stream);
    assert!((1..=4).contains(&feeds), "{feeds} sockets");
    for number in 1..20 {
        stream.append("x");
        all_get(&mut readers, "x", number);
    }
    stream.close();
    for events in &mut readers {
        assert!(events.expect_next().control().closed);
        assert_eq!(events.next(), None);
    }
}

#[test]
fn readers_stay_when_the_one_whose_socket_they_share_leaves() {
    let stream = Stream::new_on(&SHARING, "text/plain");
    let mut readers: Vec<_> = (0..12).map(|_| listen(&stream, "now", 0)).collect();
    for number in 1..=10 {
        // The first one has the socket.
        drop(readers.remove(0));
        // Some appends come before another reader has a socket, and others after.
        thread::sleep(Duration::from_millis(if number % 2 == 0 { 100 } else { 0 }));
        stream.append("y");
        all_get(&mut readers, "y", number);
    }
    wait_until(|| connections(&stream)[0] <= 2);
    let late = listen(&stream, "now", 10);
    readers.push(late);
    stream.append("z");
    all_get(&mut readers, "z", 11);
}

#[test]
fn a_reader_of_old_data_catches_up_by_itself_and_then_shares_a_socket() {
    let stream = Stream::new_on(&SHARING, "text/plain");
    let piece = "0123456789abcdef".repeat(16 << 10);
    for _ in 0..4 {
        stream.append(piece.clone());
    }
    let length = 4 * piece.len();
    let mut first = listen(&stream, "now", length);
    let mut readers: Vec<_> = (0..5).map(|_| stream.events("-1")).collect();
    for events in &mut readers {
        let mut read = 0;
        while read < length {
            let (data, control) = events.expect_data();
            assert!(piece.repeat(4)[read..].starts_with(&data), "something else at {read}");
            read += data.len();
            assert_eq!(control.next_offset, offset(read));
        }
    }
    wait_until(|| connections(&stream)[0] == 1);
    readers.push(listen(&stream, &offset(length), length));
    stream.append("!");
    all_get(&mut readers, "!", length + 1);
    assert_eq!(first.expect_data().0, "!");
    // All of these are in one message, so that no socket is needed for them.
    let mut late = stream.events(&offset(length - 2));
    assert_eq!(late.expect_data().0, "ef!");
    assert_eq!(connections(&stream)[0], 1);
}

#[test]
fn a_deleted_stream_ends_all_responses_and_a_new_one_at_its_path_is_not_mixed_up() {
    let stream = Stream::new_on(&SHARING, "text/plain");
    let mut readers: Vec<_> = (0..5).map(|_| listen(&stream, "now", 0)).collect();
    stream.append("old");
    all_get(&mut readers, "old", 3);
    stream.delete().send().expect(204);
    stream.put().header("content-type", "text/plain").send().expect(201);
    let mut new = stream.events("now");
    let start: usize = usize::from_str_radix(&new.expect_next().control().next_offset, 16).expect("an offset");
    stream.append("new");
    for events in &mut readers {
        assert_eq!(events.next(), None);
    }
    let (data, control) = new.expect_data();
    assert_eq!((&*data, control.next_offset), ("new", offset(start + 3)));
}

#[test]
fn a_token_that_expires_ends_only_the_response_of_its_reader() {
    let variables = variables();
    let server = Server::fresh(&[(variables[0].0, &variables[0].1), (variables[1].0, &variables[1].1)]);
    let bearer = |token: &str| format!("Bearer {token}");
    let operator = bearer(crate::servers::TOKEN);
    let stream = Stream::unborn_on(&server);
    let put = stream.put().header("authorization", &operator).header("content-type", "text/plain");
    put.send().expect(201);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_secs();
    let listen = |token: String| {
        let mut events = stream.get("offset=now&live=sse").header("authorization", bearer(&token)).events();
        assert_eq!(events.expect_next().control().next_offset, offset(0));
        events
    };
    // The first one has the socket.
    let mut short = listen(reader_until("short", now + 2));
    let mut others: Vec<_> = (0..3).map(|number| listen(reader(&number.to_string()))).collect();
    stream.get("offset=now&live=sse").send().problem(401, "unauthorized");
    assert_eq!(short.next(), None);
    stream.appending("a").header("authorization", &operator).send().expect(204);
    all_get(&mut others, "a", 1);
}

#[test]
fn long_polls_at_one_offset_are_one_request_to_the_object() {
    const POLLS: usize = 30;
    let stream = Stream::new_on(&SHARING, "text/plain");
    for number in 0..5 {
        thread::scope(|scope| {
            let polls: Vec<_> = (0..POLLS).map(|_| scope.spawn(|| stream.poll(&offset(number)).send())).collect();
            thread::sleep(Duration::from_millis(300));
            let [_, sockets, held] = connections(&stream);
            assert!((1..=2).contains(&(sockets + held)), "{sockets} sockets and {held} requests");
            stream.append("x");
            for poll in polls {
                let reply = poll.join().expect("a response").expect(200);
                assert_eq!((reply.text(), reply.next_offset()), ("x", &*offset(number + 1)));
                assert!(reply.up_to_date() && reply.header("stream-cursor").is_some(), "{reply:?}");
                assert_eq!(
                    reply.header("server-timing").map(|times| times.matches("total").count()),
                    Some(1),
                    "{reply:?}"
                );
            }
        });
    }
}

#[test]
fn long_polls_that_wait_for_another_one_time_out_like_it() {
    let stream = Stream::new_on(&SHARING, "text/plain");
    let start = Instant::now();
    let replies = at_once(10, |number| {
        thread::sleep(Duration::from_millis(50 * number as u64));
        stream.poll(&offset(0)).send().expect(204)
    });
    let lasted = start.elapsed();
    assert!((Duration::from_secs(4)..Duration::from_secs(6)).contains(&lasted), "{lasted:?}");
    for reply in replies {
        assert_eq!(reply.next_offset(), offset(0));
        assert!(reply.up_to_date() && !reply.closed(), "{reply:?}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let cursor = reply.header("stream-cursor").expect("a cursor");
        assert!(cursor.parse::<u64>().is_ok_and(|cursor| cursor > 0), "{reply:?}");
    }
}

#[test]
fn each_long_poll_of_a_deleted_stream_gets_the_answer_for_itself() {
    let stream = Stream::new_on(&SHARING, "text/plain");
    thread::scope(|scope| {
        let polls: Vec<_> = (0..10).map(|_| scope.spawn(|| stream.poll(&offset(0)).send())).collect();
        thread::sleep(Duration::from_millis(300));
        stream.delete().send().expect(204);
        for poll in polls {
            poll.join().expect("a response").problem(404, "stream-not-found");
        }
    });
}

#[test]
fn long_polls_stay_when_the_one_that_asks_leaves() {
    let stream = Stream::new_on(&SHARING, "text/plain");
    let target = format!("{}?offset={}&live=long-poll", stream.path(), offset(0));
    let head = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let first = e2e::connect(&SHARING.url(""), head.as_bytes());
    thread::sleep(Duration::from_millis(200));
    thread::scope(|scope| {
        let polls: Vec<_> = (0..5).map(|_| scope.spawn(|| stream.poll(&offset(0)).send())).collect();
        thread::sleep(Duration::from_millis(300));
        drop(first);
        thread::sleep(Duration::from_millis(300));
        stream.append("x");
        for poll in polls {
            assert_eq!(poll.join().expect("a response").expect(200).text(), "x");
        }
    });
}
