//! Whether what was seen of subscriptions is what they promise.

use std::collections::HashMap;

use super::Violation;
use crate::history::wakes::{Link, Notice, State, Wakes};
use crate::history::{Fate, Write};

/// Everything in which subscriptions and the appends to their streams do not fit.
pub fn check(wakes: &Wakes, writes: &[Write], mut add: impl FnMut(Violation, String)) {
    for reason in wakes.unsigned.borrow().iter() {
        add(Violation::Unsigned, reason.clone());
    }
    let (deliveries, claims) = (wakes.deliveries.borrow(), wakes.claims.borrow());
    for link in wakes.links.borrow().iter() {
        let notices = || deliveries.iter().chain(&*claims);
        unannounced(link, notices, writes)
            .for_each(|write| add(Violation::Unannounced, format!("{link:?}: {write:?}")));
    }
    // A request is retried with the same wake, but a wake is claimed once.
    generations(&deliveries, |before, now| {
        now.generation > before.generation || (now.generation == before.generation && now.wake_id == before.wake_id)
    })
    .chain(generations(&claims, |before, now| now.generation > before.generation))
    .for_each(|pair| add(Violation::Generation, format!("{pair:?}")));
    regressions(&wakes.states.borrow(), &wakes.links.borrow(), &mut add);
}

/// The acknowledged appends that no request to a webhook and no claim has announced.
fn unannounced<'a, N: Iterator<Item = &'a Notice>>(
    link: &'a Link,
    notices: impl Fn() -> N,
    writes: &'a [Write],
) -> impl Iterator<Item = &'a Write> {
    let of_link = notices().filter(|notice| notice.subscription == link.subscription);
    let of_stream = of_link.flat_map(|notice| &notice.streams).filter(|stream| stream.path == link.path);
    let announced: Vec<_> = of_stream.map(|stream| stream.acked + 1..=stream.tail).collect();
    let must_be = |write: &&Write| write.stream == link.stream && write.sent > link.since;
    writes.iter().filter(must_be).filter(move |write| match write.fate() {
        Fate::Acknowledged { stop } => !announced.iter().any(|range| range.contains(&stop)),
        Fate::Refused { .. } | Fate::Unknown => false,
    })
}

/// The wakes that do not follow the one before of their subscription.
fn generations<'a>(
    notices: &'a [Notice],
    follows: impl Fn(&Notice, &Notice) -> bool + 'a,
) -> impl Iterator<Item = (&'a Notice, &'a Notice)> {
    let mut latest: HashMap<&str, &Notice> = HashMap::new();
    notices.iter().filter_map(move |notice| {
        let before = latest.insert(&notice.subscription, notice)?;
        (!follows(before, notice)).then_some((before, notice))
    })
}

/// Generations and cursors that are smaller than what was seen before they were asked for. Cursors count only for links to streams that
/// are never deleted.
fn regressions(states: &[State], links: &[Link], add: &mut impl FnMut(Violation, String)) {
    for (index, state) in states.iter().enumerate() {
        let of_same = |before: &&State| before.subscription == state.subscription && before.seen < state.sent;
        for before in states[..index].iter().filter(of_same) {
            if before.generation > state.generation {
                add(Violation::Generation, format!("{before:?} before {state:?}"));
            }
            for link in links.iter().filter(|link| link.subscription == state.subscription) {
                let cursor = |state: &State| state.cursors.iter().find(|(path, _)| *path == link.path).map(|own| own.1);
                if let (Some(before), Some(now)) = (cursor(before), cursor(state))
                    && now < before
                {
                    add(Violation::Regressed, format!("{now} after {before} of {link:?}"));
                }
            }
        }
    }
}
