//! Looking up what an object does not have in memory: its stream, or some of its producers.
//!
//! One look-up is under way at a time, for everyone who waits when it begins. All of them share its result, a failure
//! included: if each tried again by itself, the last of many would wait for as many failures in a row.

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

/// How often a request looks up what it needs, if that is lost again before the request has its turn.
const ATTEMPTS: usize = 5;

/// Maximum number of producers in one look-up.
const PRODUCERS: usize = 256;

/// Those who wait for a look-up.
#[derive(Default)]
pub struct Lookups {
    waiting: RefCell<Vec<Wanted>>,
    /// Whether a task takes care of them.
    runs: Cell<bool>,
}

/// What one request waits for.
struct Wanted {
    producer: Option<ProducerId>,
    /// Where a page would begin, for which rows can be fetched in the same round trip as the stream.
    from: Option<Offset>,
    found: oneshot::Sender<Result<Option<PrefetchedPage>, Failure>>,
}

/// What an object does not have in memory.
enum Missing {
    Stream,
    Producer,
}

impl<H: Host> Object<H> {
    /// Looks up what is missing and, if that is the stream, what a page is made of that begins at `from`.
    ///
    /// When it returns, nothing is missing, and nothing else has run since that was seen.
    ///
    /// # Errors
    /// [`Failure`] of the look-up, or [`Failure::Abandoned`] if too many wait, or what was found was lost again each time.
    pub(in crate::object) async fn load(
        &self,
        producer: Option<&ProducerId>,
        from: Option<Offset>,
    ) -> Result<Option<PrefetchedPage>, Failure> {
        let mut prefetched = None;
        for _ in 0..ATTEMPTS {
            if self.missing(producer).is_none() {
                return Ok(prefetched);
            }
            let found = self.0.lookups.wait(producer.cloned(), from, self.limits().queue + self.limits().readers)?;
            if !self.0.lookups.runs.replace(true) {
                self.0.host.spawn(self.clone().look_up());
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

    /// Looks up what is waited for, until nobody waits.
    async fn look_up(self) {
        loop {
            let (missing, found): (Vec<_>, Vec<_>) =
                self.0.lookups.take().into_iter().partition(|wanted| self.missing(wanted.producer.as_ref()).is_some());
            found.into_iter().for_each(|wanted| wanted.tell(Ok(None)));
            if missing.is_empty() {
                self.0.lookups.runs.set(false);
                return;
            }
            match self.look_up_for(&missing).await {
                Ok(mut prefetched) => missing.into_iter().for_each(|wanted| {
                    let prefetched = if wanted.from.is_some() { prefetched.take() } else { None };
                    wanted.tell(Ok(prefetched));
                }),
                Err(failure) => {
                    let late = self.0.lookups.take();
                    missing.into_iter().chain(late).for_each(|wanted| wanted.tell(Err(failure.clone())));
                }
            }
        }
    }

    /// One round trip: the stream, if it is missing, and the producers.
    async fn look_up_for(&self, wanted: &[Wanted]) -> Result<Option<PrefetchedPage>, Failure> {
        let ids: BTreeSet<_> = wanted.iter().filter_map(|wanted| wanted.producer.as_ref()).collect();
        let ids: Vec<_> = ids.into_iter().take(PRODUCERS).collect();
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
        // Without memory for a page, the stream alone is looked up, and the page once there is some.
        let room = || self.0.budget.take(Purpose::Page, self.limits().page);
        let sought = from.and_then(|from| Some((from, room()?)));
        let page = sought.as_ref().map(|(from, _)| log::page_at(&self.0.path, *from, self.limits().page));
        statements.extend(page.into_iter().flatten());
        let sent = self.now();
        let mut outcomes = self.batch_of_confirmed(statements).await?;
        let page = outcomes.split_off(with_producers.min(outcomes.len()));
        let producers = outcomes.split_off(about_stream.min(outcomes.len()));
        let mut stream = log::loaded_stream(&outcomes)?;
        if let Some(unread) = stream.as_mut().filter(|stream| stream.text.is_none()) {
            // Reading takes a large future, which only old streams need.
            unread.text = Some(Box::pin(self.read_text(unread)).await?);
        }
        self.0.clock_ahead_ms.set(log::loaded_clock(&outcomes)?.cast_signed() - sent.cast_signed());
        let prefetched =
            stream.as_ref().zip(sought).map(|(stream, (from, share))| PrefetchedPage::of(stream, from, page, share));
        let fence = stream.as_ref().map(|stream| stream.fence.clone());
        let generation = stream.as_ref().map(|stream| stream.generation.clone());
        self.notice(stream.as_ref());
        let ended = log::loaded_tombstone(&outcomes)?;
        let tail = TailCache::new(self.0.budget.clone());
        let sequencer = Sequencer::new(self.0.path.clone(), stream, ended, tail, self.0.host.entropy());
        *self.0.sequencer.borrow_mut() = Some(sequencer);
        self.learn(generation.as_ref(), fence.as_ref(), ids, &producers)?;
        self.serve_readers();
        Ok(prefetched)
    }

    /// Executes statements, unless the database is not the one that its binding says.
    async fn batch_of_confirmed(&self, mut statements: Vec<Statement>) -> Result<Vec<Outcome>, Failure> {
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

    /// Adds producers to what is known, unless they are of something newer than the stream is known to be.
    fn learn(
        &self,
        generation: Option<&Generation>,
        fence: Option<&Fence>,
        ids: &[&ProducerId],
        outcomes: &[crate::host::Outcome],
    ) -> Result<(), Failure> {
        let mut producers = log::loaded_producers(outcomes)?;
        let mut sequencer = self.0.sequencer.borrow_mut();
        let (Some(known), Some(generation)) = (sequencer.as_mut(), generation) else { return Ok(()) };
        if !known.expects_fence(fence) {
            drop(sequencer);
            self.discard_state(&Failure::Overtaken);
            return Ok(());
        }
        // Before, so that those who wait find what was looked up for them.
        known.evict_producers(self.limits().producers);
        for id in ids {
            known.learn(generation, (*id).clone(), producers.remove(*id));
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
    fn tell(self, found: Result<Option<PrefetchedPage>, Failure>) {
        // The request may have been canceled.
        let _ = self.found.send(found);
    }
}
