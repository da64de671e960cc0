//! The sweep of objects that no row names: what it removes, what it leaves, and how much it asks at once.

use native::{Fault, Request, Server, run};
use runtime::host::Bucket as _;
use std::time::Duration;

const PATH: &str = "/v1/stream/s";

fn put(name: &str, body: &str) -> Request {
    Request::new("PUT", &format!("/v1/stream/{name}")).header("content-type", "text/plain").body(body)
}

fn post(body: &str) -> Request {
    Request::new("POST", PATH).header("content-type", "text/plain").body(body)
}

/// A server whose sweep takes no object for the last copy of anything, if there are more than `orphans`.
fn server(databases: usize, hot_rows: usize, orphans: usize) -> Server {
    Server::sharded(databases, |settings| {
        let limits = &mut settings.limits;
        (limits.hot_rows, limits.hot, limits.snapshot, limits.merge) = (hot_rows, 1 << 20, 1, usize::MAX);
        (limits.orphan_grace, limits.orphans) = (Duration::from_secs(3_600), orphans);
    })
}

/// The part of a key before the offsets.
fn life(server: &Server) -> String {
    let key = server.bucket().keys().first().expect("an object").clone();
    key.rsplit_once('/').unwrap().0.to_owned()
}

async fn plant(server: &Server, life: &str, start: u64, stop: u64, unique: u64) -> String {
    let key = format!("{life}/{start:016x}-{stop:016x}-{unique:016x}.seg");
    server.bucket().put(&key, vec![0]).await.unwrap();
    key
}

#[test]
fn what_named_rows_hold_goes_however_much_of_it_there_is() {
    run(async {
        let server = server(1, 2, 2);
        server.send(put("s", "0123456789")).await;
        for _ in 0..4 {
            server.send(post("0123456789")).await;
            server.run_for(1_000).await;
        }
        // Two segments, and a row.
        let named = server.bucket().keys();
        assert_eq!((named.len(), server.database().count("SELECT max(stop) FROM segments")), (2, 40));
        assert_eq!(server.database().count("SELECT min(start) FROM log"), 40);
        let life = life(&server);
        let held = [(0, 10), (0, 40), (5, 25), (10, 20), (40, 50), (0, 50), (39, 41)];
        for unique in 0..10 {
            for (start, stop) in held {
                plant(&server, &life, start, stop, unique).await;
            }
        }
        server.run_for(3_700_000).await;
        let swept = server.sweep_orphans().await.unwrap();
        assert_eq!((swept.covered, swept.orphans.len()), (70, 0));
        assert_eq!(server.bucket().keys(), named);
        // What no row holds, not even in part, may be the last copy.
        let mut left = named.clone();
        for (start, stop) in [(0, 51), (49, 51), (50, 60)] {
            left.push(plant(&server, &life, start, stop, 9).await);
        }
        left.sort();
        server.run_for(3_700_000).await;
        let swept = server.sweep_orphans().await.unwrap();
        assert_eq!((swept.covered, swept.orphans.len(), swept.removed), (0, 3, false));
        assert_eq!(server.bucket().keys(), left);
    });
}

#[test]
fn parts_hold_what_is_theirs_and_rows_around_a_lost_one_do_not() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.part, limits.row, limits.small_body, limits.block) = (40, 16, 8, 16);
            (limits.hot_rows, limits.hot, limits.snapshot) = (1 << 20, 1 << 20, 1 << 20);
            (limits.orphan_grace, limits.orphans) = (Duration::from_secs(3_600), 0);
        });
        let long = "0123456789".repeat(5);
        server.send(put("s", &long)).await;
        server.send(post("abc")).await;
        server.send(post(&long)).await;
        assert_eq!(server.database().count("SELECT count(*) FROM parts"), 2);
        let (life, named) = (life(&server), server.bucket().keys());
        for (start, stop) in [(0, 10), (0, 50), (30, 103), (0, 103)] {
            plant(&server, &life, start, stop, 1).await;
        }
        server.run_for(3_700_000).await;
        let swept = server.sweep_orphans().await.unwrap();
        assert_eq!((swept.covered, swept.orphans.len()), (4, 0));
        assert_eq!(server.bucket().keys(), named);
        server.database().script("DELETE FROM parts WHERE start > 0");
        let last = plant(&server, &life, 0, 103, 2).await;
        server.run_for(3_700_000).await;
        let swept = server.sweep_orphans().await.unwrap();
        assert_eq!((swept.covered, swept.removed), (0, false));
        assert!(server.bucket().keys().contains(&last));
    });
}

#[test]
fn what_lost_rows_held_stays_and_does_not_keep_other_objects() {
    run(async {
        let server = server(1, 0, 2);
        server.send(put("s", "0123456789")).await;
        server.run_for(1_000).await;
        for _ in 0..3 {
            server.send(post("0123456789")).await;
            server.run_for(1_000).await;
        }
        let life = life(&server);
        plant(&server, &life, 0, 10, 1).await;
        server.database().script("DELETE FROM segments WHERE start > 0");
        server.run_for(3_700_000).await;
        let swept = server.sweep_orphans().await.unwrap();
        assert_eq!((swept.covered, swept.orphans.len(), swept.removed), (1, 3, false));
        assert_eq!(server.bucket().keys().len(), 4);
    });
}

#[test]
fn what_is_no_longer_kept_goes() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.hot, limits.snapshot, limits.merge) = (0, 0, 1, usize::MAX);
            (limits.orphan_grace, limits.orphans, limits.retain) = (Duration::from_secs(3_600), 0, 300);
        });
        server.send(put("s", "0123456789")).await;
        for _ in 0..10 {
            server.run_for(1_000).await;
            server.send(post("0123456789")).await;
        }
        server.run_for(200_000).await;
        let earliest = server.database().count("SELECT earliest FROM streams");
        assert!(earliest >= 20);
        let (life, named) = (life(&server), server.bucket().keys());
        plant(&server, &life, 0, 10, 1).await;
        plant(&server, &life, 0, earliest + 10, 1).await;
        server.run_for(3_700_000).await;
        let swept = server.sweep_orphans().await.unwrap();
        assert_eq!((swept.covered, swept.orphans.len()), (2, 0));
        assert_eq!(server.bucket().keys(), named);
    });
}

#[test]
fn a_sweep_asks_no_more_than_it_may_and_goes_on_from_where_it_was() {
    run(async {
        for databases in [1, 10] {
            let server = Server::sharded(databases, |settings| {
                settings.limits.orphan_grace = Duration::ZERO;
                (settings.limits.orphans, settings.limits.sweep_requests) = (1_000, 100);
            });
            for number in 0..100_u64 {
                plant(&server, &format!("stream/cw/{number:028x}"), number, number + 1, 0).await;
            }
            let asked = |server: &Server| {
                let batches: u64 = server.databases().iter().map(native::Sqlite::batches).sum();
                batches + server.bucket().requests()
            };
            let (mut left, mut sweeps) = (100, 0);
            while left > 0 {
                let before = asked(&server);
                let swept = server.sweep_orphans().await.unwrap();
                // Each batch of the sweep is one query, but for two that go together. Before it, each database is asked which it is.
                let most = 100 + databases as u64;
                assert!(asked(&server) - before <= most, "{databases}: {}", asked(&server) - before);
                assert!(swept.removed);
                (left, sweeps) = (server.bucket().keys().len(), sweeps + 1);
                assert!(sweeps < 30, "{databases}");
            }
            assert!(sweeps > 1);
        }
    });
}

#[test]
fn a_sweep_that_fails_late_does_not_begin_anew() {
    run(async {
        let server = server(1, 0, 100);
        for number in 0..30_u64 {
            plant(&server, &format!("stream/cw/{number:028x}"), number, number + 1, 0).await;
        }
        let place =
            || server.database().rows("SELECT object FROM orphan_sweep").first().map(|row| row["object"].clone());
        let mut places = vec![None];
        for _ in 0..4 {
            // The second list of each sweep fails.
            server.bucket().inject([Fault::None, Fault::Lost]);
            assert!(server.sweep_orphans().await.is_err());
            places.push(place());
        }
        server.bucket().heal();
        places.dedup();
        assert_eq!(places.len(), 5, "{places:?}");
        assert_eq!(server.sweep_orphans().await.unwrap().seen, 30 - 12);
    });
}

#[test]
fn old_tombstones_go_and_young_ones_stay() {
    run(async {
        let server = server(2, 0, 100);
        for name in ["a", "b", "c", "d", "s"] {
            server.send(put(name, "")).await;
            server.send(Request::new("DELETE", &format!("/v1/stream/{name}"))).await;
        }
        let tombstones = |database: &native::Sqlite| database.count("SELECT count(*) FROM tombstones");
        let count = || server.databases().iter().map(tombstones).sum::<u64>();
        assert_eq!(count(), 5);
        server.run_for(7_100_000).await;
        server.send(put("e", "")).await;
        server.send(Request::new("DELETE", "/v1/stream/e")).await;
        server.sweep_orphans().await.unwrap();
        assert_eq!(count(), 6);
        server.run_for(200_000).await;
        // From wherever the last sweep has ended, and then from the beginning.
        server.sweep_orphans().await.unwrap();
        server.sweep_orphans().await.unwrap();
        assert_eq!(count(), 1);
    });
}

#[test]
fn a_place_among_tombstones_is_remembered() {
    run(async {
        let server = server(1, 0, 100);
        // More than one sweep looks at: 10,000.
        let insert = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 25000) \
                      INSERT INTO tombstones SELECT printf('p%06d', n), 'g', 0, 0 FROM n";
        server.database().script(insert);
        for left in [15_000, 5_000, 0] {
            server.sweep_orphans().await.unwrap();
            assert_eq!(server.database().count("SELECT count(*) FROM tombstones"), left);
        }
    });
}
