//! Live reads end when their credentials do.

use std::time::{Duration, Instant};

use e2e::open_socket;
use token::Algorithm;

use super::{KEYED, append, at, now_s, reader, stream_on, with};

/// When a token for reading `path` ends, counted from the last whole second: two seconds and the leeway.
const END: Duration = Duration::from_secs(3);

fn short(path: &str) -> (String, Instant) {
    (reader(KEYED.key(Algorithm::EdDsa), path, now_s() + 2), Instant::now())
}

/// Checks that something that began at `start` has ended with its token.
#[track_caller]
fn ended(start: Instant) {
    let lasted = start.elapsed();
    let range = END - Duration::from_millis(1_200)..END + Duration::from_millis(1_500);
    assert!(range.contains(&lasted), "{lasted:?}");
}

#[test]
fn a_long_poll_ends_with_its_token() {
    let path = stream_on(&KEYED.server, "", "content");
    let (token, start) = short(&path);
    let poll = || with(at("GET", &KEYED.server, &format!("{path}?offset=now&live=long-poll")), &token);
    let reply = poll().send().expect(204);
    assert!(reply.up_to_date(), "{reply:?}");
    ended(start);
    poll().send().problem(401, "unauthorized");
}

#[test]
fn an_event_stream_ends_with_its_token() {
    let path = stream_on(&KEYED.server, "", "content");
    let (token, start) = short(&path);
    let request = with(at("GET", &KEYED.server, &format!("{path}?offset=-1&live=sse")), &token);
    let mut events = request.events();
    assert_eq!(events.expect_data().0, "content");
    assert_eq!(events.next(), None);
    ended(start);
}

/// The header is the one in which the edge tells the Durable Object when credentials expire.
#[test]
fn a_web_socket_ends_with_its_token_whatever_the_client_says() {
    let path = stream_on(&KEYED.server, "", "content");
    let url = KEYED.server.url(&format!("/v1/stream/{path}?offset=-1&live=ws"));
    for expiry in [None, Some("99999999999999"), Some("x")] {
        let (token, start) = short(&path);
        let authorization = format!("Bearer {token}");
        let headers: Vec<_> =
            [("authorization", authorization.as_str())].into_iter().chain(expiry.map(|at| ("x-expiry", at))).collect();
        let (reply, socket) = open_socket(&url, &headers);
        assert_eq!(reply.status, 101, "{reply:?}");
        let mut socket = socket.expect("a connection");
        assert!(socket.next_text().is_some_and(|text| text.contains("content")));
        while socket.next_text().is_some() {}
        ended(start);
        append(&KEYED.server, &path, " content");
        assert_eq!(open_socket(&url, &headers).0.status, 401);
    }
}
