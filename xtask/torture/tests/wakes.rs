//! The checker sees each way in which subscriptions can break their promises.

use torture::check::{Found, Violation, check};
use torture::history::wakes::{Announced, Link, Notice, State};
use torture::history::{Answer, History, Write};
use torture::log::{Kind, Log};

/// Appends of four bytes each to one stream, which is linked, sent at these moments.
fn appended(moments: &[u64]) -> (History, Found) {
    let text = |number: usize| format!("<{number}|>");
    let (history, mut log) = (History::default(), Log::new(Kind::Bytes));
    for (number, sent) in moments.iter().enumerate() {
        let body = Log::of_text(Kind::Bytes, text(number).as_bytes());
        log.append(&body);
        history.writes.borrow_mut().push(Write {
            stream: 0,
            writer: "w".into(),
            number: number as u64,
            body,
            attempts: 1,
            answers: vec![Answer::Done { stop: log.len() }],
            sent: *sent,
            answered: sent + 1,
        });
    }
    history.wakes.links.borrow_mut().push(Link { subscription: "s".into(), stream: 0, path: "p".into(), since: 10 });
    (history, Found { logs: vec![log], lives: vec![], unsettled: vec![] })
}

fn notice(generation: u64, acked: u64, tail: u64) -> Notice {
    let streams = vec![Announced { path: "p".into(), acked, tail }];
    Notice { subscription: "s".into(), wake_id: format!("w_{generation}"), generation, streams }
}

fn state(sent: u64, seen: u64, generation: u64, cursor: u64) -> State {
    State { subscription: "s".into(), sent, seen, generation, cursors: vec![("p".into(), cursor)] }
}

#[track_caller]
fn is(history: &History, found: &Found, expected: &[Violation]) {
    let findings = check(history, found);
    let violations: Vec<_> = findings.iter().map(|finding| finding.violation).collect();
    assert_eq!(violations, expected, "{findings:?}");
}

#[test]
fn every_append_to_a_linked_stream_is_in_a_notice() {
    // The first one was sent before the stream was linked.
    let (history, found) = appended(&[5, 11, 20]);
    is(&history, &found, &[Violation::Unannounced; 2]);
    history.wakes.deliveries.borrow_mut().push(notice(1, 4, 8));
    is(&history, &found, &[Violation::Unannounced]);
    // A wake in which the cursor is at the tail announces nothing, and neither does one of another subscription.
    history.wakes.deliveries.borrow_mut().push(notice(2, 12, 12));
    history.wakes.claims.borrow_mut().push(Notice { subscription: "t".into(), ..notice(1, 8, 12) });
    is(&history, &found, &[Violation::Unannounced]);
    history.wakes.claims.borrow_mut().push(notice(1, 8, 12));
    is(&history, &found, &[]);
}

#[test]
fn an_append_without_an_answer_need_not_be_announced() {
    let (history, found) = appended(&[11]);
    history.writes.borrow_mut()[0].answers.clear();
    is(&history, &found, &[]);
}

#[test]
fn a_subscription_that_is_not_told_everything_in_time_is_unsettled() {
    let (history, mut found) = appended(&[]);
    found.unsettled.push("s".into());
    is(&history, &found, &[Violation::Unsettled]);
}

/// Checks a history without appends, to which `observe` adds what clients have seen.
#[track_caller]
fn observed(observe: impl FnOnce(&History), expected: &[Violation]) {
    let (history, found) = appended(&[]);
    observe(&history);
    is(&history, &found, expected);
}

#[test]
fn generations_grow() {
    let deliveries = |notices: &[Notice], expected: &[Violation]| {
        observed(|history| history.wakes.deliveries.borrow_mut().extend_from_slice(notices), expected);
    };
    let other = Notice { wake_id: "w_other".into(), ..notice(1, 0, 4) };
    deliveries(&[notice(1, 0, 4), notice(1, 0, 4), notice(3, 0, 4)], &[]);
    deliveries(&[notice(1, 0, 4), other], &[Violation::Generation]);
    deliveries(&[notice(2, 0, 4), notice(1, 0, 4)], &[Violation::Generation]);
    let claims = |notices: &[Notice], expected: &[Violation]| {
        observed(|history| history.wakes.claims.borrow_mut().extend_from_slice(notices), expected);
    };
    claims(&[notice(1, 0, 4), notice(2, 0, 4)], &[]);
    claims(&[notice(1, 0, 4), notice(1, 0, 4)], &[Violation::Generation]);
}

#[test]
fn neither_a_generation_nor_a_cursor_goes_back() {
    let states = |states: &[State], expected: &[Violation]| {
        observed(|history| history.wakes.states.borrow_mut().extend_from_slice(states), expected);
    };
    states(&[state(1, 2, 1, 4), state(3, 4, 1, 4), state(5, 6, 2, 8)], &[]);
    states(&[state(1, 2, 1, 8), state(3, 4, 1, 4)], &[Violation::Regressed]);
    states(&[state(1, 2, 2, 4), state(3, 4, 1, 4)], &[Violation::Generation]);
    // Two requests at the same time are in no order.
    states(&[state(1, 3, 2, 8), state(2, 4, 1, 4)], &[]);
}

#[test]
fn a_request_that_is_not_signed_is_a_violation() {
    let (history, found) = appended(&[]);
    history.wakes.unsigned.borrow_mut().push("s".into());
    is(&history, &found, &[Violation::Unsigned]);
}
