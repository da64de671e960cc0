//! Databases that are not what their bindings say: every request is refused, by the name of the binding, and nothing is written.

use native::{Reply, Request, Server, Sqlite, run};

const PATHS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

fn url(path: &str) -> String {
    format!("/v1/stream/{path}")
}

fn put(path: &str) -> Request {
    Request::new("PUT", &url(path)).header("content-type", "text/plain").body("x")
}

fn get(path: &str) -> Request {
    Request::new("GET", &url(path))
}

/// A server that has used these databases, and has a stream at each path.
async fn used(databases: &[Sqlite]) -> Server {
    let server = Server::over(databases.to_vec(), |_| {});
    for path in PATHS {
        assert_eq!(server.send(put(path)).await.status, 201);
    }
    server
}

/// Every kind of request to every path, none of which is let through.
async fn refusals(server: &Server) -> Vec<String> {
    let mut details = Vec::new();
    for path in PATHS {
        let append = Request::new("POST", &url(path)).header("content-type", "text/plain").body("y");
        let describe = Request::new("HEAD", &url(path));
        let at = Request::new("GET", &format!("{}?offset=0000000000000000", url(path)));
        let delete = Request::new("DELETE", &url(path));
        let restore = Request::new("POST", &format!("/v1/restore/{path}"));
        for request in [put(path), append, get(path), describe, at, delete, restore] {
            let reply = server.send(request).await;
            assert_eq!(reply.status, 503, "{}", reply.text());
            details.push(detail(&reply));
        }
    }
    details.retain(|detail| !detail.is_empty());
    assert!(server.sweep_orphans().await.is_err());
    details
}

fn detail(reply: &Reply) -> String {
    let problem: serde_json::Value = serde_json::from_str(&reply.text()).unwrap_or_default();
    problem["detail"].as_str().unwrap_or_default().to_owned()
}

fn streams(databases: &[Sqlite]) -> Vec<u64> {
    databases.iter().map(|database| database.count("SELECT count(*) FROM streams")).collect()
}

#[test]
fn a_database_more_hides_no_streams() {
    run(async {
        let first = Sqlite::new();
        used(std::slice::from_ref(&first)).await;
        let both = [first.clone(), Sqlite::new()];
        let details = refusals(&Server::over(both.to_vec(), |_| {})).await;
        let named = "DB_0 is bound as database 0 of 2, but it was first used as database 0 of 1";
        assert!(details.iter().all(|detail| detail.contains(named)), "{details:#?}");
        // There is no twin, and the new database belongs to nobody yet.
        assert_eq!(streams(&both), [8, 0]);
        assert_eq!(both[1].count("SELECT count(number) FROM identity"), 0);
        let again = Server::over(vec![first], |_| {});
        assert_eq!(again.send(get("a")).await.text(), "x");
    });
}

#[test]
fn a_database_less_hides_no_streams() {
    run(async {
        let both = [Sqlite::new(), Sqlite::new()];
        used(&both).await;
        let before = streams(&both);
        let server = Server::over(vec![both[1].clone()], |_| {});
        let named = "DB is bound as database 0 of 1, but it was first used as database 1 of 2";
        assert!(refusals(&server).await.iter().all(|detail| detail.contains(named)));
        let told = |report: &String| report.contains(named) && report.contains(r#""event":"misconfigured""#);
        assert!(server.reports().iter().any(told), "{:?}", server.reports());
        assert_eq!(streams(&both), before);
    });
}

#[test]
fn databases_that_have_changed_places_are_refused() {
    run(async {
        let [first, second] = [Sqlite::new(), Sqlite::new()];
        let both = [first.clone(), second.clone()];
        used(&both).await;
        let before = streams(&both);
        let server = Server::over(vec![second, first], |_| {});
        let named = ["DB_0 is bound as database 0 of 2, but it was first used as database 1 of 2", "DB_1 is bound"];
        assert!(refusals(&server).await.iter().all(|detail| named.iter().any(|named| detail.contains(named))));
        assert_eq!(streams(&both), before);
    });
}

#[test]
fn a_deployment_from_before_is_claimed_by_the_first_who_uses_it() {
    run(async {
        let both = [Sqlite::new(), Sqlite::new()];
        used(&both).await;
        both.iter().for_each(|database| database.script("UPDATE identity SET number = NULL, databases = NULL"));
        // Loaded by an object, or by the sweep; both databases are claimed at once.
        let server = Server::over(both.to_vec(), |_| {});
        both.iter().for_each(|database| database.script("UPDATE identity SET number = NULL, databases = NULL"));
        assert_eq!(server.send(get("a")).await.text(), "x");
        let identity = |database: &Sqlite| {
            ["number", "databases"].map(|column| database.count(&format!("SELECT {column} FROM identity")))
        };
        assert_eq!([identity(&both[0]), identity(&both[1])], [[0, 2], [1, 2]]);
        let batches = server.database().batches() + both[1].batches();
        assert_eq!(server.send(put("another")).await.status, 201);
        // Nobody claims them again: one batch to look, one to write.
        assert_eq!(server.database().batches() + both[1].batches() - batches, 2);
        assert!(server.sweep_orphans().await.is_ok());
    });
}

#[test]
fn of_two_who_come_first_with_different_bindings_one_is_refused() {
    run(async {
        let first = Sqlite::new();
        let (alone, both) = (Server::over(vec![first.clone()], |_| {}), [first.clone(), Sqlite::new()]);
        let both = Server::over(both.to_vec(), |_| {});
        first.script("UPDATE identity SET number = NULL, databases = NULL");
        let (one, other) = futures_util::future::join(alone.send(put("a")), both.send(put("b"))).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 503]);
    });
}

#[test]
fn a_missing_migration_is_named() {
    run(async {
        let old = |script: &str| {
            let database = Sqlite::new();
            database.script(script);
            database
        };
        for (script, named) in [
            (
                "DROP TABLE identity; DROP TABLE tombstones",
                "DB lacks a table or a column that this version needs (no such table: ",
            ),
            ("DROP TABLE identity; DROP TABLE streams", "Apply the migrations up to 0011_room"),
            (
                "UPDATE identity SET schema_version = 3",
                "DB lacks the migration 0004_identity, 0005_tombstone_sweep, 0006_parts, 0007_text, 0008_listing, 0009_usage, 0010_subscriptions, 0011_room",
            ),
        ] {
            let server = Server::new();
            server.database().script(script);
            let details = refusals(&server).await;
            assert!(details.iter().all(|detail| detail.contains(named)), "{details:#?}");
            assert!(details.iter().all(|detail| detail.contains("wrangler d1 migrations apply DB")));
        }
        // A migration is applied before the Worker that needs it is deployed.
        let newer = Server::over(vec![old("UPDATE identity SET schema_version = 99")], |_| {});
        assert_eq!(newer.send(put("a")).await.status, 201);
    });
}

#[test]
fn the_newest_migration_sets_the_schema_version() {
    let newest = runtime::MIGRATIONS.len() as u64;
    run(async { assert_eq!(Sqlite::new().count("SELECT schema_version FROM identity"), newest) });
}

#[test]
fn the_edge_does_not_read_from_another_database_either() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot, limits.hot_rows, limits.tail_cache, limits.block, limits.page) = (0, 0, 0, 1, 1);
        });
        server.replay_at_the_edge();
        server.send(put("a").body("abc")).await;
        server.run_for(1_000).await;
        let page = || Request::new("GET", &format!("{}?offset=0000000000000000", url("a")));
        let replayed = server.send(page()).await;
        assert_eq!((replayed.status, replayed.header("server-timing")), (200, None));
        server.database().script("UPDATE identity SET number = 1, databases = 2");
        server.crash_all();
        // Of another isolate: bindings never change while one lives.
        server.replay_at_the_edge();
        assert!(detail(&server.send(page()).await).contains("DB is bound as database 0 of 1"));
    });
}
