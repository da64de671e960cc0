//! Requests without the token are rejected.

use e2e::{Reply, Stream, raw_status};

use crate::servers::{GUARDED, TOKEN, bearer};

const METHODS: [&str; 5] = ["GET", "HEAD", "PUT", "POST", "DELETE"];

#[track_caller]
fn is_unauthorized(reply: &Reply) {
    assert_eq!(reply.status, 401, "{reply:?}");
    assert_eq!(reply.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[test]
fn every_method_needs_the_token() {
    let stream = Stream::unborn_on(&GUARDED);
    let wrong = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer wrong".to_owned(),
        format!("Bearer {TOKEN}x"),
        format!("Bearer {}", &TOKEN[1..]),
        format!("Bearer {}", TOKEN.to_uppercase()),
        format!("Bearer {TOKEN}, Bearer {TOKEN}"),
        format!("Basic {TOKEN}"),
        format!("Bearer{TOKEN}"),
        TOKEN.to_owned(),
    ];
    for method in METHODS {
        let unauthorized = stream.request(method).send();
        is_unauthorized(&unauthorized);
        if method != "HEAD" {
            unauthorized.problem(401, "unauthorized");
        }
        for credentials in &wrong {
            is_unauthorized(&stream.request(method).header("authorization", credentials).send());
        }
    }
    // Nor was anything created by those PUTs.
    stream.head().header("authorization", bearer()).send().expect(404);
}

#[test]
fn neither_what_exists_nor_what_is_malformed_is_told_without_the_token() {
    let stream = Stream::unborn_on(&GUARDED);
    stream.put().header("authorization", bearer()).body("secret").send().expect(201);
    for request in [
        stream.get("offset=-1"),
        stream.get("offset=oops"),
        stream.get("offset=-1&live=sse"),
        stream.poll("-1"),
        stream.put().header("stream-ttl", "-1"),
        stream.post().header("producer-id", "p").body("x"),
        stream.child("%zz").get(""),
    ] {
        is_unauthorized(&request.send());
    }
    let head = stream.head().header("authorization", bearer()).send().expect(200);
    assert_eq!(head.next_offset(), e2e::offset(6));
}

#[test]
fn the_right_token_opens_everything() {
    let stream = Stream::unborn_on(&GUARDED);
    let authorized = |request: e2e::Request| request.header("authorization", bearer());
    authorized(stream.put()).header("content-type", "text/plain").send().expect(201);
    authorized(stream.post()).header("content-type", "text/plain").body("content").send().expect(204);
    assert_eq!(authorized(stream.get("")).send().expect(200).text(), "content");
    assert_eq!(authorized(stream.poll("-1")).send().expect(200).text(), "content");
    let mut events = authorized(stream.get("offset=-1&live=sse")).events();
    assert_eq!(events.expect_data().0, "content");
    authorized(stream.head()).send().expect(200);
    let other_case = stream.delete().header("authorization", format!("bearer {TOKEN}"));
    other_case.send().expect(204);
}

#[test]
fn a_preflight_needs_no_token() {
    let stream = Stream::unborn_on(&GUARDED);
    let preflight = stream.request("OPTIONS").header("origin", "https://app.example");
    preflight.header("access-control-request-method", "GET").send().expect(204);
}

#[test]
fn a_wrong_token_is_refused_before_there_is_a_body() {
    let path = Stream::unborn_on(&GUARDED).path().to_owned();
    for method in ["PUT", "POST"] {
        for body in ["Content-Length: 10000000", "Transfer-Encoding: chunked"] {
            // The body is announced, and never comes.
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\
                 Authorization: Bearer wrong\r\n{body}\r\n\r\n"
            );
            assert_eq!(raw_status(&GUARDED.url(""), head.as_bytes()), 401, "{method} {body}");
        }
    }
}

#[test]
fn a_wrong_token_with_a_large_body_is_refused_and_the_next_request_served() {
    let stream = Stream::unborn_on(&GUARDED);
    for _ in 0..3 {
        let put = stream.put().header("authorization", "Bearer wrong").body(vec![b'x'; 10 << 20]);
        is_unauthorized(&put.send_until_answered());
        stream.head().header("authorization", bearer()).send().expect(404);
    }
}
