//! Trouble with the platform, with callers, and with releases.

use std::fs;

use e2e::{Reply, Server, request};

use super::deployment::Deployment;
use super::page::{Runbook, root};
use super::quoted;

pub fn a_region_is_out(runbook: &mut Runbook) {
    // Eight streams: some in each of two databases.
    const PATHS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let mut deployment = Deployment::over(&["DB_0", "DB_1"], &[("LIMIT_HEALTH_INTERVAL", "0 ms")]);
    PATHS.iter().for_each(|path| deployment.create(path, "x"));
    let mut waiting: Vec<_> =
        PATHS.map(|path| deployment.request("GET", &format!("/v1/stream/{path}?offset=now&live=sse")).events()).into();
    // The first event is that there is nothing yet.
    waiting.iter_mut().for_each(|events| drop(events.expect_next()));

    let databases = deployment.databases();
    let number = |database: &&rusqlite::Connection| {
        database.query_row("SELECT number FROM identity", [], |row| row.get::<_, u32>(0))
    };
    let lost = databases.iter().find(|database| number(database) == Ok(0)).expect("database 0");
    // Neither read nor written any more: SQLite reports an overflow.
    let out = "ALTER TABLE identity RENAME TO away; \
               CREATE VIEW identity AS SELECT * FROM away WHERE abs(-9223372036854775807 - 1) > 0; \
               CREATE TRIGGER away_too BEFORE UPDATE ON streams BEGIN SELECT RAISE(ABORT, 'Network connection lost.'); END";
    lost.execute_batch(out).expect("SQL");

    let append = |deployment: &mut Deployment| PATHS.map(|path| deployment.append(path, "y"));
    let appended = append(&mut deployment).map(|reply| reply.status == 204);
    assert!(appended.contains(&true) && appended.contains(&false), "{appended:?}");
    let refused: Vec<Reply> = (PATHS.iter().zip(appended).filter(|(_, appended)| !appended))
        .map(|(path, _)| deployment.append(path, "y"))
        .collect();
    for reply in refused {
        reply.problem(503, "unavailable");
        assert!(reply.header("retry-after").is_some(), "{reply:?}");
    }
    deployment.request("GET", "/v1/streams").send().problem(503, "unavailable");

    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains(r#"{"component":"database","number":0,"status":"fail""#), "{}", printed[0]);
    assert!(printed[0].contains(r#"{"component":"database","number":1,"status":"pass""#), "{}", printed[0]);
    assert!(printed[1].contains("durable_streams_database_up{database=\"DB_0\"} 0"), "{}", printed[1]);

    lost.execute_batch("DROP TRIGGER away_too; DROP VIEW identity; ALTER TABLE away RENAME TO identity").expect("SQL");
    let printed = deployment.follow(runbook.next_block());
    assert!(printed[1].contains("\"next_offset\""), "{}", printed[1]);
    for ((path, appended), mut events) in PATHS.into_iter().zip(appended).zip(waiting) {
        if !appended {
            deployment.append(path, "y").expect(204);
        }
        assert_eq!(deployment.read(path).expect(200).text(), "xy", "{path}");
        assert_eq!(events.expect_data().0, "y");
    }
}

pub fn a_token_is_leaked(runbook: &mut Runbook) {
    let mut deployment = Deployment::new(&[]);
    deployment.create("orders/2026", "content");
    deployment.shell("curl -H \"authorization: Bearer $AUTH_TOKEN\" $URL/v1/streams");
    deployment.follow(runbook.next_block());
    // The page states both statuses.
    let printed = deployment.follow(runbook.next_block());
    assert!(!printed[0].contains("orders/2026") && printed[1].contains("orders/2026"));
    assert_eq!(deployment.read("orders/2026").expect(200).text(), "content");
}

pub fn a_caller_runs_away(runbook: &mut Runbook) {
    let mut deployment = Deployment::new(&[]);
    for team in ["red", "blue"] {
        let issuer = format!("--issuer https://{team}.example.com --audience streams");
        deployment.shell(&format!("cargo xtask token keygen --id {team} --prefix {team}/ {issuer} --out {team}.key"));
    }
    deployment.shell("cargo xtask token keys red.key blue.key | npx wrangler secret put AUTH_KEYS");
    let [red, blue] = ["red", "blue"].map(|team| {
        let mint =
            format!("cargo xtask token mint --key {team}.key --sub ci --create '' --read '' --append '' --expires 1h");
        deployment.shell(&mint).trim().to_owned()
    });
    let ask = |server: &Server, method: &str, path: &str, token: &str| {
        let target = server.url(&format!("/v1/stream/{path}"));
        request(method, &target).header("authorization", format!("Bearer {token}")).send()
    };
    for number in 0..70 {
        ask(deployment.server(), "PUT", &format!("red/{number}"), &red).expect(201);
    }
    deployment.server().pull_cron_trigger();

    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].lines().any(|line| line.contains(" 70 ") && line.ends_with(" red/")), "{}", printed[0]);
    // A minute of the local platform can begin meanwhile.
    let refused = (0..130).map(|_| ask(deployment.server(), "GET", "red/0", &red)).find(|reply| reply.status == 429);
    let refused = refused.expect("the caller is refused");
    assert!(runbook.text().contains("`Retry-After: 60`"));
    assert_eq!(refused.header("retry-after"), Some("60"));
    ask(deployment.server(), "PUT", "blue/0", &blue).expect(201);
    for _ in 0..130 {
        deployment.read("red/0").expect(200);
    }

    deployment.follow(runbook.next_block());
    ask(deployment.server(), "GET", "red/0", &red).problem(401, "unauthorized");
    ask(deployment.server(), "GET", "blue/0", &blue).expect(200);
    let listed = deployment.request("GET", "/v1/streams").send().expect(200);
    assert!(listed.text().contains("blue/0") && !listed.text().contains("red/"), "{listed:?}");
    deployment.follow(runbook.next_block());
    assert_eq!(deployment.file("wrangler.toml").matches("limit = 6000, period = 60").count(), 1);
}

pub fn a_release_is_rolled_back(runbook: &mut Runbook) {
    let migrations = fs::read_dir(root().join("migrations")).expect("migrations");
    let migrations: Vec<_> =
        migrations.map(|file| file.expect("a file").file_name().into_string().expect("a name")).collect();
    for name in quoted(runbook.text()).into_iter().filter(|name| name.starts_with("00")) {
        assert!(migrations.contains(&format!("{name}.sql")), "{name} is no migration");
    }

    let mut deployment = Deployment::new(&[]);
    deployment.create("orders/2026", "before,");
    // A newer version has been deployed.
    deployment.sql(
        "CREATE TABLE future (id INTEGER) STRICT; ALTER TABLE streams ADD COLUMN future TEXT; UPDATE streams SET future = 'x'; \
         UPDATE identity SET schema_version = schema_version + 1",
    );
    deployment.follow(runbook.next_block());
    assert_eq!(deployment.elsewhere, ["versions list", "rollback"]);
    deployment.follow(runbook.next_block());
    deployment.append("orders/2026", "after").expect(204);
    assert_eq!(deployment.read("orders/2026").expect(200).text(), "before,after");
}
