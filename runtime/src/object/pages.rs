//! Pages of a stream, from wherever its parts are.

use super::{Object, settle};
use crate::Failure;
use crate::cold;
use crate::fork::Ancestor;
use crate::host::{Database, Host, Outcome};
use crate::log;
use crate::page::{Cut, Page};
use crate::sequencer::Sequencer;
use crate::stream::{Generation, Stream};
use segment::Damage;
use spec::Offset;

/// Maximum number of times that one request reads a stream that keeps ending while it is read. Then the answer is 503.
const LOOKS: usize = 4;

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
        match self.collect(stream, start, glimpse).await {
            Err(failure @ Failure::Corrupt(_)) => Err(self.explain(stream, start, failure).await),
            page => page,
        }
    }

    /// Reads again if what was to be read had ended or was trimmed meanwhile.
    pub(super) async fn look_again<T>(&self, read: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
        for _ in 1..LOOKS {
            match read().await {
                Err(Failure::Outdated) => {}
                result => return result,
            }
        }
        read().await
    }

    /// Why rows of `stream` are missing that should be there. Unless this object knows a reason, it can't trust what it
    /// knows of this life.
    async fn explain(&self, stream: &Stream, start: Offset, failure: Failure) -> Failure {
        if !self.is_outdated(stream, start) {
            // A change that is in flight may have removed them already. Its result shows in the state, not here.
            let pending = self.0.sequencer.borrow_mut().as_mut().and_then(Sequencer::barrier);
            if let Some(pending) = pending {
                let _ = settle(pending).await;
            }
        }
        if self.is_outdated(stream, start) {
            return Failure::Outdated;
        }
        self.crash(&failure);
        failure
    }

    /// Whether this object no longer has the life of `stream` in memory from `start` on.
    fn is_outdated(&self, stream: &Stream, start: Offset) -> bool {
        let sequencer = self.0.sequencer.borrow();
        let committed = sequencer.as_ref().and_then(Sequencer::committed);
        committed.is_none_or(|now| now.generation != stream.generation || now.earliest > start)
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
