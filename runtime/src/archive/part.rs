//! Parts: R2 objects with content that is too long for a transaction.
//!
//! A part is put in the bucket while the body of a request arrives, before its offsets are determined. So it has the format of a segment
//! that begins at offset 0, and its key contains no offsets. The transaction of the request records all its parts at once, which makes
//! them content of the stream. From then on they are handled like rows of the log, and move to segments. A part that is never recorded
//! is deleted by the request that has put it, or else by the orphan sweep.

use crate::Failure;
use crate::archive::cold::{self, Cold};
use crate::host::UnixMs;
use crate::stream::chunk::Chunk;
use crate::stream::hot::Hot;
use crate::stream::pack;
use crate::stream::{Generation, Stream};
use segment::{Damage, Header, Index, Kind, Segment, Writer};
use spec::{Limits, Offset};
use std::rc::Rc;

/// The suffix of the keys of parts.
const SUFFIX: &str = ".part";

/// A part that was put in the bucket.
#[derive(Clone, Debug)]
pub struct Part {
    /// The key of its R2 object.
    pub object: String,
    /// The size of its R2 object.
    pub bytes: u64,
    /// Its index, which begins at offset 0.
    pub index: Rc<Index>,
    /// The amount that it adds to the hot part of the stream.
    pub hot: Hot,
}

/// A part with its offsets in a stream.
#[derive(Clone, Debug)]
pub struct PlacedPart {
    pub cold: Cold,
    pub index: Rc<Index>,
    pub hot: Hot,
}

/// The content that a request appends: first its parts, then rows of the log.
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
    /// Places `parts` and then `content` at `start`. Rows have at most `row` bytes of payload.
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

    /// The tail offset after this content is appended. `before` is the tail offset before.
    ///
    /// # Errors
    /// [`Failure::Full`] if there is no such offset.
    pub fn tail(&self, before: Offset) -> Result<Offset, Failure> {
        match self.rows.last() {
            Some(last) => last.stop().ok_or(Failure::Full),
            None => Ok(self.parts.last().map_or(before, |last| last.cold.stop)),
        }
    }

    /// The amount that this content adds to the hot part of the stream.
    pub fn hot(&self) -> Hot {
        self.parts.iter().fold(Hot::rows(&self.rows), |hot, part| hot + part.hot)
    }

    /// Maximum number of rows that this content takes.
    pub fn statements(&self) -> usize {
        self.parts.len() + self.rows.len()
    }

    /// Bytes of this content in memory.
    pub fn bytes(&self) -> usize {
        self.rows.iter().map(|chunk| chunk.content.size()).sum()
    }
}

/// The key of a new part. `unique` makes keys differ.
pub fn key(path: &str, generation: &Generation, unique: u64) -> String {
    format!("{}{unique:016x}{SUFFIX}", cold::generation_prefix(path, generation))
}

/// The generation of a part, parsed from its [`key`].
pub fn generation(key: &str) -> Option<&str> {
    let [_, generation, file] = key.strip_prefix(cold::PREFIX)?.splitn(3, '/').collect::<Vec<_>>().try_into().ok()?;
    file.ends_with(SUFFIX).then_some(generation)
}

/// A writer for a part with about `bytes` bytes of content.
pub fn writer(path: &str, generation: &Generation, json: bool, limits: &Limits, bytes: usize) -> Writer {
    Writer::new(header(path, generation, json), limits.block, bytes + limits.block)
}

/// The header of every part of a stream. It contains neither content type nor policy, which only restoring from segments needs.
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

/// Adds all frames of a part that was read for `cold`.
///
/// # Errors
/// [`Damage`], if the bytes are not that part.
pub fn copy(writer: &mut Writer, cold: &Cold, path: &str, stream: &Stream, bytes: &[u8]) -> Result<(), Damage> {
    verified(cold, path, stream, bytes)?.content().for_each(|frame| writer.push(frame));
    Ok(())
}

/// Verifies all bytes of an R2 object that was read for `cold`.
///
/// # Errors
/// [`Damage`], if the bytes are not that part.
pub fn verified<'a>(cold: &Cold, path: &str, stream: &Stream, bytes: &'a [u8]) -> Result<Segment<'a>, Damage> {
    let segment = Segment::read(bytes)?;
    let span = cold.stop.get() - cold.start.get();
    if segment.header != header(path, &stream.generation, stream.is_json()) || segment.stop() != span {
        return Err(Damage("a part of another length or stream"));
    }
    Ok(segment)
}
