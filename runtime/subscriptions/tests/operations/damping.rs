//! Wakes that end without moving a cursor delay the next ones.

use crate::bench::{Bench, pull_wake, received, webhook};
use subscriptions::Phase;

/// The delays between the ends of wakes and the starts of the next ones, if each wake is released.
fn delays(bench: &mut Bench, count: usize) -> Vec<u64> {
    let mut delays = Vec::new();
    for _ in 0..count {
        let own = bench.claimed();
        bench.release(&own).expect("a wake");
        let ended = bench.now;
        if let Phase::Idle { .. } = bench.subscription().phase {
            bench.now = bench.alarm.expect("a delayed wake") - 1;
            bench.look();
            assert!(bench.effect.is_none());
            bench.now += 1;
            bench.look();
        }
        bench.event();
        delays.push(bench.now - ended);
    }
    delays
}

#[test]
fn the_first_wake_comes_at_once_and_the_next_ones_ever_later() {
    let mut bench = Bench::woken(pull_wake());
    let expected = [0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
    assert_eq!(delays(&mut bench, 9), expected);
    // Progress ends it.
    let own = bench.claimed();
    assert_eq!(bench.ack(&own, &[("x", 1)], true), Ok(true));
    assert_eq!(delays(&mut bench, 2), [0, 1_000]);
}

#[test]
fn an_append_ends_the_delay_and_a_poke_without_one_does_not() {
    let mut bench = Bench::woken(pull_wake());
    delays(&mut bench, 4);
    let own = bench.claimed();
    bench.release(&own).expect("a wake");
    bench.look();
    assert!(bench.effect.is_none() && bench.alarm.is_some());
    bench.append("x", 1);
    bench.look();
    bench.event();
    assert_eq!(delays(&mut bench, 2), [0, 1_000]);
}

#[test]
fn an_append_during_the_wake_starts_the_next_one_at_once() {
    let mut bench = Bench::woken(pull_wake());
    delays(&mut bench, 4);
    let own = bench.claimed();
    bench.append("x", 1);
    assert_eq!(bench.ack(&own, &[], true), Ok(true));
}

#[test]
fn a_claim_does_not_wait() {
    let mut bench = Bench::woken(pull_wake());
    delays(&mut bench, 3);
    let own = bench.claimed();
    assert_eq!(bench.ack(&own, &[], true), Ok(false), "no wake was started");
    let own = bench.claimed();
    bench.release(&own).expect("a wake");
    let Phase::Idle { rest: Some(rest) } = &bench.subscription().phase else { panic!("a rest") };
    assert_eq!((rest.fruitless, rest.not_before - bench.now), (5, 8_000));
}

#[test]
fn a_lease_that_ends_delays_nothing() {
    let mut bench = Bench::woken(pull_wake());
    delays(&mut bench, 4);
    bench.claimed();
    bench.now = bench.alarm.expect("the end of the lease");
    bench.look();
    bench.event();
    // And it is no progress.
    let own = bench.claimed();
    bench.release(&own).expect("a wake");
    assert!(matches!(&bench.subscription().phase, Phase::Idle { rest: Some(rest) } if rest.fruitless == 5));
}

#[test]
fn a_receiver_that_answers_done_to_nothing_does_not_spin() {
    let mut bench = Bench::woken(webhook());
    for expected in [true, false] {
        let own = received(&bench.delivery().1);
        assert_eq!(bench.call_back(&own, &[], true), Ok(expected));
    }
    assert_eq!((bench.generation(), bench.alarm), (2, Some(bench.now + 1_000)));
}

#[test]
fn nothing_is_scheduled_once_nothing_is_pending() {
    let mut bench = Bench::woken(pull_wake());
    delays(&mut bench, 3);
    let own = bench.claimed();
    bench.release(&own).expect("a wake");
    bench.end("x");
    bench.look();
    assert!(bench.is_idle() && bench.alarm.is_none());
}
