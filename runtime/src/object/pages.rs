//! Pages of a stream, from wherever its parts are.

use super::Object;
use crate::Failure;
use crate::cold;
use crate::fork::Ancestor;
use crate::host::{Database, Host, Outcome};
use crate::log;
use crate::page::{Cut, Page};
use crate::stream::{Generation, Stream};
use segment::Damage;
use spec::Offset;

/// What the database had of a page when it was asked for the stream: both in one round trip.
pub(crate) struct Glimpse {
    generation: Generation,
    from: Offset,
    found: Vec<Outcome>,
}

impl Glimpse {
    /// A glimpse of `stream` that was to begin at `from`, or at what is kept.
    pub(super) fn of(stream: &Stream, from: Offset, found: Vec<Outcome>) -> Self {
        Self { generation: stream.generation.clone(), from: from.max(stream.earliest), found }
    }

    /// What is there of this life from here on.
    fn at(self, generation: &Generation, from: Offset) -> Option<Vec<Outcome>> {
        (self.generation == *generation && self.from == from).then_some(self.found)
    }
}

impl<H: Host> Object<H> {
    /// A page of `stream` from `start` on: from memory what is there, from the database what is not, and from the rows
    /// of others what a fork has from them.
    pub(crate) async fn page(&self, stream: &Stream, start: Offset, glimpse: Option<Glimpse>) -> Result<Page, Failure> {
        let page = self.collect(stream, start, glimpse).await;
        if let Err(failure @ Failure::Corrupt(_)) = &page {
            if self.earliest(stream) > Some(start) {
                return Err(Failure::Trimmed);
            }
            // Rows that should be there and are not: the stream may have ended without this object knowing.
            self.crash(failure);
        }
        page
    }

    /// The same page, if all of it is in memory.
    pub(super) fn page_from_memory(&self, stream: &Stream, start: Offset) -> Option<Result<Page, Failure>> {
        let mut cut = Cut::new(start, self.limits().page);
        if start < stream.tail {
            if stream.ancestor(start).is_some() {
                return None;
            }
            if let Err(failure) = self.remembered(stream, &mut cut)? {
                return Some(Err(failure));
            }
        }
        Some(Ok(cut.page(stream)))
    }

    /// The first offset that is kept of the life of `stream`, as far as it is known.
    pub(super) fn earliest(&self, stream: &Stream) -> Option<Offset> {
        let sequencer = self.0.sequencer.borrow();
        let committed = sequencer.as_ref()?.committed()?;
        Some(committed.earliest).filter(|_| committed.generation == stream.generation)
    }

    async fn collect(&self, stream: &Stream, start: Offset, mut glimpse: Option<Glimpse>) -> Result<Page, Failure> {
        let mut cut = Cut::new(start, self.limits().page);
        while cut.stop() < stream.tail {
            let before = cut.stop();
            let room = match stream.ancestor(before) {
                Some(ancestor) => self.inherited(ancestor, stream.is_json(), &mut cut).await?,
                None => self.own(stream, &mut cut, glimpse.take()).await?,
            };
            if !room {
                break;
            }
            if cut.stop() == before {
                return Err(Failure::Corrupt("a log that ends before its tail"));
            }
        }
        Ok(cut.page(stream))
    }

    /// Adds what a fork has from another stream. Says whether there is more room.
    pub(super) async fn inherited(&self, ancestor: &Ancestor, json: bool, cut: &mut Cut) -> Result<bool, Failure> {
        let until = Offset::new(ancestor.stop).ok_or(Failure::Corrupt("streams.lineage"))?;
        let database = self.database_of(&ancestor.path);
        self.stored(&database, &Generation(ancestor.generation.clone()), json, until, cut, None).await
    }

    /// Adds what is a stream's own. Says whether there is more room.
    async fn own(&self, stream: &Stream, cut: &mut Cut, glimpse: Option<Glimpse>) -> Result<bool, Failure> {
        if let Some(room) = self.remembered(stream, cut) {
            return room;
        }
        self.stored(&self.database(), &stream.generation, stream.is_json(), stream.tail, cut, glimpse).await
    }

    /// Adds what a database and the bucket hold of a life, up to `until`. Says whether there is more room.
    pub(super) async fn stored(
        &self,
        database: &impl Database,
        generation: &Generation,
        json: bool,
        until: Offset,
        cut: &mut Cut,
        glimpse: Option<Glimpse>,
    ) -> Result<bool, Failure> {
        let mut known = glimpse.and_then(|glimpse| glimpse.at(generation, cut.stop()));
        let mut unreadable: Option<(String, Damage)> = None;
        loop {
            let found = match known.take() {
                Some(found) => found,
                None => database.batch(log::page(generation, cut.stop(), until, self.limits().page)).await?,
            };
            let Some((cold, index)) = log::loaded_segment(&found, cut.stop())? else {
                return cut.add(log::loaded_chunks(found.get(1))?.iter(), until);
            };
            // One that has just been replaced may be gone: then there is another in its place.
            if let Some((object, damage)) = unreadable.filter(|(object, _)| *object == cold.object) {
                return Err(Failure::Damaged(format!("the segment {object}: {damage}")));
            }
            match cold::add(&self.bucket(), (&cold, &index), json, until, self.limits(), cut).await? {
                Ok(room) => return Ok(room),
                Err(damage) => unreadable = Some((cold.object, damage)),
            }
        }
    }

    /// Adds what is in memory, if that is of the same life, and goes back far enough.
    pub(super) fn remembered(&self, stream: &Stream, cut: &mut Cut) -> Option<Result<bool, Failure>> {
        let sequencer = self.0.sequencer.borrow();
        let sequencer = sequencer.as_ref()?;
        sequencer.committed().filter(|committed| committed.generation == stream.generation)?;
        let chunks = sequencer.tail().from(cut.stop())?;
        Some(cut.add(chunks, stream.tail))
    }
}
