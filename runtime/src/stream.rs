//! The state of a stream after a batch.

pub mod chunk;
pub mod fork;
pub mod hot;
pub mod labels;
pub mod listed;
pub mod messages;
pub mod pack;
pub mod page;
pub mod producer;
pub mod rest;
pub mod retention;
pub mod shift;
pub mod tag;
pub mod text;

use crate::host::UnixMs;
use crate::stream::fork::{Ancestor, ForkRef, Origin};
use crate::stream::hot::Hot;
use crate::stream::labels::Labels;
use crate::stream::retention::Retention;
use crate::stream::shift::Shift;
use crate::stream::text::Text;
use serde::{Deserialize, Serialize};
use spec::{Epoch, Lifetime, Limits, Offset, ProducerId, Seq, StreamSeq, StreamState};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;
use wire::MediaType;

/// Identifies one of the streams that successively exist at a path, so that no data of a deleted stream appears in its successor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Generation(pub String);

impl Generation {
    /// A new generation, which sorts after `last` even if clocks went backward. It begins with the time, so that rows of streams
    /// created at about the same time are stored next to each other.
    pub fn after(last: Option<&Self>, now: UnixMs, entropy: u64) -> Self {
        let earliest = last.and_then(Self::created_ms).map_or(0, |last| last + 1);
        let created_ms = now.max(earliest);
        Self(format!("{created_ms:012x}{entropy:016x}"))
    }

    /// The time at which the generation was created, which it begins with.
    fn created_ms(&self) -> Option<UnixMs> {
        UnixMs::from_str_radix(self.0.get(..12)?, 16).ok()
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The record of a stream that was deleted or has expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    pub generation: Generation,
    pub tail: Offset,
}

impl Tombstone {
    /// The tombstone of `stream`, if it is deleted now.
    pub fn of(stream: &Stream) -> Self {
        Self { generation: stream.generation.clone(), tail: stream.tail }
    }

    /// The first offset of the next stream at the path. It is beyond the tail offset, from which clients of this stream may
    /// still read. `None`, if no offsets are left.
    pub fn next(&self) -> Option<Offset> {
        Offset::new(self.tail.get() + 1)
    }
}

/// Identifies the batch that wrote a stream's row last. Each batch replaces the fence, and commits only if the row still has the value last
/// seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence(pub String);

impl Fence {
    /// The fence of a stream that no batch has written yet.
    pub fn none() -> Self {
        Self(String::new())
    }
}

/// The append that closed a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub producer: ProducerId,
    pub epoch: Epoch,
    pub seq: Seq,
}

/// The state of a stream after a batch. Clones are snapshots, except for the deadline, which they share.
#[derive(Clone, Debug)]
pub struct Stream {
    pub generation: Generation,
    pub fence: Fence,
    pub content_type: MediaType,
    pub tail: Offset,
    pub closed: bool,
    pub closed_by: Option<Closing>,
    pub last_seq: Option<StreamSeq>,
    pub lifetime: Option<Lifetime>,
    pub retention: Retention,
    /// The deadline that the database stores. It can be later than `deadline_ms`, so that not every read has to write it. A Durable
    /// Object that loads the stream uses it.
    pub stored_deadline_ms: Option<UnixMs>,
    /// Whether the stream is soft-deleted: deleted or expired, but kept for its forks.
    pub gone: bool,
    /// The source of the stream, if it is a fork.
    pub origin: Option<Origin>,
    /// The generations that store its inherited data, in order of offsets.
    pub lineage: Rc<[Ancestor]>,
    /// References of its forks.
    pub fork_refs: Rc<BTreeSet<ForkRef>>,
    pub created_ms: UnixMs,
    /// The time of the last append or close, or of the creation.
    pub updated_ms: UnixMs,
    pub labels: Labels,
    /// The amount of its data in the database.
    pub hot: Hot,
    /// The earliest retained offset.
    pub earliest: Offset,
    /// The end of its text; `None` if its row does not store it and it has not been read.
    pub text: Option<Text>,
    deadline_ms: Rc<Cell<Option<UnixMs>>>,
}

/// A stream about to be created.
pub struct NewStream {
    pub generation: Generation,
    pub content_type: MediaType,
    pub lifetime: Option<Lifetime>,
    pub retention: Retention,
    pub labels: Labels,
    pub closed: bool,
    pub origin: Option<Origin>,
    pub lineage: Rc<[Ancestor]>,
    pub now: UnixMs,
}

impl Stream {
    pub fn new(new: NewStream, fence: Fence, tail: Offset) -> Self {
        let NewStream { generation, content_type, lifetime, retention, labels, closed, origin, lineage, now } = new;
        let mut stream = Self {
            generation,
            fence,
            content_type,
            tail,
            closed,
            closed_by: None,
            last_seq: None,
            lifetime,
            retention,
            stored_deadline_ms: None,
            gone: false,
            origin,
            lineage,
            fork_refs: Rc::default(),
            created_ms: now,
            updated_ms: now,
            labels,
            hot: Hot::default(),
            earliest: const { Offset::new(0).unwrap() },
            text: None,
            deadline_ms: Rc::default(),
        };
        stream.touch(now);
        stream.renew_stored_deadline();
        stream
    }

    /// The same stream, as written by the batch with this fence. `packed` rows were joined to others.
    pub fn written_with(self, fence: Fence, packed: u64) -> Self {
        let hot = self.hot - Hot { bytes: 0, rows: packed };
        Self { fence, hot, ..self }
    }

    /// How much of its data should move from the database to the bucket now, if any.
    pub fn excess(&self, limits: &Limits) -> Option<Hot> {
        let most = self.retention.policy(limits).hot(limits);
        self.hot.excess(self.closed || self.gone, most, limits)
    }

    /// Whether it accepts no more data, or has not changed since `time`. Then all its data can move to the bucket.
    pub fn is_idle_since(&self, time: UnixMs) -> bool {
        self.closed || self.gone || self.updated_ms <= time
    }

    /// Maximum time between moves of data to the bucket, for a stream with an age limit. `None` if there is nothing to move.
    pub fn offload_delay_ms(&self, limits: &Limits) -> Option<UnixMs> {
        self.retention.policy(limits).age_ms().filter(|_| self.hot.rows > 0)
    }

    /// Sets the deadline to the stored one, for a stream that was just loaded.
    pub fn restore_deadline(self) -> Self {
        self.deadline_ms.set(self.stored_deadline_ms);
        self
    }

    pub fn is_json(&self) -> bool {
        spec::media::JSON.matches(&self.content_type)
    }

    /// Its state for clients. An expired stream is absent, or soft-deleted if it has forks.
    fn state(&self, now: UnixMs) -> StreamState {
        let expired = self.is_expired(now);
        match self {
            Self { gone: true, .. } => StreamState::Gone,
            Self { fork_refs, .. } if expired && !fork_refs.is_empty() => StreamState::Gone,
            _ if expired => StreamState::Absent,
            Self { closed: true, .. } => StreamState::Closed,
            _ => StreamState::Open,
        }
    }

    /// The state of a path, and its stream if clients can see it.
    pub fn view(stream: Option<&Self>, now: UnixMs) -> (StreamState, Option<&Self>) {
        let state = stream.map_or(StreamState::Absent, |stream| stream.state(now));
        let visible = matches!(state, StreamState::Open | StreamState::Closed);
        (state, stream.filter(|_| visible))
    }

    /// The ancestors that store its data from `position` on, in order of offsets, up to its own first row.
    pub fn ancestors(&self, position: Offset) -> &[Ancestor] {
        &self.lineage[self.lineage.partition_point(|ancestor| ancestor.stop <= position.get())..]
    }

    /// The lineage of a fork that branches from this stream, which is at `path`, at `position`.
    pub fn lineage_up_to(&self, path: &str, position: Offset) -> Vec<Ancestor> {
        let stop = position.get();
        let mut lineage: Vec<_> = self.lineage.iter().take_while(|ancestor| ancestor.stop < stop).cloned().collect();
        let start = lineage.last().map_or(0, |ancestor| ancestor.stop).max(self.earliest.get());
        if start < stop {
            lineage.push(match self.lineage.get(lineage.len()) {
                Some(ancestor) => Ancestor { stop, ..ancestor.clone() },
                None => {
                    let (path, generation) = (path.to_owned(), self.generation.0.clone());
                    Ancestor { path, generation, stop, shift: Shift::NONE }
                }
            });
        }
        lineage
    }

    /// When the stream expires, unless it is touched before.
    pub fn deadline_ms(&self) -> Option<UnixMs> {
        self.deadline_ms.get()
    }

    pub fn is_expired(&self, now: UnixMs) -> bool {
        self.deadline_ms().is_some_and(|deadline| deadline <= now)
    }

    /// Records a read or a write, which restarts the time to live (PROTOCOL.md §5.1).
    pub fn touch(&self, now: UnixMs) {
        self.deadline_ms.set(match &self.lifetime {
            None => None,
            Some(Lifetime::StreamTtl(ttl)) => Some(now + ttl.get() * 1000),
            Some(Lifetime::StreamExpiresAt(at)) => Some(at.unix_ms()),
        });
    }

    /// How long after a touch the stored deadline of a stream with live readers is renewed: half of its time to live. `None` if reading does
    /// not extend it.
    pub fn renewal_ms(&self) -> Option<UnixMs> {
        match &self.lifetime {
            Some(Lifetime::StreamTtl(ttl)) => Some(ttl.get() * 500),
            Some(Lifetime::StreamExpiresAt(_)) | None => None,
        }
    }

    /// Whether the deadline has moved past the stored one.
    pub fn stored_deadline_is_early(&self) -> bool {
        self.deadline_ms() > self.stored_deadline_ms
    }

    /// Sets the stored deadline to a tenth of the time to live after the deadline, so at most ten touches in that time have to
    /// be written.
    pub fn renew_stored_deadline(&mut self) {
        let slack = match &self.lifetime {
            Some(Lifetime::StreamTtl(ttl)) => ttl.get() * 100,
            _ => 0,
        };
        self.stored_deadline_ms = self.deadline_ms().map(|deadline| deadline + slack);
    }

    /// Whether the stream expires within `cache_lifetime`, so that a cached response could outlive it.
    pub fn expires_within(&self, limits: &Limits, now: UnixMs) -> bool {
        let lifetime = u64::try_from(limits.cache_lifetime.as_millis()).unwrap_or(u64::MAX);
        self.deadline_ms().is_some_and(|deadline| deadline < now.saturating_add(lifetime))
    }
}
