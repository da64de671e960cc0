//! The life of a stream: how it ends, what it leaves, and that nothing of it shows up in the next.

use native::{Fault, Reply, Request, Server, run};

const PATH: &str = "/v1/stream/s";

fn put() -> Request {
    Request::new("PUT", PATH).header("content-type", "text/plain")
}

fn post(body: &str) -> Request {
    Request::new("POST", PATH).header("content-type", "text/plain").body(body)
}

fn get() -> Request {
    Request::new("GET", PATH)
}

fn head() -> Request {
    Request::new("HEAD", PATH)
}

fn rows(server: &Server) -> u64 {
    let tables = ["streams", "log", "producers", "edges", "debts", "garbage"];
    tables.iter().map(|table| server.database().count(&format!("SELECT count(*) FROM {table}"))).sum()
}

async fn status(server: &Server, request: Request) -> u16 {
    server.send(request).await.status
}

fn etag(reply: &Reply) -> String {
    reply.header("etag").unwrap_or_default().to_owned()
}

#[test]
fn reads_and_writes_move_a_sliding_deadline_and_head_does_not() {
    run(async {
        let server = Server::new();
        let streams = ["get", "now", "post", "close", "poll", "sse", "head", "nothing"];
        for name in streams {
            let path = format!("/v1/stream/{name}");
            let put = Request::new("PUT", &path).header("content-type", "text/plain").header("stream-ttl", 10);
            assert_eq!(status(&server, put.body("x")).await, 201);
        }
        server.run_for(8_000).await;
        let request = |method, name: &str, query: &str| Request::new(method, &format!("/v1/stream/{name}{query}"));
        assert_eq!(status(&server, request("GET", "get", "")).await, 200);
        assert_eq!(status(&server, request("GET", "now", "?offset=now")).await, 200);
        let post = request("POST", "post", "").header("content-type", "text/plain").body("y");
        assert_eq!(status(&server, post).await, 204);
        assert_eq!(status(&server, request("POST", "close", "").header("stream-closed", "true")).await, 204);
        assert_eq!(status(&server, request("GET", "poll", "?offset=-1&live=long-poll")).await, 200);
        assert_eq!(status(&server, request("GET", "sse", "?offset=-1&live=sse")).await, 200);
        assert_eq!(status(&server, request("HEAD", "head", "")).await, 200);
        server.run_for(5_000).await;
        for name in streams {
            let expected = if matches!(name, "head" | "nothing") { 404 } else { 200 };
            assert_eq!(status(&server, request("HEAD", name, "")).await, expected, "{name}");
        }
        server.run_for(20_000).await;
        assert_eq!(rows(&server), 0);
    });
}

#[test]
fn reads_seldom_write_a_row() {
    run(async {
        let server = Server::new();
        server.send(put().header("stream-ttl", 1000).body("x")).await;
        let before = server.database().rows_written();
        for _ in 0..100 {
            server.run_for(10_000).await;
            assert_eq!(status(&server, get()).await, 200);
        }
        let written = server.database().rows_written() - before;
        assert!((8..=12).contains(&written), "{written}");
        // Without a lifetime there is nothing to write.
        let server = Server::new();
        server.send(put().body("x")).await;
        let before = server.database().rows_written();
        for _ in 0..100 {
            server.run_for(10_000).await;
            assert_eq!(status(&server, get()).await, 200);
        }
        assert_eq!(server.database().rows_written(), before);
    });
}

#[test]
fn a_crash_never_makes_a_stream_expire_early() {
    run(async {
        let server = Server::new();
        server.send(put().header("stream-ttl", 100)).await;
        for _ in 0..50 {
            server.run_for(95_000).await;
            server.crash_all();
            assert_eq!(status(&server, get()).await, 200);
        }
        server.crash_all();
        server.run_for(111_000).await;
        assert_eq!(status(&server, get()).await, 404);
    });
}

#[test]
fn an_expiry_is_never_extended() {
    run(async {
        let server = Server::new();
        assert_eq!(status(&server, put().header("stream-expires-at", "2026-01-01T00:00:10Z")).await, 201);
        for _ in 0..9 {
            assert_eq!(status(&server, post("x")).await, 204);
            server.run_for(1_000).await;
        }
        server.run_for(1_000).await;
        assert_eq!(status(&server, get()).await, 404);
        assert_eq!(status(&server, put().header("stream-expires-at", "2026-01-01T00:00:10Z")).await, 400);
        assert_eq!(status(&server, put().header("stream-ttl", 0)).await, 201);
        assert_eq!(status(&server, get()).await, 404);
        server.run_for(10_000).await;
        assert_eq!(rows(&server), 0);
        // Nothing can be under way any more.
        server.run_for(60_000).await;
        assert!(!server.has_alarm("s"));
    });
}

#[test]
fn an_expired_stream_makes_room_before_its_alarm_rings() {
    run(async {
        let server = Server::new();
        server.send(put().header("stream-ttl", 1).body("old")).await;
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        assert_eq!(status(&server, post("x")).await, 404);
        assert_eq!(status(&server, put().body("new")).await, 201);
        assert_eq!(server.send(get()).await.text(), "new");
        server.run_for(10_000).await;
        assert_eq!(server.send(get()).await.text(), "new");
        assert_eq!(rows(&server), 2);
    });
}

#[test]
fn a_deleted_stream_gives_back_its_rows_whatever_happens() {
    run(async {
        for crashes in [false, true] {
            let server = Server::new();
            server.send(put()).await;
            for seq in 0..20 {
                let request = post("x").header("producer-id", format!("p{seq}"));
                server.send(request.header("producer-epoch", 0).header("producer-seq", 0)).await;
            }
            assert_eq!(status(&server, Request::new("DELETE", PATH)).await, 204);
            if crashes {
                server.crash_all();
                server.database().inject([Fault::Lost, Fault::Unheard, Fault::None, Fault::Lost]);
            }
            server.run_for(120_000).await;
            assert_eq!(rows(&server), 0);
            assert!(!server.has_alarm("s"));
        }
    });
}

#[test]
fn the_next_life_has_nothing_of_the_last() {
    run(async {
        let server = Server::new();
        let produce = |seq: u64, body: &str| {
            post(body).header("producer-id", "p").header("producer-epoch", 5).header("producer-seq", seq)
        };
        server.send(put()).await;
        server.send(produce(0, "old").header("stream-seq", "b")).await;
        let old = etag(&server.send(get()).await);
        let mut feed = server.send(Request::new("GET", &format!("{PATH}?offset=-1&live=sse"))).await;
        assert!(feed.next().await.unwrap().contains("data:old\n"));
        let poller = server.clone();
        let poll = Request::new("GET", &format!("{PATH}?offset=0000000000000003&live=long-poll"));
        let poll = tokio::task::spawn_local(async move { poller.send(poll).await.status });
        tokio::task::yield_now().await;

        assert_eq!(status(&server, Request::new("DELETE", PATH)).await, 204);
        assert_eq!(status(&server, put()).await, 201);
        assert_eq!(status(&server, post("new").header("stream-seq", "a")).await, 204);
        assert_eq!(poll.await.unwrap(), 404);
        assert_eq!(feed.next().await, None);
        let reply = server.send(get().header("if-none-match", &old)).await;
        assert_eq!((reply.status, reply.text()), (200, "new".to_owned()));
        assert_ne!(etag(&reply), old);
        // A producer starts over as well.
        assert_eq!(status(&server, produce(1, "x")).await, 409);
        assert_eq!(status(&server, produce(0, "x")).await, 200);
        server.run_for(60_000).await;
        assert_eq!(server.zombie().send(get()).await.text(), "newx");
    });
}

#[test]
fn a_look_up_for_the_last_life_is_no_news_for_the_next() {
    run(async {
        let server = Server::new();
        let produce = || post("x").header("producer-id", "p").header("producer-epoch", 0).header("producer-seq", 0);
        server.send(put()).await;
        server.send(produce()).await;
        server.crash_all();
        // While the producer is looked up, the stream is deleted and created anew.
        let requests = [Request::new("DELETE", PATH), put(), produce()];
        server.send(head()).await;
        let statuses = futures_util::future::join_all(requests.map(|request| server.send(request))).await;
        assert_eq!(statuses[0].status, 204);
        let last = server.zombie().send(produce()).await.status;
        assert!(last == 204 || statuses[1].status != 201 || statuses[2].status != 200, "{last}");
    });
}

#[test]
fn live_readers_are_told_of_a_closure_at_once() {
    run(async {
        let server = Server::new();
        server.send(put()).await;
        let mut feed = server.send(Request::new("GET", &format!("{PATH}?offset=now&live=sse"))).await;
        let first = feed.next().await.unwrap();
        assert!(first.contains("\"upToDate\":true"), "{first}");
        assert!(feed.is_quiet().await);
        let poller = server.clone();
        let poll = Request::new("GET", &format!("{PATH}?offset=now&live=long-poll"));
        let poll = tokio::task::spawn_local(async move { poller.send(poll).await });
        tokio::task::yield_now().await;
        assert_eq!(status(&server, post("end").header("stream-closed", "true")).await, 204);
        let last = feed.next().await.unwrap();
        assert!(last.contains("data:end\n\nevent: control\n") && last.contains("\"streamClosed\":true"), "{last}");
        assert!(!last.contains("streamCursor"));
        assert_eq!(feed.next().await, None);
        let reply = poll.await.unwrap();
        assert_eq!((reply.status, reply.text(), reply.header("stream-closed")), (200, "end".into(), Some("true")));
    });
}

#[test]
fn texts_are_cut_between_characters_only() {
    run(async {
        let server = Server::new();
        server.send(put()).await;
        let mut feed = server.send(Request::new("GET", &format!("{PATH}?offset=-1&live=sse"))).await;
        feed.next().await;
        let [first, second] = [vec![b'a', 0xe2, 0x82], vec![0xac, b'b']];
        for (body, expected) in [(first, "data:a\n"), (second, "data:\u{20ac}b\n")] {
            let append = Request::new("POST", PATH).header("content-type", "text/plain").body(body);
            assert_eq!(status(&server, append).await, 204);
            let events = feed.next().await.unwrap();
            assert!(events.contains(expected), "{events}");
        }
        assert!(feed.is_quiet().await);
    });
}

#[test]
fn a_poll_that_waited_in_vain_stays_where_it_was() {
    run(async {
        let server = Server::new();
        server.send(put().body("abc")).await;
        let poll = Request::new("GET", &format!("{PATH}?offset=0000000000000003&live=long-poll&cursor=99999999"));
        let reply = server.send(poll).await;
        assert_eq!((reply.status, reply.header("stream-next-offset")), (204, Some("0000000000000003")));
        assert_eq!(reply.header("stream-up-to-date"), Some("true"));
        let cursor: u64 = reply.header("stream-cursor").unwrap().parse().unwrap();
        assert!(cursor > 99_999_999);
    });
}

#[test]
fn readers_that_wait_are_bounded_and_leave_their_seats() {
    run(async {
        let server = Server::with(|settings| settings.limits.readers = 1);
        server.send(put()).await;
        let tail = || Request::new("GET", &format!("{PATH}?offset=now&live=sse"));
        let poll = || Request::new("GET", &format!("{PATH}?offset=now&live=long-poll"));
        let feed = server.send(tail()).await;
        assert_eq!(status(&server, tail()).await, 429);
        assert_eq!(status(&server, poll()).await, 429);
        drop(feed);
        assert_eq!(status(&server, poll()).await, 204);
        assert_eq!(status(&server, tail()).await, 200);
    });
}

#[test]
fn a_live_response_ends_so_that_its_client_comes_back() {
    run(async {
        let server = Server::new();
        server.send(put()).await;
        let mut feed = server.send(Request::new("GET", &format!("{PATH}?offset=now&live=sse"))).await;
        assert!(feed.next().await.is_some());
        tokio::time::sleep(std::time::Duration::from_secs(900 * 6 / 5 + 1)).await;
        assert_eq!(feed.next().await, None);
    });
}
