//! One stream: the picture that this object has of it, and a handler for each endpoint of the spec.

mod append;
mod create;
mod delete;
mod describe;
pub(crate) mod live;
mod poll;
mod read;
mod tail;

use crate::feed::Feed;
use crate::host::{Database as _, Host, UnixMs};
use crate::log;
use crate::page::Page;
use crate::sequencer::{Flight, Sequencer, Settled};
use crate::stream::{Generation, Stream};
use crate::{Failure, Settings};
use spec::{Limits, Offset, ProducerId, stream};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::watch;

/// The object of one stream. Clones are handles to the same object.
pub struct Object<H: Host>(Rc<Inner<H>>);

impl<H: Host> Clone for Object<H> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Inner<H> {
    host: H,
    settings: Settings,
    path: Rc<str>,
    /// `None` until the stream has been loaded, and again whenever the picture of it may be wrong.
    sequencer: RefCell<Option<Sequencer>>,
    loading: tokio::sync::Mutex<()>,
    head: watch::Sender<Head>,
    readers: Cell<usize>,
}

/// How far a stream has come: what wakes those who wait for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    life: Option<Generation>,
    tail: u64,
    closed: bool,
}

/// Rows of each kind that one batch of a sweep removes.
const SWEEP_ROWS: u64 = 500;
/// Batches that one alarm spends on sweeping, so that it ends well before its time does.
const SWEEP_BATCHES: usize = 50;
/// How long after a deletion its rows are swept.
const SWEEP_DELAY_MS: UnixMs = 1_000;
/// How long after a failed alarm it is tried again.
const ALARM_RETRY_MS: UnixMs = 10_000;

impl<H: Host> Object<H> {
    /// The object of the stream at `path`. Nothing is loaded before it is asked for.
    pub fn new(host: H, settings: Settings, path: &str) -> Self {
        Self(Rc::new(Inner {
            host,
            settings,
            path: path.into(),
            sequencer: RefCell::new(None),
            loading: tokio::sync::Mutex::default(),
            head: watch::Sender::new(Head::default()),
            readers: Cell::new(0),
        }))
    }

    /// Answers a request to `url`, which is that of the stream.
    pub async fn serve(
        &self,
        url: String,
        source: &impl wire::Source,
        body: impl wire::Incoming,
    ) -> wire::Response<Feed> {
        stream::serve(&Visit { object: self.clone(), url }, source, body).await
    }

    /// Does what has become due: ends the stream once it has expired, and sweeps up after lives that have ended.
    ///
    /// # Errors
    /// [`Failure`], if something is left to do that has to be tried again. The alarm is set for that.
    pub async fn alarm(&self) -> Result<(), Failure> {
        let done = self.tidy().await;
        if done.is_err() {
            self.0.host.wake_by(self.now() + ALARM_RETRY_MS).await?;
        }
        done
    }

    async fn tidy(&self) -> Result<(), Failure> {
        let now = self.now();
        let (deletion, deadline) = self
            .with(None, |sequencer| match sequencer.staged_at(now) {
                (None, Some(_expired)) => (Some(self.stage(sequencer, crate::sequencer::Effect::Delete, None)), None),
                (stream, _) => (None, stream.and_then(Stream::deadline_ms)),
            })
            .await?;
        if let Some(deletion) = deletion {
            settle(deletion).await?;
        }
        for _ in 0..SWEEP_BATCHES {
            let outcomes = self.0.host.database().batch(log::sweep(&self.0.path, SWEEP_ROWS)).await?;
            if log::is_swept(&outcomes) {
                return match deadline {
                    Some(deadline) => Ok(self.0.host.wake_by(deadline).await?),
                    None => Ok(()),
                };
            }
        }
        Ok(self.0.host.wake_by(self.now() + SWEEP_DELAY_MS).await?)
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
                    let statements = vec![log::load_producer(&generation, id)];
                    let outcomes = self.0.host.database().batch(statements).await?;
                    let last = log::loaded_producer(outcomes.first())?;
                    if let Some(sequencer) = self.0.sequencer.borrow_mut().as_mut() {
                        sequencer.learn(&generation, id.clone(), last, self.limits());
                    }
                }
                _ => {
                    let outcomes = self.0.host.database().batch(log::load(&self.0.path, producer)).await?;
                    let stream = log::loaded_stream(outcomes.first())?;
                    let last = log::loaded_producer(outcomes.get(1))?;
                    let mut sequencer = Sequencer::new(self.0.path.clone(), stream.clone(), self.0.host.entropy());
                    if let (Some(stream), Some(id)) = (&stream, producer) {
                        sequencer.learn(&stream.generation, id.clone(), last, self.limits());
                    }
                    self.0.head.send_replace(Head::of(stream.as_ref()));
                    *self.0.sequencer.borrow_mut() = Some(sequencer);
                }
            }
        }
        Ok(())
    }

    fn missing(&self, producer: Option<&ProducerId>) -> Option<Missing> {
        let sequencer = self.0.sequencer.borrow();
        let Some(sequencer) = sequencer.as_ref() else { return Some(Missing::Stream) };
        let unknown = producer.is_some_and(|id| sequencer.producer(id).is_none());
        let generation = sequencer.staged().map(|stream| stream.generation.clone());
        generation.filter(|_| unknown).map(Missing::Producer)
    }

    /// Stages a change and sees to it that it gets on its way.
    fn stage(
        &self,
        sequencer: &mut Sequencer,
        effect: crate::sequencer::Effect,
        after: Option<Stream>,
    ) -> Settled {
        let settled = sequencer.stage(effect, after);
        if let Some(flight) = sequencer.take_off(self.limits()) {
            self.0.host.spawn(self.clone().fly(flight));
        }
        settled
    }

    /// Takes batches to the database, one after the other, until none is left.
    ///
    /// A batch that fails, or whose fate is unknown, takes the whole picture with it: what this object holds in memory
    /// may be wrong now, and the next request loads it anew. If the batch did arrive after all, or still does, then
    /// the fence sees to it that nothing decided on the old picture is written.
    async fn fly(self, mut flight: Flight) {
        loop {
            let outcome = self.0.host.database().batch(flight.batch.statements.clone()).await;
            let checked = outcome.map_err(Failure::from).and_then(|outcomes| flight.batch.check(&outcomes));
            let next = match checked {
                Ok(()) => self.land(flight),
                Err(failure) => return self.crash(&failure),
            };
            match next {
                Some(next) => flight = next,
                None => return,
            }
        }
    }

    fn land(&self, flight: Flight) -> Option<Flight> {
        let mut sequencer = self.0.sequencer.borrow_mut();
        let sequencer = sequencer.as_mut()?;
        let settled = sequencer.land(flight, self.limits());
        self.0.head.send_replace(Head::of(sequencer.committed()));
        for settled in settled {
            // Whoever waited may be gone.
            let _ = settled.send(Ok(()));
        }
        sequencer.take_off(self.limits())
    }

    fn crash(&self, failure: &Failure) {
        self.report(&format!("a batch failed: {failure}"));
        if let Some(sequencer) = self.0.sequencer.take() {
            sequencer.crash(failure);
        }
    }

    /// The committed stream for a reader, if it is alive. Reading it moves its deadline, and that is written down
    /// before there is an answer, unless the database knows of one late enough.
    async fn visit(&self, now: UnixMs) -> Result<Option<Stream>, Failure> {
        let (stream, touch) = self
            .with(None, |sequencer| {
                let stream = sequencer.committed_at(now).cloned();
                (stream, self.touch(sequencer, now))
            })
            .await?;
        if let Some(touch) = touch {
            settle(touch).await?;
        }
        Ok(stream)
    }

    /// The committed stream for a reader who is on a visit already, if it is alive.
    pub(crate) async fn look(&self) -> Result<Option<Stream>, Failure> {
        let now = self.now();
        self.with(None, |sequencer| sequencer.committed_at(now).cloned()).await
    }

    /// Moves a sliding deadline, and stages a new lease if it is due.
    fn touch(&self, sequencer: &mut Sequencer, now: UnixMs) -> Option<Settled> {
        let stream = sequencer.staged_at(now).0?;
        stream.touch(now);
        if !stream.lease_is_short() {
            return None;
        }
        let mut after = stream.clone();
        after.renew_lease();
        let effect = crate::sequencer::Effect::Extend { content: Vec::new(), producer: None };
        Some(self.stage(sequencer, effect, Some(after)))
    }

    /// A page of `stream` from `start` on, from memory if it is there, from the database otherwise.
    pub(crate) async fn page(&self, stream: &Stream, start: Offset) -> Result<Page, Failure> {
        let budget = self.limits().page;
        if start >= stream.tail {
            return Ok(Page::empty(stream, start));
        }
        if let Some(page) = self.remembered(stream, start, budget) {
            return page;
        }
        let statements = vec![log::page(&stream.generation, start, budget)];
        let outcomes = self.0.host.database().batch(statements).await?;
        Page::cut(stream, start, budget, log::loaded_chunks(outcomes.first())?.iter())
    }

    fn remembered(&self, stream: &Stream, start: Offset, budget: usize) -> Option<Result<Page, Failure>> {
        let sequencer = self.0.sequencer.borrow();
        let sequencer = sequencer.as_ref()?;
        // The memory is of the committed life, which may be another by now.
        sequencer.committed().filter(|committed| committed.generation == stream.generation)?;
        let chunks = sequencer.tail().from(start)?;
        Some(Page::cut(stream, start, budget, chunks))
    }
}

enum Missing {
    Stream,
    Producer(Generation),
}

impl Head {
    fn of(stream: Option<&Stream>) -> Self {
        match stream {
            None => Self::default(),
            Some(stream) => {
                Self { life: Some(stream.generation.clone()), tail: stream.tail.get(), closed: stream.closed }
            }
        }
    }

    /// Whether a reader of `stream`, who has everything up to `position`, should look again.
    fn concerns(&self, stream: &Stream, position: Offset) -> bool {
        self.life.as_ref() != Some(&stream.generation) || self.tail > position.get() || self.closed
    }
}

/// Waits until a change is committed.
async fn settle(settled: Settled) -> Result<(), Failure> {
    settled.await.unwrap_or(Err(Failure::Abandoned))
}

/// One request to an object.
struct Visit<H: Host> {
    object: Object<H>,
    url: String,
}

impl<H: Host> stream::Service for Visit<H> {
    type Failure = Failure;
    type Events = Feed;

    fn limits(&self) -> &Limits {
        self.object.limits()
    }

    fn failed(&self, failure: Failure) {
        self.object.report(&format!("answered 503: {failure}"));
    }

    async fn create(&self, request: stream::create::Request) -> Result<stream::create::Outcome, Failure> {
        create::handle(&self.object, &self.url, request).await
    }

    async fn append(&self, request: stream::append::Request) -> Result<stream::append::Outcome, Failure> {
        append::handle(&self.object, request).await
    }

    async fn read(&self, request: stream::read::Request) -> Result<stream::read::Outcome, Failure> {
        read::handle(&self.object, &request).await
    }

    async fn poll(&self, request: stream::poll::Request) -> Result<stream::poll::Outcome, Failure> {
        poll::handle(&self.object, &request).await
    }

    async fn tail(&self, request: stream::tail::Request) -> Result<stream::tail::Outcome<Feed>, Failure> {
        tail::handle(&self.object, &request).await
    }

    async fn describe(&self, request: stream::describe::Request) -> Result<stream::describe::Outcome, Failure> {
        describe::handle(&self.object, &request).await
    }

    async fn delete(&self, request: stream::delete::Request) -> Result<stream::delete::Outcome, Failure> {
        delete::handle(&self.object, &request).await
    }
}

/// How long the hold of a long-poll still lasts.
pub(crate) fn left(deadline: UnixMs, now: UnixMs) -> Duration {
    Duration::from_millis(deadline.saturating_sub(now))
}
