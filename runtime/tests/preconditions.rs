//! Writes that depend on what the stream is: entity tags, and the offset at which an append is expected. Of several that can't
//! all be right one takes place, whatever the database does meanwhile.

use futures_util::future::join_all;
use native::{Fault, Reply, Request, Server, run};
use std::time::Duration;

const PATH: &str = "/v1/stream/s";

fn put() -> Request {
    Request::new("PUT", PATH).header("content-type", "text/plain")
}

fn get(query: &str) -> Request {
    Request::new("GET", &format!("{PATH}{query}"))
}

fn head() -> Request {
    Request::new("HEAD", PATH)
}

fn post(body: &str) -> Request {
    Request::new("POST", PATH).header("content-type", "text/plain").body(body)
}

fn close() -> Request {
    Request::new("POST", PATH).header("stream-closed", true)
}

fn delete() -> Request {
    Request::new("DELETE", PATH)
}

async fn tag(server: &Server, request: Request) -> String {
    server.send(request).await.header("etag").expect("an entity tag").to_owned()
}

async fn text(server: &Server) -> String {
    server.send(get("")).await.text()
}

fn next(reply: &Reply) -> &str {
    reply.header("stream-next-offset").unwrap_or_default()
}

fn statuses(replies: &[Reply]) -> Vec<u16> {
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    statuses
}

/// What an append may depend on: a header, the status of one that comes too late, and how the value is found in an answer.
const CONDITIONS: [(&str, u16, &str); 2] =
    [("if-match", 412, "etag"), ("stream-expected-offset", 409, "stream-next-offset")];

/// The value that holds for the stream as it is.
async fn current(server: &Server, found_in: &'static str) -> String {
    server.send(head()).await.header(found_in).expect("a value").to_owned()
}

/// A server with a stream that has content.
async fn server() -> Server {
    let server = Server::new();
    server.send(put().body("abc")).await;
    server
}

#[test]
fn of_appends_to_the_same_stream_as_it_is_one_wins() {
    run(async {
        for (name, late, found_in) in CONDITIONS {
            let server = server().await;
            let value = current(&server, found_in).await;
            let replies = join_all((0..8).map(|_| server.send(post("x").header(name, &value)))).await;
            assert_eq!(statuses(&replies), [vec![204], vec![late; 7]].concat(), "{name}");
            assert_eq!(text(&server).await, "abcx");
            // Those who lost are told what to ask for next.
            let lost = replies.iter().find(|reply| reply.status == late).unwrap();
            assert_eq!(next(lost), "0000000000000004");
            let again = post("y").header(name, current(&server, found_in).await);
            assert_eq!(server.send(again).await.status, 204);
        }
    });
}

#[test]
fn what_is_in_flight_counts() {
    run(async {
        for (name, late, found_in) in CONDITIONS {
            let server = server().await;
            let before = current(&server, found_in).await;
            server.database().inject([Fault::Slow(Duration::from_millis(50))]);
            let writer = server.clone();
            let first = tokio::task::spawn_local(async move { writer.send(post("x")).await.status });
            tokio::time::sleep(Duration::from_millis(10)).await;
            // Readers still see the stream without it.
            assert_eq!(current(&server, found_in).await, before);
            let (stale, behind) = (server.send(post("y").header(name, &before)), server.send(post("z")));
            let (stale, behind) = tokio::join!(stale, behind);
            assert_eq!((first.await.unwrap(), stale.status, behind.status), (204, late, 204), "{name}");
            assert_eq!(text(&server).await, "abcxz");
        }
    });
}

#[test]
fn what_comes_next_can_be_expected_before_it_is_committed() {
    run(async {
        let server = server().await;
        server.database().inject([Fault::Slow(Duration::from_millis(50))]);
        let writer = server.clone();
        let first = tokio::task::spawn_local(async move { writer.send(post("x")).await.status });
        tokio::time::sleep(Duration::from_millis(10)).await;
        let second = server.send(post("y").header("stream-expected-offset", "0000000000000004")).await;
        assert_eq!((first.await.unwrap(), second.status), (204, 204));
        assert_eq!(text(&server).await, "abcxy");
    });
}

#[test]
fn nobody_loses_to_what_was_never_committed() {
    run(async {
        for (name, _, found_in) in CONDITIONS {
            let server = server().await;
            let value = current(&server, found_in).await;
            server.database().inject([Fault::Lost]);
            let conditional = || post("y").header(name, &value);
            let (first, second) = tokio::join!(server.send(post("x")), server.send(conditional()));
            assert_eq!((first.status, second.status), (503, 503), "{name}");
            assert_eq!(server.send(conditional()).await.status, 204);
            assert_eq!(text(&server).await, "abcy");
        }
    });
}

#[test]
fn an_append_of_unknown_fate_is_not_done_twice() {
    run(async {
        for (name, late, found_in) in CONDITIONS {
            for (fault, status) in [(Fault::Unheard, late), (Fault::Lost, 204)] {
                let server = server().await;
                let value = current(&server, found_in).await;
                let conditional = || post("x").header(name, &value);
                server.database().inject([fault]);
                assert_eq!(server.send(conditional()).await.status, 503);
                let retry = server.send(conditional()).await;
                assert_eq!((retry.status, next(&retry)), (status, "0000000000000004"), "{name} {fault:?}");
                assert_eq!(text(&server).await, "abcx");
            }
        }
    });
}

#[test]
fn what_a_producer_has_appended_stays_appended() {
    run(async {
        for (name, _, found_in) in CONDITIONS {
            let server = server().await;
            let value = current(&server, found_in).await;
            let produce = |seq: u64| {
                let produce =
                    post("x").header("producer-id", "p").header("producer-epoch", 0).header("producer-seq", seq);
                produce.header(name, &value)
            };
            server.database().inject([Fault::Unheard]);
            assert_eq!(server.send(produce(0)).await.status, 503);
            assert_eq!(server.send(produce(0)).await.status, 204, "{name}");
            assert_ne!(server.send(produce(1)).await.status, 200, "{name}");
            assert_eq!(text(&server).await, "abcx");
        }
    });
}

#[test]
fn a_tag_holds_wherever_its_stretch_began_and_where_it_ends_alone() {
    run(async {
        let server = Server::with(|settings| (settings.limits.response, settings.limits.page) = (2, 2));
        server.send(put().body("abcd")).await;
        let whole = tag(&server, head()).await;
        let mut held = vec![whole.clone()];
        for query in ["?offset=0000000000000002", "?offset=0000000000000003", "?offset=0000000000000004"] {
            held.push(tag(&server, get(query)).await);
        }
        let part = tag(&server, get("")).await;
        for tag in &held {
            let conditional = server.send(get("").header("if-none-match", tag).header("if-match", tag)).await;
            assert_eq!(conditional.status, 200, "{tag}");
            assert_eq!(server.send(head().header("if-match", tag)).await.status, 200);
            assert_eq!(server.send(head().header("if-none-match", tag)).await.status, 304);
            // Weak tags compare where nothing is done, and only there (RFC 9110 §8.8.3.2).
            assert_eq!(server.send(head().header("if-none-match", format!("W/{tag}"))).await.status, 304);
            assert_eq!(server.send(head().header("if-match", format!("W/{tag}"))).await.status, 412);
            assert_eq!(server.send(delete().header("if-match", format!("W/{tag}"))).await.status, 412);
            assert_eq!(server.send(delete().header("if-none-match", format!("W/{tag}"))).await.status, 412);
            assert_eq!(server.send(delete().header("if-none-match", format!("\"x\", {tag}"))).await.status, 412);
        }
        // Of another life it is another tag, even where all offsets are the same.
        let other = whole.replacen("\"0", "\"1", 1);
        assert_ne!(other, whole);
        assert_eq!(server.send(head().header("if-match", &other)).await.status, 412);
        // A page that does not reach the tail is itself, and not the stream.
        assert_eq!(server.send(get("").header("if-match", &part)).await.status, 200);
        assert_eq!(server.send(head().header("if-match", &part)).await.status, 412);
        assert_eq!(server.send(post("x").header("if-match", &part)).await.status, 412);
        // Each append has the tag for the next one.
        let appended = server.send(post("x").header("if-match", format!("{part}, {}", held[2]))).await;
        assert_eq!(appended.status, 204);
        for tag in &held {
            assert_eq!(server.send(post("y").header("if-match", tag)).await.status, 412, "{tag}");
        }
        let chained = appended.header("etag").unwrap();
        assert_eq!(server.send(close().header("if-match", chained)).await.status, 204);
        // That it is closed is a difference, too, although it ends where it did.
        assert_eq!(server.send(delete().header("if-match", chained)).await.status, 412);
        let closed = tag(&server, head()).await;
        assert_eq!(server.send(delete().header("if-match", &closed)).await.status, 204);
        // What comes after it is another stream.
        server.send(put()).await;
        assert_eq!(server.send(post("y").header("if-match", &whole)).await.status, 412);
        assert_eq!(server.send(delete().header("if-match", &closed)).await.status, 412);
    });
}

#[test]
fn the_readers_of_a_stream_ask_for_the_one_they_know() {
    run(async {
        let server = server().await;
        let known = tag(&server, head()).await;
        for live in ["long-poll", "sse"] {
            let read = |tag: &str| get(&format!("?offset=-1&live={live}")).header("if-match", tag);
            assert_eq!(server.send(read(&known)).await.status, 200, "{live}");
            assert_eq!(server.send(read("\"x\"")).await.status, 412, "{live}");
        }
    });
}

#[test]
fn of_creations_where_nothing_is_one_wins() {
    run(async {
        let server = Server::new();
        let create = |body: &'static str| server.send(put().body(body).header("if-none-match", "*"));
        let replies = join_all(["abc", "def", "ghi"].map(create)).await;
        assert_eq!(statuses(&replies), [201, 412, 412]);
        assert_eq!(text(&server).await, "abc");
        // Without the precondition it is there as asked.
        assert_eq!(server.send(put().body("abc")).await.status, 200);
    });
}

#[test]
fn a_fork_is_refused_by_its_source_first() {
    run(async {
        let server = Server::new();
        let fork = || Request::new("PUT", PATH).header("stream-forked-from", "/v1/stream/source");
        assert_eq!(server.send(fork().header("if-match", "*")).await.status, 404);
        server.send(Request::new("PUT", "/v1/stream/source").body("abc")).await;
        assert_eq!(server.send(fork().header("if-match", "*")).await.status, 412);
        assert_eq!(server.send(head()).await.status, 404);
        assert_eq!(server.send(fork().header("if-none-match", "*")).await.status, 201);
        assert_eq!(server.send(fork().header("if-none-match", "*")).await.status, 412);
        assert_eq!(server.send(fork().header("if-match", "*")).await.status, 200);
    });
}

/// Published clients tell conflicts from each other by these words.
#[test]
fn conflicts_are_told_apart_by_their_titles() {
    run(async {
        let server = server().await;
        let sequenced = || post("x").header("stream-seq", "5");
        assert_eq!(server.send(sequenced()).await.status, 204);
        let unexpected = post("x").header("stream-expected-offset", "0000000000000003");
        for (request, words) in [(sequenced(), "Sequence conflict"), (unexpected, "Expected offset conflict")] {
            let reply = server.send(request).await;
            assert_eq!((reply.status, next(&reply)), (409, "0000000000000004"));
            assert!(reply.text().contains(&format!("\"title\":\"{words}")), "{}", reply.text());
        }
    });
}

#[test]
fn the_tail_of_a_fork_is_its_own() {
    run(async {
        let server = Server::new();
        let source = |method| Request::new(method, "/v1/stream/source").header("content-type", "text/plain");
        server.send(source("PUT").body("abc")).await;
        server.send(Request::new("PUT", PATH).header("stream-forked-from", "/v1/stream/source")).await;
        server.send(source("POST").body("de")).await;
        let expecting = |offset: &str| post("x").header("stream-expected-offset", offset);
        assert_eq!(server.send(expecting("0000000000000005")).await.status, 409);
        assert_eq!(server.send(expecting("0000000000000003")).await.status, 204);
        assert_eq!(text(&server).await, "abcx");
    });
}

#[test]
fn a_precondition_that_does_not_hold_leaves_everything_as_it_is() {
    run(async {
        let server = Server::new();
        let put = || put().header("stream-ttl", 10);
        server.send(put().body("abc")).await;
        let batches = server.database().batches();
        server.pass(6_000).await;
        for request in [post("x"), close(), delete(), put()] {
            assert_eq!(server.send(request.header("if-match", "\"x\"")).await.status, 412);
        }
        assert_eq!(server.database().batches(), batches);
        // Not even its time to live begins anew.
        server.pass(6_000).await;
        assert_eq!(server.send(head()).await.status, 404);
    });
}

#[test]
fn who_names_a_tag_is_answered_by_the_object() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.page, limits.block, limits.seek, limits.tail_cache) = (4, 8, 4, 0);
            (limits.hot_rows, limits.snapshot) = (0, 0);
        });
        server.replay_at_the_edge();
        server.send(put().body("0123456789ab")).await;
        server.run_for(1_000).await;
        let query = "?offset=0000000000000004";
        assert_eq!(server.send(get(query)).await.header("server-timing"), None);
        let page = server.send(get(query).header("if-match", "\"x\"")).await;
        assert_eq!(page.status, 412);
    });
}

#[test]
fn an_encoded_body_is_not_stored() {
    run(async {
        let server = Server::new();
        let gzip = |request: Request| request.header("content-encoding", "gzip");
        assert_eq!(server.send(gzip(put().body("\u{1f}"))).await.status, 415);
        assert_eq!(server.send(head()).await.status, 404);
        server.send(put().body("abc").header("content-encoding", "Identity")).await;
        let refused = server.send(gzip(post("\u{1f}"))).await;
        assert_eq!((refused.status, refused.header("accept-encoding")), (415, Some("identity")));
        assert_eq!(text(&server).await, "abc");
        // It says nothing about a request that has no body.
        assert_eq!(server.send(gzip(get(""))).await.status, 200);
        assert_eq!(server.send(gzip(delete())).await.status, 204);
    });
}
