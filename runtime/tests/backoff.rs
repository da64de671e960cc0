//! Databases that read and refuse writes, or lose them: moving a stream to the bucket is tried again, ever more seldom, and
//! takes nothing else down with it.

use native::{Fault, Request, Server, run};
use std::time::Duration;

const PATH: &str = "/v1/stream/s";

fn put() -> Request {
    Request::new("PUT", PATH).header("content-type", "text/plain")
}

fn post(body: impl Into<Vec<u8>>) -> Request {
    Request::new("POST", PATH).header("content-type", "text/plain").body(body)
}

async fn status(server: &Server, request: Request) -> u16 {
    server.send(request).await.status
}

async fn read(server: &Server) -> String {
    let (mut text, mut offset) = (String::new(), "-1".to_owned());
    loop {
        let page = server.send(Request::new("GET", &format!("{PATH}?offset={offset}"))).await;
        assert_eq!(page.status, 200, "{}", page.text());
        text += &page.text();
        if page.header("stream-up-to-date").is_some() {
            return text;
        }
        offset = page.header("stream-next-offset").unwrap().to_owned();
    }
}

fn count(server: &Server, table: &str) -> u64 {
    server.database().count(&format!("SELECT count(*) FROM {table}"))
}

/// Moves every row as soon as the alarm rings, and merges two segments.
fn server() -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.hot_rows, limits.hot, limits.snapshot, limits.segment, limits.block, limits.merge) =
            (0, 0, 1, 1000, 16, 2);
        (limits.tail_cache, limits.page) = (0, 24);
    })
}

/// Has the database refuse rows for segments, as if it were full. It reads, and takes everything else.
fn fill(server: &Server) {
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON segments BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END";
    server.database().script(full);
}

fn empty(server: &Server) {
    server.database().script("DROP TRIGGER full");
}

/// When each object was put, as far as the number of them tells, in seconds after now.
async fn puts(server: &Server, seconds: u64) -> Vec<u64> {
    let (mut requests, mut times) = (server.bucket().requests(), Vec::new());
    for second in 0..=seconds {
        server.run_for(1_000).await;
        if server.bucket().requests() > requests {
            times.push(second);
            requests = server.bucket().requests();
        }
    }
    times
}

fn assert_counted(server: &Server) {
    let rows = server.database().rows(
        "SELECT hot_rows, hot_bytes, (SELECT count(*) FROM log) AS rows, \
         (SELECT coalesce(sum(stop - start), 0) FROM log) AS bytes FROM streams",
    );
    assert_eq!((&rows[0]["hot_rows"], &rows[0]["hot_bytes"]), (&rows[0]["rows"], &rows[0]["bytes"]));
}

#[test]
fn an_archive_that_is_refused_is_tried_ever_more_seldom_and_leaves_one_object() {
    run(async {
        let server = server();
        assert_eq!(status(&server, put().body("abc")).await, 201);
        fill(&server);
        let batches = server.database().batches();
        server.run_for(24 * 3_600_000).await;
        assert_eq!(server.bucket().keys().len(), 1);
        assert_eq!(server.bucket().requests(), 1);
        // 10 s, doubling up to an hour: some 32 attempts, and for each of them an alarm for a late batch.
        let batches = server.database().batches() - batches;
        assert!((60..600).contains(&batches), "{batches} batches in a day");
        empty(&server);
        server.run_for(2 * 3_600_000).await;
        assert_eq!((count(&server, "log"), count(&server, "segments"), server.bucket().keys().len()), (0, 1, 1));
        assert_eq!(read(&server).await, "abc");
        assert_counted(&server);
    });
}

#[test]
fn an_alarm_that_rings_early_waits_for_its_time() {
    run(async {
        let server = server();
        status(&server, put().body("abc")).await;
        fill(&server);
        server.run_for(1).await;
        let due = server.alarm("s").unwrap();
        assert!((9_900..=10_100).contains(&(due - server.now())), "{}", due - server.now());
        // Loading the stream anew does not set it for now.
        for _ in 0..5 {
            assert_eq!(status(&server, post("d")).await, 204);
            server.settle().await;
            assert!(server.alarm("s").unwrap() >= due);
        }
        server.database().inject([Fault::Lost]);
        assert_eq!(status(&server, post("e")).await, 503);
        assert_eq!(status(&server, post("e")).await, 204);
        server.settle().await;
        assert!(server.alarm("s").unwrap() >= due);
        assert_eq!(server.bucket().requests(), 1);
    });
}

#[test]
fn a_database_that_only_reads_is_not_asked_at_once_again() {
    run(async {
        let server = server();
        status(&server, put().body("abc")).await;
        server.database().inject(std::iter::repeat(Fault::ReadOnly));
        let times = puts(&server, 100).await;
        assert_eq!(times.len(), 1, "{times:?}");
        assert_eq!(server.bucket().keys().len(), 1);
        assert_eq!(read(&server).await, "abc");
        server.database().heal();
        server.run_for(400_000).await;
        assert_eq!((count(&server, "log"), count(&server, "segments"), server.bucket().keys().len()), (0, 1, 1));
    });
}

#[test]
fn appends_do_not_fail_with_an_archive() {
    run(async {
        let server = server();
        status(&server, put().body("abc")).await;
        fill(&server);
        let mut expected = "abc".to_owned();
        // Alarms ring, and archives fail, while appends are under way.
        let alarms = server.clone();
        let alarms = tokio::task::spawn_local(async move { alarms.run_for(60_000).await });
        for number in 0..600 {
            let replies = (0..3).map(|part| status(&server, post(format!("{number}.{part},"))));
            assert_eq!(futures_util::future::join_all(replies).await, [204; 3], "{:?}", server.reports());
            (0..3).for_each(|part| expected += &format!("{number}.{part},"));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        alarms.await.unwrap();
        assert!(server.reports().iter().any(|report| report.contains(r#""event":"move_failed""#)));
        assert_counted(&server);
        assert_eq!(read(&server).await, expected);
        empty(&server);
        server.run_for(4_000_000).await;
        server.crash_all();
        assert_eq!(count(&server, "log"), 0);
        assert_counted(&server);
        assert_eq!(read(&server).await, expected);
    });
}

#[test]
fn appends_behind_a_move_hold_whatever_becomes_of_it() {
    run(async {
        let slow = Duration::from_secs(3);
        for fault in [Fault::Lost, Fault::Unheard, Fault::ReadOnly, Fault::Late(slow), Fault::Slow(slow)] {
            // The batch that it happens to: looking for debts, reading rows, archiving, merging, …
            for at in 0..14 {
                let server = server();
                status(&server, put().body("abc,")).await;
                server.run_for(1_000).await;
                assert_eq!(status(&server, post("def,")).await, 204);
                server.database().inject((0..at).map(|_| Fault::None).chain([fault]));
                let alarm = server.clone();
                let alarm = tokio::task::spawn_local(async move { alarm.run_for(1).await });
                let mut expected = vec!["abc,def,".to_owned()];
                for number in 0..8 {
                    let body = format!("{number},");
                    let appended = status(&server, post(body.clone())).await == 204;
                    let old = if appended { Vec::new() } else { expected.clone() };
                    expected.iter_mut().for_each(|text| *text += &body);
                    expected.extend(old);
                }
                alarm.await.unwrap();
                server.database().heal();
                server.run_for(400_000).await;
                let text = read(&server).await;
                assert!(expected.contains(&text), "{fault:?} at {at}: {text}");
                server.crash_all();
                assert_eq!(read(&server).await, text, "{fault:?} at {at}");
                assert_eq!((count(&server, "log"), count(&server, "discarded")), (0, 0), "{fault:?} at {at}");
                assert_counted(&server);
                // What is put is named, or was removed. One may be left, where nobody knows of a put or of its transaction.
                let named = count(&server, "segments");
                assert!(server.bucket().keys().len() as u64 <= named + 1, "{fault:?} at {at}");
            }
        }
    });
}

#[test]
fn an_object_that_was_put_without_an_answer_is_put_again_as_the_same() {
    run(async {
        let late = Duration::from_secs(15);
        for fault in [Fault::Unheard, Fault::Late(late), Fault::Lost] {
            let server = server();
            status(&server, put().body("abc,")).await;
            server.bucket().inject([fault]);
            server.run_for(1_000).await;
            // More is there when it is tried again, and what was put first is only of what was there then.
            assert_eq!(status(&server, post("def,")).await, 204);
            server.run_for(400_000).await;
            assert_eq!((count(&server, "log"), count(&server, "segments")), (0, 1), "{fault:?}");
            let named = server.database().rows("SELECT object FROM segments");
            assert_eq!(server.bucket().keys(), [named[0]["object"].as_str().unwrap()], "{fault:?}");
            assert_eq!(read(&server).await, "abc,def,");
        }
    });
}

#[test]
fn an_old_object_is_not_named_since_the_sweep_may_remove_it() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.hot, limits.snapshot, limits.merge) = (0, 0, 1, usize::MAX);
            limits.orphan_grace = Duration::from_secs(3_600);
        });
        status(&server, put().body("abc")).await;
        fill(&server);
        server.run_for(3 * 3_600_000).await;
        assert!(server.bucket().keys().len() > 1);
        server.sweep_orphans().await.unwrap();
        empty(&server);
        server.run_for(2 * 3_600_000).await;
        assert_eq!(count(&server, "segments"), 1);
        assert_eq!(read(&server).await, "abc");
    });
}
