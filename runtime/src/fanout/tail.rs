//! The tail cache: the newest chunks of a stream in memory, from which live readers are served.

use crate::budget::{Budget, Evictable};
use crate::stream::chunk::Chunk;
use spec::Offset;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// Maximum number of chunks in one tail cache, because the overhead of small chunks is larger than their content.
const CHUNKS_MAX: usize = 4096;

/// The newest chunks, contiguous up to the tail. Their number is limited by their bytes and by the memory budget of the isolate.
#[derive(Debug)]
pub struct TailCache {
    cached: Rc<Chunks>,
    budget: Budget,
}

/// The content of a tail cache. The budget can evict its oldest chunks at any time, except during a read.
#[derive(Debug, Default)]
pub struct Chunks {
    chunks: RefCell<VecDeque<Rc<Chunk>>>,
    /// Total size of the chunks, in bytes.
    bytes: Cell<usize>,
    /// Sequence number of its last use among the uses of all tail caches; 0 if it was never used.
    used: Cell<u64>,
}

impl TailCache {
    /// An empty tail cache whose memory comes from `budget`.
    pub fn new(budget: Budget) -> Self {
        Self { cached: Rc::default(), budget }
    }

    /// Removes all chunks, for example because the stream was deleted or another generation has begun.
    pub fn clear(&mut self) {
        let before = self.cached.footprint();
        self.cached.chunks.borrow_mut().clear();
        self.cached.bytes.set(0);
        self.budget.keep(self.cached.clone(), before, 0);
    }

    /// Adds a chunk that was just committed, and removes the oldest ones while the total exceeds `limit` bytes.
    pub fn push(&mut self, chunk: Rc<Chunk>, limit: usize) {
        let contiguous = self.cached.chunks.borrow().back().is_none_or(|last| last.stop() == Some(chunk.start));
        if !contiguous {
            self.clear();
        }
        let before = self.cached.footprint();
        self.cached.bytes.set(self.cached.bytes.get() + chunk.content.size());
        self.cached.chunks.borrow_mut().push_back(chunk);
        self.cached.forget_while(|cached, chunks| cached.bytes.get() > limit || chunks.len() > CHUNKS_MAX);
        self.budget.keep(self.cached.clone(), before, self.cached.footprint());
    }

    /// Calls `read` with the chunk that contains `from` and all later ones. Returns `None` if that chunk is not cached.
    pub fn read<T>(&self, from: Offset, read: impl FnOnce(&mut dyn Iterator<Item = &Rc<Chunk>>) -> T) -> Option<T> {
        let chunks = self.cached.chunks.borrow();
        let first = chunks.partition_point(|chunk| chunk.stop().is_none_or(|stop| stop <= from));
        if chunks.get(first)?.start > from {
            return None;
        }
        self.budget.touch(self.cached.clone());
        Some(read(&mut chunks.iter().skip(first)))
    }
}

impl Drop for TailCache {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Chunks {
    /// Estimated memory of the cache, in bytes.
    fn footprint(&self) -> usize {
        self.bytes.get() + self.chunks.borrow().len() * Chunk::OVERHEAD
    }

    fn forget_while(&self, mut needed: impl FnMut(&Self, &VecDeque<Rc<Chunk>>) -> bool) {
        let mut chunks = self.chunks.borrow_mut();
        while needed(self, &chunks)
            && let Some(oldest) = chunks.pop_front()
        {
            self.bytes.set(self.bytes.get() - oldest.content.size());
        }
    }
}

impl Evictable for Chunks {
    fn used(&self) -> &Cell<u64> {
        &self.used
    }

    fn is_empty(&self) -> bool {
        self.chunks.borrow().is_empty()
    }

    fn evict(&self, excess: usize) -> usize {
        if self.chunks.try_borrow_mut().is_err() {
            return 0;
        }
        let before = self.footprint();
        let mut freed = 0;
        self.forget_while(|_, chunks| {
            let more = freed < excess;
            freed += chunks.front().filter(|_| more).map_or(0, |oldest| oldest.content.size() + Chunk::OVERHEAD);
            more
        });
        before - self.footprint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Purpose;
    use crate::stream::chunk::Content;
    use spec::Limits;

    fn chunk(start: u64, length: usize) -> Rc<Chunk> {
        Rc::new(Chunk { start: Offset::new(start).unwrap(), content: Content::Bytes(vec![b'x'; length]) })
    }

    fn starts(tail: &TailCache, from: u64) -> Option<Vec<u64>> {
        tail.read(Offset::new(from).unwrap(), |chunks| chunks.map(|chunk| chunk.start.get()).collect())
    }

    fn budget(memory: usize) -> Budget {
        Budget::new(&Limits { memory, memory_small: 0, memory_pages: 0, memory_tails: memory, ..Limits::DECLARED })
    }

    #[test]
    fn holds_the_newest_within_its_bound() {
        let mut tail = TailCache::new(budget(1 << 20));
        assert_eq!(starts(&tail, 0), None);
        for start in [0, 10, 20, 30] {
            tail.push(chunk(start, 10), 30);
        }
        assert_eq!(starts(&tail, 0), None);
        assert_eq!(starts(&tail, 10), Some(vec![10, 20, 30]));
        assert_eq!(starts(&tail, 29), Some(vec![20, 30]));
        assert_eq!(starts(&tail, 40), None);
        tail.push(chunk(100, 10), 30);
        assert_eq!(starts(&tail, 30), None);
        assert_eq!(starts(&tail, 100), Some(vec![100]));
        tail.push(chunk(110, 50), 30);
        assert_eq!(starts(&tail, 110), None);
    }
    #[test]
    fn the_least_recently_used_gives_way() {
        let budget = budget(4 * (10 + Chunk::OVERHEAD));
        let mut tails: Vec<_> = (0..3).map(|_| TailCache::new(budget.clone())).collect();
        tails.iter_mut().for_each(|tail| tail.push(chunk(0, 10), 1_000));
        tails[0].push(chunk(10, 10), 1_000);
        assert_eq!(starts(&tails[1], 0), Some(vec![0]));
        // The third was never read, so it is evicted first, and then the oldest chunk of the first.
        let share = budget.take(Purpose::LargeBody, 10 + Chunk::OVERHEAD).unwrap();
        assert_eq!(starts(&tails[2], 0), None);
        assert_eq!((starts(&tails[1], 0), starts(&tails[0], 0)), (Some(vec![0]), Some(vec![0, 10])));
        let more = budget.take(Purpose::LargeBody, 2 * (10 + Chunk::OVERHEAD)).unwrap();
        assert_eq!((starts(&tails[1], 0), starts(&tails[0], 0), starts(&tails[0], 10)), (None, None, Some(vec![10])));
        drop((share, more));
        drop(tails);
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn forgets_nothing_that_is_being_read() {
        let budget = budget(10 + Chunk::OVERHEAD);
        let mut tail = TailCache::new(budget.clone());
        tail.push(chunk(0, 10), 1_000);
        let read = tail.read(Offset::new(0).unwrap(), |chunks| {
            let share = budget.take(Purpose::LargeBody, 10);
            (share.is_some(), chunks.count())
        });
        assert_eq!(read, Some((true, 1)));
    }

    #[test]
    fn holds_only_so_many_small_ones() {
        let mut tail = TailCache::new(budget(1 << 20));
        (0..CHUNKS_MAX as u64 + 1).for_each(|start| tail.push(chunk(start, 1), 1 << 20));
        assert_eq!((starts(&tail, 0), starts(&tail, 1).map(|starts| starts.len())), (None, Some(CHUNKS_MAX)));
    }
}
