//! A wake, and the streams that it is about.

use crate::identity::{UnixMs, WakeId};
use crate::link::Position;
use crate::links::Links;
use crate::stored;
use serde::{Deserialize, Serialize};
use spec::stream::Path;

/// Maximum bytes of a snapshot in its stored form. Its row, of at most 2 MB, also contains the configuration, whose list of streams is
/// limited. Streams that do not fit stay pending, so the next wake follows at once.
pub const SNAPSHOT_BYTES_MAX: usize = 1 << 19;

/// Maximum bytes of an entry besides its path and generation: names, punctuation, and a number of 16 digits.
const ENTRY_BYTES_MAX: usize = 64;

/// A stream that was pending when a wake started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The stream.
    #[serde(with = "stored::path")]
    pub path: Path,
    /// Its generation and its tail.
    pub tail: Position,
}

/// The streams that were pending when a wake started: at least one, by path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    first: Entry,
    rest: Vec<Entry>,
    /// The number of pending streams that did not fit.
    omitted: usize,
}

/// A wake: one turn in which a holder reads and acknowledges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wake {
    /// Its id.
    pub id: WakeId,
    /// When it started.
    pub started_at: UnixMs,
    /// The streams that were pending.
    pub snapshot: Snapshot,
    /// Whether its holder has moved a cursor.
    pub moved: bool,
    /// The number of wakes right before it that ended without moving a cursor.
    pub fruitless: u32,
}

impl Snapshot {
    /// The pending streams, if there are any.
    #[must_use]
    pub fn of(links: &Links) -> Option<Self> {
        Self::within(SNAPSHOT_BYTES_MAX, links)
    }

    fn within(bytes_max: usize, links: &Links) -> Option<Self> {
        let mut pending = links.pending().map(|(path, tail)| Entry { path: path.clone(), tail });
        let first = pending.next()?;
        let mut bytes = first.bytes();
        let (mut rest, mut omitted) = (Vec::new(), 0);
        for entry in pending {
            bytes += entry.bytes();
            if bytes <= bytes_max {
                rest.push(entry);
            } else {
                omitted += 1;
            }
        }
        Some(Self { first, rest, omitted })
    }

    /// The first stream, which names the wake in its event.
    #[must_use]
    pub fn first(&self) -> &Entry {
        &self.first
    }

    /// The streams, by path.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// The entry of a stream.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<&Entry> {
        if self.first.path == *path {
            return Some(&self.first);
        }
        self.rest.binary_search_by(|entry| entry.path.cmp(path)).ok().map(|at| &self.rest[at])
    }

    /// Whether a stream has grown beyond the snapshot, or more streams are pending than it counts.
    #[must_use]
    pub fn is_outgrown(&self, links: &Links) -> bool {
        let mut others = 0;
        for (path, tail) in links.pending() {
            match self.get(path).filter(|entry| entry.tail.generation == tail.generation) {
                Some(entry) if entry.tail.offset < tail.offset => return true,
                Some(_) => {}
                None => others += 1,
            }
        }
        others > self.omitted
    }
}

impl Entry {
    fn bytes(&self) -> usize {
        self.path.as_str().len() + self.tail.generation.as_str().len() + ENTRY_BYTES_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::{SNAPSHOT_BYTES_MAX, Snapshot};
    use crate::identity::StreamGeneration;
    use crate::link::{Link, Linked, Position, Reason, Stream};
    use crate::links::Links;
    use crate::stored;
    use spec::Offset;
    use spec::stream::Path;

    fn offset(value: u64) -> Offset {
        Offset::new(value).expect("an offset")
    }

    /// Links by path, generation, acknowledged offset and tail.
    fn links(rows: &[(&str, &str, u64, u64)]) -> Links {
        Links::new(rows.iter().map(|(path, generation, acked, tail)| {
            let generation = StreamGeneration::stored(generation);
            let acked = Some(Position { generation: generation.clone(), offset: offset(*acked) });
            let link = Link { path: Path::read(path).expect("a path"), reason: Reason::Glob, acked };
            Linked { link, stream: Stream::Present { generation, begins: offset(0), tail: offset(*tail) } }
        }))
    }

    fn paths(snapshot: &Snapshot) -> Vec<&str> {
        snapshot.iter().map(|entry| entry.path.as_str()).collect()
    }

    #[test]
    fn only_pending_streams_are_in_it() {
        assert_eq!(Snapshot::of(&links(&[("a", "g", 5, 5)])), None);
        let snapshot = Snapshot::of(&links(&[("c", "g", 0, 1), ("a", "g", 5, 5), ("b", "g", 4, 5)])).expect("pending");
        assert_eq!(paths(&snapshot), ["b", "c"]);
        let tail = |path| snapshot.get(&Path::read(path).expect("a path")).map(|entry| entry.tail.offset.get());
        assert_eq!((tail("a"), tail("b"), tail("c")), (None, Some(5), Some(1)));
    }

    #[test]
    fn a_snapshot_is_outgrown_by_data_it_does_not_show() {
        let snapshot = Snapshot::of(&links(&[("a", "g", 0, 5), ("b", "g", 0, 5)])).expect("pending");
        for (rows, expected) in [
            (vec![("a", "g", 0, 5), ("b", "g", 0, 5)], false),
            (vec![("a", "g", 0, 5)], false),
            (vec![("a", "g", 2, 5), ("b", "g", 5, 5)], false),
            (vec![], false),
            (vec![("a", "g", 0, 5), ("b", "g", 0, 6)], true),
            (vec![("a", "h", 0, 1)], true),
            (vec![("c", "g", 0, 1)], true),
            (vec![("c", "g", 1, 1)], false),
        ] {
            assert_eq!(snapshot.is_outgrown(&links(&rows)), expected, "{rows:?}");
        }
    }

    #[test]
    fn a_snapshot_has_a_bound() {
        let all = links(&[("a", "g", 0, 5), ("b", "g", 0, 5), ("c", "g", 0, 5)]);
        let two = Snapshot::within(2 * 66, &all).expect("pending");
        assert_eq!((paths(&two), two.omitted), (vec!["a", "b"], 1));
        assert_eq!(Snapshot::within(0, &all).map(|one| one.omitted), Some(2));
        // One pending stream more than was counted.
        assert!(!two.is_outgrown(&all));
        assert!(two.is_outgrown(&links(&[("a", "g", 0, 5), ("c", "g", 0, 5), ("d", "g", 0, 5)])));
    }

    #[test]
    fn the_bound_holds_for_the_stored_form() {
        let long = "x".repeat(1_000);
        let most = (1_u64 << 53) - 1;
        let rows: Vec<_> = (0..1_200).map(|at| format!("{at:04}{long}")).collect();
        let rows: Vec<_> = rows.iter().map(|path| (&**path, "0123456789abcdef", 0, most)).collect();
        let snapshot = Snapshot::of(&links(&rows)).expect("pending");
        let text = stored::write(&snapshot);
        assert!(text.len() <= SNAPSHOT_BYTES_MAX + 100, "{}", text.len());
        assert!(text.len() > SNAPSHOT_BYTES_MAX / 10 * 9 && snapshot.omitted > 0);
        assert_eq!(stored::read(&text), Ok(snapshot));
    }
}
