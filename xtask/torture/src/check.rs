//! Whether a history fits what is there in the end.

mod wakes;

use std::collections::HashMap;
use std::fmt;

use crate::body::head;
use crate::history::{Answer, Fate, History, Life, List, Presence, Sight, Write};
use crate::log::Log;

/// The ways in which a server can break its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Violation {
    /// An acknowledged append is not there.
    Lost,
    /// An append is there more than once.
    Doubled,
    /// An append is not at the offset that its answer said.
    Misplaced,
    /// An append was refused for which there was no reason.
    Refused,
    /// Something is there that nobody wrote, as half an append would be.
    Torn,
    /// An append is before one that had been acknowledged when it was sent, or before an earlier one of its writer.
    Reordered,
    /// The answers to an append and its repetitions do not agree.
    Inconsistent,
    /// A reader was shown less than what is between its offsets.
    Gap,
    /// A reader was shown more than what is between its offsets.
    Repeat,
    /// A reader was shown what is not there.
    Retracted,
    /// A reader was told that it had everything, and had not.
    Stale,
    /// A stream that was created is not there as it should be, or one that was deleted is there.
    Life,
    /// A list lacks a stream that was there when it was asked for, or has one that had been deleted.
    List,
    /// An acknowledged append to a linked stream was in no request to a webhook and in no claim.
    Unannounced,
    /// A subscription was not notified of all data in time.
    Unsettled,
    /// A generation of a subscription was repeated or went back.
    Generation,
    /// A cursor of a subscription went back.
    Regressed,
    /// A request to a webhook was not signed as it must be.
    Unsigned,
}

/// A violation, and what about.
#[derive(Debug)]
pub struct Finding {
    pub violation: Violation,
    pub about: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.violation, self.about)
    }
}

/// What there is in the end.
pub struct Found {
    /// The streams that were written to.
    pub logs: Vec<Log>,
    /// Of each life, what is at its path.
    pub lives: Vec<Option<Log>>,
    /// The links of which subscriptions were not notified of everything in time.
    pub unsettled: Vec<String>,
}

/// Everything in which a history and what was found do not fit.
pub fn check(history: &History, found: &Found) -> Vec<Finding> {
    let mut findings = Findings::default();
    let (writes, sights, lives) = (history.writes.borrow(), history.sights.borrow(), history.lives.borrow());
    let lists = history.lists.borrow();
    for refusal in history.refusals.borrow().iter() {
        findings.add(Violation::Refused, refusal);
    }
    for (stream, log) in found.logs.iter().enumerate() {
        let writes: Vec<_> = writes.iter().filter(|write| write.stream == stream).collect();
        let sights = sights.iter().filter(|sight| sight.stream == stream);
        let places = findings.places(log, &writes);
        for (write, at) in writes.iter().zip(&places) {
            findings.answers(write);
            findings.occurrences(write, at);
        }
        findings.order(&writes, &places);
        sights.for_each(|sight| findings.sight(sight, log, &writes));
    }
    for (life, there) in lives.iter().zip(&found.lives) {
        findings.life(life, there.as_ref(), &found.logs);
    }
    found.unsettled.iter().for_each(|link| findings.add(Violation::Unsettled, link));
    wakes::check(&history.wakes, &writes, |violation, about| findings.add(violation, about));
    lists.iter().for_each(|list| findings.list(list, &lives[..list.settled]));
    findings.0
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, violation: Violation, about: impl fmt::Debug) {
        self.0.push(Finding { violation, about: format!("{about:?}") });
    }

    /// The offsets at which each write begins.
    fn places(&mut self, log: &Log, writes: &[&Write]) -> Vec<Vec<u64>> {
        let known: HashMap<_, _> = (0..).zip(writes).map(|(index, write)| (head(write.body.text()), index)).collect();
        let mut places = vec![Vec::new(); writes.len()];
        let (mut rest, mut at) = (log.text(), 0);
        while !rest.is_empty() {
            let index: Option<&usize> = known.get(head(rest));
            let whole = index.and_then(|index| Some((index, rest.strip_prefix(writes[*index].body.text())?)));
            let Some((index, after)) = whole else {
                let shown = &rest[..rest.len().min(200)];
                self.add(Violation::Torn, format_args!("at {at} of {log:?}: {}", shown.escape_ascii()));
                // What comes after can't be told apart with certainty.
                return places;
            };
            places[*index].push(at);
            at += writes[*index].body.len();
            rest = after;
        }
        places
    }

    /// Only the first of several answers may say that it was done just now, and all name one offset.
    fn answers(&mut self, write: &Write) {
        let stop = |answer: &Answer| match answer {
            Answer::Done { stop } | Answer::Repeated { stop } => Some(*stop),
            Answer::Refused { .. } => None,
        };
        let again = write.answers.iter().skip(1);
        let differs = again.clone().any(|answer| stop(answer) != write.answers.first().and_then(stop));
        let done_twice = again.clone().any(|answer| matches!(answer, Answer::Done { .. }));
        let repeats_nothing = write.attempts == 1 && matches!(write.answers.first(), Some(Answer::Repeated { .. }));
        if differs || done_twice || repeats_nothing {
            self.add(Violation::Inconsistent, write);
        }
    }

    fn occurrences(&mut self, write: &Write, places: &[u64]) {
        if places.len() > 1 {
            self.add(Violation::Doubled, (write, places));
        }
        match write.fate() {
            Fate::Acknowledged { .. } if places.is_empty() => self.add(Violation::Lost, write),
            Fate::Acknowledged { stop } if places.iter().all(|start| start + write.body.len() != stop) => {
                self.add(Violation::Misplaced, (write, places));
            }
            Fate::Refused { .. } => self.add(Violation::Refused, write),
            Fate::Acknowledged { .. } | Fate::Unknown => {}
        }
    }

    fn order(&mut self, writes: &[&Write], places: &[Vec<u64>]) {
        let mut placed: Vec<_> =
            writes.iter().zip(places).flat_map(|(write, places)| places.iter().map(move |at| (at, *write))).collect();
        placed.sort_by_key(|(at, _)| **at);
        let mut latest: Option<&Write> = None;
        let mut of_writer: HashMap<&str, &Write> = HashMap::new();
        for (_, write) in placed {
            let known = matches!(write.fate(), Fate::Acknowledged { .. });
            if let Some(before) = latest.filter(|latest| known && write.answered < latest.sent) {
                self.add(Violation::Reordered, (before, write));
            }
            if let Some(before) = of_writer.insert(&write.writer, write).filter(|before| before.number > write.number) {
                self.add(Violation::Reordered, (before, write));
            }
            latest = Some(latest.filter(|latest| latest.sent > write.sent).unwrap_or(write));
        }
    }

    fn sight(&mut self, sight: &Sight, log: &Log, writes: &[&Write]) {
        match sight.stop.checked_sub(sight.start) {
            Some(between) if sight.seen.len() < between => self.add(Violation::Gap, sight),
            Some(between) if sight.seen.len() == between => {
                if log.slice(sight.start, sight.stop) != Some(sight.seen.text()) {
                    self.add(Violation::Retracted, sight);
                }
            }
            _ => self.add(Violation::Repeat, sight),
        }
        let misses = |write: &&&Write| match write.fate() {
            Fate::Acknowledged { stop } => write.answered < sight.sent && stop > sight.stop,
            Fate::Refused { .. } | Fate::Unknown => false,
        };
        if let Some(missed) = writes.iter().find(|write| sight.up_to_date && misses(write)) {
            self.add(Violation::Stale, (sight, missed));
        }
    }

    /// `settled` are the lives that had been settled when the list was asked for.
    fn list(&mut self, list: &List, settled: &[Life]) {
        for life in settled.iter().filter(|life| life.path.starts_with(&list.below)) {
            let fits = match life.presence {
                Presence::There => list.paths.contains(&life.path),
                Presence::Ended => !list.paths.contains(&life.path),
                Presence::Unknown => true,
            };
            if !fits {
                self.add(Violation::List, (life, "in", list));
            }
        }
    }

    fn life(&mut self, life: &Life, there: Option<&Log>, logs: &[Log]) {
        let mut expected = Log::new(life.own.kind());
        if let Some((stream, stop)) = life.origin {
            match logs[stream].until(stop) {
                Some(inherited) => expected.append(&inherited),
                None => self.add(Violation::Lost, life),
            }
        }
        expected.append(&life.own);
        let fits = match (life.presence, there) {
            (Presence::There | Presence::Unknown, Some(there)) => *there == expected,
            (Presence::Ended | Presence::Unknown, None) => true,
            (Presence::There, None) | (Presence::Ended, Some(_)) => false,
        };
        if !fits {
            self.add(Violation::Life, (life, "found", there, "in place of", expected));
        }
    }
}
