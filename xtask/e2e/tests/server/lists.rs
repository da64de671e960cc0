//! What a page of a list costs in D1, by what D1 itself counts and bills.

use e2e::stores::databases;
use e2e::{Server, request};
use serde_json::Value;

/// Number of streams in each database.
const STREAMS: usize = 5_000;

/// The rows that each statement of each batch has read since the last call.
fn rows_read(server: &Server) -> Vec<Vec<u64>> {
    serde_json::from_str(request("GET", &server.url("/rows")).send().expect(200).text()).expect("JSON")
}

/// A page, and the rows that were read for it: by the list and by the check of the binding, in each database.
fn page(server: &Server, query: &str) -> (Value, Vec<Vec<u64>>) {
    rows_read(server);
    let reply = request("GET", &server.url(&format!("/v1/streams?{query}"))).send().expect(200);
    (serde_json::from_str(reply.text()).expect("JSON"), rows_read(server))
}

/// Each database looks at the streams of one page and one more, whatever else there is. It reads two rows for each, and five for a prefix.
#[test]
fn a_page_reads_rows_of_the_streams_that_it_shows() {
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    let server = Server::recorded_over(state.path(), &["DB_0", "DB_1", "DB_2", "DB_3"]);
    request("PUT", &server.url("/v1/stream/0000/a")).send().expect(201);
    for (number, database) in databases(&state.path().join("v3/d1")).into_iter().enumerate() {
        let insert = format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {STREAMS}) \
             INSERT INTO streams (path, generation, fence, content_type, tail, closed, gone, created_ms, hot_bytes, hot_rows, earliest) \
             SELECT printf('%04d/%06d-{number}', n % 500, n), 'g' || n, 'f', 'text/plain', 0, 0, 0, 0, 0, 0, 0 FROM numbers"
        );
        database.execute_batch(&insert).expect("SQL");
    }
    for (query, streams, prefixes, rows_max) in [
        ("limit=1000", 1000, 0, 2 * 1001),
        ("limit=1000&after=0250/999999", 1000, 0, 2 * 1001),
        ("limit=10&prefix=0250/", 10, 0, 2 * 11),
        ("prefix=none/", 0, 0, 1),
        ("delimiter=/&limit=100", 0, 100, 5 * 101),
    ] {
        let (page, rows) = page(&server, query);
        let count = |name: &str| page[name].as_array().map_or(0, Vec::len);
        assert_eq!((count("streams"), count("prefixes")), (streams, prefixes), "{query}");
        assert_eq!(rows.len(), 4, "{query}: {rows:?}");
        for rows in rows {
            assert!(rows[0] <= rows_max && rows[1] == 1, "{query}: {rows:?}");
        }
    }
}
