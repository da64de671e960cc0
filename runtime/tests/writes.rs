//! Writes: acknowledged only once they are committed, in order, exactly once, whatever the database does.

use futures_util::future::join_all;
use native::{Fault, Reply, Request, Server, run};

const PATH: &str = "/v1/stream/s";

fn put(content_type: &str) -> Request {
    Request::new("PUT", PATH).header("content-type", content_type)
}

fn post(body: &str) -> Request {
    Request::new("POST", PATH).header("content-type", "text/plain").body(body)
}

fn produce(epoch: u64, seq: u64, body: &str) -> Request {
    post(body).header("producer-id", "p").header("producer-epoch", epoch).header("producer-seq", seq)
}

async fn text(server: &Server) -> String {
    server.send(Request::new("GET", PATH)).await.text()
}

fn offset(reply: &Reply) -> &str {
    reply.header("stream-next-offset").unwrap_or_default()
}

#[test]
fn writers_who_wait_together_are_committed_together() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let (batches, rows) = (server.database().batches(), server.database().rows_written());
        let replies = join_all((0..64).map(|index| server.send(post(&format!("{index:02}"))))).await;
        assert!(replies.iter().all(|reply| reply.status == 204));
        assert_eq!(server.database().batches() - batches, 1);
        assert_eq!(server.database().rows_written() - rows, 2);
        // Each is told where its own bytes are.
        let text = text(&server).await;
        assert_eq!(text.len(), 128);
        for (index, reply) in replies.iter().enumerate() {
            let stop = usize::from_str_radix(offset(reply), 16).unwrap();
            assert_eq!(text[stop - 2..stop], format!("{index:02}"));
        }
    });
}

#[test]
fn writers_who_come_again_at_once_are_committed_together_again() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let batches = server.database().batches();
        let writer = async |number: usize| {
            for _ in 0..10 {
                assert_eq!(server.send(post("x")).await.status, 204);
                // The way to the client and back: some take longer than others.
                for _ in 0..=number / 16 {
                    tokio::task::yield_now().await;
                }
            }
        };
        join_all((0..64).map(writer)).await;
        assert_eq!(server.database().batches() - batches, 10);
    });
}

#[test]
fn nobody_waits_for_writers_who_do_not_come_again() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        join_all((0..64).map(|_| server.send(post("x")))).await;
        // Time stands still here, unless everybody waits for it to pass.
        let began = server.now();
        assert_eq!(server.send(post("x")).await.status, 204);
        assert_eq!(server.now(), began);
    });
}

#[test]
fn a_lone_append_costs_one_round_trip_and_two_rows() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let (batches, rows) = (server.database().batches(), server.database().rows_written());
        assert_eq!(server.send(post("x")).await.status, 204);
        assert_eq!((server.database().batches() - batches, server.database().rows_written() - rows), (1, 2));
        server.send(produce(0, 0, "y")).await;
        let (batches, rows) = (server.database().batches(), server.database().rows_written());
        assert_eq!(server.send(produce(0, 1, "y")).await.status, 200);
        assert_eq!((server.database().batches() - batches, server.database().rows_written() - rows), (1, 3));
        // What changes nothing costs nothing.
        let batches = server.database().batches();
        assert_eq!(server.send(produce(0, 1, "y")).await.status, 204);
        assert_eq!(server.send(produce(0, 9, "y")).await.status, 409);
        assert_eq!(server.send(Request::new("GET", PATH)).await.status, 200);
        assert_eq!(server.database().batches(), batches);
    });
}

#[test]
fn readers_see_nothing_that_is_not_committed() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let writer = server.clone();
        let write = tokio::task::spawn_local(async move { writer.send(post("x")).await.status });
        tokio::task::yield_now().await;
        let head = server.send(Request::new("HEAD", PATH)).await;
        assert_eq!(offset(&head), "0000000000000000");
        assert_eq!(write.await.unwrap(), 204);
        assert_eq!(text(&server).await, "x");
    });
}

#[test]
fn a_lost_batch_is_unavailable_and_leaves_nothing() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        server.database().inject([Fault::Lost]);
        let reply = server.send(post("x")).await;
        assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
        assert!(reply.text().contains("urn:durable-streams:problem:unavailable"));
        assert_eq!(text(&server).await, "");
        assert_eq!(server.send(post("y")).await.status, 204);
        assert_eq!(text(&server).await, "y");
        assert_eq!(server.reports().len(), 2, "{:?}", server.reports());
    });
}

#[test]
fn what_was_staged_on_a_lost_batch_is_unavailable_too() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        server.database().inject([Fault::Lost]);
        let closing = post("x").header("stream-closed", "true");
        let replies = join_all([server.send(closing), server.send(post("y")), server.send(post("z"))]).await;
        // The two behind were refused because of a closure that never came to be: nobody may be told of that.
        assert_eq!(replies.iter().map(|reply| reply.status).collect::<Vec<_>>(), [503, 503, 503]);
        assert_eq!(server.send(post("y")).await.status, 204);
    });
}

#[test]
fn a_producer_that_was_not_answered_is_deduplicated() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        server.database().inject([Fault::Unheard]);
        assert_eq!(server.send(produce(0, 0, "x")).await.status, 503);
        let retry = server.send(produce(0, 0, "x")).await;
        assert_eq!((retry.status, offset(&retry)), (204, "0000000000000001"));
        assert_eq!(server.send(produce(0, 1, "y")).await.status, 200);
        assert_eq!(text(&server).await, "xy");
    });
}

#[test]
fn retries_are_told_the_offset_of_the_original() {
    run(async {
        let server = Server::with(|settings| settings.limits.producer_tails = 4);
        server.send(put("text/plain")).await;
        for seq in 0..8 {
            assert_eq!(server.send(produce(0, seq, "xy")).await.status, 200);
        }
        for forgets in [false, true] {
            if forgets {
                server.crash_all();
            }
            for (seq, expected) in [(7, 16), (6, 14), (4, 10), (3, 16), (0, 16)] {
                let retry = server.send(produce(0, seq, "xy")).await;
                assert_eq!((retry.status, offset(&retry)), (204, &*format!("{expected:016X}")), "{seq}");
                assert_eq!(retry.header("producer-seq"), Some("7"));
            }
        }
    });
}

#[test]
fn a_stream_and_its_first_content_come_together() {
    run(async {
        for fault in [Fault::Lost, Fault::Unheard] {
            let server = Server::new();
            server.database().inject([Fault::None, fault]);
            assert_eq!(server.send(put("text/plain").body("abc")).await.status, 503);
            let retry = server.send(put("text/plain").body("abc")).await.status;
            assert_eq!(retry, if fault == Fault::Lost { 201 } else { 200 });
            assert_eq!(text(&server).await, "abc");
        }
    });
}

#[test]
fn a_body_that_is_no_json_leaves_no_stream() {
    run(async {
        let server = Server::new();
        assert_eq!(server.send(put("application/json").body("{")).await.status, 400);
        assert_eq!(server.send(Request::new("HEAD", PATH)).await.status, 404);
        assert_eq!(server.send(put("application/json").body("[1]")).await.status, 201);
        assert_eq!(text(&server).await, "[1]");
    });
}

#[test]
fn the_last_append_and_the_closure_come_together() {
    run(async {
        for fault in [Fault::Lost, Fault::Unheard] {
            let server = Server::new();
            server.send(put("text/plain")).await;
            server.database().inject([fault]);
            let closing = || produce(0, 0, "end").header("stream-closed", "true");
            assert_eq!(server.send(closing()).await.status, 503);
            server.crash_all();
            let head = server.send(Request::new("HEAD", PATH)).await;
            let both = (head.header("stream-closed"), offset(&head));
            let expected = match fault {
                Fault::Lost => (None, "0000000000000000"),
                _ => (Some("true"), "0000000000000003"),
            };
            assert_eq!(both, expected);
            let retry = server.send(closing()).await;
            assert_eq!(retry.status, if fault == Fault::Lost { 200 } else { 204 });
            assert_eq!(retry.header("stream-closed"), Some("true"));
            assert_eq!(text(&server).await, "end");
        }
    });
}

#[test]
fn of_two_objects_only_one_can_write() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let zombie = server.zombie();
        assert_eq!(zombie.send(post("a")).await.status, 204);
        // This one still believes that the stream is empty.
        assert_eq!(server.send(post("b")).await.status, 503);
        assert_eq!(server.send(post("b")).await.status, 204);
        // And now it is the other one that is behind: by a closure this time.
        assert_eq!(server.send(post("c").header("stream-closed", "true")).await.status, 204);
        assert_eq!(zombie.send(post("d")).await.status, 503);
        assert_eq!(zombie.send(post("d")).await.status, 409);
        assert_eq!(text(&server).await, "abc");
    });
}

#[test]
fn a_zombie_can_not_write_into_the_next_life() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let zombie = server.zombie();
        zombie.send(post("old")).await;
        server.crash_all();
        assert_eq!(server.send(Request::new("DELETE", PATH)).await.status, 204);
        assert_eq!(server.send(put("text/plain")).await.status, 201);
        assert_eq!(zombie.send(post("old")).await.status, 503);
        assert_eq!(zombie.send(produce(0, 0, "new")).await.status, 200);
        assert_eq!(server.zombie().send(Request::new("GET", PATH)).await.text(), "new");
    });
}

#[test]
fn two_creations_at_the_same_time_make_one_stream() {
    run(async {
        let server = Server::new();
        let zombie = server.zombie();
        let (one, two) = (put("text/plain").body("one"), put("text/plain").body("two"));
        let replies = join_all([server.send(one), zombie.send(two)]).await;
        let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 503]);
        assert_eq!(text(&server.zombie()).await.len(), 3);
    });
}

#[test]
fn producers_are_remembered_beyond_what_memory_holds() {
    run(async {
        let server = Server::with(|settings| settings.limits.producers = 2);
        server.send(put("text/plain")).await;
        let produce = |id: usize, seq: u64| {
            let request = post("x").header("producer-id", format!("p{id}"));
            request.header("producer-epoch", 0).header("producer-seq", seq)
        };
        for id in 0..10 {
            assert_eq!(server.send(produce(id, 0)).await.status, 200);
        }
        for id in 0..10 {
            assert_eq!(server.send(produce(id, 0)).await.status, 204, "{id}");
            assert_eq!(server.send(produce(id, 1)).await.status, 200, "{id}");
        }
    });
}

/// In an object that created its stream, and so knew all producers, and without a moment in which nothing is staged.
#[test]
fn only_so_many_producers_stay_in_memory_however_busy_the_stream() {
    run(async {
        let server = Server::with(|settings| settings.limits.producers = 8);
        server.send(put("text/plain")).await;
        let append = async |producer: usize| {
            let request = post("x").header("producer-id", format!("p{producer}"));
            server.send(request.header("producer-epoch", 0).header("producer-seq", 0)).await.status
        };
        for round in 0..10 {
            let statuses = join_all((0..30).map(|producer| append(30 * round + producer))).await;
            assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
        }
        let before = server.database().batches();
        assert_eq!(append(299).await, 204);
        assert_eq!(server.database().batches(), before, "the newest is in memory");
        assert_eq!(append(0).await, 204);
        assert_eq!(server.database().batches(), before + 1, "the oldest is looked up");
        assert_eq!(text(&server).await.len(), 300);
    });
}

#[test]
fn the_queue_is_bounded() {
    run(async {
        let server = Server::with(|settings| settings.limits.queue = 4);
        server.send(put("text/plain")).await;
        let replies = join_all((0..10).map(|_| server.send(post("x")))).await;
        let busy = replies.iter().filter(|reply| reply.status == 429).count();
        assert_eq!(busy, 6);
        assert!(replies.iter().filter(|reply| reply.status == 429).all(|reply| reply.header("retry-after").is_some()));
        assert_eq!(text(&server).await, "xxxx");

        let server = Server::with(|settings| settings.limits.queue_bytes = 100);
        server.send(put("text/plain")).await;
        let replies = join_all((0..10).map(|_| server.send(post(&"x".repeat(40))))).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 204).count(), 3);
    });
}

#[test]
fn bodies_longer_than_a_row_are_split_and_read_whole() {
    run(async {
        let server = Server::with(|settings| (settings.limits.row, settings.limits.message) = (10, 10));
        server.send(put("application/octet-stream")).await;
        let body: Vec<u8> = (0..=255).collect();
        let post = Request::new("POST", PATH).header("content-type", "application/octet-stream").body(body.clone());
        assert_eq!(server.send(post).await.status, 204);
        assert_eq!(server.database().count("SELECT count(*) FROM log"), 26);
        for from_memory in [true, false] {
            if !from_memory {
                server.crash_all();
            }
            assert_eq!(server.send(Request::new("GET", PATH)).await.bytes(), body);
            let middle = server.send(Request::new("GET", &format!("{PATH}?offset=0000000000000013"))).await;
            assert_eq!(middle.bytes(), &body[0x13..]);
        }
    });
}

#[test]
fn a_transaction_is_bounded() {
    run(async {
        let server = Server::with(|settings| settings.limits.transaction = 11);
        server.send(put("text/plain")).await;
        let batches = server.database().batches();
        assert!(join_all((0..41).map(|_| server.send(post("x")))).await.iter().all(|reply| reply.status == 204));
        // The first goes alone; then ten appends and the stream's row at a time.
        assert_eq!(server.database().batches() - batches, 5);

        let server = Server::with(|settings| settings.limits.transaction_bytes = 100);
        server.send(put("text/plain")).await;
        let batches = server.database().batches();
        let long = "x".repeat(50);
        assert!(join_all((0..7).map(|_| server.send(post(&long)))).await.iter().all(|reply| reply.status == 204));
        assert_eq!(server.database().batches() - batches, 4);
    });
}
