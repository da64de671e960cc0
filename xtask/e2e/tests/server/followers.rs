//! Long-lived readers cost nothing while nothing happens, lose nothing, and delay nobody.

use std::sync::{Barrier, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use e2e::{Message, Server, Socket, Stream, break_off, offset, open_socket, raw_status};

use crate::servers::SMALL;

/// Objects lose their memory whenever they have nothing to do, as when the platform lets them sleep.
static FORGETFUL: LazyLock<Server> =
    LazyLock::new(|| Server::fresh(&[("TEST_FORGETFUL", "true"), ("LIMIT_LONG_POLL_HOLD", "20 s")]));

#[test]
fn whoever_stays_sees_everything_once_though_the_object_forgets_everything_in_between() {
    const LISTENERS: usize = 40;
    const POLLERS: usize = 10;
    const MESSAGES: usize = 100;
    let stream = Stream::new_on(&FORGETFUL, "application/json");
    let expected: Vec<String> = (0..MESSAGES).map(|number| format!("[{number}]")).collect();
    let everyone = Barrier::new(LISTENERS + POLLERS + 1);
    let listen = || {
        let mut events = stream.events("-1");
        assert_eq!(events.expect_next().control().next_offset, offset(0));
        for (number, expected) in expected.iter().enumerate() {
            everyone.wait();
            let (data, control) = events.expect_data();
            assert_eq!((&data, control.next_offset), (expected, offset(number + 1)));
        }
        everyone.wait();
        assert!(events.expect_next().control().closed);
        assert_eq!(events.next(), None);
    };
    let poll = || {
        for (number, expected) in expected.iter().enumerate() {
            everyone.wait();
            let reply = stream.poll(&offset(number)).send().expect(200);
            assert_eq!((reply.text(), reply.next_offset()), (&**expected, &*offset(number + 1)));
        }
        everyone.wait();
        assert!(stream.poll(&offset(MESSAGES)).send().expect(204).closed());
    };
    thread::scope(|scope| {
        (0..LISTENERS).for_each(|_| drop(scope.spawn(listen)));
        (0..POLLERS).for_each(|_| drop(scope.spawn(poll)));
        for number in 0..MESSAGES {
            everyone.wait();
            // Whoever polls waits by then, mostly.
            thread::sleep(Duration::from_millis(20));
            stream.append(number.to_string());
        }
        everyone.wait();
        stream.close();
    });
}

#[test]
fn a_reader_who_breaks_off_leaves_its_place_while_nothing_happens() {
    for live in ["sse", "long-poll"] {
        let stream = Stream::new_on(&SMALL, "text/plain");
        let target = format!("{}?offset=now&live={live}", stream.path());
        let head = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let start = Instant::now();
        break_off(&SMALL.url(""), head.as_bytes());
        while stream.poll("now").send().status == 429 {
            assert!(start.elapsed() < Duration::from_secs(1), "{live}");
            thread::sleep(Duration::from_millis(10));
        }
        // Minus the hold of the poll that found a place.
        let left = start.elapsed().saturating_sub(Duration::from_millis(700));
        assert!(left < Duration::from_secs(1), "{live}: {left:?}");
    }
}

#[test]
fn one_who_does_not_read_keeps_nobody_waiting_and_misses_nothing() {
    const READERS: usize = 8;
    const PIECE: usize = 512 << 10;
    // More than all that lies between the two ends of a connection.
    const PIECES: usize = 48;
    let stream = Stream::new("text/plain");
    let piece = |number: usize| format!("{number:08}").repeat(PIECE / 8);
    let all: String = (0..PIECES).map(piece).collect();
    let read_all = |events: &mut e2e::Events| {
        let mut length = 0;
        while length < PIECES * PIECE {
            let (data, control) = events.expect_data();
            assert!(all[length..].starts_with(&data), "what follows {length} is something else");
            length += data.len();
            assert_eq!(control.next_offset, offset(length));
        }
    };
    let mut idle = stream.events("now");
    let mut others: Vec<_> = (0..READERS).map(|_| stream.events("now")).collect();
    for events in others.iter_mut().chain([&mut idle]) {
        assert_eq!(events.expect_next().control().next_offset, offset(0));
    }
    thread::scope(|scope| {
        others.iter_mut().for_each(|events| drop(scope.spawn(|| read_all(events))));
        for number in 0..PIECES {
            let start = Instant::now();
            stream.append(piece(number));
            assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        }
    });
    // All others have everything; now it reads, too.
    read_all(&mut idle);
}

/// A WebSocket from `position` on.
#[track_caller]
fn attend(stream: &Stream, position: &str) -> Socket {
    let (reply, socket) = open_socket(&format!("{}?offset={position}&live=ws", stream.url()), &[]);
    socket.unwrap_or_else(|| panic!("{reply:?}"))
}

#[test]
fn a_websocket_carries_the_same_events() {
    let stream = Stream::new_on(&FORGETFUL, "application/json");
    stream.append("[1,2]");
    let mut events = stream.events("-1");
    let mut socket = attend(&stream, "-1");
    let mut same = || {
        let seen = socket.next_events().expect("another message");
        let expected: Vec<_> = seen.iter().map(|_| events.expect_next()).collect();
        assert_eq!(seen, expected);
    };
    same();
    for number in 3..20 {
        stream.append(number.to_string());
        same();
    }
    stream.close();
    same();
    assert_eq!((socket.next_events(), events.next()), (None, None));
}

#[test]
fn a_websocket_is_refused_as_events_are() {
    let stream = Stream::unborn();
    let (reply, socket) = open_socket(&format!("{}?offset=-1&live=ws", stream.url()), &[]);
    assert!(socket.is_none());
    reply.problem(404, "stream-not-found");
    stream.get("offset=-1&live=ws").send().problem(400, "bad-request").names("header", "upgrade", "present");
}

#[test]
fn a_websocket_is_asked_for_in_any_case() {
    let stream = Stream::new("text/plain");
    let base = stream.url().strip_suffix(stream.path()).expect("a URL ends with its path").to_owned();
    // The platform upgrades no request that asks for one of several protocols, so a list shows only in the examples of the spec.
    for upgrade in ["websocket", "WebSocket", "WEBSOCKET"] {
        let handshake = format!(
            "GET {}?offset=now&live=ws HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: {upgrade}\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            stream.path()
        );
        assert_eq!(raw_status(&base, handshake.as_bytes()), 101, "{upgrade}");
    }
}

#[test]
fn a_farewell_is_answered() {
    for server in [&*SMALL, &*FORGETFUL] {
        for code in [1000, 4321] {
            let stream = Stream::new_on(server, "text/plain");
            let mut socket = attend(&stream, "now");
            socket.next_events().expect("where it stands");
            let start = Instant::now();
            assert_eq!(socket.close(code), code);
            assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
        }
    }
}

#[test]
fn a_websocket_that_is_closed_leaves_its_place() {
    let stream = Stream::new_on(&SMALL, "text/plain");
    let mut socket = attend(&stream, "now");
    socket.next_events().expect("where it stands");
    assert_eq!(stream.poll("now").send().status, 429);
    drop(socket);
    let start = Instant::now();
    while stream.poll("now").send().status == 429 {
        assert!(start.elapsed() < Duration::from_secs(1));
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_websocket_on_which_marks_are_sent_back_is_sent_everything() {
    const PIECES: usize = 20;
    let stream = Stream::new("text/plain");
    for number in 0..PIECES {
        stream.append(format!("{number:08}").repeat(1 << 15));
    }
    let mut socket = attend(&stream, "-1");
    let mut length = 0;
    while length < PIECES << 18 {
        let events = socket.next_events().expect("another message");
        length += events[0].clone().data().len();
        assert_eq!(events[1].control().next_offset, offset(length));
    }
    assert!(socket.is_quiet());
}

#[test]
fn a_websocket_on_which_anything_but_its_mark_is_sent_is_closed() {
    // The objects of one server never sleep, and those of the other forget everything between two messages.
    for server in [&*SMALL, &*FORGETFUL] {
        for message in [
            Message::text(""),
            Message::text("mark 0000000000000000"),
            Message::text("x".repeat(1 << 18)),
            Message::binary(Vec::new()),
        ] {
            let stream = Stream::new_on(server, "text/plain");
            let mut socket = attend(&stream, "now");
            socket.next_events().expect("where it stands");
            socket.send(message);
            assert_eq!(socket.close_code(), 1008);
            // Its place is free, and others are served.
            let mut socket = attend(&stream, "now");
            socket.next_events().expect("where it stands");
            stream.append("more");
            assert_eq!(socket.next_events().expect("more")[0].clone().data(), "more");
        }
    }
}
