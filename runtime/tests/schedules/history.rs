//! What clients did and saw, and whether it fits what the database was made to hold.

use crate::witness::Life;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is known to have been done, and its last byte is before this offset.
    Acknowledged { stop: usize },
    /// It is known not to have been done.
    Refused,
    /// It may have been done, or may still be.
    Unknown,
}

/// An append, or what a stream was created with.
#[derive(Debug)]
pub struct Write {
    pub path: &'static str,
    /// Unique; empty for a closure alone.
    pub body: String,
    pub closes: bool,
    /// Whether it is what a stream was to begin with.
    pub creates: bool,
    /// The only offset at which it may be, where it was sent to one.
    pub expected: Option<usize>,
    /// Whether it may have been sent more than once.
    pub retried: bool,
    pub sent: u64,
    pub answered: u64,
    pub fate: Fate,
}

/// A deletion that was acknowledged.
#[derive(Debug)]
pub struct Ending {
    pub path: &'static str,
    pub sent: u64,
    pub answered: u64,
    /// How many lives had begun by then.
    pub births: u64,
}

/// A stretch that a reader saw.
#[derive(Debug)]
pub struct Sight {
    pub path: &'static str,
    /// One response reads one life.
    pub response: u64,
    pub sent: u64,
    pub start: usize,
    pub text: String,
    /// Where the reader was told to go on.
    pub stop: usize,
    pub up_to_date: bool,
    pub closed: bool,
}

#[derive(Debug, Default)]
pub struct History {
    clock: Cell<u64>,
    writes: RefCell<Vec<Write>>,
    endings: RefCell<Vec<Ending>>,
    sights: RefCell<Vec<Sight>>,
    closed: RefCell<BTreeSet<&'static str>>,
}

/// What a history must live up to, as far as the schedule allows it to be known.
#[derive(Clone, Copy, Debug)]
pub struct Expectations {
    /// No path has a second life.
    pub one_life: bool,
    /// Readers see all that was acknowledged before they asked.
    pub fresh: bool,
}

impl History {
    /// The next moment: whatever happens at it happens after all that was at those before.
    pub fn moment(&self) -> u64 {
        self.clock.set(self.clock.get() + 1);
        self.clock.get()
    }

    pub fn wrote(&self, write: Write) {
        self.writes.borrow_mut().push(write);
    }

    pub fn ended(&self, ending: Ending) {
        self.endings.borrow_mut().push(ending);
    }

    /// Someone was told that the stream at a path has ended.
    pub fn told_closed(&self, path: &'static str) {
        self.closed.borrow_mut().insert(path);
    }

    pub fn is_told_closed(&self, path: &'static str) -> bool {
        self.closed.borrow().contains(path)
    }

    pub fn saw(&self, sight: Sight) {
        self.sights.borrow_mut().push(sight);
    }

    /// The path and the body of each write that was acknowledged, the life that it is in, and where it ends.
    pub fn acknowledged<'a>(&self, lives: &'a [Life]) -> Vec<(&'static str, String, &'a Life, usize)> {
        let writes = self.writes.borrow();
        let placed = writes.iter().filter_map(|write| {
            let (life, stop) = place(write, lives)?;
            Some((write.path, write.body.clone(), &lives[life], stop))
        });
        placed.collect()
    }

    pub fn check(&self, lives: &[Life], expectations: Expectations) {
        let (writes, endings, sights) = (self.writes.borrow(), self.endings.borrow(), self.sights.borrow());
        writes.iter().for_each(|write| is_there_as_often_as_it_should(write, lives, expectations));
        let placed: Vec<_> = writes.iter().filter_map(|write| Some((write, place(write, lives)?))).collect();
        for (write, (life, stop)) in &placed {
            if write.closes {
                assert_eq!(*stop, lives[*life].tail(), "nothing comes after the end: {write:?}");
            }
            is_after_what_was_acknowledged_before(write, (*life, *stop), &placed, &endings);
        }
        endings.iter().for_each(|ending| nothing_comes_after(ending, &writes, lives));
        for sight in sights.iter() {
            let of_response = sights.iter().filter(|other| other.response == sight.response);
            let of_response: Vec<_> = of_response.collect();
            let fits = |life: &&Life| life.path == sight.path && of_response.iter().all(|sight| is_of(sight, life));
            assert!(lives.iter().any(|life| fits(&life)), "{of_response:#?} are of no life");
            if expectations.fresh && expectations.one_life && sight.up_to_date {
                let known = writes.iter().filter(|write| write.path == sight.path && write.answered < sight.sent);
                let stops = known.filter_map(|write| match write.fate {
                    Fate::Acknowledged { stop } => Some(stop),
                    Fate::Refused | Fate::Unknown => None,
                });
                assert!(stops.max().unwrap_or(0) <= sight.stop, "a reader missed something: {sight:?}");
            }
        }
    }
}

fn is_there_as_often_as_it_should(write: &Write, lives: &[Life], expectations: Expectations) {
    if write.body.is_empty() {
        return;
    }
    let mut total = 0;
    for life in lives {
        let times = life.own().matches(&write.body).count();
        assert!(times == 0 || (times == 1 && life.path == write.path), "{times} times in {}: {write:?}", life.log);
        total += times;
        let is_at = |start: usize| life.stretch(start, start + write.body.len()) == Some(&*write.body);
        assert!(times == 0 || write.expected.is_none_or(is_at), "elsewhere than expected in {}: {write:?}", life.log);
    }
    // A producer's retry to the next life of a path is news there.
    let once = expectations.one_life || !write.retried;
    match write.fate {
        Fate::Acknowledged { .. } => {
            assert!(total >= 1, "lost: {write:?}");
            assert!(total == 1 || !once, "doubled: {write:?}");
            assert!(place(write, lives).is_some(), "not where it was said to be: {write:?}");
        }
        Fate::Refused => assert_eq!(total, 0, "refused, and there: {write:?}"),
        Fate::Unknown => assert!(total <= 1 || !once, "doubled: {write:?}"),
    }
}

/// The life that an acknowledged write is in, and where it ends.
fn place(write: &Write, lives: &[Life]) -> Option<(usize, usize)> {
    let Fate::Acknowledged { stop } = write.fate else { return None };
    let start = stop.checked_sub(write.body.len()).filter(|_| !write.body.is_empty())?;
    let is_there = |life: &Life| life.path == write.path && life.stretch(start, stop) == Some(&*write.body);
    lives.iter().position(is_there).map(|life| (life, stop))
}

fn is_after_what_was_acknowledged_before(
    write: &Write,
    place: (usize, usize),
    placed: &[(&Write, (usize, usize))],
    endings: &[Ending],
) {
    let before = placed.iter().filter(|(other, _)| other.path == write.path && other.answered < write.sent);
    for (other, other_place) in before {
        assert!(*other_place < place, "{other:?} at {other_place:?} was there before {write:?} at {place:?}");
        let ended = endings
            .iter()
            .find(|ending| ending.path == write.path && other.answered < ending.sent && ending.answered < write.sent);
        assert!(ended.is_none() || other_place.0 < place.0, "{ended:?} lies between {other:?} and {write:?}");
    }
}

/// A life that had been asked for, and given up, before another was deleted doesn't begin after that.
fn nothing_comes_after(ending: &Ending, writes: &[Write], lives: &[Life]) {
    let later = lives.iter().skip(usize::try_from(ending.births).unwrap_or(usize::MAX));
    for life in later.filter(|life| life.path == ending.path) {
        let begins = |write: &&Write| {
            write.creates && write.path == life.path && !write.body.is_empty() && life.own().starts_with(&write.body)
        };
        let given_up = writes.iter().find(begins).filter(|write| write.answered < ending.sent);
        assert!(given_up.is_none(), "a late creation outlives a deletion: {given_up:?}, {ending:?}");
    }
}

fn is_of(sight: &Sight, life: &Life) -> bool {
    sight.stop == sight.start + sight.text.len()
        && life.stretch(sight.start, sight.stop) == Some(&*sight.text)
        && (!sight.closed || sight.stop == life.tail())
}
