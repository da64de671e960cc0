//! A stream as it is between two batches.

pub mod chunk;
pub mod fork;
pub mod hot;
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

/// One life of a path. No two lives share one, so that nothing of a deleted stream can show up in its successor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Generation(pub String);

impl Generation {
    /// A new one, which sorts after `last`, whatever the clocks say. The time in front keeps generations that are created
    /// together together in the database.
    pub fn after(last: Option<&Self>, now: UnixMs, entropy: u64) -> Self {
        let earliest = last.and_then(Self::created_ms).map_or(0, |last| last + 1);
        let created_ms = now.max(earliest);
        Self(format!("{created_ms:012x}{entropy:016x}"))
    }

    /// The time in front.
    fn created_ms(&self) -> Option<UnixMs> {
        UnixMs::from_str_radix(self.0.get(..12)?, 16).ok()
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is remembered of a stream that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    pub generation: Generation,
    pub tail: Offset,
}

impl Tombstone {
    /// What will be remembered of `stream` if it ends now.
    pub fn of(stream: &Stream) -> Self {
        Self { generation: stream.generation.clone(), tail: stream.tail }
    }

    /// The first offset of the next stream at the path. It is beyond the tail, which clients of this one have been told to go
    /// on from. `None`, if there are no more offsets.
    pub fn next(&self) -> Option<Offset> {
        Offset::new(self.tail.get() + 1)
    }
}

/// The batch that wrote a stream's row last. A batch takes effect only if the row still has the fence that it expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence(pub String);

impl Fence {
    /// That of a stream that no batch has written yet.
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

/// A stream as it is between two batches. Clones are snapshots, except for the deadline, which they share.
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
    /// What the database says of the deadline. It may lie later than the deadline itself, so that not every read has
    /// to move it; an object that has lost its memory goes by it.
    pub stored_deadline_ms: Option<UnixMs>,
    /// Deleted or expired, and kept for its forks.
    pub gone: bool,
    /// Where it comes from, if it is a fork.
    pub origin: Option<Origin>,
    /// Who holds what is before its own rows, in order.
    pub lineage: Rc<[Ancestor]>,
    /// Its forks.
    pub fork_refs: Rc<BTreeSet<ForkRef>>,
    pub created_ms: UnixMs,
    /// How much of it lies in the database.
    pub hot: Hot,
    /// The first offset that is still kept.
    pub earliest: Offset,
    /// What it ends with as text; `None` if its row does not say, and it has not been read.
    pub text: Option<Text>,
    deadline_ms: Rc<Cell<Option<UnixMs>>>,
}

/// A stream about to be created.
pub struct NewStream {
    pub generation: Generation,
    pub content_type: MediaType,
    pub lifetime: Option<Lifetime>,
    pub retention: Retention,
    pub closed: bool,
    pub origin: Option<Origin>,
    pub lineage: Rc<[Ancestor]>,
    pub now: UnixMs,
}

impl Stream {
    pub fn new(new: NewStream, fence: Fence, tail: Offset) -> Self {
        let NewStream { generation, content_type, lifetime, retention, closed, origin, lineage, now } = new;
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
            hot: Hot::default(),
            earliest: const { Offset::new(0).unwrap() },
            text: None,
            deadline_ms: Rc::default(),
        };
        stream.touch(now);
        stream.renew_stored_deadline();
        stream
    }

    /// The same stream, as the batch with this fence writes it, when so many rows have become part of others.
    pub fn as_written(self, fence: Fence, packed: u64) -> Self {
        let hot = self.hot - Hot { bytes: 0, rows: packed };
        Self { fence, hot, ..self }
    }

    /// How much of it should move from the database to the bucket, if anything should.
    pub fn excess(&self, limits: &Limits) -> Option<Hot> {
        let most = self.retention.policy(limits).hot(limits);
        self.hot.excess(self.closed || self.gone, most, limits)
    }

    /// How long after something has moved from the database to the bucket all else is to move, if there is anything.
    pub fn offload_delay_ms(&self, limits: &Limits) -> Option<UnixMs> {
        self.retention.policy(limits).age_ms().filter(|_| self.hot.rows > 0)
    }

    /// Sets the deadline from the lease, for a stream that has just been loaded.
    pub fn restore_deadline(self) -> Self {
        self.deadline_ms.set(self.stored_deadline_ms);
        self
    }

    pub fn is_json(&self) -> bool {
        spec::media::JSON.matches(&self.content_type)
    }

    /// What it is to a client. One that has expired is not there, unless others depend on it.
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

    /// The state of a path, and its stream, if a client may see it.
    pub fn view(stream: Option<&Self>, now: UnixMs) -> (StreamState, Option<&Self>) {
        let state = stream.map_or(StreamState::Absent, |stream| stream.state(now));
        let visible = matches!(state, StreamState::Open | StreamState::Closed);
        (state, stream.filter(|_| visible))
    }

    /// Whose rows hold what is from `position` on, in order, up to where its own begin.
    pub fn ancestors(&self, position: Offset) -> &[Ancestor] {
        &self.lineage[self.lineage.partition_point(|ancestor| ancestor.stop <= position.get())..]
    }

    /// Who holds what of this stream, which is at `path`, up to `position`: the lineage of a fork that parts there.
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

    /// When it expires, unless it is touched before.
    pub fn deadline_ms(&self) -> Option<UnixMs> {
        self.deadline_ms.get()
    }

    pub fn is_expired(&self, now: UnixMs) -> bool {
        self.deadline_ms().is_some_and(|deadline| deadline <= now)
    }

    /// Notes a read or a write, which moves a sliding deadline (PROTOCOL.md §5.1).
    pub fn touch(&self, now: UnixMs) {
        self.deadline_ms.set(match &self.lifetime {
            None => None,
            Some(Lifetime::StreamTtl(ttl)) => Some(now + ttl.get() * 1000),
            Some(Lifetime::StreamExpiresAt(at)) => Some(at.unix_ms()),
        });
    }

    /// How long after a touch the lease of a stream that is being read is renewed: half of its time to live. `None` if reading does not
    /// keep it.
    pub fn renewal_ms(&self) -> Option<UnixMs> {
        match &self.lifetime {
            Some(Lifetime::StreamTtl(ttl)) => Some(ttl.get() * 500),
            Some(Lifetime::StreamExpiresAt(_)) | None => None,
        }
    }

    /// Whether the deadline has moved past what the database knows of it.
    pub fn stored_deadline_is_early(&self) -> bool {
        self.deadline_ms() > self.stored_deadline_ms
    }

    /// Makes the lease last a little beyond the deadline: a tenth of the time to live, so that at most ten touches in
    /// that time have to be written down.
    pub fn renew_stored_deadline(&mut self) {
        let slack = match &self.lifetime {
            Some(Lifetime::StreamTtl(ttl)) => ttl.get() * 100,
            _ => 0,
        };
        self.stored_deadline_ms = self.deadline_ms().map(|deadline| deadline + slack);
    }

    /// Whether a cache that keeps a response may outlive the stream.
    pub fn expires_within(&self, limits: &Limits, now: UnixMs) -> bool {
        let lifetime = u64::try_from(limits.cache_lifetime.as_millis()).unwrap_or(u64::MAX);
        self.deadline_ms().is_some_and(|deadline| deadline < now.saturating_add(lifetime))
    }
}
