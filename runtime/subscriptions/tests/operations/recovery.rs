//! After a crash, only what is stored is left, and the alarm.

use crate::bench::{Bench, START, TTL, pull_wake, received, webhook};
use subscriptions::{Delivered, Failure, RESEND_MS};

#[test]
fn a_crash_before_a_delivery_repeats_it_when_the_alarm_runs() {
    for target in [webhook(), pull_wake()] {
        let mut bench = Bench::woken(target);
        let first = bench.effect.clone();
        // The process dies, and a request loads the object again before the alarm runs.
        let armed = bench.alarm.expect("an alarm");
        assert_eq!(armed, START + RESEND_MS);
        bench.reload(Some(armed));
        bench.now += 1;
        bench.look();
        assert_eq!((bench.effect.is_none(), bench.alarm), (true, Some(armed)));
        bench.now = armed;
        bench.look();
        let again = bench.effect.clone().expect("the same wake");
        let attempt = |effect| match effect {
            subscriptions::Effect::Deliver(own) => own.attempt,
            subscriptions::Effect::Announce(own) => own.attempt,
        };
        assert_eq!(first.map(attempt), Some(attempt(again)));
        assert_eq!((bench.writes, bench.alarm), (2, Some(armed + RESEND_MS)));
    }
}

#[test]
fn a_crash_after_a_delivery_repeats_nothing() {
    let mut bench = Bench::woken(pull_wake());
    let (attempt, _) = bench.event();
    bench.announced(&attempt, Ok(()));
    bench.reload(bench.alarm);
    for _ in 0..10 {
        bench.now += RESEND_MS;
        bench.look();
        assert!(bench.effect.is_none() && bench.alarm.is_none());
    }
    let mut bench = Bench::woken(webhook());
    let (attempt, _) = bench.delivery();
    bench.deliver(&attempt, Delivered::Accepted);
    bench.reload(bench.alarm);
    bench.now += RESEND_MS + 1;
    bench.look();
    assert_eq!((bench.effect.is_none(), bench.alarm), (true, Some(START + TTL)));
}

/// An alarm that was armed long ago is no reason to disturb a receiver that has called back.
#[test]
fn a_callback_proves_that_the_delivery_has_arrived() {
    let mut bench = Bench::woken(webhook());
    let own = received(&bench.delivery().1);
    assert_eq!(bench.call_back(&own, &[], false), Ok(false));
    bench.reload(Some(START + RESEND_MS));
    bench.now += RESEND_MS;
    bench.look();
    assert_eq!((bench.effect.is_none(), bench.alarm), (true, Some(START + TTL)));
}

#[test]
fn a_delivery_that_is_under_way_is_not_repeated() {
    for target in [webhook(), pull_wake()] {
        let mut bench = Bench::woken(target);
        for tick in 1..=3 {
            assert_eq!(bench.alarm, Some(START + tick * RESEND_MS));
            bench.now = START + tick * RESEND_MS;
            bench.look();
            assert!(bench.effect.is_none());
        }
    }
}

#[test]
fn retries_survive_a_crash() {
    let mut bench = Bench::woken(webhook());
    let (attempt, _) = bench.delivery();
    bench.deliver(&attempt, Delivered::Failed(Failure::Unreachable));
    let at = bench.alarm.expect("a retry");
    bench.reload(None);
    bench.look();
    assert_eq!((bench.alarm, bench.effect.is_none()), (Some(at), true));
    bench.now = at;
    bench.reload(None);
    bench.look();
    assert_eq!(bench.delivery().0.failures, 1);
    // The retry itself is lost.
    bench.reload(bench.alarm);
    bench.now = bench.alarm.expect("an alarm");
    bench.look();
    assert_eq!((bench.delivery().0.failures, bench.generation()), (1, 1));
}

#[test]
fn leases_and_delays_survive_a_crash() {
    let mut bench = Bench::woken(pull_wake());
    let own = bench.claimed();
    bench.reload(None);
    bench.look();
    assert_eq!(bench.alarm, Some(START + TTL));
    bench.release(&own).expect("a wake");
    let own = bench.claimed();
    bench.release(&own).expect("a wake");
    assert_eq!(bench.alarm, Some(START + 1_000));
    bench.reload(None);
    bench.look();
    assert_eq!(bench.alarm, Some(START + 1_000));
    bench.now += 1_000;
    bench.look();
    assert_eq!(bench.event().0.generation.get(), 3);
}
