//! Moving the oldest rows of a stream to R2, and merging small segments. The alarm does this, so no request waits for
//! it.
//!
//! A segment is put first. Then one transaction adds its row and deletes the rows of the data that it replaces. That
//! transaction is staged like any other change, so it is fenced and ordered with appends, which continue meanwhile.

use crate::Event;
use crate::Failure;
use crate::archive::cold::{self, Cold, NewSegment, Replaced};
use crate::archive::part::{self, PlacedPart};
use crate::budget::Turn;
use crate::failure::Unreadable;
use crate::host::{Bucket as _, Database as _, Host, UnixMs};
use crate::log;
use crate::object::{Object, settle};
use crate::sequencer::{Effect, Sequencer};
use crate::stream::hot::Hot;
use crate::stream::retention::RetentionPolicy;
use crate::stream::{Generation, Stream};
use segment::{Index, Writer};
use spec::{Limits, Offset};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Maximum number of segments that one run of the alarm writes, so that it finishes well before its time limit.
const SEGMENTS_PER_ALARM: usize = 8;

/// Maximum time that an alarm waits for its turn to move data.
const TURN_WAIT: Duration = Duration::from_secs(30);

/// Maximum bytes of the log that are read at once. Small, because requests wait while they are decoded.
const READ_BYTES: usize = 256 << 10;

/// The committed stream at the start of a move.
struct CommittedStream {
    load_id: u64,
    stream: Stream,
}

/// A segment that was put and that no row names, as far as this Durable Object has observed. The next attempt to move
/// the same range reuses it, so that repeated failures leave only one R2 object.
#[derive(Clone, Debug)]
pub(in crate::object) struct Unreferenced {
    generation: Generation,
    cold: Cold,
    /// The size of its data in the log; zero if it was merged from segments.
    moved: Hot,
    /// Whether it was copied from a part.
    of_part: bool,
    /// Whether it is marked as the end of a closed stream.
    ends: bool,
    /// Time of the first put.
    put_ms: UnixMs,
    /// `None`, if the put has not been confirmed.
    index: Option<Rc<Index>>,
    /// Whether a transaction that names it was staged.
    staged: bool,
}

/// The data of a new segment.
struct Collected {
    writer: Writer,
    /// The size of its data in the log.
    moved: Hot,
    /// Whether it was copied from a part.
    of_part: bool,
    /// The time at which its newest data was appended, or a later time.
    newest_ms: UnixMs,
}

/// The data that moves.
#[derive(Clone, Copy)]
pub(in crate::object) enum Moves {
    /// The data that exceeds the limits.
    Excess,
    /// All of a stream that has been idle since this time.
    AllIdleSince(UnixMs),
}

impl Moves {
    /// How much of `stream` has to move, if any.
    fn of(self, stream: &Stream, limits: &Limits) -> Option<Hot> {
        match self {
            Self::Excess => stream.excess(limits),
            Self::AllIdleSince(time) => Some(stream.hot).filter(|hot| hot.rows > 0 && stream.is_idle_since(time)),
        }
    }
}

/// The data that a segment replaces.
enum Replaces {
    Rows,
    Segments { due_ms: UnixMs },
}

impl CommittedStream {
    /// Whether the same state is still loaded and the stream has the same generation. Later changes by this Durable
    /// Object are allowed.
    fn holds(&self, sequencer: &Sequencer) -> bool {
        let same_generation = sequencer.staged().is_some_and(|staged| staged.generation == self.stream.generation);
        sequencer.load_id() == self.load_id && same_generation
    }
}

impl<H: Host> Object<H> {
    /// Sets the alarm if the database contains more than the limits allow, or for the time at which data reaches its age limit. After a
    /// failure, the alarm is not set before the next attempt is due.
    pub(in crate::object) fn schedule_offload(&self, stream: Option<&Stream>) {
        let due = stream.and_then(|stream| match stream.excess(self.limits()) {
            Some(_) => Some(self.now()),
            None => stream.offload_delay_ms(self.limits()).map(|age| self.now().saturating_add(age)),
        });
        let due = due.map(|due| due.max(self.0.backoff.until()));
        let Some(due) = due.filter(|due| self.0.offload_due.get().is_none_or(|offload_due| offload_due > *due)) else {
            return;
        };
        self.0.offload_due.set(Some(due));
        let object = self.clone();
        self.0.host.spawn(async move {
            if let Err(failure) = object.arm(due).await {
                object.0.offload_due.set(None);
                object.report(Event::AlarmNotSet, &failure);
            }
        });
    }

    /// Moves the data that exceeds the limits. After a failure, the alarm is set for the next attempt, and nothing is
    /// attempted before.
    pub(in crate::object) async fn offload(&self) -> Result<(), Failure> {
        // The platform runs one alarm at a time, but a restore takes turns with it.
        let _turn = self.0.compacting.lock().await;
        let backoff = &self.0.backoff;
        if backoff.until() > self.now() {
            self.0.offload_due.set(Some(backoff.until()));
            return self.arm(backoff.until()).await;
        }
        self.move_data(Moves::Excess).await.map(drop)
    }

    /// Like [`Self::offload`], but at once, even after a failure, and perhaps more. Returns whether nothing is left to move. It is
    /// completed even if the request for it is canceled.
    pub(in crate::object) async fn compact(&self, moves: Moves) -> Result<bool, Failure> {
        let (object, (sender, moved)) = (self.clone(), oneshot::channel());
        self.0.host.spawn(async move {
            let _turn = object.0.compacting.lock().await;
            // The request may have been canceled.
            let _ = sender.send(object.move_data(moves).await);
        });
        moved.await.unwrap_or(Err(Failure::Abandoned))
    }

    /// Moves data. The caller holds the turn.
    async fn move_data(&self, moves: Moves) -> Result<bool, Failure> {
        let backoff = &self.0.backoff;
        self.0.offload_due.set(Some(0));
        let done = self.compact_some(moves).await;
        self.0.offload_due.set(None);
        match &done {
            Ok(_) => {
                backoff.succeeded();
                if let Some(sequencer) = &*self.0.sequencer.borrow() {
                    // Data appended in the meantime may exceed the limits, too.
                    self.schedule_offload(sequencer.committed());
                }
            }
            Err(_) => {
                let next = backoff.failed(self.now());
                self.0.offload_due.set(Some(next));
                self.arm(next).await?;
            }
        }
        done
    }

    /// Writes up to [`SEGMENTS_PER_ALARM`] segments. Returns whether nothing is left to move. Otherwise, the alarm continues.
    async fn compact_some(&self, moves: Moves) -> Result<bool, Failure> {
        for _ in 0..SEGMENTS_PER_ALARM {
            if !self.age().await? && !self.archive(moves).await? && !self.merge().await? {
                self.trim().await?;
                return Ok(true);
            }
        }
        self.arm(self.now()).await?;
        Ok(false)
    }

    /// The time at which a replaced R2 object may be deleted. The delay is longer than any reader takes from finding
    /// the object to reading it.
    fn discard_by(&self) -> UnixMs {
        let grace = u64::try_from(self.limits().discard_grace.as_millis()).unwrap_or(u64::MAX);
        self.now().saturating_add(grace)
    }

    /// Deletes the oldest segments that the retention policy does not require. A stream with forks is not trimmed.
    async fn trim(&self) -> Result<(), Failure> {
        let Some(committed) = self.committed_stream().await?.filter(|committed| committed.stream.fork_refs.is_empty())
        else {
            return Ok(());
        };
        let kept = committed.stream.retention.policy(self.limits());
        if kept == RetentionPolicy::ALL {
            return Ok(());
        }
        let oldest = self.database().batch(vec![log::oldest_segments(&committed.stream.generation)]).await?;
        let mut oldest = log::loaded_oldest(oldest.first())?;
        oldest.iter_mut().for_each(|(_, kept)| *kept += committed.stream.hot.bytes);
        let (until, next) = cold::outdated(kept, &oldest, self.now());
        if let Some(next) = next {
            self.arm(next).await?;
        }
        let Some(until) = until else { return Ok(()) };
        let due_ms = self.discard_by();
        self.wake_by(due_ms).await?;
        let staged = self
            .with(None, |sequencer| {
                let mut after = sequencer.staged().filter(|_| committed.holds(sequencer))?.clone();
                after.earliest = until;
                let unneeded = after.fork_refs.is_empty();
                unneeded.then(|| self.stage(sequencer, Effect::Trim { until, due_ms }, Some(after)))
            })
            .await?;
        match staged {
            Some(settled) => settle(settled).await.map(|_| ()),
            // A fork was created in the meantime, or the stream has changed.
            None => Ok(()),
        }
    }

    /// Moves rows to R2 once the data of the newest segment is older than the offload delay, because only segments can
    /// be trimmed. Returns whether a segment was written. Younger parts, and the data after them, stay.
    async fn age(&self) -> Result<bool, Failure> {
        let Some(committed) = self.committed_stream().await? else { return Ok(false) };
        let Some(age) = committed.stream.offload_delay_ms(self.limits()) else { return Ok(false) };
        let newest = self.database().batch(vec![log::newest_segments(&committed.stream.generation)]).await?;
        let newest = log::loaded_segments(newest.first())?;
        let due = newest.first().map_or(committed.stream.created_ms, |cold| cold.newest_ms).saturating_add(age);
        if due > self.now() {
            self.arm(due).await?;
            return Ok(false);
        }
        self.archive_some(&committed, committed.stream.hot).await
    }

    async fn committed_stream(&self) -> Result<Option<CommittedStream>, Failure> {
        let committed = |sequencer: &mut Sequencer| {
            let stream = sequencer.committed()?.clone();
            Some(CommittedStream { load_id: sequencer.load_id(), stream })
        };
        self.with(None, committed).await
    }

    /// Makes a segment of the oldest rows, if any have to move. Returns whether it did.
    async fn archive(&self, moves: Moves) -> Result<bool, Failure> {
        let Some(committed) = self.committed_stream().await? else { return Ok(false) };
        match moves.of(&committed.stream, self.limits()) {
            Some(excess) => self.archive_some(&committed, excess).await,
            None => Ok(false),
        }
    }

    /// Waits for the turn to move data, with memory for a segment and its source data.
    pub(in crate::object) async fn turn(&self) -> Result<Turn, Failure> {
        let bytes = self.limits().segment.saturating_mul(2);
        self.wait_for(TURN_WAIT, |budget| budget.take_turn(bytes)).await.ok_or(Failure::OutOfMemory)
    }

    async fn archive_some(&self, committed: &CommittedStream, excess: Hot) -> Result<bool, Failure> {
        self.0.may_need_merge.set(true);
        let again = self.unreferenced_rows(&committed.stream).await?;
        if let Some(unreferenced) = again.clone().filter(|unreferenced| unreferenced.index.is_some()) {
            return self.commit_segment(committed, unreferenced, Replaces::Rows).await;
        }
        let until = again.map(|unreferenced| unreferenced.cold.stop);
        let _turn = self.turn().await?;
        let Some(collected) = self.collect_cold(&committed.stream, excess, until).await? else {
            return Err(Failure::Corrupt("streams.hot_rows"));
        };
        match self.put(&committed.stream, collected).await? {
            Some(unreferenced) => self.commit_segment(committed, unreferenced, Replaces::Rows).await,
            None => Ok(false),
        }
    }

    /// The segment that was put last, if it starts where the log of `stream` now starts.
    async fn unreferenced_rows(&self, stream: &Stream) -> Result<Option<Unreferenced>, Failure> {
        let holds_rows = |unreferenced: &Unreferenced| unreferenced.moved != Hot::default();
        let Some(unreferenced) = self.unreferenced(stream).filter(holds_rows) else { return Ok(None) };
        let first = self.database().batch(vec![log::first_row(&stream.generation)]).await?;
        // If its transaction was committed nevertheless, these rows do not exist any longer.
        let same = log::loaded_first_row(first.first())? == Some(unreferenced.cold.start);
        Ok(Some(unreferenced).filter(|_| same))
    }

    /// The segment that was put last, if it can still be named. It must be of this generation and agree with the stream
    /// on being closed. It must also be much younger than the R2 objects that the orphan sweep deletes.
    fn unreferenced(&self, stream: &Stream) -> Option<Unreferenced> {
        let young = u64::try_from(self.limits().orphan_grace.as_millis() / 2).unwrap_or(u64::MAX);
        let unreferenced = self.0.unreferenced.borrow().clone()?;
        let same =
            unreferenced.generation == stream.generation && unreferenced.ends == ends(stream, unreferenced.cold.stop);
        Some(unreferenced).filter(|unreferenced| same && self.now() < unreferenced.put_ms.saturating_add(young))
    }

    /// Collects the oldest rows until they cover `excess`, fill a segment, or reach `until`. If the oldest data is a
    /// part, copies only that part.
    async fn collect_cold(
        &self,
        stream: &Stream,
        excess: Hot,
        until: Option<Offset>,
    ) -> Result<Option<Collected>, Failure> {
        let limits = self.limits();
        let mut gathered: Option<(Writer, Hot)> = None;
        let enough = |gathered: &Option<(Writer, Hot)>| {
            let full = |(writer, moved): &(Writer, Hot)| match until {
                Some(until) => writer.stop() >= until.get(),
                None => moved.covers(excess) || writer.size() >= limits.segment || writer.stop() >= stream.tail.get(),
            };
            gathered.as_ref().is_some_and(full)
        };
        let (mut from, mut newest_ms) = (Offset::new(0).ok_or(Failure::Full)?, self.now());
        while !enough(&gathered) {
            let rows = log::oldest(&stream.generation, from, stream.tail, READ_BYTES.min(limits.page));
            let found = self.database().batch(vec![rows, log::next_part(&stream.generation, from)]).await?;
            let (chunks, parts) = (log::loaded_chunks(found.first())?, log::loaded_parts(found.get(1))?);
            let first = parts.first().filter(|part| chunks.first().is_none_or(|row| part.cold.start < row.start));
            if let Some(part) = first.filter(|_| gathered.is_none()) {
                return self.copied(stream, part).await.map(Some);
            }
            if let Some(part) = first {
                newest_ms = part.cold.newest_ms;
                break;
            }
            if chunks.is_empty() {
                break;
            }
            for chunk in chunks {
                if enough(&gathered) {
                    break;
                }
                let new = || cold::writer(&self.0.path, stream, chunk.start, limits, excess.bytes);
                let (writer, moved) = gathered.get_or_insert_with(|| (new(), Hot::default()));
                if writer.stop() != chunk.start.get() {
                    return Err(Failure::Corrupt("a gap in the log"));
                }
                cold::write(writer, &chunk.content);
                *moved += Hot::row(&chunk.content);
                from = chunk.stop().ok_or(Failure::Full)?;
            }
        }
        Ok(gathered.map(|(writer, moved)| Collected { writer, moved, of_part: false, newest_ms }))
    }

    /// Copies a part's data into a segment.
    async fn copied(&self, stream: &Stream, part: &PlacedPart) -> Result<Collected, Failure> {
        let Cold { start, stop, object, bytes, newest_ms } = &part.cold;
        let read = self.bucket().get(object, 0..*bytes).await?.unwrap_or_default();
        let mut writer = cold::writer(&self.0.path, stream, *start, self.limits(), *bytes);
        let copied = part::copy(&mut writer, &part.cold, &self.0.path, stream, &read);
        copied.map_err(|damage| {
            Failure::Damaged(Unreadable { start: *start, stop: *stop, segment: object.clone(), damage })
        })?;
        Ok(Collected { writer, moved: part.hot, of_part: true, newest_ms: *newest_ms })
    }

    /// Merges small segments into one, if there are enough of them. Returns whether it did.
    async fn merge(&self) -> Result<bool, Failure> {
        if !self.0.may_need_merge.get() {
            return Ok(false);
        }
        let Some(committed) = self.committed_stream().await? else { return Ok(false) };
        let segments = self.database().batch(vec![log::newest_segments(&committed.stream.generation)]).await?;
        let run = cold::mergeable(&log::loaded_segments(segments.first())?, self.limits());
        let Some(run) = run else {
            self.0.may_need_merge.set(false);
            return Ok(false);
        };
        let _turn = self.turn().await?;
        let Some(unreferenced) = self.joined(&committed.stream, &run).await? else {
            self.0.may_need_merge.set(false);
            return Ok(false);
        };
        let due_ms = self.discard_by();
        self.wake_by(due_ms).await?;
        self.commit_segment(&committed, unreferenced, Replaces::Segments { due_ms }).await
    }

    /// Returns one segment with the data of `run`. Reuses the segment that was put last if it has that data. Returns
    /// `None` if a segment of `run` is damaged.
    async fn joined(&self, stream: &Stream, run: &[Cold]) -> Result<Option<Unreferenced>, Failure> {
        let stretch = run.first().map(|first| first.start).zip(run.last().map(|last| last.stop));
        let same = |unreferenced: &Unreferenced| {
            Some((unreferenced.cold.start, unreferenced.cold.stop)) == stretch && unreferenced.index.is_some()
        };
        if let Some(unreferenced) =
            self.unreferenced(stream).filter(|unreferenced| same(unreferenced) && unreferenced.moved == Hot::default())
        {
            return Ok(Some(unreferenced));
        }
        let newest_ms = run.iter().map(|cold| cold.newest_ms).max().unwrap_or(0);
        match self.join(stream, run).await? {
            Some(writer) => {
                self.put(stream, Collected { writer, moved: Hot::default(), of_part: false, newest_ms }).await
            }
            None => Ok(None),
        }
    }

    /// Copies the data of `run` into one writer. Returns `None` if a segment is damaged. That segment is left for an
    /// operator to examine.
    async fn join(&self, stream: &Stream, run: &[Cold]) -> Result<Option<Writer>, Failure> {
        let bytes = run.iter().map(|cold| cold.bytes).sum();
        let Some(first) = run.first() else { return Ok(None) };
        let mut writer = cold::writer(&self.0.path, stream, first.start, self.limits(), bytes);
        for cold in run {
            let bytes = self.bucket().get(&cold.object, 0..cold.bytes).await?.unwrap_or_default();
            if let Err(damage) = cold::copy(&mut writer, cold, &self.0.path, stream, &bytes) {
                self.report(Event::SegmentDamaged, &format!("{}: {damage}", cold.object));
                return Ok(None);
            }
        }
        Ok(Some(writer))
    }

    /// Commits a segment in place of the data that it replaces. Returns whether it was committed.
    async fn commit_segment(
        &self,
        committed: &CommittedStream,
        unreferenced: Unreferenced,
        replaces: Replaces,
    ) -> Result<bool, Failure> {
        let Unreferenced { cold, moved, of_part, index, staged: was_staged, .. } = unreferenced;
        let Some(index) = index else { return Ok(false) };
        let object = cold.object.clone();
        let replaces = match replaces {
            Replaces::Rows if of_part => {
                let due_ms = self.discard_by();
                self.wake_by(due_ms).await?;
                Replaced::Part { moved, due_ms }
            }
            Replaces::Rows => Replaced::Rows { moved },
            Replaces::Segments { due_ms } => Replaced::Segments { due_ms },
        };
        let staged = self
            .with(None, |sequencer| {
                let mut after = sequencer.staged().filter(|_| committed.holds(sequencer))?.clone();
                after.hot = after.hot - moved;
                if let Some(unreferenced) = &mut *self.0.unreferenced.borrow_mut() {
                    unreferenced.staged = true;
                }
                Some(self.stage(sequencer, Effect::NewSegment(NewSegment { cold, index, replaces }), Some(after)))
            })
            .await?;
        match staged {
            Some(settled) => {
                settle(settled).await?;
                self.0.unreferenced.take();
                Ok(true)
            }
            None => {
                self.0.unreferenced.take();
                // Delete it only if no transaction that names it can be in flight. Otherwise, the orphan sweep decides.
                if !was_staged {
                    self.bucket().delete(vec![object]).await?;
                }
                Ok(false)
            }
        }
    }

    /// Puts a segment. If an earlier put of the same range was not confirmed, its key is reused, so that at most one R2
    /// object remains.
    async fn put(
        &self,
        stream: &Stream,
        Collected { writer, moved, of_part, newest_ms }: Collected,
    ) -> Result<Option<Unreferenced>, Failure> {
        let (stop, generation) = (Offset::new(writer.stop()).ok_or(Failure::Full)?, stream.generation.clone());
        let ends = ends(stream, stop);
        let Some((bytes, index)) = writer.finish(ends) else { return Ok(None) };
        let start = Offset::new(index.blocks().first().map_or(0, |first| first.start)).ok_or(Failure::Full)?;
        let same = |unreferenced: &Unreferenced| {
            (unreferenced.cold.start, unreferenced.cold.stop, unreferenced.moved) == (start, stop, moved)
        };
        let again =
            self.unreferenced(stream).filter(same).map(|unreferenced| (unreferenced.cold.object, unreferenced.put_ms));
        let new = || (cold::key(&self.0.path, &generation, start, stop, self.0.host.entropy()), self.now());
        let (object, put_ms) = again.unwrap_or_else(new);
        let cold = Cold { start, stop, object: object.clone(), bytes: bytes.len() as u64, newest_ms };
        let mut unreferenced =
            Unreferenced { generation, cold, moved, of_part, ends, put_ms, index: None, staged: false };
        *self.0.unreferenced.borrow_mut() = Some(unreferenced.clone());
        self.bucket().put(&object, bytes).await?;
        unreferenced.index = Some(Rc::new(index));
        *self.0.unreferenced.borrow_mut() = Some(unreferenced.clone());
        Ok(Some(unreferenced))
    }
}

/// Whether a segment of `stream` that ends at `stop` is the end of a closed stream.
fn ends(stream: &Stream, stop: Offset) -> bool {
    stream.closed && stop == stream.tail
}
