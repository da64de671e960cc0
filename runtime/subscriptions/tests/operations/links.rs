//! Links: reasons, arrivals, the lives of streams.

use crate::bench::{Bench, path, pull_wake, webhook};
use subscriptions::{Reason, Refusal};

fn reason(bench: &Bench, text: &str) -> Option<Reason> {
    bench.read_links().get(&path(text)).map(|linked| linked.link.reason)
}

#[test]
fn a_new_stream_is_followed_from_its_first_offset() {
    let mut bench = Bench::of(webhook());
    bench.append("e/a", 4);
    bench.append("e/a/b", 4);
    bench.append("other", 4);
    bench.announce(&["e/a", "e/a/b", "other", "e/absent"]);
    assert_eq!(bench.delivery().1.streams.iter().map(|info| info.path.as_str()).collect::<Vec<_>>(), ["e/a", "x"]);
    assert_eq!((bench.generation(), bench.cursors()), (1, vec![("e/a".to_owned(), 0), ("x".to_owned(), 0)]));
}

#[test]
fn an_empty_stream_is_linked_and_wakes_nobody() {
    let mut bench = Bench::of(webhook());
    bench.append("e/a", 0);
    bench.announce(&["e/a"]);
    assert_eq!((reason(&bench, "e/a"), bench.effect.is_none(), bench.is_idle()), (Some(Reason::Glob), true, true));
    bench.append("e/a", 1);
    bench.look();
    assert_eq!(bench.generation(), 1);
}

#[test]
fn an_explicit_stream_that_is_created_later_is_followed_from_its_first_offset() {
    let mut bench = Bench::of(webhook());
    bench.append("x", 4);
    bench.look();
    assert_eq!((bench.generation(), bench.cursors()), (1, vec![("x".to_owned(), 0)]));
}

#[test]
fn reasons_come_and_go_and_the_cursor_stays() {
    let mut bench = Bench::of(pull_wake());
    bench.append("e/a", 4);
    bench.announce(&["e/a"]);
    let own = bench.claimed();
    assert_eq!(bench.ack(&own, &[("e/a", 3)], false), Ok(false));
    bench.link(&["e/a"]).expect("a link");
    assert_eq!(reason(&bench, "e/a"), Some(Reason::Both));
    bench.announce(&["e/a"]);
    bench.unlink("e/a");
    assert_eq!(reason(&bench, "e/a"), Some(Reason::Glob));
    bench.unlink("e/a");
    bench.unlink("never");
    assert_eq!((reason(&bench, "e/a"), bench.cursors()[0].1), (Some(Reason::Glob), 3));
    bench.unlink("x");
    assert_eq!(reason(&bench, "x"), None);
}

#[test]
fn an_added_stream_is_followed_from_its_tail_unless_the_pattern_was_about_to_link_it() {
    let mut bench = Bench::of(webhook());
    bench.append("other", 4);
    bench.append("e/a", 4);
    bench.link(&["other", "e/a"]).expect("links");
    assert_eq!((reason(&bench, "e/a"), reason(&bench, "other")), (Some(Reason::Both), Some(Reason::Explicit)));
    let cursors: Vec<_> = bench.cursors().into_iter().map(|(_, cursor)| cursor).collect();
    assert_eq!((bench.generation(), cursors), (1, vec![0, 4, 0]));
    bench.announce(&["e/a"]);
    assert_eq!(bench.cursors()[0], ("e/a".to_owned(), 0));
}

#[test]
fn no_wake_stream_is_linked() {
    let mut bench = Bench::empty();
    bench.create(crate::bench::configuration(pull_wake(), "**", &[])).expect("a subscription");
    bench.append("pool", 4);
    bench.append("a", 4);
    bench.announce(&["pool", "a"]);
    assert_eq!(bench.cursors(), [("a".to_owned(), 0)]);
    assert_eq!(bench.link(&["b", "pool"]), Err(Refusal::OwnWakeStream));
    assert_eq!(bench.cursors().len(), 1);
}

#[test]
fn a_link_to_a_wake_stream_of_another_subscription_is_hidden() {
    let mut bench = Bench::of(webhook());
    bench.append("e/a", 4);
    bench.announce(&["e/a"]);
    let (attempt, _) = bench.delivery();
    bench.link(&["e/a"]).expect("a link");
    bench.deliver(&attempt, subscriptions::Delivered::Done);
    bench.hidden = ["e/a", "x"].map(path).into();
    bench.append("e/a", 2);
    bench.append("x", 2);
    bench.look();
    assert_eq!((bench.cursors(), bench.is_idle(), bench.links.len()), (vec![], true, 2));
    assert!(bench.read_links().follows(&path("x")) && !bench.read_links().follows(&path("y")));
    // It can be removed meanwhile.
    bench.unlink("x");
    bench.unlink("e/a");
    bench.hidden.clear();
    bench.look();
    assert_eq!((reason(&bench, "e/a"), bench.cursors()), (Some(Reason::Glob), vec![("e/a".to_owned(), 4)]));
    assert_eq!(bench.generation(), 2);
}

#[test]
fn a_stream_that_was_a_wake_stream_when_it_was_announced_is_followed_from_its_tail() {
    let mut bench = Bench::of(webhook());
    bench.append("e/a", 4);
    bench.arriving.clear();
    bench.link(&["e/a"]).expect("a link");
    assert_eq!((reason(&bench, "e/a"), bench.cursors()[0].1), (Some(Reason::Both), 4));
}

#[test]
fn the_cursor_of_an_ended_generation_hides_nothing() {
    let mut bench = Bench::woken(pull_wake());
    let own = bench.claimed();
    assert_eq!(bench.ack(&own, &[("x", 5)], true), Ok(false));
    bench.end("x");
    bench.look();
    assert_eq!(bench.cursors(), [("x".to_owned(), 5)], "where the next generation begins");
    bench.append("x", 1);
    let own = bench.claimed();
    assert_eq!((bench.generation(), bench.cursors()), (2, vec![("x".to_owned(), 5)]));
    bench.end("x");
    assert!(matches!(bench.ack(&own, &[("x", 6)], false), Err(Refusal::InvalidOffset(_))));
    bench.append("x", 1);
    assert!(
        matches!(bench.ack(&own, &[("x", 5)], false), Err(Refusal::InvalidOffset(_))),
        "an offset of an ended life"
    );
    assert_eq!(bench.ack(&own, &[("x", 7)], true), Ok(false));
}

#[test]
fn a_glob_link_ends_with_its_stream_and_is_deleted_with_the_next_write() {
    let mut bench = Bench::of(pull_wake());
    bench.append("e/a", 4);
    bench.announce(&["e/a"]);
    let own = bench.claimed();
    bench.end("e/a");
    let writes = bench.writes;
    bench.look();
    assert_eq!((bench.writes, bench.links.len(), bench.cursors().len()), (writes, 2, 1));
    assert!(matches!(bench.ack(&own, &[("e/a", 4)], true), Err(Refusal::InvalidOffset(_))));
    assert_eq!(bench.ack(&own, &[], true), Ok(false));
    assert_eq!((bench.links.len(), bench.is_idle()), (1, true));
    bench.append("e/a", 1);
    bench.announce(&["e/a"]);
    assert_eq!((bench.generation(), bench.cursors()[0].1), (2, 4));
}
