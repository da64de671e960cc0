//! The stored form of each phase, which rows of earlier versions have.

use crate::bench::{Bench, START, TTL, pull_wake, received, webhook};
use subscriptions::{Delivered, Failure, Stored, Subscription};

/// A wake of the stream `x`, of which 5 bytes were appended.
fn wake(bench: &Bench, fruitless: u32) -> String {
    let wake = bench.subscription().phase.wake().expect("a wake");
    let (id, started_at, snapshot) = (wake.id.as_str(), wake.started_at, snapshot());
    format!(r#"{{"id":"{id}","started_at":{started_at},"snapshot":{snapshot},"moved":false,"fruitless":{fruitless}}}"#)
}

fn snapshot() -> String {
    let first = r#"{"path":"x","tail":{"generation":"g0","offset":5}}"#;
    format!(r#"{{"first":{first},"rest":[],"omitted":0}}"#)
}

/// Compares the stored form, and reads it back.
fn check(bench: &Bench, phase: &str) {
    let row = bench.subscription().row();
    assert_eq!(row.state, format!(r#"{{"version":1,"value":{{"phase":{phase}}}}}"#));
    assert_eq!(Subscription::read(bench.subscription().id.clone(), row).as_ref(), Ok(bench.subscription()));
}

#[test]
fn phases_of_pull_wake_have_a_fixed_form() {
    check(&Bench::of(pull_wake()), r#""idle","rest":null"#);
    let mut bench = Bench::woken(pull_wake());
    check(&bench, &format!(r#""waking","wake":{},"retry":null"#, wake(&bench, 0)));
    let (attempt, _) = bench.event();
    bench.announced(&attempt, Err(Failure::NoWakeStream));
    let at = bench.alarm.expect("a retry");
    let retry = format!(r#"{{"failures":1,"next_attempt":{at},"last_error":"no_wake_stream"}}"#);
    check(&bench, &format!(r#""waking","wake":{},"retry":{retry}"#, wake(&bench, 0)));
    let own = bench.claimed();
    let until = START + TTL;
    check(&bench, &format!(r#""held","wake":{},"holder":{{"worker":"a"}},"lease_until":{until}"#, wake(&bench, 0)));
    bench.release(&own).expect("a wake");
    let own = bench.claimed();
    bench.release(&own).expect("a wake");
    let rest = format!(r#"{{"fruitless":2,"not_before":{},"seen":{}}}"#, START + 1_000, snapshot());
    check(&bench, &format!(r#""idle","rest":{rest}"#));
}

#[test]
fn phases_of_a_webhook_have_a_fixed_form() {
    let mut bench = Bench::woken(webhook());
    let (attempt, notice) = bench.delivery();
    let held = |bench: &Bench, failures: u32, confirmed: bool| {
        let holder = format!(r#"{{"webhook":{{"failures":{failures},"confirmed":{confirmed}}}}}"#);
        format!(r#""held","wake":{},"holder":{holder},"lease_until":{}"#, wake(bench, 0), bench.now + TTL)
    };
    check(&bench, &held(&bench, 0, false));
    bench.deliver(&attempt, Delivered::Failed(Failure::Status(500)));
    let at = bench.alarm.expect("a retry");
    let retry = format!(r#"{{"failures":1,"next_attempt":{at},"last_error":{{"status":500}}}}"#);
    check(&bench, &format!(r#""retrying","wake":{},"retry":{retry}"#, wake(&bench, 0)));
    bench.call_back(&received(&notice), &[], false).expect("a wake");
    check(&bench, &held(&bench, 1, true));
}

#[test]
fn damaged_rows_are_not_read() {
    let bench = Bench::of(webhook());
    let row = bench.subscription().row();
    for state in
        ["", "{}", r#"{"version":2,"value":{"phase":"idle","rest":null}}"#, r#"{"version":1,"value":{"phase":"x"}}"#]
    {
        let damaged = subscriptions::Row { state: state.to_owned(), ..row.clone() };
        assert!(Subscription::read(bench.subscription().id.clone(), damaged).is_err(), "{state}");
    }
    assert!(matches!(bench.memory.stored, Stored::Live(_)));
}
