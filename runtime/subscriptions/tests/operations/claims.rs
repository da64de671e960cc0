//! Pull-wake: claims, leases, fences.

use crate::bench::{Bench, START, TTL, offset, pull_wake, webhook};
use subscriptions::{Credentials, Effect, Generation, Phase, Refusal, WorkerName};

fn already_claimed(generation: u64) -> Refusal {
    let (holder, generation) = (WorkerName::read("a").expect("a name"), Generation::new(generation).expect("a number"));
    Refusal::AlreadyClaimed { holder, generation }
}

#[test]
fn a_wake_goes_from_its_event_over_a_claim_to_its_end() {
    let mut bench = Bench::woken(pull_wake());
    let (attempt, stream) = bench.event();
    assert_eq!((stream.as_str(), attempt.generation.get(), bench.generation()), ("x", 1, 1));
    bench.announced(&attempt, Ok(()));
    assert_eq!((bench.writes, bench.alarm), (2, None), "the creation and the wake");
    let claimed = bench.claim().expect("a wake");
    assert_eq!((claimed.wake_id, claimed.claims.generation.get(), claimed.lease_ttl_ms), (attempt.wake_id, 1, TTL));
    let shown: Vec<_> = claimed.streams.iter().map(|info| (info.path.as_str(), info.acked, info.tail)).collect();
    assert_eq!(shown, [("x", offset(0), offset(5))]);
    assert_eq!(bench.alarm, Some(START + TTL));
    assert_eq!(bench.claim(), Err(already_claimed(1)));
}

#[test]
fn a_claim_does_not_wait_for_the_event() {
    let mut bench = Bench::of(pull_wake());
    assert_eq!(bench.claim(), Err(Refusal::NoPendingWork));
    bench.append("x", 5);
    let own = bench.claimed();
    assert_eq!((bench.generation(), bench.effect.is_none()), (1, true), "no event for a claimed wake");
    assert_eq!(bench.ack(&own, &[("x", 5)], true), Ok(false));
    assert!(bench.is_idle() && bench.alarm.is_none());
    assert_eq!(bench.claim(), Err(Refusal::NoPendingWork));
    // Another append, and a claim right after it.
    bench.append("x", 1);
    assert!(bench.claim().is_ok());
    assert_eq!(bench.generation(), 2);
}

#[test]
fn finishing_without_all_acknowledged_starts_the_next_wake() {
    let mut bench = Bench::woken(pull_wake());
    let own = bench.claimed();
    bench.append("x", 2);
    bench.look();
    assert!(bench.effect.is_none(), "no second wake while one is held");
    assert_eq!(bench.ack(&own, &[("x", 5)], true), Ok(true));
    assert_eq!((bench.generation(), bench.event().1.as_str()), (2, "x"));
    assert_eq!(bench.ack(&own, &[], true), Err(Refusal::Fenced));
    assert_eq!(bench.release(&own), Err(Refusal::Fenced));
    // A release acknowledges nothing.
    let next = bench.claimed();
    assert_eq!(bench.release(&next), Ok(()));
    assert_eq!((bench.generation(), bench.cursors()), (3, vec![("x".to_owned(), 5)]));
}

#[test]
fn heartbeats_extend_the_lease_for_any_time() {
    let mut bench = Bench::woken(pull_wake());
    let own = bench.claimed();
    for _ in 0..400 {
        bench.now += TTL - 1;
        assert_eq!(bench.ack(&own, &[], false), Ok(false));
        assert_eq!((bench.alarm, bench.generation()), (Some(bench.now + TTL), 1));
    }
    bench.now += TTL;
    assert_eq!(bench.ack(&own, &[("x", 5)], false), Err(Refusal::Fenced));
    assert_eq!(bench.cursors(), [("x".to_owned(), 0)]);
}

#[test]
fn a_lease_that_has_passed_frees_the_wake_with_a_new_generation() {
    let mut bench = Bench::woken(pull_wake());
    let own = bench.claimed();
    bench.now += TTL;
    bench.look();
    assert_eq!((bench.generation(), bench.event().0.generation.get()), (2, 2));
    let next = bench.claimed();
    let mixed = Credentials { claims: own.claims.clone(), ..next.clone() };
    for stale in [&own, &mixed] {
        assert_eq!(bench.ack(stale, &[("x", 5)], true), Err(Refusal::Fenced));
    }
    assert_eq!(bench.ack(&next, &[("x", 5)], true), Ok(false));
}

#[test]
fn a_claim_after_a_lease_that_no_alarm_has_ended_has_a_new_generation() {
    let mut bench = Bench::woken(pull_wake());
    let own = bench.claimed();
    bench.now += TTL - 1;
    assert_eq!(bench.claim(), Err(already_claimed(1)));
    bench.now += 1;
    let next = bench.claimed();
    assert_eq!((next.generation.get(), bench.effect.is_none()), (2, true));
    assert_ne!(own.wake_id, next.wake_id);
    assert_eq!(bench.ack(&own, &[], false), Err(Refusal::Fenced));
}

#[test]
fn a_refused_acknowledgment_changes_nothing() {
    let mut bench = Bench::woken(pull_wake());
    let own = bench.claimed();
    bench.now += 1;
    let before = (bench.memory.clone(), bench.writes);
    for acks in [&[("x", 6)][..], &[("x", 5), ("x", 6)], &[("x", 5), ("y", 0)]] {
        assert!(matches!(bench.ack(&own, acks, true), Err(Refusal::InvalidOffset(_))), "{acks:?}");
    }
    let foreign = Credentials { wake_id: "w_0".to_owned(), ..own.clone() };
    let other = Credentials { generation: Generation::new(2).expect("a number"), ..own.clone() };
    for stale in [foreign, other] {
        assert_eq!(bench.ack(&stale, &[], false), Err(Refusal::Fenced));
    }
    assert_eq!((bench.memory.clone(), bench.writes), before);
    assert_eq!(bench.ack(&own, &[("x", 3), ("x", 2)], false), Ok(false));
    assert!(matches!(bench.ack(&own, &[("x", 2)], false), Err(Refusal::InvalidOffset(_))));
    assert_eq!(bench.cursors(), [("x".to_owned(), 3)]);
}

#[test]
fn nobody_holds_a_wake_before_its_claim() {
    let mut bench = Bench::woken(pull_wake());
    let own = bench.claimed();
    assert_eq!(bench.release(&own), Ok(()));
    let Phase::Waking { wake, .. } = &bench.subscription().phase else { panic!("the next wake") };
    let mut guessed = Credentials { wake_id: wake.id.as_str().to_owned(), ..own };
    guessed.generation = Generation::new(2).expect("a number");
    assert_eq!(bench.ack(&guessed, &[], false), Err(Refusal::Fenced));
    guessed.claims.generation = guessed.generation;
    assert_eq!(bench.ack(&guessed, &[], false), Err(Refusal::Fenced));
}

#[test]
fn an_event_that_fails_is_repeated_and_claims_work_meanwhile() {
    use subscriptions::Failure;
    let mut bench = Bench::woken(pull_wake());
    let (first, _) = bench.event();
    bench.announced(&first, Err(Failure::NoWakeStream));
    assert_eq!((bench.has_failed(), bench.effect.is_none()), (true, true));
    let at = bench.alarm.expect("a retry");
    assert!((800..=1_200).contains(&(at - START)));
    bench.now = at;
    bench.look();
    let (second, _) = bench.event();
    assert_eq!((second.generation, second.failures), (first.generation, 1));
    // The outcome of an attempt that was given up counts no more.
    bench.announced(&first, Ok(()));
    assert!(bench.has_failed());
    bench.announced(&second, Ok(()));
    assert_eq!((bench.has_failed(), bench.alarm), (false, None));
    assert!(bench.claim().is_ok());
    bench.announced(&second, Err(Failure::NoWakeStream));
    assert!(matches!(bench.subscription().phase, Phase::Held { .. }));
}

#[test]
fn each_type_has_its_own_operations() {
    let mut bench = Bench::woken(webhook());
    let (_, notice) = bench.delivery();
    let own = crate::bench::received(&notice);
    assert_eq!(bench.claim(), Err(Refusal::WrongType));
    assert_eq!(bench.ack(&own, &[], false), Err(Refusal::WrongType));
    assert_eq!(bench.release(&own), Err(Refusal::WrongType));
    let mut pulled = Bench::woken(pull_wake());
    assert!(matches!(pulled.effect, Some(Effect::Announce(_))));
    let own = pulled.claimed();
    assert_eq!(pulled.call_back(&own, &[], false), Err(Refusal::WrongType));
    assert_eq!(pulled.generation(), 1);
}

#[test]
fn a_heartbeat_that_has_waited_counts_from_its_arrival() {
    let mut bench = Bench::woken(pull_wake());
    let own = bench.claimed();
    bench.now += TTL + 5_000;
    bench.wait_ms = 5_001;
    assert_eq!(bench.ack(&own, &[], false), Ok(false));
    assert_eq!(bench.alarm, Some(bench.now + TTL));
    bench.now += TTL + 5_000;
    bench.wait_ms = 5_000;
    assert_eq!(bench.ack(&own, &[], false), Err(Refusal::Fenced));
}

#[test]
fn a_heartbeat_that_has_waited_for_another_claim_is_fenced() {
    let mut bench = Bench::woken(pull_wake());
    let own = bench.claimed();
    bench.now += TTL;
    let other = bench.claimed();
    bench.wait_ms = 1_000;
    assert_eq!(bench.ack(&own, &[("x", 5)], true), Err(Refusal::Fenced));
    assert_eq!(bench.ack(&other, &[("x", 5)], true), Ok(false));
}
