//! Webhooks: deliveries, callbacks, retries.

use crate::bench::{Bench, START, TTL, received, webhook};
use subscriptions::{Attempt, Credentials, Delivered, Effect, Failure, Phase, Refusal};

fn woken() -> (Bench, Attempt, Credentials) {
    let bench = Bench::woken(webhook());
    let (attempt, notice) = bench.delivery();
    (bench, attempt, received(&notice))
}

#[test]
fn a_wake_is_written_before_it_is_delivered_and_writes_one_row() {
    let (mut bench, attempt, own) = woken();
    assert_eq!((bench.writes, bench.alarm), (2, Some(START + 5_000)));
    bench.deliver(&attempt, Delivered::Accepted);
    assert_eq!((bench.writes, bench.alarm), (2, Some(START + TTL)));
    assert_eq!(bench.call_back(&own, &[("x", 5)], true), Ok(false));
    assert!(bench.is_idle() && bench.alarm.is_none());
    assert_eq!(bench.call_back(&own, &[("x", 5)], true), Err(Refusal::Fenced));
}

#[test]
fn an_answer_acknowledges_what_the_notice_has_shown() {
    let (mut bench, attempt, _) = woken();
    bench.append("x", 2);
    bench.append("e/a", 3);
    bench.announce(&["e/a"]);
    assert!(bench.effect.is_none());
    bench.deliver(&attempt, Delivered::Done);
    assert_eq!(bench.cursors(), [("e/a".to_owned(), 0), ("x".to_owned(), 5)]);
    let (_, notice) = bench.delivery();
    let pending: Vec<_> = notice.streams.iter().map(|info| (info.path.as_str(), info.tail.get())).collect();
    assert_eq!((bench.generation(), pending), (2, vec![("e/a", 3), ("x", 7)]));
}

#[test]
fn a_callback_may_come_before_the_answer() {
    let (mut bench, attempt, own) = woken();
    assert_eq!(bench.call_back(&own, &[("x", 5)], true), Ok(false));
    bench.deliver(&attempt, Delivered::Accepted);
    assert!(bench.is_idle());
    // The next wake is not finished by the response to the last request.
    bench.append("x", 2);
    bench.look();
    bench.deliver(&attempt, Delivered::Done);
    bench.deliver(&attempt, Delivered::Failed(Failure::Status(500)));
    assert_eq!((bench.generation(), bench.has_failed()), (2, false));
    assert_eq!(bench.cursors(), [("x".to_owned(), 5)]);
}

#[test]
fn a_failed_delivery_keeps_its_generation_and_runs_no_lease() {
    let (mut bench, mut attempt, own) = woken();
    let mut delays = Vec::new();
    for failures in 1..=9_u32 {
        bench.deliver(&attempt, Delivered::Failed(Failure::Status(503)));
        let Phase::Retrying { retry, .. } = &bench.subscription().phase else { panic!("a retry") };
        assert_eq!((retry.failures, retry.last_error), (failures, Failure::Status(503)));
        assert_eq!((bench.has_failed(), bench.alarm), (true, Some(retry.next_attempt)));
        delays.push((retry.next_attempt - bench.now) as f64 / 1000.0);
        bench.now = retry.next_attempt - 1;
        bench.look();
        assert!(bench.effect.is_none());
        bench.now += 1;
        bench.look();
        attempt = bench.delivery().0;
        assert_eq!((bench.generation(), attempt.failures), (1, failures));
        assert_eq!(received(&bench.delivery().1), own, "the same token");
        assert!(
            matches!(bench.subscription().phase, Phase::Held { lease_until, .. } if lease_until == bench.now + TTL)
        );
    }
    for (delay, base) in delays.iter().zip([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]) {
        assert!((0.8 * base..=1.2 * base).contains(delay), "{delays:?}");
    }
    bench.deliver(&attempt, Delivered::Accepted);
    assert!(!bench.has_failed());
}

#[test]
fn a_late_callback_cancels_the_retry() {
    let (mut bench, attempt, own) = woken();
    bench.deliver(&attempt, Delivered::Failed(Failure::TimedOut));
    bench.now += 10;
    assert_eq!(bench.call_back(&own, &[], false), Ok(false));
    assert_eq!((bench.has_failed(), bench.alarm), (false, Some(bench.now + TTL)));
    bench.now += 2_000;
    bench.look();
    assert!(bench.effect.is_none());
    assert_eq!(bench.call_back(&own, &[("x", 5)], true), Ok(false));
    assert!(bench.is_idle());
}

#[test]
fn an_answer_after_the_lease_is_discarded() {
    let (mut bench, attempt, own) = woken();
    bench.deliver(&attempt, Delivered::Accepted);
    bench.now += TTL;
    bench.deliver(&attempt, Delivered::Done);
    assert_eq!((bench.generation(), bench.cursors()), (2, vec![("x".to_owned(), 0)]));
    assert_eq!(bench.call_back(&own, &[("x", 5)], true), Err(Refusal::Fenced));
}

#[test]
fn a_request_that_outlasts_the_lease_has_failed() {
    let (mut bench, attempt, _) = woken();
    bench.now += TTL;
    bench.look();
    assert!(
        matches!(&bench.subscription().phase, Phase::Retrying { retry, .. } if retry.last_error == Failure::TimedOut)
    );
    assert_eq!(bench.generation(), 1);
    bench.deliver(&attempt, Delivered::Done);
    assert_eq!(bench.cursors(), [("x".to_owned(), 0)]);
}

#[test]
fn a_request_ends_with_the_lease() {
    let deadline = |bench: &Bench| match &bench.effect {
        Some(Effect::Deliver(delivery)) => delivery.deadline,
        other => panic!("no delivery: {other:?}"),
    };
    assert_eq!(deadline(&woken().0), START + TTL);
    let configuration = subscriptions::Configuration::new(
        webhook(),
        None,
        [crate::bench::path("x")].into(),
        subscriptions::LeaseTtl::new(600_000).expect("a lease"),
        None,
    );
    let mut bench = Bench::empty();
    bench.create(configuration.expect("a configuration")).expect("a subscription");
    bench.append("x", 1);
    bench.look();
    assert_eq!(deadline(&bench), START + 600_000);
}

#[test]
fn a_receiver_that_has_called_back_is_not_disturbed_by_a_broken_connection() {
    for (failure, status) in [(Failure::TimedOut, false), (Failure::Unreachable, false), (Failure::Status(500), true)] {
        let (mut bench, attempt, own) = woken();
        assert_eq!(bench.call_back(&own, &[], false), Ok(false));
        bench.deliver(&attempt, Delivered::Failed(failure));
        assert_eq!(bench.has_failed(), status, "{failure}");
    }
}
