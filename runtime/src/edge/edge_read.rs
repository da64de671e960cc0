//! Catch-up reads that the edge serves from R2 segments, so that they don't load the stream's Durable Object.
//!
//! A segment never changes, and its row is deleted with the stream. A page within a segment therefore needs the stream's row, the
//! segment's row and one R2 object. The data after it, up to the tail, needs only rows of the same generation. They are committed
//! before any client can see that tail.
//!
//! The edge leaves these requests to the Durable Object:
//!
//! - conditional reads, and reads without an offset,
//! - reads of a stream with a TTL, because reading renews it,
//! - reads of a fork with inherited data, of a soft-deleted stream, and of an expired one,
//! - reads that start in the log,
//! - reads for which D1 or R2 fails.
//!
//! The stream's row is read from the primary database for every response. Otherwise the edge could serve a deleted stream, or an old
//! tail to a client that has just written. The row of a segment is cached, and used only for the generation in the stream's row.

use crate::archive::cold::{self, Cold};
use crate::archive::indexes::{Indexes, Named};
use crate::failure::Unreadable;
use crate::host::deadline::Bounded;
use crate::host::meter::{Meter, Metered};
use crate::host::{Bucket, Database, HostError, UnixMs};
use crate::log;
use crate::log::extent::Extent;
use crate::metrics::{Operation, Point};
use crate::object::page_outcome;
use crate::stream::page::{Page, PageBuilder};
use crate::stream::rest::{Pages, Rest, SentRead};
use crate::stream::shift::Shift;
use crate::stream::{Generation, Stream};
use crate::{Databases, Event, Failure, Report, Settings};
use segment::{Damage, Index};
use spec::{Lifetime, Offset, OffsetOrSentinel, field};
use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;
use subscriptions::KeyRecord;
use wire::{Inputs, Response, Source};

/// How long the end of a stream's cold part is cached, in milliseconds. During that time, reads of the hot part go directly to the
/// Durable Object.
const COLD_END_CACHED_MS: UnixMs = 60_000;

/// Maximum number of streams in the cache. When exceeded, the cache is cleared.
const CACHED_STREAMS_MAX: usize = 10_000;

/// The stores that the edge reads from.
pub trait Stores {
    /// The type of a database.
    type Database: Database;
    /// The type of the bucket with the segments.
    type Bucket: Bucket;

    /// All databases.
    fn databases(&self) -> &Databases<Self::Database>;

    /// The bucket.
    fn bucket(&self) -> &Self::Bucket;

    /// Waits for `time`.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()>;

    /// Sends a message to the Durable Object of the stream at `path`, and returns its answer.
    ///
    /// # Errors
    /// [`HostError`], if the Durable Object does not respond. The message may have taken effect nevertheless.
    fn call(&self, path: &str, message: String) -> impl Future<Output = Result<String, HostError>>;

    /// Sends a [`request`](crate::subscription::request) to the Durable Object of the subscription `id`, and returns its answer.
    ///
    /// # Errors
    /// [`HostError`], if the Durable Object does not respond. The request may have taken effect nevertheless.
    fn call_subscription(&self, id: &str, message: String) -> impl Future<Output = Result<String, HostError>>;

    /// The keys that sign requests to webhooks, without their secrets (§6.5). The first call makes the first key.
    ///
    /// # Errors
    /// [`Failure`], if the keys can't be read.
    fn webhook_keys(&self) -> impl Future<Output = Result<Vec<KeyRecord>, Failure>>;

    /// Reports an event to the operator.
    fn report(&self, report: &Report);

    /// The current time.
    fn now(&self) -> UnixMs;

    /// Records a data point, if the deployment collects them.
    fn measure(&self, point: &Point<'_>);
}

/// The edge's cache: the end of each stream's cold part, and the indexes of segments. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct EdgeReads {
    cached: Rc<RefCell<HashMap<String, CachedStream>>>,
    indexes: Rc<RefCell<Indexes>>,
}

#[derive(Clone, Debug, Default)]
struct CachedStream {
    /// The stream's generation at the last lookup. Its indexes may be in memory.
    generation: Option<Generation>,
    /// The offset from which all data is hot, and the time until which this entry is used.
    hot: Option<(Offset, UnixMs)>,
}

/// A catch-up read of one stream that the edge serves.
#[derive(Debug)]
pub struct EdgeRead<S> {
    edge_reads: EdgeReads,
    stores: S,
    settings: Rc<Settings>,
    path: String,
    meter: Meter,
}

/// A response, and the rest of its body.
pub type EdgeResponse<S> = (Response<Infallible>, Option<Rest<EdgeRead<S>>>);

impl EdgeReads {
    /// The response to a plain GET of the stream at `path`. `None` if the Durable Object has to respond, or if D1 or R2 fails or
    /// exceeds its time limit.
    pub async fn answer<S: Stores>(
        &self,
        stores: S,
        settings: &Rc<Settings>,
        path: &str,
        source: &impl Source,
        now: UnixMs,
    ) -> Option<EdgeResponse<S>> {
        let version = spec::version(source.path());
        let source = &version.request(source);
        let mut inputs = Inputs::new(source);
        // Reads from the start often read a short stream, which is hot. Conditional requests depend on the stream's current state.
        let Some(OffsetOrSentinel::At(start)) = inputs.optional::<field::Position>() else { return None };
        let names_tags = inputs.check_optional::<field::IfMatch>() || inputs.check_optional::<field::IfNoneMatch>();
        if names_tags || self.is_hot(path, start, now) {
            return None;
        }
        let (edge_reads, settings, path) = (self.clone(), settings.clone(), path.to_owned());
        let (response, rest) = EdgeRead { edge_reads, stores, settings, path, meter: Meter::default() }
            .answer(start, now)
            .await
            .ok()
            .flatten()?;
        Some((version.response(response), rest))
    }

    /// Whether the data at `start` is hot according to the cache.
    fn is_hot(&self, path: &str, start: Offset, now: UnixMs) -> bool {
        let hot = self.cached.borrow().get(path).and_then(|cached| cached.hot);
        hot.is_some_and(|(end, until)| until > now && start >= end)
    }

    /// The cached segment that contains `start`, of the generation at the last lookup.
    fn kept(&self, path: &str, start: Offset) -> Option<(Generation, Named)> {
        let generation = self.cached.borrow().get(path)?.generation.clone()?;
        let named = self.indexes.borrow_mut().holding(&generation, start)?;
        Some((generation, named))
    }

    fn update(&self, path: &str, update: impl FnOnce(&mut CachedStream)) {
        let mut cached = self.cached.borrow_mut();
        if cached.len() >= CACHED_STREAMS_MAX && !cached.contains_key(path) {
            cached.clear();
        }
        update(cached.entry(path.to_owned()).or_default());
    }
}

impl<S: Stores> EdgeRead<S> {
    async fn answer(self, start: Offset, now: UnixMs) -> Result<Option<EdgeResponse<S>>, Failure> {
        let found = match self.find_kept(start, now).await? {
            None => self.find(start, now).await?,
            found => found,
        };
        let Some((stream, page)) = found else { return Ok(None) };
        let page = self.extended(page, &stream).await?;
        let response: Response<Infallible> =
            page_outcome(&stream, OffsetOrSentinel::At(start), &page, &self.settings, &self.path, now).respond();
        let (outcome, bytes) = (response.status.to_string().into(), response.body.length() as u64);
        let read = SentRead { outcome, bytes, arrived: now, began: self.stores.now() };
        let rest = match Rest::after(&page, &stream, self) {
            Ok(rest) => Some(rest.recorded(read)),
            Err(whole) => {
                whole.measure(&read);
                None
            }
        };
        Ok(Some((response, rest)))
    }

    /// The stream and its first page, if the segment that contains `start` is cached.
    async fn find_kept(&self, start: Offset, now: UnixMs) -> Result<Option<(Stream, Page)>, Failure> {
        let Some((generation, named)) = self.edge_reads.kept(&self.path, start) else { return Ok(None) };
        let found = self.database().batch(vec![log::load_alone(&self.path)]).await?;
        let Some(stream) = log::loaded_alone(&found)?.filter(|stream| stream.generation == generation) else {
            self.edge_reads.update(&self.path, |cached| cached.generation = None);
            return Ok(None);
        };
        let page = self.first(stream, &named, start, now).await?;
        if page.is_none() {
            // The R2 object may have been deleted after a merge. Another row references the range now.
            self.edge_reads.indexes.borrow_mut().remove(&generation, named.0.start);
        }
        Ok(page)
    }

    /// The stream and its first page, unless the Durable Object has to respond.
    async fn first(
        &self,
        stream: Stream,
        named: &(Cold, Index),
        start: Offset,
        now: UnixMs,
    ) -> Result<Option<(Stream, Page)>, Failure> {
        if stream.earliest > start || !is_simple(&stream, now) {
            return Ok(None);
        }
        let limits = &self.settings.limits;
        let page = self.cold(&stream, named, start, limits.page.min(limits.response)).await?;
        Ok(page.ok().map(|page| (stream, page)))
    }

    /// The stream and its first page, if D1 has a segment that contains `start`.
    async fn find(&self, start: Offset, now: UnixMs) -> Result<Option<(Stream, Page)>, Failure> {
        let (databases, path) = (self.stores.databases(), &*self.path);
        let mut found = self.database().batch([log::edge_read(path, start), vec![log::identity()]].concat()).await?;
        databases.confirm(path, found.pop().as_ref()).await?;
        let stream = log::loaded_alone(&found)?.filter(|stream| is_simple(stream, now));
        let (Some(stream), Some(named)) = (stream, log::named_segment(found.get(1))?) else {
            self.edge_reads.update(path, |cached| {
                cached.hot = Some((const { Offset::new(0).unwrap() }, now + COLD_END_CACHED_MS))
            });
            return Ok(None);
        };
        let (stop, generation) = (named.0.stop, stream.generation.clone());
        let named = self.keep(&generation, named);
        self.edge_reads.update(path, |cached| cached.generation = Some(generation));
        if stop <= start {
            self.edge_reads.update(path, |cached| cached.hot = Some((stop, now + COLD_END_CACHED_MS)));
            return Ok(None);
        }
        self.first(stream, &named, start, now).await
    }

    fn keep(&self, generation: &Generation, named: (Cold, Index)) -> Named {
        let named = Rc::new(named);
        self.edge_reads.indexes.borrow_mut().keep(generation, named.clone(), self.settings.limits.edge_index);
        named
    }

    fn database(&self) -> impl Database + '_ {
        let wait = self.settings.limits.database_wait;
        let database = Bounded::new(self.stores.databases().of(&self.path), wait, |wait| self.stores.sleep(wait));
        Metered::new(database, Some(&self.meter))
    }

    fn bucket(&self) -> impl Bucket + '_ {
        let wait = self.settings.limits.bucket_wait;
        Bounded::new(self.stores.bucket(), wait, |wait| self.stores.sleep(wait))
    }

    /// `page` as the first page of a response that continues to the tail, or up to the limit `response`.
    async fn extended(&self, page: Page, stream: &Stream) -> Result<Page, Failure> {
        let Some(mut extent) = Extent::after(&page, stream, &self.settings.limits) else { return Ok(page) };
        let sizes = log::sizes(&self.path, &stream.generation.0, extent.stop());
        let sizes = log::loaded_sizes(&self.database().batch(sizes).await?)?;
        extent.add(&sizes, Shift::NONE, stream.tail, log::PAGE_STATEMENTS)?;
        Ok(page.up_to(extent.stop(), stream))
    }

    /// A page from the data of a segment.
    async fn cold(
        &self,
        stream: &Stream,
        named: &(Cold, Index),
        start: Offset,
        budget: usize,
    ) -> Result<Result<Page, Damage>, Failure> {
        let ((cold, index), mut cut) = (named, PageBuilder::new(start, budget));
        let (json, limits) = (stream.is_json(), &self.settings.limits);
        let added = cold::add(&self.bucket(), (cold, index), json, Shift::NONE, stream.tail, limits, &mut cut).await?;
        Ok(added.map(|_| cut.page(stream)))
    }
}

impl<S: Stores> Pages for EdgeRead<S> {
    async fn page(&self, stream: &Stream, start: Offset) -> Result<Page, Failure> {
        let (generation, budget) = (&stream.generation, self.settings.limits.page);
        let kept = self.edge_reads.indexes.borrow_mut().holding(generation, start);
        if let Some(named) = kept {
            match self.cold(stream, &named, start, budget).await? {
                Ok(page) => return Ok(page),
                Err(_) => self.edge_reads.indexes.borrow_mut().remove(generation, named.0.start),
            }
        }
        let found = self.database().batch(log::page(&generation.0, start, stream.tail, budget)).await?;
        let Some(named) = log::loaded_segment(&found, start)? else {
            let mut cut = PageBuilder::new(start, budget);
            cut.add(log::loaded_chunks(found.get(1))?.iter(), stream.tail)?;
            return if cut.is_empty() { Err(Failure::DataRemoved) } else { Ok(cut.page(stream)) };
        };
        let named = self.keep(generation, named);
        let unreadable = |damage| {
            let Cold { stop, object, .. } = &named.0;
            Failure::Damaged(Unreadable { start, stop: *stop, segment: object.clone(), damage })
        };
        self.cold(stream, &named, start, budget).await?.map_err(unreadable)
    }

    fn report_broken(&self, detail: &str) {
        self.stores.report(&Report::new(Event::ResponseBroken, detail.to_owned()).about(&self.path));
    }

    fn measure(&self, read: &SentRead) {
        let database = self.stores.databases().number(&self.path);
        let point = Point::of(&self.path, Operation::EdgeRead, read.outcome.clone(), database);
        self.stores.measure(&read.point(point, self.meter.usage(), self.stores.now()));
    }
}

/// Whether the stream's row is enough to serve a read, and reading doesn't change it.
fn is_simple(stream: &Stream, now: UnixMs) -> bool {
    let passive = !matches!(stream.lifetime, Some(Lifetime::StreamTtl(_)));
    passive && stream.lineage.is_empty() && !stream.gone && !stream.is_expired(now)
}
