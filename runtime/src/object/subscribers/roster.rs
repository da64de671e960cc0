//! The subscribers of a stream in memory, and which of them have been poked since the last change.

use crate::host::UnixMs;
use crate::log::SubscriberRows;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The subscribers of a stream, as far as they are in memory. It is kept when the in-memory state of the stream is discarded.
#[derive(Debug, Default)]
pub struct Roster {
    inner: RefCell<Inner>,
    /// Number of tasks that poke subscribers.
    tasks: Cell<usize>,
    /// Whether a task waits for the end of a pause.
    pauses: Cell<bool>,
}

/// Pause after a poke to a subscription that has a wake, for each subscriber of the stream that has one. The stream sends them 100 pokes
/// a second together, however many batches it commits.
const PAUSE_MS: UnixMs = 10;

#[derive(Debug)]
struct Inner {
    source: Source,
    subscribers: Vec<Subscriber>,
    /// Number of changes that subscribers have to be notified of. It starts with 1, because an earlier instance may have died before it
    /// poked.
    changes: u64,
    /// Whether a task is reading the subscribers.
    reads: bool,
    /// The number that was returned by a batch since that task began to read.
    latest: Option<u64>,
    /// Changes when everything that was read before is outdated.
    life: u64,
    /// Until when a batch that has failed may still be committed.
    doubt_until: Option<UnixMs>,
}

impl Default for Inner {
    fn default() -> Self {
        let (source, subscribers) = (Source::Unread, Vec::new());
        Self { source, subscribers, changes: 1, reads: false, latest: None, life: 0, doubt_until: None }
    }
}

/// Where the subscribers in memory come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// They have to be read.
    Unread,
    /// The stream has never had one.
    None,
    /// They were read together with this number. Without a stream, there is no number.
    Read(Option<u64>),
}

#[derive(Debug)]
struct Subscriber {
    /// The ID of the subscription.
    id: Rc<str>,
    /// Number of changes when its last poke started.
    attempted: u64,
    /// Number of changes when the last successful poke started.
    notified: u64,
    /// Whether a poke is under way.
    underway: bool,
    /// Until when no other poke starts, because the last one found a wake.
    pause_until: Option<UnixMs>,
}

/// A poke to be sent.
#[derive(Debug)]
pub struct Poke {
    /// The ID of the subscription.
    pub id: Rc<str>,
    /// Number of changes that it includes.
    changes: u64,
}

/// The outcome of a poke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poked {
    /// The subscription has been notified.
    Notified,
    /// It has a wake, so it will look at the stream when that ends.
    Busy,
    /// It was not, and the alarm repeats the poke.
    Failed,
    /// It is not a subscriber any longer.
    Removed,
}

/// A read of the subscribers that has started.
#[derive(Clone, Copy, Debug)]
pub struct Reading(u64);

impl Roster {
    /// Whether the stream may have subscribers.
    pub fn may_exist(&self) -> bool {
        self.inner.borrow().source != Source::None
    }

    /// Whether the subscribers have to be read before they can be poked.
    pub fn is_unread(&self) -> bool {
        self.inner.borrow().source == Source::Unread
    }

    /// The stream was loaded with this number. It may have changed since it was in memory.
    pub fn loaded(&self, number: u64) {
        let mut inner = self.inner.borrow_mut();
        if number == 0 {
            return inner.clear();
        }
        inner.outdate();
        inner.changes += 1;
    }

    /// A batch that changes the stream has failed, but may still be committed until this time.
    pub fn doubt(&self, until: UnixMs) {
        let mut inner = self.inner.borrow_mut();
        if inner.source != Source::None {
            inner.doubt_until = Some(until);
            inner.outdate();
            inner.changes += 1;
        }
    }

    /// If a batch that has failed may have been committed meanwhile, the subscribers have to be notified of it.
    pub fn settle_doubt(&self, now: UnixMs) {
        let mut inner = self.inner.borrow_mut();
        if let Some(until) = inner.doubt_until {
            inner.doubt_until = (now < until).then_some(until);
            inner.outdate();
            inner.changes += 1;
        }
    }

    /// A batch has returned this number.
    pub fn committed(&self, number: u64) {
        let mut inner = self.inner.borrow_mut();
        inner.latest = Some(number);
        match inner.source {
            _ if number == 0 => inner.clear(),
            Source::Read(Some(own)) if own == number => {}
            _ => inner.source = Source::Unread,
        }
    }

    /// A stream was created. Its numbers are not those of an earlier stream at the path.
    pub fn created(&self) {
        self.inner.borrow_mut().outdate();
    }

    /// The subscribers have to be notified of a change.
    pub fn changed(&self) {
        self.inner.borrow_mut().changes += 1;
    }

    /// Starts reading the subscribers. `None`, if another task reads them.
    pub fn start_reading(&self) -> Option<Reading> {
        let mut inner = self.inner.borrow_mut();
        if inner.reads {
            return None;
        }
        (inner.reads, inner.latest) = (true, None);
        Some(Reading(inner.life))
    }

    /// Ends reading them, with what was read. Afterwards, they may have to be read again, because they have changed meanwhile.
    pub fn finish_reading(&self, reading: Reading, rows: Option<SubscriberRows>) {
        let mut inner = self.inner.borrow_mut();
        inner.reads = false;
        let is_outdated = inner.source != Source::Unread || inner.life != reading.0;
        let Some(rows) = rows.filter(|_| !is_outdated) else { return };
        if inner.latest.is_some_and(|latest| rows.subscribed.is_some_and(|own| own != latest)) {
            return;
        }
        inner.source = Source::Read(rows.subscribed);
        let mut before = std::mem::take(&mut inner.subscribers);
        let keep = |id: String| {
            let index = before.iter().position(|subscriber| *subscriber.id == *id);
            index.map_or_else(|| Subscriber::new(&id), |index| before.swap_remove(index))
        };
        inner.subscribers = rows.subscriptions.into_iter().map(keep).collect();
    }

    /// The next poke, unless `most` tasks are poking. The task must call [`Self::finish`], and poke until that returns no other one.
    pub fn start(&self, most: usize, now: UnixMs) -> Option<Poke> {
        let poke = if self.tasks.get() < most { self.inner.borrow_mut().next(now) } else { None };
        self.tasks.update(|tasks| tasks + usize::from(poke.is_some()));
        poke
    }

    /// Records the outcome of a poke. Returns the next one for this task.
    pub fn finish(&self, poke: &Poke, poked: Poked, now: UnixMs) -> Option<Poke> {
        let mut inner = self.inner.borrow_mut();
        let others =
            inner.subscribers.iter().filter(|other| other.id != poke.id && other.pause_until.is_some()).count();
        if let Some(subscriber) = inner.subscribers.iter_mut().find(|subscriber| subscriber.id == poke.id) {
            subscriber.underway = false;
            subscriber.pause_until = (poked == Poked::Busy).then(|| now + PAUSE_MS * (1 + others as u64));
            if matches!(poked, Poked::Notified | Poked::Busy) {
                subscriber.notified = poke.changes;
            }
        }
        if poked == Poked::Removed {
            inner.subscribers.retain(|subscriber| subscriber.id != poke.id);
        }
        let next = inner.next(now);
        self.tasks.update(|tasks| tasks - usize::from(next.is_none()));
        next
    }

    /// When the next subscriber can be poked that has to be, but has a pause. `None`, if there is none, or another task waits for it. The task
    /// must call [`Self::finish_pause`] then.
    pub fn start_pause(&self, now: UnixMs) -> Option<UnixMs> {
        let until = self.inner.borrow().next_pause(now).filter(|_| !self.pauses.get())?;
        self.pauses.set(true);
        Some(until)
    }

    /// Ends the wait for the end of a pause.
    pub fn finish_pause(&self) {
        self.pauses.set(false);
    }

    /// Has failed pokes repeated.
    pub fn repeat_failed(&self) {
        let mut inner = self.inner.borrow_mut();
        for subscriber in inner.subscribers.iter_mut().filter(|subscriber| !subscriber.underway) {
            subscriber.attempted = subscriber.notified;
        }
    }

    /// Whether a subscriber has not been notified of all changes.
    pub fn is_behind(&self) -> bool {
        let inner = self.inner.borrow();
        match inner.source {
            Source::None => false,
            Source::Unread => true,
            Source::Read(_) => inner.subscribers.iter().any(|subscriber| subscriber.notified < inner.changes),
        }
    }
}

impl Inner {
    /// The stream has never had a subscriber.
    fn clear(&mut self) {
        (self.source, self.doubt_until) = (Source::None, None);
        self.subscribers.clear();
    }

    fn outdate(&mut self) {
        self.source = Source::Unread;
        self.life += 1;
    }

    /// The next poke. While a poke to a subscriber is under way, no other one starts, so that one poke includes many changes.
    fn next(&mut self, now: UnixMs) -> Option<Poke> {
        if !matches!(self.source, Source::Read(_)) {
            return None;
        }
        let changes = self.changes;
        let mut all = self.subscribers.iter_mut();
        let subscriber = all.find(|subscriber| subscriber.is_due(changes) && !subscriber.has_pause(now))?;
        (subscriber.underway, subscriber.attempted) = (true, changes);
        Some(Poke { id: subscriber.id.clone(), changes })
    }

    /// The end of the next pause of a subscriber that has to be poked.
    fn next_pause(&self, now: UnixMs) -> Option<UnixMs> {
        let due =
            self.subscribers.iter().filter(|subscriber| subscriber.is_due(self.changes) && subscriber.has_pause(now));
        due.filter_map(|subscriber| subscriber.pause_until).min().filter(|_| matches!(self.source, Source::Read(_)))
    }
}

impl Subscriber {
    fn new(id: &str) -> Self {
        Self { id: id.into(), attempted: 0, notified: 0, underway: false, pause_until: None }
    }

    fn is_due(&self, changes: u64) -> bool {
        !self.underway && self.attempted < changes
    }

    fn has_pause(&self, now: UnixMs) -> bool {
        self.pause_until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(subscribed: Option<u64>, ids: &[&str]) -> Option<SubscriberRows> {
        Some(SubscriberRows { subscribed, subscriptions: ids.iter().map(|id| (*id).to_owned()).collect() })
    }

    /// Takes all pokes that are due, which succeed.
    fn poke_all(roster: &Roster) -> Vec<String> {
        let (mut ids, mut next) = (Vec::new(), roster.start(1, 0));
        while let Some(poke) = next {
            ids.push(poke.id.to_string());
            next = roster.finish(&poke, Poked::Notified, 0);
        }
        ids
    }

    fn read(roster: &Roster, rows: Option<SubscriberRows>) {
        let reading = roster.start_reading().unwrap();
        roster.finish_reading(reading, rows);
    }

    #[test]
    fn a_read_that_a_batch_contradicts_is_repeated() {
        let roster = Roster::default();
        let reading = roster.start_reading().unwrap();
        assert!(roster.start_reading().is_none());
        roster.committed(2);
        roster.finish_reading(reading, rows(Some(1), &["a"]));
        assert!(roster.is_unread() && roster.start(1, 0).is_none());
        read(&roster, rows(Some(2), &["a", "b"]));
        assert_eq!(poke_all(&roster), ["a", "b"]);
        assert!(!roster.is_behind());
        // A batch that returned before the read began can have an older number.
        roster.committed(3);
        read(&roster, rows(Some(4), &["a"]));
        assert!(!roster.is_unread() && !roster.is_behind());
    }

    #[test]
    fn a_read_of_an_earlier_stream_does_not_count() {
        let roster = Roster::default();
        let reading = roster.start_reading().unwrap();
        roster.created();
        roster.committed(1);
        roster.finish_reading(reading, rows(Some(1), &["a"]));
        assert!(roster.is_unread());
        let reading = roster.start_reading().unwrap();
        roster.created();
        roster.committed(0);
        roster.finish_reading(reading, rows(Some(1), &["a"]));
        assert!(!roster.may_exist() && !roster.is_behind());
    }

    #[test]
    fn changes_during_a_poke_are_one_more_poke() {
        let roster = Roster::default();
        read(&roster, rows(Some(1), &["a"]));
        let first = roster.start(2, 0).unwrap();
        (0..5).for_each(|_| roster.changed());
        assert!(roster.start(2, 0).is_none());
        // The subscribers are read again meanwhile.
        roster.committed(2);
        assert!(roster.is_unread());
        read(&roster, rows(Some(2), &["a"]));
        assert!(roster.start(2, 0).is_none());
        let second = roster.finish(&first, Poked::Notified, 0).unwrap();
        assert!(roster.is_behind());
        assert!(roster.finish(&second, Poked::Failed, 0).is_none());
        assert!(roster.is_behind() && roster.start(2, 0).is_none());
        roster.repeat_failed();
        assert_eq!(poke_all(&roster), ["a"]);
        assert!(!roster.is_behind());
    }

    #[test]
    fn a_batch_in_doubt_is_notified_of_until_it_can_not_commit() {
        let roster = Roster::default();
        read(&roster, rows(Some(1), &["a"]));
        poke_all(&roster);
        roster.doubt(100);
        for now in [50, 100] {
            read(&roster, rows(Some(1), &["a"]));
            poke_all(&roster);
            assert!(!roster.is_behind());
            roster.settle_doubt(now);
            assert!(roster.is_behind());
        }
        read(&roster, rows(Some(1), &["a"]));
        poke_all(&roster);
        roster.settle_doubt(150);
        assert!(!roster.is_behind());
    }

    #[test]
    fn a_subscription_with_a_wake_is_poked_at_times() {
        let roster = Roster::default();
        read(&roster, rows(Some(1), &["a", "b"]));
        let first = roster.start(1, 0).unwrap();
        let second = roster.finish(&first, Poked::Busy, 0).unwrap();
        assert!(roster.finish(&second, Poked::Busy, 0).is_none());
        // Nothing is due before the next change.
        assert!(!roster.is_behind() && roster.start_pause(0).is_none());
        roster.changed();
        assert!(roster.is_behind() && roster.start(1, PAUSE_MS - 1).is_none());
        assert_eq!(roster.start_pause(0), Some(PAUSE_MS));
        assert_eq!(roster.start_pause(0), None);
        roster.finish_pause();
        let first = roster.start(1, PAUSE_MS).unwrap();
        assert_eq!(&*first.id, "a");
        // The pause of the one is longer because of the other.
        assert!(roster.finish(&first, Poked::Notified, PAUSE_MS).is_none());
        assert_eq!(roster.start_pause(PAUSE_MS), Some(2 * PAUSE_MS));
        roster.finish_pause();
        let second = roster.start(1, 2 * PAUSE_MS).unwrap();
        roster.changed();
        assert_eq!(&*roster.finish(&second, Poked::Failed, 2 * PAUSE_MS).unwrap().id, "a");
    }
}
