//! Full pages of the cold part of a stream, read at the edge: those who replay history don't queue at the stream's object.
//!
//! What is in a segment never changes, and the row that names it goes with the stream. So a page that lies within one needs
//! no more than the two rows and the object in the bucket. Whatever is not as simple as that is for the stream's object:
//! a stream that reading keeps alive, what a fork has from others, a page that goes on beyond a segment, and anything that fails.

use crate::cold;
use crate::host::{Bucket, Database, UnixMs};
use crate::log;
use crate::object::page_outcome;
use crate::page::Cut;
use crate::stream::Stream;
use crate::{Databases, Failure, Settings};
use spec::{Lifetime, Offset, OffsetOrSentinel, field};
use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::rc::Rc;
use wire::{Inputs, Response, Source};

/// How long it is taken for known up to where a stream is cold: so often readers of the hot part make the edge look.
const KNOWN_MS: UnixMs = 60_000;

/// Streams of which that is known at most.
const KNOWN: usize = 10_000;

/// Up to where streams are cold, as far as this edge knows. Clones are handles to the same.
#[derive(Clone, Debug, Default)]
pub struct Replays {
    known: Rc<RefCell<HashMap<String, Known>>>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    end: Offset,
    until: UnixMs,
}

impl Replays {
    /// A page of the stream at `path`, as `source` asks for it with a plain GET; `None`, if its object has to answer.
    pub async fn answer<D: Database, B: Bucket>(
        &self,
        (databases, bucket): (&Databases<D>, &B),
        settings: &Settings,
        path: &str,
        source: &impl Source,
        now: UnixMs,
    ) -> Option<Response<Infallible>> {
        let mut inputs = Inputs::new(source);
        // Who begins at the start may be about to read all of a short stream, and who has a page already asks for that one.
        let Some(OffsetOrSentinel::At(start)) = inputs.optional::<field::Position>() else { return None };
        if inputs.optional::<field::IfNoneMatch>().is_some() || self.is_hot(path, start, now) {
            return None;
        }
        self.page((databases, bucket), settings, path, start, now).await.ok().flatten()
    }

    /// Whether there is nothing cold at `start`, as far as is known.
    fn is_hot(&self, path: &str, start: Offset, now: UnixMs) -> bool {
        self.known.borrow().get(path).is_some_and(|known| known.until > now && start >= known.end)
    }

    fn learn(&self, path: &str, end: Offset, now: UnixMs) {
        let mut known = self.known.borrow_mut();
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(path.to_owned(), Known { end, until: now + KNOWN_MS });
    }

    async fn page<D: Database, B: Bucket>(
        &self,
        (databases, bucket): (&Databases<D>, &B),
        settings: &Settings,
        path: &str,
        start: Offset,
        now: UnixMs,
    ) -> Result<Option<Response<Infallible>>, Failure> {
        let mut found = databases.of(path).batch([log::replay(path, start), vec![log::identity()]].concat()).await?;
        databases.confirm(path, found.pop().as_ref()).await?;
        let stream = log::loaded_alone(&found)?.filter(|stream| is_simple(stream, now));
        let (Some(stream), Some((cold, index))) = (stream, log::named_segment(found.get(1))?) else {
            self.learn(path, const { Offset::new(0).unwrap() }, now);
            return Ok(None);
        };
        if cold.stop <= start {
            self.learn(path, cold.stop, now);
        }
        let (holds, limits) = (start < cold.stop && stream.earliest <= start, &settings.limits);
        if !holds || cold::stretch(&index, start, limits)?.goes_on() {
            return Ok(None);
        }
        let mut cut = Cut::new(start, limits.page);
        let added = cold::add(bucket, (&cold, &index), stream.is_json(), cold.stop, limits, &mut cut).await?;
        Ok(added.is_ok().then(|| page_outcome(&stream, &cut.page(&stream), settings, now).respond()))
    }
}

/// Whether all that matters of a stream is in its row and does not change by being read.
fn is_simple(stream: &Stream, now: UnixMs) -> bool {
    let passive = !matches!(stream.lifetime, Some(Lifetime::StreamTtl(_)));
    passive && stream.lineage.is_empty() && !stream.gone && !stream.is_expired(now)
}
