//! Trouble with some streams.

use e2e::stores::COLD;
use serde_json::Value;

use super::deployment::{Deployment, wait_until};
use super::page::Runbook;

pub fn an_object_is_stuck(runbook: &mut Runbook) {
    let mut deployment = Deployment::new(&[]);
    deployment.create("orders/2026", "content");
    // Somebody has changed the row by hand, and the Durable Object does not know.
    deployment.sql("UPDATE streams SET content_type = 'text/markdown'");
    let content_type = |deployment: &mut Deployment| {
        let head = deployment.request("HEAD", "/v1/stream/orders/2026").send().expect(200);
        head.header("content-type").map(str::to_owned)
    };
    assert_eq!(content_type(&mut deployment).as_deref(), Some("text/plain"));

    let kept = deployment.keep_in_memory("orders/2026");
    let printed = deployment.follow(runbook.next_block());
    drop(kept);
    let described: Value = serde_json::from_str(&printed[0]).expect("JSON");
    assert_eq!(
        (&described["stream"]["content_type"], &described["memory"]["loaded"]),
        (&"text/markdown".into(), &true.into())
    );
    assert_eq!(content_type(&mut deployment).as_deref(), Some("text/markdown"));
    deployment.follow(runbook.next_block());
    let printed = deployment.follow(runbook.next_block());
    assert!(printed[1].to_lowercase().contains("content-type: text/markdown"), "{}", printed[1]);
}

/// How many moves of a stream have failed one after another.
fn failed_moves(deployment: &mut Deployment, path: &str) -> u64 {
    let described = deployment.request("GET", &format!("/v1/admin/streams/{path}")).send().expect(200);
    let described: Value = serde_json::from_str(described.text()).expect("JSON");
    described["memory"]["move_failures"].as_u64().unwrap_or(0)
}

pub fn a_stream_is_poisoned(runbook: &mut Runbook) {
    let mut deployment = Deployment::new(&[("LIMIT_HOT_ROWS", "2")]);
    deployment.create("orders/2026", "0,");
    (1..6).for_each(|number| drop(deployment.append("orders/2026", &format!("{number},")).expect(204)));
    wait_until("a move", || deployment.stores().rows("segments") > 0);

    let refuse = "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END";
    deployment.sql(&format!("CREATE TRIGGER full BEFORE INSERT ON segments {refuse}"));
    deployment.create("logs/app", "0,");
    (1..6).for_each(|number| drop(deployment.append("logs/app", &format!("{number},")).expect(204)));
    // An idle object loses its memory between two runs of its alarm.
    let kept = deployment.keep_in_memory("logs/app");
    // Moves of the other stream can fail, too, and earlier.
    wait_until("a failure", || failed_moves(&mut deployment, "logs/app") > 0);
    assert!(runbook.signs().contains("`move_failed`") && deployment.events("move_failed") > 0);
    let printed = deployment.follow(runbook.next_block());
    let described: Value = serde_json::from_str(&printed[0]).expect("JSON");
    assert!(described["memory"]["move_failures"].as_u64() > Some(0), "{described}");
    let failed = described["last_failure"]["event"].as_str();
    assert!(failed.is_some_and(|event| ["move_failed", "alarm_failed"].contains(&event)), "{described}");
    drop(kept);
    deployment.sql("DROP TRIGGER full");
    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains("keeps 1 rows"), "{}", printed[0]);

    deployment.sql("UPDATE streams SET labels = 'x' WHERE path = 'orders/2026'");
    deployment.stop();
    let refused = deployment.read("orders/2026");
    refused.problem(503, "unavailable");
    assert!(runbook.signs().contains("The stored data of the stream is invalid."));
    assert!(refused.text().contains("The stored data of the stream is invalid."), "{refused:?}");
    assert!(runbook.signs().contains("`request_failed`") && deployment.events("request_failed") > 0);
    deployment.request("GET", "/v1/streams").send().problem(503, "unavailable");
    assert_eq!(deployment.read("logs/app").expect(200).text(), "0,1,2,3,4,5,");

    let printed = deployment.follow(runbook.next_block());
    let described: Value = serde_json::from_str(&printed[0]).expect("JSON");
    assert!(described["unreadable"].as_str().is_some_and(|text| text.contains("streams.labels")), "{described}");
    assert!(deployment.file("row.json").contains("\"labels\": \"x\""));
    let printed = deployment.follow(runbook.next_block());
    assert_eq!(printed[0].matches("0 ranges are damaged.").count(), 2, "{printed:?}");
    assert_eq!(deployment.read("orders/2026").expect(200).text(), "0,1,2,3,4,5,");
    deployment.append("orders/2026", "6,").expect(204);
}

pub fn a_user_is_erased(runbook: &mut Runbook) {
    let mut deployment = Deployment::new(&COLD);
    let (erased, kept) = (["users/7", "users/7/a", "users/7/b/c"], ["users/70", "users/8/a"]);
    erased.iter().chain(&kept).for_each(|path| deployment.create(path, "personal"));
    deployment.settle();
    assert_eq!(deployment.stores().keys().len(), 5);

    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains("users/7/: 2 streams"), "{}", printed[0]);
    let receipt: Value = serde_json::from_str(&deployment.file("receipt.json")).expect("JSON");
    assert_eq!((&receipt["deleted"], &receipt["left"], &receipt["left_for_forks"]), (&2.into(), &0.into(), &0.into()));
    let printed = deployment.follow(runbook.next_block());
    assert!(printed[0].contains("users/70") && !printed[0].contains("users/7\"") && !printed[0].contains("users/7/"));

    wait_until("the deletion of objects", || deployment.stores().keys().len() == 2);
    wait_until("the deletion of rows", || deployment.stores().rows("segments") == 2);
    for path in erased {
        deployment.read(path).problem(404, "stream-not-found");
    }
    for path in kept {
        assert_eq!(deployment.read(path).expect(200).text(), "personal");
    }
}
