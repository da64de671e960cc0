//! Indexes of segments that the Worker caches in memory.
//!
//! A row of `segments` never changes. It is replaced when segments are merged, and removed when it is trimmed or its stream is
//! deleted. So a cached row is valid as long as its R2 object exists. The stream's own row determines whether the generation is still
//! the current one of its path.

use crate::archive::cold::Cold;
use crate::stream::Generation;
use lru::LruCache;
use segment::{Block, Index};
use spec::Offset;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A segment and its index.
pub type Named = Rc<(Cold, Index)>;

/// A generation, and the start of one of its segments.
type Key = (Generation, u64);

/// Approximate bytes of an entry besides its blocks and its texts.
const ENTRY_BYTES: usize = 256;

/// The most recently used indexes, up to a maximum of bytes.
#[derive(Debug)]
pub struct Indexes {
    entries: LruCache<Key, Named>,
    /// The keys in order, to find a segment by any of its offsets.
    keys: BTreeSet<Key>,
    bytes: usize,
}

impl Default for Indexes {
    fn default() -> Self {
        Self { entries: LruCache::unbounded(), keys: BTreeSet::new(), bytes: 0 }
    }
}

impl Indexes {
    /// The segment of a generation that contains the offset `at`, if it is cached.
    pub fn holding(&mut self, generation: &Generation, at: Offset) -> Option<Named> {
        let last = (generation.clone(), at.get());
        let key = self.keys.range(..=last).next_back().filter(|(owner, _)| owner == generation)?;
        self.entries.get(key).filter(|named| at < named.0.stop).cloned()
    }

    /// Caches the index of a segment, and evicts the least recently used ones beyond `limit` bytes.
    pub fn keep(&mut self, generation: &Generation, named: Named, limit: usize) {
        let key = (generation.clone(), named.0.start.get());
        self.remove(generation, named.0.start);
        self.bytes += size(&key, &named);
        self.keys.insert(key.clone());
        self.entries.push(key, named);
        while self.bytes > limit
            && let Some((key, named)) = self.entries.pop_lru()
        {
            self.drop(&key, &named);
        }
    }

    /// Removes the index of the segment that begins at `start`, whose object may have been deleted.
    pub fn remove(&mut self, generation: &Generation, start: Offset) {
        if let Some((key, named)) = self.entries.pop_entry(&(generation.clone(), start.get())) {
            self.drop(&key, &named);
        }
    }

    fn drop(&mut self, key: &Key, named: &Named) {
        self.keys.remove(key);
        self.bytes -= size(key, named);
    }
}

fn size((generation, _): &Key, named: &Named) -> usize {
    let (cold, index) = &**named;
    ENTRY_BYTES + 2 * generation.0.len() + cold.object.len() + size_of_val::<[Block]>(index.blocks())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(offset: u64) -> Offset {
        Offset::new(offset).unwrap()
    }

    fn named(start: u64, stop: u64) -> Named {
        let index = Index::read(&format!("0 {}.1.00000000", stop - start), start).unwrap();
        let (start, stop, object) = (offset(start), offset(stop), format!("{start}-{stop}"));
        Rc::new((Cold { start, stop, object, bytes: 1, newest_ms: 0 }, index))
    }

    fn found(indexes: &mut Indexes, generation: &str, at: u64) -> Option<String> {
        let named = indexes.holding(&Generation(generation.to_owned()), offset(at));
        named.map(|named| named.0.object.clone())
    }

    #[test]
    fn a_segment_is_found_by_any_of_its_offsets() {
        let mut indexes = Indexes::default();
        let [a, b] = ["a", "b"].map(|generation| Generation(generation.to_owned()));
        indexes.keep(&a, named(5, 9), usize::MAX);
        indexes.keep(&a, named(9, 12), usize::MAX);
        indexes.keep(&b, named(0, 3), usize::MAX);
        assert_eq!([4, 5, 8].map(|at| found(&mut indexes, "a", at)), [None, Some("5-9".into()), Some("5-9".into())]);
        assert_eq!([9, 11, 12].map(|at| found(&mut indexes, "a", at).is_some()), [true, true, false]);
        assert_eq!([2, 3].map(|at| found(&mut indexes, "b", at).is_some()), [true, false]);
        assert_eq!(found(&mut indexes, "c", 1), None);
        // A merged segment replaces it.
        indexes.keep(&a, named(5, 12), usize::MAX);
        assert_eq!(found(&mut indexes, "a", 5), Some("5-12".into()));
        indexes.remove(&a, offset(5));
        assert_eq!(found(&mut indexes, "a", 5), None);
    }

    #[test]
    fn the_least_recently_used_go_first_and_nothing_is_left_of_them() {
        let mut indexes = Indexes::default();
        let generation = Generation("a".to_owned());
        let one = size(&(generation.clone(), 0), &named(0, 1));
        for start in 0..3 {
            indexes.keep(&generation, named(start, start + 1), 3 * one);
        }
        assert!(found(&mut indexes, "a", 0).is_some());
        indexes.keep(&generation, named(3, 4), 3 * one);
        let there = [0, 1, 2, 3].map(|at| found(&mut indexes, "a", at).is_some());
        assert_eq!((there, indexes.bytes), ([true, false, true, true], 3 * one));
        indexes.keep(&generation, named(4, 5), 0);
        assert_eq!((indexes.bytes, indexes.keys.len(), indexes.entries.len()), (0, 0, 0));
    }
}
