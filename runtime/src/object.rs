//! The Durable Object of one stream: its in-memory state, and one handler for each endpoint of the spec.

mod admin;
mod alarm;
mod append;
mod archive;
mod create;
mod delete;
mod describe;
mod fanout;
mod feed_facts;
mod fork;
mod intake;
mod long_poll;
mod measured;
mod pages;
mod read;
mod restore;
mod room;
mod sequencer;
mod sse;
mod subscribers;
mod text;
mod websocket;

use crate::budget::{Budget, Share};
use crate::fanout::bridge::{self, Envelope};
use crate::fanout::cursor::cursor_to_pass;
use crate::fanout::feed;
use crate::fanout::names::Names;
use crate::fanout::reader::{Mode, PositionForm, ReaderState, Readers};
use crate::host::deadline::{Bounded, no_answer, within};
use crate::host::meter::{Meter, Metered};
use crate::host::{Bucket, Database, Host, HostError, UnixMs, Upload, milliseconds};
use crate::metrics::Operation;
use crate::sequencer::times::Times;
use crate::sequencer::{BatchTimes, Effect, Sequencer, Settled};
use crate::stream::Stream;
use crate::stream::fork::{Answer, Message};
use crate::stream::rest::Rest;
use crate::stream::tag::Tag;
use crate::{Event, Level, Report};
use crate::{Failure, Settings};
use alarm::Alarm;
use archive::backoff::Backoff;
use archive::offload::Unreferenced;
use archive::spool::Spool;
use fanout::hold_poll::HeldPolls;
use intake::Intake;
use pages::PrefetchedPage;
pub(crate) use read::outcome as page_outcome;
use restore::Restoring;
use sequencer::lookup::Lookups;
use spec::{Cursor, Limits, Offset, OffsetOrSentinel, ProducerId, StreamState, stream};
use std::cell::{Cell, OnceCell, RefCell};
use std::fmt::Display;
use std::rc::Rc;
use std::time::Duration;
use subscribers::Roster;
use wire::Asked;

/// The Durable Object of one stream. Clones are handles to the same one. The handle of a read has a meter, which its clones lack, so that
/// tasks for other requests don't count.
pub struct Object<H: Host>(Rc<Inner<H>>, Option<Rc<Meter>>);

impl<H: Host> Clone for Object<H> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), None)
    }
}

struct Inner<H: Host> {
    host: H,
    settings: Rc<Settings>,
    /// The memory budget shared by all Durable Objects of the isolate.
    budget: Budget,
    path: Rc<str>,
    /// `None` until the stream has been loaded, and again after its in-memory state was discarded.
    sequencer: RefCell<Option<Sequencer>>,
    lookups: Lookups,
    /// When the first change was staged that waits for the next batch.
    staged_at: Cell<Option<UnixMs>>,
    /// How far the database's clock was ahead of this Durable Object's when the stream was last loaded. The value can
    /// be too large by the duration of that load, but no more.
    clock_ahead_ms: Cell<i64>,
    readers: RefCell<Readers<H::Socket>>,
    held_polls: HeldPolls,
    /// Whether a background task is serving the readers that exceed one turn.
    serving: Cell<bool>,
    /// Whether saving the readers' attachments is scheduled.
    save_scheduled: Cell<bool>,
    alarm: Alarm,
    subscribers: Roster,
    /// Delays the next attempt to poke subscribers after a failure.
    poke_backoff: Backoff,
    /// Held while rows or segments are moved in R2, and during a restore.
    compacting: tokio::sync::Mutex<()>,
    /// Held while the data of deleted generations is swept, and during a restore.
    sweeping: tokio::sync::Mutex<()>,
    /// Time for which the alarm is set to move rows.
    offload_due: Cell<Option<UnixMs>>,
    /// Delays the next attempt to move rows and segments after a failure.
    backoff: Backoff,
    /// The segment that was put last, if this Durable Object has not seen a row that names it.
    unreferenced: RefCell<Option<Unreferenced>>,
    /// Whether there may be enough small segments to merge.
    may_need_merge: Cell<bool>,
    restoring: Restoring,
    /// The last error that was logged: when, which, and why.
    last_failure: RefCell<Option<(UnixMs, Event, String)>>,
}

/// The response of a Durable Object, and how it continues.
pub struct Served<H: Host> {
    /// The response. For a waiting long-poll client, the response if nothing arrives in time.
    pub response: wire::Response<Following>,
    /// Data that follows the response's body.
    pub rest: Option<Rest<Object<H>>>,
    /// The read position of a client that waits for more. Unless [`Object::hold_poll`] returns a response, the caller
    /// must pass it to [`Object::accept_reader`] with a socket immediately.
    pub reader_state: Option<ReaderState>,
}

/// The body of a response that continues: the data arrives through the socket of its reader.
#[derive(Debug)]
pub struct Following;

/// Delay after the end of a stream until the alarm cleans up, unless that has been done before.
const CLEAN_UP_DELAY_MS: UnixMs = 1_000;

/// Maximum interval at which a Durable Object that waits for memory checks for it.
const PAUSE_MAX: Duration = Duration::from_millis(100);

impl<H: Host> Object<H> {
    /// The Durable Object of the stream at `path`, which takes its memory from `budget`. The first request loads the
    /// stream.
    pub fn new(host: H, settings: Rc<Settings>, budget: Budget, path: &str) -> Self {
        let readers = Readers::restore(host.sockets());
        let inner = Rc::new(Inner {
            host,
            settings,
            budget,
            path: path.into(),
            sequencer: RefCell::new(None),
            lookups: Lookups::default(),
            staged_at: Cell::default(),
            clock_ahead_ms: Cell::default(),
            readers: RefCell::new(readers),
            held_polls: HeldPolls::default(),
            serving: Cell::default(),
            save_scheduled: Cell::default(),
            alarm: Alarm::default(),
            subscribers: Roster::default(),
            poke_backoff: Backoff::default(),
            compacting: tokio::sync::Mutex::default(),
            sweeping: tokio::sync::Mutex::default(),
            offload_due: Cell::default(),
            backoff: Backoff::default(),
            unreferenced: RefCell::default(),
            may_need_merge: Cell::new(true),
            restoring: Restoring::default(),
            last_failure: RefCell::default(),
        });
        Self(inner, None)
    }

    /// Handles a request for the stream, for its restoration or of its operator. `origin` is the scheme and the host of the request's
    /// URL.
    pub async fn serve(&self, origin: String, source: &impl wire::Source, body: impl Upload) -> Served<H> {
        let arrived = self.now();
        let times = Times::new(arrived);
        let context = RequestContext::new(self.clone(), origin, Names::at(source.path()), times);
        let body = Intake::new(&context, source, body);
        let path = source.path();
        let mut response = if spec::restoration::PathTo::read(path).is_ok() {
            spec::restoration::serve(&context, source, body).await
        } else if spec::administration::PathTo::read(path).is_ok() {
            spec::administration::serve(&context, source, body).await
        } else {
            spec::stream::serve(&context, source, body).await
        };
        let reader_state = context.reader_state.take();
        let rest = context.measure(&response, reader_state.as_ref(), arrived);
        // The total time of a waiting client is added when it gets its response.
        if reader_state.as_ref().is_none_or(|reader_state| !reader_state.mode.is_poll()) {
            spec::every::server_timing(&mut response, &context.times.at(self.now()));
        }
        Served { response, rest, reader_state }
    }

    /// Whether the caller holds the only handle: no request, batch or task is running.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        Rc::strong_count(&self.0) == 1
    }

    /// Retries `take` on the isolate's budget until it succeeds. Returns `None` if it does not within `time`.
    async fn wait_for<T>(&self, time: Duration, mut take: impl FnMut(&Budget) -> Option<T>) -> Option<T> {
        let (mut left, mut pause) = (time, Duration::from_millis(5));
        loop {
            let taken = take(&self.0.budget);
            if taken.is_some() || left.is_zero() {
                return taken;
            }
            pause = pause.min(left);
            self.0.host.sleep(pause).await;
            (left, pause) = (left - pause, (2 * pause).min(PAUSE_MAX));
        }
    }

    /// The database of this stream.
    fn database(&self) -> impl Database + '_ {
        self.database_of(&self.0.path)
    }

    /// The database of the stream at `path`.
    fn database_of(&self, path: &str) -> impl Database + '_ {
        let sleep = |wait| self.0.host.sleep(wait);
        let database = Bounded::new(self.0.host.database(path), self.limits().database_wait, sleep);
        Metered::new(database, self.1.as_deref())
    }

    fn bucket(&self) -> impl Bucket + '_ {
        Bounded::new(self.0.host.bucket(), self.limits().bucket_wait, |wait| self.0.host.sleep(wait))
    }

    /// Sends a message to the Durable Object of the stream at `path`, and returns its answer.
    async fn call(&self, path: &str, message: Message) -> Result<Answer, Failure> {
        let wait = self.limits().object_wait;
        let message = bridge::write(&Envelope { path: path.to_owned(), message })
            .map_err(|error| HostError(error.to_string()))?;
        let answer = within(self.0.host.sleep(wait), self.0.host.call(path, message)).await;
        let answer = answer.unwrap_or_else(|| Err(HostError(no_answer(wait))))?;
        Ok(bridge::read(&answer).map_err(|error| HostError(error.to_string()))?)
    }

    /// The time until which a transaction sent now may take effect, by the database's clock.
    fn commit_deadline(&self) -> UnixMs {
        let now = self.now().saturating_add_signed(self.0.clock_ahead_ms.get());
        now.saturating_add(milliseconds(self.limits().transaction_validity))
    }

    /// Maximum time from sending a transaction until it can take effect, with a margin for differing clocks. The alarm
    /// runs again after this time, for the effects of late transactions.
    fn late_commit_ms(&self) -> UnixMs {
        2 * milliseconds(self.limits().transaction_validity)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.settings.limits
    }

    pub(crate) fn report(&self, event: Event, cause: &dyn Display) {
        // The state can be in use where the event happens.
        let sequencer = self.0.sequencer.try_borrow();
        let stream = sequencer.as_ref().ok().and_then(|sequencer| sequencer.as_ref()?.committed());
        let generation = stream.map(|stream| stream.generation.0.clone());
        let cause = cause.to_string();
        if event.level() != Level::Info {
            self.0.last_failure.replace(Some((self.now(), event, cause.clone())));
        }
        self.0.host.report(&Report { event, path: Some(&self.0.path), generation, cause });
    }

    pub(crate) fn now(&self) -> UnixMs {
        self.0.host.now()
    }

    /// Calls `decide` with the stream's in-memory state, after loading the stream and `producer` if needed.
    ///
    /// There is no await between the check that both are loaded and the decision, nor within the decision.
    async fn with<T>(
        &self,
        producer: Option<&ProducerId>,
        decide: impl FnOnce(&mut Sequencer) -> T,
    ) -> Result<T, Failure> {
        self.load(producer, None).await?;
        let mut sequencer = self.0.sequencer.borrow_mut();
        let sequencer = sequencer.as_mut().ok_or(Failure::Abandoned)?;
        self.touch_if_read(sequencer);
        Ok(decide(sequencer))
    }

    /// Returns the committed stream, and rows of a page at `position` if the stream had to be loaded.
    async fn read_and_touch_at(
        &self,
        position: OffsetOrSentinel,
        now: UnixMs,
    ) -> Result<(StreamState, Option<Stream>, Option<PrefetchedPage>), Failure> {
        let from = match position {
            OffsetOrSentinel::At(from) => Some(from),
            OffsetOrSentinel::Start => Offset::new(0),
            OffsetOrSentinel::Tail => None,
        };
        let prefetched = self.load(None, from).await?;
        let (state, stream) = self.read_and_touch(now).await?;
        Ok((state, stream, prefetched))
    }

    /// Returns the committed stream. Reading moves a sliding deadline. The new deadline is saved before the response
    /// unless the database has one that is late enough.
    async fn read_and_touch(&self, now: UnixMs) -> Result<(StreamState, Option<Stream>), Failure> {
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

    /// Returns the committed stream without moving its deadline.
    pub(crate) async fn peek(&self) -> Result<(StreamState, Option<Stream>), Failure> {
        let now = self.now();
        self.with(None, |sequencer| {
            let (state, stream) = sequencer.committed_at(now);
            (state, stream.cloned())
        })
        .await
    }

    /// Moves a sliding deadline, and stages a new stored deadline if it is due.
    fn touch(&self, sequencer: &mut Sequencer, now: UnixMs) -> Option<Settled> {
        let stream = sequencer.staged_at(now).1?;
        stream.touch(now);
        if !stream.stored_deadline_is_early() {
            return None;
        }
        let mut after = stream.clone();
        after.renew_stored_deadline();
        Some(self.stage(sequencer, Effect::metadata_only(), Some(after)))
    }
}

/// The response to a precondition that does not hold for the stream.
fn precondition_failed(stream: Option<&Stream>) -> stream::PreconditionFailed {
    stream::PreconditionFailed {
        stream_next_offset: stream.map(|stream| stream.tail),
        stream_closed: stream.is_some_and(|stream| stream.closed),
        etag: stream.map(|stream| Tag::whole(stream).write()),
    }
}

/// Waits until a change is committed.
async fn settle(settled: Settled) -> Result<BatchTimes, Failure> {
    settled.await.unwrap_or(Err(Failure::Abandoned))
}

/// One request to a Durable Object.
struct RequestContext<H: Host> {
    object: Object<H>,
    /// The scheme and the host of the request's URL.
    origin: String,
    /// The names of the resource that the request goes to.
    names: Names,
    times: Times,
    /// The handle of a read without `live`, with a meter.
    read: OnceCell<Object<H>>,
    /// The kind of a live read.
    live: Cell<Option<Operation>>,
    /// The read position of a client that waits for more.
    reader_state: Cell<Option<ReaderState>>,
    /// Data that follows the body of the response.
    rest: Cell<Option<Rest<Object<H>>>>,
    /// The memory of the request's body.
    share: Cell<Option<Share>>,
    /// The part of the request's body that is already in R2.
    spool: RefCell<Option<Spool<H>>>,
    /// The error that ended the reading of the body.
    failed: RefCell<Option<Failure>>,
}

impl<H: Host> RequestContext<H> {
    fn new(object: Object<H>, origin: String, names: Names, times: Times) -> Self {
        let (reader_state, rest, share) = (Cell::default(), Cell::default(), Cell::default());
        let (read, live, spool, failed) = (OnceCell::new(), Cell::default(), RefCell::default(), RefCell::default());
        Self { object, origin, names, times, read, live, reader_state, rest, share, spool, failed }
    }

    /// Takes the spooled part of the body.
    ///
    /// # Errors
    /// [`Failure`], if reading the body failed.
    fn spooled(&self) -> Result<Option<Spool<H>>, Failure> {
        self.failed.take().map_or_else(|| Ok(self.spool.take()), Err)
    }

    /// Sets the data that follows the response's body.
    fn goes_on(&self, rest: Option<Rest<Object<H>>>) {
        self.rest.set(rest);
    }

    /// Makes the client a feed reader of `stream` from `start` on.
    fn follow(&self, stream: Stream, start: Offset, cursor: Option<Cursor>) -> Following {
        let cursor = cursor_to_pass(self.object.limits(), self.object.now(), start, cursor).map(Cursor::get);
        let (position, base64) = (feed::begin(&stream, start).get(), feed::is_base64(&stream));
        let (mode, generation) = (Mode::Feed, stream.generation);
        self.wait_at(ReaderState {
            mode,
            generation,
            position,
            seen: position,
            cursor,
            form: PositionForm::Offset,
            position_sent: false,
            current: false,
            base64,
        });
        Following
    }

    /// Makes the client wait for more at this read position.
    fn wait_at(&self, reader_state: ReaderState) {
        self.reader_state.set(Some(reader_state));
    }

    /// Records that the request has been received completely, and returns that time.
    fn decoded(&self) -> UnixMs {
        let now = self.object.now();
        self.times.decoded(now);
        now
    }

    /// Waits until every change that the decision made or relied on is committed, and records the times.
    async fn settle(&self, settled: Settled) -> Result<(), Failure> {
        self.times.staged(self.object.now());
        self.times.committed(settle(settled).await?);
        Ok(())
    }
}

impl<H: Host> stream::Service for RequestContext<H> {
    type Failure = Failure;
    type Events = Following;

    fn limits(&self) -> &Limits {
        self.object.limits()
    }

    fn failed(&self, failure: Failure) -> String {
        self.object.report(failure.event(), &failure);
        failure.client_detail()
    }

    async fn create(&self, request: Asked<stream::create::Request>) -> Result<stream::create::Outcome, Failure> {
        create::handle(self, request).await
    }

    async fn append(&self, request: Asked<stream::append::Request>) -> Result<stream::append::Outcome, Failure> {
        append::handle(self, request).await
    }

    async fn read(&self, request: Asked<stream::read::Request>) -> Result<stream::read::Outcome, Failure> {
        read::handle(self, request).await
    }

    async fn long_poll(
        &self,
        request: Asked<stream::long_poll::Request>,
    ) -> Result<stream::long_poll::Outcome, Failure> {
        self.live.set(Some(Operation::LongPoll));
        long_poll::handle(self, request).await
    }

    async fn sse(&self, request: Asked<stream::sse::Request>) -> Result<stream::sse::Outcome<Following>, Failure> {
        self.live.set(Some(Operation::Sse));
        sse::handle(self, request).await
    }

    async fn websocket(
        &self,
        request: Asked<stream::websocket::Request>,
    ) -> Result<stream::websocket::Outcome<Following>, Failure> {
        self.live.set(Some(Operation::Websocket));
        websocket::handle(self, request).await
    }

    async fn describe(&self, request: Asked<stream::describe::Request>) -> Result<stream::describe::Outcome, Failure> {
        describe::handle(&self.object, request).await
    }

    async fn delete(&self, request: Asked<stream::delete::Request>) -> Result<stream::delete::Outcome, Failure> {
        delete::handle(self, request).await
    }
}
