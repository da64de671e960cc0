//! The end of a stream, in memory: what live readers are served from.

use crate::chunk::Chunk;
use spec::Offset;
use std::collections::VecDeque;
use std::rc::Rc;

/// The newest chunks, contiguous up to the tail, as many as a bound on their bytes allows.
#[derive(Debug, Default)]
pub struct Tail {
    chunks: VecDeque<Rc<Chunk>>,
    bytes: usize,
}

impl Tail {
    /// Forgets everything: another life has begun, or this one has been lost sight of.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Adds what has just been committed, and lets go of the oldest beyond `limit` bytes.
    pub fn push(&mut self, chunk: Rc<Chunk>, limit: usize) {
        let contiguous = self.chunks.back().is_none_or(|last| last.stop() == Some(chunk.start));
        if !contiguous {
            self.clear();
        }
        self.bytes += chunk.content.size();
        self.chunks.push_back(chunk);
        while self.bytes > limit
            && let Some(oldest) = self.chunks.pop_front()
        {
            self.bytes -= oldest.content.size();
        }
    }

    /// The chunks from the one that holds `from`, if that one is still here.
    pub fn from(&self, from: Offset) -> Option<impl Iterator<Item = &Rc<Chunk>>> {
        let first = self.chunks.partition_point(|chunk| chunk.stop().is_none_or(|stop| stop <= from));
        let chunk = self.chunks.get(first)?;
        (chunk.start <= from).then(|| self.chunks.iter().skip(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chunk::Content;

    fn chunk(start: u64, length: usize) -> Rc<Chunk> {
        Rc::new(Chunk { start: Offset::new(start).unwrap(), content: Content::Bytes(vec![b'x'; length]) })
    }

    fn starts(tail: &Tail, from: u64) -> Option<Vec<u64>> {
        tail.from(Offset::new(from).unwrap()).map(|chunks| chunks.map(|chunk| chunk.start.get()).collect())
    }

    #[test]
    fn holds_the_newest_within_its_bound() {
        let mut tail = Tail::default();
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
}
