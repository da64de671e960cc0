//! Trouble with what is stored for all streams.

use std::fs;

use e2e::stores::COLD;

use super::deployment::Deployment;
use super::page::Runbook;

pub fn d1_is_lost_or_rolled_back(runbook: &mut Runbook) {
    let sweep = [("LIMIT_ORPHANS", "0"), ("LIMIT_ORPHAN_GRACE", "0 s")];
    let mut deployment = Deployment::new(&[&COLD[..], &sweep[..]].concat());
    let keygen = "cargo xtask token keygen --id app --issuer https://app.example.com --audience streams --out app.key";
    deployment.shell(keygen);
    deployment.shell("cargo xtask token keys app.key | npx wrangler secret put AUTH_KEYS");
    deployment.shell("READER=$(cargo xtask token mint --key app.key --sub alice --read '' --expires 1h)");
    let read = "curl -H \"authorization: Bearer $READER\" $URL/v1/stream/orders/2026";
    deployment.create("orders/2026", "old,");
    deployment.settle();
    deployment.keep_rows();
    deployment.append("orders/2026", "new,").expect(204);
    deployment.create("orders/2027", "later");
    deployment.settle();
    let objects = deployment.stores().keys();

    deployment.stop();
    deployment.sql("DELETE FROM streams; DELETE FROM segments");
    deployment.read("orders/2026").problem(404, "stream-not-found");
    deployment.request("GET", "/health").send().expect(200);
    deployment.server().pull_cron_trigger();
    assert!(runbook.signs().contains("`orphans_kept`") && deployment.events("orphans_kept") > 0);
    assert_eq!(deployment.stores().keys(), objects);

    deployment.follow(runbook.next_block());
    assert!(deployment.file("wrangler.toml").contains("crons = []"));
    assert!(deployment.shell(read).ends_with("401\n"));

    let printed = deployment.follow(runbook.next_block());
    assert_eq!(deployment.elsewhere, ["d1 time-travel restore DB --timestamp=2026-11-28T12:00:00Z"]);
    let [.., rows, restored] = &printed[..] else { panic!("{printed:?}") };
    assert!(rows.contains("orders/2026") && !rows.contains("orders/2027"), "{rows}");
    for (path, end) in [("orders/2026", 8), ("orders/2027", 5)] {
        let line = restored.lines().find(|line| line.starts_with(path)).expect(path);
        assert!(line.contains(&format!("up to {end:016X}")), "{line}");
    }

    let printed = deployment.follow(runbook.next_block());
    assert_eq!(printed[0].matches("0 ranges are damaged.").count(), 2, "{printed:?}");
    assert!(deployment.shell(read).starts_with("old,new,\n200"));
    assert_eq!(deployment.read("orders/2027").expect(200).text(), "later");
    deployment.append("orders/2027", "!").expect(204);
    assert!(deployment.file("wrangler.toml").contains("crons = [\"17 * * * *\", \"*/5 * * * *\"]"));
}

pub fn an_r2_object_is_lost(runbook: &mut Runbook) {
    let mut deployment = Deployment::new(&COLD);
    let text = "0123456789".repeat(200);
    deployment.create("orders/2026", &text);
    deployment.settle();
    let objects = deployment.stores().objects();
    let [(key, file)] = &objects[..] else { panic!("{objects:?}") };
    let sound = fs::read(file).expect("a blob");
    deployment.write("copy.seg", &sound);

    let mut damaged = sound;
    damaged[1000] ^= 1;
    fs::write(file, &damaged).expect("a blob can be written");
    deployment.stop();
    deployment.read("orders/2026").problem(500, "segment-damaged");
    assert!(runbook.signs().contains("`segment_damaged`") && deployment.events("segment_damaged") > 0);

    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains("1 ranges are damaged.") && printed[0].contains(key), "{}", printed[0]);
    assert!(printed[3].contains("damaged.seg is damaged"), "{}", printed[3]);
    deployment.follow(runbook.next_block());
    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains("0 ranges are damaged."), "{}", printed[0]);
    assert_eq!(deployment.read("orders/2026").expect(200).text(), text);
}

/// What a full database does and does not do is tested with one in runtime/tests/full.rs. D1 can't be filled here.
pub fn a_database_is_full(runbook: &mut Runbook) {
    const FULL: &str = "SELECT RAISE(ABORT, 'database or disk is full')";
    let mut deployment = Deployment::new(&[]);
    deployment.create("orders/2026", &"x".repeat(200_000));
    ["logs/a", "logs/b"].iter().for_each(|path| deployment.create(path, "noise"));
    deployment.server().pull_cron_trigger();

    let tables = ["log", "segments", "streams"];
    tables.iter().for_each(|table| {
        deployment.sql(&format!("CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN {FULL}; END"))
    });
    let refused = deployment.append("orders/2026", "more");
    refused.problem(507, "no-room");
    assert!(runbook.text().contains("`Retry-After: 60`"));
    assert_eq!(refused.header("retry-after"), Some("60"));
    deployment.request("PUT", "/v1/stream/orders/2027").send().problem(507, "no-room");
    assert_eq!(deployment.read("orders/2026").expect(200).body.len(), 200_000);
    assert!(runbook.signs().contains("`database_full`") && deployment.events("database_full") > 0);

    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains("logs") && printed[0].contains("orders"), "{}", printed[0]);
    assert!(printed[2].contains("2 streams") && printed[2].contains("0 are left"), "{}", printed[2]);
    // There is room now.
    tables.iter().for_each(|table| deployment.sql(&format!("DROP TRIGGER full_{table}")));
    let printed = deployment.follow(runbook.next_block());
    assert!(printed[2].contains("keeps 0 rows with 0 bytes in D1"), "{}", printed[2]);
    assert_eq!(deployment.stores().rows("segments"), 1);
    deployment.follow(runbook.next_block());
    assert_eq!(deployment.read("orders/2026").expect(200).body.len(), 200_004);
}
