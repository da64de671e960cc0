//! The time to live of a stream that is being read: it runs out only once nobody reads, and no object stays awake for that.

use native::{Reply, Request, Server, run};
use std::time::Duration;

const PATH: &str = "/v1/stream/s";
const NAME: &str = "s";

fn put(ttl: u64) -> Request {
    Request::new("PUT", PATH).header("content-type", "text/plain").header("stream-ttl", ttl).body("abc")
}

fn live(mode: &str) -> Request {
    let request = Request::new("GET", &format!("{PATH}?offset=now&live={mode}"));
    if mode == "ws" { request.header("upgrade", "websocket") } else { request }
}

/// Whether the stream is there, without moving its deadline.
async fn is_there(server: &Server) -> bool {
    server.send(Request::new("HEAD", PATH)).await.status == 200
}

fn server() -> Server {
    Server::with(|settings| {
        settings.limits.sse_lifetime = Duration::from_secs(100_000);
        settings.limits.long_poll_hold = Duration::from_secs(60);
    })
}

async fn attached(server: &Server, mode: &str) -> Reply {
    let mut reply = server.send(live(mode)).await;
    assert!(reply.next().await.unwrap().contains("upToDate"));
    reply
}

#[test]
fn a_stream_lives_as_long_as_it_is_read_though_its_object_sleeps() {
    run(async {
        for (mode, ttl) in [("sse", 10), ("ws", 10), ("sse", 1)] {
            let server = server();
            server.send(put(ttl)).await;
            let mut reader = attached(&server, mode).await;
            for _ in 0..20 {
                server.run_for(2_000).await;
                server.settle().await;
                server.evict(NAME);
                // Whoever else loads the stream goes by its row.
                assert!(is_there(&server.zombie()).await, "{mode}");
            }
            assert!(reader.is_quiet().await);
            server.send(Request::new("POST", PATH).header("content-type", "text/plain").body("d")).await;
            assert!(reader.next().await.unwrap().contains("data:d\n"));
        }
    });
}

#[test]
fn one_who_polls_is_told_that_there_is_nothing_and_not_that_there_is_no_stream() {
    run(async {
        let server = server();
        server.send(put(2)).await;
        let (waiting, start) = (server.clone(), server.now());
        let poll = tokio::task::spawn_local(async move { waiting.send(live("long-poll")).await.status });
        server.run_for(61_000).await;
        assert_eq!((poll.await.unwrap(), server.now() - start >= 60_000), (204, true));
    });
}

#[test]
fn an_alarm_that_is_late_ends_nothing_that_is_read() {
    run(async {
        for evicts in [false, true] {
            let server = server();
            server.send(put(10)).await;
            let mut reader = attached(&server, "sse").await;
            server.settle().await;
            // No alarm rings while somebody only sleeps.
            tokio::time::sleep(Duration::from_secs(30)).await;
            if evicts {
                assert!(server.evict(NAME));
            }
            assert!(is_there(&server).await);
            server.run_for(30_000).await;
            assert!(is_there(&server).await);
            assert!(reader.is_quiet().await);
        }
    });
}

#[test]
fn when_the_last_reader_has_gone_at_least_half_of_the_time_is_left() {
    run(async {
        for stays_ms in [100, 4_900, 5_100, 9_900, 47_000] {
            let server = server();
            server.send(put(10)).await;
            let reader = attached(&server, "sse").await;
            server.run_for(stays_ms).await;
            drop(reader);
            server.run_for(4_900).await;
            assert!(is_there(&server).await, "after {stays_ms} ms");
            // The lease in the database may be a tenth longer.
            server.run_for(6_200).await;
            assert!(!is_there(&server).await, "after {stays_ms} ms");
            server.run_for(100_000).await;
            assert_eq!(server.database().leftovers(), []);
            assert!(!server.stores(NAME));
        }
    });
}

#[test]
fn a_crash_takes_the_readers_and_leaves_them_time_to_come_back() {
    run(async {
        let server = server();
        server.send(put(10)).await;
        let mut reader = attached(&server, "sse").await;
        for _ in 0..5 {
            server.run_for(17_000).await;
            server.crash(NAME);
            assert_eq!(reader.next().await, None);
            server.run_for(4_900).await;
            reader = attached(&server, "sse").await;
        }
        server.run_for(17_000).await;
        server.crash(NAME);
        server.run_for(12_000).await;
        assert!(!is_there(&server).await);
    });
}

#[test]
fn what_expires_at_an_instant_does_so_whoever_reads() {
    run(async {
        let server = server();
        // The clock starts at 2026-01-01T00:00:00Z.
        let create = Request::new("PUT", PATH).header("content-type", "text/plain");
        server.send(create.header("stream-expires-at", "2026-01-01T00:00:30Z")).await;
        let mut reader = attached(&server, "sse").await;
        server.run_for(29_000).await;
        assert!(is_there(&server).await);
        server.run_for(2_000).await;
        assert_eq!(reader.next().await, None);
        assert!(!is_there(&server).await);
    });
}

#[test]
fn a_renewal_is_a_few_statements_in_half_the_time_to_live() {
    run(async {
        let server = server();
        server.send(put(100)).await;
        let readers = [attached(&server, "sse").await, attached(&server, "ws").await, attached(&server, "sse").await];
        server.run_for(10_000).await;
        let (batches, rings) = (server.database().batches(), server.rings(NAME).len());
        server.run_for(1_000_000).await;
        let (batches, rings) = (server.database().batches() - batches, server.rings(NAME).len() - rings);
        assert!((19..=21).contains(&rings), "{rings}");
        // The lease, and what else an alarm looks for.
        assert!(batches <= 5 * 21, "{batches}");
        drop(readers);
    });
}
