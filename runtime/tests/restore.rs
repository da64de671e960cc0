//! Streams made whole again from the bucket, after their part in the database was lost or rolled back.

use native::{Fault, Reply, Request, Server, run};
use std::time::Duration;

const TABLES: [&str; 7] = ["streams", "edges", "debts", "log", "producers", "segments", "discarded"];

fn path(name: &str) -> String {
    format!("/v1/stream/{name}")
}

fn server(hot_rows: usize) -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.hot_rows, limits.snapshot, limits.block, limits.merge) = (hot_rows, 1, 16, 2);
        (limits.tail_cache, limits.page) = (0, 24);
    })
}

async fn create(server: &Server, name: &str, body: &str) {
    let create = Request::new("PUT", &path(name)).header("content-type", "text/plain; charset=utf-8").body(body);
    assert_eq!(server.send(create).await.status, 201);
}

async fn append(server: &Server, name: &str, body: &str) -> u16 {
    let append = Request::new("POST", &path(name)).header("content-type", "text/plain; charset=utf-8").body(body);
    server.send(append).await.status
}

async fn close(server: &Server, name: &str) {
    assert_eq!(server.send(Request::new("POST", &path(name)).header("stream-closed", "true")).await.status, 204);
}

async fn restore(server: &Server, name: &str) -> Reply {
    server.send(Request::new("POST", &format!("/v1/restore/{name}"))).await
}

/// Status and content.
async fn read(server: &Server, name: &str) -> (u16, String) {
    let (mut text, mut offset) = (String::new(), "-1".to_owned());
    loop {
        let page = server.send(Request::new("GET", &format!("{}?offset={offset}", path(name)))).await;
        if page.status != 200 {
            return (page.status, text);
        }
        text += &page.text();
        if page.header("stream-up-to-date").is_some() {
            return (200, text);
        }
        offset = page.header("stream-next-offset").unwrap().to_owned();
    }
}

/// Writes `pieces`, and lets what is to move move after each.
async fn write(server: &Server, name: &str, pieces: &[&str]) {
    for piece in pieces {
        assert_eq!(append(server, name, piece).await, 204);
        server.run_for(1_000).await;
    }
}

fn lose_everything(server: &Server) {
    TABLES.iter().for_each(|table| server.database().script(&format!("DELETE FROM {table}")));
    server.crash_all();
}

/// Remembers what the database holds.
fn bookmark(server: &Server) {
    for table in TABLES {
        server.database().script(&format!("CREATE TEMP TABLE old_{table} AS SELECT * FROM {table}"));
    }
}

/// Makes the database hold what it held.
fn roll_back(server: &Server) {
    for table in TABLES {
        server.database().script(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM old_{table}"));
    }
    server.crash_all();
}

#[test]
fn a_stream_that_the_database_has_lost_comes_back() {
    run(async {
        for ends in [false, true] {
            let server = server(0);
            create(&server, "a/b", "one, ").await;
            write(&server, "a/b", &["two, ", "three, ", "four"]).await;
            if ends {
                close(&server, "a/b").await;
            }
            server.run_for(100_000).await;
            lose_everything(&server);
            assert_eq!(read(&server, "a/b").await.0, 404);
            let reply = restore(&server, "a/b").await;
            assert_eq!((reply.status, reply.header("stream-next-offset")), (200, Some("0000000000000015")));
            assert!(reply.text().contains("is lost"), "{}", reply.text());
            for _ in 0..2 {
                assert_eq!(read(&server, "a/b").await, (200, "one, two, three, four".to_owned()));
                server.crash_all();
            }
            let head = server.send(Request::new("HEAD", &path("a/b"))).await;
            assert_eq!(head.header("content-type"), Some("text/plain; charset=utf-8"));
            // The end of a stream that ended with nothing left to move is nowhere to be found.
            assert_eq!(append(&server, "a/b", ", five").await, 204);
            write(&server, "a/b", &["!"]).await;
            assert_eq!(read(&server, "a/b").await.1, "one, two, three, four, five!");
            // It can be done again, and then there is nothing to do.
            assert_eq!(restore(&server, "a/b").await.status, 200);
            assert_eq!(read(&server, "a/b").await.1, "one, two, three, four, five!");
            server.run_for(200_000).await;
            assert_eq!(server.send(Request::new("DELETE", &path("a/b"))).await.status, 204);
            server.run_for(200_000).await;
            server.sweep_orphans().await.unwrap();
            server.database().script("DELETE FROM orphan_sweep");
            assert_eq!(server.database().leftovers(), []);
        }
    });
}

#[test]
fn what_a_stream_was_created_to_comes_back() {
    run(async {
        let server = server(0);
        let terms = [
            ("brief", vec![("stream-ttl", "600")]),
            ("dated", vec![("stream-expires-at", "2100-01-01T00:00:00Z"), ("stream-retain-age", "0")]),
            ("short", vec![("stream-retain-bytes", "150"), ("stream-retain-age", "600")]),
            ("plain", vec![]),
        ];
        for (name, headers) in &terms {
            let create = Request::new("PUT", &path(name)).header("content-type", "text/plain; charset=utf-8");
            let create = headers.iter().fold(create, |create, (name, value)| create.header(name, value));
            assert_eq!(server.send(create).await.status, 201);
            write(&server, name, &["one, ", "two, ", "three"]).await;
        }
        lose_everything(&server);
        for (name, headers) in &terms {
            let reply = restore(&server, name).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            let head = server.send(Request::new("HEAD", &path(name))).await;
            for header in ["stream-ttl", "stream-expires-at", "stream-retain-bytes", "stream-retain-age"] {
                let expected = headers.iter().find(|(name, _)| *name == header).map(|(_, value)| *value);
                assert_eq!(head.header(header), expected, "{header} of {name}");
            }
            let (status, text) = read(&server, name).await;
            // Of one that is not kept as a whole, more may be found than was kept.
            let whole = text == "one, two, three" || (*name == "short" && "one, two, three".ends_with(&text));
            assert!(status == 200 && whole && text.ends_with("three"), "{name}: {text}");
        }
        // They live by it, too, whoever looks.
        server.run_for(300_000).await;
        server.crash_all();
        write(&server, "short", &[", four"]).await;
        assert_eq!(read(&server, "brief").await.0, 200);
        server.run_for(700_000).await;
        assert_eq!(read(&server, "dated").await, (200, "one, two, three".to_owned()));
        assert_eq!(read(&server, "plain").await, (200, "one, two, three".to_owned()));
        assert_eq!(read(&server, "short").await, (200, String::new()));
        // Its rows go, too, though nobody has looked.
        assert_eq!(server.database().count("SELECT count(*) FROM streams WHERE path = 'brief'"), 0);
        assert_eq!(read(&server, "brief").await.0, 404);
    });
}

#[test]
fn what_has_expired_meanwhile_does_not_come_back() {
    run(async {
        let server = server(0);
        let create = Request::new("PUT", &path("s")).header("content-type", "text/plain; charset=utf-8");
        let soon = server.send(create.header("stream-expires-at", "2026-01-01T00:10:00Z").body("brief")).await;
        assert_eq!(soon.status, 201);
        server.run_for(1_000).await;
        assert_eq!(server.bucket().keys().len(), 1);
        lose_everything(&server);
        server.run_for(600_000).await;
        let reply = restore(&server, "s").await;
        assert_eq!(reply.status, 409);
        assert!(reply.text().contains("it has expired"), "{}", reply.text());
        assert_eq!(read(&server, "s").await.0, 404);
    });
}

#[test]
fn a_stream_that_moved_when_it_ended_comes_back_ended() {
    run(async {
        let server = server(100);
        create(&server, "s", "all of it").await;
        close(&server, "s").await;
        server.run_for(1_000).await;
        lose_everything(&server);
        assert_eq!(restore(&server, "s").await.status, 200);
        assert_eq!(read(&server, "s").await.1, "all of it");
        assert_eq!(append(&server, "s", "more").await, 409);
    });
}

#[test]
fn a_stream_that_was_rolled_back_is_made_whole() {
    run(async {
        let server = server(2);
        create(&server, "s", "1,").await;
        write(&server, "s", &["2,", "3,", "4,", "5,"]).await;
        bookmark(&server);
        write(&server, "s", &["6,", "7,", "8,", "9,", "10,"]).await;
        server.run_for(100_000).await;
        let cold = server.database().count("SELECT max(stop) FROM segments");
        roll_back(&server);
        // Segments are named that have been replaced since.
        assert_eq!(read(&server, "s").await.0, 500);
        assert_eq!(restore(&server, "s").await.status, 200);
        let (_, text) = read(&server, "s").await;
        assert_eq!(text, "1,2,3,4,5,6,7,8,9,10,"[..cold as usize]);
        write(&server, "s", &["x", "y", "z"]).await;
        assert_eq!(read(&server, "s").await.1, format!("{text}xyz"));
    });
}

#[test]
fn what_was_written_since_is_not_overwritten() {
    run(async {
        let server = server(2);
        create(&server, "s", "1,").await;
        bookmark(&server);
        write(&server, "s", &["2,", "3,", "4,"]).await;
        server.run_for(100_000).await;
        roll_back(&server);
        assert_eq!(append(&server, "s", "B,").await, 204);
        let before = read(&server, "s").await;
        let reply = restore(&server, "s").await;
        assert_eq!(reply.status, 409);
        assert!(reply.text().contains("differs from the data in R2"), "{}", reply.text());
        assert_eq!(read(&server, "s").await, before);
        server.crash_all();
        assert_eq!(read(&server, "s").await, (200, "1,B,".to_owned()));
    });
}

#[test]
fn what_can_not_be_made_whole_stays_as_it_is() {
    run(async {
        let server = server(0);
        create(&server, "s", &"a".repeat(16)).await;
        server.run_for(1_000).await;
        let reply = restore(&server, "never").await;
        assert_eq!(reply.status, 409);
        assert!(reply.text().contains("not-restorable"), "{}", reply.text());
        // The only segment is damaged.
        let key = server.bucket().keys()[0].clone();
        server.bucket().damage(&key, |bytes| bytes[60] ^= 1);
        let reply = restore(&server, "s").await;
        assert_eq!(reply.status, 409);
        assert!(reply.text().contains("the data from 0000000000000000 to "), "{}", reply.text());
        assert_eq!(server.database().count("SELECT count(*) FROM segments"), 1);
        // What was deleted is not brought back.
        server.bucket().inject(std::iter::repeat(Fault::Lost));
        assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
        server.run_for(1).await;
        server.bucket().heal();
        assert_eq!(server.bucket().keys().len(), 1);
        assert_eq!(restore(&server, "s").await.status, 409);
    });
}

#[test]
fn forks_that_were_rolled_back_are_made_whole_after_their_source() {
    run(async {
        let server = server(0);
        create(&server, "s", "source, ").await;
        server.run_for(1_000).await;
        let fork = Request::new("PUT", &path("f")).header("stream-forked-from", path("s"));
        assert_eq!(server.send(fork).await.status, 201);
        write(&server, "f", &["fork, "]).await;
        bookmark(&server);
        write(&server, "f", &["more"]).await;
        server.run_for(100_000).await;
        roll_back(&server);
        assert_eq!(restore(&server, "f").await.status, 200);
        assert_eq!(read(&server, "f").await.1, "source, fork, more");
        // Of a fork that is lost, nothing says where its beginning is: so it begins with what is its own.
        lose_everything(&server);
        let reply = restore(&server, "f").await;
        assert_eq!(reply.status, 200);
        assert!(reply.text().contains("It begins at 0000000000000008"), "{}", reply.text());
        assert_eq!(read(&server, "f").await, (200, "fork, more".to_owned()));
        assert_eq!(restore(&server, "s").await.status, 200);
        assert_eq!(read(&server, "s").await.1, "source, ");
    });
}

#[test]
fn a_restoration_that_fails_can_be_tried_again() {
    run(async {
        let faults = [Fault::Lost, Fault::Unheard, Fault::Late(Duration::from_millis(500))];
        for fault in faults {
            for at in 0..5 {
                for in_bucket in [false, true] {
                    let server = server(0);
                    create(&server, "s", "one, ").await;
                    write(&server, "s", &["two, ", "three"]).await;
                    server.run_for(100_000).await;
                    lose_everything(&server);
                    let faults = (0..at).map(|_| Fault::None).chain([fault]);
                    if in_bucket {
                        server.bucket().inject(faults)
                    } else {
                        server.database().inject(faults)
                    }
                    let first = restore(&server, "s").await.status;
                    assert!(matches!(first, 200 | 503), "{first}");
                    server.bucket().heal();
                    server.database().heal();
                    server.run_for(1_000).await;
                    let again = restore(&server, "s").await.status;
                    assert!(again == 200 || restore(&server, "s").await.status == 200);
                    assert_eq!(read(&server, "s").await, (200, "one, two, three".to_owned()));
                }
            }
        }
    });
}

/// A server on which a transaction was lost after its object was put, so that no row names it.
async fn with_an_unnamed_object() -> Server {
    let server = server(0);
    create(&server, "s", "secret of the user").await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON segments BEGIN SELECT RAISE(ABORT, 'full'); END";
    server.database().script(full);
    server.run_for(1_000).await;
    server.database().script("DROP TRIGGER full");
    server.crash_all();
    server.run_for(200_000).await;
    assert_eq!((server.bucket().keys().len(), server.database().count("SELECT count(*) FROM segments")), (2, 1));
    server
}

async fn restore_deleted(server: &Server, name: &str) -> Reply {
    let restore = Request::new("POST", &format!("/v1/restore/{name}"));
    server.send(restore.header("stream-restore-deleted", "true")).await
}

#[test]
fn what_was_deleted_is_removed_though_no_row_names_it() {
    run(async {
        let server = with_an_unnamed_object().await;
        assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
        server.run_for(10_000).await;
        assert!(server.bucket().keys().is_empty(), "{:?}", server.bucket().keys());
        assert_eq!(server.database().leftovers(), []);
        let reply = restore(&server, "s").await;
        assert_eq!(reply.status, 409);
        assert!(reply.text().contains("urn:durable-streams:problem:stream-deleted"), "{}", reply.text());
        let reply = restore_deleted(&server, "s").await;
        assert_eq!(reply.status, 409);
        assert!(reply.text().contains("R2 has no data of the deleted stream"), "{}", reply.text());
        assert_eq!(read(&server, "s").await.0, 404);
    });
}

#[test]
fn an_object_that_comes_after_a_deletion_brings_nothing_back() {
    run(async {
        let server = server(0);
        create(&server, "s", "secret of the user").await;
        // The put arrives late, when everything else is gone.
        server.bucket().inject([Fault::Late(Duration::from_secs(60))]);
        server.run_for(1).await;
        server.bucket().heal();
        server.crash_all();
        assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
        server.run_for(200_000).await;
        assert_eq!((server.bucket().keys().len(), server.database().leftovers()), (1, vec![]));
        let reply = restore(&server, "s").await;
        assert_eq!(reply.status, 409);
        assert!(reply.text().contains("Stream-Restore-Deleted: true"), "{}", reply.text());
        assert_eq!(read(&server, "s").await.0, 404);
        // The tombstone stays longer than the object, which the sweep of orphans removes.
        server.run_for(8 * 86_400_000).await;
        assert_eq!(server.sweep_orphans().await.unwrap().covered, 1);
        assert!(server.bucket().keys().is_empty());
        assert_eq!(restore(&server, "s").await.status, 409);
    });
}

#[test]
fn what_was_deleted_comes_back_if_it_is_asked_for() {
    run(async {
        for expires in [false, true] {
            let server = server(0);
            let create = Request::new("PUT", &path("s")).header("content-type", "text/plain; charset=utf-8");
            let create = if expires { create.header("stream-ttl", 5) } else { create };
            assert_eq!(server.send(create.body("one, ")).await.status, 201);
            write(&server, "s", &["two, ", "three"]).await;
            // The bucket removes nothing for now.
            server.bucket().inject(std::iter::repeat(Fault::ReadOnly));
            if !expires {
                assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
            }
            server.run_for(20_000).await;
            assert_eq!(read(&server, "s").await.0, 404);
            assert_eq!(restore(&server, "s").await.status, 409);
            let reply = restore_deleted(&server, "s").await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            server.bucket().heal();
            // Nothing of what was to be removed is, from now on.
            server.crash_all();
            server.run_for(if expires { 1_000 } else { 200_000 }).await;
            assert_eq!(read(&server, "s").await, (200, "one, two, three".to_owned()));
            assert_eq!(server.database().count("SELECT count(*) FROM garbage"), 0);
            assert_eq!(server.database().count("SELECT count(*) FROM tombstones"), 0);
            // And it can be deleted again.
            assert_eq!(append(&server, "s", "four").await, 204);
            assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
            server.run_for(200_000).await;
            assert!(server.bucket().keys().is_empty());
            assert_eq!(server.database().leftovers(), []);
        }
    });
}

#[test]
fn an_older_life_does_not_take_the_place_of_a_deleted_one() {
    run(async {
        let server = server(0);
        create(&server, "s", "old, ").await;
        server.run_for(1_000).await;
        let old = server.bucket().keys()[0].clone();
        let bytes = runtime::host::Bucket::get(server.bucket(), &old, 0..1 << 20).await.unwrap().unwrap();
        assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
        server.run_for(1_000).await;
        create(&server, "s", "new, ").await;
        server.run_for(1_000).await;
        assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
        server.run_for(1_000).await;
        runtime::host::Bucket::put(server.bucket(), &old, bytes).await.unwrap();
        assert_eq!(restore(&server, "s").await.status, 409);
        assert_eq!(restore_deleted(&server, "s").await.status, 409);
        assert_eq!(read(&server, "s").await.0, 404);
    });
}

#[test]
fn paths_that_begin_alike_for_long_are_not_mistaken_for_each_other() {
    run(async {
        let server = server(0);
        let names = ["x".repeat(700), "x".repeat(700) + "y", "x".repeat(690), "x".repeat(900)];
        for name in &names {
            create(&server, name, &format!("{}, ", name.len())).await;
            write(&server, name, &["more"]).await;
        }
        // The damaged beginning of an object says nothing, and another object of that life is asked.
        let key = server.bucket().keys().last().unwrap().clone();
        server.bucket().damage(&key, |bytes| bytes[0] ^= 1);
        lose_everything(&server);
        server.bucket().damage(&key, |bytes| bytes[0] ^= 1);
        for name in &names {
            let reply = restore(&server, name).await;
            assert_eq!(reply.status, 200, "{}: {}", name.len(), reply.text());
            assert_eq!(read(&server, name).await, (200, format!("{}, more", name.len())));
        }
        let other = "x".repeat(690) + "other";
        let reply = restore(&server, &other).await;
        assert!(reply.status == 409 && reply.text().contains("no such stream"), "{}", reply.text());
    });
}

/// A stream of nine segments, of which a request may check about three.
async fn long(server: &Server) -> String {
    create(server, "s", "0,").await;
    let mut text = "0,".to_owned();
    for number in 1..10 {
        let piece = format!("{number},");
        write(server, "s", &[&piece]).await;
        text += &piece;
    }
    text
}

fn in_steps() -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.hot_rows, limits.snapshot, limits.block, limits.merge) = (0, 1, 16, usize::MAX);
        (limits.tail_cache, limits.page, limits.restore_bytes) = (0, 24, 500);
    })
}

#[test]
fn a_long_restoration_goes_on_where_it_was() {
    run(async {
        let server = in_steps();
        let text = long(&server).await;
        lose_everything(&server);
        let (mut steps, mut read_bytes) = (0, server.bucket().bytes_read());
        loop {
            let reply = restore(&server, "s").await;
            let bytes = server.bucket().bytes_read() - read_bytes;
            assert!(bytes <= 500, "{bytes}");
            read_bytes += bytes;
            if reply.status == 200 {
                break;
            }
            steps += 1;
            assert_eq!((reply.status, reply.header("retry-after")), (202, Some("1")));
            assert!(reply.text().contains("of 9 objects have been checked"), "{}", reply.text());
            assert_eq!(server.database().count("SELECT count(*) FROM streams"), 0);
            assert!(steps < 10);
        }
        assert!(steps >= 2, "{steps}");
        // Each object was read once.
        let all = runtime::host::Bucket::list(server.bucket(), "", "").await.unwrap();
        assert!(server.bucket().bytes_read() < 2 * 9 * all.objects[0].bytes);
        assert_eq!(read(&server, "s").await, (200, text));
    });
}

#[test]
fn what_is_checked_has_a_bound() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.snapshot, limits.merge, limits.restore_segments) = (0, 1, usize::MAX, 8);
        });
        long(&server).await;
        lose_everything(&server);
        let reply = restore(&server, "s").await;
        assert!(reply.status == 409 && reply.text().contains("at most 8 are restored"), "{}", reply.text());
    });
}

#[test]
fn ten_restorations_at_once_are_one_and_appends_do_not_wait_for_them() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.snapshot, limits.block, limits.merge) = (0, 1, 16, usize::MAX);
            (limits.tail_cache, limits.page) = (0, 24);
        });
        let mut text = long(&server).await;
        // D1 has lost what names them; the bucket is slow.
        server.database().script("DELETE FROM segments");
        server.bucket().inject(std::iter::repeat(Fault::Slow(Duration::from_secs(1))));
        let requests = server.bucket().requests();
        let began = server.now();
        let restorations: Vec<_> = (0..10)
            .map(|_| {
                let server = server.clone();
                tokio::task::spawn_local(async move { restore(&server, "s").await })
            })
            .collect();
        let mut appended = 0;
        while !restorations[0].is_finished() {
            let before = server.now();
            let piece = format!("a{appended},");
            assert_eq!(append(&server, "s", &piece).await, 204);
            text += &piece;
            assert!(server.now() - before < 100, "an append took {} ms", server.now() - before);
            appended += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(appended > 50 && server.now() - began > 5_000, "{appended}");
        for restoration in restorations {
            let reply = restoration.await.unwrap();
            assert_eq!(reply.status, 200, "{} {:?}", reply.text(), server.reports());
        }
        // Each object is read once, and there is a list before and after that.
        assert!(server.bucket().requests() - requests <= 9 + 2 * 4, "{}", server.bucket().requests() - requests);
        server.bucket().heal();
        assert_eq!(read(&server, "s").await, (200, text.clone()));
        server.run_for(200_000).await;
        server.crash_all();
        assert_eq!(read(&server, "s").await, (200, text));
        let lies = "SELECT count(*) FROM streams WHERE hot_rows <> (SELECT count(*) FROM log)";
        assert_eq!(server.database().count(lies), 0);
    });
}

#[test]
fn rows_are_packed_and_moved_around_a_restoration() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.snapshot, limits.block, limits.merge) = (6, 1, 16, 2);
            (limits.tail_cache, limits.page) = (0, 24);
        });
        let mut expected = long(&server).await.len();
        for round in 0..20 {
            // Several appends become one row, while a restoration and alarms are under way.
            let appends = (0..5).map(|_| append(&server, "s", "xy"));
            let restoring = restore(&server, "s");
            let ((appended, reply), ()) = futures_util::future::join(
                futures_util::future::join(futures_util::future::join_all(appends), restoring),
                server.run_for(20),
            )
            .await;
            assert_eq!(appended, [204; 5]);
            assert!(matches!(reply.status, 200 | 503), "{round}: {}", reply.text());
            expected += 10;
        }
        server.settle().await;
        let lies = "SELECT count(*) FROM streams WHERE hot_rows <> (SELECT count(*) FROM log) \
                    OR hot_bytes <> (SELECT coalesce(sum(stop - start), 0) FROM log)";
        assert_eq!(server.database().count(lies), 0, "{:?}", server.database().rows("SELECT * FROM streams"));
        assert_eq!(read(&server, "s").await.1.len(), expected);
        server.crash_all();
        assert_eq!(read(&server, "s").await.1.len(), expected);
    });
}

#[test]
fn a_restoration_with_any_fault_never_loses_what_was_deleted_or_not() {
    run(async {
        let late = Duration::from_millis(700);
        for fault in [Fault::Lost, Fault::Unheard, Fault::Late(late), Fault::ReadOnly] {
            for at in 0..12 {
                let server = server(0);
                create(&server, "s", "one, ").await;
                write(&server, "s", &["two"]).await;
                server.bucket().inject(std::iter::repeat(Fault::ReadOnly));
                assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
                server.settle().await;
                server.bucket().heal();
                server.database().inject((0..at).map(|_| Fault::None).chain([fault]));
                let first = restore_deleted(&server, "s").await.status;
                server.database().heal();
                server.run_for(200_000).await;
                let found = read(&server, "s").await;
                // Either it is there as a whole, or all of it is gone.
                match found.0 {
                    200 => assert_eq!(found.1, "one, two", "{fault:?} at {at}"),
                    404 => assert!(first != 200 && server.bucket().keys().is_empty(), "{fault:?} at {at}: {first}"),
                    status => panic!("{fault:?} at {at}: {status}"),
                }
            }
        }
    });
}

#[test]
fn a_tombstone_of_a_stream_that_is_there_does_not_keep_it_from_being_deleted() {
    run(async {
        let server = server(0);
        create(&server, "s", "one").await;
        server.database().script("INSERT INTO tombstones SELECT path, generation, 0, 0 FROM streams");
        assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
        assert!(server.database().count("SELECT ended_ms FROM tombstones") > 0);
    });
}
