//! What schedules have found, each as short as it can be told.

use crate::clients::request;
use crate::schedule;
use futures_util::future::join;
use native::{Fault, Request, Server, run};
use std::time::Duration;

/// Longer than debts take to fall due, and than alarms take to be tried again.
const DEBTS_MS: u64 = 300_000;

const LATE: Fault = Fault::Late(Duration::from_secs(2));
const SLOW: Fault = Fault::Slow(Duration::from_millis(20));

fn text(method: &str, path: &'static str, body: &str) -> Request {
    request(method, path).header("content-type", "text/plain").body(body)
}

fn fork(path: &'static str) -> Request {
    request("PUT", path).header("stream-forked-from", "/v1/stream/s")
}

async fn sleep(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// Plays schedules that failed before what they had found was mended, with the runtime as it was then.
fn edge_read(seeds: &[u64]) {
    seeds.iter().for_each(|seed| drop(run(schedule::play(*seed))));
}

/// The debt of a fork was paid before the fork was created, whose source then went without it.
#[test]
fn a_fork_is_not_created_once_its_debt_is_called_in() {
    edge_read(&[255, 959, 3879]);
}

/// An archive that the database refuses was tried again at once, for ever.
#[test]
fn a_refused_archive_takes_its_time() {
    edge_read(&[2455, 2591, 3227]);
}

/// A reader of a deleted life found rows missing, and had the picture of the next life thrown away.
#[test]
fn a_reader_of_one_life_does_no_harm_to_the_next() {
    edge_read(&[1191, 3815]);
}

/// Objects that failed transactions had left in the bucket were restored after the deletion of their stream.
#[test]
fn what_is_deleted_is_not_restored() {
    edge_read(&[27, 199, 919, 2911]);
}

/// A creation that had been given up came after the deletion of the next life.
#[test]
fn a_creation_that_is_too_late_comes_to_nothing() {
    edge_read(&[128, 211, 1791, 2135]);
}

/// An alarm that the platform had given up on left debts and rows behind for good.
#[test]
fn an_alarm_that_is_killed_is_not_the_last() {
    edge_read(&[1011, 1179, 1991, 2839, 3155]);
}

async fn nothing_is_left(server: &Server) {
    server.run_for(DEBTS_MS).await;
    assert_eq!(server.database().leftovers(), []);
}

/// The end of a last fork took its source along in two batches; with the first alone, the source was gone for good.
#[test]
fn a_source_ends_with_its_last_fork_or_keeps_its_edge() {
    run(async {
        for position in 0..10 {
            let server = Server::new();
            server.send(text("PUT", "s", "x")).await;
            server.send(fork("f")).await;
            server.send(request("DELETE", "s")).await;
            server.database().inject(std::iter::repeat_n(Fault::None, position).chain([Fault::Lost]));
            server.send(request("DELETE", "f")).await;
            server.settle().await;
            server.database().heal();
            server.send(request("DELETE", "f")).await;
            nothing_is_left(&server).await;
        }
    });
}

/// What that source left was swept up in the background, and by nothing else after a crash.
#[test]
fn a_source_that_ends_with_its_last_fork_is_tidied_up_after_a_crash() {
    run(async {
        for milliseconds in (0..=120).step_by(5) {
            let server = Server::new();
            server.send(text("PUT", "s", "x")).await;
            server.send(fork("f")).await;
            server.send(request("DELETE", "s")).await;
            server.run_for(DEBTS_MS).await;
            server.database().inject(std::iter::repeat_n(SLOW, 12));
            server.send(request("DELETE", "f")).await;
            sleep(milliseconds).await;
            server.crash_all();
            server.database().heal();
            nothing_is_left(&server).await;
        }
    });
}

/// The alarm for the remains was set only if the creation was already committed when the deletion came.
#[test]
fn a_stream_deleted_while_it_is_created_is_tidied_up_after_a_crash() {
    run(async {
        let server = Server::new();
        server.send(request("HEAD", "s")).await;
        server.database().inject([SLOW]);
        let delete = async {
            sleep(10).await;
            server.send(request("DELETE", "s")).await
        };
        let both = join(server.send(text("PUT", "s", "x")), delete).await;
        assert_eq!((both.0.status, both.1.status), (201, 204));
        server.crash_all();
        nothing_is_left(&server).await;
    });
}

/// An alarm asked for in the middle of a creation fell together with an earlier one, which found nothing yet.
#[test]
fn a_fork_expires_although_an_alarm_rang_while_it_was_created() {
    run(async {
        let server = Server::new();
        server.send(text("PUT", "s", "x")).await;
        server.send(text("PUT", "f", "x")).await;
        server.send(request("DELETE", "f")).await;
        server.settle().await;
        sleep(990).await;
        server.database().inject([SLOW]);
        let alarms = server.run_for(15);
        assert_eq!(join(server.send(fork("f").header("stream-ttl", 1)), alarms).await.0.status, 201);
        server.run_for(DEBTS_MS).await;
        assert_eq!(server.send(request("DELETE", "s")).await.status, 204);
        nothing_is_left(&server).await;
    });
}

/// The alarm for the remains rings a second after the deletion was asked for, and finds nothing to do yet.
#[test]
fn a_deletion_that_is_committed_after_its_alarm_is_tidied_up() {
    run(async {
        let server = Server::new();
        server.send(text("PUT", "s", "x")).await;
        server.database().inject([LATE]);
        assert_eq!(server.send(request("DELETE", "s")).await.status, 503);
        nothing_is_left(&server).await;
    });
}

/// After a deletion that came late, the object believes in a stream whose rows the alarm has removed. Reads fail, and
/// failing, teach it nothing.
#[test]
fn a_reader_of_a_stream_that_was_deleted_late_is_told_so() {
    run(async {
        let server = Server::new();
        server.send(text("PUT", "s", "x")).await;
        server.database().inject([Fault::Late(Duration::from_millis(500))]);
        assert_eq!(server.send(request("DELETE", "s")).await.status, 503);
        assert_eq!(server.send(request("GET", "s")).await.text(), "x");
        server.run_for(10_000).await;
        let statuses = [server.send(request("GET", "s")).await.status, server.send(request("GET", "s")).await.status];
        assert_eq!(statuses[1], 404, "{statuses:?}");
    });
}

/// A producer is looked up in the database, which may be ahead of what the object knows of the stream: then a retry is
/// acknowledged, and readers don't see what it acknowledges until something else is written.
#[test]
fn what_a_retry_is_told_of_is_there_to_be_read() {
    run(async {
        let server = Server::new();
        let produce = || {
            let request = text("POST", "s", "x").header("producer-id", "p").header("stream-closed", true);
            request.header("producer-epoch", 0).header("producer-seq", 0)
        };
        server.send(text("PUT", "s", "")).await;
        server.database().inject([Fault::Late(Duration::from_millis(10))]);
        assert_eq!(server.send(produce()).await.status, 503);
        assert_eq!(server.send(request("GET", "s")).await.text(), "");
        sleep(20).await;
        // It may well say that it has to look again.
        let mut retry = server.send(produce()).await;
        if retry.status == 503 {
            retry = server.send(produce()).await;
        }
        assert_eq!((retry.status, retry.header("stream-closed")), (204, Some("true")));
        assert_eq!(server.send(request("GET", "s")).await.text(), "x");
    });
}

/// The alarm for a short lifetime rang before the creation that came late, and found nothing to end.
#[test]
fn a_stream_that_is_created_after_it_has_expired_is_tidied_up() {
    run(async {
        for crashes in [false, true] {
            let server = Server::new();
            server.database().inject([Fault::None, LATE]);
            assert_eq!(server.send(text("PUT", "s", "x").header("stream-ttl", 1)).await.status, 503);
            server.run_for(1_500).await;
            if crashes {
                server.crash_all();
            }
            nothing_is_left(&server).await;
        }
    });
}
