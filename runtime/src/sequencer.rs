//! The order of writes of one stream, and group commit.
//!
//! Changes are decided on the *staged* stream, which includes changes that are queued but not committed. While a batch is in
//! flight, changes queue. Once it is committed, the queued changes form the next batch. That batch also waits briefly for the
//! writers that were just answered to write again. A writer gets its response after its change is committed. Readers see only
//! the *committed* stream.

pub(crate) mod times;

use crate::Failure;
use crate::archive::cold::{Chain, NewSegment, Replaced};
use crate::archive::part::NewContent;
use crate::budget::Share;
use crate::fanout::tail::TailCache;
use crate::host::UnixMs;
use crate::log::{self, Batch, Extension, ForkRefChange};
use crate::stream::chunk::Chunk;
use crate::stream::pack::Rows;
use crate::stream::producer::History;
use crate::stream::text::Text;
use crate::stream::{Checkpoint, Fence, Generation, Stream, Tombstone};
use lru::LruCache;
use spec::{Limits, Offset, ProducerId, StreamState};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Settles when the change is committed or has failed.
pub type Settled = oneshot::Receiver<Result<BatchTimes, Failure>>;

/// The sender of [`Settled`].
pub type Waiter = oneshot::Sender<Result<BatchTimes, Failure>>;

/// When a batch was submitted, and when the result of its commit arrived.
#[derive(Clone, Copy, Debug)]
pub struct BatchTimes {
    pub submitted_at: UnixMs,
    pub committed_at: UnixMs,
}

/// The effect of a change on the database.
#[derive(Debug)]
pub enum Effect {
    /// Creates a stream, in place of an expired one if there is one. `last` is the newest generation of the path that was deleted
    /// or has expired.
    Create { added: NewContent, last: Option<Generation> },
    /// Extends the stream: with content, a producer's state, a closure, a new stored deadline, a fork reference, or several of them.
    Extend { added: NewContent, producer: Option<(ProducerId, History)>, fork_ref: Option<ForkRefChange> },
    /// Moves a range of the stream to a segment.
    NewSegment(NewSegment),
    /// Trims the stream at an offset. The R2 objects of the data before it are deleted at `due_ms`.
    Trim { until: Offset, due_ms: UnixMs },
    /// Restores the stream from these segments and the rows of the log after them.
    Restore(Chain),
    /// Deletes the stream.
    Delete,
}

/// A change that is decided but not committed.
#[derive(Debug)]
struct Staged {
    effect: Effect,
    /// The stream after it.
    after: Option<Stream>,
    bytes: usize,
    /// The memory that the change takes.
    share: Option<Share>,
    settled: Vec<Waiter>,
}

/// The in-memory state of a stream. The Durable Object discards it whenever it may differ from the database.
#[derive(Debug)]
pub struct Sequencer {
    path: Rc<str>,
    /// The fence of the stream when this state was loaded.
    loaded: Option<Fence>,
    /// Whether a deletion was staged since then.
    has_deleted_one: bool,
    /// The stream in the database.
    committed: Option<Stream>,
    /// The stream after all queued changes.
    staged: Option<Stream>,
    /// The newest tombstone of the path after all queued changes.
    tombstone: Option<Tombstone>,
    /// The histories of producers, including staged appends; `None` for a producer that has never appended. The least recently used
    /// ones are evicted first.
    producers: LruCache<ProducerId, Option<History>>,
    /// Whether `producers` contains all producers of the staged stream, because this state created it.
    knows_all_producers: bool,
    queue: VecDeque<Staged>,
    in_flight: Vec<Staged>,
    /// Number of writers that were answered by the last batch or were waiting when it was committed. As many may write again soon.
    expected_writers: usize,
    /// Time from submitting the last batch to its commit.
    last_batch_duration: Duration,
    /// Whether a task is gathering changes for the next batch.
    gathering: bool,
    tail: TailCache,
    /// The histories of producers that rows of the log after the checkpoint have, and the table of producers does not.
    unsaved: BTreeMap<ProducerId, History>,
    /// Number of rows of the staged stream that were joined to others when they were written.
    packed: u64,
    load_id: u64,
    batches: u64,
}

/// The changes that are not committed yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pending {
    /// Number of changes that wait for the next batch.
    pub queued: usize,
    /// Number of changes of the batch that was submitted.
    pub in_flight: usize,
    /// Bytes of both.
    pub bytes: usize,
}

/// The meaning of a batch for the subscribers of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The stream has the same data.
    Nothing,
    /// The stream has other data, or it has ended.
    Moved,
}

impl News {
    /// The news of a batch that changes the stream from `before` to `after`.
    fn of(before: Option<&Stream>, after: Option<&Stream>) -> Self {
        let moved = match (before, after) {
            (None, None) => false,
            // A subscription that has seen an earlier stream at the path continues at its end.
            (None, Some(after)) => after.tail.get() > 0,
            (Some(_), None) => true,
            (Some(before), Some(after)) if before.generation == after.generation => {
                before.tail != after.tail || before.gone != after.gone
            }
            // An expired stream was replaced.
            (Some(_), Some(_)) => true,
        };
        if moved { Self::Moved } else { Self::Nothing }
    }
}

/// A batch that is submitted to the database.
pub struct InFlightBatch {
    pub batch: Batch,
    /// Its meaning for the subscribers of the stream.
    pub news: News,
    /// The generation that it creates.
    pub created: Option<Generation>,
    load_id: u64,
    /// Whether the batch only moves data to R2 or trims it.
    pub moves: bool,
    /// Number of changes.
    pub changes: usize,
    /// Number of bytes that the changes store.
    pub bytes: usize,
    after: Option<Stream>,
    /// The producers whose histories only the new row of the log has. `None`, if the batch writes the row of the stream.
    unsaved: Option<Vec<(ProducerId, History)>>,
}

impl InFlightBatch {
    /// Whether `fence` is the one that this batch writes.
    pub fn wrote(&self, fence: &Fence) -> bool {
        self.after.as_ref().is_some_and(|after| after.fence == *fence)
    }
}

impl Sequencer {
    /// The state of a stream that was just loaded with the newest tombstone of its path. `load_id` is unique. `tail` is empty.
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
            unsaved: BTreeMap::new(),
            packed: 0,
            load_id,
            batches: 0,
        }
    }

    /// Records the histories of producers that the table of producers does not have yet.
    pub fn learn_unsaved(&mut self, producers: HashMap<ProducerId, History>) {
        for (id, history) in producers {
            self.producers.put(id.clone(), Some(history.clone()));
            self.unsaved.insert(id, history);
        }
    }

    /// Identifies this load of the stream.
    pub fn load_id(&self) -> u64 {
        self.load_id
    }

    /// The stream that readers see.
    pub fn committed(&self) -> Option<&Stream> {
        self.committed.as_ref()
    }

    /// The stream on which changes are decided.
    pub fn staged(&self) -> Option<&Stream> {
        self.staged.as_ref()
    }

    /// The predecessor of the next stream at the path: the staged stream if there is one, or else the newest tombstone.
    pub fn last_stream(&self) -> Option<Tombstone> {
        self.staged.as_ref().map(Tombstone::of).or_else(|| self.tombstone.clone())
    }

    /// The newest committed chunks.
    pub fn tail(&self) -> &TailCache {
        &self.tail
    }

    /// The history of a producer. The outer `None` means that it has to be looked up.
    pub fn producer(&self, id: &ProducerId) -> Option<Option<&History>> {
        match self.producers.peek(id) {
            None => (self.knows_all_producers || self.staged.is_none()).then_some(None),
            Some(last) => Some(last.as_ref()),
        }
    }

    /// Records the stored history of a producer of `generation`, unless there is one in memory, which can be newer.
    pub fn learn(&mut self, generation: &Generation, id: ProducerId, last: Option<History>) {
        if self.staged.as_ref().is_some_and(|staged| staged.generation == *generation) {
            self.producers.get_or_insert(id, || last);
        }
    }

    /// Records the end of the text of `generation` where it is missing. The caller ensures that no append is staged in between.
    pub fn learn_text(&mut self, generation: &Generation, text: Text) {
        let later = self.queue.iter_mut().chain(&mut self.in_flight).map(|staged| &mut staged.after);
        let streams = later.chain([&mut self.committed, &mut self.staged]).flatten();
        for stream in streams.filter(|stream| stream.generation == *generation) {
            stream.text.get_or_insert(text);
        }
    }

    /// Evicts producers until at most `most` are left, except for those of staged appends and those that the table of producers does not
    /// have. The others can be looked up again.
    pub fn evict_producers(&mut self, most: usize) {
        let excess = self.producers.len().saturating_sub(most);
        if excess == 0 {
            return;
        }
        let staged: HashSet<_> =
            self.queue.iter().chain(&self.in_flight).filter_map(Staged::producer).cloned().collect();
        for _ in 0..excess {
            let Some((id, last)) = self.producers.pop_lru() else { return };
            if staged.contains(&id) || self.unsaved.contains_key(&id) {
                self.producers.put(id, last);
            } else {
                self.knows_all_producers = false;
            }
        }
    }

    /// The changes that are not committed yet.
    pub fn pending(&self) -> Pending {
        let bytes = self.queue.iter().chain(&self.in_flight).map(|staged| staged.bytes).sum();
        Pending { queued: self.queue.len(), in_flight: self.in_flight.len(), bytes }
    }

    /// Whether the queue is full (limits `queue`, `queue_bytes`).
    pub fn is_full(&self, limits: &Limits) -> bool {
        let Pending { queued, in_flight, bytes } = self.pending();
        queued + in_flight >= limits.queue || bytes >= limits.queue_bytes
    }

    /// Whether all staged changes are committed.
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.in_flight.is_empty()
    }

    /// Stages a change that results in the stream `after`.
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

    /// Attaches a memory share to the change that was staged last, until it is committed or fails.
    pub fn hold(&mut self, share: Option<Share>) {
        if let (Some(mut share), Some(last)) = (share, self.queue.back_mut()) {
            share.resize(last.bytes);
            last.share = Some(share);
        }
    }

    /// The last staged change, which a response without a change of its own must wait for, because it may depend on staged changes.
    pub fn barrier(&mut self) -> Option<Settled> {
        let last = self.queue.back_mut().or(self.in_flight.last_mut())?;
        let (sender, settled) = oneshot::channel();
        last.settled.push(sender);
        Some(settled)
    }

    /// Whether the caller must gather changes and submit the next batch. Until it does, later calls return `false`.
    pub fn start_gathering(&mut self) -> bool {
        let begins = !self.gathering && self.in_flight.is_empty() && !self.queue.is_empty();
        self.gathering |= begins;
        begins
    }

    /// Number of requests that wait for the next batch.
    pub fn waiting(&self) -> usize {
        self.queue.iter().map(|staged| staged.settled.len()).sum()
    }

    /// Whether as many requests wait for the next batch as there are expected writers.
    pub fn has_gathered(&self) -> bool {
        self.waiting() >= self.expected_writers
    }

    /// Maximum time to wait for the next writer while gathering. It is short compared with the duration of a batch. Zero is one
    /// turn of the event loop.
    pub fn gather_delay(&self) -> Duration {
        self.last_batch_duration / 8
    }

    /// Takes the next batch from the queue, unless a batch is in flight or the queue is empty. Consecutive extensions form one batch.
    /// The batch commits before `until` by the database's clock, or never.
    pub fn next_batch(&mut self, limits: &Limits, until: UnixMs) -> Option<InFlightBatch> {
        self.gathering = false;
        if !self.in_flight.is_empty() {
            return None;
        }
        let first = self.queue.pop_front()?;
        // A move is a batch of its own, so that no append fails because of it.
        let extends = |staged: &Staged| matches!(staged.effect, Effect::Extend { .. });
        let joins = extends(&first);
        let begins = matches!(first.effect, Effect::Create { .. } | Effect::Delete);
        let moves = first.effect.moves();
        // One more statement writes the stream's own row.
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
        let mut extension = self.extension(limits);
        let chunks: usize = self.in_flight.iter().map(|staged| staged.effect.rows().len()).sum();
        self.packed = if begins { 0 } else { self.packed + (chunks - extension.rows.len()) as u64 };
        let after = self.in_flight.last().and_then(|last| last.after.clone());
        let unsaved = self.adds_row(after.as_ref(), &extension, limits).then(|| extension.producers.clone());
        if unsaved.is_none() {
            self.save_producers(&mut extension);
        }
        let after = after.map(|after| {
            let checkpoint = match &self.committed {
                Some(Stream { checkpoint: Checkpoint { fence, rows }, .. }) if unsaved.is_some() => {
                    Checkpoint { fence: fence.clone(), rows: rows + 1 }
                }
                _ => Checkpoint { fence: fence.clone(), rows: 0 },
            };
            after.written_with(fence, self.packed, checkpoint)
        });
        let before = self.committed.as_ref();
        let is_new = |after: &&Stream| before.is_none_or(|before| before.generation != after.generation);
        Some(InFlightBatch {
            batch: self.batch(after.as_ref(), &extension, unsaved.is_some(), until),
            news: News::of(before, after.as_ref()),
            created: after.as_ref().filter(is_new).map(|after| after.generation.clone()),
            load_id: self.load_id,
            moves,
            changes: self.in_flight.len(),
            bytes: self.in_flight.iter().map(|staged| staged.bytes).sum(),
            after,
            unsaved,
        })
    }

    /// Whether the batch in flight only adds one short row to the log, and enough of its rows are left until the next checkpoint.
    fn adds_row(&self, after: Option<&Stream>, extension: &Extension, limits: &Limits) -> bool {
        let (Some(before), Some(after), [chunk]) = (self.committed.as_ref(), after, &extension.rows[..]) else {
            return false;
        };
        let Extension { parts, rows: _, producers, fork_refs, archives, trims } = extension;
        let others = parts.is_empty() && fork_refs.is_empty() && archives.is_empty() && trims.is_empty();
        let new_producers = producers.iter().filter(|(id, _)| !self.unsaved.contains_key(id)).count();
        others
            && after.has_row_of(before)
            && before.checkpoint.rows < limits.checkpoint_rows
            && self.unsaved.len() + new_producers <= limits.checkpoint_producers
            && chunk.content.payload_len() <= limits.checkpoint_row
    }

    /// Adds the producers to an extension that the table of producers does not have.
    fn save_producers(&self, extension: &mut Extension) {
        let has = |id: &ProducerId| extension.producers.iter().any(|(other, _)| other == id);
        let unsaved: Vec<_> = self.unsaved.iter().filter(|(id, _)| !has(id)).collect();
        extension.producers.extend(unsaved.into_iter().map(|(id, history)| (id.clone(), history.clone())));
    }

    /// The statements that change the stream in the database to `after`.
    fn batch(&self, after: Option<&Stream>, extension: &Extension, adds_row: bool, until: UnixMs) -> Batch {
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
                log::restore(&self.path, before, after, chain, &extension.producers, until)
            }
            (Some(Effect::Delete), Some(before), None) => log::delete(&self.path, before, until),
            (Some(Effect::Extend { .. }), Some(before), Some(after)) if adds_row => {
                log::add_row(&self.path, before, after, &extension.rows[0], &extension.producers, until)
            }
            (Some(Effect::Extend { .. } | Effect::NewSegment(_) | Effect::Trim { .. }), Some(before), Some(after)) => {
                log::extend(&self.path, before, after, extension, until)
            }
            // Only an existing stream is extended or deleted, and only a deletion leaves no stream.
            effect => unreachable!("staged against the wrong stream: {effect:?}"),
        }
    }

    /// Combines all extensions in flight: few large rows, and the latest history of each producer.
    fn extension(&self, limits: &Limits) -> Extension {
        let (mut extension, mut rows) = (Extension::default(), Rows::default());
        for staged in &self.in_flight {
            match &staged.effect {
                Effect::Extend { added, producer, fork_ref } => {
                    added.rows.iter().for_each(|chunk| rows.add(chunk, limits.row));
                    extension.parts.extend(added.parts.iter().cloned());
                    if let Some((id, last)) = producer {
                        extension.producers.retain(|(other, _)| other != id);
                        extension.producers.push((id.clone(), last.clone()));
                    }
                    extension.fork_refs.extend(fork_ref.clone());
                }
                Effect::NewSegment(archive) => extension.archives.push(archive.clone()),
                Effect::Trim { until, due_ms } => extension.trims.push((*until, *due_ms)),
                Effect::Create { .. } | Effect::Restore(_) | Effect::Delete => {}
            }
        }
        extension.rows = rows.finish();
        extension
    }

    /// Whether this in-memory state submitted `batch`. Otherwise, that state has been discarded.
    pub fn submitted(&self, batch: &InFlightBatch) -> bool {
        self.load_id == batch.load_id
    }

    /// Whether a fence in the database shows that no other Durable Object has written: it is the loaded one or that of one of
    /// the own batches. `None` is expected if one of the own batches deleted a stream.
    pub fn expects_fence(&self, fence: Option<&Fence>) -> bool {
        fence == self.loaded.as_ref() || fence.map_or(self.has_deleted_one, |fence| log::is_of(self.load_id, fence))
    }

    /// Applies the committed batch, so that readers see it. Returns the waiters, which the caller settles.
    pub fn apply_committed(&mut self, batch: InFlightBatch, times: BatchTimes, limits: &Limits) -> Vec<Waiter> {
        self.committed = batch.after;
        match batch.unsaved {
            Some(producers) => self.unsaved.extend(producers),
            None => self.unsaved.clear(),
        }
        self.last_batch_duration = Duration::from_millis(times.committed_at.saturating_sub(times.submitted_at));
        let mut committed = std::mem::take(&mut self.in_flight);
        self.expected_writers = self.waiting() + committed.iter().map(|staged| staged.settled.len()).sum::<usize>();
        for staged in &mut committed {
            // From now on, the tail cache accounts for the memory.
            staged.share = None;
            match &staged.effect {
                Effect::Restore(_) | Effect::Delete => self.tail.clear(),
                Effect::Create { added, .. } => {
                    self.tail.clear();
                    self.cache(added, limits);
                }
                Effect::Extend { added, .. } => self.cache(added, limits),
                Effect::NewSegment(_) | Effect::Trim { .. } => {}
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

    /// Undoes a move that was in flight and was not committed. Changes that were staged after it stay staged.
    ///
    /// Returns the waiter of the move itself, and the others, whose responses are valid without the move.
    pub fn undo_move(&mut self) -> (Option<Waiter>, Vec<Waiter>) {
        let Some(mut undone) = self.in_flight.pop() else { return (None, Vec::new()) };
        let before = self.committed.as_ref();
        let later = self.queue.iter_mut().map(|staged| &mut staged.after).chain([&mut self.staged]).flatten();
        for stream in later.filter(|stream| before.is_some_and(|before| before.generation == stream.generation)) {
            match &undone.effect {
                Effect::NewSegment(NewSegment {
                    replaces: Replaced::Rows { moved } | Replaced::Part { moved, .. },
                    ..
                }) => stream.hot += *moved,
                Effect::Trim { .. } => stream.earliest = before.map_or(stream.earliest, |before| before.earliest),
                _ => {}
            }
        }
        let others = undone.settled.split_off(undone.settled.len().min(1));
        (undone.settled.pop(), others)
    }

    /// Fails all changes: those in flight with `failure`, and queued ones with [`Failure::Abandoned`].
    pub fn fail_pending(self, failure: &Failure) {
        let settle = |staged: Staged, failure: &Failure| {
            for settled in staged.settled {
                // The request may have been canceled.
                let _ = settled.send(Err(failure.clone()));
            }
        };
        self.in_flight.into_iter().for_each(|staged| settle(staged, failure));
        self.queue.into_iter().for_each(|staged| settle(staged, &Failure::Abandoned));
    }

    /// The state of the path after all staged changes, and the stream if clients can see it.
    pub fn staged_at(&self, now: UnixMs) -> (StreamState, Option<&Stream>) {
        Stream::view(self.staged.as_ref(), now)
    }

    /// The committed state of the path, and the stream if clients can see it.
    pub fn committed_at(&self, now: UnixMs) -> (StreamState, Option<&Stream>) {
        Stream::view(self.committed.as_ref(), now)
    }
}

impl Staged {
    /// The producer of the append, if it has one.
    fn producer(&self) -> Option<&ProducerId> {
        match &self.effect {
            Effect::Extend { producer: Some((id, _)), .. } => Some(id),
            _ => None,
        }
    }
}

impl Effect {
    /// A change of only the stream's row.
    pub fn metadata_only() -> Self {
        Effect::Extend { added: NewContent::default(), producer: None, fork_ref: None }
    }

    /// Whether the effect only moves data to R2 or trims it.
    fn moves(&self) -> bool {
        matches!(self, Effect::NewSegment(_) | Effect::Trim { .. })
    }

    /// The rows that the effect adds to the log of an existing stream.
    fn rows(&self) -> &[Rc<Chunk>] {
        match self {
            Effect::Extend { added, .. } => &added.rows,
            _ => &[],
        }
    }

    /// Maximum number of statements. There can be fewer, because rows of several changes can be joined.
    fn statements(&self) -> usize {
        match self {
            Effect::Create { added, .. } => added.statements(),
            Effect::Extend { added, producer, fork_ref } => {
                added.statements() + usize::from(producer.is_some()) + usize::from(fork_ref.is_some())
            }
            // Each of these is a batch of its own.
            Effect::NewSegment(_) | Effect::Trim { .. } | Effect::Restore(_) | Effect::Delete => 0,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Effect::Create { added, .. } | Effect::Extend { added, .. } => added.bytes(),
            Effect::NewSegment(_) | Effect::Trim { .. } | Effect::Restore(_) | Effect::Delete => 0,
        }
    }
}
