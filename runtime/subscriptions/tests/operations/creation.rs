//! Creation, confirmation, deletion, and the next life of an id.

use crate::bench::{Bench, START, configuration, pull_wake, received, webhook};
use subscriptions::{Created, Delivered, Generation, Memory, Refusal, Stored};

#[test]
fn streams_that_exist_are_followed_from_their_tails() {
    let mut bench = Bench::empty();
    for text in ["e/a", "x", "other", "pool"] {
        bench.append(text, 4);
    }
    assert_eq!(bench.create(configuration(pull_wake(), "**", &["x", "y"])), Ok(Created::New));
    let cursors = [("e/a", 4), ("other", 4), ("x", 4), ("y", 0)].map(|(text, cursor)| (text.to_owned(), cursor));
    assert_eq!(bench.cursors(), cursors);
    assert!(bench.is_idle() && bench.alarm.is_none() && bench.effect.is_none());
}

#[test]
fn a_second_put_confirms_and_changes_nothing() {
    let mut bench = Bench::woken(pull_wake());
    bench.append("x", 1);
    bench.now += 1;
    let (memory, writes, alarm) = (bench.memory.clone(), bench.writes, bench.alarm);
    assert_eq!(bench.create(configuration(pull_wake(), "/e/*", &["x", "x"])), Ok(Created::Confirmed));
    assert_eq!((&bench.memory, bench.writes, bench.alarm), (&memory, writes, alarm));
    assert_eq!(bench.create(configuration(pull_wake(), "e/*", &[])), Err(Refusal::AlreadyExists));
    assert_eq!((&bench.memory, bench.writes, bench.alarm), (&memory, writes, alarm));
    // Links that were added later are not part of the configuration.
    bench.link(&["y"]).expect("a link");
    assert_eq!(bench.create(configuration(pull_wake(), "e/*", &["x"])), Ok(Created::Confirmed));
}

#[test]
fn links_have_a_limit() {
    let mut bench = Bench::empty();
    let four = configuration(webhook(), "", &["a", "b", "c", "d"]);
    assert_eq!(bench.create(four), Err(Refusal::TooManyLinks));
    assert_eq!((bench.writes, &bench.memory.stored), (0, &Stored::Absent));
    assert_eq!(bench.create(configuration(webhook(), "e/*", &["a", "b"])), Ok(Created::New));
    assert_eq!(bench.link(&["b", "c", "d"]), Err(Refusal::TooManyLinks));
    assert_eq!(bench.link(&["b", "c", "c"]), Ok(()));
}

#[test]
fn nothing_passes_after_a_deletion() {
    let mut bench = Bench::woken(webhook());
    let (attempt, notice) = bench.delivery();
    let own = received(&notice);
    bench.carry_out(|memory, _, _| memory.delete());
    assert_eq!((&bench.alarm, bench.effect.is_none(), bench.links.len()), (&None, true, 0));
    assert_eq!(bench.call_back(&own, &[("x", 5)], true), Err(Refusal::NotFound));
    let answer = bench.carry_out(|memory, links, moment| memory.delivered(links, &attempt, Delivered::Done, moment));
    assert_eq!(answer, Err(Refusal::NotFound));
    let answer = bench.carry_out(|memory, links, moment| memory.look(links, moment));
    assert_eq!((answer, bench.alarm), (Err(Refusal::NotFound), None));
}

#[test]
fn the_next_life_counts_on_and_refuses_old_tokens() {
    let mut bench = Bench::woken(webhook());
    let own = received(&bench.delivery().1);
    bench.carry_out(|memory, _, _| memory.delete());
    assert_eq!(bench.create(configuration(webhook(), "e/*", &["x"])), Ok(Created::New));
    // History is not repeated for the new life.
    assert!(bench.is_idle());
    bench.append("x", 1);
    bench.look();
    let (_, notice) = bench.delivery();
    assert_eq!(notice.claims.generation, Generation::new(2).expect("a number"));
    assert_ne!(notice.claims.life, own.claims.life);
    assert_eq!(bench.call_back(&own, &[], true), Err(Refusal::Fenced));
    // Also a token of an earlier life whose generation was guessed.
    let mut guessed = received(&notice);
    guessed.claims.life = own.claims.life;
    assert_eq!(bench.call_back(&guessed, &[], true), Err(Refusal::Fenced));
    assert_eq!(bench.call_back(&received(&notice), &[], false), Ok(false));
}

/// The write of a creation that nobody has confirmed can be under way.
#[test]
fn deleting_none_writes_a_tombstone() {
    let mut bench = Bench::empty();
    bench.carry_out(|memory, _, _| memory.delete());
    assert_eq!((bench.writes, &bench.memory.stored), (1, &Stored::Deleted { generation: Generation::default() }));
    assert_eq!(Memory::loaded(bench.memory.stored.clone(), Some(START)).alarm(START), None);
}
