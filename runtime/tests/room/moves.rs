//! Idle and ended streams leave databases that fill up.

use crate::setup::{create, delete, fill, hot, read, refused, reported, request, send, server};
use native::{Delivery, Fault, Request, Server, run};
use std::iter::{once, repeat};
use std::time::Duration;

/// Longer than a stream without changes is not idle.
const IDLE_MS: u64 = 700_000;

/// Streams of this size that were created one after the other, and then were idle.
async fn idle(server: &Server, paths: &[&str], size: usize) {
    for path in paths {
        create(server, path, size).await;
        server.run_for(1_000).await;
    }
    server.run_for(IDLE_MS).await;
}

#[test]
fn nothing_moves_from_a_database_that_is_less_than_half_full() {
    run(async {
        let server = server(|_| {});
        idle(&server, &["a", "b"], 100_000).await;
        let batches = server.database().batches();
        assert_eq!(server.make_room().await, Ok(0));
        assert_eq!((hot(&server).len(), server.database().batches() - batches), (2, 1));
        assert_eq!(server.reports(), [""; 0]);
    });
}

#[test]
fn the_streams_that_have_not_changed_for_the_longest_time_move_until_half_is_free() {
    run(async {
        let server = server(|_| {});
        // `a` changes last, so it stays.
        idle(&server, &["d", "a", "c", "b"], 170_000).await;
        assert_eq!(send(&server, "POST", "a", 1).await.status, 204);
        server.run_for(IDLE_MS).await;
        assert_eq!(server.make_room().await, Ok(2));
        assert_eq!(hot(&server), ["a", "b"]);
        assert!(server.database().size() < 500_000, "{}", server.database().size());
        for path in ["a", "b", "c", "d"] {
            assert_eq!(read(&server, path).await.len(), 170_000 + usize::from(path == "a"));
        }
        assert_eq!(reported(&server, "streams_moved"), 1);
        assert_eq!(server.make_room().await, Ok(0));
    });
}

#[test]
fn a_stream_that_changes_stays_and_one_that_has_ended_need_not_be_idle() {
    run(async {
        let server = server(|_| {});
        for path in ["changed", "closed", "deleted"] {
            create(&server, path, 50_000).await;
        }
        create(&server, "large", 500_000).await;
        let fork = request("PUT", "fork").header("stream-forked-from", "/v1/stream/deleted");
        assert_eq!(server.send(fork).await.status, 201);
        assert_eq!(
            server.send(Request::new("POST", "/v1/stream/closed").header("stream-closed", "true")).await.status,
            204
        );
        assert_eq!(delete(&server, "deleted").await, 204);
        assert_eq!(server.make_room().await, Ok(2));
        assert_eq!(hot(&server), ["changed", "large"]);
        assert_eq!((read(&server, "closed").await.len(), read(&server, "fork").await.len()), (50_000, 50_000));
    });
}

/// The row of a stream can be older than its last change.
#[test]
fn the_durable_object_decides_whether_its_stream_is_idle() {
    run(async {
        let server = server(|_| {});
        create(&server, "a", 700_000).await;
        server.database().script("UPDATE streams SET updated_ms = 0");
        assert_eq!((server.make_room().await, hot(&server)), (Ok(0), vec!["a".to_owned()]));
    });
}

#[test]
fn a_run_that_looks_at_some_streams_only_is_continued_by_the_next() {
    run(async {
        let server = server(|settings| {
            (settings.limits.list_rows, settings.limits.database_moves) = (1, 20);
        });
        let paths: Vec<String> = (10..60).map(|number| format!("s{number}")).collect();
        idle(&server, &paths.iter().map(String::as_str).collect::<Vec<_>>(), 10_000).await;
        let mut moved = Vec::new();
        for _ in 0..3 {
            moved.push(server.make_room().await.expect("a run"));
        }
        // Each run looks at 20 streams.
        assert_eq!(moved[..2], [20, 20]);
        assert_eq!(server.database().rows("SELECT path FROM room_sweep")[0]["path"], "");
        assert!(server.database().size() <= 200_000 || hot(&server).is_empty(), "{moved:?}");
    });
}

#[test]
fn a_run_moves_a_limited_number_of_streams() {
    run(async {
        let server = server(|settings| settings.limits.idle_streams = 2);
        idle(&server, &["a", "b", "c", "d", "e"], 160_000).await;
        assert_eq!((server.make_room().await, hot(&server).len()), (Ok(2), 3));
    });
}

#[test]
fn streams_that_are_too_small_stay() {
    run(async {
        let server = server(|_| {});
        idle(&server, &["large", "small"], 100).await;
        assert_eq!(send(&server, "POST", "large", 600_000).await.status, 204);
        server.run_for(IDLE_MS).await;
        assert_eq!((server.make_room().await, hot(&server)), (Ok(1), vec!["small".to_owned()]));
    });
}

#[test]
fn one_stream_that_fails_keeps_no_other_and_is_moved_later() {
    run(async {
        let server = server(|_| {});
        idle(&server, &["a", "b", "c", "d"], 170_000).await;
        server.bucket().inject(once(Fault::Lost));
        assert!(server.make_room().await.is_err());
        assert_eq!(hot(&server), ["a", "d"]);
        assert_eq!(send(&server, "POST", "d", 200_000).await.status, 204);
        server.run_for(60_000).await;
        assert_eq!((server.make_room().await, hot(&server)), (Ok(1), vec!["d".to_owned()]));
    });
}

#[test]
fn a_database_that_fails_keeps_no_other_from_getting_room() {
    run(async {
        let server = Server::sharded(2, |settings| settings.limits.database_size = 1);
        let paths: Vec<String> = (0..12).map(|number| format!("s{number}")).collect();
        idle(&server, &paths.iter().map(String::as_str).collect::<Vec<_>>(), 100_000).await;
        assert!(server.databases().iter().all(|database| database.size() > 500_000));
        server.databases()[0].inject(repeat(Fault::Lost));
        assert!(server.make_room().await.is_err());
        assert!(server.databases()[1].size() < 500_000);
    });
}

#[test]
fn a_run_whose_messages_are_lost_or_late_loses_nothing() {
    run(async {
        let slow = Delivery::Slow { there: Duration::from_secs(90), back: Duration::from_secs(90) };
        for delivery in [Delivery::Hung, Delivery::Unheard, slow] {
            let server = server(|_| {});
            idle(&server, &["a", "b", "c", "d"], 170_000).await;
            server.deliver(once(delivery));
            assert!(server.make_room().await.is_err(), "{delivery:?}");
            server.run_for(300_000).await;
            server.make_room().await.expect("a run");
            assert!(server.database().size() < 500_000, "{delivery:?}");
            for path in ["a", "b", "c", "d"] {
                assert_eq!(read(&server, path).await.len(), 170_000);
            }
        }
    });
}

/// A crash of the Durable Object at each of its requests to the database and the bucket.
#[test]
fn a_durable_object_that_dies_while_it_moves_loses_nothing() {
    run(async {
        for skipped in 0..8 {
            for in_bucket in [false, true] {
                let server = server(|_| {});
                idle(&server, &["a"], 600_000).await;
                let faults = || std::iter::repeat_n(Fault::None, skipped).chain(once(Fault::Hung));
                if in_bucket {
                    server.bucket().inject(faults())
                } else {
                    server.database().inject(faults())
                }
                let asked = server.clone();
                let run = tokio::task::spawn_local(async move { asked.make_room().await });
                tokio::time::sleep(Duration::from_secs(1)).await;
                server.crash("a");
                server.bucket().heal();
                server.database().heal();
                run.abort();
                server.run_for(IDLE_MS).await;
                server.make_room().await.expect("a run");
                assert_eq!(
                    (hot(&server), read(&server, "a").await.len()),
                    (Vec::new(), 600_000),
                    "{skipped} {in_bucket}"
                );
            }
        }
    });
}

#[test]
fn appends_are_served_while_their_stream_moves() {
    run(async {
        let server = server(|_| {});
        idle(&server, &["a"], 600_000).await;
        server.bucket().inject(repeat(Fault::Slow(Duration::from_secs(5))));
        let asked = server.clone();
        let run = tokio::task::spawn_local(async move { asked.make_room().await });
        tokio::time::sleep(Duration::from_secs(1)).await;
        let began = server.now();
        assert_eq!(send(&server, "POST", "a", 10).await.status, 204);
        assert!(server.now() - began < 1_000);
        assert_eq!(run.await.expect("no panic"), Ok(1));
        assert_eq!(read(&server, "a").await.len(), 600_010);
    });
}

#[test]
fn streams_are_created_again_after_a_run() {
    run(async {
        let server = server(|_| {});
        create(&server, "a", 400_000).await;
        fill(&server, "b", 96).await;
        server.run_for(IDLE_MS).await;
        refused(&send(&server, "PUT", "c", 1).await);
        assert_eq!(server.make_room().await, Ok(2));
        create(&server, "c", 1).await;
    });
}
