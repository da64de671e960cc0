//! Changed or wrong database bindings.

use e2e::{Reply, Server, request};

/// Eight streams: some in each of two databases.
const PATHS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

fn create(server: &Server, path: &str) -> Reply {
    request("PUT", &server.url(&format!("/v1/stream/{path}"))).header("content-type", "text/plain").body("x").send()
}

fn read(server: &Server, path: &str) -> Reply {
    request("GET", &server.url(&format!("/v1/stream/{path}"))).send()
}

#[track_caller]
fn assert_refused(server: &Server, named: &str) {
    for path in PATHS {
        for reply in [create(server, path), read(server, path)] {
            assert_eq!(reply.status, 503, "{reply:?}");
            assert_eq!(reply.header("content-type"), Some("application/problem+json"));
            assert!(reply.text().contains(named), "{reply:?}");
        }
    }
}

#[test]
fn databases_that_are_bound_otherwise_are_refused_by_name() {
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    let bound_to = |databases: &[&str]| Server::bound_to(state.path(), databases);
    let server = bound_to(&["DB_0"]);
    PATHS.iter().for_each(|path| drop(create(&server, path).expect(201)));
    drop(server);

    let more = bound_to(&["DB_0", "DB_1"]);
    assert_refused(&more, "DB_0 is bound as database 0 of 2, but it was first used as database 0 of 1");
    drop(more);
    let gap = bound_to(&["DB_0", "DB_2"]);
    assert_refused(&gap, "DB_1 is missing: the databases are bound as DB_0, DB_2");
    drop(gap);

    // Nothing has been lost, or hidden.
    let server = bound_to(&["DB_0"]);
    PATHS.iter().for_each(|path| assert_eq!(read(&server, path).expect(200).text(), "x"));
}

#[test]
fn streams_are_spread_over_all_databases() {
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    let both = || Server::bound_to(state.path(), &["DB_0", "DB_1"]);
    let server = both();
    PATHS.iter().for_each(|path| drop(create(&server, path).expect(201)));
    drop(server);
    let server = both();
    PATHS.iter().for_each(|path| assert_eq!(read(&server, path).expect(200).text(), "x"));
}
