//! The health of a Worker: which checks there are on the platform, and that it answers whatever is wrong.

use std::thread;

use e2e::stores::databases;
use e2e::{Reply, Server, request};
use serde_json::Value;

fn health(server: &Server, method: &str) -> Reply {
    request(method, &server.url("/health")).send()
}

#[track_caller]
fn checked(server: &Server, status: u16) -> Value {
    let reply = health(server, "GET").expect(status);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(health(server, "HEAD").expect(status).body, b"");
    serde_json::from_str(reply.text()).expect("JSON")
}

/// The components whose checks failed, each with the reason.
fn failed(report: &Value) -> Vec<(String, String)> {
    let checks = report["checks"].as_array().expect("checks").iter().filter(|check| check["status"] == "fail");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    checks.map(|check| (text(&check["component"]), text(&check["reason"]))).collect()
}

#[test]
fn a_worker_is_well_and_answers_many_at_once() {
    let server = Server::closed(&[("AUTH_TOKEN", "0123456789abcdef0123456789abcdef")]);
    request("GET", &server.url("/v1/stream/a")).send().expect(401);
    let report = checked(&server, 200);
    assert_eq!((&report["status"], report["checks"].as_array().map(Vec::len)), (&"pass".into(), Some(4)));
    assert!(report["checks"][3]["schema_version"].as_u64().is_some_and(|newest| newest >= 8), "{report}");
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| (0..5).for_each(|_| drop(checked(&server, 200))));
        }
    });
}

#[test]
fn a_database_without_migrations_is_told_with_the_remedy() {
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    drop(Server::start(state.path(), &[]));
    for database in databases(&state.path().join("v3/d1")) {
        database.execute_batch("DROP TABLE identity").expect("a table of the migrations");
    }
    let server = Server::start(state.path(), &[]);
    let found = failed(&checked(&server, 503));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "database");
    assert!(
        found[0].1.contains("DB lacks a table") && found[0].1.contains("wrangler d1 migrations apply DB"),
        "{found:?}"
    );
}

#[test]
fn it_answers_where_nobody_may_use_the_worker() {
    let server = Server::closed(&[]);
    request("GET", &server.url("/v1/stream/a")).send().expect(403);
    let found = failed(&checked(&server, 503));
    assert!(found.len() == 1 && found[0].0 == "settings" && found[0].1.contains("AUTH_TOKEN"), "{found:?}");
}

#[test]
fn it_answers_where_a_variable_or_a_binding_is_wrong() {
    let server = Server::fresh(&[("LIMIT_PAGES", "1 KiB")]);
    let found = failed(&checked(&server, 503));
    assert!(found.len() == 1 && found[0].0 == "settings" && found[0].1.contains("LIMIT_PAGES"), "{found:?}");
    request("OPTIONS", &server.url("/health")).send().expect(204);
    drop(server);
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    let server = Server::bound_to(state.path(), &["DB_0", "DB_2"]);
    let found = failed(&checked(&server, 503));
    assert!(found.iter().any(|(component, reason)| component == "database" && reason.contains("DB_1 is missing")));
}
