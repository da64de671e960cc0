//! Parts: content that is too long for a transaction, in objects of its own.
//!
//! A part is put in the bucket while the body of a request arrives, when it is not known yet where in the stream it will be. So it has
//! the form of a segment that begins at offset 0, and a key that tells no offsets. The transaction of the request names all its
//! parts at once, and only then they are content of the stream. From there on they are like rows of the log, and move to segments as
//! those do. A part that is never named is removed by whoever has put it, or else by the orphan sweep.

use crate::Failure;
use crate::archive::cold::{self, Cold};
use crate::host::UnixMs;
use crate::stream::Generation;
use crate::stream::chunk::Chunk;
use crate::stream::hot::Hot;
use crate::stream::pack;
use segment::{Header, Index, Kind, Writer};
use spec::{Limits, Offset};
use std::rc::Rc;

/// What the keys of parts end with.
const SUFFIX: &str = ".part";

/// A part that has been put.
#[derive(Clone, Debug)]
pub struct Part {
    /// The key of its object.
    pub object: String,
    /// The size of its object.
    pub bytes: u64,
    /// What is where in it, from offset 0 on.
    pub index: Rc<Index>,
    /// How much it counts of what a stream has in its log.
    pub hot: Hot,
}

/// A part that has its place in a stream.
#[derive(Clone, Debug)]
pub struct PlacedPart {
    pub cold: Cold,
    pub index: Rc<Index>,
    pub hot: Hot,
}

/// What a request adds to a stream: first its parts, then what goes into rows of the log.
#[derive(Clone, Debug, Default)]
pub struct NewContent {
    pub parts: Vec<PlacedPart>,
    pub rows: Vec<Rc<Chunk>>,
}

impl Part {
    fn placed(&self, start: Offset, now: UnixMs) -> Result<PlacedPart, Failure> {
        let stop = start.get().saturating_add(self.index.stop());
        let stop = Offset::new(stop).ok_or(Failure::Full)?;
        let cold = Cold { start, stop, object: self.object.clone(), bytes: self.bytes, newest_ms: now };
        Ok(PlacedPart { cold, index: self.index.clone(), hot: self.hot })
    }
}

impl NewContent {
    /// What `parts` and `content` add at `start`, in rows of at most `row` bytes.
    ///
    /// # Errors
    /// [`Failure::Full`] if there are no offsets left.
    pub fn at(
        start: Offset,
        parts: &[Part],
        content: crate::stream::chunk::Content,
        row: usize,
        now: UnixMs,
    ) -> Result<Self, Failure> {
        let (mut placed, mut at) = (Vec::new(), start);
        for part in parts {
            let part = part.placed(at, now)?;
            at = part.cold.stop;
            placed.push(part);
        }
        Ok(Self { parts: placed, rows: pack::chunks(at, content, row)? })
    }

    /// The tail after it, if it was `before`.
    ///
    /// # Errors
    /// [`Failure::Full`] if there is no such offset.
    pub fn tail(&self, before: Offset) -> Result<Offset, Failure> {
        match self.rows.last() {
            Some(last) => last.stop().ok_or(Failure::Full),
            None => Ok(self.parts.last().map_or(before, |last| last.cold.stop)),
        }
    }

    /// How much it adds to what a stream has in its log.
    pub fn hot(&self) -> Hot {
        self.parts.iter().fold(Hot::rows(&self.rows), |hot, part| hot + part.hot)
    }

    /// How many rows it becomes, at most.
    pub fn statements(&self) -> usize {
        self.parts.len() + self.rows.len()
    }

    /// How many bytes of it are in memory.
    pub fn bytes(&self) -> usize {
        self.rows.iter().map(|chunk| chunk.content.size()).sum()
    }
}

/// The key of a new part. No two are the same.
pub fn key(path: &str, generation: &Generation, unique: u64) -> String {
    format!("{}{unique:016x}{SUFFIX}", cold::generation_prefix(path, generation))
}

/// The generation that a key of [`key`]'s tells of.
pub fn generation(key: &str) -> Option<&str> {
    let [_, generation, file] = key.strip_prefix(cold::PREFIX)?.splitn(3, '/').collect::<Vec<_>>().try_into().ok()?;
    file.ends_with(SUFFIX).then_some(generation)
}

/// A part in the making, of about so many bytes.
pub fn writer(path: &str, generation: &Generation, json: bool, limits: &Limits, bytes: usize) -> Writer {
    Writer::new(header(path, generation, json), limits.block, bytes + limits.block)
}

/// What every part of a stream begins with: it tells neither the content type nor the terms, which only restoring needs.
pub fn header(path: &str, generation: &Generation, json: bool) -> Header {
    Header {
        kind: if json { Kind::Json } else { Kind::Bytes },
        generation: generation.0.clone(),
        path: path.to_owned(),
        content_type: String::new(),
        policy: String::new(),
        start: 0,
    }
}
