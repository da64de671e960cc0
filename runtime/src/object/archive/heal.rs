//! The stream that is to be there again, and the transaction that makes it so.

use super::survey::Survey;
use crate::Failure;
use crate::archive::cold::{self, Chain, VerifiedSegment};
use crate::archive::part::PlacedPart;
use crate::archive::policy;
use crate::host::{Bucket as _, Database as _, Host};
use crate::log;
use crate::object::restore::Step;
use crate::object::{Object, settle};
use crate::sequencer::{Effect, Sequencer, Settled};
use crate::stream::chunk::Chunk;
use crate::stream::fork::{Answer, Message, Origin};
use crate::stream::hot::Hot;
use crate::stream::page::PageBuilder;
use crate::stream::{Fence, Generation, NewStream, Stream};
use spec::Offset;
use std::rc::Rc;
use wire::MediaType;

const ORIGIN: Offset = Offset::new(0).unwrap();
const END: Offset = Offset::new(wire::MAX_EXACT_INTEGER).unwrap();

/// What can't be restored, and why.
type Unusable = String;

/// Up to where segments and the log hold a stream without a gap, and how much of that is in the log.
#[derive(Clone, Copy)]
struct Extent {
    end: Offset,
    hot: Hot,
}

impl Extent {
    /// Goes on over the parts that follow.
    fn go_on(&mut self, parts: &[PlacedPart]) {
        let end = self.end;
        let mut next = parts.iter().skip_while(|part| part.cold.start < end).peekable();
        while let Some(part) = next.next_if(|part| part.cold.start == self.end) {
            *self = Extent { end: part.cold.stop, hot: self.hot + part.hot };
        }
    }

    /// This, unless there are parts beyond it: what is appended must not come to lie over them.
    fn reaching(self, parts: &[PlacedPart]) -> Result<Self, Unusable> {
        match parts.iter().find(|part| part.cold.stop > self.end) {
            Some(part) if part.cold.start < self.end => Err(contrary(part.cold.start)),
            Some(part) => Err(missing(self.end, part.cold.start)),
            None => Ok(self),
        }
    }
}

/// What is said of a gap.
fn missing(start: Offset, stop: Offset) -> Unusable {
    format!("nothing is left of what was from {start} to {stop}")
}

/// What is said where D1 and R2 don't hold the same.
fn contrary(start: Offset) -> Unusable {
    format!("what D1 has from {start} on is not what R2 has there")
}

/// What is to be there, and what it was found for.
struct Plan {
    load_id: u64,
    before: Option<Stream>,
    /// The stream with nothing appended since it was looked at.
    after: Stream,
    chain: Chain,
    /// Whether there is more in the log or in segments than the stream's row says.
    grows: bool,
}

impl<H: Host> Object<H> {
    /// Makes the stream what its sound objects and D1 have of it.
    pub(in crate::object) async fn heal(&self, survey: Survey) -> Result<Step, Failure> {
        let Survey { load_id, before, generation, sound, mut report, outdated } = survey;
        let start = match &before {
            // Where its own part begins, as far as that is kept.
            Some(stream) => stream.lineage.last().map_or(0, |ancestor| ancestor.stop).max(stream.earliest.get()),
            None => sound.iter().map(|sound| sound.cold.start.get()).min().unwrap_or(0),
        };
        let chain = cold::chain(sound, start);
        let remains = self.database().batch(log::remains(&Generation(generation.clone()))).await?;
        let (fork_refs, producers) = log::loaded_remains(&remains)?;
        let after = match &before {
            Some(stream) => self.completed(stream, &chain, start).await?,
            None => self.revived(Generation(generation), &chain).await?,
        };
        let mut after = match after {
            Ok(after) => after,
            Err(unusable) => {
                let newer = "\nR2 has a newer stream of this path: to restore that one, delete this one first";
                return Ok(Step::Unusable(format!("{report}{unusable}{}", if outdated { newer } else { "" })));
            }
        };
        if before.is_none() {
            after.fork_refs = Rc::new(fork_refs.into_iter().collect());
        }
        let grows = before.as_ref().is_none_or(|before| after.tail > before.tail);
        report += &told(before.as_ref(), &after, chain.len(), producers);
        let chain = chain.into_iter().map(|sound| (sound.cold, sound.index)).collect();
        let tail = self.restore(Plan { load_id, before, after: after.clone(), chain, grows }).await?;
        if let Some(origin) = &after.origin {
            report += self.hold_source(&after.generation, origin).await?;
        }
        Ok(Step::Restored(tail, report))
    }

    /// A stream whose row D1 has lost.
    async fn revived(
        &self,
        generation: Generation,
        chain: &[VerifiedSegment],
    ) -> Result<Result<Stream, Unusable>, Failure> {
        let Some((first, last)) = chain.first().zip(chain.last()) else {
            return Ok(Err("all that is left of it in R2 is damaged".to_owned()));
        };
        let now = self.now();
        let Ok(content_type) = MediaType::read(&last.content_type) else {
            return Ok(Err("the segments have no content type".to_owned()));
        };
        let Some((lifetime, retention)) = policy::read(&last.policy) else {
            return Ok(Err("the terms of the segments can't be read".to_owned()));
        };
        let (origin, lineage) = (None, Rc::default());
        let new = NewStream { generation, content_type, lifetime, retention, closed: false, origin, lineage, now };
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

    /// A stream whose row D1 has, perhaps as it was. What D1 has of it has to agree with what R2 has.
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

    /// How far the log goes on from `reached`, up to which segments hold the stream. Its rows before that have to hold the same as
    /// the segments.
    ///
    /// Rows that were appended since the stream was looked at don't count.
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

    /// Whether something has been appended since `stream` was looked at.
    fn has_grown(&self, stream: &Stream) -> bool {
        let sequencer = self.0.sequencer.borrow();
        let staged = sequencer.as_ref().and_then(Sequencer::staged);
        staged.is_some_and(|staged| staged.generation == stream.generation && staged.tail > stream.tail)
    }

    /// Whether the segments hold what a row of the log holds.
    async fn agrees(&self, stream: &Stream, chain: &[VerifiedSegment], row: &Rc<Chunk>) -> Result<bool, Failure> {
        let stop = row.stop().ok_or(Failure::Full)?;
        let (mut cold, mut hot) = (PageBuilder::new(row.start, usize::MAX), PageBuilder::new(row.start, usize::MAX));
        while cold.stop() < stop {
            let at = cold.stop();
            let Some(sound) = chain.iter().find(|sound| sound.cold.stop > at) else { return Ok(false) };
            let size = row.content.size();
            let Some(stretch) = sound.index.page_range(at.get(), size, size) else { return Ok(false) };
            let bytes = self.bucket().get(&sound.cold.object, stretch.range()).await?.unwrap_or_default();
            let Ok(chunks) = cold::chunks(stream.is_json(), &stretch, &bytes) else { return Ok(false) };
            cold.add(chunks.iter(), stop)?;
        }
        hot.add(std::iter::once(row), stop)?;
        Ok(cold.page(stream).body() == hot.page(stream).body())
    }

    /// Commits a plan, unless the stream is no longer what it was made for. Returns the stream's tail.
    async fn restore(&self, plan: Plan) -> Result<Offset, Failure> {
        // The alarm comes first, as it does where a stream is created.
        if let Some(deadline) = plan.after.deadline_ms() {
            self.wake_by(deadline).await?;
        }
        let (settled, tail) =
            self.with(None, |sequencer| self.stage_restoration(sequencer, plan)).await?.ok_or(Failure::Overtaken)?;
        settle(settled).await?;
        if let Err(failure) = Box::pin(self.learn_text()).await {
            // Whoever comes next loads the stream, and reads it then.
            self.discard_state(&failure);
        }
        Ok(tail)
    }

    /// Stages a restoration on top of what has been staged since the stream was looked at: appends don't wait for it, nor it for
    /// them. Only where the tail moves by it, nothing may have been appended at the old one.
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

    /// Has the source of a fork keep it, in case that it has lost the edge. Returns what there is to report.
    async fn hold_source(&self, generation: &Generation, origin: &Origin) -> Result<&'static str, Failure> {
        let (fork_ref, source) = (origin.fork_ref.clone(), &origin.source);
        let answer = self.call(source, Message::Hold { fork_ref: fork_ref.clone() }).await?;
        let same =
            |sequencer: &mut Sequencer| sequencer.staged().is_some_and(|staged| staged.generation == *generation);
        if !self.with(None, same).await? {
            // It has ended meanwhile, and may have given back its edge before.
            self.call(source, Message::Release { fork_ref }).await?;
        }
        Ok(match answer {
            Answer::Absent => {
                "Its source does not exist. Unless that can be restored, what this stream has from it is lost.\n"
            }
            _ => "Its source keeps what this stream has from it.\n",
        })
    }
}

/// What has been restored, and what may be lost.
fn told(before: Option<&Stream>, after: &Stream, segments: usize, producers: u64) -> String {
    let (tail, forks, start) = (after.tail, after.fork_refs.len(), after.earliest);
    let mut told = format!("The stream is there up to {tail}, with {segments} segments in R2.\n");
    told += &format!("D1 has {producers} producers and {forks} forks of it. If it had more, they are lost: ");
    told += "restore the forks after this stream, so that it keeps what they need.\n";
    match before {
        None => {
            told +=
                "What only its row in D1 had is lost: its last Stream-Seq, the producer that closed it, its source.\n";
            if after.hot.rows == 0 {
                told += "What was appended last is lost, if it was not in R2.\n";
            } else {
                told += "If it was closed, it no longer is.\n";
            }
            if start.get() > 0 {
                told += &format!("It begins at {start}: what was before was its source's, or was not kept.\n");
            }
        }
        Some(before) if after.tail > before.tail => {
            told += "What producers have appended last is in the stream, and may be appended again when they retry.\n";
        }
        Some(_) => {}
    }
    told
}
