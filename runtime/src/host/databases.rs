//! The databases of a deployment, and which one holds a stream.

use crate::host::sizes::{Sizes, WithSize};
use fnv::FnvHasher;
use spec::Limits;
use std::hash::Hasher as _;

/// Bytes of one percent of a megabyte, the unit of the limit `database_size`.
const BYTES_PER_PERCENT: u64 = 10_000;

/// All databases of a deployment, by number. There is at least one.
#[derive(Debug)]
pub struct Databases<D> {
    databases: Vec<WithSize<D>>,
    /// The names of their bindings.
    bindings: Vec<String>,
    sizes: Sizes,
}

impl<D> Databases<D> {
    /// Databases with the names of their bindings, in the order of their numbers, whose sizes are remembered in `sizes`.
    ///
    /// # Panics
    /// If `bound` is empty.
    #[must_use]
    pub fn new(bound: impl IntoIterator<Item = (String, D)>, sizes: Sizes) -> Self {
        let (bindings, databases): (Vec<_>, Vec<_>) = bound.into_iter().unzip();
        assert!(!databases.is_empty(), "streams need a database");
        let databases = databases.into_iter().enumerate();
        let databases = databases.map(|(number, database)| WithSize::new(database, number, sizes.clone())).collect();
        Self { databases, bindings, sizes }
    }

    /// The database that holds the stream at `path`.
    #[must_use]
    pub fn of(&self, path: &str) -> &WithSize<D> {
        &self.databases[self.number(path)]
    }

    /// All databases, by number.
    #[must_use]
    pub fn all(&self) -> &[WithSize<D>] {
        &self.databases
    }

    /// The size of database `number` in bytes, as of its last result. 0, if there was none.
    pub(crate) fn size(&self, number: usize) -> u64 {
        self.sizes.of(number)
    }

    /// Bytes by which database `number` exceeds the size at which idle streams leave it.
    pub(crate) fn excess_bytes(&self, number: usize, limits: &Limits) -> u64 {
        let most = (limits.database_size as u64 * BYTES_PER_PERCENT).saturating_mul(limits.database_moves as u64);
        self.size(number).saturating_sub(most)
    }

    /// The size of database `number`, in percent of the limit `database_size`.
    pub(crate) fn fullness(&self, number: usize, limits: &Limits) -> u64 {
        self.size(number) / (limits.database_size as u64 * BYTES_PER_PERCENT).max(1)
    }

    pub(crate) fn number(&self, path: &str) -> usize {
        number_of(path, self.databases.len())
    }

    /// The name of the binding of the database that holds the stream at `path`.
    pub(crate) fn binding_of(&self, path: &str) -> &str {
        self.binding(self.number(path))
    }

    /// The name of the binding of database `number`.
    pub(crate) fn binding(&self, number: usize) -> &str {
        &self.bindings[number]
    }
}

/// The number of the database, out of `count`, that holds the stream at `path`.
///
/// This function must never change, because a stream stays in the database where it was created.
pub fn number_of(path: &str, count: usize) -> usize {
    let mut hasher = FnvHasher::default();
    hasher.write(path.as_bytes());
    // Both conversions are exact, since the remainder is less than `count`.
    (hasher.finish() % count.max(1) as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_stay_where_they_are() {
        assert_eq!(["a", "b", "orders/2026", "caf%C3%A9"].map(|path| number_of(path, 4)), [0, 1, 3, 3]);
        assert_eq!(number_of("anything", 1), 0);
    }

    #[test]
    fn streams_are_spread_evenly() {
        let mut counts = [0; 4];
        (0..4000).for_each(|index| counts[number_of(&format!("stream-{index}"), 4)] += 1);
        assert!(counts.iter().all(|count| (800..1200).contains(count)), "{counts:?}");
    }
}
