//! Making a stream whole again that D1 has lost, or knows only as it was: from the segments in the bucket, and from what D1 still
//! has.
//!
//! Every object is read from its first byte to its last before anything is changed. A stream that can't be made whole stays
//! as it is; one that can has all that D1 has of it, and perhaps more.

use super::{Object, Visit, settle};
use crate::Failure;
use crate::chunk::Chunk;
use crate::cold::{self, Chain, Cold, Sound};
use crate::host::{Bucket as _, Database as _, Host};
use crate::hot::Hot;
use crate::log;
use crate::page::Cut;
use crate::sequencer::Effect;
use crate::stream::{Fence, Generation, NewStream, Stream};
use crate::terms;
use spec::restoration::restore::{Decision, Facts, Outcome, Request, Restored, Unrestorable, decide};
use spec::restoration::{Service, restore};
use spec::{Limits, Offset};
use std::rc::Rc;
use wire::MediaType;

const ORIGIN: Offset = Offset::new(0).unwrap();

struct Situation {
    unusable: bool,
}

impl Facts for Situation {
    fn segments_unusable(&self) -> bool {
        self.unusable
    }
}

impl<H: Host> Service for Visit<H> {
    type Failure = Failure;
    type Events = crate::Following;

    fn limits(&self) -> &Limits {
        self.object.limits()
    }

    fn failed(&self, failure: Failure) -> String {
        self.object.report(&format!("not restored: {failure}"));
        failure.told()
    }

    async fn restore(&self, request: restore::Request) -> Result<restore::Outcome, Failure> {
        handle(&self.object, &request).await
    }
}

async fn handle<H: Host>(object: &Object<H>, request: &Request) -> Result<Outcome, Failure> {
    // Nothing moves meanwhile.
    let _turn = object.0.compacting.lock().await;
    let plan = object.plan_restoration().await?;
    match (decide(request, &Situation { unusable: plan.is_err() }), plan) {
        (Decision::Restored, Ok(plan)) => {
            let (stream_next_offset, body) = (plan.after.tail, plan.report.clone().into_bytes());
            object.restore(plan).await?;
            Ok(Restored { stream_next_offset, body }.into())
        }
        (Decision::Unrestorable, Err(detail)) => Ok(Unrestorable { detail }.into()),
        _ => Err(Failure::Unanswerable("restore")),
    }
}

/// What is to be there, and the picture for which that was found.
struct Plan {
    instance: u64,
    before: Option<Stream>,
    after: Stream,
    chain: Chain,
    report: String,
}

/// What can't be made whole, and why.
type Unusable = String;

impl<H: Host> Object<H> {
    async fn plan_restoration(&self) -> Result<Result<Plan, Unusable>, Failure> {
        let (instance, before) = self.with(None, |found| (found.instance(), found.committed().cloned())).await?;
        let objects = self.objects().await?;
        let newest = || objects.iter().map(|(generation, _)| generation.clone()).max();
        let Some(generation) = before.as_ref().map(|stream| stream.generation.0.clone()).or_else(newest) else {
            return Ok(Err("there is no such stream, and nothing of one in R2".to_owned()));
        };
        let own = objects.into_iter().filter(|(life, _)| *life == generation).map(|(_, object)| object);
        let (sound, mut report) = self.sound(&generation, own.collect()).await?;
        let start = match &before {
            // Where its own part begins, as far as that is kept.
            Some(stream) => stream.lineage.last().map_or(0, |ancestor| ancestor.stop).max(stream.earliest.get()),
            None => sound.iter().map(|sound| sound.cold.start.get()).min().unwrap_or(0),
        };
        let chain = cold::chain(sound, start);
        let after = match &before {
            Some(stream) => self.completed(stream, &chain, start).await?,
            None => self.revived(Generation(generation), &chain),
        };
        Ok(after.map(|after| {
            let (segments, tail) = (chain.len(), after.tail);
            report += &format!("The stream is there up to {tail}, with {segments} segments in R2.\n");
            if before.is_none() {
                report += "What only D1 had is lost: what was appended last, its producers, its forks.\n";
                if start > 0 {
                    report +=
                        &format!("It begins at {start:016X}: what was before was its source's, or was not kept.\n");
                }
            }
            let chain = chain.into_iter().map(|sound| (sound.cold, sound.index)).collect();
            Plan { instance, before, after, chain, report }
        }))
    }

    /// The objects of this path, each with its generation, but for those that are to be removed.
    async fn objects(&self) -> Result<Vec<(String, Cold)>, Failure> {
        let found = self.database().batch(log::leftover(&self.0.path)).await?;
        let (ended, discarded) = log::loaded_leftover(&found)?;
        let (mut objects, mut after, mut more) = (Vec::new(), String::new(), true);
        while more {
            let list = self.bucket().list(&cold::prefix(&self.0.path), &after).await?;
            more = list.more;
            let keys = list.objects.into_iter().inspect(|object| after.clone_from(&object.key));
            objects.extend(keys.filter_map(cold::listed));
        }
        objects.retain(|(life, cold)| !ended.contains(life) && !discarded.contains(&cold.object));
        Ok(objects)
    }

    /// Those that are what they should be, and a word on each that is not.
    async fn sound(&self, generation: &str, objects: Vec<Cold>) -> Result<(Vec<Sound>, String), Failure> {
        let (mut sound, mut report) = (Vec::new(), String::new());
        for cold in objects {
            let bytes = self.bucket().get(&cold.object, 0..cold.bytes).await?.unwrap_or_default();
            match cold::examine(&cold, &self.0.path, generation, &bytes) {
                Ok(found) => sound.push(found),
                Err(damage) => report += &format!("The segment {} is damaged: {damage}.\n", cold.object),
            }
        }
        Ok((sound, report))
    }

    /// A stream of which D1 knows nothing.
    fn revived(&self, generation: Generation, chain: &[Sound]) -> Result<Stream, Unusable> {
        let (first, last) = chain.first().zip(chain.last()).ok_or("all that is left of it in R2 is damaged")?;
        let now = self.now();
        let content_type = MediaType::read(&last.content_type).map_err(|_| "the segments have no content type")?;
        let (lifetime, retention) = terms::read(&last.terms).ok_or("the terms of the segments can't be read")?;
        let (closed, origin, lineage) = (last.ends, None, Rc::default());
        let new = NewStream { generation, content_type, lifetime, retention, closed, origin, lineage, now };
        let mut stream = Stream::new(new, Fence::none(), last.cold.stop);
        stream.earliest = first.cold.start;
        if stream.is_expired(now) { Err("it has expired".to_owned()) } else { Ok(stream) }
    }

    /// A stream of which D1 knows, perhaps as it was. What D1 has of it has to agree with what R2 has.
    async fn completed(
        &self,
        stream: &Stream,
        chain: &[Sound],
        start: u64,
    ) -> Result<Result<Stream, Unusable>, Failure> {
        let reached = chain.last().map_or(Offset::new(start).ok_or(Failure::Full)?, |last| last.cold.stop);
        let (mut end, mut hot, mut from) = (reached, Hot::default(), ORIGIN);
        loop {
            let rows = log::oldest(&stream.generation, from, stream.tail, self.limits().page);
            let rows = log::loaded_chunks(self.database().batch(vec![rows]).await?.first())?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                from = row.stop().ok_or(Failure::Full)?;
                if row.start < reached {
                    if from > reached || !self.agrees(stream, chain, &row).await? {
                        return Ok(Err(format!("what D1 has from {} on is not what R2 has there", row.start)));
                    }
                } else if row.start == end {
                    (end, hot) = (from, hot + Hot::row(&row.content));
                } else {
                    return Ok(Err(format!("nothing is left of what was from {end} to {}", row.start)));
                }
            }
        }
        if end < stream.tail {
            return Ok(Err(format!("nothing is left of what was from {end} to {}", stream.tail)));
        }
        let mut after = stream.clone();
        after.closed |= end == reached && chain.last().is_some_and(|last| last.ends);
        (after.tail, after.hot) = (end, hot);
        Ok(Ok(after))
    }

    /// Whether the segments hold what a row of the log holds.
    async fn agrees(&self, stream: &Stream, chain: &[Sound], row: &Rc<Chunk>) -> Result<bool, Failure> {
        let stop = row.stop().ok_or(Failure::Full)?;
        let (mut cold, mut hot) = (Cut::new(row.start, usize::MAX), Cut::new(row.start, usize::MAX));
        while cold.stop() < stop {
            let at = cold.stop();
            let Some(sound) = chain.iter().find(|sound| sound.cold.stop > at) else { return Ok(false) };
            let size = row.content.size();
            let Some(stretch) = sound.index.stretch(at.get(), size, size) else { return Ok(false) };
            let bytes = self.bucket().get(&sound.cold.object, stretch.range()).await?.unwrap_or_default();
            let Ok(chunks) = cold::chunks(stream.is_json(), &stretch, &bytes) else { return Ok(false) };
            cold.add(chunks.iter(), stop)?;
        }
        hot.add(std::iter::once(row), stop)?;
        Ok(cold.page(stream).body() == hot.page(stream).body())
    }

    /// Makes the stream what it is to be, unless it is not any more what it was.
    async fn restore(&self, plan: Plan) -> Result<(), Failure> {
        let Plan { instance, before, after, chain, .. } = plan;
        // The alarm comes first, as it does where a stream is created.
        if let Some(deadline) = after.deadline_ms() {
            self.wake_by(deadline).await?;
        }
        let settled = self
            .with(None, |sequencer| {
                let same = sequencer.instance() == instance && sequencer.is_idle();
                let state = |stream: Option<&Stream>| stream.map(|stream| (stream.generation.clone(), stream.tail));
                let same = same && state(sequencer.staged()) == state(before.as_ref());
                same.then(|| self.stage(sequencer, Effect::Restore(chain), Some(after)))
            })
            .await?;
        settle(settled.ok_or(Failure::Overtaken)?).await.map(|_| ())
    }
}
