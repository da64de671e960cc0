use fnv::FnvHasher;
use std::hash::Hasher as _;

/// Which of `count` databases holds the stream at `path`.
///
/// This must never change, and neither must the number of databases once there are streams: a stream stays where it was
/// created.
#[must_use]
pub fn shard(path: &str, count: usize) -> usize {
    let mut hasher = FnvHasher::default();
    hasher.write(path.as_bytes());
    // Both conversions are exact: the remainder is below `count`.
    (hasher.finish() % count.max(1) as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::shard;

    #[test]
    fn streams_stay_where_they_are() {
        assert_eq!(["a", "b", "orders/2026", "caf%C3%A9"].map(|path| shard(path, 4)), [0, 1, 3, 3]);
        assert_eq!(shard("anything", 1), 0);
    }

    #[test]
    fn streams_are_spread_evenly() {
        let mut counts = [0; 4];
        (0..4000).for_each(|index| counts[shard(&format!("stream-{index}"), 4)] += 1);
        assert!(counts.iter().all(|count| (800..1200).contains(count)), "{counts:?}");
    }
}
