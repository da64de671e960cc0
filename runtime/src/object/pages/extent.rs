use crate::Failure;
use crate::host::{Database as _, Host};
use crate::log;
use crate::log::extent::Extent;
use crate::object::{Object, pages};
use crate::stream::Stream;
use crate::stream::fork::Ancestor;
use crate::stream::page::Page;
use crate::stream::shift::Shift;
use spec::Offset;

/// Maximum number of generations in one batch that reads their sizes.
const HOLDERS_PER_BATCH: usize = 32;

/// A generation that stores a range of the stream, and the end of that range.
struct Holder<'a> {
    path: &'a str,
    generation: &'a str,
    shift: Shift,
    until: Offset,
    /// Maximum number of statements that read a page beginning in this range.
    statements: usize,
}

impl<H: Host> Object<H> {
    /// Makes `page` the beginning of a response that continues to the tail, or as far as the limits allow.
    pub(in crate::object) async fn extended(&self, page: Page, stream: &Stream) -> Result<Page, Failure> {
        let Some(mut extent) = Extent::after(&page, stream, self.limits()) else { return Ok(page) };
        self.add_up(&mut extent, stream).await?;
        Ok(page.up_to(extent.stop(), stream))
    }

    async fn add_up(&self, extent: &mut Extent, stream: &Stream) -> Result<(), Failure> {
        let holders = self.holders(stream, extent.stop())?;
        for holders in holders.chunk_by(|one, next| self.share_a_database(one.path, next.path)) {
            for holders in holders.chunks(HOLDERS_PER_BATCH) {
                if !self.add_up_some(extent, holders).await? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The generations that store the stream from `from` on: its ancestors and its own.
    fn holders<'a>(&'a self, stream: &'a Stream, from: Offset) -> Result<Vec<Holder<'a>>, Failure> {
        let ancestors = stream.ancestors(from);
        let ancestor = |(index, ancestor): (usize, &'a Ancestor)| {
            let Ancestor { path, generation, shift, .. } = ancestor;
            let statements = log::PAGE_STATEMENTS * pages::ANCESTORS_PER_BATCH.min(ancestors.len() - index);
            Ok(Holder { path, generation, shift: *shift, until: ancestor.until()?, statements })
        };
        let (path, generation, statements) = (&*self.0.path, &*stream.generation.0, log::PAGE_STATEMENTS);
        let own = Holder { path, generation, shift: Shift::NONE, until: stream.tail, statements };
        ancestors.iter().enumerate().map(ancestor).chain([Ok(own)]).collect()
    }

    /// Returns whether the data of all `holders` is included.
    async fn add_up_some(&self, extent: &mut Extent, holders: &[Holder<'_>]) -> Result<bool, Failure> {
        let Some(first) = holders.first() else { return Ok(true) };
        let (mut statements, mut from) = (Vec::new(), extent.stop());
        for holder in holders {
            statements.extend(log::sizes(holder.path, holder.generation, holder.shift.down(from)?));
            from = holder.until.max(from);
        }
        let found = self.database_of(first.path).batch(statements).await?;
        for (holder, found) in holders.iter().zip(found.chunks(log::SIZES_STATEMENTS)) {
            let sizes = log::loaded_sizes(found)?;
            if !extent.add(&sizes, holder.shift, holder.until, holder.statements)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
