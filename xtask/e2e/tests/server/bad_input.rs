//! Malformed requests are rejected with a reason and without side effects.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use e2e::{Reply, Stream, at_once, base_url, offset, raw, request, unique_path};

use crate::servers::SMALL;

/// Text that the stream of a test has and keeps.
const CONTENT: &str = "content";

fn with_content() -> Stream {
    let stream = Stream::new("text/plain");
    stream.append(CONTENT);
    stream
}

/// Checks that whatever was refused has left no trace, and that the stream goes on.
#[track_caller]
fn is_as_before(stream: &Stream) {
    assert_eq!(stream.bytes(), CONTENT.as_bytes());
    assert_eq!(stream.append("!"), offset(8));
}

/// Checks that a PUT with this header is refused on account of it, and creates nothing.
#[track_caller]
fn put_is_refused(name: &str, value: &str, rule: &str) {
    let stream = Stream::unborn();
    let reply = stream.put().header(name, value).send();
    reply.problem(400, "bad-request").names("header", name, rule);
    stream.head().send().expect(404);
}

#[test]
fn a_time_to_live_is_a_plain_number() {
    for value in [
        "-1",
        "+1",
        "01",
        "00",
        "1.5",
        "1.0",
        "1e3",
        "0x10",
        "",
        "a",
        "1 0",
        "1,2",
        "60s",
        "\u{ff11}",
        // A hundred years and a second, 2^53, 2^63 and 2^64.
        "3153600001",
        "9007199254740992",
        "9223372036854775808",
        "18446744073709551616",
    ] {
        put_is_refused("stream-ttl", value, "whole number");
    }
}

#[test]
fn a_time_to_live_of_nothing_is_over_at_once() {
    let stream = Stream::unborn();
    stream.put().header("stream-ttl", "0").body("x").send().expect(201);
    stream.head().send().expect(404);
    stream.get("offset=-1").send().problem(404, "stream-not-found");
    stream.put().send().expect(201);
}

#[test]
fn an_expiry_is_a_whole_timestamp() {
    for value in [
        "2099-01-01",
        "2099-01-01T00:00:00",
        "2099-01-01T00:00Z",
        "2099-13-01T00:00:00Z",
        "2099-02-30T00:00:00Z",
        "2099-01-01T25:00:00Z",
        "4070908800",
        "tomorrow",
        "",
        "Thu, 01 Jan 2099 00:00:00 GMT",
        "99-01-01T00:00:00Z",
    ] {
        put_is_refused("stream-expires-at", value, "RFC 3339");
    }
}

#[test]
fn an_expiry_in_the_past_is_refused() {
    for value in ["2020-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z"] {
        let stream = Stream::unborn();
        let reply = stream.put().header("stream-expires-at", value).send();
        let problem = reply.any_problem();
        assert_eq!(reply.status, 400, "{reply:?}");
        problem.names("header", "stream-expires-at", "");
        stream.head().send().expect(404);
    }
}

#[test]
fn a_stream_has_one_lifetime_at_most() {
    let stream = Stream::unborn();
    let put = stream.put().header("stream-ttl", "60").header("stream-expires-at", "2099-01-01T00:00:00Z");
    put.send().problem(400, "bad-request").names("header", "stream-expires-at", "stream-ttl");
    stream.head().send().expect(404);
}

#[test]
fn a_path_is_text_in_segments() {
    for (path, rule) in [
        ("%zz", "percent-escape"),
        ("a%4", "percent-escape"),
        ("a%", "percent-escape"),
        ("%u0041", "percent-escape"),
        ("%00", "control"),
        ("a%0d%0ab", "control"),
        ("%7f", "control"),
        ("%ff", "UTF-8"),
        ("%c3%28", "UTF-8"),
        ("%ed%a0%80", "UTF-8"),
        ("a//b", "empty"),
        ("a/", "empty"),
        ("/a", "empty"),
        ("a/%2e%2e/b", "dot"),
        ("%2E%2e", "dot"),
        ("a/%2e", "dot"),
        (&"x".repeat(1_025), "1024"),
        (&"%20".repeat(400), "1024"),
        (&"a/".repeat(600), "empty"),
    ] {
        let target = format!("/v1/stream/{path}");
        for method in ["PUT", "POST", "GET", "DELETE"] {
            let reply = request(method, &target).header("content-type", "text/plain").send();
            reply.problem(400, "bad-request").names("path", "path", rule);
        }
        request("HEAD", &target).send().expect(400);
    }
    request("GET", &format!("/v1/stream/{}", "x".repeat(1_024))).send().problem(404, "stream-not-found");
}

#[test]
fn a_path_with_dots_stays_where_it_is() {
    for target in ["/v1/stream/../../etc/passwd", "/v1/stream/a/../../b", "/../v1/x"] {
        let wire =
            format!("PUT {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let answer = raw(&base_url(), wire.as_bytes());
        assert!(answer.starts_with(b"HTTP/1.1 40"), "{target}: {}", String::from_utf8_lossy(&answer));
    }
}

#[test]
fn a_target_that_is_not_ascii_is_no_fault_of_the_server() {
    for target in
        [&b"/v1/stream/caf\xc3\xa9"[..], b"/v1/stream/\xff", b"/v1/stream/a?offset=\xff", b"*", b"x", b"//", b"/?"]
    {
        for method in ["GET", "PUT"] {
            let head = format!("{method} ");
            let rest = b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            let answer = raw(&base_url(), &[head.as_bytes(), target, rest].concat());
            let told = format!("{method} {}: {}", target.escape_ascii(), String::from_utf8_lossy(&answer));
            assert!(answer.starts_with(b"HTTP/1.1 2") || answer.starts_with(b"HTTP/1.1 4"), "{told}");
        }
    }
}

#[test]
fn a_host_that_is_none_is_refused() {
    let path = unique_path();
    for method in ["PUT", "GET", "DELETE"] {
        for hosts in [
            &["a b"][..],
            &["a,b"],
            &["a", "b"],
            &["a:99999"],
            &["[::1"],
            &["1.2.3.4.5"],
            &["a?b"],
            &["a#b"],
            &["\""],
            &["ü"],
        ] {
            let lines: String = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
            let wire = format!("{method} {path} HTTP/1.1\r\n{lines}Content-Length: 0\r\nConnection: close\r\n\r\n");
            let answer = raw(&base_url(), wire.as_bytes());
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.starts_with("HTTP/1.1 400 "), "{method} {hosts:?}: {answer}");
            assert!(answer.contains(r#"{"in":"header","name":"host","#), "{method} {hosts:?}: {answer}");
        }
    }
}

#[test]
fn what_is_reserved_is_no_stream_by_whatever_name() {
    for path in ["__ds", "__ds/", "__ds/subscription/x", "%5F%5fds/x", "%5f_d%73", "__ds//", "__ds/%zz"] {
        let target = format!("/v1/stream/{path}");
        for method in ["PUT", "POST", "GET", "DELETE", "PATCH"] {
            request(method, &target).send().problem(404, "reserved-path");
        }
        request("HEAD", &target).send().expect(404);
    }
    // Only as the first segment, and only all of it.
    let stream = Stream::unborn();
    for path in ["__ds", "__ds/x"] {
        stream.child(path).put().send().expect(201);
    }
    request("GET", "/v1/stream/__dsx").send().problem(404, "stream-not-found");
}

#[test]
fn what_is_no_json_is_no_message() {
    let stream = Stream::new("application/json");
    stream.append("0");
    let deep = "[".repeat(100_000);
    for body in [
        &b"{"[..],
        b"[1,]",
        b"[1",
        b"1 2",
        b"nul",
        b"'a'",
        b"{a:1}",
        b"NaN",
        b"01",
        b"\"\n\"",
        b" ",
        b"[1]]",
        b",",
        b"\xef\xbb\xbf1",
        b"\"\xff\"",
        b"[\"\xc3\x28\"]",
        b"\"\xed\xa0\x80\"",
        b"\0",
        b"\"\\u12\"",
        deep.as_bytes(),
    ] {
        let told = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
        let reply = stream.appending(body).send();
        assert_eq!(reply.status, 400, "{told}: {reply:?}");
        reply.problem(400, "invalid-json").names("body", "body", "");
        let unborn = Stream::unborn();
        unborn.put().header("content-type", "application/json").body(body).send().problem(400, "invalid-json");
        unborn.head().send().expect(404);
    }
    assert_eq!(stream.messages(), ["0"]);
    assert_eq!(stream.append("1"), offset(2));
}

#[test]
fn an_append_has_something_to_append() {
    let stream = with_content();
    stream.appending("").send().problem(400, "empty-body").names("body", "body", "");
    stream.post().send().problem(400, "empty-body");
    is_as_before(&stream);
    let json = Stream::new("application/json");
    json.appending("").send().problem(400, "empty-body");
    json.appending(" [ ] ").send().problem(400, "no-messages").names("body", "body", "");
    // Not even to close.
    json.appending("[]").header("stream-closed", "true").send().problem(400, "no-messages");
    assert!(!json.head().send().expect(200).closed());
}

#[test]
fn a_body_that_is_too_long_is_refused_and_forgotten() {
    const LENGTH: usize = (64 << 20) + 1;
    let stream = with_content();
    let is_refused = |reply: Reply| reply.problem(413, "body-too-large").names("body", "body", "");
    is_refused(stream.appending(vec![b'x'; LENGTH]).send_until_answered());
    is_as_before(&stream);
    let unborn = Stream::unborn();
    is_refused(unborn.put().body(vec![b'x'; LENGTH]).send_until_answered());
    unborn.head().send().expect(404);

    // One that says nothing of its length, where less is taken.
    const LESS: u64 = 800 << 10;
    let stream = Stream::new_on(&SMALL, "text/plain");
    let chunked = stream.post().header("content-type", "text/plain");
    is_refused(chunked.chunked_body(io::repeat(b'x').take(LESS)).send());
    assert_eq!(stream.tail(), offset(0));
    let unborn = Stream::unborn_on(&SMALL);
    is_refused(unborn.put().chunked_body(io::repeat(b'x').take(LESS)).send());
    unborn.head().send().expect(404);
}

#[test]
fn a_body_that_breaks_off_is_no_append() {
    let stream = with_content();
    for body in ["Content-Length: 100\r\n\r\nhalf of it", "Transfer-Encoding: chunked\r\n\r\n64\r\nhalf of it"] {
        let address = base_url().strip_prefix("http://").expect("a URL of http").to_owned();
        let head = format!("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n", stream.path());
        let mut socket = TcpStream::connect(address).expect("a connection");
        socket.write_all(format!("{head}{body}").as_bytes()).expect("the half is taken");
        // Long enough for that half to have arrived.
        thread::sleep(Duration::from_millis(200));
        drop(socket);
    }
    thread::sleep(Duration::from_millis(200));
    is_as_before(&stream);
}

#[test]
fn a_producer_says_all_about_itself_or_nothing() {
    let stream = with_content();
    let headers = [("producer-id", "p"), ("producer-epoch", "0"), ("producer-seq", "0")];
    for given in 1..7_u8 {
        let present = |index: usize| given & (1 << index) != 0;
        let mut post = stream.appending("x");
        for (index, (name, value)) in headers.iter().enumerate() {
            if present(index) {
                post = post.header(name, value);
            }
        }
        let problem = post.send().problem(400, "bad-request");
        for (index, (name, _)) in headers.iter().enumerate() {
            if !present(index) {
                problem.names("header", name, "together");
            }
        }
    }
    is_as_before(&stream);
}

/// Checks that an append of a producer is refused because of one of its headers.
#[track_caller]
fn producer_is_refused(stream: &Stream, name: &str, value: &[u8], rule: &str) {
    let mut post = stream.appending("x");
    for (header, usual) in [("producer-id", "p"), ("producer-epoch", "0"), ("producer-seq", "0")] {
        post = post.header(header, if header == name { value } else { usual.as_bytes() });
    }
    post.send().problem(400, "bad-request").names("header", name, rule);
}

#[test]
fn a_producer_has_a_name_and_counts() {
    let stream = with_content();
    for (value, rule) in [
        (&b""[..], "1 to 256"),
        (b"   ", "1 to 256"),
        (&[b'p'; 257], "1 to 256"),
        (b"a\tb", "printable ASCII"),
        ("é".as_bytes(), "printable ASCII"),
        (b"\xff", "printable ASCII"),
    ] {
        producer_is_refused(&stream, "producer-id", value, rule);
    }
    for name in ["producer-epoch", "producer-seq"] {
        for value in ["", "-1", "+1", "00", "01", "1.0", "1e1", "0x1", "a", "1 1", "9007199254740992"] {
            producer_is_refused(&stream, name, value.as_bytes(), "whole number");
        }
        for value in ["18446744073709551616", "99999999999999999999999999999999"] {
            producer_is_refused(&stream, name, value.as_bytes(), "whole number");
        }
    }
    is_as_before(&stream);
}

#[test]
fn a_sequence_is_a_short_text() {
    let stream = with_content();
    for (value, rule) in [
        (&b""[..], "1 to 256"),
        (&[b's'; 257], "1 to 256"),
        (b"a\tb", "printable ASCII"),
        (b"\xc3\xa9", "printable ASCII"),
    ] {
        let post = stream.appending("x").header("stream-seq", value);
        post.send().problem(400, "bad-request").names("header", "stream-seq", rule);
    }
    is_as_before(&stream);
}

#[test]
fn an_offset_is_one_that_was_sent() {
    let stream = with_content();
    for value in [
        "",
        "a",
        "-2",
        "--1",
        "NOW",
        "Now",
        "0",
        "0_0",
        "000000000000000",
        "00000000000000000",
        "000000000000000g",
        "000000000000000a",
        "000000000000000%61",
        "+000000000000007",
        "0x00000000000007",
        "FFFFFFFFFFFFFFFF",
        "0000000000000007,0",
        "%00",
        "%ff",
        "0000000000000007%0a",
        "0000000000000000_0000000000000001",
        "9999999999999999_9999999999999999",
    ] {
        for live in ["", "&live=long-poll", "&live=sse"] {
            let reply = stream.get(&format!("offset={value}{live}")).send();
            assert_eq!(reply.status, 400, "{value} {live}: {reply:?}");
            reply.problem(400, "bad-request").names("query", "offset", "");
        }
    }
    stream.get("offset=-1&offset=-1").send().problem(400, "bad-request").names("query", "offset", "once");
    for live in ["live=long-poll", "live=sse"] {
        stream.get(live).send().problem(400, "bad-request").names("query", "offset", "present");
    }
}

#[test]
fn an_offset_beyond_the_tail_is_not_confirmed() {
    let stream = with_content();
    for beyond in [offset(8), offset(1 << 20), "001FFFFFFFFFFFFF".to_owned()] {
        for live in ["", "&live=long-poll", "&live=sse"] {
            let reply = stream.get(&format!("offset={beyond}{live}")).send();
            reply.problem(400, "offset-beyond-tail").names("query", "offset", "");
            assert_eq!(reply.next_offset(), offset(7), "{beyond}{live}");
            assert!(!reply.up_to_date() && !reply.closed(), "{reply:?}");
        }
    }
    stream.close();
    let reply = stream.get(&format!("offset={}", offset(8))).send();
    reply.problem(400, "offset-beyond-tail");
    assert!(!reply.closed(), "{reply:?}");
}

#[test]
fn other_parameters_are_what_they_can_be() {
    let stream = with_content();
    for value in ["bogus", "", "SSE", "longpoll", "true", "long-poll,sse"] {
        let reply = stream.get(&format!("offset=-1&live={value}")).send();
        reply.problem(400, "bad-request").names("query", "live", "");
    }
    let twice = stream.get("offset=-1&live=sse&live=sse").send();
    twice.problem(400, "bad-request").names("query", "live", "once");
    for value in ["", "-1", "x", "1.5", "01", "9007199254740991", "9007199254740992"] {
        for live in ["long-poll", "sse"] {
            let reply = stream.get(&format!("offset=-1&live={live}&cursor={value}")).send();
            reply.problem(400, "bad-request").names("query", "cursor", "");
        }
    }
    // A name is the same however it is escaped.
    assert_eq!(stream.get("%6Fffset=0000000000000007").send().expect(200).text(), "");
    let twice = stream.get("offset=-1&%6Fffset=-1").send();
    twice.problem(400, "bad-request").names("query", "offset", "once");
    // What is not known is not looked at.
    stream.get("offset=-1&foo=bar&foo=%zz&=&&").send().expect(200);
}

#[test]
fn a_content_type_is_one() {
    let stream = with_content();
    let post = stream.post().body("x").send();
    post.problem(400, "bad-request").names("header", "content-type", "present");
    for value in ["foo", "text/", "/plain", "text plain", "*/*", "text/*", "text/plain, text/html", "a/b/c"] {
        let post = stream.post().header("content-type", value).body("x").send();
        post.problem(400, "bad-request").names("header", "content-type", "");
        put_is_refused("content-type", value, "");
    }
    // An empty one is none.
    let post = stream.post().header("content-type", "").body("x").send();
    post.problem(400, "bad-request").names("header", "content-type", "present");
    let long = format!("text/plain; x={}", "y".repeat(300));
    put_is_refused("content-type", &long, "255");
    let other = stream.post().header("content-type", "text/html").body("x").send();
    other.problem(409, "content-type-conflict").names("header", "content-type", "");
    is_as_before(&stream);
}

#[test]
fn a_header_sent_twice_is_refused() {
    let stream = with_content();
    let producing = || stream.producing("p", 0, 0, "x");
    for (post, name) in [
        (stream.appending("x").header("stream-seq", "a").header("stream-seq", "b"), "stream-seq"),
        (stream.appending("x").header("stream-seq", "a").header("stream-seq", "a"), "stream-seq"),
        (stream.appending("x").header("content-type", "text/plain"), "content-type"),
        (producing().header("producer-id", "q"), "producer-id"),
        (producing().header("producer-epoch", "0"), "producer-epoch"),
        (producing().header("producer-seq", "0"), "producer-seq"),
    ] {
        post.send().problem(400, "bad-request").names("header", name, "");
    }
    is_as_before(&stream);

    for (name, value) in
        [("stream-ttl", "60"), ("stream-expires-at", "2099-01-01T00:00:00Z"), ("content-type", "text/plain")]
    {
        let unborn = Stream::unborn();
        let put = unborn.put().header(name, value).header(name, value).send();
        put.problem(400, "bad-request").names("header", name, "");
        unborn.head().send().expect(404);
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let post = with_content().post().header("producer-id", "p").header("stream-seq", "").body("x").send();
    let problem = post.problem(400, "bad-request");
    for name in ["producer-epoch", "producer-seq", "stream-seq"] {
        problem.names("header", name, "");
    }
    let put = Stream::unborn().put().header("content-type", "foo").header("stream-ttl", "x");
    let problem = put.header("stream-expires-at", "x").send().problem(400, "bad-request");
    for name in ["content-type", "stream-ttl", "stream-expires-at"] {
        problem.names("header", name, "");
    }
    let problem = Stream::unborn().get("offset=x&live=long-poll&cursor=x").send().problem(400, "bad-request");
    for name in ["offset", "cursor"] {
        problem.names("query", name, "");
    }
}

#[test]
fn nothing_that_a_header_says_is_a_fault_of_the_server() {
    const HEADERS: [&str; 17] = [
        "content-type",
        "if-none-match",
        "if-match",
        "range",
        "expect-ct",
        "accept",
        "accept-encoding",
        "content-encoding",
        "producer-id",
        "producer-epoch",
        "producer-seq",
        "stream-closed",
        "stream-expires-at",
        "stream-seq",
        "stream-ttl",
        "origin",
        "cookie",
    ];
    let long = [b'9'; 4_000];
    let values: [&[u8]; 14] = [
        b"",
        b"\"",
        b"\\",
        b",",
        b", ,",
        b"\xff\xfe",
        b"\t \t",
        b"-1",
        b"1e999",
        b"%00%zz",
        b"null",
        b"[{}]",
        "😀".as_bytes(),
        &long,
    ];
    at_once(HEADERS.len(), |number| {
        let name = HEADERS[number];
        let stream = with_content();
        for value in values {
            for method in ["PUT", "POST", "GET", "HEAD", "OPTIONS"] {
                let base = if method == "PUT" { Stream::unborn() } else { stream.clone() };
                let mut request = base.request(method).header(name, value);
                if method == "POST" {
                    request = request.body("x");
                }
                let reply = request.send();
                let told = format!("{method} with {name}: {}", String::from_utf8_lossy(value));
                assert!(reply.status < 500, "{told}: {reply:?}");
                if reply.status >= 400 && method != "HEAD" {
                    reply.any_problem();
                }
            }
        }
    });
}
