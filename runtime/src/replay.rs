//! Full pages of the cold part of a stream, read at the edge: those who replay history don't queue at the stream's object.
//!
//! What is in a segment never changes, and the row that names it goes with the stream. So a page that lies within one needs
//! no more than the two rows and the object in the bucket. Whatever is not as simple as that is for the stream's object:
//! a stream that reading keeps alive, what a fork has from others, a page that goes on beyond a segment, and anything that fails.
//!
//! The row of the stream is read from the primary database for every page: a stream that was deleted must not be served, nor an
//! old tail to a client that has just written. The row of a segment is kept in memory, and is used only for the generation that
//! the stream's row names.

use crate::cold::{self, Cold};
use crate::deadline::within;
use crate::host::{Bucket, Database, UnixMs};
use crate::indexes::{Indexes, Named};
use crate::log;
use crate::object::page_outcome;
use crate::page::Cut;
use crate::shift::Shift;
use crate::stream::{Generation, Stream};
use crate::{Databases, Failure, Settings};
use segment::{Damage, Index};
use spec::{Lifetime, Offset, OffsetOrSentinel, field};
use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;
use wire::{Inputs, Response, Source};

/// How long it is taken for known up to where a stream is cold: so often readers of the hot part make the edge look.
const KNOWN_MS: UnixMs = 60_000;

/// Maximum number of streams of which anything is known. When exceeded: all of it is forgotten.
const KNOWN: usize = 10_000;

/// Up to where streams are cold, and where in the bucket, as far as this edge knows. Clones are handles to the same.
#[derive(Clone, Debug, Default)]
pub struct Replays {
    known: Rc<RefCell<HashMap<String, Known>>>,
    indexes: Rc<RefCell<Indexes>>,
}

#[derive(Clone, Debug, Default)]
struct Known {
    /// The generation that was at the path when it was looked up last: one whose indexes may be in memory.
    generation: Option<Generation>,
    /// From where on nothing is cold, and until when that is taken for known.
    hot: Option<(Offset, UnixMs)>,
}

impl Replays {
    /// A page of the stream at `path`, as `source` asks for it with a plain GET; `None`, if its object has to answer: also
    /// where the storage does not answer within as long as the limits allow, which `sleep` measures.
    pub async fn answer<D: Database, B: Bucket, F: Future<Output = ()>>(
        &self,
        (databases, bucket): (&Databases<D>, &B),
        settings: &Settings,
        path: &str,
        source: &impl Source,
        now: UnixMs,
        sleep: impl FnOnce(Duration) -> F,
    ) -> Option<Response<Infallible>> {
        let mut inputs = Inputs::new(source);
        // Who begins at the start may be about to read all of a short stream, and who has a page already asks for that one.
        let Some(OffsetOrSentinel::At(start)) = inputs.optional::<field::Position>() else { return None };
        if inputs.optional::<field::IfNoneMatch>().is_some() || self.is_hot(path, start, now) {
            return None;
        }
        let time = sleep(settings.limits.database_wait + settings.limits.bucket_wait);
        let page = self.page((databases, bucket), settings, path, start, now);
        within(time, page).await.and_then(Result::ok).flatten()
    }

    /// Whether there is nothing cold at `start`, as far as is known.
    fn is_hot(&self, path: &str, start: Offset, now: UnixMs) -> bool {
        let hot = self.known.borrow().get(path).and_then(|known| known.hot);
        hot.is_some_and(|(end, until)| until > now && start >= end)
    }

    /// The segment that holds `start`, if the path still has the stream that it had.
    fn kept(&self, path: &str, start: Offset) -> Option<(Generation, Named)> {
        let generation = self.known.borrow().get(path)?.generation.clone()?;
        let named = self.indexes.borrow_mut().holding(&generation, start)?;
        Some((generation, named))
    }

    fn learn(&self, path: &str, learn: impl FnOnce(&mut Known)) {
        let mut known = self.known.borrow_mut();
        if known.len() >= KNOWN && !known.contains_key(path) {
            known.clear();
        }
        learn(known.entry(path.to_owned()).or_default());
    }

    async fn page<D: Database, B: Bucket>(
        &self,
        (databases, bucket): (&Databases<D>, &B),
        settings: &Settings,
        path: &str,
        start: Offset,
        now: UnixMs,
    ) -> Result<Option<Response<Infallible>>, Failure> {
        if let Some((generation, named)) = self.kept(path, start) {
            let found = databases.of(path).batch(vec![log::load_alone(path)]).await?;
            let stream = log::loaded_alone(&found)?.filter(|stream| stream.generation == generation);
            match stream {
                Some(stream) => match read(bucket, &stream, &named, settings, start, now).await? {
                    Ok(page) => return Ok(page),
                    // An object that was replaced may be gone: another row names the stretch now.
                    Err(_) => self.indexes.borrow_mut().forget(&generation, named.0.start),
                },
                None => self.learn(path, |known| known.generation = None),
            }
        }
        let mut found = databases.of(path).batch([log::replay(path, start), vec![log::identity()]].concat()).await?;
        databases.confirm(path, found.pop().as_ref()).await?;
        let stream = log::loaded_alone(&found)?.filter(|stream| is_simple(stream, now));
        let (Some(stream), Some(named)) = (stream, log::named_segment(found.get(1))?) else {
            self.learn(path, |known| known.hot = Some((const { Offset::new(0).unwrap() }, now + KNOWN_MS)));
            return Ok(None);
        };
        let (named, generation) = (Rc::new(named), stream.generation.clone());
        self.indexes.borrow_mut().keep(&generation, named.clone(), settings.limits.edge_index);
        self.learn(path, |known| known.generation = Some(generation));
        let stop = named.0.stop;
        if stop <= start {
            self.learn(path, |known| known.hot = Some((stop, now + KNOWN_MS)));
            return Ok(None);
        }
        Ok(read(bucket, &stream, &named, settings, start, now).await?.unwrap_or(None))
    }
}

/// The page of `stream` from `start` on, if all of it is in this segment.
async fn read<B: Bucket>(
    bucket: &B,
    stream: &Stream,
    named: &(Cold, Index),
    settings: &Settings,
    start: Offset,
    now: UnixMs,
) -> Result<Result<Option<Response<Infallible>>, Damage>, Failure> {
    let ((cold, index), limits) = (named, &settings.limits);
    let is_kept = stream.earliest <= start;
    if !is_kept || !is_simple(stream, now) || cold::stretch(index, start, limits)?.goes_on() {
        return Ok(Ok(None));
    }
    let mut cut = Cut::new(start, limits.page);
    let added = cold::add(bucket, (cold, index), stream.is_json(), Shift::NONE, cold.stop, limits, &mut cut).await?;
    Ok(added.map(|_| Some(page_outcome(stream, &cut.page(stream), settings, now).respond())))
}

/// Whether all that matters of a stream is in its row and does not change by being read.
fn is_simple(stream: &Stream, now: UnixMs) -> bool {
    let passive = !matches!(stream.lifetime, Some(Lifetime::StreamTtl(_)));
    passive && stream.lineage.is_empty() && !stream.gone && !stream.is_expired(now)
}
