//! Moving the oldest rows of a stream to the bucket, and making large segments of small ones: in the alarm, never in the
//! way of a request.
//!
//! An object is put first, and then one transaction names it and removes what it replaces. That one is staged like any
//! other change, so it is fenced, and in order with appends, which go on meanwhile.

use crate::Event;
use crate::Failure;
use crate::archive::cold::{self, Archive, Cold, Replaced};
use crate::archive::part::PlacedPart;
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
use spec::Offset;
use std::rc::Rc;
use std::time::Duration;

/// Segments that one alarm writes, so that it ends well before its time does.
const SEGMENTS: usize = 8;

/// Maximum time that an alarm waits for the turn to move data of its stream.
const TURN_WAIT: Duration = Duration::from_secs(30);

/// Bytes of the log that are read at once: few, since requests wait while they are decoded.
const READ_BYTES: usize = 256 << 10;

/// What a picture looked like from which something is moved.
struct Look {
    load_id: u64,
    stream: Stream,
}

/// A segment that was put and that no row names, as far as is known. The next attempt to move the same stretch names it, so
/// that attempts which fail leave one object and not many.
#[derive(Clone, Debug)]
pub(in crate::object) struct Unnamed {
    generation: Generation,
    cold: Cold,
    /// How much of the log it holds; nothing, if it was made of segments.
    moved: Hot,
    /// Whether that was a part.
    of_part: bool,
    /// Whether it says that the stream has ended with it.
    ends: bool,
    /// When it was put first.
    put_ms: UnixMs,
    /// `None`, if it is not known whether it is there.
    index: Option<Rc<Index>>,
    /// Whether a transaction was sent that names it.
    asked: bool,
}

/// What a segment is made of.
struct Collected {
    writer: Writer,
    /// How much of the log it is.
    moved: Hot,
    /// Whether that is a part.
    of_part: bool,
    /// When the newest of it was appended, or later.
    newest_ms: UnixMs,
}

/// What a segment takes the place of.
enum Replaces {
    Rows,
    Segments { due_ms: UnixMs },
}

impl Look {
    /// Whether what has been found since it was taken is still so, but for what this object itself has done.
    fn holds(&self, sequencer: &Sequencer) -> bool {
        let same_life = sequencer.staged().is_some_and(|staged| staged.generation == self.stream.generation);
        sequencer.load_id() == self.load_id && same_life
    }
}

impl<H: Host> Object<H> {
    /// Sees to it that the alarm rings if there is more in the database than should be, or will be if it stays there. After a
    /// failure, not before the next attempt is due.
    pub(in crate::object) fn notice(&self, stream: Option<&Stream>) {
        let due = stream.and_then(|stream| match stream.excess(self.limits()) {
            Some(_) => Some(self.now()),
            None => stream.offload_delay_ms(self.limits()).map(|age| self.now().saturating_add(age)),
        });
        let due = due.map(|due| due.max(self.0.backoff.until()));
        let Some(due) = due.filter(|due| self.0.noticed.get().is_none_or(|noticed| noticed > *due)) else { return };
        self.0.noticed.set(Some(due));
        let object = self.clone();
        self.0.host.spawn(async move {
            if let Err(failure) = object.arm(due).await {
                object.0.noticed.set(None);
                object.report(Event::AlarmNotSet, &failure);
            }
        });
    }

    /// Moves what should move. If that fails, the alarm is set for the next attempt; before that, nothing is attempted.
    pub(in crate::object) async fn offload(&self) -> Result<(), Failure> {
        // One alarm at a time is what the platform promises, but a restore takes turns with it.
        let _turn = self.0.compacting.lock().await;
        let backoff = &self.0.backoff;
        if backoff.until() > self.now() {
            self.0.noticed.set(Some(backoff.until()));
            return self.arm(backoff.until()).await;
        }
        self.0.noticed.set(Some(0));
        let done = self.compact_some().await;
        self.0.noticed.set(None);
        match &done {
            Ok(()) => {
                backoff.succeeded();
                if let Some(sequencer) = &*self.0.sequencer.borrow() {
                    // What has come meanwhile.
                    self.notice(sequencer.committed());
                }
            }
            Err(_) => {
                let next = backoff.failed(self.now());
                self.0.noticed.set(Some(next));
                self.arm(next).await?;
            }
        }
        done
    }

    async fn compact_some(&self) -> Result<(), Failure> {
        for _ in 0..SEGMENTS {
            if !self.age().await? && !self.archive().await? && !self.merge().await? {
                return self.trim().await;
            }
        }
        self.arm(self.now()).await
    }

    /// When an object is to be removed that has just been replaced: after longer than anyone takes from finding it to reading it.
    fn discard_by(&self) -> UnixMs {
        let grace = u64::try_from(self.limits().discard_grace.as_millis()).unwrap_or(u64::MAX);
        self.now().saturating_add(grace)
    }

    /// Lets go of the oldest segments, if not all are to be kept. What forks need stays, and with it all that is newer.
    async fn trim(&self) -> Result<(), Failure> {
        let Some(look) = self.take_look().await?.filter(|look| look.stream.fork_refs.is_empty()) else { return Ok(()) };
        let kept = look.stream.retention.policy(self.limits());
        if kept == RetentionPolicy::ALL {
            return Ok(());
        }
        let oldest = self.database().batch(vec![log::oldest_segments(&look.stream.generation)]).await?;
        let mut oldest = log::loaded_oldest(oldest.first())?;
        oldest.iter_mut().for_each(|(_, kept)| *kept += look.stream.hot.bytes);
        let (until, next) = cold::outdated(kept, &oldest, self.now());
        if let Some(next) = next {
            self.arm(next).await?;
        }
        let Some(until) = until else { return Ok(()) };
        let due_ms = self.discard_by();
        self.wake_by(due_ms).await?;
        let staged = self
            .with(None, |sequencer| {
                let mut after = sequencer.staged().filter(|_| look.holds(sequencer))?.clone();
                after.earliest = until;
                let unneeded = after.fork_refs.is_empty();
                unneeded.then(|| self.stage(sequencer, Effect::Trim { until, due_ms }, Some(after)))
            })
            .await?;
        match staged {
            Some(settled) => settle(settled).await.map(|_| ()),
            // Somebody has forked it meanwhile, or it is not what it was.
            None => Ok(()),
        }
    }

    /// Moves the oldest of what is in the database, once all segments are older than things are kept: only segments can be let go of.
    /// Says whether it has. All of it is moved so, but for parts that are younger, and what is after them.
    async fn age(&self) -> Result<bool, Failure> {
        let Some(look) = self.take_look().await? else { return Ok(false) };
        let Some(age) = look.stream.offload_delay_ms(self.limits()) else { return Ok(false) };
        let newest = self.database().batch(vec![log::newest_segments(&look.stream.generation)]).await?;
        let newest = log::loaded_segments(newest.first())?;
        let due = newest.first().map_or(look.stream.created_ms, |cold| cold.newest_ms).saturating_add(age);
        if due > self.now() {
            self.arm(due).await?;
            return Ok(false);
        }
        self.archive_some(&look, look.stream.hot).await
    }

    async fn take_look(&self) -> Result<Option<Look>, Failure> {
        let look = |sequencer: &mut Sequencer| {
            let stream = sequencer.committed()?.clone();
            Some(Look { load_id: sequencer.load_id(), stream })
        };
        self.with(None, look).await
    }

    /// Makes a segment of the oldest rows, if there are too many. Says whether there were.
    async fn archive(&self) -> Result<bool, Failure> {
        let Some(look) = self.take_look().await? else { return Ok(false) };
        match look.stream.excess(self.limits()) {
            Some(excess) => self.archive_some(&look, excess).await,
            None => Ok(false),
        }
    }

    /// Waits for the turn to move data: a segment, and what it is made from, are in memory.
    async fn turn(&self) -> Result<Turn, Failure> {
        let bytes = self.limits().segment.saturating_mul(2);
        self.wait_for(TURN_WAIT, |budget| budget.take_turn(bytes)).await.ok_or(Failure::OutOfMemory)
    }

    async fn archive_some(&self, look: &Look, excess: Hot) -> Result<bool, Failure> {
        self.0.unmerged.set(true);
        let again = self.unnamed_rows(&look.stream).await?;
        if let Some(unnamed) = again.clone().filter(|unnamed| unnamed.index.is_some()) {
            return self.name(look, unnamed, Replaces::Rows).await;
        }
        let until = again.map(|unnamed| unnamed.cold.stop);
        let _turn = self.turn().await?;
        let Some(collected) = self.collect_cold(&look.stream, excess, until).await? else {
            return Err(Failure::Corrupt("streams.hot_rows"));
        };
        match self.put(&look.stream, collected).await? {
            Some(unnamed) => self.name(look, unnamed, Replaces::Rows).await,
            None => Ok(false),
        }
    }

    /// What was put last, if it begins where the log of `stream` does now.
    async fn unnamed_rows(&self, stream: &Stream) -> Result<Option<Unnamed>, Failure> {
        let holds_rows = |unnamed: &Unnamed| unnamed.moved != Hot::default();
        let Some(unnamed) = self.unnamed(stream).filter(holds_rows) else { return Ok(None) };
        let first = self.database().batch(vec![log::first_row(&stream.generation)]).await?;
        // If the transaction was committed after all, these rows are gone.
        let same = log::loaded_first_row(first.first())? == Some(unnamed.cold.start);
        Ok(Some(unnamed).filter(|_| same))
    }

    /// What was put last, if it can still be named: it is of this life of the stream, says the same of its end, and is much
    /// younger than what the orphan sweep removes.
    fn unnamed(&self, stream: &Stream) -> Option<Unnamed> {
        let young = u64::try_from(self.limits().orphan_grace.as_millis() / 2).unwrap_or(u64::MAX);
        let unnamed = self.0.unnamed.borrow().clone()?;
        let same = unnamed.generation == stream.generation && unnamed.ends == ends(stream, unnamed.cold.stop);
        Some(unnamed).filter(|unnamed| same && self.now() < unnamed.put_ms.saturating_add(young))
    }

    /// Collects as many rows as `excess` says, or as a segment takes, or up to `until`, from the oldest on; or a part, if that
    /// is the oldest.
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

    /// What a part holds, as a segment.
    async fn copied(&self, stream: &Stream, part: &PlacedPart) -> Result<Collected, Failure> {
        let Cold { start, stop, object, bytes, newest_ms } = &part.cold;
        let read = self.bucket().get(object, 0..*bytes).await?.unwrap_or_default();
        let mut writer = cold::writer(&self.0.path, stream, *start, self.limits(), *bytes);
        let copied = cold::copy_part(&mut writer, &part.cold, &self.0.path, stream, &read);
        copied.map_err(|damage| {
            Failure::Damaged(Unreadable { start: *start, stop: *stop, segment: object.clone(), damage })
        })?;
        Ok(Collected { writer, moved: part.hot, of_part: true, newest_ms: *newest_ms })
    }

    /// Makes one of several small segments, if there are enough of them. Says whether there were.
    async fn merge(&self) -> Result<bool, Failure> {
        if !self.0.unmerged.get() {
            return Ok(false);
        }
        let Some(look) = self.take_look().await? else { return Ok(false) };
        let segments = self.database().batch(vec![log::newest_segments(&look.stream.generation)]).await?;
        let run = cold::mergeable(&log::loaded_segments(segments.first())?, self.limits());
        let Some(run) = run else {
            self.0.unmerged.set(false);
            return Ok(false);
        };
        let _turn = self.turn().await?;
        let Some(unnamed) = self.joined(&look.stream, &run).await? else {
            self.0.unmerged.set(false);
            return Ok(false);
        };
        let due_ms = self.discard_by();
        self.wake_by(due_ms).await?;
        self.name(&look, unnamed, Replaces::Segments { due_ms }).await
    }

    /// One segment of what is in several: the one that was put last, if it is that. `None`, if one of them is damaged.
    async fn joined(&self, stream: &Stream, run: &[Cold]) -> Result<Option<Unnamed>, Failure> {
        let stretch = run.first().map(|first| first.start).zip(run.last().map(|last| last.stop));
        let same =
            |unnamed: &Unnamed| Some((unnamed.cold.start, unnamed.cold.stop)) == stretch && unnamed.index.is_some();
        if let Some(unnamed) = self.unnamed(stream).filter(|unnamed| same(unnamed) && unnamed.moved == Hot::default()) {
            return Ok(Some(unnamed));
        }
        let newest_ms = run.iter().map(|cold| cold.newest_ms).max().unwrap_or(0);
        match self.join(stream, run).await? {
            Some(writer) => {
                self.put(stream, Collected { writer, moved: Hot::default(), of_part: false, newest_ms }).await
            }
            None => Ok(None),
        }
    }

    /// What is in several segments. `None`, if one of them is damaged: it stays as it is, for someone to look at.
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

    /// Has a segment that was put take the place of what it was made from. Says whether it has.
    async fn name(&self, look: &Look, unnamed: Unnamed, replaces: Replaces) -> Result<bool, Failure> {
        let Unnamed { cold, moved, of_part, index, asked, .. } = unnamed;
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
                let mut after = sequencer.staged().filter(|_| look.holds(sequencer))?.clone();
                after.hot = after.hot - moved;
                if let Some(unnamed) = &mut *self.0.unnamed.borrow_mut() {
                    unnamed.asked = true;
                }
                Some(self.stage(sequencer, Effect::Archive(Archive { cold, index, replaces }), Some(after)))
            })
            .await?;
        match staged {
            Some(settled) => {
                settle(settled).await?;
                self.0.unnamed.take();
                Ok(true)
            }
            None => {
                self.0.unnamed.take();
                // Only where no transaction that names it can be under way: else it is left to the orphan sweep.
                if !asked {
                    self.bucket().delete(vec![object]).await?;
                }
                Ok(false)
            }
        }
    }

    /// Puts a segment, which holds `moved` of the log. Where one of the same stretch was put before, without an answer, it is
    /// put under the same key: so there is one of them, whatever became of the first attempt.
    async fn put(
        &self,
        stream: &Stream,
        Collected { writer, moved, of_part, newest_ms }: Collected,
    ) -> Result<Option<Unnamed>, Failure> {
        let (stop, generation) = (Offset::new(writer.stop()).ok_or(Failure::Full)?, stream.generation.clone());
        let ends = ends(stream, stop);
        let Some((bytes, index)) = writer.finish(ends) else { return Ok(None) };
        let start = Offset::new(index.blocks().first().map_or(0, |first| first.start)).ok_or(Failure::Full)?;
        let same = |unnamed: &Unnamed| (unnamed.cold.start, unnamed.cold.stop, unnamed.moved) == (start, stop, moved);
        let again = self.unnamed(stream).filter(same).map(|unnamed| (unnamed.cold.object, unnamed.put_ms));
        let new = || (cold::key(&self.0.path, &generation, start, stop, self.0.host.entropy()), self.now());
        let (object, put_ms) = again.unwrap_or_else(new);
        let cold = Cold { start, stop, object: object.clone(), bytes: bytes.len() as u64, newest_ms };
        let mut unnamed = Unnamed { generation, cold, moved, of_part, ends, put_ms, index: None, asked: false };
        *self.0.unnamed.borrow_mut() = Some(unnamed.clone());
        self.bucket().put(&object, bytes).await?;
        unnamed.index = Some(Rc::new(index));
        *self.0.unnamed.borrow_mut() = Some(unnamed.clone());
        Ok(Some(unnamed))
    }
}

/// Whether a segment of `stream` that reaches to `stop` says that the stream has ended with it.
fn ends(stream: &Stream, stop: Offset) -> bool {
    stream.closed && stop == stream.tail
}
