use super::Holder;
use lru::LruCache;
use std::rc::Rc;

/// The SHA-256 of a token.
pub(super) type Digest = [u8; 32];

/// Approximate bytes of an entry besides the token's claims.
const ENTRY_BYTES: usize = 256;

/// Tokens that were verified lately, the most recently used ones up to a maximum of bytes.
#[derive(Debug)]
pub(super) struct Recent {
    tokens: LruCache<Digest, (Rc<Holder>, usize)>,
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
    pub(super) fn get(&mut self, token: &Digest) -> Option<Rc<Holder>> {
        self.tokens.get(token).map(|(holder, _)| holder.clone())
    }

    /// Keeps a token whose claims have about `size` bytes, and drops the least recently used ones beyond `limit` bytes.
    pub(super) fn keep(&mut self, token: Digest, holder: Rc<Holder>, size: usize, limit: usize) {
        let size = size + ENTRY_BYTES;
        self.bytes += size;
        if let Some((_, replaced)) = self.tokens.put(token, (holder, size)) {
            self.bytes -= replaced;
        }
        while self.bytes > limit
            && let Some((_, (_, size))) = self.tokens.pop_lru()
        {
            self.bytes -= size;
        }
    }

    pub(super) fn remove(&mut self, token: &Digest) {
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
