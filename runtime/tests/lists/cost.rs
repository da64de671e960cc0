//! A page costs what it shows, and not what else there is.

use crate::setup::page;
use native::{Server, run};

/// Adds streams directly to the database.
fn fill(server: &Server, count: usize, below: &str) {
    server.database().script(&format!(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) \
         INSERT INTO streams (path, generation, fence, content_type, tail, closed, gone, created_ms, hot_bytes, hot_rows, earliest) \
         SELECT '{below}' || printf('%06d', n), 'g' || n || '{below}', 'f', 'text/plain', 0, 0, 0, 0, 0, 0, 0 FROM numbers"
    ));
}

async fn steps(server: &Server, query: &str, expected: usize) -> u64 {
    let before = server.database().steps();
    let page = page(server, query).await;
    let entries = page["streams"].as_array().map_or(0, Vec::len) + page["prefixes"].as_array().map_or(0, Vec::len);
    assert_eq!(entries, expected, "{query}");
    server.database().steps() - before
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
