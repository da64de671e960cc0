//! What holds when many streams, bodies and readers want more memory than an isolate has.

use futures_util::future::join_all;
use native::{Fault, Reply, Request, Server, run};
use std::time::Duration;
use tokio::task::spawn_local;
use tokio::time::{Instant, sleep};

/// All sizes are a 64th of what they are declared to be: the same happens in a 64th of the time.
const KIBIBYTE: usize = 1 << 4;
const MEBIBYTE: usize = 1 << 14;
const MEMORY: usize = 32 * MEBIBYTE;

fn server() -> Server {
    server_with(|_| {})
}

fn server_with(change: impl FnOnce(&mut spec::Limits)) -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        for limit in [
            &mut limits.body,
            &mut limits.drain,
            &mut limits.small_body,
            &mut limits.memory,
            &mut limits.memory_small,
            &mut limits.memory_pages,
            &mut limits.memory_tails,
            &mut limits.message,
            &mut limits.part,
            &mut limits.page,
            &mut limits.row,
            &mut limits.queue_bytes,
            &mut limits.tail_cache,
        ] {
            *limit /= 64;
        }
        assert_eq!(limits.memory, MEMORY);
        change(limits);
    })
}

fn to(method: &str, stream: impl ToString) -> Request {
    let path = format!("/v1/stream/{}", stream.to_string());
    Request::new(method, &path).header("content-type", "text/plain")
}

fn statuses(replies: &[Reply]) -> Vec<(u16, usize)> {
    let mut counts = Vec::new();
    for status in [200, 204, 408, 413, 429, 503] {
        let count = replies.iter().filter(|reply| reply.status == status).count();
        counts.extend((count > 0).then_some((status, count)));
    }
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), replies.len());
    counts
}

/// Sends requests at once, while what they hold stays within the memory that there is.
async fn at_once(server: &Server, requests: impl Iterator<Item = Request>) -> Vec<Reply> {
    let watched = server.clone();
    let watch = spawn_local(async move {
        loop {
            assert!(watched.budget().used() <= MEMORY, "{} bytes", watched.budget().used());
            sleep(Duration::from_millis(10)).await;
        }
    });
    let replies = join_all(requests.map(|request| server.send(request))).await;
    assert!(!watch.is_finished(), "too much was held");
    watch.abort();
    replies
}

#[test]
fn bodies_that_stall_give_up_their_memory() {
    run(async {
        let server = server();
        server.send(to("PUT", "a")).await;
        let stalled = |_| to("POST", "a").body(vec![b'z'; 4 * MEBIBYTE - 64 * KIBIBYTE]).chunked().stalled();
        let start = Instant::now();
        let replies = at_once(&server, (0..60).map(stalled)).await;
        let counts = statuses(&replies);
        assert!(matches!(counts[..], [(408, held), (429, _)] if held >= 5), "{counts:?}");
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        assert!(replies.iter().filter(|reply| reply.status == 429).all(|reply| reply.header("retry-after").is_some()));
        assert_eq!(server.budget().used(), 0);
        assert_eq!(server.send(to("POST", "a").body(vec![b'z'; 4 * MEBIBYTE])).await.status, 204);
    });
}

#[test]
fn little_is_held_for_a_body_of_which_little_has_come() {
    run(async {
        let server = server();
        server.send(to("PUT", "a")).await;
        // Each declares 4 MiB, all but a byte of which never comes.
        let stalled = |_| to("POST", "a").body("z").stalled().declared(4 * MEBIBYTE);
        let others = server.clone();
        let other = spawn_local(async move {
            sleep(Duration::from_secs(2)).await;
            others.send(to("POST", "a").body(vec![b'z'; 4 * MEBIBYTE])).await.status
        });
        let replies = at_once(&server, (0..200).map(stalled)).await;
        assert_eq!(statuses(&replies), [(408, 200)]);
        assert_eq!(other.await.unwrap(), 204);
    });
}

#[test]
fn a_body_that_comes_slowly_is_taken() {
    run(async {
        let server = server();
        server.send(to("PUT", "a")).await;
        // Four pieces, each just in time.
        let slow = to("POST", "a").body(vec![b'z'; 256 * KIBIBYTE]).paced(Duration::from_secs(14));
        assert_eq!(server.send(slow).await.status, 204);
        let slower = to("POST", "a").body(vec![b'z'; 256 * KIBIBYTE]).paced(Duration::from_secs(16));
        assert_eq!(server.send(slower).await.status, 408);
    });
}

#[test]
fn small_bodies_are_taken_while_large_ones_wait() {
    run(async {
        let server = server();
        server.send(to("PUT", "a")).await;
        let large = (0..60).map(|_| to("POST", "a").body(vec![b'z'; 3 * MEBIBYTE]).chunked().stalled());
        let others = server.clone();
        let small = spawn_local(async move {
            sleep(Duration::from_millis(500)).await;
            others.send(to("PUT", "b")).await;
            let appends = (0..50).map(|_| others.send(to("POST", "b").body(vec![b'x'; 64 * KIBIBYTE])));
            let start = Instant::now();
            let statuses = statuses(&join_all(appends).await);
            (statuses, start.elapsed())
        });
        at_once(&server, large).await;
        let (statuses, took) = small.await.unwrap();
        assert_eq!(statuses, [(204, 50)]);
        assert!(took < Duration::from_secs(2), "{took:?}");
    });
}

#[test]
fn bodies_that_wait_for_the_stream_to_be_looked_up_are_counted() {
    run(async {
        let server = server_with(|limits| limits.queue_bytes = MEMORY);
        server.send(to("PUT", "a")).await;
        server.crash_all();
        server.database().inject([Fault::Slow(Duration::from_secs(5))]);
        let start = Instant::now();
        let refused_at = std::cell::Cell::new(Duration::ZERO);
        let replies = join_all((0..1_000).map(|_| async {
            let reply = server.send(to("POST", "a").body(vec![b'z'; 100 * KIBIBYTE])).await;
            if reply.status == 429 {
                refused_at.set(refused_at.get().max(start.elapsed()));
            }
            assert!(server.budget().used() <= MEMORY);
            reply
        }))
        .await;
        let counts = statuses(&replies);
        assert!(matches!(counts[..], [(204, taken), (429, _)] if (200..300).contains(&taken)), "{counts:?}");
        assert!(refused_at.get() < Duration::from_secs(3), "{refused_at:?}");
    });
}

#[test]
fn tails_of_all_streams_together_are_bounded() {
    run(async {
        let server = server();
        for stream in 0..100 {
            server.send(to("PUT", stream)).await;
            assert_eq!(server.send(to("POST", stream).body(vec![b'x'; 1_000 * KIBIBYTE])).await.status, 204);
            assert!(server.budget().used() <= MEMORY / 2);
        }
        assert!(server.budget().used() > MEMORY / 2 - 2 * MEBIBYTE, "tails fill what they may");
        // The last ones are in memory still, the first ones are not.
        let before = server.database().batches();
        assert_eq!(server.send(to("GET", 99)).await.bytes().len(), 1_000 * KIBIBYTE);
        assert_eq!(server.database().batches(), before);
        assert_eq!(server.send(to("GET", 0)).await.bytes().len(), 1_000 * KIBIBYTE);
        assert_eq!(server.database().batches(), before + 1);
        // And all of it is there for bodies.
        let large = (0..6).map(|stream| to("POST", stream).body(vec![b'z'; 4 * MEBIBYTE]));
        assert_eq!(statuses(&at_once(&server, large).await), [(204, 6)]);
    });
}

#[test]
fn a_full_queue_is_told_at_once() {
    run(async {
        let server = server_with(|limits| limits.queue = 1);
        let json = |method| Request::new(method, "/v1/stream/a").header("content-type", "application/json");
        server.send(json("PUT")).await;
        server.database().inject([Fault::Slow(Duration::from_secs(5))]);
        let start = Instant::now();
        let others = server.clone();
        let first = spawn_local(async move { others.send(json("POST").body("1")).await.status });
        sleep(Duration::from_millis(5)).await;
        // It is not read, either: otherwise it would be told what is wrong with it.
        for body in ["2", "{\"half of"] {
            let reply = server.send(json("POST").body(body)).await;
            assert_eq!((reply.status, reply.header("retry-after")), (429, Some("1")));
        }
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
        assert_eq!(first.await.unwrap(), 204);
        assert_eq!(server.send(json("POST").body("{\"half of")).await.status, 400);
    });
}

#[test]
fn pages_that_are_fetched_have_memory_of_their_own() {
    run(async {
        let server = server();
        for stream in 0..40 {
            server.send(to("PUT", stream).body(vec![b'x'; MEBIBYTE])).await;
        }
        server.crash_all();
        assert_eq!(server.budget().used(), 0);
        server.database().inject((0..40).map(|_| Fault::Slow(Duration::from_secs(1))));
        let stalled = (0..10).map(|_| to("POST", "0").body(vec![b'z'; 3 * MEBIBYTE]).chunked().stalled());
        let reads = (0..40).map(|stream| to("GET", stream));
        let replies = at_once(&server, stalled.chain(reads)).await;
        assert_eq!(statuses(&replies[10..]), [(200, 40)]);
    });
}
