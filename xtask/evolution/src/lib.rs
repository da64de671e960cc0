//! What clients notice when one spec takes the place of another.
//!
//! What clients send may become more, and what they are told may become less; the other way round breaks some of them.
//! Names in the program, documentation and examples are nothing to them.

mod access;
mod answer;
mod callback;
mod event;
mod grammar;
mod object;
mod order;
mod request;
mod resource;

use dsl::model::{Amount, Model};
use std::collections::BTreeMap;
use std::fmt;

/// What a change means to a client that was written for the old spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Something that it does, or relies on, is not so any more.
    Breaking,
    /// The specs don't tell.
    Unclear,
    /// It goes on as before.
    Compatible,
}

/// A difference that is to be seen on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it means.
    pub effect: Effect,
    /// Where: endpoints, as `stream.append`.
    pub places: Vec<String>,
    /// What is different.
    pub what: String,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Breaking => "breaking",
            Self::Unclear => "unclear",
            Self::Compatible => "compatible",
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<10} {}: {}", self.effect, self.places.join(", "), self.what)
    }
}

/// All changes from `old` to `new`, breaking ones first. One that is the same in several places is told once.
#[must_use]
pub fn compare(old: &Model, new: &Model) -> Vec<Change> {
    let mut changes = Changes::default();
    protocol(&mut changes, old, new);
    resource::compare(&mut changes, old, new);
    callback::compare(&mut changes, old, new);
    limits(&mut changes, old, new);
    changes.sorted()
}

/// What has been found so far.
#[derive(Default)]
struct Changes {
    place: String,
    found: Vec<Change>,
    known: BTreeMap<(Effect, String), usize>,
}

impl Changes {
    /// What comes next is found here.
    fn at(&mut self, place: impl Into<String>) {
        self.place = place.into();
    }

    fn breaking(&mut self, what: impl Into<String>) {
        self.add(Effect::Breaking, what.into());
    }

    fn unclear(&mut self, what: impl Into<String>) {
        self.add(Effect::Unclear, what.into());
    }

    fn compatible(&mut self, what: impl Into<String>) {
        self.add(Effect::Compatible, what.into());
    }

    fn add(&mut self, effect: Effect, what: String) {
        let index = *self.known.entry((effect, what.clone())).or_insert(self.found.len());
        match self.found.get_mut(index) {
            Some(change) if change.places.contains(&self.place) => {}
            Some(change) => change.places.push(self.place.clone()),
            None => self.found.push(Change { effect, places: vec![self.place.clone()], what }),
        }
    }

    fn sorted(mut self) -> Vec<Change> {
        self.found.sort_by_key(|change| change.effect);
        self.found
    }
}

fn protocol(changes: &mut Changes, old: &Model, new: &Model) {
    changes.at("everywhere");
    let prefix = |model: &Model| model.protocol.as_ref().map(|protocol| protocol.problems.clone()).unwrap_or_default();
    let (was, is) = (prefix(old), prefix(new));
    if was != is {
        changes.breaking(format!("the types of problems began with `{was}` and begin with `{is}`"));
    }
    answer::headers(changes, (old, &old.every), (new, &new.every));
    match (&old.cors, &new.cors) {
        (Some(was), Some(is)) if was.origin != is.origin => {
            changes.breaking(format!("browsers were let in from `{}` and are from `{}`", was.origin, is.origin));
        }
        (Some(_), None) => changes.breaking("browsers are not let in from other origins"),
        (None, Some(_)) => changes.compatible("browsers are let in from other origins"),
        _ => {}
    }
    changes.at("elsewhere");
    if let (Some(was), Some(is)) = (&old.unrouted, &new.unrouted) {
        answer::compare(changes, (old, was.path), (new, is.path));
        answer::compare(changes, (old, was.method), (new, is.method));
        if let (Some(was), Some(is)) = (was.reserved, is.reserved) {
            answer::compare(changes, (old, was), (new, is));
        }
    }
}

/// Limits of the program, which a deployment may override. Those of bodies are told where the bodies are.
fn limits(changes: &mut Changes, old: &Model, new: &Model) {
    changes.at("limits");
    for was in old.limits.iter() {
        let Some(is) = new.limits.iter().find(|limit| limit.name == was.name) else { continue };
        let what = format!("`{}` was {} and is {}", was.name, amount(was.amount), amount(is.amount));
        match count(is.amount).cmp(&count(was.amount)) {
            std::cmp::Ordering::Less => changes.unclear(what),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => changes.compatible(what),
        }
    }
}

fn count(amount: Amount) -> u64 {
    let (Amount::Bytes(count) | Amount::Milliseconds(count) | Amount::Count(count)) = amount;
    count
}

fn amount(amount: Amount) -> String {
    docs::phrase::amount(amount)
}
