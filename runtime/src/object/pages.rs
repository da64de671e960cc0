//! Pages of a stream, read from memory, D1 and R2.

mod extent;

use super::{Object, settle};
use crate::Event;
use crate::Failure;
use crate::archive::cold;
use crate::budget::{Purpose, Share};
use crate::failure::Unreadable;
use crate::host::{Database, Host, Outcome};
use crate::log;
use crate::sequencer::Sequencer;
use crate::stream::fork::Ancestor;
use crate::stream::page::{Page, PageBuilder};
use crate::stream::rest::{Pages, SentRead};
use crate::stream::shift::Shift;
use crate::stream::{Generation, Stream};
use spec::Offset;

/// Maximum number of times that a request reads data that is deleted or trimmed while it is read. After that, the
/// response is 503.
const READ_ATTEMPTS_MAX: usize = 4;

/// Maximum number of ancestors in one batch that reads inherited data.
pub(super) const ANCESTORS_PER_BATCH: usize = 16;

/// Rows of a page, fetched in the same round trip as the stream.
pub(crate) struct PrefetchedPage {
    generation: Generation,
    from: Offset,
    found: Vec<Outcome>,
    /// The memory of a page, until the page is built.
    share: Option<Share>,
}

impl PrefetchedPage {
    /// Rows of `stream` that start at `from`, or at the earliest retained offset if that is later.
    pub(super) fn of(stream: &Stream, from: Offset, found: Vec<Outcome>, share: Share) -> Self {
        let share = Some(share);
        Self { generation: stream.generation.clone(), from: from.max(stream.earliest), found, share }
    }

    /// The rows, if they are of this generation and start at this offset.
    fn at(self, generation: &Generation, from: Offset) -> Option<Vec<Outcome>> {
        (self.generation == *generation && self.from == from).then_some(self.found)
    }
}

/// The result of adding data to a page.
enum Added {
    /// Everything found was added, and there is room for more.
    Rest,
    /// The page is full.
    Full,
    /// Nothing was added, because a segment can't be read.
    Unreadable(Unreadable),
}

impl Added {
    fn of(room: bool) -> Self {
        if room { Self::Rest } else { Self::Full }
    }
}

impl<H: Host> Object<H> {
    /// A page of `stream` from `start` on. Data that is not in memory is read from D1 and R2. Inherited data is read
    /// from the ancestors' rows and segments.
    ///
    /// # Errors
    /// [`Failure`]. [`Failure::OutOfMemory`], if no memory becomes available in time.
    pub(crate) async fn page(
        &self,
        stream: &Stream,
        start: Offset,
        prefetched: Option<PrefetchedPage>,
    ) -> Result<Page, Failure> {
        self.page_within(stream, start, self.limits().page, prefetched).await
    }

    /// Same as [`Object::page`], with at most `budget` bytes. A single larger message is still included.
    pub(super) async fn page_within(
        &self,
        stream: &Stream,
        start: Offset,
        budget: usize,
        mut prefetched: Option<PrefetchedPage>,
    ) -> Result<Page, Failure> {
        if let Some(Ok(page)) = self.page_from_memory(stream, start, budget) {
            return Ok(page);
        }
        let _share = match prefetched.as_mut().and_then(|prefetched| prefetched.share.take()) {
            Some(share) => share,
            None => self.room_for_page(stream, start).await?,
        };
        match self.collect(stream, PageBuilder::new(start, budget), prefetched).await {
            Err(failure @ Failure::Corrupt(_)) => Err(self.explain(stream, start, failure).await),
            page => page,
        }
    }

    /// The first page of a response that continues to the offset that [`Object::extended`] determines.
    pub(super) async fn beginning(
        &self,
        stream: &Stream,
        start: Offset,
        prefetched: Option<PrefetchedPage>,
    ) -> Result<Page, Failure> {
        let limits = self.limits();
        let page = self.page_within(stream, start, limits.page.min(limits.response), prefetched).await?;
        self.extended(page, stream).await
    }

    /// Repeats a read if the data was deleted or trimmed while it was read.
    pub(super) async fn retry_if_outdated<T>(&self, read: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
        for _ in 1..READ_ATTEMPTS_MAX {
            match read().await {
                Err(Failure::DataRemoved) => {}
                result => return result,
            }
        }
        read().await
    }

    /// Explains why rows of `stream` are missing. If no later change accounts for that, the in-memory state is wrong
    /// and is discarded.
    async fn explain(&self, stream: &Stream, start: Offset, failure: Failure) -> Failure {
        if !self.is_outdated(stream, start) {
            // A change in flight may have removed the rows already. The committed state shows that only after the
            // change is settled.
            let pending = self.0.sequencer.borrow_mut().as_mut().and_then(Sequencer::barrier);
            if let Some(pending) = pending {
                let _ = settle(pending).await;
            }
        }
        if self.is_outdated(stream, start) {
            return Failure::DataRemoved;
        }
        self.discard_state(&failure);
        failure
    }

    /// Whether the committed stream has another generation or no longer has the data at `start`.
    fn is_outdated(&self, stream: &Stream, start: Offset) -> bool {
        let sequencer = self.0.sequencer.borrow();
        let committed = sequencer.as_ref().and_then(Sequencer::committed);
        committed.is_none_or(|now| now.generation != stream.generation || now.earliest > start)
    }

    /// Memory for a page that has to be read.
    async fn room_for_page(&self, stream: &Stream, start: Offset) -> Result<Share, Failure> {
        let limits = self.limits();
        let left = usize::try_from(stream.tail.get() - start.get().min(stream.tail.get())).unwrap_or(usize::MAX);
        // For JSON, offsets count messages, so they do not limit the number of bytes.
        let bytes = if stream.is_json() { limits.page } else { limits.page.min(left) };
        self.wait_for(limits.body_wait, |budget| budget.take(Purpose::Page, bytes)).await.ok_or(Failure::OutOfMemory)
    }

    /// Same as [`Object::page_within`], if all of the page is in memory.
    pub(super) fn page_from_memory(
        &self,
        stream: &Stream,
        start: Offset,
        budget: usize,
    ) -> Option<Result<Page, Failure>> {
        let mut cut = PageBuilder::new(start, budget);
        if start < stream.tail {
            if !stream.ancestors(start).is_empty() {
                return None;
            }
            if let Err(failure) = self.add_from_tail_cache(stream, &mut cut)? {
                return Some(Err(failure));
            }
        }
        Some(Ok(cut.page(stream)))
    }

    async fn collect(
        &self,
        stream: &Stream,
        mut cut: PageBuilder,
        mut prefetched: Option<PrefetchedPage>,
    ) -> Result<Page, Failure> {
        let mut unreadable = None;
        while cut.stop() < stream.tail {
            let before = cut.stop();
            let added = match stream.ancestors(before) {
                [] => self.own(stream, &mut cut, prefetched.take()).await?,
                ancestors => self.inherited(stream, ancestors, &mut cut).await?,
            };
            match added {
                Added::Full => break,
                Added::Rest if cut.stop() == before => {
                    return Err(Failure::Corrupt("a log that ends before its tail"));
                }
                Added::Rest => {}
                // A missing segment may just have been replaced. The second attempt reads the row of its replacement.
                Added::Unreadable(part) if unreadable.as_ref() == Some(&part.segment) => {
                    self.report(Event::SegmentDamaged, &part);
                    return Err(Failure::Damaged(part));
                }
                Added::Unreadable(part) => unreadable = Some(part.segment),
            }
        }
        Ok(cut.page(stream))
    }

    /// Adds inherited data. The first ancestor stores the next offset. One batch reads as many ancestors as possible.
    /// The page ends at `stream.tail`, which can be before the fork's own tail.
    async fn inherited(
        &self,
        stream: &Stream,
        ancestors: &[Ancestor],
        cut: &mut PageBuilder,
    ) -> Result<Added, Failure> {
        let (ancestors, page) = (self.together(ancestors, stream.tail, cut), cut.budget());
        let (mut statements, mut from) = (Vec::new(), cut.stop());
        for (index, ancestor) in ancestors.iter().enumerate() {
            let (shift, until) = (ancestor.shift, ancestor.until()?.min(stream.tail));
            let (generation, stretch) = (&*ancestor.generation, shift.down(from)?..shift.down(until)?);
            statements.extend(match index {
                0 => log::page(generation, stretch.start, stretch.end, page),
                _ => log::page_within(generation, stretch.start, stretch.end, page / ANCESTORS_PER_BATCH),
            });
            from = until;
        }
        let Some(first) = ancestors.first() else { return Ok(Added::Rest) };
        let found = self.database_of(&first.path).batch(statements).await?;
        for (ancestor, found) in ancestors.iter().zip(found.chunks(log::PAGE_STATEMENTS)) {
            let until = ancestor.until()?.min(stream.tail);
            match self.add(found, ancestor.shift, stream.is_json(), until, cut).await? {
                Added::Rest if cut.stop() >= until => {}
                added => return Ok(added),
            }
        }
        Ok(Added::Rest)
    }

    /// The first of `ancestors` whose rows are in one database and may be on the same page.
    fn together<'a>(&self, ancestors: &'a [Ancestor], tail: Offset, cut: &PageBuilder) -> &'a [Ancestor] {
        // Each offset takes at least one byte.
        let end = cut.stop().get().saturating_add(cut.room() as u64).min(tail.get());
        let fits =
            |[before, next]: &&[Ancestor; 2]| before.stop < end && self.share_a_database(&before.path, &next.path);
        let pairs = ancestors.array_windows().take(ANCESTORS_PER_BATCH - 1);
        &ancestors[..ancestors.len().min(1 + pairs.take_while(fits).count())]
    }

    /// Whether the streams at both paths are in the same database.
    pub(super) fn share_a_database(&self, one: &str, other: &str) -> bool {
        std::ptr::eq(self.0.host.database(one), self.0.host.database(other))
    }

    /// Adds data of the stream's own generation.
    async fn own(
        &self,
        stream: &Stream,
        cut: &mut PageBuilder,
        prefetched: Option<PrefetchedPage>,
    ) -> Result<Added, Failure> {
        if let Some(room) = self.add_from_tail_cache(stream, cut) {
            return room.map(Added::of);
        }
        let Stream { generation, tail, .. } = stream;
        let found = match prefetched.and_then(|prefetched| prefetched.at(generation, cut.stop())) {
            Some(found) => found,
            None => self.database().batch(log::page(&generation.0, cut.stop(), *tail, cut.budget())).await?,
        };
        self.add(&found, Shift::NONE, stream.is_json(), *tail, cut).await
    }

    /// Adds data before `until` of one generation, from database rows or R2.
    async fn add(
        &self,
        found: &[Outcome],
        shift: Shift,
        json: bool,
        until: Offset,
        cut: &mut PageBuilder,
    ) -> Result<Added, Failure> {
        let Some((cold, index)) = log::loaded_segment(found, shift.down(cut.stop())?)? else {
            let chunks = shift.lift(log::loaded_chunks(found.get(1))?)?;
            return cut.add(chunks.iter(), until).map(Added::of);
        };
        let added = cold::add(&self.bucket(), (&cold, &index), json, shift, until, self.limits(), cut).await?;
        Ok(match added {
            Ok(room) => Added::of(room),
            Err(damage) => {
                let (start, stop) = (cut.stop(), shift.up(cold.stop)?.min(until));
                Added::Unreadable(Unreadable { start, stop, segment: cold.object, damage })
            }
        })
    }

    /// Adds data from memory, if it is of the same generation and starts early enough.
    pub(super) fn add_from_tail_cache(&self, stream: &Stream, cut: &mut PageBuilder) -> Option<Result<bool, Failure>> {
        let sequencer = self.0.sequencer.borrow();
        let sequencer = sequencer.as_ref()?;
        sequencer.committed().filter(|committed| committed.generation == stream.generation)?;
        sequencer.tail().read(cut.stop(), |chunks| cut.add(chunks, stream.tail))
    }
}

impl<H: Host> Pages for Object<H> {
    async fn page(&self, stream: &Stream, start: Offset) -> Result<Page, Failure> {
        self.page_within(stream, start, self.limits().page, None).await
    }

    fn report_broken(&self, detail: &str) {
        self.report(Event::ResponseBroken, &detail);
    }

    fn measure(&self, read: &SentRead) {
        self.measure_read(read);
    }
}
