//! The health of a server: what is checked, how long that may take, and how often.

use futures_util::future::join_all;
use native::{Fault, Reply, Request, Server, Sqlite, run};
use runtime::MIGRATIONS;
use runtime::access::Access;
use serde_json::{Value, json};
use std::iter::repeat;
use std::time::Duration;
use tokio::time::Instant;

fn health(method: &str) -> Request {
    Request::new(method, "/health")
}

async fn checked(server: &Server, status: u16) -> Value {
    let reply = server.send(health("GET")).await;
    assert_eq!(reply.status, status, "{}", reply.text());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    serde_json::from_str(&reply.text()).expect("JSON")
}

/// The checks that failed, each as its component, its number and its reason.
fn failed(report: &Value) -> Vec<(String, Option<u64>, String)> {
    let checks = report["checks"].as_array().expect("checks").iter().filter(|check| check["status"] == "fail");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    checks.map(|check| (text(&check["component"]), check["number"].as_u64(), text(&check["reason"]))).collect()
}

/// Lets the last result become old.
async fn later() {
    tokio::time::sleep(Duration::from_secs(2)).await;
}

#[test]
fn a_server_that_works_tells_the_schema_of_each_database() {
    run(async {
        let server = Server::sharded(2, |_| {});
        let (report, newest) = (checked(&server, 200).await, MIGRATIONS.len());
        let expected = json!({ "status": "pass", "checks": [
            { "component": "settings", "status": "pass" },
            { "component": "objects", "status": "pass" },
            { "component": "bucket", "status": "pass" },
            { "component": "database", "number": 0, "status": "pass", "schema_version": newest },
            { "component": "database", "number": 1, "status": "pass", "schema_version": newest },
        ] });
        assert_eq!(report, expected);
        let reply = server.send(health("HEAD")).await;
        assert_eq!((reply.status, reply.bytes().len()), (200, 0));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(server.reports(), [""; 0]);
    });
}

#[test]
fn a_database_that_fails_is_named_and_its_error_is_only_logged() {
    run(async {
        let server = Server::sharded(2, |_| {});
        server.databases()[1].inject(repeat(Fault::Lost));
        let report = checked(&server, 503).await;
        assert_eq!(report["status"], "fail");
        assert_eq!(failed(&report), [("database".to_owned(), Some(1), "The database failed.".to_owned())]);
        assert!(!report.to_string().contains("lost on the way"), "{report}");
        let reports = server.reports();
        assert_eq!(reports.len(), 1, "{reports:?}");
        assert!(
            reports[0].contains(r#""event":"unhealthy""#)
                && reports[0].contains("database 1: database: lost on the way")
        );
        later().await;
        assert_eq!(server.send(health("HEAD")).await.status, 503);
        server.databases()[1].heal();
        later().await;
        assert_eq!(failed(&checked(&server, 200).await), []);
    });
}

#[test]
fn a_bucket_that_fails_is_named() {
    run(async {
        let server = Server::new();
        server.bucket().inject(repeat(Fault::Lost));
        let report = checked(&server, 503).await;
        assert_eq!(failed(&report), [("bucket".to_owned(), None, "The object storage failed.".to_owned())]);
    });
}

#[test]
fn stores_that_hang_have_failed_in_time_and_hide_nothing() {
    run(async {
        let server = Server::sharded(2, |settings| settings.limits.health_wait = Duration::from_secs(3));
        server.databases()[0].inject(repeat(Fault::Hung));
        server.bucket().inject(repeat(Fault::Hung));
        let began = Instant::now();
        let report = checked(&server, 503).await;
        assert_eq!(began.elapsed(), Duration::from_secs(3));
        let late = "There was no response within 3s.".to_owned();
        assert_eq!(
            failed(&report),
            [("bucket".to_owned(), None, late.clone()), ("database".to_owned(), Some(0), late)]
        );
        assert_eq!(report["checks"][4]["schema_version"], MIGRATIONS.len());
    });
}

#[test]
fn a_database_without_a_migration_or_in_the_wrong_place_is_told_with_the_remedy() {
    run(async {
        let server = Server::sharded(2, |_| {});
        server.databases()[0].script("UPDATE identity SET schema_version = 10");
        server.databases()[1].script("UPDATE identity SET number = 0");
        let found = failed(&checked(&server, 503).await);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].2.contains("DB_0 lacks the migration 0011_room. Run `wrangler d1 migrations apply"),
            "{found:?}"
        );
        assert!(found[1].2.contains("DB_1 is bound as database 1 of 2, but it was first used as database 0 of 2"));
        server.databases()[0].script("DROP TABLE identity");
        later().await;
        let found = failed(&checked(&server, 503).await);
        assert!(found[0].2.contains("DB_0 lacks a table or a column that this version needs"), "{found:?}");
    });
}

#[test]
fn a_database_that_nobody_has_used_is_well_and_stays_unused() {
    run(async {
        let server = Server::new();
        server.database().script("UPDATE identity SET number = NULL, databases = NULL");
        assert_eq!(failed(&checked(&server, 200).await), []);
        assert_eq!(server.database().count("SELECT count(number) FROM identity"), 0);
    });
}

#[test]
fn a_server_that_nobody_may_use_answers_and_says_so() {
    run(async {
        let server = Server::with(|settings| settings.access = Access::Unconfigured);
        assert_eq!(server.send(Request::new("GET", "/v1/stream/a")).await.status, 403);
        let found = failed(&checked(&server, 503).await);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].0 == "settings" && found[0].2.contains("AUTH_TOKEN"), "{found:?}");
    });
}

#[test]
fn a_guarded_server_answers_without_credentials() {
    run(async {
        let variables = [("AUTH_TOKEN".to_owned(), "0123456789abcdef0123456789abcdef".to_owned())];
        let guarded = runtime::Settings::read(&variables.into()).unwrap();
        let server = Server::with(|settings| *settings = guarded);
        assert_eq!(server.send(Request::new("GET", "/v1/stream/a")).await.status, 401);
        assert_eq!(failed(&checked(&server, 200).await), []);
        // Callers of the health are not counted, either.
        assert_eq!(server.send(health("GET").header("authorization", "Bearer wrong")).await.status, 200);
    });
}

#[test]
fn however_many_ask_storage_is_read_once_a_second() {
    run(async {
        let server = Server::new();
        let batches = |server: &Server| server.database().batches();
        let all = join_all((0..100).map(|_| server.send(health("GET")))).await;
        assert!(all.iter().all(|reply| reply.status == 200));
        assert_eq!(batches(&server), 1);
        for _ in 0..10 {
            server.send(health("HEAD")).await;
            tokio::time::sleep(Duration::from_millis(99)).await;
        }
        assert_eq!(batches(&server), 1);
        tokio::time::sleep(Duration::from_millis(10)).await;
        server.send(health("GET")).await;
        assert_eq!(batches(&server), 2);
    });
}

#[test]
fn while_checks_hang_others_get_the_last_result_or_wait() {
    run(async {
        let server = Server::new();
        server.database().inject(repeat(Fault::Hung));
        // There is none yet.
        let began = Instant::now();
        let all: Vec<Reply> = join_all((0..3).map(|_| server.send(health("GET")))).await;
        assert!(all.iter().all(|reply| reply.status == 503), "{:?}", all[1].text());
        assert!(began.elapsed() < Duration::from_millis(5_100), "{:?}", began.elapsed());
        assert_eq!(server.database().batches(), 1);
        later().await;
        let (hung, last) = futures_util::future::join(server.send(health("GET")), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let began = Instant::now();
            let reply = server.send(health("GET")).await;
            (reply.status, began.elapsed())
        })
        .await;
        assert_eq!((hung.status, last), (503, (503, Duration::ZERO)));
    });
}

#[test]
fn a_request_that_goes_away_does_not_stop_the_checks_of_others() {
    run(async {
        let server = Server::new();
        server.database().inject([Fault::Hung]);
        let gone = tokio::time::timeout(Duration::from_millis(50), server.send(health("GET"))).await;
        assert!(gone.is_err());
        assert_eq!(server.send(health("GET")).await.status, 200);
    });
}

#[test]
fn nothing_is_told_about_streams() {
    run(async {
        let server = Server::over(vec![Sqlite::new()], |_| {});
        let before = checked(&server, 200).await;
        let put = Request::new("PUT", "/v1/stream/secret").header("content-type", "text/plain").body("x");
        assert_eq!(server.send(put).await.status, 201);
        later().await;
        assert_eq!(checked(&server, 200).await, before);
    });
}
