//! The memory that all streams of an isolate share.
//!
//! An isolate has 128 MB for all of its Durable Objects, and wasm memory never shrinks. So limits for each stream are not
//! enough. Code that holds many bytes takes a [`Share`] of one budget first, and returns it by dropping it. Tail caches are the
//! exception: they use the memory that is left, up to `memory_tails`. When a share needs memory, the least recently used caches are
//! evicted.
//!
//! This module never waits. One Durable Object can't wake another one, because the platform ties I/O to the Durable Object that
//! started it. A Durable Object that needs memory retries after a pause ([`crate::Object`]).

use spec::Limits;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The budget of one isolate. Clones are handles to the same budget.
#[derive(Clone, Debug)]
pub struct Budget(Rc<Inner>);

/// A cache that holds memory of a budget until a share needs it.
pub trait Evictable: std::fmt::Debug {
    /// The number of its last use, counted over all caches; 0 if it was never used.
    fn used(&self) -> &Cell<u64>;

    /// Whether the cache is empty.
    fn is_empty(&self) -> bool;

    /// Evicts its oldest data until `excess` bytes are free or the cache is empty. A cache that is being read evicts nothing. Returns how
    /// many bytes were freed.
    fn evict(&self, excess: usize) -> usize;
}

#[derive(Debug)]
struct Inner {
    /// Maximum bytes of all shares and tail caches together.
    memory: usize,
    /// Maximum bytes of `memory` for tail caches.
    memory_tails: usize,
    /// Bytes of `memory` that are reserved for small bodies.
    small: usize,
    /// Bytes of `memory` that are reserved for pages and small bodies.
    pages: usize,
    /// Bytes in shares.
    shared: Cell<usize>,
    /// Bytes in tail caches.
    tails: Cell<usize>,
    /// Tail caches that are not empty, the least recently used one first.
    uses: RefCell<BTreeMap<u64, Rc<dyn Evictable>>>,
    /// Number of uses of tail caches so far.
    turn: Cell<u64>,
    /// Whether data is being moved to R2, or segments are being merged.
    moving: Cell<bool>,
}

/// The purpose of a share. Each purpose has its own maximum for the bytes in shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A body of at most `small_body` bytes, or that many bytes of a larger one.
    SmallBody,
    /// A page that is read from D1 or R2.
    Page,
    /// A larger body, or moving data to R2.
    LargeBody,
}

/// Bytes taken from a budget. Dropping the share returns them.
#[derive(Debug)]
pub struct Share {
    budget: Budget,
    bytes: usize,
}

/// The turn to move data of one stream to R2. An isolate has one turn at a time.
#[derive(Debug)]
pub struct Turn {
    budget: Budget,
    _share: Share,
}

impl Budget {
    /// A budget without shares.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let Limits { memory, memory_small: small, memory_pages: pages, memory_tails, .. } = *limits;
        Self(Rc::new(Inner {
            memory,
            memory_tails,
            small,
            pages,
            shared: Cell::default(),
            tails: Cell::default(),
            uses: RefCell::default(),
            turn: Cell::default(),
            moving: Cell::default(),
        }))
    }

    /// Bytes in shares and tail caches.
    #[must_use]
    pub fn used(&self) -> usize {
        self.0.shared.get() + self.0.tails.get()
    }

    /// Takes memory, if enough is free. For 0 bytes, returns an empty share.
    ///
    /// A request for more than the maximum of its purpose takes that maximum once all of it is free, so that it can proceed alone.
    pub fn take(&self, purpose: Purpose, bytes: usize) -> Option<Share> {
        let most = self.most(purpose);
        let bytes = if most == 0 { bytes } else { bytes.min(most) };
        if bytes > 0 && self.0.shared.get().saturating_add(bytes) > most {
            return None;
        }
        Some(self.share(bytes))
    }

    /// Takes the turn to move data to R2, and memory for it. Returns `None` if another stream has the turn or memory is short.
    pub fn take_turn(&self, bytes: usize) -> Option<Turn> {
        if self.0.moving.get() {
            return None;
        }
        let share = self.take(Purpose::LargeBody, bytes)?;
        self.0.moving.set(true);
        Some(Turn { budget: self.clone(), _share: share })
    }

    /// A share of 0 bytes, which can grow.
    #[must_use]
    pub fn empty_share(&self) -> Share {
        Share { budget: self.clone(), bytes: 0 }
    }

    /// Maximum bytes in shares after some were taken for `purpose`.
    fn most(&self, purpose: Purpose) -> usize {
        let Inner { memory, small, pages, .. } = *self.0;
        match purpose {
            Purpose::SmallBody => memory,
            Purpose::Page => memory.saturating_sub(small),
            Purpose::LargeBody => memory.saturating_sub(small).saturating_sub(pages),
        }
    }

    fn share(&self, bytes: usize) -> Share {
        self.0.shared.set(self.0.shared.get() + bytes);
        self.evict();
        Share { budget: self.clone(), bytes }
    }

    /// Records that a tail cache was used and now holds `bytes` instead of `before`.
    pub(crate) fn keep(&self, kept: Rc<dyn Evictable>, before: usize, bytes: usize) {
        self.0.tails.set(self.0.tails.get() - before + bytes);
        if bytes == 0 {
            self.0.uses.borrow_mut().remove(&kept.used().get());
            return;
        }
        self.touch(kept);
        self.evict();
    }

    /// Records that a tail cache was used.
    pub(crate) fn touch(&self, kept: Rc<dyn Evictable>) {
        let mut uses = self.0.uses.borrow_mut();
        uses.remove(&kept.used().get());
        self.0.turn.set(self.0.turn.get() + 1);
        kept.used().set(self.0.turn.get());
        uses.insert(kept.used().get(), kept);
    }

    /// Bytes in tail caches beyond their maximum.
    fn excess(&self) -> usize {
        let tails = self.0.tails.get();
        tails.saturating_sub(self.0.memory_tails.min(self.0.memory.saturating_sub(self.0.shared.get())))
    }

    /// Evicts tail caches until everything fits, the least recently used one first. A cache that is being read is kept.
    fn evict(&self) {
        if self.excess() == 0 {
            return;
        }
        let mut uses = self.0.uses.borrow_mut();
        let mut empty = Vec::new();
        for (turn, kept) in uses.iter() {
            let excess = self.excess();
            if excess == 0 {
                break;
            }
            self.0.tails.set(self.0.tails.get() - kept.evict(excess));
            empty.extend(kept.is_empty().then_some(*turn));
        }
        for turn in empty {
            uses.remove(&turn);
        }
    }
}

impl Share {
    /// Adds `bytes` if enough memory is free, and returns whether it was. The only share of the budget always succeeds and takes what is
    /// left, since one JSON message can need more than the maximum.
    #[must_use]
    pub fn grow(&mut self, purpose: Purpose, bytes: usize) -> bool {
        let alone = self.bytes > 0 && self.budget.0.shared.get() == self.bytes;
        let left = self.budget.most(purpose).saturating_sub(self.bytes);
        let bytes = if alone { bytes.min(left) } else { bytes };
        let Some(mut more) = self.budget.take(purpose, bytes) else { return false };
        self.bytes += std::mem::take(&mut more.bytes);
        true
    }

    /// Sets the share to `bytes`, even if not enough memory is free.
    pub fn resize(&mut self, bytes: usize) {
        let shared = &self.budget.0.shared;
        shared.set(shared.get() - self.bytes + bytes);
        self.bytes = bytes;
        self.budget.evict();
    }

    /// The size of the share.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let shared = &self.budget.0.shared;
        shared.set(shared.get() - self.bytes);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.budget.0.moving.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(memory: usize, memory_small: usize, memory_pages: usize) -> Budget {
        Budget::new(&Limits { memory, memory_small, memory_pages, memory_tails: memory, ..Limits::DECLARED })
    }

    #[test]
    fn a_share_is_given_back() {
        let budget = budget(100, 0, 0);
        let mut share = budget.take(Purpose::LargeBody, 60).unwrap();
        assert!(budget.take(Purpose::LargeBody, 41).is_none());
        let other = budget.take(Purpose::LargeBody, 1).unwrap();
        assert!(share.grow(Purpose::LargeBody, 39) && !share.grow(Purpose::LargeBody, 1));
        assert_eq!((share.bytes(), budget.used()), (99, 100));
        drop(other);
        assert!(share.grow(Purpose::LargeBody, 1_000));
        assert_eq!((share.bytes(), budget.used()), (100, 100));
        share.resize(10);
        let other = budget.take(Purpose::LargeBody, 90).unwrap();
        drop((share, other));
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn a_part_is_kept_for_small_bodies_and_one_for_pages() {
        let budget = budget(100, 20, 30);
        let _large = budget.take(Purpose::LargeBody, 50).unwrap();
        assert!(budget.take(Purpose::LargeBody, 1).is_none());
        let _page = budget.take(Purpose::Page, 30).unwrap();
        assert!(budget.take(Purpose::Page, 1).is_none());
        let _small = budget.take(Purpose::SmallBody, 20).unwrap();
        assert!(budget.take(Purpose::SmallBody, 1).is_none());
        assert!(budget.take(Purpose::LargeBody, 0).is_some());
    }

    #[test]
    fn what_never_fits_goes_alone() {
        let budget = budget(100, 0, 0);
        let some = budget.take(Purpose::Page, 1).unwrap();
        assert!(budget.take(Purpose::Page, 1_000).is_none());
        drop(some);
        let all = budget.take(Purpose::Page, 1_000).unwrap();
        assert_eq!(all.bytes(), 100);
        assert!(super::tests::budget(0, 0, 0).take(Purpose::SmallBody, 1).is_none());
    }

    #[test]
    fn data_of_one_stream_moves_at_a_time() {
        let budget = budget(100, 0, 0);
        let turn = budget.take_turn(10).unwrap();
        assert!(budget.take_turn(10).is_none());
        drop(turn);
        assert_eq!(budget.used(), 0);
        assert!(budget.take_turn(10).is_some());
    }
}
