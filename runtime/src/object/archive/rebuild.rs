//! The restored stream, and the transaction that stores it.

use super::inventory::Inventory;
use crate::Failure;
use crate::archive::cold::{self, Chain, VerifiedSegment};
use crate::archive::part::PlacedPart;
use crate::archive::policy;
use crate::host::{Bucket as _, Database as _, Host};
use crate::log;
use crate::object::restore::RestoreStep;
use crate::object::{Object, settle};
use crate::sequencer::{Effect, Sequencer, Settled};
use crate::stream::chunk::Chunk;
use crate::stream::fork::{Answer, Message, Origin};
use crate::stream::hot::Hot;
use crate::stream::page::PageBuilder;
use crate::stream::{Fence, Generation, NewStream, Stream};
use spec::Offset;
use std::collections::BTreeSet;
use std::rc::Rc;
use wire::MediaType;

const ORIGIN: Offset = Offset::new(0).unwrap();
const END: Offset = Offset::new(wire::MAX_EXACT_INTEGER).unwrap();

/// The reason why a stream can't be restored.
type Unusable = String;

/// The end of the data that segments and the log store without a gap, and the size of the log's share.
#[derive(Clone, Copy)]
struct Extent {
    end: Offset,
    hot: Hot,
}

impl Extent {
    /// Extends over the adjacent parts.
    fn go_on(&mut self, parts: &[PlacedPart]) {
        let end = self.end;
        let mut next = parts.iter().skip_while(|part| part.cold.start < end).peekable();
        while let Some(part) = next.next_if(|part| part.cold.start == self.end) {
            *self = Extent { end: part.cold.stop, hot: self.hot + part.hot };
        }
    }

    /// Returns `self` unless parts lie beyond its end. New appends would overlap them.
    fn reaching(self, parts: &[PlacedPart]) -> Result<Self, Unusable> {
        match parts.iter().find(|part| part.cold.stop > self.end) {
            Some(part) if part.cold.start < self.end => Err(contrary(part.cold.start)),
            Some(part) => Err(missing(self.end, part.cold.start)),
            None => Ok(self),
        }
    }
}

/// The message about a gap.
fn missing(start: Offset, stop: Offset) -> Unusable {
    format!("the data from {start} to {stop} is lost")
}

/// The message about data that differs between D1 and R2.
fn contrary(start: Offset) -> Unusable {
    format!("the data in D1 from {start} on differs from the data in R2")
}

/// The restored stream, and the state that it was determined for.
struct Plan {
    load_id: u64,
    before: Option<Stream>,
    /// The restored stream, without data appended since the inventory.
    after: Stream,
    chain: Chain,
    /// Whether the log or the segments contain more data than the stream's row covers.
    grows: bool,
}

impl<H: Host> Object<H> {
    /// Restores the stream from its undamaged segments and the rows in D1.
    pub(in crate::object) async fn rebuild(&self, inventory: Inventory) -> Result<RestoreStep, Failure> {
        let Inventory { load_id, before, generation, verified, mut report, outdated } = inventory;
        let start = match &before {
            // The start of its own data, as far as that is retained.
            Some(stream) => stream.lineage.last().map_or(0, |ancestor| ancestor.stop).max(stream.earliest.get()),
            None => verified.iter().map(|verified| verified.cold.start.get()).min().unwrap_or(0),
        };
        let chain = cold::chain(verified, start);
        let remains = self.database().batch(log::remains(&Generation(generation.clone()))).await?;
        let (fork_refs, producers) = log::loaded_remains(&remains)?;
        let after = match &before {
            Some(stream) => self.completed(stream, &chain, start).await?,
            None => self.revived(Generation(generation), &chain).await?,
        };
        let mut after = match after {
            Ok(after) => after,
            Err(unusable) => {
                let newer = "\nR2 has a newer stream of this path. To restore that one, delete this one first.";
                return Ok(RestoreStep::Unusable(format!("{report}{unusable}{}", if outdated { newer } else { "" })));
            }
        };
        if before.is_none() {
            // `extend` inserts one by one. `collect` sorts first, which is much more code.
            let mut all = BTreeSet::new();
            all.extend(fork_refs);
            after.fork_refs = Rc::new(all);
        }
        let grows = before.as_ref().is_none_or(|before| after.tail > before.tail);
        report += &summarize(before.as_ref(), &after, chain.len(), producers);
        let chain = chain.into_iter().map(|verified| (verified.cold, verified.index)).collect();
        let tail = self.restore(Plan { load_id, before, after: after.clone(), chain, grows }).await?;
        if let Some(origin) = &after.origin {
            report += self.hold_source(&after.generation, origin).await?;
        }
        Ok(RestoreStep::Restored(tail, report))
    }

    /// Rebuilds a stream whose row D1 has lost.
    async fn revived(
        &self,
        generation: Generation,
        chain: &[VerifiedSegment],
    ) -> Result<Result<Stream, Unusable>, Failure> {
        let Some((first, last)) = chain.first().zip(chain.last()) else {
            return Ok(Err("all of its segments in R2 are damaged".to_owned()));
        };
        let now = self.now();
        let Ok(content_type) = MediaType::read(&last.content_type) else {
            return Ok(Err("the segments have no content type".to_owned()));
        };
        let Some((lifetime, retention, labels)) = policy::read(&last.policy) else {
            return Ok(Err("the lifetime, retention and labels stored in the segments can't be read".to_owned()));
        };
        let (origin, lineage) = (None, Rc::default());
        let new =
            NewStream { generation, content_type, lifetime, retention, labels, closed: false, origin, lineage, now };
        let mut stream = Stream::new(new, Fence::none(), last.cold.stop);
        stream.earliest = first.cold.start;
        if stream.is_expired(now) {
            return Ok(Err("it has expired".to_owned()));
        }
        let extent = match self.extent(&stream, chain, last.cold.stop).await? {
            Ok(extent) => extent,
            Err(unusable) => return Ok(Err(unusable)),
        };
        stream.closed = last.closed && extent.end == last.cold.stop;
        (stream.tail, stream.hot) = (extent.end, extent.hot);
        Ok(Ok(stream))
    }

    /// Completes a stream whose row in D1 may be outdated. The data in D1 must agree with the data in R2.
    async fn completed(
        &self,
        stream: &Stream,
        chain: &[VerifiedSegment],
        start: u64,
    ) -> Result<Result<Stream, Unusable>, Failure> {
        let reached = chain.last().map_or(Offset::new(start).ok_or(Failure::Full)?, |last| last.cold.stop);
        let extent = match self.extent(stream, chain, reached).await? {
            Ok(extent) => extent,
            Err(unusable) => return Ok(Err(unusable)),
        };
        if extent.end < stream.tail {
            return Ok(Err(missing(extent.end, stream.tail)));
        }
        let mut after = stream.clone();
        after.closed |= extent.end == reached && chain.last().is_some_and(|last| last.closed);
        (after.tail, after.hot) = (extent.end, extent.hot);
        Ok(Ok(after))
    }

    /// Finds how far the log continues from `reached`, the end of the segments. Rows before `reached` must have the
    /// same content as the segments.
    ///
    /// Rows appended since the inventory don't count.
    async fn extent(
        &self,
        stream: &Stream,
        chain: &[VerifiedSegment],
        reached: Offset,
    ) -> Result<Result<Extent, Unusable>, Failure> {
        let (mut extent, mut from) = (Extent { end: reached, hot: Hot::default() }, ORIGIN);
        let parts = self.database().batch(vec![log::all_parts(&stream.generation)]).await?;
        let parts = log::loaded_parts(parts.first())?;
        extent.go_on(&parts);
        loop {
            let rows = log::oldest(&stream.generation, from, END, self.limits().page);
            let rows = log::loaded_chunks(self.database().batch(vec![rows]).await?.first())?;
            if extent.end >= stream.tail && self.has_grown(stream) {
                return Ok(Ok(extent));
            }
            if rows.is_empty() {
                return Ok(extent.reaching(&parts));
            }
            for row in rows {
                if row.start >= stream.tail && self.has_grown(stream) {
                    return Ok(Ok(extent));
                }
                from = row.stop().ok_or(Failure::Full)?;
                if row.start < reached {
                    if from > reached || !self.agrees(stream, chain, &row).await? {
                        return Ok(Err(contrary(row.start)));
                    }
                } else if row.start == extent.end {
                    extent = Extent { end: from, hot: extent.hot + Hot::row(&row.content) };
                    extent.go_on(&parts);
                } else {
                    return Ok(Err(missing(extent.end, row.start)));
                }
            }
        }
    }

    /// Whether data has been appended since `stream` was read.
    fn has_grown(&self, stream: &Stream) -> bool {
        let sequencer = self.0.sequencer.borrow();
        let staged = sequencer.as_ref().and_then(Sequencer::staged);
        staged.is_some_and(|staged| staged.generation == stream.generation && staged.tail > stream.tail)
    }

    /// Whether the segments contain the same data as a row of the log.
    async fn agrees(&self, stream: &Stream, chain: &[VerifiedSegment], row: &Rc<Chunk>) -> Result<bool, Failure> {
        let stop = row.stop().ok_or(Failure::Full)?;
        let (mut cold, mut hot) = (PageBuilder::new(row.start, usize::MAX), PageBuilder::new(row.start, usize::MAX));
        while cold.stop() < stop {
            let at = cold.stop();
            let Some(verified) = chain.iter().find(|verified| verified.cold.stop > at) else { return Ok(false) };
            let size = row.content.size();
            let Some(stretch) = verified.index.page_range(at.get(), size, size) else { return Ok(false) };
            let bytes = self.bucket().get(&verified.cold.object, stretch.range()).await?.unwrap_or_default();
            let Ok(chunks) = cold::chunks(stream.is_json(), &stretch, &bytes) else { return Ok(false) };
            cold.add(chunks.iter(), stop)?;
        }
        hot.add(std::iter::once(row), stop)?;
        Ok(cold.page(stream).body() == hot.page(stream).body())
    }

    /// Commits a plan, unless the stream has changed since the plan was made. Returns the stream's tail offset.
    async fn restore(&self, plan: Plan) -> Result<Offset, Failure> {
        // The alarm is set first, as in creating a stream.
        if let Some(deadline) = plan.after.deadline_ms() {
            self.wake_by(deadline).await?;
        }
        let (settled, tail) = self
            .with(None, |sequencer| self.stage_restoration(sequencer, plan))
            .await?
            .ok_or(Failure::FenceMismatch)?;
        settle(settled).await?;
        if let Err(failure) = Box::pin(self.learn_text()).await {
            // The next request loads the stream and reads its text state.
            self.discard_state(&failure);
        }
        Ok(tail)
    }

    /// Stages a restoration on top of the changes staged since the inventory. Appends and the restoration don't wait for
    /// each other. But if the restoration moves the tail offset, nothing may have been appended since the inventory.
    fn stage_restoration(&self, sequencer: &mut Sequencer, plan: Plan) -> Option<(Settled, Offset)> {
        let Plan { load_id, before, after, chain, grows } = plan;
        if sequencer.load_id() != load_id {
            return None;
        }
        let after = match (before, sequencer.staged()) {
            (None, None) if sequencer.is_idle() => after,
            (Some(before), Some(staged)) if staged.generation == before.generation => {
                let unchanged = staged.tail == before.tail && staged.closed == before.closed;
                if grows && !(unchanged && sequencer.is_idle()) {
                    return None;
                }
                let mut restored = staged.clone();
                restored.closed |= after.closed && unchanged;
                restored.tail = after.tail.max(staged.tail);
                restored.hot = staged.hot + after.hot - before.hot;
                restored.text = staged.text.filter(|_| !grows);
                restored
            }
            _ => return None,
        };
        let tail = after.tail;
        Some((self.stage(sequencer, Effect::Restore(chain), Some(after)), tail))
    }

    /// Has the source of a fork restore the fork reference if it was lost. Returns a line for the report.
    async fn hold_source(&self, generation: &Generation, origin: &Origin) -> Result<&'static str, Failure> {
        let (fork_ref, source) = (origin.fork_ref.clone(), &origin.source);
        let answer = self.call(source, Message::Hold { fork_ref: fork_ref.clone() }).await?;
        let same =
            |sequencer: &mut Sequencer| sequencer.staged().is_some_and(|staged| staged.generation == *generation);
        if !self.with(None, same).await? {
            // The fork was deleted in the meantime, and may have released its reference before.
            self.call(source, Message::Release { fork_ref }).await?;
        }
        Ok(match answer {
            Answer::Absent => {
                "Its source does not exist. Unless the source can be restored, the inherited data is lost.\n"
            }
            _ => "Its source keeps the inherited data.\n",
        })
    }
}

/// The report on the restored data, and on data that may be lost.
fn summarize(before: Option<&Stream>, after: &Stream, segments: usize, producers: u64) -> String {
    let (tail, forks, start) = (after.tail, after.fork_refs.len(), after.earliest);
    let mut summary = format!("The stream is restored up to {tail}, with {segments} segments in R2.\n");
    summary += &format!("D1 has {producers} producers and {forks} forks of it. Any others are lost.  ");
    summary += "Restore the forks after this stream, so that it keeps the data that they need.\n";
    match before {
        None => {
            summary += "These values existed only in its D1 row and are lost: its last Stream-Seq, the producer that closed it, its source.\n";
            if after.hot.rows == 0 {
                summary += "The newest data, which was not yet in R2, is lost.\n";
            } else {
                summary += "If the stream was closed, it is open now.\n";
            }
            if start.get() > 0 {
                summary +=
                    &format!("It begins at {start}. Data before that belonged to its source or was not retained.\n");
            }
        }
        Some(before) if after.tail > before.tail => {
            summary +=
                "The data that producers appended last is in the stream. If they retry, it may be appended again.\n";
        }
        Some(_) => {}
    }
    summary
}
