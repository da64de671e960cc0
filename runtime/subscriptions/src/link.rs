//! Links of a subscription to streams, and how far it is in each (§6.1).

use crate::identity::StreamGeneration;
use crate::stored;
use serde::{Deserialize, Serialize};
use spec::Offset;
use spec::stream::Path;

/// Why a stream is linked. A link without a reason doesn't exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// The link is explicit: a request named the stream.
    Explicit,
    /// The pattern matches.
    Glob,
    /// The link is explicit, and the pattern matches.
    Both,
}

impl Reason {
    /// The reason of a row with two columns, unless both are unset.
    #[must_use]
    pub fn stored(explicit: bool, glob: bool) -> Option<Self> {
        match (explicit, glob) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Explicit),
            (false, true) => Some(Self::Glob),
            (false, false) => None,
        }
    }

    /// Whether the link is explicit, whether or not the pattern matches.
    #[must_use]
    pub fn is_explicit(self) -> bool {
        self != Self::Glob
    }

    /// Whether the pattern matches.
    #[must_use]
    pub fn is_glob(self) -> bool {
        self != Self::Explicit
    }

    pub(crate) fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Both }
    }

    pub(crate) fn without_explicit(self) -> Option<Self> {
        self.is_glob().then_some(Self::Glob)
    }
}

/// How far a subscription is in one generation of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The generation.
    pub generation: StreamGeneration,
    /// The next offset: everything before it is acknowledged.
    #[serde(with = "stored::offset")]
    pub offset: Offset,
}

/// A link, as its row contains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The path of the stream.
    pub path: Path,
    /// Why it is linked.
    pub reason: Reason,
    /// The newest acknowledged position. Without one, the subscription has not seen any generation of the stream.
    pub acked: Option<Position>,
}

/// A stream, as its database contains it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stream {
    /// It exists.
    Present {
        /// Its generation.
        generation: StreamGeneration,
        /// The first offset of this generation, whether or not it is still stored.
        begins: Offset,
        /// The next offset.
        tail: Offset,
    },
    /// There is no stream, or it is soft-deleted.
    Absent {
        /// The first offset of the next generation, unless its creator chooses another one.
        begins: Offset,
    },
}

/// A link together with its stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The link.
    pub link: Link,
    /// The stream.
    pub stream: Stream,
}

impl Linked {
    /// Where the subscription is: the acknowledged offset, or the first one of a generation for which nothing was acknowledged.
    #[must_use]
    pub fn cursor(&self) -> Offset {
        match (&self.stream, &self.link.acked) {
            (Stream::Present { generation, .. }, Some(acked)) if acked.generation == *generation => acked.offset,
            (Stream::Present { begins, .. } | Stream::Absent { begins }, _) => *begins,
        }
    }

    /// The generation and the tail of the stream, if the subscription has not acknowledged all of it.
    #[must_use]
    pub fn pending(&self) -> Option<Position> {
        match &self.stream {
            Stream::Present { generation, tail, .. } if *tail > self.cursor() => {
                Some(Position { generation: generation.clone(), offset: *tail })
            }
            Stream::Present { .. } | Stream::Absent { .. } => None,
        }
    }

    /// The tail to show. It is never before the cursor.
    #[must_use]
    pub fn tail(&self) -> Offset {
        match &self.stream {
            Stream::Present { tail, .. } => self.cursor().max(*tail),
            Stream::Absent { .. } => self.cursor(),
        }
    }

    /// Whether the link still exists. A stream that only the pattern has linked loses its link when it ends.
    #[must_use]
    pub fn is_current(&self) -> bool {
        matches!(self.stream, Stream::Present { .. }) || self.link.reason.is_explicit()
    }
}

#[cfg(test)]
mod tests {
    use super::{Link, Linked, Position, Reason, Stream};
    use crate::identity::StreamGeneration;
    use spec::Offset;
    use spec::stream::Path;

    fn offset(value: u64) -> Offset {
        Offset::new(value).expect("an offset")
    }

    fn present(generation: &str, begins: u64, tail: u64) -> Stream {
        let generation = StreamGeneration::stored(generation);
        Stream::Present { generation, begins: offset(begins), tail: offset(tail) }
    }

    fn linked(reason: Reason, acked: Option<(&str, u64)>, stream: Stream) -> Linked {
        let acked = acked.map(|(generation, acked)| Position {
            generation: StreamGeneration::stored(generation),
            offset: offset(acked),
        });
        Linked { link: Link { path: Path::read("a").expect("a path"), reason, acked }, stream }
    }

    /// The cursor, the tail to show, and the pending tail.
    fn shown(acked: Option<(&str, u64)>, stream: Stream) -> (u64, u64, Option<u64>) {
        let linked = linked(Reason::Explicit, acked, stream);
        let pending = linked.pending().map(|pending| pending.offset.get());
        (linked.cursor().get(), linked.tail().get(), pending)
    }

    #[test]
    fn a_cursor_is_of_one_generation() {
        assert_eq!(shown(Some(("g", 5)), present("g", 2, 7)), (5, 7, Some(7)));
        assert_eq!(shown(Some(("g", 7)), present("g", 2, 7)), (7, 7, None));
        // The cursor of an ended generation would hide the data of the new one.
        assert_eq!(shown(Some(("g", 9)), present("h", 3, 4)), (3, 4, Some(4)));
        assert_eq!(shown(None, present("g", 3, 4)), (3, 4, Some(4)));
    }

    #[test]
    fn an_empty_stream_is_not_pending() {
        assert_eq!(shown(None, present("g", 3, 3)), (3, 3, None));
        assert_eq!(shown(Some(("f", 9)), present("g", 9, 9)), (9, 9, None));
    }

    #[test]
    fn an_absent_stream_shows_where_it_will_begin() {
        assert_eq!(shown(Some(("g", 5)), Stream::Absent { begins: offset(7) }), (7, 7, None));
        assert_eq!(shown(None, Stream::Absent { begins: offset(0) }), (0, 0, None));
    }

    #[test]
    fn a_tail_is_never_shown_before_the_cursor() {
        assert_eq!(shown(Some(("g", 5)), present("g", 0, 3)), (5, 5, None));
    }

    #[test]
    fn a_glob_link_ends_with_its_stream() {
        let is_current = |reason, stream| linked(reason, None, stream).is_current();
        let absent = || Stream::Absent { begins: offset(0) };
        assert!(!is_current(Reason::Glob, absent()));
        assert!(is_current(Reason::Explicit, absent()) && is_current(Reason::Both, absent()));
        assert!(is_current(Reason::Glob, present("g", 0, 0)));
    }

    #[test]
    fn reasons_are_merged_and_removed() {
        assert_eq!(Reason::Explicit.and(Reason::Glob), Reason::Both);
        assert_eq!(Reason::Glob.and(Reason::Glob), Reason::Glob);
        assert_eq!(Reason::Both.without_explicit(), Some(Reason::Glob));
        assert_eq!(Reason::Glob.without_explicit(), Some(Reason::Glob));
        assert_eq!(Reason::Explicit.without_explicit(), None);
        for reason in [Reason::Explicit, Reason::Glob, Reason::Both] {
            assert_eq!(Reason::stored(reason.is_explicit(), reason.is_glob()), Some(reason));
        }
        assert_eq!(Reason::stored(false, false), None);
    }
}
