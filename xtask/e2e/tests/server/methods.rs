//! HEAD, DELETE, repeated PUT, and stream names.

use std::thread;
use std::time::Duration;

use e2e::{Stream, at_once, offset, raw, request, unique_path};

/// A HEAD as it is on the wire: its head, and what follows, of which there mustn't be anything.
fn raw_head(path: &str) -> (String, Vec<u8>) {
    let wire = format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let answer = raw(&e2e::base_url(), wire.as_bytes());
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("the end of a head") + 4;
    (String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end..].to_vec())
}

#[test]
fn head_describes_the_stream() {
    let stream = Stream::new("text/plain; charset=UTF-8");
    stream.append("four");
    let reply = stream.head().send().expect(200);
    assert_eq!(reply.header("content-type"), Some("text/plain; charset=UTF-8"));
    assert_eq!(reply.next_offset(), offset(4));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    for absent in ["stream-closed", "stream-ttl", "stream-expires-at", "stream-up-to-date"] {
        assert_eq!(reply.header(absent), None, "{absent}");
    }
    assert_eq!(reply.header("etag"), stream.get("").send().expect(200).header("etag"));
    stream.close();
    assert!(stream.head().send().expect(200).closed());
}

#[test]
fn head_tells_the_lifetime_as_it_was_asked_for() {
    for (name, value) in [
        ("stream-ttl", "3600"),
        ("stream-ttl", "3153600000"),
        ("stream-expires-at", "2099-12-31T23:59:59Z"),
        ("stream-expires-at", "2099-12-31T23:59:59.250+02:00"),
    ] {
        let stream = Stream::unborn();
        stream.put().header(name, value).send().expect(201);
        // Reading doesn't change what was asked for.
        stream.get("").send().expect(200);
        let reply = stream.head().send().expect(200);
        let told = reply.header(name).unwrap_or_else(|| panic!("no {name}: {reply:?}"));
        let repeated = stream.put().header(name, told).send();
        assert_eq!(repeated.status, 200, "{value} is told as {told}, which differs");
        let other = if name == "stream-ttl" { "stream-expires-at" } else { "stream-ttl" };
        assert_eq!(reply.header(other), None);
    }
}

#[test]
fn an_expiry_may_lie_as_far_ahead_as_can_be_written() {
    for value in ["2262-04-12T00:00:00Z", "2500-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        let stream = Stream::unborn();
        stream.put().header("stream-expires-at", value).body("x").send().expect(201);
        assert_eq!(stream.head().send().expect(200).header("stream-expires-at"), Some(value));
        assert_eq!(stream.bytes(), b"x");
    }
}

#[test]
fn head_never_has_a_body() {
    let stream = Stream::new("text/plain");
    stream.append("content");
    let unborn = Stream::unborn();
    for (path, status) in [
        (stream.path(), 200),
        (unborn.path(), 404),
        ("/v1/stream/a//b", 400),
        ("/v1/stream/__ds/x", 404),
        ("/nowhere", 404),
    ] {
        let (head, rest) = raw_head(path);
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {head}");
        assert_eq!(rest, b"", "{path}");
    }
}

#[test]
fn a_deleted_stream_is_not_found() {
    let stream = Stream::new("text/plain");
    stream.append("content");
    stream.delete().send().expect(204);
    stream.delete().send().problem(404, "stream-not-found");
    stream.get("offset=-1").send().problem(404, "stream-not-found");
    stream.get("offset=now").send().problem(404, "stream-not-found");
    stream.poll("-1").send().problem(404, "stream-not-found");
    stream.get("offset=-1&live=sse").send().problem(404, "stream-not-found");
    stream.appending("more").send().problem(404, "stream-not-found");
    stream.post().header("stream-closed", "true").send().problem(404, "stream-not-found");
    stream.head().send().expect(404);
}

#[test]
fn a_stream_created_again_is_a_new_one() {
    let stream = Stream::unborn();
    let first = stream.put().header("content-type", "text/plain").header("stream-ttl", "1000");
    first.body("old content").send().expect(201);
    let append = stream.post().header("content-type", "text/plain").header("stream-seq", "z");
    append.header("stream-closed", "true").body("!").send().expect(204);
    stream.delete().send().expect(204);

    let again = stream.put().header("content-type", "application/json").send().expect(201);
    // Beyond the twelve bytes of the first, and their tail.
    assert_eq!(again.next_offset(), offset(13));
    for old in [0, 3, 12] {
        stream.get(&format!("offset={}", offset(old))).send().problem(410, "offset-trimmed");
    }
    assert!(!again.closed());
    let head = stream.head().send().expect(200);
    assert_eq!(head.header("content-type"), Some("application/json"));
    assert_eq!(head.header("stream-ttl"), None);
    assert_eq!(stream.get("").send().expect(200).text(), "[]");
    let append = stream.post().header("content-type", "application/json").header("stream-seq", "a");
    append.body("1").send().expect(204);
    assert_eq!(stream.messages(), ["1"]);
}

#[test]
fn tidying_up_after_a_life_leaves_the_next_one_alone() {
    let stream = Stream::new("text/plain");
    for life in ["first", "second", "third"] {
        stream.append(vec![b'x'; 100_000]);
        stream.producing("p", 0, 0, "x").send().expect(200);
        stream.delete().send().expect(204);
        stream.put().header("content-type", "text/plain").body(life).send().expect(201);
    }
    // That begins after a second.
    thread::sleep(Duration::from_millis(1_500));
    stream.producing("p", 0, 0, "!").send().expect(200);
    stream.producing("p", 0, 0, "!").send().expect(204);
    assert_eq!(stream.bytes(), b"third!");
}

#[test]
fn what_is_acknowledged_in_one_life_is_never_in_another() {
    let stream = Stream::new("application/json");
    let mut begin = offset(0);
    for life in 0..5 {
        at_once(6, |number| {
            if number == 5 {
                stream.delete().send().expect(204);
            } else {
                let reply = stream.appending(life.to_string()).send();
                assert!([204, 404].contains(&reply.status), "{reply:?}");
            }
        });
        stream.head().send().expect(404);
        let again = stream.put().header("content-type", "application/json").send().expect(201);
        let last = std::mem::replace(&mut begin, again.next_offset().to_owned());
        assert!(last < begin, "{last} {begin}");
        assert_eq!(stream.get("offset=-1").send().expect(200).text(), "[]");
    }
}

#[test]
fn one_of_many_concurrent_puts_creates() {
    let stream = Stream::unborn();
    let put = |_| stream.put().header("content-type", "text/plain").body("once").send().status;
    let mut statuses = at_once(16, put);
    statuses.sort_unstable();
    assert_eq!(statuses, [&[200; 15][..], &[201]].concat());
    assert_eq!(stream.bytes(), b"once");
}

#[test]
fn one_of_many_different_concurrent_puts_wins() {
    let stream = Stream::unborn();
    let kind = |number: usize| format!("text/x-{number}");
    let put = |number: usize| stream.put().header("content-type", kind(number)).send().status;
    let statuses = at_once(16, put);
    let winner = statuses.iter().position(|status| *status == 201).expect("one that creates");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 15, "{statuses:?}");
    assert_eq!(stream.head().send().header("content-type"), Some(&*kind(winner)));
}

#[test]
fn one_of_many_concurrent_deletes_deletes() {
    let stream = Stream::new("text/plain");
    let mut statuses = at_once(8, |_| stream.delete().send().status);
    statuses.sort_unstable();
    assert_eq!(statuses, [&[204][..], &[404; 7]].concat());
}

#[test]
fn a_put_that_asks_for_something_else_conflicts() {
    let stream = Stream::unborn();
    let put = || stream.put().header("content-type", "text/plain");
    put().header("stream-ttl", "1000").send().expect(201);
    put().header("stream-ttl", "1000").send().expect(200);
    let same_type = stream.put().header("content-type", "TEXT/plain; charset=utf-8");
    same_type.header("stream-ttl", "1000").send().expect(200);
    for differing in [
        put(),
        put().header("stream-ttl", "1001"),
        put().header("stream-expires-at", "2099-01-01T00:00:00Z"),
        put().header("stream-ttl", "1000").header("stream-closed", "true"),
        stream.put().header("content-type", "text/html").header("stream-ttl", "1000"),
        stream.put().header("stream-ttl", "1000"),
    ] {
        differing.send().problem(409, "configuration-conflict");
    }
}

#[test]
fn an_unknown_method_is_refused_with_those_that_are_known() {
    let stream = Stream::new("text/plain");
    for method in ["PATCH", "PROPFIND", "TRACE", "PURGE"] {
        let reply = stream.request(method).send();
        reply.problem(405, "method-not-allowed");
        let mut allowed: Vec<&str> = reply.header("allow").expect("Allow").split(", ").collect();
        allowed.sort_unstable();
        assert_eq!(allowed, ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"], "{method}");
    }
}

#[test]
fn other_paths_are_not_found() {
    for path in ["/", "/v1", "/v1/stream", "/v1/streams/a", "/v2/stream/a", "/v1/stream2/a", "/V1/stream/a"] {
        for method in ["GET", "PUT", "POST", "DELETE", "PATCH"] {
            request(method, path).send().problem(404, "no-such-resource");
        }
        request("HEAD", path).send().expect(404);
    }
}

#[test]
fn an_escape_names_what_its_character_names() {
    let stream = Stream::new("text/plain").child("%41%2d~%7E/caf%C3%A9");
    stream.put().body("x").send().expect(201);
    for same in ["%41%2d~%7E/caf%C3%A9", "A-%7e~/caf%c3%a9"] {
        let parent = stream.path().strip_suffix("/%41%2d~%7E/caf%C3%A9").expect("the parent's path");
        let reply = request("GET", &format!("{parent}/{same}")).send().expect(200);
        assert_eq!(reply.text(), "x", "{same}");
    }
}

#[test]
fn an_escaped_slash_is_no_slash() {
    let parent = Stream::unborn();
    let (plain, escaped) = (parent.child("a/b"), parent.child("a%2Fb"));
    plain.put().body("plain").send().expect(201);
    escaped.put().body("escaped").send().expect(201);
    assert_eq!(plain.get("").send().text(), "plain");
    assert_eq!(escaped.get("").send().text(), "escaped");
    // Nor does a stream take part in what happens to those below it.
    parent.head().send().expect(404);
}

#[test]
fn location_is_where_the_stream_is() {
    let parent = Stream::unborn();
    for segments in ["a", "a%2Fb", "%C3%A9%20%3F"] {
        let stream = parent.child(segments);
        let created = request("PUT", &format!("{}?ignored=1", stream.url())).body(segments).send().expect(201);
        let location = created.header("location").expect("Location");
        assert!(location.starts_with("http://") && !location.contains('?'), "{location}");
        assert_eq!(request("GET", location).send().expect(200).text(), segments);
    }
}

#[test]
fn location_is_a_uri_whatever_the_path_was_sent_as() {
    for name in ["caf\u{e9}", "a\"b", "a^b\\c{d|e}f", "a[b]c"] {
        let path = format!("{}/{name}", unique_path());
        let put = format!("PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let answer = raw(&e2e::base_url(), put.as_bytes());
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 201 "), "{name}: {answer}");
        let location =
            answer.lines().find_map(|line| line.to_ascii_lowercase().starts_with("location: ").then(|| &line[10..]));
        let location = location.expect("Location");
        let uri = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte);
        assert!(location.bytes().all(uri), "{location}");
        let path = location.strip_prefix("http://localhost").expect("the host that was asked");
        request("HEAD", path).send().expect(200);
    }
}
