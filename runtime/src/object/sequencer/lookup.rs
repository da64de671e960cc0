//! Loading data that is not in memory: the stream, or some of its producers.
//!
//! At most one look-up runs at a time, for all requests that wait when it starts. They share its result, even a
//! failure. Otherwise the last of many requests would wait for as many failures in a row.

use crate::Failure;
use crate::budget::Purpose;
use crate::fanout::tail::TailCache;
use crate::host::deadline::{no_answer, within};
use crate::host::{Database as _, Host, Outcome, Statement};
use crate::log;
use crate::object::Object;
use crate::object::pages::PrefetchedPage;
use crate::sequencer::Sequencer;
use crate::stream::{Fence, Generation};
use spec::{Offset, ProducerId};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use tokio::sync::oneshot;

/// Maximum number of look-ups per request. A look-up is repeated if its result is discarded before the request can use
/// it.
const ATTEMPTS_MAX: usize = 5;

/// Maximum number of producers in one look-up.
const PRODUCERS_MAX: usize = 256;

/// The requests that wait for a look-up.
#[derive(Default)]
pub struct Lookups {
    waiting: RefCell<Vec<Wanted>>,
    /// Whether a task is serving them.
    runs: Cell<bool>,
}

/// The data that one request waits for.
struct Wanted {
    producer: Option<ProducerId>,
    /// Start of a page, whose rows are fetched in the same round trip as the stream.
    from: Option<Offset>,
    found: oneshot::Sender<Result<Option<PrefetchedPage>, Failure>>,
}

/// Data that is not in memory.
enum Missing {
    Stream,
    Producer,
}

impl<H: Host> Object<H> {
    /// Loads the stream and the producer if they are not in memory. If the stream is loaded, returns the rows of a page
    /// that begins at `from`.
    ///
    /// When it returns, both are in memory, and no other code has run since that was checked.
    ///
    /// # Errors
    /// [`Failure`] of the look-up. [`Failure::Abandoned`], if too many requests wait or the result was discarded on
    /// each attempt.
    pub(in crate::object) async fn load(
        &self,
        producer: Option<&ProducerId>,
        from: Option<Offset>,
    ) -> Result<Option<PrefetchedPage>, Failure> {
        let mut prefetched = None;
        for _ in 0..ATTEMPTS_MAX {
            if self.missing(producer).is_none() {
                return Ok(prefetched);
            }
            let found = self.0.lookups.wait(producer.cloned(), from, self.limits().queue + self.limits().readers)?;
            if !self.0.lookups.runs.replace(true) {
                // A look-up for several requests is counted for the first.
                self.0.host.spawn(self.with_same_meter().look_up());
            }
            prefetched = found.await.unwrap_or(Err(Failure::Abandoned))?;
        }
        if self.missing(producer).is_none() { Ok(prefetched) } else { Err(Failure::Abandoned) }
    }

    /// Whether the stream is not in memory.
    pub(in crate::object) fn is_unloaded(&self) -> bool {
        self.missing(None).is_some()
    }

    fn missing(&self, producer: Option<&ProducerId>) -> Option<Missing> {
        let sequencer = self.0.sequencer.borrow();
        let Some(sequencer) = sequencer.as_ref() else {
            return Some(Missing::Stream);
        };
        producer.filter(|id| sequencer.producer(id).is_none()).map(|_| Missing::Producer)
    }

    /// Runs look-ups until no request waits for one.
    async fn look_up(self) {
        loop {
            let (missing, found): (Vec<_>, Vec<_>) =
                self.0.lookups.take().into_iter().partition(|wanted| self.missing(wanted.producer.as_ref()).is_some());
            found.into_iter().for_each(|wanted| wanted.resolve(Ok(None)));
            if missing.is_empty() {
                self.0.lookups.runs.set(false);
                return;
            }
            match self.look_up_for(&missing).await {
                Ok(mut prefetched) => missing.into_iter().for_each(|wanted| {
                    let prefetched = if wanted.from.is_some() { prefetched.take() } else { None };
                    wanted.resolve(Ok(prefetched));
                }),
                Err(failure) => {
                    let late = self.0.lookups.take();
                    missing.into_iter().chain(late).for_each(|wanted| wanted.resolve(Err(failure.clone())));
                }
            }
        }
    }

    /// Makes one round trip for the stream, if it is not in memory, and the producers.
    async fn look_up_for(&self, wanted: &[Wanted]) -> Result<Option<PrefetchedPage>, Failure> {
        // `extend` inserts one by one. `collect` sorts first, which is much more code.
        let mut ids = BTreeSet::new();
        ids.extend(wanted.iter().filter_map(|wanted| wanted.producer.as_ref()));
        let ids: Vec<_> = ids.into_iter().take(PRODUCERS_MAX).collect();
        if self.is_unloaded() {
            let from = wanted.iter().find_map(|wanted| wanted.from);
            return self.look_up_stream(&ids, from).await;
        }
        let generation = self.staged_generation();
        let outcomes = self.database().batch(log::load_producers(&self.0.path, &ids)).await?;
        self.learn(generation.as_ref(), log::loaded_fence(&outcomes)?.as_ref(), &ids, &outcomes)?;
        Ok(None)
    }

    async fn look_up_stream(
        &self,
        ids: &[&ProducerId],
        from: Option<Offset>,
    ) -> Result<Option<PrefetchedPage>, Failure> {
        let mut statements = log::load(&self.0.path);
        let about_stream = statements.len();
        statements.extend(if ids.is_empty() { Vec::new() } else { log::load_producers(&self.0.path, ids) });
        let with_producers = statements.len();
        // Without memory for a page, only the stream is loaded.
        let room = || self.0.budget.take(Purpose::Page, self.limits().page);
        let sought = from.and_then(|from| Some((from, room()?)));
        let page = sought.as_ref().map(|(from, _)| log::page_at(&self.0.path, *from, self.limits().page));
        statements.extend(page.into_iter().flatten());
        let sent = self.now();
        let mut outcomes = self.batch_of_confirmed(statements).await?;
        let page = outcomes.split_off(with_producers.min(outcomes.len()));
        let producers = outcomes.split_off(about_stream.min(outcomes.len()));
        let (mut stream, subscribed) = (log::loaded_stream(&outcomes)?, log::loaded_subscribed(&outcomes)?);
        if let Some(unread) = stream.as_mut().filter(|stream| stream.text.is_none()) {
            // Only old streams need this, and its future is large.
            unread.text = Some(Box::pin(self.read_text(unread)).await?);
        }
        self.0.clock_ahead_ms.set(log::loaded_clock(outcomes.get(2))?.cast_signed() - sent.cast_signed());
        let prefetched =
            stream.as_ref().zip(sought).map(|(stream, (from, share))| PrefetchedPage::of(stream, from, page, share));
        let fence = stream.as_ref().map(|stream| stream.fence.clone());
        let generation = stream.as_ref().map(|stream| stream.generation.clone());
        let updated_ms = stream.as_ref().map(|stream| stream.updated_ms);
        self.schedule_offload(stream.as_ref());
        let ended = log::loaded_tombstone(&outcomes)?;
        let tail = TailCache::new(self.0.budget.clone());
        let unsaved = log::loaded_recent_producers(&outcomes)?;
        let mut sequencer = Sequencer::new(self.0.path.clone(), stream, ended, tail, self.0.host.entropy());
        sequencer.learn_unsaved(unsaved);
        *self.0.sequencer.borrow_mut() = Some(sequencer);
        if let Some((subscribed, updated_ms)) = subscribed.zip(updated_ms) {
            self.load_subscribers(subscribed, updated_ms);
        }
        self.learn(generation.as_ref(), fence.as_ref(), ids, &producers)?;
        self.serve_readers();
        Ok(prefetched)
    }

    /// Executes statements and confirms that the binding leads to the expected database.
    pub(in crate::object) async fn batch_of_confirmed(
        &self,
        mut statements: Vec<Statement>,
    ) -> Result<Vec<Outcome>, Failure> {
        let (databases, path, wait) = (self.0.host.databases(), &self.0.path, self.limits().database_wait);
        statements.push(log::identity());
        let outcomes = self.database().batch(statements).await;
        let mut outcomes = outcomes.map_err(|error| databases.explain(path, error))?;
        let identity = outcomes.pop();
        let confirmed = within(self.0.host.sleep(wait), databases.confirm(path, identity.as_ref())).await;
        confirmed.unwrap_or_else(|| Err(Failure::Database(no_answer(wait))))?;
        Ok(outcomes)
    }

    fn staged_generation(&self) -> Option<Generation> {
        let sequencer = self.0.sequencer.borrow();
        sequencer.as_ref()?.staged().map(|stream| stream.generation.clone())
    }

    /// Adds producers to the in-memory state. If the fence has changed, the state is outdated and is discarded instead.
    fn learn(
        &self,
        generation: Option<&Generation>,
        fence: Option<&Fence>,
        ids: &[&ProducerId],
        outcomes: &[crate::host::Outcome],
    ) -> Result<(), Failure> {
        let mut producers = log::loaded_producers(outcomes)?;
        let mut sequencer = self.0.sequencer.borrow_mut();
        let (Some(loaded), Some(generation)) = (sequencer.as_mut(), generation) else { return Ok(()) };
        if !loaded.expects_fence(fence) {
            drop(sequencer);
            self.discard_state(&Failure::FenceMismatch);
            return Ok(());
        }
        // Evict first, so that the waiting requests find the producers that were loaded for them.
        loaded.evict_producers(self.limits().producers);
        for id in ids {
            loaded.learn(generation, (*id).clone(), producers.remove(*id));
        }
        Ok(())
    }
}

impl Lookups {
    fn wait(
        &self,
        producer: Option<ProducerId>,
        from: Option<Offset>,
        most: usize,
    ) -> Result<oneshot::Receiver<Result<Option<PrefetchedPage>, Failure>>, Failure> {
        let mut waiting = self.waiting.borrow_mut();
        if waiting.len() >= most {
            return Err(Failure::Abandoned);
        }
        let (sender, found) = oneshot::channel();
        waiting.push(Wanted { producer, from, found: sender });
        Ok(found)
    }

    fn take(&self) -> Vec<Wanted> {
        self.waiting.take()
    }
}

impl Wanted {
    fn resolve(self, found: Result<Option<PrefetchedPage>, Failure>) {
        // The request may have been canceled.
        let _ = self.found.send(found);
    }
}
