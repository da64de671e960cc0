//! The order of writes of one stream.
//!
//! Changes are decided on the *staged* stream, which includes what is queued but not committed. While one batch is in
//! flight, changes queue; when it is committed, all that queued meanwhile goes out as the next, together with what those who
//! were just answered send at once. Nobody is told of a change before it is committed.
//! Readers see the *committed* stream only.

pub(crate) mod times;

use crate::Failure;
use crate::archive::cold::{Archive, Chain, Replaced};
use crate::archive::part::NewContent;
use crate::budget::Share;
use crate::fanout::tail::TailCache;
use crate::host::UnixMs;
use crate::log::{self, Batch, Extension, ForkRefChange};
use crate::stream::chunk::Chunk;
use crate::stream::pack::Rows;
use crate::stream::producer::History;
use crate::stream::text::Text;
use crate::stream::{Fence, Generation, Stream, Tombstone};
use lru::LruCache;
use spec::{Limits, Offset, ProducerId, StreamState};
use std::collections::{HashSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Told once what a change waits for is committed, or once it is clear that it won't be.
pub type Settled = oneshot::Receiver<Result<BatchTimes, Failure>>;

/// The other end of [`Settled`].
pub type Waiter = oneshot::Sender<Result<BatchTimes, Failure>>;

/// When a batch was under way.
#[derive(Clone, Copy, Debug)]
pub struct BatchTimes {
    pub submitted_at: UnixMs,
    pub committed_at: UnixMs,
}

/// What a change does to the database.
#[derive(Debug)]
pub enum Effect {
    /// A stream begins, in place of what remains of an expired one, if anything does. `last` is the newest stream that had
    /// ended at its path.
    Create { added: NewContent, last: Option<Generation> },
    /// The stream goes on: with content, a producer's state, a closure, a new lease, a fork, or some of them.
    Extend { added: NewContent, producer: Option<(ProducerId, History)>, fork_ref: Option<ForkRefChange> },
    /// A stretch of the stream lies in another place from now on.
    Archive(Archive),
    /// What is before an offset is not kept any more; the objects that held it are to be removed at some time.
    Trim { until: Offset, due_ms: UnixMs },
    /// The stream is what these segments hold, and what the log holds after them.
    Restore(Chain),
    /// The stream ends.
    Delete,
}

/// A change that is decided, and not committed.
#[derive(Debug)]
struct Staged {
    effect: Effect,
    /// The stream after it.
    after: Option<Stream>,
    bytes: usize,
    /// The memory that it takes.
    share: Option<Share>,
    settled: Vec<Waiter>,
}

/// The picture that an object has of its stream. It is thrown away whenever it may be wrong.
#[derive(Debug)]
pub struct Sequencer {
    path: Rc<str>,
    /// The fence that the database held when this picture was made.
    loaded: Option<Fence>,
    /// Whether the end of a stream has been staged since.
    has_deleted_one: bool,
    /// What the database holds.
    committed: Option<Stream>,
    /// What it will hold once everything queued is committed.
    staged: Option<Stream>,
    /// The newest stream of the path that will have ended then.
    tombstone: Option<Tombstone>,
    /// What is known of producers, staged appends included; `None` for one that has never appended. Those that have appended
    /// last, or were looked up last, are evicted last.
    producers: LruCache<ProducerId, Option<History>>,
    /// Whether all producers of the staged stream are known, because it was created here.
    knows_all_producers: bool,
    queue: VecDeque<Staged>,
    in_flight: Vec<Staged>,
    /// How many waited, and were told or still wait, when the last batch was committed: as many may be about to come again.
    expected_writers: usize,
    /// How long the last batch was under way.
    last_batch_duration: Duration,
    /// Whether somebody sees to it that the next batch takes off.
    gathering: bool,
    tail: TailCache,
    /// Rows of the staged stream that became part of others when they were written.
    packed: u64,
    load_id: u64,
    batches: u64,
}

/// A batch on its way to the database.
pub struct InFlightBatch {
    pub batch: Batch,
    load_id: u64,
    /// Whether it changes only where parts of the stream are stored.
    pub moves: bool,
    after: Option<Stream>,
}

impl InFlightBatch {
    /// Whether a stream's fence is the one that this batch writes.
    pub fn wrote(&self, fence: &Fence) -> bool {
        self.after.as_ref().is_some_and(|after| after.fence == *fence)
    }
}

impl Sequencer {
    /// The picture of a stream that has just been loaded, and of the newest one of its path that has ended. `load_id` is
    /// unique to it. The tail is empty.
    pub fn new(
        path: Rc<str>,
        stream: Option<Stream>,
        tombstone: Option<Tombstone>,
        tail: TailCache,
        load_id: u64,
    ) -> Self {
        Self {
            path,
            loaded: stream.as_ref().map(|stream| stream.fence.clone()),
            has_deleted_one: false,
            staged: stream.clone(),
            committed: stream,
            tombstone,
            producers: LruCache::unbounded(),
            knows_all_producers: false,
            queue: VecDeque::new(),
            in_flight: Vec::new(),
            expected_writers: 0,
            last_batch_duration: Duration::ZERO,
            gathering: false,
            tail,
            packed: 0,
            load_id,
            batches: 0,
        }
    }

    /// Which picture this is: no two are the same.
    pub fn load_id(&self) -> u64 {
        self.load_id
    }

    /// What readers see.
    pub fn committed(&self) -> Option<&Stream> {
        self.committed.as_ref()
    }

    /// What writers decide on.
    pub fn staged(&self) -> Option<&Stream> {
        self.staged.as_ref()
    }

    /// The stream that the next one at the path comes after: what remains of one that has expired, or the newest that has ended.
    pub fn last_stream(&self) -> Option<Tombstone> {
        self.staged.as_ref().map(Tombstone::of).or_else(|| self.tombstone.clone())
    }

    /// The newest committed chunks.
    pub fn tail(&self) -> &TailCache {
        &self.tail
    }

    /// What is known of a producer, if it has been looked up.
    pub fn producer(&self, id: &ProducerId) -> Option<Option<&History>> {
        match self.producers.peek(id) {
            None => (self.knows_all_producers || self.staged.is_none()).then_some(None),
            Some(last) => Some(last.as_ref()),
        }
    }

    /// Notes what the database says of a producer of `generation`, unless more is known already.
    pub fn learn(&mut self, generation: &Generation, id: ProducerId, last: Option<History>) {
        if self.staged.as_ref().is_some_and(|staged| staged.generation == *generation) {
            self.producers.get_or_insert(id, || last);
        }
    }

    /// Notes what a stream of `generation` ends with, where that is not known. Nothing has been appended meanwhile.
    pub fn learn_text(&mut self, generation: &Generation, text: Text) {
        let later = self.queue.iter_mut().chain(&mut self.in_flight).map(|staged| &mut staged.after);
        let streams = later.chain([&mut self.committed, &mut self.staged]).flatten();
        for stream in streams.filter(|stream| stream.generation == *generation) {
            stream.text.get_or_insert(text);
        }
    }

    /// Forgets producers until there are no more than `most`, but for those of staged appends: what is committed can be looked
    /// up again, and what is staged can't.
    pub fn evict_producers(&mut self, most: usize) {
        let excess = self.producers.len().saturating_sub(most);
        if excess == 0 {
            return;
        }
        let staged: HashSet<_> =
            self.queue.iter().chain(&self.in_flight).filter_map(Staged::producer).cloned().collect();
        for _ in 0..excess {
            let Some((id, last)) = self.producers.pop_lru() else { return };
            if staged.contains(&id) {
                self.producers.put(id, last);
            } else {
                self.knows_all_producers = false;
            }
        }
    }

    /// Whether no more changes should be staged for now.
    pub fn is_full(&self, limits: &Limits) -> bool {
        let waiting = self.queue.len() + self.in_flight.len();
        let bytes: usize = self.queue.iter().chain(&self.in_flight).map(|staged| staged.bytes).sum();
        waiting >= limits.queue || bytes >= limits.queue_bytes
    }

    /// Whether all that was staged is committed.
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.in_flight.is_empty()
    }

    /// Stages a change that makes the stream what `after` says.
    pub fn stage(&mut self, effect: Effect, after: Option<Stream>) -> Settled {
        if let Effect::Extend { producer: Some((id, last)), .. } = &effect {
            self.producers.put(id.clone(), Some(last.clone()));
        }
        let recreates = matches!(effect, Effect::Restore(_)) && self.staged.is_none();
        if recreates || matches!(effect, Effect::Create { .. } | Effect::Delete) {
            self.producers.clear();
            // The database may still have producers of a stream whose row it has lost.
            self.knows_all_producers = !recreates;
        }
        if matches!(effect, Effect::Create { .. } | Effect::Delete) {
            self.tombstone = self.last_stream();
        }
        self.has_deleted_one |= matches!(effect, Effect::Delete);
        let (sender, settled) = oneshot::channel();
        self.staged.clone_from(&after);
        self.queue.push_back(Staged { bytes: effect.bytes(), effect, after, share: None, settled: vec![sender] });
        settled
    }

    /// Keeps the memory of what has just been staged until that is committed, or fails.
    pub fn hold(&mut self, share: Option<Share>) {
        if let (Some(mut share), Some(last)) = (share, self.queue.back_mut()) {
            share.resize(last.bytes);
            last.share = Some(share);
        }
    }

    /// What an answer that changes nothing has to wait for: it may be about changes that are not committed yet.
    pub fn barrier(&mut self) -> Option<Settled> {
        let last = self.queue.back_mut().or(self.in_flight.last_mut())?;
        let (sender, settled) = oneshot::channel();
        last.settled.push(sender);
        Some(settled)
    }

    /// Whether somebody has to see to it that the next batch takes off: from now on that is the caller.
    pub fn start_gathering(&mut self) -> bool {
        let begins = !self.gathering && self.in_flight.is_empty() && !self.queue.is_empty();
        self.gathering |= begins;
        begins
    }

    /// How many wait for the next batch.
    pub fn waiting(&self) -> usize {
        self.queue.iter().map(|staged| staged.settled.len()).sum()
    }

    /// Whether all who can be expected to have something for the next batch wait for it.
    pub fn has_gathered(&self) -> bool {
        self.waiting() >= self.expected_writers
    }

    /// How long to wait for more of them after one has come: little against what it takes to wait for another batch.
    /// Zero is a turn of the event loop.
    pub fn gather_delay(&self) -> Duration {
        self.last_batch_duration / 8
    }

    /// The next batch, unless one is in flight or nothing waits. A run of extensions goes as one. It takes effect before
    /// `until`, by the database's clock, or never.
    pub fn next_batch(&mut self, limits: &Limits, until: UnixMs) -> Option<InFlightBatch> {
        self.gathering = false;
        if !self.in_flight.is_empty() {
            return None;
        }
        let first = self.queue.pop_front()?;
        // A move goes alone, so that no append fails because of it.
        let extends = |staged: &Staged| matches!(staged.effect, Effect::Extend { .. });
        let joins = extends(&first);
        let begins = matches!(first.effect, Effect::Create { .. } | Effect::Delete);
        let moves = first.effect.moves();
        // One more for the stream's own row.
        let (mut statements, mut bytes) = (first.effect.statements() + 1, first.bytes);
        self.in_flight.push(first);
        let mut fits = |next: &mut Staged| {
            statements += next.effect.statements();
            bytes += next.bytes;
            extends(next) && statements <= limits.transaction && bytes <= limits.transaction_bytes
        };
        while joins && let Some(next) = self.queue.pop_front_if(&mut fits) {
            self.in_flight.push(next);
        }
        self.batches += 1;
        let fence = log::fence(self.load_id, self.batches);
        let extension = self.extension(limits);
        let chunks: usize = self.in_flight.iter().map(|staged| staged.effect.rows().len()).sum();
        self.packed = if begins { 0 } else { self.packed + (chunks - extension.rows.len()) as u64 };
        let after = self.in_flight.last().and_then(|last| last.after.clone());
        let after = after.map(|after| after.as_written(fence, self.packed));
        Some(InFlightBatch {
            batch: self.batch(after.as_ref(), &extension, until),
            load_id: self.load_id,
            moves,
            after,
        })
    }

    /// The batch that makes the database's stream what `after` says.
    fn batch(&self, after: Option<&Stream>, extension: &Extension, until: UnixMs) -> Batch {
        let before = self.committed.as_ref();
        let effect = self.in_flight.first().map(|first| &first.effect);
        match (effect, before, after) {
            (Some(Effect::Create { added, last }), remains, Some(after)) => {
                log::create(&self.path, after, added, remains, last.as_ref(), until)
            }
            (Some(Effect::Restore(chain)), None, Some(after)) => {
                let last = self.tombstone.as_ref().map(|tombstone| &tombstone.generation);
                log::recreate(&self.path, after, chain, last, until)
            }
            (Some(Effect::Restore(chain)), Some(before), Some(after)) => {
                log::restore(&self.path, before, after, chain, until)
            }
            (Some(Effect::Delete), Some(before), None) => log::delete(&self.path, before, until),
            (Some(Effect::Extend { .. } | Effect::Archive(_) | Effect::Trim { .. }), Some(before), Some(after)) => {
                log::extend(&self.path, before, after, extension, until)
            }
            // Only a stream that is there is extended or deleted, and only a deletion leaves none.
            effect => unreachable!("staged against the wrong stream: {effect:?}"),
        }
    }

    /// What all extensions in flight come to: few large rows, and the last word on each producer.
    fn extension(&self, limits: &Limits) -> Extension {
        let (mut extension, mut rows) = (Extension::default(), Rows::default());
        for staged in &self.in_flight {
            match &staged.effect {
                Effect::Extend { added, producer, fork_ref } => {
                    added.rows.iter().for_each(|chunk| rows.add(chunk, limits.row));
                    extension.parts.extend(added.parts.iter().cloned());
                    if let Some((id, last)) = producer {
                        extension.producers.retain(|(known, _)| known != id);
                        extension.producers.push((id.clone(), last.clone()));
                    }
                    extension.fork_refs.extend(fork_ref.clone());
                }
                Effect::Archive(archive) => extension.archives.push(archive.clone()),
                Effect::Trim { until, due_ms } => extension.trims.push((*until, *due_ms)),
                Effect::Create { .. } | Effect::Restore(_) | Effect::Delete => {}
            }
        }
        extension.rows = rows.finish();
        extension
    }

    /// Whether a batch was decided on this picture, and not on one that has been thrown away since.
    pub fn submitted(&self, batch: &InFlightBatch) -> bool {
        self.load_id == batch.load_id
    }

    /// Whether a fence that the database held is no surprise: the one that was loaded, or one of this picture's own
    /// batches; and none at all, if one of them ended a stream.
    pub fn expects_fence(&self, fence: Option<&Fence>) -> bool {
        fence == self.loaded.as_ref() || fence.map_or(self.has_deleted_one, |fence| log::is_of(self.load_id, fence))
    }

    /// The batch in flight is committed: readers may see it, and writers may be told.
    pub fn apply_committed(&mut self, batch: InFlightBatch, times: BatchTimes, limits: &Limits) -> Vec<Waiter> {
        self.committed = batch.after;
        self.last_batch_duration = Duration::from_millis(times.committed_at.saturating_sub(times.submitted_at));
        let mut committed = std::mem::take(&mut self.in_flight);
        self.expected_writers = self.waiting() + committed.iter().map(|staged| staged.settled.len()).sum::<usize>();
        for staged in &mut committed {
            // From now on the memory is the tail's.
            staged.share = None;
            match &staged.effect {
                Effect::Restore(_) | Effect::Delete => self.tail.clear(),
                Effect::Create { added, .. } => {
                    self.tail.clear();
                    self.cache(added, limits);
                }
                Effect::Extend { added, .. } => self.cache(added, limits),
                Effect::Archive(_) | Effect::Trim { .. } => {}
            }
        }
        self.evict_producers(limits.producers);
        committed.into_iter().flat_map(|staged| staged.settled).collect()
    }

    fn cache(&mut self, added: &NewContent, limits: &Limits) {
        if !added.parts.is_empty() {
            self.tail.clear();
        }
        added.rows.iter().for_each(|chunk| self.tail.push(chunk.clone(), limits.tail_cache));
    }

    /// Undoes a move that was in flight and was not committed. What was staged behind it stays staged.
    ///
    /// Returns the one who waits for the move, and all others: what they were told holds without it.
    pub fn undo_move(&mut self) -> (Option<Waiter>, Vec<Waiter>) {
        let Some(mut undone) = self.in_flight.pop() else { return (None, Vec::new()) };
        let before = self.committed.as_ref();
        let later = self.queue.iter_mut().map(|staged| &mut staged.after).chain([&mut self.staged]).flatten();
        for stream in later.filter(|stream| before.is_some_and(|before| before.generation == stream.generation)) {
            match &undone.effect {
                Effect::Archive(Archive {
                    replaces: Replaced::Rows { moved } | Replaced::Part { moved, .. }, ..
                }) => stream.hot += *moved,
                Effect::Trim { .. } => stream.earliest = before.map_or(stream.earliest, |before| before.earliest),
                _ => {}
            }
        }
        let others = undone.settled.split_off(undone.settled.len().min(1));
        (undone.settled.pop(), others)
    }

    /// Gives up: those in flight fail for `failure`, and what was staged on top of them was never tried.
    pub fn fail_pending(self, failure: &Failure) {
        let tell = |staged: Staged, failure: &Failure| {
            for settled in staged.settled {
                // Whoever waited may be gone.
                let _ = settled.send(Err(failure.clone()));
            }
        };
        self.in_flight.into_iter().for_each(|staged| tell(staged, failure));
        self.queue.into_iter().for_each(|staged| tell(staged, &Failure::Abandoned));
    }

    /// What is at the path once everything staged is committed, and the stream, if a client may see it.
    pub fn staged_at(&self, now: UnixMs) -> (StreamState, Option<&Stream>) {
        Stream::view(self.staged.as_ref(), now)
    }

    /// What is at the path, and the stream, if a client may see it.
    pub fn committed_at(&self, now: UnixMs) -> (StreamState, Option<&Stream>) {
        Stream::view(self.committed.as_ref(), now)
    }
}

impl Staged {
    /// Whose append it is, if it is a producer's.
    fn producer(&self) -> Option<&ProducerId> {
        match &self.effect {
            Effect::Extend { producer: Some((id, _)), .. } => Some(id),
            _ => None,
        }
    }
}

impl Effect {
    /// A change of nothing but the stream's row.
    pub fn metadata_only() -> Self {
        Effect::Extend { added: NewContent::default(), producer: None, fork_ref: None }
    }

    /// Whether it changes only where parts of the stream are stored, or that they are no longer kept.
    fn moves(&self) -> bool {
        matches!(self, Effect::Archive(_) | Effect::Trim { .. })
    }

    /// What it adds to the log of a stream that is there.
    fn rows(&self) -> &[Rc<Chunk>] {
        match self {
            Effect::Extend { added, .. } => &added.rows,
            _ => &[],
        }
    }

    /// At most so many: rows of several changes may become one.
    fn statements(&self) -> usize {
        match self {
            Effect::Create { added, .. } => added.statements(),
            Effect::Extend { added, producer, fork_ref } => {
                added.statements() + usize::from(producer.is_some()) + usize::from(fork_ref.is_some())
            }
            // They go alone.
            Effect::Archive(_) | Effect::Trim { .. } | Effect::Restore(_) | Effect::Delete => 0,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Effect::Create { added, .. } | Effect::Extend { added, .. } => added.bytes(),
            Effect::Archive(_) | Effect::Trim { .. } | Effect::Restore(_) | Effect::Delete => 0,
        }
    }
}
