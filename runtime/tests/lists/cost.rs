//! A page costs what it shows, and not what else there is.

use crate::setup::page;
use native::{Server, Sqlite, run};

/// Adds streams directly to the database.
fn fill(server: &Server, count: usize, below: &str) {
    add(server.database(), 1, 1, count, below);
}

/// Adds the streams whose numbers are `first`, `first + step` and so on up to `last`.
fn add(database: &Sqlite, first: usize, step: usize, last: usize, below: &str) {
    database.script(&format!(
        "WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + {step} FROM numbers WHERE n + {step} <= {last}) \
         INSERT INTO streams (path, generation, fence, content_type, tail, closed, gone, created_ms, hot_bytes, hot_rows, earliest) \
         SELECT '{below}' || printf('%06d', n), 'g' || n || '{below}', 'f', 'text/plain', 0, 0, 0, 0, 0, 0, 0 FROM numbers"
    ));
}

async fn steps(server: &Server, query: &str, expected: usize) -> u64 {
    let taken = || server.databases().iter().map(|database| database.steps()).sum::<u64>();
    let before = taken();
    let page = page(server, query).await;
    let entries = page["streams"].as_array().map_or(0, Vec::len) + page["prefixes"].as_array().map_or(0, Vec::len);
    assert_eq!(entries, expected, "{query}");
    taken() - before
}

#[test]
fn the_number_of_other_streams_does_not_matter() {
    run(async {
        let (small, large) = (Server::new(), Server::new());
        for (server, count) in [(&small, 2_000), (&large, 50_000)] {
            ["a/", "b/x/", "b/y/", "c/"].iter().for_each(|below| fill(server, count, below));
            for query in [
                "limit=1000",
                "limit=1000&after=a/000500",
                "prefix=b/&limit=100",
                "prefix=b/&limit=100&after=b/x/001999",
            ] {
                steps(server, query, if query.contains("1000") { 1000 } else { 100 }).await;
            }
        }
        for (query, expected) in [
            ("limit=1000", 1000),
            ("prefix=c/000&limit=1000", 999),
            ("limit=100&after=b/y/001000", 100),
            ("delimiter=/", 3),
            ("delimiter=/&prefix=b/", 2),
            ("delimiter=/&prefix=b/x/&limit=10", 10),
        ] {
            let (one, other) = (steps(&small, query, expected).await, steps(&large, query, expected).await);
            assert!(
                other <= one + one / 20,
                "{query}: {one} steps of SQLite among 8,000 streams, {other} among 200,000"
            );
        }
    });
}

#[test]
fn a_page_looks_at_its_streams_and_one_more() {
    run(async {
        let server = Server::new();
        fill(&server, 5_000, "a/");
        let (half, whole) = (steps(&server, "limit=500", 500).await, steps(&server, "limit=1000", 1000).await);
        assert!(whole <= 2 * half, "{half} steps of SQLite for 500 streams, {whole} for 1,000");
    });
}

#[test]
fn several_databases_together_look_at_little_more_than_one() {
    run(async {
        let (one, four) = (Server::new(), Server::sharded(4, |_| {}));
        fill(&one, 5_000, "a/");
        (0..4).for_each(|number| add(&four.databases()[number], number + 1, 4, 5_000, "a/"));
        let (one, four) = (steps(&one, "limit=1000", 1000).await, steps(&four, "limit=1000", 1000).await);
        assert!(four <= 2 * one, "{one} steps of SQLite for 1,000 streams in one database, {four} in four");
    });
}

#[test]
fn a_page_is_full_if_its_streams_are_in_one_of_several_databases() {
    run(async {
        let server = Server::sharded(4, |_| {});
        ["b/", "a/", "c/", "d/"].iter().zip(server.databases()).for_each(|(below, own)| add(own, 1, 1, 200, below));
        for (query, first) in [("limit=100", "a/000001"), ("limit=100&after=a/000150", "a/000151")] {
            let page = page(&server, query).await;
            let streams = page["streams"].as_array().expect("streams");
            assert_eq!((streams.len(), &streams[0]["path"]), (100, &first.into()), "{query}");
            assert_eq!(page["next"], streams[99]["path"], "{query}");
        }
    });
}
