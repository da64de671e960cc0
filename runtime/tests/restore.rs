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
        assert!(reply.text().contains("not what R2 has there"), "{}", reply.text());
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
        assert!(reply.text().contains("nothing is left of what was from 0000000000000000"), "{}", reply.text());
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
