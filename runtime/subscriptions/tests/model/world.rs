//! Everything that survives a crash: the streams, the rows of the subscription, and the alarm.

use crate::history::History;
use crate::operation::PATHS;
use proptest::test_runner::TestCaseError;
use spec::Offset;
use spec::stream::Path;
use std::collections::{BTreeMap, BTreeSet};
use subscriptions::{
    AtPath, Configuration, Entropy, Generation, Link, LinkChange, Linked, Links, Moment, Row, Stored, Stream,
    StreamGeneration, Subscription, SubscriptionId, UnixMs, Write,
};

/// Time after which a transaction that was sent no longer commits.
pub const VALIDITY_MS: UnixMs = 30_000;

pub fn id() -> SubscriptionId {
    SubscriptionId::read("runner:1").expect("an id")
}

pub fn path(number: usize) -> Path {
    Path::read(PATHS[number]).expect("a path")
}

pub fn offset(value: u64) -> Offset {
    Offset::new(value).expect("an offset")
}

/// One generation of a stream.
#[derive(Clone, Debug)]
pub struct Life {
    pub generation: StreamGeneration,
    pub begins: u64,
    pub tail: u64,
    /// When it was created, in events.
    pub created: u64,
}

/// The row of the subscription.
#[derive(Clone, Debug)]
pub enum Record {
    Tombstone(Generation),
    Row(Row),
}

/// A write of a dead Durable Object.
pub struct LateWrite {
    pub write: Write,
    pub fence: u64,
    pub until: UnixMs,
    pub justified: Vec<(Path, u64)>,
    /// When it was decided, in events.
    pub decided: u64,
}

pub struct World {
    pub now: UnixMs,
    pub streams: BTreeMap<Path, Life>,
    ended: BTreeMap<Path, u64>,
    pub record: Option<Record>,
    pub links: BTreeMap<Path, Link>,
    /// Changes with each write.
    pub fence: u64,
    pub alarm: Option<UnixMs>,
    pub late: Vec<LateWrite>,
    /// The configurations whose patterns are registered where the streams are, and when they were, in events.
    pub registered: Vec<(Configuration, u64)>,
    /// Streams that were created and not announced yet.
    pub arrivals: BTreeSet<Path>,
    pub has_poke: bool,
    pub history: History,
    drawn: u64,
}

impl World {
    pub fn new() -> Self {
        Self {
            now: 1_795_773_600_000,
            streams: BTreeMap::new(),
            ended: BTreeMap::new(),
            record: None,
            links: BTreeMap::new(),
            fence: 0,
            alarm: None,
            late: Vec::new(),
            registered: Vec::new(),
            arrivals: BTreeSet::new(),
            has_poke: false,
            history: History::default(),
            drawn: 0,
        }
    }

    /// The time, and bytes that were never drawn before.
    pub fn moment(&mut self) -> Moment {
        self.drawn += 1;
        let mut bytes = [0; Entropy::BYTES];
        bytes[..8].copy_from_slice(&self.drawn.to_be_bytes());
        bytes[12..20].copy_from_slice(&self.drawn.to_be_bytes());
        bytes[24..].copy_from_slice(&self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        Moment { now: self.now, arrived: self.now, entropy: Entropy::new(bytes) }
    }

    pub fn stored(&self) -> Stored {
        match &self.record {
            None => Stored::Absent,
            Some(Record::Tombstone(generation)) => Stored::Deleted { generation: *generation },
            Some(Record::Row(row)) => {
                let read = Subscription::read(id(), row.clone());
                Stored::Live(Box::new(read.expect("what the subscription has written")))
            }
        }
    }

    pub fn stream(&self, path: &Path) -> Stream {
        match self.streams.get(path) {
            Some(life) => Stream::Present {
                generation: life.generation.clone(),
                begins: offset(life.begins),
                tail: offset(life.tail),
            },
            None => Stream::Absent { begins: offset(self.ended.get(path).copied().unwrap_or_default()) },
        }
    }

    pub fn at(&self, path: Path) -> AtPath {
        AtPath { stream: self.stream(&path), is_arriving: self.arrivals.contains(&path), path }
    }

    pub fn read_links(&self) -> Links {
        Links::new(self.links.values().map(|link| Linked { link: link.clone(), stream: self.stream(&link.path) }))
    }

    /// The links with data that is not acknowledged, and the generations of their streams.
    pub fn pending(&self) -> Vec<(Path, String)> {
        let pending = self.links.values().filter_map(|link| {
            let life = self.streams.get(&link.path)?;
            let acked = link.acked.as_ref().filter(|acked| acked.generation == life.generation);
            let cursor = acked.map_or(life.begins, |acked| acked.offset.get());
            (life.tail > cursor).then(|| (link.path.clone(), life.generation.as_str().to_owned()))
        });
        pending.collect()
    }

    /// The database forgets the generations that have ended.
    pub fn forget_ended(&mut self) {
        self.ended.clear();
    }

    /// Creates a stream, unless it exists.
    pub fn create(&mut self, path: &Path) {
        if self.streams.contains_key(path) {
            return;
        }
        let begins = self.ended.get(path).copied().unwrap_or_default();
        let created = self.history.next_event();
        let generation = StreamGeneration::stored(&format!("g{created}"));
        self.streams.insert(path.clone(), Life { generation, begins, tail: begins, created });
        if self.registered.iter().any(|(configuration, _)| configuration.globs(path)) {
            self.arrivals.insert(path.clone());
        }
    }

    pub fn append(&mut self, path: &Path) {
        self.create(path);
        let event = self.history.next_event();
        let life = self.streams.get_mut(path).expect("a stream");
        life.tail += 3;
        self.history.appends.insert((path.clone(), life.generation.as_str().to_owned()), event);
    }

    pub fn drop_stream(&mut self, path: &Path) {
        if let Some(life) = self.streams.remove(path) {
            self.ended.insert(path.clone(), life.tail);
            self.arrivals.remove(path);
        }
    }

    /// Commits a write if the fence fits. `justified` are the offsets up to which a holder has acknowledged.
    pub fn commit(
        &mut self,
        write: Write,
        fence: u64,
        justified: &[(Path, u64)],
        decided: u64,
    ) -> Result<bool, TestCaseError> {
        if fence != self.fence {
            return Ok(false);
        }
        self.fence += 1;
        if let (Some(Record::Tombstone(_)), Write::Create { .. }) = (&self.record, &write) {
            self.history.see("subscription created again");
        }
        let (record, before) = (self.record.take(), std::mem::take(&mut self.links));
        match write {
            Write::Delete { generation } => self.record = Some(Record::Tombstone(generation)),
            Write::Create { row, links, .. } | Write::Put { row, links } => {
                self.record = Some(Record::Row(row));
                self.links = before.clone();
                for change in links {
                    match change {
                        LinkChange::Put(link) => drop(self.links.insert(link.path.clone(), link)),
                        LinkChange::Delete(path) => drop(self.links.remove(&path)),
                    }
                }
            }
        }
        self.check_wake(decided)?;
        // Streams that exist when a subscription is created are followed from their tails.
        if let Some(Record::Row(_)) = record {
            self.check_cursors(&before, justified)?;
        }
        Ok(true)
    }
}
