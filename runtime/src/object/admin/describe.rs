//! The description of a stream for operators, from its rows and from memory.
//!
//! The rows are read anew and the stream is not loaded, so that a stream whose row can't be read is described, too.

use crate::Failure;
use crate::archive::cold::Cold;
use crate::host::{Host, Outcome as Rows, UnixMs};
use crate::log::{self, Totals};
use crate::object::Object;
use crate::stream::Stream;
use crate::stream::fork::{Ancestor, Origin};
use spec::administration::describe::{Decision, Described, Facts, Outcome, Request, decide};
use spec::{
    AnyMediaType, Count, DueRelease, DueWork, ForkOrigin, Identifier, InheritedRange, LabelText, LastFailure,
    Leftovers, Lifetime, ObjectMemory, Offset, ReplacedObject, Seconds, Sentence, StoredObject, StoredProducer,
    StoredStream, StoredTombstone, StreamDescription, Work, stream,
};
use wire::Timestamp;

struct DescribeFacts<'a>(&'a StreamDescription);

impl Facts for DescribeFacts<'_> {
    fn path_unused(&self) -> bool {
        let StreamDescription { stream, unreadable, leftovers, .. } = self.0;
        let Leftovers { tombstones, garbage, replaced, releases } = leftovers;
        stream.is_none()
            && unreadable.is_none()
            && tombstones.is_empty()
            && garbage.is_empty()
            && replaced.is_empty()
            && releases.is_empty()
    }
}

/// Describes what is stored for the path.
pub async fn handle<H: Host>(object: &Object<H>, request: &Request) -> Result<Outcome, Failure> {
    let body = object.description().await?;
    Ok(match decide(request, &DescribeFacts(&body)) {
        Decision::Ready(ready) => ready.into(),
        Decision::Described => Described { body }.into(),
    })
}

impl<H: Host> Object<H> {
    async fn description(&self) -> Result<StreamDescription, Failure> {
        let path = &*self.0.path;
        let mut statements = log::load(path);
        let about_stream = statements.len();
        statements.extend(log::describe(path));
        let mut rows = self.batch_of_confirmed(statements).await?;
        let others = rows.split_off(about_stream.min(rows.len()));
        let totals = log::loaded_totals(others.first())?;
        let (stream, unreadable) = match log::loaded_stream(&rows) {
            Ok(stream) => (stream, None),
            Err(failure) => (None, Some(sentence(&failure.to_string()))),
        };
        let leftovers = leftovers(&others)?;
        Ok(StreamDescription {
            path: path_of(path)?,
            database: identifier(self.0.host.databases().binding_of(path))?,
            object: identifier(&self.0.host.id())?,
            segments: objects(log::loaded_segments(others.get(1))?)?,
            parts: objects(log::loaded_segments(others.get(2))?)?,
            producers: producers(others.get(3))?,
            forks: forks(stream.as_ref())?,
            due: self.due(stream.as_ref(), &leftovers).await?,
            stream: stream.map(|stream| stored(stream, totals)).transpose()?,
            unreadable,
            leftovers,
            memory: self.memory()?,
            alarm: self.0.host.alarm().await?.and_then(Timestamp::at),
            last_failure: self.last_failure()?,
        })
    }

    /// The state in memory.
    fn memory(&self) -> Result<ObjectMemory, Failure> {
        let pending = self.0.sequencer.borrow().as_ref().map(|sequencer| sequencer.pending());
        let (loaded, pending) = (pending.is_some(), pending.unwrap_or_default());
        let readers = self.0.readers.borrow();
        let polls = readers.polls();
        Ok(ObjectMemory {
            loaded,
            queued: count(pending.queued as u64)?,
            in_flight: count(pending.in_flight as u64)?,
            pending_bytes: count(pending.bytes as u64)?,
            long_polls: count(polls as u64)?,
            held_polls: count(self.0.held_polls.count() as u64)?,
            feeds: count((readers.count() - polls) as u64)?,
            move_failures: count(u64::from(self.0.backoff.failures()))?,
        })
    }

    /// The work of the alarm that is due at some time, in order.
    async fn due(&self, stream: Option<&Stream>, leftovers: &Leftovers) -> Result<Vec<DueWork>, Failure> {
        let now = self.now();
        let watched = Some(self.0.host.watched_until().await?).filter(|until| *until > now);
        let garbage = leftovers.garbage.first().map(|_| now);
        let first = |times: Option<&Timestamp>| times.map(Timestamp::unix_ms);
        let moves = self.0.offload_due.get().map(|due| due.max(now));
        let mut due: Vec<(UnixMs, Work)> = Vec::new();
        for (at, work) in [
            (stream.and_then(|stream| stream.stored_deadline_ms), Work::Expire),
            (moves, Work::Move),
            (garbage, Work::CleanUp),
            (first(leftovers.replaced.first().map(|replaced| &replaced.due_at)), Work::DeleteReplaced),
            (first(leftovers.releases.first().map(|release| &release.due_at)), Work::ReleaseForks),
            (watched, Work::LateCommits),
        ] {
            due.extend(at.map(|at| (at, work)));
        }
        due.sort_by_key(|(at, _)| *at);
        due.into_iter().map(|(at, work)| Ok(DueWork { work, at: time(at)? })).collect()
    }

    fn last_failure(&self) -> Result<Option<LastFailure>, Failure> {
        let last = self.0.last_failure.borrow();
        let described = last.as_ref().map(|(at, event, detail)| {
            Ok(LastFailure { at: time(*at)?, event: identifier(event.name())?, detail: sentence(detail) })
        });
        described.transpose()
    }
}

fn stored(stream: Stream, totals: Totals) -> Result<StoredStream, Failure> {
    let (ttl, expires_at) = match stream.lifetime {
        None => (None, None),
        Some(Lifetime::StreamTtl(ttl)) => (Seconds::new(ttl.get()), None),
        Some(Lifetime::StreamExpiresAt(ref at)) => (None, Some(at.clone())),
    };
    let label = |(name, value): (&str, &str)| Some((name.to_owned(), LabelText::read(value).ok()?));
    let labels: Option<_> = stream.labels.iter().map(label).collect();
    Ok(StoredStream {
        generation: identifier(&stream.generation.0)?,
        fence: identifier(&stream.fence.0)?,
        content_type: AnyMediaType::read(stream.content_type.as_str())
            .map_err(|_| Failure::Corrupt("streams.content_type"))?,
        next_offset: stream.tail,
        earliest_offset: stream.earliest,
        closed: stream.closed,
        gone: stream.gone,
        created_at: time(stream.created_ms)?,
        updated_at: time(stream.updated_ms)?,
        ttl,
        expires_at,
        stored_deadline: stream.stored_deadline_ms.map(time).transpose()?,
        retain_bytes: stream.retention.bytes.and_then(|bytes| Count::new(bytes.get())),
        retain_age: stream.retention.age.and_then(|age| Seconds::new(age.get())),
        labels: labels.filter(|_| stream.labels.count() > 0),
        hot_bytes: count(stream.hot.bytes)?,
        hot_rows: count(stream.hot.rows)?,
        cold_bytes: count(totals.cold_bytes)?,
        segment_count: count(totals.segments)?,
        part_count: count(totals.parts)?,
        producer_count: count(totals.producers)?,
        fork_count: count(stream.fork_refs.len() as u64)?,
        origin: stream.origin.as_ref().map(origin).transpose()?,
        lineage: stream.lineage.iter().map(inherited).collect::<Result<_, _>>()?,
    })
}

fn origin(Origin { source, position, fork_ref, .. }: &Origin) -> Result<ForkOrigin, Failure> {
    let offset = Offset::new(*position).ok_or(Failure::Corrupt("streams.origin"))?;
    Ok(ForkOrigin { source: path_of(source)?, offset, reference: identifier(&fork_ref.0)? })
}

fn inherited(ancestor: &Ancestor) -> Result<InheritedRange, Failure> {
    let Ancestor { path, generation, .. } = ancestor;
    Ok(InheritedRange { path: path_of(path)?, generation: identifier(generation)?, stop: ancestor.until()? })
}

fn objects(stored: Vec<Cold>) -> Result<Vec<StoredObject>, Failure> {
    let object = |Cold { start, stop, object, bytes, .. }: Cold| {
        Ok(StoredObject { start, stop, bytes: count(bytes)?, key: identifier(&object)? })
    };
    stored.into_iter().map(object).collect()
}

fn producers(rows: Option<&Rows>) -> Result<Vec<StoredProducer>, Failure> {
    let producers = log::loaded_producer_rows(rows)?.into_iter();
    let producer = |(id, epoch, seq): (String, _, _)| Ok(StoredProducer { id: identifier(&id)?, epoch, seq });
    producers.map(producer).collect()
}

fn forks(stream: Option<&Stream>) -> Result<Vec<Identifier>, Failure> {
    let forks = stream.into_iter().flat_map(|stream| stream.fork_refs.iter());
    forks.take(log::DESCRIBED_MAX).map(|fork_ref| identifier(&fork_ref.0)).collect()
}

/// Rows of [`log::describe`] that do not belong to the stream.
fn leftovers(rows: &[Rows]) -> Result<Leftovers, Failure> {
    let tombstones = log::loaded_tombstones(rows.get(4))?.into_iter();
    let tombstone = |(generation, next_offset, deleted_ms): (String, _, _)| {
        Ok(StoredTombstone { generation: identifier(&generation)?, next_offset, deleted_at: time(deleted_ms)? })
    };
    let replaced = log::loaded_discarded(rows.get(6))?.into_iter();
    let releases = log::loaded_pending_releases(rows.get(7))?.into_iter();
    Ok(Leftovers {
        tombstones: tombstones.map(tombstone).collect::<Result<_, Failure>>()?,
        garbage: log::loaded_garbage(rows.get(5))?.iter().map(|own| identifier(own)).collect::<Result<_, _>>()?,
        replaced: replaced
            .map(|(key, due_ms)| Ok(ReplacedObject { key: identifier(&key)?, due_at: time(due_ms)? }))
            .collect::<Result<_, Failure>>()?,
        releases: releases
            .map(|release| {
                Ok(DueRelease {
                    source: path_of(&release.source)?,
                    reference: identifier(&release.fork_ref.0)?,
                    due_at: time(release.due_ms)?,
                })
            })
            .collect::<Result<_, Failure>>()?,
    })
}

fn path_of(path: &str) -> Result<stream::Path, Failure> {
    stream::Path::read(path).map_err(|_| Failure::Corrupt("path"))
}

/// A name or a key.
pub fn identifier(text: &str) -> Result<Identifier, Failure> {
    Identifier::read(text).map_err(|_| Failure::Corrupt("identifier"))
}

/// A text without control characters, shortened to what a sentence may have.
pub fn sentence(text: &str) -> Sentence {
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(2000).collect();
    Sentence::read(&text).expect("a text of at most 2,000 characters without control characters")
}

/// A number.
pub fn count(number: u64) -> Result<Count, Failure> {
    Count::new(number).ok_or(Failure::Corrupt("count"))
}

fn time(unix_ms: UnixMs) -> Result<Timestamp, Failure> {
    Timestamp::at(unix_ms).ok_or(Failure::Corrupt("time"))
}
