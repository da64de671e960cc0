//! CORS, also for errors.

use e2e::{Reply, Server, Stream, request};

use crate::servers::{GUARDED, bearer};

const METHODS: [&str; 6] = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
const REQUEST_HEADERS: [&str; 16] = [
    "authorization",
    "content-encoding",
    "content-type",
    "if-match",
    "if-none-match",
    "producer-epoch",
    "producer-id",
    "producer-seq",
    "stream-closed",
    "stream-expected-offset",
    "stream-expires-at",
    "stream-fork-offset",
    "stream-fork-sub-offset",
    "stream-forked-from",
    "stream-seq",
    "stream-ttl",
];
const RESPONSE_HEADERS: [&str; 17] = [
    "accept-encoding",
    "etag",
    "location",
    "producer-epoch",
    "producer-expected-seq",
    "producer-received-seq",
    "producer-seq",
    "retry-after",
    "server-timing",
    "stream-closed",
    "stream-cursor",
    "stream-expires-at",
    "stream-next-offset",
    "stream-sse-data-encoding",
    "stream-ttl",
    "stream-up-to-date",
    "www-authenticate",
];

#[track_caller]
fn lists(reply: &Reply, name: &str, expected: &[&str]) {
    let list = reply.header(name).unwrap_or_else(|| panic!("no {name}: {reply:?}")).to_lowercase();
    let listed: Vec<&str> = list.split(',').map(str::trim).collect();
    for item in expected {
        assert!(listed.contains(&&*item.to_lowercase()), "{name} doesn't list {item}: {list}");
    }
}

/// Checks what every response must have.
#[track_caller]
fn is_open_to_browsers(reply: &Reply) {
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{reply:?}");
    lists(reply, "access-control-expose-headers", &RESPONSE_HEADERS);
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{reply:?}");
    assert_eq!(reply.header("cross-origin-resource-policy"), Some("cross-origin"), "{reply:?}");
}

#[test]
fn a_preflight_is_answered_for_any_stream() {
    let stream = Stream::new("text/plain");
    for stream in [&stream, &stream.child("none")] {
        let preflight = stream
            .request("OPTIONS")
            .header("origin", "https://app.example")
            .header("access-control-request-method", "PUT")
            .header("access-control-request-headers", "producer-id, stream-ttl");
        let reply = preflight.send().expect(204);
        is_open_to_browsers(&reply);
        lists(&reply, "access-control-allow-methods", &METHODS);
        lists(&reply, "access-control-allow-headers", &REQUEST_HEADERS);
        assert_eq!(reply.body, b"");
        assert_eq!(reply.header("access-control-max-age"), Some("86400"));
        lists(&reply, "allow", &METHODS);
    }
}

#[test]
fn only_a_preflight_says_what_may_be_sent() {
    let reply = Stream::new("text/plain").get("").send().expect(200);
    assert_eq!(reply.header("access-control-allow-methods"), None);
    assert_eq!(reply.header("access-control-allow-headers"), None);
}

#[test]
fn success_is_open_to_browsers() {
    let stream = Stream::unborn();
    let put = || stream.put().header("content-type", "text/plain").send();
    for (reply, status) in [
        (put(), 201),
        (put(), 200),
        (stream.post().header("content-type", "text/plain").body("x").send(), 204),
        (stream.get("offset=-1").send(), 200),
        (stream.get("offset=now").send(), 200),
        (stream.get("offset=-1").header("if-none-match", "*").send(), 304),
        (stream.poll("-1").send(), 200),
        (stream.head().send(), 200),
        (stream.post().header("stream-closed", "true").send(), 204),
        (stream.poll("now").send(), 204),
        (stream.get("offset=-1&live=sse").send(), 200),
        (stream.delete().send(), 204),
    ] {
        is_open_to_browsers(&reply.expect(status));
    }
}

#[test]
fn errors_are_open_to_browsers() {
    let stream = Stream::new("text/plain");
    let none = stream.child("none");
    for (reply, status) in [
        (stream.get("offset=oops").send(), 400),
        (stream.get("offset=0&live=sse").send(), 400),
        (stream.child("%zz").get("").send(), 400),
        (stream.put().header("stream-ttl", "-1").send(), 400),
        (none.get("").send(), 404),
        (none.get("offset=-1&live=sse").send(), 404),
        (none.head().send(), 404),
        (none.delete().send(), 404),
        (request("GET", "/").send(), 404),
        (request("GET", "/v1/stream/__ds/x").send(), 404),
        (stream.request("PATCH").send(), 405),
        (stream.put().send(), 409),
        (stream.appending(vec![0; (64 << 20) + 1]).send_until_answered(), 413),
    ] {
        is_open_to_browsers(&reply.expect(status));
    }
}

#[test]
fn a_missing_token_is_open_to_browsers() {
    let stream = Stream::unborn_on(&GUARDED);
    for method in ["GET", "HEAD", "PUT", "POST", "DELETE"] {
        is_open_to_browsers(&stream.request(method).send().expect(401));
    }
    let found = stream.put().header("authorization", bearer()).send();
    is_open_to_browsers(&found.expect(201));
}

#[test]
fn a_path_where_nothing_is_has_no_preflight_and_no_secrets() {
    for path in ["/", "/nowhere", "/v1/stream/__ds/x"] {
        let reply = request("OPTIONS", path).send();
        assert!([204, 404].contains(&reply.status), "{path}: {reply:?}");
        is_open_to_browsers(&reply);
    }
}

/// What a server says whose variable of this name is wrong: the same to every request, and readable for every page.
fn says_what_is_wrong(server: &Server, name: &str, path: &str) {
    for method in ["PUT", "POST", "GET", "DELETE"] {
        let bodies: &[usize] = if ["PUT", "POST"].contains(&method) { &[0, 1, 100_000] } else { &[0] };
        for length in bodies {
            let request = request(method, &server.url(path)).header("content-type", "text/plain");
            let reply = if *length > 0 { request.body(vec![b'x'; *length]) } else { request }.send();
            reply.problem(503, "unavailable");
            assert!(reply.text().contains(&format!("the variable {name} ")), "{reply:?}");
            is_open_to_browsers(&reply);
            assert!(reply.header("retry-after").is_some(), "{reply:?}");
        }
    }
}

/// A variable that names no limit, and one that is none.
const WRONG: [(&str, &str); 2] = [("LIMIT_PAGES", "4 KiB"), ("LIMIT_PAGE", "4")];

#[test]
fn a_page_can_show_what_is_wrong_with_the_configuration() {
    for (name, value) in WRONG {
        let server = Server::fresh(&[(name, value)]);
        for path in ["/v1/stream/a", "/v1/stream/a?offset=-1&live=sse", "/v1/restore/a", "/elsewhere"] {
            says_what_is_wrong(&server, name, path);
        }
        let preflight = request("OPTIONS", &server.url("/v1/stream/a")).send().expect(204);
        lists(&preflight, "access-control-allow-methods", &METHODS);
    }
}

#[test]
fn an_object_says_as_the_edge_does_what_is_wrong_with_the_configuration() {
    for (name, value) in WRONG {
        let state = tempfile::tempdir().expect("a folder for the Worker's state");
        let server = Server::direct(state.path(), &[(name, value)]);
        for path in ["/v1/stream/a", "/v1/stream/a?offset=-1&live=sse", "/v1/restore/a"] {
            says_what_is_wrong(&server, name, path);
        }
    }
}
