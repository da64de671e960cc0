//! Forks: cases that the upstream suite lacks.

use std::thread;
use std::time::{Duration, Instant};

use e2e::{Request, Stream, offset, woken_by};

use crate::servers::SMALL;

/// A PUT of a new stream that goes on from another one.
fn fork_of(source: &Stream) -> (Stream, Request) {
    let fork = source.child("fork");
    let put = fork.put().header("stream-forked-from", source.path());
    (fork, put)
}

/// A new stream that goes on from the tail of another one.
#[track_caller]
fn forked(source: &Stream) -> Stream {
    let (fork, put) = fork_of(source);
    put.send().expect(201);
    fork
}

fn with_content() -> Stream {
    let stream = Stream::new("text/plain");
    stream.append("content");
    stream
}

#[test]
fn a_fork_knows_no_writer_of_its_source() {
    let source = Stream::new("text/plain");
    source.producing("p", 7, 0, "a").header("stream-seq", "m").send().expect(200);
    let fork = forked(&source);
    fork.producing("p", 7, 1, "x").send().problem(409, "sequence-gap");
    fork.producing("p", 0, 0, "b").header("stream-seq", "a").send().expect(200);
    fork.producing("p", 0, 0, "b").send().expect(204);
    // Nor does the source know those of the fork.
    source.producing("p", 7, 1, "c").header("stream-seq", "n").send().expect(200);
    assert_eq!((fork.bytes(), source.bytes()), (b"ab".to_vec(), b"ac".to_vec()));
}

#[test]
fn a_fork_may_be_closed_from_the_start() {
    let source = with_content();
    let (fork, put) = fork_of(&source);
    let created = put.header("content-type", "text/plain").header("stream-closed", "true").body("!").send().expect(201);
    assert!(created.closed());
    assert_eq!(created.next_offset(), offset(8));
    let refused = fork.post().header("content-type", "text/plain").body("more").send();
    refused.problem(409, "stream-closed");
    let page = fork.get("offset=-1").send().expect(200);
    assert_eq!((page.text(), page.closed()), ("content!", true));
    source.append("?");
}

#[test]
fn a_fork_of_a_closed_stream_is_open() {
    let source = with_content();
    source.close();
    let fork = forked(&source);
    assert!(!fork.head().send().expect(200).closed());
    fork.post().header("content-type", "text/plain").body("!").send().expect(204);
    assert_eq!(fork.bytes(), b"content!");
}

#[test]
fn where_a_fork_parts_is_told_exactly() {
    let source = with_content();
    let put = |name: &str, value: &str| {
        let (fork, put) = fork_of(&source);
        let reply = put.header(name, value).send();
        reply.problem(400, "bad-request").names("header", name, "");
        fork.head().send().expect(404);
    };
    for value in
        ["", "x", "-2", "NOW", "7", "000000000000000a", "9999999999999999_9999999999999999", "0000000000000001,1"]
    {
        put("stream-fork-offset", value);
    }
    for value in ["", "x", "-1", "+1", "01", "1.0", "1e0", "9007199254740992"] {
        put("stream-fork-sub-offset", value);
    }
}

#[test]
fn a_fork_names_its_source_by_its_path() {
    let source = with_content();
    let by = |value: &str| {
        let fork = source.child("other");
        fork.put().header("stream-forked-from", value).send()
    };
    for value in ["", "x", "content", "/", "/v1/stream", "/v1/stream/", "/v2/stream/a", &source.url(), "/v1/stream/%zz"]
    {
        by(value).problem(400, "bad-request").names("header", "stream-forked-from", "");
    }
    for value in ["/v1/stream/__ds/x", &format!("{}/none", source.path())] {
        by(value).problem(404, "source-not-found").names("header", "stream-forked-from", "");
    }
    let escaped = source.path().replace("e2e", "%652%65");
    by(&escaped).expect(201);
}

#[test]
fn a_source_that_is_no_path_is_refused() {
    let source = with_content();
    let path = source.path();
    for value in [format!("{path}, {path}"), format!("{path}?x=1"), format!("{path}#x"), format!("{path} x")] {
        let put = source.child("other").put().header("stream-forked-from", value);
        put.send().problem(400, "bad-request").names("header", "stream-forked-from", "");
    }
    let twice = source.child("other").put().header("stream-forked-from", path).header("stream-forked-from", path);
    twice.send().problem(400, "bad-request").names("header", "stream-forked-from", "");
}

#[test]
fn a_fork_of_itself_is_no_riddle() {
    let start = Instant::now();
    let stream = Stream::unborn();
    let put = || stream.put().header("stream-forked-from", stream.path()).send();
    put().problem(404, "source-not-found");
    stream.put().send().expect(201);
    put().problem(409, "configuration-conflict");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn a_fork_lives_as_the_table_says() {
    const AT: &str = "2099-12-31T23:59:59Z";
    const OTHER: &str = "2098-12-31T23:59:59Z";
    type Lifetime = Option<(&'static str, &'static str)>;
    let (ttl, at) = (Some(("stream-ttl", "1000")), Some(("stream-expires-at", AT)));
    let (other_ttl, other_at) = (Some(("stream-ttl", "2000")), Some(("stream-expires-at", OTHER)));
    let table: [(Lifetime, Lifetime, Lifetime); 9] = [
        (None, None, None),
        (None, ttl, ttl),
        (None, at, at),
        (ttl, None, ttl),
        (ttl, other_ttl, other_ttl),
        (ttl, at, at),
        (at, None, at),
        (at, ttl, ttl),
        (at, other_at, other_at),
    ];
    let with = |put: Request, lifetime: Lifetime| match lifetime {
        Some((name, value)) => put.header(name, value),
        None => put,
    };
    for (of_source, asked, expected) in table {
        let source = Stream::unborn();
        with(source.put(), of_source).send().expect(201);
        let (fork, put) = fork_of(&source);
        with(put, asked).send().expect(201);
        let head = fork.head().send().expect(200);
        for name in ["stream-ttl", "stream-expires-at"] {
            let value = expected.filter(|(expected, _)| *expected == name).map(|(_, value)| value);
            assert_eq!(head.header(name), value, "{of_source:?} {asked:?}");
        }
        for name in ["stream-forked-from", "stream-fork-offset", "stream-fork-sub-offset"] {
            assert_eq!(head.header(name), None);
        }
    }
}

#[test]
fn a_fork_keeps_its_source_alive_only_for_itself() {
    let source = with_content();
    let fork = forked(&source);
    source.delete().send().expect(204);
    for method in ["GET", "DELETE"] {
        source.request(method).send().problem(410, "stream-gone");
    }
    source.appending("x").send().problem(410, "stream-gone");
    source.poll("-1").send().problem(410, "stream-gone");
    source.get("offset=-1&live=sse").send().problem(410, "stream-gone");
    source.head().send().expect(410);
    source.put().header("content-type", "text/plain").send().problem(409, "path-taken");
    let other = source.child("other").put().header("stream-forked-from", source.path());
    other.send().problem(409, "source-gone").names("header", "stream-forked-from", "");
    assert_eq!(fork.bytes(), b"content");
    fork.delete().send().expect(204);
    // Tidying up may take its time.
    let deadline = Instant::now() + Duration::from_secs(10);
    while source.put().header("content-type", "text/plain").send().status != 201 {
        assert!(Instant::now() < deadline, "the path is never free again");
        thread::sleep(Duration::from_millis(100));
    }
    // After the seven bytes of the one before it, and its tail.
    assert_eq!(source.tail(), offset(8));
}

#[test]
fn who_waits_on_a_source_is_told_when_it_is_gone() {
    let source = with_content();
    let _fork = forked(&source);
    let mut events = source.events("now");
    events.expect_next();
    let delete = || drop(source.delete().send().expect(204));
    let ((reply, rest), after) = woken_by(|| (source.poll("now").send(), events.collect::<Vec<_>>()), delete);
    reply.problem(410, "stream-gone");
    assert_eq!(rest, []);
    assert!(after < Duration::from_secs(1), "{after:?}");
}

#[test]
fn who_waits_on_a_fork_sees_what_comes_to_the_fork_and_nothing_else() {
    let source = with_content();
    let fork = forked(&source);
    let write = || {
        source.append("not for the fork");
        thread::sleep(Duration::from_millis(200));
        fork.post().header("content-type", "text/plain").body("for it").send().expect(204);
    };
    let (reply, _) = woken_by(|| fork.poll("now").send(), write);
    let reply = reply.expect(200);
    assert_eq!((reply.text(), reply.next_offset()), ("for it", &*offset(13)));
}

#[test]
fn small_pages_lead_across_the_seam() {
    for content_type in ["text/plain", "application/json"] {
        let json = content_type == "application/json";
        let piece = |letter: &str| match json {
            true => format!("\"{}\"", letter.repeat(3_000)),
            false => letter.repeat(3_000),
        };
        let mut stream = Stream::new_on(&SMALL, content_type);
        let mut expected = String::new();
        for letter in ["a", "b", "c"] {
            let append = stream.post().header("content-type", content_type).body(piece(letter));
            append.send().expect(204);
            expected += letter;
            if letter != "c" {
                stream = forked(&stream);
            }
        }
        let mut found = String::new();
        let mut next = "-1".to_owned();
        loop {
            let page = stream.get(&format!("offset={next}")).send().expect(200);
            assert!(page.body.len() <= 4_096, "{} bytes", page.body.len());
            found += &if json { page.messages().concat() } else { page.text().to_owned() };
            page.next_offset().clone_into(&mut next);
            if page.up_to_date() {
                break;
            }
        }
        found.retain(|char| char != '"');
        let expected: String = expected.chars().map(|letter| letter.to_string().repeat(3_000)).collect();
        assert!(found == expected, "{content_type} came otherwise");
        let events = stream.get("offset=-1&live=sse").events();
        let live: String = events.filter(|event| event.name == "data").map(|event| event.data).collect();
        let letters: String = live.chars().filter(char::is_ascii_lowercase).collect();
        assert!(letters == expected, "{content_type} came otherwise as events");
    }
}

#[test]
fn tags_of_fork_and_source_differ() {
    let source = with_content();
    let fork = forked(&source);
    let tag = |stream: &Stream| stream.get("offset=-1").send().expect(200).header("etag").map(str::to_owned);
    assert_ne!(tag(&source), tag(&fork));
    let known = tag(&fork).expect("an ETag");
    fork.get("offset=-1").header("if-none-match", known).send().expect(304);
}

#[test]
fn a_stream_has_so_many_forks_and_goes_back_so_far() {
    let source = Stream::new_on(&SMALL, "text/plain");
    let fork = |name: &str, source: &Stream| {
        let fork = source.child(name);
        let status = fork.put().header("stream-forked-from", source.path()).send().status;
        (fork, status)
    };
    let (first, status) = fork("1", &source);
    assert_eq!(status, 201);
    let (second, status) = fork("2", &source);
    assert_eq!(status, 201);
    let (third, status) = fork("3", &source);
    assert_eq!(status, 429);
    third.head().send().expect(404);

    // One that has gone has made room.
    second.delete().send().expect(204);
    let deadline = Instant::now() + Duration::from_secs(10);
    while fork("3", &source).1 != 201 {
        assert!(Instant::now() < deadline, "its place is never free again");
        thread::sleep(Duration::from_millis(100));
    }

    let write = |stream: &Stream| drop(stream.post().header("content-type", "text/plain").body("x").send().expect(204));
    write(&source);
    let (mut last, mut depth) = (first, 1);
    loop {
        write(&last);
        let (next, status) = fork("d", &last);
        if status == 409 {
            break;
        }
        assert_eq!(status, 201);
        (last, depth) = (next, depth + 1);
        assert!(depth <= 4, "there is no end to it");
    }
    assert!(last.bytes().len() == depth, "{depth} deep");
}
