//! Credentials that a page can send: signed URLs and subprotocols; and streams that anyone may read.

use e2e::{open_socket, unique_path};
use token::{Algorithm, mint, signed_prefix_query, signed_query};

use super::{KEYED, append, at, everything, now_s, stream_on, with};

/// The query of a URL that is signed for a minute.
fn signed(path: &str) -> String {
    signed_query(KEYED.key(Algorithm::Hs256), path, now_s() + 60)
}

#[test]
fn a_signed_url_reads_one_stream_in_each_way() {
    let server = &KEYED.server;
    let (path, other) = (stream_on(server, "", "content"), stream_on(server, "", "secret"));
    let query = signed(&path);
    let get = |rest: &str| at("GET", server, &format!("{path}?{query}{rest}"));
    assert_eq!(get("").send().expect(200).text(), "content");
    at("HEAD", server, &format!("{path}?{query}")).send().expect(200);
    assert_eq!(get("&offset=-1&live=long-poll").send().expect(200).text(), "content");
    // As an EventSource does, without any header of its own.
    let mut events = get("&offset=-1&live=sse").header("accept", "text/event-stream").events();
    assert_eq!((events.status, events.expect_data().0.as_str()), (200, "content"));
    append(server, &path, " and more");
    assert_eq!(events.expect_data().0, " and more");
    // As a WebSocket does.
    let url = server.url(&format!("/v1/stream/{path}?{query}&offset=-1&live=ws"));
    let (reply, socket) = open_socket(&url, &[]);
    assert_eq!(reply.status, 101, "{reply:?}");
    assert!(socket.and_then(|mut socket| socket.next_text()).is_some_and(|text| text.contains("content")));

    assert_eq!(at("GET", server, &format!("{other}?{query}")).send().status, 401);
    for method in ["PUT", "POST", "DELETE"] {
        at(method, server, &format!("{path}?{query}")).send().problem(403, "forbidden");
    }
}

#[test]
fn a_signature_of_a_prefix_reads_each_stream_below_it() {
    let server = &KEYED.server;
    let folder = unique_path().trim_start_matches("/v1/stream/").to_owned() + "/";
    let streams = [stream_on(server, &folder, "one"), stream_on(server, &folder, "two")];
    let other = stream_on(server, "", "secret");
    let key = KEYED.key(Algorithm::Hs256);
    let query = signed_prefix_query(key, &folder, now_s() + 60);
    for (path, text) in streams.iter().zip(["one", "two"]) {
        let get = |rest: &str| at("GET", server, &format!("{path}?{query}{rest}"));
        assert_eq!(get("").send().expect(200).text(), text);
        at("HEAD", server, &format!("{path}?{query}")).send().expect(200);
        let mut events = get("&offset=-1&live=sse").events();
        assert_eq!((events.status, events.expect_data().0.as_str()), (200, text));
        let (reply, _) = open_socket(&server.url(&format!("/v1/stream/{path}?{query}&offset=-1&live=ws")), &[]);
        assert_eq!(reply.status, 101, "{reply:?}");
        for method in ["PUT", "POST", "DELETE"] {
            at(method, server, &format!("{path}?{query}")).send().problem(403, "forbidden");
        }
    }
    let (prefix, rest) = query.split_once('&').expect("parameters");
    let of_stream = signed_query(key, &streams[0], now_s() + 60);
    for (path, refused) in [
        (&other, query.clone()),
        (&streams[0], rest.to_owned()),
        (&streams[0], prefix.to_owned()),
        (&streams[0], format!("{prefix}&{query}")),
        (&streams[0], format!("below=&{rest}")),
        (&streams[0], format!("{prefix}&{of_stream}")),
        (&streams[0], signed_prefix_query(KEYED.key(Algorithm::EdDsa), &folder, now_s() + 60)),
        (&streams[0], signed_prefix_query(key, &folder, now_s() - 2)),
        (&streams[0], signed_prefix_query(key, "", now_s() + 60)),
        (&streams[0], signed_prefix_query(key, folder.trim_end_matches('/'), now_s() + 60)),
    ] {
        at("GET", server, &format!("{path}?{refused}")).send().problem(401, "unauthorized");
    }
}

#[test]
fn a_signed_url_is_good_once_for_a_day_at_most_and_unchanged() {
    let server = &KEYED.server;
    let path = stream_on(server, "", "content");
    let query = signed(&path);
    let until = |exp: u64| signed_query(KEYED.key(Algorithm::Hs256), &path, exp);
    let (exp, rest) = query.split_once('&').expect("a query");
    let other = signed_query(KEYED.key(Algorithm::EdDsa), &path, now_s() + 60);
    for changed in [
        format!("{query}&{exp}"),
        format!("{query}&{rest}"),
        rest.to_owned(),
        format!("{exp}0&{rest}"),
        until(now_s() - 2),
        until(now_s() + 86_500),
        other,
    ] {
        assert_eq!(at("GET", server, &format!("{path}?{changed}")).send().status, 401, "{changed}");
    }
    assert_eq!(at("GET", server, &format!("{path}?{rest}&{exp}")).send().status, 200, "the order means nothing");
}

#[test]
fn a_web_socket_has_its_token_among_the_subprotocols() {
    let server = &KEYED.server;
    let path = stream_on(server, "", "content");
    let url = server.url(&format!("/v1/stream/{path}?offset=-1&live=ws"));
    let open = |protocols: &str| open_socket(&url, &[("sec-websocket-protocol", protocols)]);
    for key in &KEYED.keys {
        let token = mint(key, &everything());
        let (reply, socket) = open(&format!("durable-streams, bearer.{token}"));
        assert_eq!((reply.status, reply.header("sec-websocket-protocol")), (101, Some("durable-streams")), "{key:?}");
        assert!(socket.and_then(|mut socket| socket.next_text()).is_some_and(|text| text.contains("content")));
        assert_eq!(open(&format!("durable-streams, bearer.{token}x")).0.status, 401, "{key:?}");
    }
    assert_eq!(open("durable-streams").0.status, 401);
}

#[test]
fn anyone_may_read_what_is_public_and_nothing_else() {
    let server = &KEYED.server;
    let (public, other) = (stream_on(server, "public/", "news"), stream_on(server, "publican/", "secret"));
    assert_eq!(at("GET", server, &public).send().expect(200).text(), "news");
    at("HEAD", server, &public).send().expect(200);
    let mut events = at("GET", server, &format!("{public}?offset=-1&live=sse")).events();
    assert_eq!((events.status, events.expect_data().0.as_str()), (200, "news"));
    for method in ["PUT", "POST", "DELETE"] {
        at(method, server, &public).send().problem(401, "unauthorized");
    }
    at("GET", server, &other).send().problem(401, "unauthorized");
    // Credentials that are not valid are no better than none elsewhere.
    with(at("GET", server, &public), "wrong").send().problem(401, "unauthorized");
}

#[test]
fn a_token_in_a_query_is_never_looked_at() {
    let server = &KEYED.server;
    let path = stream_on(server, "", "secret");
    let token = mint(KEYED.key(Algorithm::EdDsa), &everything());
    for name in ["token", "access_token", "authorization", "bearer"] {
        assert_eq!(at("GET", server, &format!("{path}?{name}={token}")).send().status, 401, "{name}");
    }
}
