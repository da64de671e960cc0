//! One stream: the picture that this object has of it, and a handler for each endpoint of the spec.

mod append;
mod attend;
mod compact;
mod create;
mod delete;
mod describe;
mod fork;
mod live;
mod poll;
mod read;
mod restore;
mod tail;
pub(crate) mod times;

use crate::cold;
use crate::cursor::ahead;
use crate::fork::{Ancestor, Debt, Message};
use crate::host::{Bucket as _, Database as _, Host, UnixMs};
use crate::log;
use crate::page::{Cut, Page};
use crate::reader::{Mode, Place, Readers};
use crate::sequencer::{Effect, Flight, Flown, Sequencer, Settled};
use crate::stream::{Generation, Stream};
use crate::{Failure, Settings};
pub(crate) use read::outcome as page_outcome;
use segment::Damage;
use spec::{Interval, Limits, Offset, ProducerId, StreamState, stream};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use times::Times;

/// The object of one stream. Clones are handles to the same object.
pub struct Object<H: Host>(Rc<Inner<H>>);

impl<H: Host> Clone for Object<H> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Inner<H: Host> {
    host: H,
    settings: Rc<Settings>,
    path: Rc<str>,
    /// `None` until the stream has been loaded, and again whenever the picture of it may be wrong.
    sequencer: RefCell<Option<Sequencer>>,
    loading: tokio::sync::Mutex<()>,
    readers: RefCell<Readers<H::Socket>>,
    /// Whether readers are being served, more than can be at once.
    serves: Cell<bool>,
    /// Whether it is about to be written down where readers stand.
    notes: Cell<bool>,
    /// Held while rows are moved to the bucket.
    compacting: tokio::sync::Mutex<()>,
    /// Whether the alarm is set for rows that should move.
    noticed: Cell<bool>,
    /// Whether there are segments that may be enough to become one.
    unmerged: Cell<bool>,
}

/// What an object answers.
pub struct Served {
    /// What is to be said; to one who waits, once that has been in vain.
    pub response: wire::Response<Following>,
    /// The place of a client who waits for more. It is to be seated there with a socket, at once.
    pub place: Option<Place>,
}

/// The body of a response that goes on: what follows comes through the socket of whoever is seated for it.
#[derive(Debug)]
pub struct Following;

/// Rows of each kind that one batch of a sweep removes.
const SWEEP_ROWS: u64 = 500;
/// Batches that one alarm spends on sweeping, so that it ends well before its time does.
const SWEEP_BATCHES: usize = 50;
/// How long after the end of a stream the alarm tidies up, if nothing has before.
const TIDY_DELAY_MS: UnixMs = 1_000;
/// How long a batch may be under way, and so how long after it was asked for the alarm looks what has come of it.
const LATE_MS: UnixMs = 60_000;
/// How long after a failed alarm it is tried again.
const ALARM_RETRY_MS: UnixMs = 10_000;

impl<H: Host> Object<H> {
    /// The object of the stream at `path`. Nothing is loaded before it is asked for.
    pub fn new(host: H, settings: Rc<Settings>, path: &str) -> Self {
        let readers = Readers::recall(host.sockets());
        Self(Rc::new(Inner {
            host,
            settings,
            path: path.into(),
            sequencer: RefCell::new(None),
            loading: tokio::sync::Mutex::default(),
            readers: RefCell::new(readers),
            serves: Cell::default(),
            notes: Cell::default(),
            compacting: tokio::sync::Mutex::default(),
            noticed: Cell::default(),
            unmerged: Cell::new(true),
        }))
    }

    /// Answers a request to `url`, which is that of the stream, or of its restoration.
    pub async fn serve(&self, url: String, source: &impl wire::Source, body: impl wire::Incoming) -> Served {
        let visit = Visit { object: self.clone(), url, times: Times::new(self.now()), place: Cell::default() };
        let mut response = match spec::restoration::parameters(source.path()) {
            Some(_) => spec::restoration::serve(&visit, source, body).await,
            None => stream::serve(&visit, source, body).await,
        };
        let place = visit.place.take();
        // How long a client has waited shows once it has.
        if place.as_ref().is_none_or(|place| place.mode != Mode::Poll) {
            spec::every::server_timing(&mut response, &visit.times.at(self.now()));
        }
        Served { response, place }
    }

    /// Whether nobody but the caller holds on to it: no request, no batch, no reader who is being served.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        Rc::strong_count(&self.0) == 1
    }

    /// Does what has become due: ends the stream once it has expired, sweeps up after lives that have ended, and moves what
    /// should not stay in the database.
    ///
    /// # Errors
    /// [`Failure`], if something is left to do that has to be tried again. The alarm is set for that.
    pub async fn alarm(&self) -> Result<(), Failure> {
        self.doubt();
        let tidied = self.tidy().await;
        let done = tidied.and(self.compact().await);
        if let Err(failure) = &done {
            self.report(&format!("the alarm will ring again: {failure}"));
            self.wake_by(self.now() + ALARM_RETRY_MS).await?;
        }
        done
    }

    async fn tidy(&self) -> Result<(), Failure> {
        let (ending, deadline) = self
            .with(None, |sequencer| {
                let now = self.now();
                let stream = sequencer.staged().filter(|stream| !stream.gone);
                let expired = stream.is_some_and(|stream| stream.is_expired(now));
                let deadline = stream.and_then(Stream::deadline_ms).filter(|_| !expired);
                (expired.then(|| self.end(sequencer)).flatten(), deadline)
            })
            .await?;
        if let Some(ending) = ending {
            settle(ending).await?;
        }
        let swept = self.sweep().await?;
        let dues = self.database().batch(vec![log::debts(&self.0.path), log::discarded(&self.0.path)]).await?;
        let debt = self.pay(log::loaded_debts(dues.first())?).await?;
        let discarded = self.discard(log::loaded_discarded(dues.get(1))?).await?;
        let again = (!swept).then(|| self.now() + TIDY_DELAY_MS);
        let watched = Some(self.0.host.watched_until().await?).filter(|until| *until > self.now());
        match [deadline, debt, discarded, again, watched].into_iter().flatten().min() {
            Some(next) => Ok(self.0.host.wake_by(next).await?),
            None => Ok(()),
        }
    }

    /// Sees to it that the alarm rings at `at`, for what is about to be written. If it rings before that has arrived,
    /// it finds nothing of it: so it rings again when nothing can be under way any more.
    async fn wake_by(&self, at: UnixMs) -> Result<(), Failure> {
        self.0.host.watch_until(self.now() + LATE_MS).await?;
        Ok(self.0.host.wake_by(at).await?)
    }

    /// Forgets that there is no stream, unless a change is staged: one may have been created late.
    fn doubt(&self) {
        self.0.sequencer.borrow_mut().take_if(|sequencer| sequencer.staged().is_none() && sequencer.is_idle());
    }

    /// Removes rows of lives that have ended, and the objects of those. Says whether that was all of them.
    async fn sweep(&self) -> Result<bool, Failure> {
        for _ in 0..SWEEP_BATCHES {
            let outcomes = self.database().batch(log::sweep(&self.0.path, SWEEP_ROWS)).await?;
            if log::is_swept(&outcomes) {
                return Ok(true);
            }
            let doomed = log::doomed(&outcomes)?;
            if !doomed.is_empty() {
                self.0.host.bucket().delete(doomed.iter().map(|(.., object)| object.clone()).collect()).await?;
                self.database().batch(log::forget(&doomed)).await?;
            }
        }
        Ok(false)
    }

    /// Removes objects that have been replaced, and are due. Says when the next one is.
    async fn discard(&self, discarded: Vec<(String, UnixMs)>) -> Result<Option<UnixMs>, Failure> {
        let now = self.now();
        let (due, later): (Vec<_>, Vec<_>) = discarded.into_iter().partition(|(_, due_ms)| *due_ms <= now);
        if !due.is_empty() {
            let objects: Vec<_> = due.into_iter().map(|(object, _)| object).collect();
            self.0.host.bucket().delete(objects.clone()).await?;
            self.database().batch(vec![log::strike_out(&self.0.path, &objects)]).await?;
        }
        Ok(later.first().map(|(_, due_ms)| *due_ms))
    }

    /// Gives back edges that are due. Says when the next one is.
    async fn pay(&self, debts: Vec<Debt>) -> Result<Option<UnixMs>, Failure> {
        for debt in debts {
            if debt.due_ms > self.now() {
                return Ok(Some(debt.due_ms));
            }
            self.give_back(&debt).await?;
        }
        Ok(None)
    }

    /// Gives back one edge, and strikes out the debt.
    async fn give_back(&self, debt: &Debt) -> Result<(), Failure> {
        self.0.host.call(&debt.source, Message::Release { edge: debt.edge.clone() }).await?;
        self.database().batch(vec![log::pay(&self.0.path, &debt.edge)]).await?;
        Ok(())
    }

    /// Tidies up at once, in the background. If that fails, the alarm does it.
    fn tidy_soon(&self) {
        let object = self.clone();
        self.0.host.spawn(async move {
            if let Err(failure) = object.tidy().await {
                object.report(&format!("tidying up is left to the alarm: {failure}"));
            }
        });
    }

    /// Stages the end of the staged stream: it is removed, or kept out of sight as long as it has forks.
    fn end(&self, sequencer: &mut Sequencer) -> Option<Settled> {
        let stream = sequencer.staged()?;
        if stream.edges.is_empty() {
            return Some(self.stage(sequencer, Effect::Delete, None));
        }
        let mut after = stream.clone();
        after.gone = true;
        Some(self.stage(sequencer, Effect::note(), Some(after)))
    }

    fn database(&self) -> &H::Database {
        self.0.host.database(&self.0.path)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.settings.limits
    }

    pub(crate) fn report(&self, message: &str) {
        self.0.host.report(&format!("{}: {message}", self.0.path));
    }

    pub(crate) fn now(&self) -> UnixMs {
        self.0.host.now()
    }

    /// Calls `decide` with what is known of the stream and of `producer`, looking it up first where need be.
    ///
    /// There is no await between the look and the decision, nor within the decision.
    async fn with<T>(
        &self,
        producer: Option<&ProducerId>,
        decide: impl FnOnce(&mut Sequencer) -> T,
    ) -> Result<T, Failure> {
        self.load(producer).await?;
        self.0.sequencer.borrow_mut().as_mut().map(decide).ok_or(Failure::Abandoned)
    }

    async fn load(&self, producer: Option<&ProducerId>) -> Result<(), Failure> {
        if self.missing(producer).is_none() {
            return Ok(());
        }
        // One look-up at a time; the others find what it has found.
        let _turn = self.0.loading.lock().await;
        while let Some(missing) = self.missing(producer) {
            match (missing, producer) {
                (Missing::Producer(generation), Some(id)) => {
                    let statements = log::load_producer(&self.0.path, &generation, id);
                    let outcomes = self.database().batch(statements).await?;
                    let last = log::loaded_producer(outcomes.first())?;
                    let fence = log::loaded_fence(&outcomes)?;
                    let mut sequencer = self.0.sequencer.borrow_mut();
                    match sequencer.as_mut() {
                        // What is known of the producer must not be newer than what is known of the stream.
                        Some(known) if !known.knows(fence.as_ref()) => {
                            drop(sequencer);
                            self.crash(&Failure::Overtaken);
                        }
                        Some(known) => known.learn(&generation, id.clone(), last, self.limits()),
                        None => {}
                    }
                }
                _ => {
                    let outcomes = self.database().batch(log::load(&self.0.path, producer)).await?;
                    let stream = log::loaded_stream(&outcomes)?;
                    let last = log::loaded_with_stream(&outcomes)?;
                    let mut sequencer = Sequencer::new(self.0.path.clone(), stream.clone(), self.0.host.entropy());
                    if let (Some(stream), Some(id)) = (&stream, producer) {
                        sequencer.learn(&stream.generation, id.clone(), last, self.limits());
                    }
                    self.notice(stream.as_ref());
                    *self.0.sequencer.borrow_mut() = Some(sequencer);
                    self.serve_readers();
                }
            }
        }
        Ok(())
    }

    fn missing(&self, producer: Option<&ProducerId>) -> Option<Missing> {
        let sequencer = self.0.sequencer.borrow();
        let Some(sequencer) = sequencer.as_ref() else {
            return Some(Missing::Stream);
        };
        let unknown = producer.is_some_and(|id| sequencer.producer(id).is_none());
        let generation = sequencer.staged().map(|stream| stream.generation.clone());
        generation.filter(|_| unknown).map(Missing::Producer)
    }

    /// Stages a change and sees to it that it gets on its way.
    fn stage(&self, sequencer: &mut Sequencer, effect: Effect, after: Option<Stream>) -> Settled {
        let settled = sequencer.stage(effect, after);
        if sequencer.begins_to_gather() {
            self.0.host.spawn(self.clone().commit(sequencer.instance()));
        }
        settled
    }

    /// Takes batches to the database, one after the other, until none is left.
    async fn commit(self, instance: u64) {
        while let Some(flight) = self.gather(instance).await {
            if !self.fly(flight).await {
                return;
            }
        }
    }

    /// The next batch, once those who were answered last have come again, or as soon as nobody does.
    ///
    /// If it did not wait for them, the first to come would have a batch for itself, and all others would wait for that
    /// to land.
    async fn gather(&self, instance: u64) -> Option<Flight> {
        let mut known = 0;
        loop {
            let patience = {
                let mut sequencer = self.0.sequencer.borrow_mut();
                let sequencer = sequencer.as_mut().filter(|sequencer| sequencer.instance() == instance)?;
                let waiting = sequencer.waiting();
                if waiting == known || sequencer.has_gathered() {
                    return sequencer.take_off(self.limits());
                }
                known = waiting;
                sequencer.patience()
            };
            self.0.host.sleep(patience).await;
        }
    }

    /// Takes a batch to the database. Says whether the next one is to follow it.
    ///
    /// A batch that fails, or whose fate is unknown, takes the whole picture with it: what this object holds in memory
    /// may be wrong now, and the next request loads it anew. If the batch did arrive after all, or still does, then
    /// the fence sees to it that nothing decided on the old picture is written.
    async fn fly(&self, flight: Flight) -> bool {
        let took_off = self.now();
        let outcome = self.database().batch(flight.batch.statements.clone()).await;
        let checked = outcome.map_err(Failure::from).and_then(|outcomes| flight.batch.check(&outcomes));
        match checked {
            Ok(()) => self.land(flight, took_off),
            Err(failure) => {
                if self.is_current(&flight) {
                    self.crash(&failure);
                }
                // It may arrive after the alarm that was set for what it does.
                if let Err(failure) = self.wake_by(self.now() + LATE_MS).await {
                    self.report(&format!("no alarm for a late batch: {failure}"));
                }
                false
            }
        }
    }

    /// Whether a batch was decided on the picture that there is, and not on one that has been thrown away since.
    fn is_current(&self, flight: &Flight) -> bool {
        self.0.sequencer.borrow().as_ref().is_some_and(|sequencer| sequencer.sent(flight))
    }

    /// A batch is committed. Says whether there is something for the next.
    fn land(&self, flight: Flight, took_off: UnixMs) -> bool {
        let flown = Flown { took_off, landed: self.now() };
        let (settled, more) = {
            let mut sequencer = self.0.sequencer.borrow_mut();
            let Some(sequencer) = sequencer.as_mut().filter(|sequencer| sequencer.sent(&flight)) else {
                return false;
            };
            let settled = sequencer.land(flight, flown, self.limits());
            self.notice(sequencer.committed());
            (settled, sequencer.begins_to_gather())
        };
        for settled in settled {
            // Whoever waited may be gone.
            let _ = settled.send(Ok(flown));
        }
        self.serve_readers();
        more
    }

    fn crash(&self, failure: &Failure) {
        self.report(&format!("the picture of the stream is thrown away: {failure}"));
        if let Some(sequencer) = self.0.sequencer.take() {
            sequencer.crash(failure);
        }
    }

    /// What a reader finds. Reading moves a sliding deadline, and that is written down before there is an answer,
    /// unless the database knows of one late enough.
    async fn visit(&self, now: UnixMs) -> Result<(StreamState, Option<Stream>), Failure> {
        let (found, touch) = self
            .with(None, |sequencer| {
                let (state, stream) = sequencer.committed_at(now);
                let found = (state, stream.cloned());
                (found, self.touch(sequencer, now))
            })
            .await?;
        if let Some(touch) = touch {
            settle(touch).await?;
        }
        Ok(found)
    }

    /// What a reader finds who has been here before.
    pub(crate) async fn look(&self) -> Result<(StreamState, Option<Stream>), Failure> {
        let now = self.now();
        self.with(None, |sequencer| {
            let (state, stream) = sequencer.committed_at(now);
            (state, stream.cloned())
        })
        .await
    }

    /// Moves a sliding deadline, and stages a new lease if it is due.
    fn touch(&self, sequencer: &mut Sequencer, now: UnixMs) -> Option<Settled> {
        let stream = sequencer.staged_at(now).1?;
        stream.touch(now);
        if !stream.lease_is_short() {
            return None;
        }
        let mut after = stream.clone();
        after.renew_lease();
        Some(self.stage(sequencer, Effect::note(), Some(after)))
    }

    /// A page of `stream` from `start` on: from memory what is there, from the database what is not, and from the rows
    /// of others what a fork has from them.
    pub(crate) async fn page(&self, stream: &Stream, start: Offset) -> Result<Page, Failure> {
        let page = self.collect(stream, start).await;
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
    fn page_from_memory(&self, stream: &Stream, start: Offset) -> Option<Result<Page, Failure>> {
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
    fn earliest(&self, stream: &Stream) -> Option<Offset> {
        let sequencer = self.0.sequencer.borrow();
        let committed = sequencer.as_ref()?.committed()?;
        Some(committed.earliest).filter(|_| committed.generation == stream.generation)
    }

    async fn collect(&self, stream: &Stream, start: Offset) -> Result<Page, Failure> {
        let mut cut = Cut::new(start, self.limits().page);
        while cut.stop() < stream.tail {
            let before = cut.stop();
            let room = match stream.ancestor(before) {
                Some(ancestor) => self.inherited(ancestor, stream.is_json(), &mut cut).await?,
                None => self.own(stream, &mut cut).await?,
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
    async fn inherited(&self, ancestor: &Ancestor, json: bool, cut: &mut Cut) -> Result<bool, Failure> {
        let until = Offset::new(ancestor.stop).ok_or(Failure::Corrupt("streams.lineage"))?;
        let database = self.0.host.database(&ancestor.path);
        self.stored(database, &Generation(ancestor.generation.clone()), json, until, cut).await
    }

    /// Adds what is a stream's own. Says whether there is more room.
    async fn own(&self, stream: &Stream, cut: &mut Cut) -> Result<bool, Failure> {
        if let Some(room) = self.remembered(stream, cut) {
            return room;
        }
        self.stored(self.database(), &stream.generation, stream.is_json(), stream.tail, cut).await
    }

    /// Adds what a database and the bucket hold of a life, up to `until`. Says whether there is more room.
    async fn stored(
        &self,
        database: &H::Database,
        generation: &Generation,
        json: bool,
        until: Offset,
        cut: &mut Cut,
    ) -> Result<bool, Failure> {
        let mut unreadable: Option<(String, Damage)> = None;
        loop {
            let found = database.batch(log::page(generation, cut.stop(), until, self.limits().page)).await?;
            let Some((cold, index)) = log::loaded_segment(&found, cut.stop())? else {
                return cut.add(log::loaded_chunks(found.get(1))?.iter(), until);
            };
            // One that has just been replaced may be gone: then there is another in its place.
            if let Some((object, damage)) = unreadable.filter(|(object, _)| *object == cold.object) {
                return Err(Failure::Damaged(format!("the segment {object}: {damage}")));
            }
            let stretch = index.stretch(cut.stop().get(), cut.room()).ok_or(Failure::Corrupt("segments.blocks"))?;
            let bytes = self.0.host.bucket().get(&cold.object, stretch.range()).await?;
            let bytes = bytes.ok_or(Damage("there is no such object"));
            match bytes.and_then(|bytes| cold::chunks(json, &stretch, &bytes)) {
                Ok(chunks) => return cut.add(chunks.iter(), until),
                Err(damage) => unreadable = Some((cold.object, damage)),
            }
        }
    }

    /// Adds what is in memory, if that is of the same life, and goes back far enough.
    fn remembered(&self, stream: &Stream, cut: &mut Cut) -> Option<Result<bool, Failure>> {
        let sequencer = self.0.sequencer.borrow();
        let sequencer = sequencer.as_ref()?;
        sequencer.committed().filter(|committed| committed.generation == stream.generation)?;
        let chunks = sequencer.tail().from(cut.stop())?;
        Some(cut.add(chunks, stream.tail))
    }
}

enum Missing {
    Stream,
    Producer(Generation),
}

/// Waits until a change is committed.
async fn settle(settled: Settled) -> Result<Flown, Failure> {
    settled.await.unwrap_or(Err(Failure::Abandoned))
}

/// One request to an object.
struct Visit<H: Host> {
    object: Object<H>,
    url: String,
    times: Times,
    /// The place of a client who waits for more.
    place: Cell<Option<Place>>,
}

impl<H: Host> Visit<H> {
    /// Whoever asks follows `stream` from `start` on.
    fn follow(&self, stream: Stream, start: Offset, cursor: Option<Interval>) -> Following {
        let cursor = ahead(self.object.limits(), self.object.now(), cursor).map(Interval::get);
        let (life, position) = (stream.generation, start.get());
        self.wait_at(Place { mode: Mode::Feed, life, position, seen: position, cursor, told: false });
        Following
    }

    /// Whoever asks waits for more, at this place.
    fn wait_at(&self, place: Place) {
        self.place.set(Some(place));
    }

    /// The moment at which the request is there as a whole.
    fn decoded(&self) -> UnixMs {
        let now = self.object.now();
        self.times.decoded(now);
        now
    }

    /// Waits until what was decided just now is committed, or found to be.
    async fn settle(&self, settled: Settled) -> Result<(), Failure> {
        self.times.staged(self.object.now());
        self.times.flown(settle(settled).await?);
        Ok(())
    }
}

impl<H: Host> stream::Service for Visit<H> {
    type Failure = Failure;
    type Events = Following;

    fn limits(&self) -> &Limits {
        self.object.limits()
    }

    fn failed(&self, failure: Failure) {
        self.object.report(&format!("answered 503: {failure}"));
    }

    async fn create(&self, request: stream::create::Request) -> Result<stream::create::Outcome, Failure> {
        create::handle(self, request).await
    }

    async fn append(&self, request: stream::append::Request) -> Result<stream::append::Outcome, Failure> {
        append::handle(self, request).await
    }

    async fn read(&self, request: stream::read::Request) -> Result<stream::read::Outcome, Failure> {
        read::handle(&self.object, &request).await
    }

    async fn poll(&self, request: stream::poll::Request) -> Result<stream::poll::Outcome, Failure> {
        poll::handle(self, &request).await
    }

    async fn tail(&self, request: stream::tail::Request) -> Result<stream::tail::Outcome<Following>, Failure> {
        tail::handle(self, &request).await
    }

    async fn attend(&self, request: stream::attend::Request) -> Result<stream::attend::Outcome<Following>, Failure> {
        attend::handle(self, &request).await
    }

    async fn describe(&self, request: stream::describe::Request) -> Result<stream::describe::Outcome, Failure> {
        describe::handle(&self.object, &request).await
    }

    async fn delete(&self, request: stream::delete::Request) -> Result<stream::delete::Outcome, Failure> {
        delete::handle(self, &request).await
    }
}
