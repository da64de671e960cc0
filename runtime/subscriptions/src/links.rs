//! All links of a subscription during one decision, and the changes to their rows.

use crate::identity::StreamGeneration;
use crate::link::{Link, Linked, Position, Reason, Stream};
use crate::stored;
use serde::{Deserialize, Serialize};
use spec::Offset;
use spec::stream::Path;
use std::collections::{BTreeMap, BTreeSet};

/// A change to a row of `links`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkChange {
    /// The row has these values from now on.
    Put(Link),
    /// There is no row from now on.
    Delete(Path),
}

/// An offset up to which a holder has acknowledged a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// The stream.
    #[serde(with = "stored::path")]
    pub path: Path,
    /// The next offset.
    #[serde(with = "stored::offset")]
    pub offset: Offset,
}

/// A path and the stream at it, as its database contains it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtPath {
    /// The path.
    pub path: Path,
    /// The stream, if there is one.
    pub stream: Stream,
    /// Whether it was just created, and the subscriptions that match it are still to be notified.
    pub is_arriving: bool,
}

/// The links that were read for a decision, each with its stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    all: BTreeMap<Path, Linked>,
    /// Links to wake streams of subscriptions. Their rows stay, and nothing else sees them.
    hidden: BTreeMap<Path, Linked>,
    changed: BTreeSet<Path>,
    removed: BTreeSet<Path>,
}

/// The place from which a subscription follows a new link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// The tail: history is not repeated.
    Tail,
    /// The first offset of the generation.
    Beginning,
}

impl Links {
    /// The links of a subscription, in any order.
    pub fn new(links: impl IntoIterator<Item = Linked>) -> Self {
        let all = links.into_iter().map(|linked| (linked.link.path.clone(), linked));
        Self { all: all.collect(), ..Self::default() }
    }

    /// Adds links to streams that are wake streams of subscriptions now. They are not followed until these subscriptions have ended.
    #[must_use]
    pub fn with_hidden(self, links: impl IntoIterator<Item = Linked>) -> Self {
        let hidden = links.into_iter().map(|linked| (linked.link.path.clone(), linked));
        Self { hidden: hidden.collect(), ..self }
    }

    /// Whether pokes of the stream at a path are needed, now or once it is no wake stream any longer.
    #[must_use]
    pub fn follows(&self, path: &Path) -> bool {
        self.get(path).is_some() || self.hidden.contains_key(path)
    }

    /// The links that exist, by path.
    pub fn iter(&self) -> impl Iterator<Item = &Linked> {
        self.all.values().filter(|linked| linked.is_current())
    }

    /// The link to a stream.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<&Linked> {
        self.all.get(path).filter(|linked| linked.is_current())
    }

    /// Whether the pattern can link the stream at a path, so that it links no more than `most`.
    #[must_use]
    pub fn has_room_for(&self, path: &Path, most: usize) -> bool {
        self.get(path).is_some() || self.iter().filter(|linked| linked.link.reason.is_glob()).count() < most
    }

    /// The streams with data that is not acknowledged, with their generations and tails, by path.
    pub fn pending(&self) -> impl Iterator<Item = (&Path, Position)> {
        self.all.iter().filter_map(|(path, linked)| Some((path, linked.pending()?)))
    }

    /// Whether there is no change to a row.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.changed.is_empty() && self.removed.is_empty()
    }

    /// The changes to rows, also those of links that ended with their streams.
    pub(crate) fn into_changes(self) -> Vec<LinkChange> {
        let Self { all, hidden, changed, mut removed } = self;
        let mut changes = Vec::new();
        let hidden = hidden.into_values().filter(|linked| changed.contains(&linked.link.path));
        changes.extend(hidden.map(|linked| LinkChange::Put(linked.link)));
        for (path, linked) in all {
            if !linked.is_current() {
                removed.insert(path);
            } else if changed.contains(&path) {
                changes.push(LinkChange::Put(linked.link));
            }
        }
        changes.extend(removed.into_iter().map(LinkChange::Delete));
        changes
    }

    /// Links a stream for one more reason. A stream that is already linked keeps its cursor.
    pub(crate) fn link(&mut self, AtPath { path, stream, .. }: AtPath, reason: Reason, start: Start) {
        // It was a wake stream when the links were read, and is none any longer.
        self.all.extend(self.hidden.remove_entry(&path));
        if let Some(linked) = self.all.get_mut(&path).filter(|linked| linked.is_current()) {
            let merged = linked.link.reason.and(reason);
            if merged != linked.link.reason {
                linked.link.reason = merged;
                self.changed.insert(path);
            }
            return;
        }
        let acked = match &stream {
            Stream::Present { generation, begins, tail } => {
                let offset = if start == Start::Tail { *tail } else { *begins };
                Some(Position { generation: generation.clone(), offset })
            }
            Stream::Absent { .. } => None,
        };
        self.removed.remove(&path);
        self.changed.insert(path.clone());
        self.all.insert(path.clone(), Linked { link: Link { path, reason, acked }, stream });
    }

    /// Removes the explicit reason of a link, and the link if it has no other.
    pub(crate) fn remove_explicit(&mut self, path: &Path) {
        let links = if self.hidden.contains_key(path) { &mut self.hidden } else { &mut self.all };
        let Some(linked) = links.get_mut(path).filter(|linked| linked.link.reason.is_explicit()) else { return };
        if let Some(reason) = linked.link.reason.without_explicit() {
            linked.link.reason = reason;
            self.changed.insert(path.clone());
        } else {
            links.remove(path);
            self.changed.remove(path);
            self.removed.insert(path.clone());
        }
    }

    /// The number of explicit links, if these paths were linked as well.
    pub(crate) fn explicit_with(&self, paths: &[AtPath]) -> usize {
        let own = self.all.values().chain(self.hidden.values());
        let own = own.filter(|linked| linked.link.reason.is_explicit());
        let own = own.map(|linked| &linked.link.path);
        own.chain(paths.iter().map(|at| &at.path)).collect::<BTreeSet<_>>().len()
    }

    /// Checks all acknowledgments, and then applies all of them. Returns whether a cursor has moved.
    ///
    /// # Errors
    /// The rule that one of them breaks. Then nothing was applied.
    pub(crate) fn acknowledge(&mut self, acks: &[Ack]) -> Result<bool, String> {
        for ack in acks {
            self.check(ack)?;
        }
        let mut moved = false;
        for Ack { path, offset } in acks {
            moved |= self.advance(path, None, *offset);
        }
        Ok(moved)
    }

    fn check(&self, Ack { path, offset }: &Ack) -> Result<(), String> {
        let path_text = path.as_str();
        let Some(linked) = self.get(path) else {
            return Err(format!("the stream `{path_text}` is not linked"));
        };
        let Stream::Present { tail, .. } = &linked.stream else {
            return Err(format!("the stream `{path_text}` does not exist"));
        };
        let cursor = linked.cursor();
        if *offset < cursor {
            return Err(format!("the offset {offset} of `{path_text}` is before the acknowledged offset {cursor}"));
        }
        if offset > tail {
            return Err(format!("the offset {offset} of `{path_text}` is beyond the tail {tail}"));
        }
        Ok(())
    }

    /// Acknowledges the data of a snapshot, as far as its streams still are of the same generations. Returns whether a cursor has
    /// moved.
    pub(crate) fn acknowledge_snapshot<'a>(&mut self, entries: impl Iterator<Item = (&'a Path, &'a Position)>) -> bool {
        let mut moved = false;
        for (path, Position { generation, offset }) in entries {
            moved |= self.advance(path, Some(generation), *offset);
        }
        moved
    }

    /// Moves a cursor forward to `offset`, or to the tail if that is before. Returns whether it has moved.
    fn advance(&mut self, path: &Path, expected: Option<&StreamGeneration>, offset: Offset) -> bool {
        let Some(linked) = self.all.get_mut(path) else { return false };
        let cursor = linked.cursor();
        let Stream::Present { generation, tail, .. } = &linked.stream else { return false };
        let offset = offset.min(*tail);
        if expected.is_some_and(|expected| expected != generation) || offset <= cursor {
            return false;
        }
        linked.link.acked = Some(Position { generation: generation.clone(), offset });
        self.changed.insert(path.clone());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Ack, AtPath, LinkChange, Links, Start};
    use crate::identity::StreamGeneration;
    use crate::link::{Link, Linked, Position, Reason, Stream};
    use spec::Offset;
    use spec::stream::Path;

    fn path(text: &str) -> Path {
        Path::read(text).expect("a path")
    }

    fn offset(value: u64) -> Offset {
        Offset::new(value).expect("an offset")
    }

    fn position(generation: &str, value: u64) -> Position {
        Position { generation: StreamGeneration::stored(generation), offset: offset(value) }
    }

    fn present(generation: &str, begins: u64, tail: u64) -> Stream {
        let generation = StreamGeneration::stored(generation);
        Stream::Present { generation, begins: offset(begins), tail: offset(tail) }
    }

    fn linked(text: &str, reason: Reason, acked: Option<Position>, stream: Stream) -> Linked {
        Linked { link: Link { path: path(text), reason, acked }, stream }
    }

    fn put(text: &str, reason: Reason, acked: Option<Position>) -> LinkChange {
        LinkChange::Put(Link { path: path(text), reason, acked })
    }

    fn at(text: &str, stream: Stream) -> AtPath {
        AtPath { path: path(text), stream, is_arriving: false }
    }

    fn ack(text: &str, value: u64) -> Ack {
        Ack { path: path(text), offset: offset(value) }
    }

    #[test]
    fn new_links_start_at_the_tail_or_at_the_beginning() {
        let mut links = Links::default();
        links.link(at("a", present("g", 2, 7)), Reason::Explicit, Start::Tail);
        links.link(at("b", present("h", 2, 7)), Reason::Glob, Start::Beginning);
        links.link(at("c", Stream::Absent { begins: offset(3) }), Reason::Explicit, Start::Tail);
        // A pattern links no stream that has ended again.
        links.link(at("d", Stream::Absent { begins: offset(3) }), Reason::Glob, Start::Beginning);
        assert_eq!(links.pending().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["b"]);
        let expected = [
            put("a", Reason::Explicit, Some(position("g", 7))),
            put("b", Reason::Glob, Some(position("h", 2))),
            put("c", Reason::Explicit, None),
            LinkChange::Delete(path("d")),
        ];
        assert_eq!(links.into_changes(), expected);
    }

    #[test]
    fn a_second_reason_keeps_the_cursor() {
        let mut links = Links::new([linked("a", Reason::Glob, Some(position("g", 1)), present("g", 0, 7))]);
        links.link(at("a", present("g", 0, 7)), Reason::Glob, Start::Tail);
        assert!(links.is_unchanged());
        links.link(at("a", present("g", 0, 7)), Reason::Explicit, Start::Tail);
        assert_eq!(links.clone().into_changes(), [put("a", Reason::Both, Some(position("g", 1)))]);
        links.remove_explicit(&path("a"));
        links.remove_explicit(&path("a"));
        assert_eq!(links.into_changes(), [put("a", Reason::Glob, Some(position("g", 1)))]);
    }

    #[test]
    fn a_link_ends_with_its_last_reason() {
        let mut links = Links::new([linked("a", Reason::Explicit, Some(position("g", 1)), present("g", 0, 7))]);
        links.remove_explicit(&path("b"));
        assert!(links.is_unchanged());
        links.remove_explicit(&path("a"));
        assert_eq!(links.get(&path("a")), None);
        assert_eq!(links.clone().into_changes(), [LinkChange::Delete(path("a"))]);
        links.link(at("a", present("g", 0, 7)), Reason::Explicit, Start::Tail);
        assert_eq!(links.into_changes(), [put("a", Reason::Explicit, Some(position("g", 7)))]);
    }

    #[test]
    fn a_glob_link_is_deleted_with_the_next_write() {
        let mut links = Links::new([
            linked("a", Reason::Glob, Some(position("g", 1)), Stream::Absent { begins: offset(7) }),
            linked("b", Reason::Both, Some(position("g", 1)), Stream::Absent { begins: offset(7) }),
        ]);
        assert!(links.is_unchanged());
        assert_eq!(links.iter().map(|linked| linked.link.path.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!(links.clone().into_changes(), [LinkChange::Delete(path("a"))]);
        // Another life of the stream is linked anew.
        links.link(at("a", present("h", 7, 9)), Reason::Glob, Start::Beginning);
        assert_eq!(links.into_changes(), [put("a", Reason::Glob, Some(position("h", 7)))]);
    }

    #[test]
    fn acknowledgments_are_checked_as_a_whole() {
        let linked = || {
            Links::new([
                linked("a", Reason::Explicit, Some(position("g", 3)), present("g", 0, 7)),
                linked("b", Reason::Explicit, Some(position("f", 9)), present("g", 4, 7)),
                linked("c", Reason::Explicit, Some(position("g", 3)), Stream::Absent { begins: offset(3) }),
                linked("d", Reason::Glob, Some(position("g", 3)), Stream::Absent { begins: offset(3) }),
            ])
        };
        for bad in [ack("a", 2), ack("a", 8), ack("b", 3), ack("b", 8), ack("c", 3), ack("d", 3), ack("e", 0)] {
            let mut links = linked();
            assert!(links.acknowledge(&[ack("a", 5), bad.clone()]).is_err(), "{bad:?}");
            assert_eq!(links, linked(), "{bad:?}");
        }
        let mut links = linked();
        assert_eq!(links.acknowledge(&[ack("a", 3), ack("b", 4)]), Ok(false));
        assert!(links.is_unchanged());
        // The greatest of several offsets of one stream counts.
        assert_eq!(links.acknowledge(&[ack("a", 6), ack("a", 5), ack("b", 7)]), Ok(true));
        let changes: Vec<_> =
            links.into_changes().into_iter().filter(|change| matches!(change, LinkChange::Put(_))).collect();
        let moved = |text, value| put(text, Reason::Explicit, Some(position("g", value)));
        assert_eq!(changes, [moved("a", 6), moved("b", 7)]);
    }

    #[test]
    fn a_snapshot_acknowledges_its_own_generations() {
        let mut links = Links::new([
            linked("a", Reason::Explicit, Some(position("g", 3)), present("g", 0, 7)),
            linked("b", Reason::Explicit, None, present("h", 4, 7)),
            linked("c", Reason::Explicit, None, Stream::Absent { begins: offset(3) }),
            linked("d", Reason::Explicit, Some(position("g", 6)), present("g", 0, 7)),
        ]);
        let entries = [
            (path("a"), position("g", 5)),
            (path("b"), position("g", 5)),
            (path("c"), position("g", 5)),
            (path("d"), position("g", 5)),
            (path("e"), position("g", 5)),
        ];
        assert!(links.acknowledge_snapshot(entries.iter().map(|(path, position)| (path, position))));
        assert_eq!(links.into_changes(), [put("a", Reason::Explicit, Some(position("g", 5)))]);
    }

    #[test]
    fn explicit_links_are_counted_once() {
        let links = Links::new([
            linked("a", Reason::Both, None, present("g", 0, 7)),
            linked("b", Reason::Glob, None, present("g", 0, 7)),
        ]);
        assert_eq!(links.explicit_with(&[at("a", present("g", 0, 7)), at("b", present("g", 0, 7))]), 2);
    }
}
