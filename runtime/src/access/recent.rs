use super::Holder;
use lru::LruCache;
use std::rc::Rc;

/// Approximate bytes of an entry besides the token and its claims.
const ENTRY_BYTES: usize = 256;

/// Tokens that were verified lately, the most recently used ones up to a maximum of bytes.
#[derive(Debug)]
pub(super) struct Recent {
    tokens: LruCache<Box<str>, (Rc<Holder>, usize)>,
    bytes: usize,
    /// How often all tokens have been dropped.
    cleared: u64,
}

impl Default for Recent {
    fn default() -> Self {
        Self { tokens: LruCache::unbounded(), bytes: 0, cleared: 0 }
    }
}

impl Recent {
    pub(super) fn get(&mut self, token: &str) -> Option<Rc<Holder>> {
        self.tokens.get(token).map(|(holder, _)| holder.clone())
    }

    /// Keeps a token, and drops the least recently used ones beyond `limit` bytes.
    pub(super) fn keep(&mut self, token: &str, holder: Rc<Holder>, limit: usize) {
        // The claims are at most as long as the token.
        let size = 2 * token.len() + ENTRY_BYTES;
        self.bytes += size;
        if let Some((_, replaced)) = self.tokens.put(token.into(), (holder, size)) {
            self.bytes -= replaced;
        }
        while self.bytes > limit
            && let Some((_, (_, size))) = self.tokens.pop_lru()
        {
            self.bytes -= size;
        }
    }

    pub(super) fn remove(&mut self, token: &str) {
        if let Some((_, size)) = self.tokens.pop(token) {
            self.bytes -= size;
        }
    }

    /// Drops all tokens, because keys have been replaced.
    pub(super) fn clear(&mut self) {
        *self = Self { cleared: self.cleared + 1, ..Self::default() };
    }

    /// A number that changes with each [`clear`](Self::clear). A token that was verified across a change may be by a key that was taken back.
    pub(super) fn cleared(&self) -> u64 {
        self.cleared
    }
}
