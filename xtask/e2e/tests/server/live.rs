//! Long-polls and SSE.

use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::{Events, Stream, at_once, offset, woken_by};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::servers::SMALL;

const SOON: Duration = Duration::from_secs(1);

#[test]
fn a_long_poll_is_answered_when_data_comes() {
    let stream = Stream::new("text/plain");
    let at = stream.append("before");
    let (reply, after) = woken_by(|| stream.poll(&at).send(), || drop(stream.append("news")));
    let reply = reply.expect(200);
    assert_eq!((reply.text(), reply.next_offset()), ("news", &*offset(10)));
    assert!(reply.up_to_date() && !reply.closed(), "{reply:?}");
    assert!(reply.header("stream-cursor").is_some() && reply.header("etag").is_some(), "{reply:?}");
    assert_eq!(reply.header("content-type"), Some("text/plain"));
    assert!(after < SOON, "{after:?}");
}

#[test]
fn a_long_poll_for_what_is_there_does_not_wait() {
    let stream = Stream::new("text/plain");
    stream.append("content");
    let start = Instant::now();
    let reply = stream.poll(&offset(3)).send().expect(200);
    assert_eq!((reply.text(), reply.next_offset()), ("tent", &*offset(7)));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn a_long_poll_from_now_on_waits_at_once() {
    let stream = Stream::new("text/plain");
    stream.append("before");
    let (reply, after) = woken_by(|| stream.poll("now").send(), || drop(stream.append("news")));
    let reply = reply.expect(200);
    assert_eq!((reply.text(), reply.next_offset()), ("news", &*offset(10)));
    assert!(after < SOON, "{after:?}");
}

#[test]
fn all_who_wait_are_woken_with_the_same() {
    const READERS: usize = 50;
    let stream = Stream::new("text/plain");
    let poll = || at_once(READERS, |_| stream.poll("now").send());
    let (replies, after) = woken_by(poll, || {
        // Fifty connections take longer to come than one.
        thread::sleep(Duration::from_millis(500));
        stream.append("news");
    });
    for reply in &replies {
        assert_eq!((reply.status, reply.text(), reply.next_offset()), (200, "news", &*offset(4)));
        assert_eq!(reply.header("etag"), replies[0].header("etag"));
    }
    assert!(after < 2 * SOON, "{after:?}");
}

#[test]
fn a_long_poll_does_not_skip_what_comes_between_two() {
    let stream = Stream::new("application/json");
    let expected: Vec<String> = (0..60).map(|number| number.to_string()).collect();
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut next, mut found) = ("-1".to_owned(), Vec::new());
            while found.len() < 60 {
                let reply = stream.poll(&next).send().expect(200);
                next = reply.next_offset().to_owned();
                found.extend(reply.messages());
            }
            found
        });
        for message in &expected {
            stream.append(message.as_str());
        }
        assert_eq!(reader.join().expect("the reader"), expected);
    });
}

#[test]
fn who_waits_on_a_stream_that_is_deleted_is_told() {
    let stream = Stream::new("text/plain");
    let at = stream.append("old");
    let (reply, after) = woken_by(|| stream.poll(&at).send(), || drop(stream.delete().send().expect(204)));
    reply.problem(404, "stream-not-found");
    assert!(after < SOON, "{after:?}");
}

#[test]
fn who_waits_on_a_stream_never_sees_another_life_of_its_path() {
    let stream = Stream::new("text/plain");
    let at = stream.append("old");
    let recreate = || {
        stream.delete().send().expect(204);
        stream.put().header("content-type", "text/plain").body("another content").send().expect(201);
        stream.append("and more");
    };
    let (reply, after) = woken_by(|| stream.poll(&at).send(), recreate);
    reply.problem(404, "stream-not-found");
    assert!(after < SOON, "{after:?}");
}

#[test]
fn an_event_stream_never_shows_another_life_of_its_path() {
    let stream = Stream::new("text/plain");
    stream.append("old");
    let mut events = stream.events("-1");
    assert_eq!(events.expect_data().0, "old");
    let recreate = || {
        stream.delete().send().expect(204);
        stream.put().header("content-type", "text/plain").body("another content").send().expect(201);
        stream.append("and more");
    };
    let (rest, after) = woken_by(move || events.collect::<Vec<_>>(), recreate);
    assert_eq!(rest, []);
    assert!(after < SOON, "{after:?}");
}

#[test]
fn an_event_stream_has_the_right_headers() {
    let text = Stream::new("text/plain");
    let json = Stream::new("application/json");
    for events in [text.events("-1"), json.events("-1")] {
        assert_eq!(events.header("content-type"), Some("text/event-stream"));
        assert_eq!(events.header("stream-sse-data-encoding"), None);
        assert_eq!(events.header("content-length"), None);
    }
}

#[test]
fn a_reader_at_the_tail_is_told_where_it_is() {
    let stream = Stream::new("text/plain");
    for (start, at) in [("-1", offset(0)), ("now", offset(0))] {
        let control = stream.events(start).expect_next().control();
        assert_eq!((control.next_offset, control.up_to_date), (at, true), "{start}");
        assert!(control.cursor.is_some() && !control.closed);
    }
    stream.append("content");
    let mut events = stream.events("now");
    assert_eq!(events.expect_next().control().next_offset, offset(7));
    stream.append("!");
    let (data, control) = events.expect_data();
    assert_eq!((&*data, control.next_offset), ("!", offset(8)));
}

#[test]
fn every_event_of_data_is_followed_by_one_of_control() {
    let stream = Stream::new("application/json");
    stream.append("[0,1]");
    let mut events = stream.events("-1");
    let mut at = 0;
    for batch in ["[0,1]", "[2]", "[3,4,5]", "[6]"] {
        if at > 0 {
            stream.append(batch);
        }
        let (data, control) = events.expect_data();
        assert_eq!(data, batch);
        at += batch.matches(|char: char| char.is_ascii_digit()).count();
        assert_eq!((control.next_offset, control.up_to_date, control.closed), (offset(at), true, false));
        assert!(control.cursor.is_some());
    }
}

#[test]
fn an_event_stream_starts_where_it_is_asked_to() {
    let text = Stream::new("text/plain");
    text.append("content");
    assert_eq!(text.events(&offset(3)).expect_data().0, "tent");
    let json = Stream::new("application/json");
    json.append("[10,11,12]");
    assert_eq!(json.events(&offset(1)).expect_data().0, "[11,12]");
    let binary = Stream::new("image/png");
    binary.append(*b"\0\x01\xff\xfe");
    assert_eq!(binary.events(&offset(2)).expect_data().0, STANDARD.encode(b"\xff\xfe"));
}

#[test]
fn an_event_stream_pages_through_what_is_there() {
    let stream = Stream::new_on(&SMALL, "text/plain");
    let content = "0123456789abcdé".repeat(2_000);
    stream.append(content.clone());
    stream.close();
    let mut events = stream.events("-1");
    let mut found = String::new();
    loop {
        let (data, control) = events.expect_data();
        assert!(data.len() <= 4_096, "{} bytes", data.len());
        found += &data;
        assert_eq!(control.next_offset, offset(found.len()));
        assert_eq!(control.closed, found.len() == content.len());
        assert_eq!(control.up_to_date, found.len() == content.len());
        if control.closed {
            break;
        }
    }
    assert!(found == content, "it came otherwise");
    assert_eq!(events.next(), None);
}

/// The data of events until `length` bytes have come, and the offset to go on from.
fn text_of_length(events: &mut Events, length: usize) -> (String, String) {
    let (mut text, mut next) = (String::new(), String::new());
    while text.len() < length {
        let (data, control) = events.expect_data();
        text += &data;
        next = control.next_offset;
    }
    (text, next)
}

#[test]
fn a_character_split_over_appends_arrives_whole() {
    let content = "aé€😀z";
    let stream = Stream::new("text/plain");
    let mut live = stream.events("-1");
    assert_eq!(live.expect_next().control().next_offset, offset(0));
    for byte in content.bytes() {
        stream.append([byte]);
    }
    let (text, next) = text_of_length(&mut live, content.len());
    assert_eq!((&*text, next), (content, offset(content.len())));
}

#[test]
fn a_reader_who_leaves_within_a_character_misses_nothing() {
    let stream = Stream::new("text/plain");
    stream.append(*b"caf\xc3");
    let mut events = stream.events("-1");
    let (data, control) = events.expect_data();
    assert_eq!(data, "caf");
    drop(events);
    stream.append(*b"\xa9!");
    let mut events = stream.events(&control.next_offset);
    assert_eq!(events.expect_data().0, "é!");
}

#[test]
fn a_stream_does_not_end_within_a_character() {
    let stream = Stream::new("text/plain");
    let mut events = stream.events("-1");
    events.expect_next().control();
    stream.append(*b"caf\xc3");
    let (data, control) = events.expect_data();
    assert_eq!((&*data, control.next_offset, control.up_to_date), ("caf", offset(3), true));
    let close = || stream.post().header("content-type", "text/plain").header("stream-closed", "true");
    close().send().problem(400, "invalid-utf-8");
    close().body(*b"x").send().problem(400, "invalid-utf-8");
    close().body(*b"\xa9").send().expect(204);
    let (data, control) = events.expect_data();
    assert_eq!((&*data, control.next_offset, control.closed), ("é", offset(5), true));
    assert_eq!(events.next(), None);
}

#[test]
fn a_page_that_ends_within_a_character_loses_nothing() {
    let stream = Stream::new_on(&SMALL, "text/plain");
    let content = format!("x{}", "é".repeat(6_000));
    stream.append(content.clone());
    stream.close();
    let mut events = stream.events("-1");
    let (text, _) = text_of_length(&mut events, content.len());
    assert!(text == content, "it came otherwise");
}

#[test]
fn no_content_forges_an_event() {
    for content in [
        "a\r\nevent: control\r\ndata: {}\r\n\r\nb",
        "a\n\nevent: control\ndata:{\"streamClosed\":true}\n\n",
        "a\rb\rdata: c\r\rd",
        "\n",
        "\r\n\r\n",
        "id: 1\nretry: 1\n: comment",
        "\u{feff}data: x\n\n",
    ] {
        let stream = Stream::new("text/plain");
        stream.append(content);
        stream.close();
        let mut events = stream.events("-1");
        let (data, control) = events.expect_data();
        assert_eq!(data, content.replace("\r\n", "\n").replace('\r', "\n"));
        assert!(control.closed, "{content:?}");
        assert_eq!(events.next(), None, "{content:?}");
    }
}

#[test]
fn spaces_at_the_start_of_a_line_are_kept() {
    let stream = Stream::new("text/plain");
    stream.append(" one\n  two\n\tthree\n ");
    assert_eq!(stream.events("-1").expect_data().0, " one\n  two\n\tthree\n ");
}

#[test]
fn what_is_no_text_comes_in_base64() {
    let content: Vec<u8> = (0..=255).collect();
    for content_type in ["application/octet-stream", "image/png", "application/x-ndjson", "application/xml"] {
        let stream = Stream::new(content_type);
        stream.append(content.clone());
        let mut events = stream.events("-1");
        assert_eq!(events.header("stream-sse-data-encoding"), Some("base64"), "{content_type}");
        let decode = |data: String| STANDARD.decode(data.replace('\n', "")).expect("base64");
        assert_eq!(decode(events.expect_data().0), content, "{content_type}");
        stream.append([0]);
        assert_eq!(decode(events.expect_data().0), [0], "{content_type}");
    }
}

/// A new stream that expires after `seconds` of rest.
fn lasting(seconds: u32) -> Stream {
    let stream = Stream::unborn();
    let put = stream.put().header("content-type", "text/plain").header("stream-ttl", seconds.to_string());
    put.body("x").send().expect(201);
    stream
}

#[test]
fn reading_and_writing_keep_a_stream_alive_and_looking_at_it_does_not() {
    type Touch = fn(&Stream);
    let touches: [(&str, Touch); 8] = [
        ("GET", |stream| drop(stream.get("offset=-1").send().expect(200))),
        ("304", |stream| drop(stream.get("offset=-1").header("if-none-match", "*").send().expect(304))),
        ("long-poll", |stream| drop(stream.poll("-1").send().expect(200))),
        ("SSE", |stream| drop(stream.events("-1").expect_data())),
        ("POST", |stream| {
            let post = stream.post().header("content-type", "text/plain").body("y");
            post.send().expect(204);
        }),
        ("close", |stream| stream.close()),
        ("PUT", |stream| {
            let put = stream.put().header("content-type", "text/plain").header("stream-ttl", "2");
            put.send().expect(200);
        }),
        ("repeated", |stream| {
            for _ in 0..3 {
                stream.get("offset=now").send().expect(200);
            }
        }),
    ];
    at_once(touches.len() + 1, |number| {
        let stream = lasting(2);
        thread::sleep(Duration::from_millis(1_200));
        let touch = touches.get(number);
        match touch {
            Some((_, touch)) => touch(&stream),
            None => drop(stream.head().send().expect(200)),
        }
        thread::sleep(Duration::from_millis(1_200));
        let (name, expected) = touch.map_or(("HEAD", 404), |(name, _)| (name, 200));
        assert_eq!(stream.get("offset=-1").send().status, expected, "after {name}");
    });
}

/// A new stream that expires in one to two seconds, whatever is done to it.
fn ending_soon() -> Stream {
    let soon = OffsetDateTime::now_utc().unix_timestamp() + 2;
    let soon = OffsetDateTime::from_unix_timestamp(soon).expect("a time of this age");
    let at = soon.format(&Rfc3339).expect("a year of four digits");
    let stream = Stream::unborn();
    let put = stream.put().header("content-type", "text/plain").header("stream-expires-at", at);
    put.body("x").send().expect(201);
    stream
}

#[test]
fn a_reader_is_told_when_the_stream_expires() {
    let (polled, followed) = (ending_soon(), ending_soon());
    thread::scope(|scope| {
        scope.spawn(|| polled.poll("now").send().problem(404, "stream-not-found"));
        scope.spawn(|| {
            let start = Instant::now();
            let rest = followed.events("now").skip(1).collect::<Vec<_>>();
            assert_eq!(rest, []);
            assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
        });
    });
}

#[test]
fn a_stream_that_is_read_does_not_run_out_of_its_time_to_live() {
    let (polled, followed) = (lasting(3), lasting(3));
    let mut events = followed.events("now");
    assert!(events.expect_next().control().up_to_date);
    // The poll ends before the stream does, and begins anew.
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(9) {
        polled.poll("now").send().expect(204);
    }
    for stream in [&polled, &followed] {
        stream.post().header("content-type", "text/plain").body("y").send().expect(204);
    }
    assert_eq!(events.expect_data().0, "y");
    // Nobody polls any more.
    thread::sleep(Duration::from_secs(8));
    polled.get("offset=-1").send().problem(404, "stream-not-found");
}

#[test]
fn an_idle_event_stream_has_comments_between_its_events() {
    let stream = Stream::new_on(&SMALL, "text/plain");
    let mut events = stream.events("now");
    assert!(events.expect_next().control().up_to_date);
    let start = Instant::now();
    assert_eq!([events.next_line(), events.next_line()], [Some(":".to_owned()), Some(String::new())]);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    stream.append("news");
    assert_eq!(events.expect_data().0, "news");
    assert_eq!(events.next_line().as_deref(), Some(":"));
}

#[test]
fn a_line_break_that_is_sent_in_two_parts_is_one() {
    let stream = Stream::new("text/plain");
    let mut events = stream.events("-1");
    events.expect_next();
    stream.append("a\r");
    let (first, control) = events.expect_data();
    assert!(control.up_to_date);
    // One who comes back goes on from where it was told to.
    let mut again = stream.events(&control.next_offset);
    again.expect_next();
    stream.append("\nb");
    for events in [&mut events, &mut again] {
        assert_eq!(format!("{first}{}", events.expect_data().0), "a\nb");
    }
}
