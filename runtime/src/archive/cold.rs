//! The cold part of a stream: segments, as rows of the database and as R2 objects.

use crate::Failure;
use crate::archive::policy;
use crate::host::{Bucket, Listed, UnixMs};
use crate::stream::chunk::{Chunk, Content};
use crate::stream::hot::Hot;
use crate::stream::page::PageBuilder;
use crate::stream::retention::RetentionPolicy;
use crate::stream::shift::Shift;
use crate::stream::{Generation, Stream};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use segment::{Damage, Header, Index, Kind, Segment, Writer};
use spec::{Limits, Offset};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The prefix of the keys of all segments and parts.
pub const PREFIX: &str = "stream/";

/// Maximum bytes of a path that keys contain, since a key has at most 1,024 bytes. Keys of longer paths differ by their generations.
const PATH_BYTES_MAX: usize = 690;

/// Maximum bytes at the beginning of an R2 object that contain its stream's path.
const HEADER_BYTES: u64 = 8 << 10;

/// The greatest byte in a path.
const ASCII_MAX: u8 = 0x7f;

/// An R2 object that stores a range of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cold {
    pub start: Offset,
    pub stop: Offset,
    /// The key of the R2 object.
    pub object: String,
    /// The size of the R2 object.
    pub bytes: u64,
    /// Upper bound of the time at which its data was appended.
    pub newest_ms: UnixMs,
}

/// A new segment, and the storage that it replaces.
#[derive(Clone, Debug)]
pub struct NewSegment {
    pub cold: Cold,
    pub index: Rc<Index>,
    pub replaces: Replaced,
}

/// The storage that a new segment replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// Rows of the log, which have this amount of data.
    Rows { moved: Hot },
    /// A part with this amount of data. Its R2 object is deleted at `due_ms`.
    Part { moved: Hot, due_ms: UnixMs },
    /// Segments. Their R2 objects are deleted at `due_ms`.
    Segments { due_ms: UnixMs },
}

/// The key of a new segment. `unique` makes keys differ even for the same range.
pub fn key(path: &str, generation: &Generation, start: Offset, stop: Offset, unique: u64) -> String {
    let (start, stop) = (start.get(), stop.get());
    format!("{}{generation}/{start:016x}-{stop:016x}-{unique:016x}.seg", prefix(path))
}

/// Consecutive segments of a stream, each with its index.
pub type Chain = Rc<[(Cold, Rc<Index>)]>;

/// A segment whose bytes were all verified.
#[derive(Clone, Debug)]
pub struct VerifiedSegment {
    pub cold: Cold,
    pub index: Rc<Index>,
    pub content_type: String,
    pub policy: String,
    /// Whether the stream was closed at the end of this segment.
    pub closed: bool,
}

/// Verifies all bytes of an R2 object that was read for `cold`.
///
/// # Errors
/// [`Damage`], if the object is not that segment of this path and generation.
pub fn verify(cold: &Cold, path: &str, generation: &str, bytes: &[u8]) -> Result<VerifiedSegment, Damage> {
    let segment = Segment::read(bytes)?;
    let Header { path: own_path, generation: own_generation, start, content_type, policy, .. } = segment.header.clone();
    let expected = (path, generation, cold.start.get(), cold.stop.get());
    if (&*own_path, &*own_generation, start, segment.stop()) != expected {
        return Err(Damage("the segment of another range or stream"));
    }
    Ok(VerifiedSegment {
        cold: cold.clone(),
        index: Rc::new(segment.index),
        content_type,
        policy,
        closed: segment.closed,
    })
}

/// The chain of segments that reaches furthest from `start` without a gap. The input can contain segments that were merged into
/// others.
pub fn chain(mut verified: Vec<VerifiedSegment>, start: u64) -> Vec<VerifiedSegment> {
    // Of segments with the same start, the longest comes first, because the others were merged into it.
    verified.sort_by_key(|verified| (verified.cold.start, std::cmp::Reverse(verified.cold.stop)));
    let mut last: BTreeMap<u64, Option<&VerifiedSegment>> = BTreeMap::from([(start, None)]);
    for verified in &verified {
        if last.contains_key(&verified.cold.start.get()) {
            last.entry(verified.cold.stop.get()).or_insert(Some(verified));
        }
    }
    let (mut chain, mut at) = (Vec::new(), last.last_key_value().and_then(|(_, verified)| *verified));
    while let Some(verified) = at {
        chain.push(verified.clone());
        at = last.get(&verified.cold.start.get()).copied().flatten();
    }
    chain.reverse();
    chain
}

/// The prefix of the keys of a path. If the path is too long for a key, other paths can share the prefix.
pub fn prefix(path: &str) -> String {
    let path = &path.as_bytes()[..path.len().min(PATH_BYTES_MAX)];
    format!("{PREFIX}{}/", URL_SAFE_NO_PAD.encode(path))
}

/// Beginnings of the keys of all paths that begin with `start`, in order, and of no keys of other paths. If paths are too long for a key,
/// keys of other paths can begin with it, too.
pub fn key_starts(start: &str) -> BTreeSet<String> {
    let mut start = start.as_bytes()[..start.len().min(PATH_BYTES_MAX)].to_vec();
    let whole = start.len() / 3 * 4;
    let rest = start.len() % 3;
    if rest == 0 {
        return BTreeSet::from([format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(start))]);
    }
    // A character of base64 has bits of the last byte of `start` and of the next byte of the path. The end of a path is like a zero.
    start.push(0);
    let mut with_next = |next: u8| {
        if let Some(last) = start.last_mut() {
            *last = next;
        }
        format!("{PREFIX}{}", &URL_SAFE_NO_PAD.encode(&start)[..whole + rest + 1])
    };
    (0..=ASCII_MAX).map(&mut with_next).collect()
}

/// The path in the header of a segment or a part, if the object exists and its header is not damaged.
///
/// # Errors
/// [`Failure`], if the bucket does not respond.
pub async fn path_in_header(bucket: &impl Bucket, key: &str, bytes: u64) -> Result<Option<String>, Failure> {
    let head = bucket.get(key, 0..bytes.min(HEADER_BYTES)).await?;
    Ok(head.and_then(|head| Header::peek(&head).ok()).map(|header| header.path))
}

/// Whether the keys of a path contain only the beginning of it.
pub fn is_truncated(path: &str) -> bool {
    path.len() >= PATH_BYTES_MAX
}

/// The prefix of the keys of one generation. No other path has keys with this prefix.
pub fn generation_prefix(path: &str, generation: &Generation) -> String {
    format!("{}{generation}/", prefix(path))
}

/// The generation and the segment of a listed object, parsed from its [`key`].
pub fn listed(object: Listed) -> Option<(String, Cold)> {
    let Listed { key: object, put_ms: newest_ms, bytes } = object;
    let (generation, start) = segment_id(&object)?;
    let (_, file) = object.rsplit_once('/')?;
    let stop = u64::from_str_radix(file.split('-').nth(1)?, 16).ok()?;
    let (generation, start, stop) = (generation.to_owned(), Offset::new(start)?, Offset::new(stop)?);
    Some((generation, Cold { start, stop, object, bytes, newest_ms }))
}

/// The key of a row of `segments`: its generation and its start.
pub type SegmentId<'a> = (&'a str, u64);

/// The identity of a segment, parsed from its [`key`].
pub fn segment_id(key: &str) -> Option<SegmentId<'_>> {
    let [_, generation, file] = key.strip_prefix(PREFIX)?.splitn(3, '/').collect::<Vec<_>>().try_into().ok()?;
    let (start, _) = file.strip_suffix(".seg")?.split_once('-')?;
    Some((generation, u64::from_str_radix(start, 16).ok()?))
}

/// The offset range of a stream, parsed from the key of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    pub key: String,
    pub generation: String,
    pub start: u64,
    pub stop: u64,
    /// The path of the stream, or the beginning of it.
    pub path: String,
    /// Whether `path` may be only the beginning of the stream's path.
    pub truncated: bool,
}

/// The offset range of a segment, parsed from its [`key`].
pub fn range_of(key: &str) -> Option<KeyRange> {
    let (generation, start) = segment_id(key)?;
    let (_, file) = key.rsplit_once('/')?;
    let stop = u64::from_str_radix(file.split('-').nth(1)?, 16).ok()?;
    let (path, truncated) = path_of(key)?;
    Some(KeyRange { key: key.to_owned(), generation: generation.to_owned(), start, stop, path, truncated })
}

/// The path in a key, and whether it may be only the beginning of the stream's path.
pub fn path_of(key: &str) -> Option<(String, bool)> {
    let path = URL_SAFE_NO_PAD.decode(key.strip_prefix(PREFIX)?.split('/').next()?).ok()?;
    Some((String::from_utf8_lossy(&path).into_owned(), path.len() >= PATH_BYTES_MAX))
}

fn kind(json: bool) -> Kind {
    if json { Kind::Json } else { Kind::Bytes }
}

/// A writer for a segment of a stream with about `bytes` bytes of content.
pub fn writer(path: &str, stream: &Stream, start: Offset, limits: &Limits, bytes: u64) -> Writer {
    let header = header(path, stream, start);
    let most = limits.segment + limits.row + limits.block;
    let capacity = usize::try_from(bytes).map_or(most, |bytes| bytes.saturating_add(limits.block).min(most));
    Writer::new(header, limits.block, capacity)
}

fn header(path: &str, stream: &Stream, start: Offset) -> Header {
    Header {
        kind: kind(stream.is_json()),
        generation: stream.generation.0.clone(),
        path: path.to_owned(),
        content_type: stream.content_type.as_str().to_owned(),
        policy: policy::write(stream),
        start: start.get(),
    }
}

/// Adds the content of a row of the log.
pub fn write(writer: &mut Writer, content: &Content) {
    match content {
        Content::Bytes(bytes) => writer.push(bytes),
        Content::Json { text, ends } => {
            let mut from = 0;
            for end in ends {
                writer.push(&text.as_bytes()[from..*end]);
                from = end + 1;
            }
        }
    }
}

/// Adds all frames of a segment that was read for `cold`.
///
/// # Errors
/// [`Damage`], if the bytes are not that segment.
pub fn copy(writer: &mut Writer, cold: &Cold, path: &str, stream: &Stream, bytes: &[u8]) -> Result<(), Damage> {
    let segment = Segment::read(bytes)?;
    // Segments of version 1 have no policy, so the policy is not compared.
    let policy = segment.header.policy.clone();
    let expected = Header { policy, ..header(path, stream, cold.start) };
    if segment.header != expected || segment.stop() != cold.stop.get() {
        return Err(Damage("the segment of another range or stream"));
    }
    segment.content().for_each(|frame| writer.push(frame));
    Ok(())
}

/// Adds data of a segment to a page, at most up to `until`. Returns whether the page can take more. If a block is damaged or
/// missing, nothing is added. The offsets of the page are those of the segment plus `shift`.
pub async fn add(
    bucket: &impl Bucket,
    (cold, index): (&Cold, &Index),
    json: bool,
    shift: Shift,
    until: Offset,
    limits: &Limits,
    builder: &mut PageBuilder,
) -> Result<Result<bool, Damage>, Failure> {
    let page = limits.page.min(builder.budget());
    let range = index.page_range(shift.down(builder.stop())?.get(), page, limits.seek);
    let range = range.ok_or(Failure::Corrupt("segments.blocks"))?;
    if builder.is_empty() {
        builder.narrow(range.budget());
    } else if range.length() > builder.room() as u64 {
        // The next page starts here. Pages end at the same offsets for all readers.
        return Ok(Ok(false));
    }
    let bytes = bucket.get(&cold.object, range.range()).await?.ok_or(Damage("the object does not exist"));
    match bytes.and_then(|bytes| chunks(json, &range, &bytes)) {
        Ok(chunks) => {
            let room = builder.add(shift.lift(chunks)?.iter(), until)?;
            Ok(Ok(room && (range.goes_on() || builder.stop() >= until)))
        }
        Err(damage) => Ok(Err(damage)),
    }
}

/// Decodes the bytes of a block range into a chunk for each block.
///
/// # Errors
/// [`Damage`], if the bytes differ from those that were written.
pub fn chunks(json: bool, range: &segment::BlockRange<'_>, bytes: &[u8]) -> Result<Vec<Rc<Chunk>>, Damage> {
    let chunk = |(block, bytes): (&segment::Block, &[u8])| {
        let frames = block.open(kind(json), bytes)?;
        let start = Offset::new(block.start).ok_or(Damage("an offset beyond the maximum"))?;
        let content = if json {
            let (mut text, mut ends) = (String::with_capacity(bytes.len()), Vec::new());
            for frame in frames {
                let message = std::str::from_utf8(frame).map_err(|_| Damage("a message that is not UTF-8"))?;
                Content::push_message(&mut text, &mut ends, message);
            }
            Content::Json { text, ends }
        } else {
            let mut content = Vec::with_capacity(bytes.len());
            frames.for_each(|frame| content.extend_from_slice(frame));
            Content::Bytes(content)
        };
        Ok(Rc::new(Chunk { start, content }))
    };
    range.split(bytes)?.map(chunk).collect()
}

/// Selects `limits.merge` adjacent segments of about the same size to merge. The input is sorted from the newest, the result from the
/// oldest on. Each byte is copied a number of times that grows with the logarithm of the number of segments.
pub fn mergeable(newest_first: &[Cold], limits: &Limits) -> Option<Vec<Cold>> {
    let count = limits.merge.max(2);
    let level = |cold: &Cold| cold.bytes.max(1).ilog(count as u64);
    let fits = |run: &&[Cold]| {
        let alike = run.iter().all(|cold| level(cold) == level(&run[0]));
        alike && run.iter().map(|cold| cold.bytes).sum::<u64>() <= limits.segment as u64
    };
    newest_first.windows(count).find(fits).map(|run| run.iter().rev().cloned().collect())
}

/// The offset up to which segments are trimmed, and the time at which the age limit trims the next one. The input is sorted from the
/// oldest on; each entry contains the bytes of all newer segments.
pub fn outdated(kept: RetentionPolicy, oldest_first: &[(Cold, u64)], now: UnixMs) -> (Option<Offset>, Option<UnixMs>) {
    let due = |cold: &Cold| kept.age_ms().map(|age| cold.newest_ms.saturating_add(age));
    let is_outdated = |(cold, rest): &&(Cold, u64)| {
        kept.bytes().is_some_and(|bytes| *rest >= bytes) || due(cold).is_some_and(|due| due <= now)
    };
    let count = oldest_first.iter().take_while(is_outdated).count();
    let until = oldest_first[..count].last().map(|(cold, _)| cold.stop);
    (until, oldest_first.get(count).and_then(|(cold, _)| due(cold)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_starts_are_those_of_the_paths_with_a_prefix_and_of_no_others() {
        let paths =
            ["a", "a/", "a/b", "a/~", "a-", "a-secret", "ab", "ab/c", "abc", "abc/d", "abd", "b", "~", "%C3%A9"];
        for start in ["", "a", "a/", "a-", "ab", "ab/", "abc", "abc/d", "~", "%C3%A9", "x"] {
            let starts = key_starts(start);
            for path in paths {
                let begun = starts.iter().filter(|start| prefix(path).starts_with(&***start)).count();
                assert_eq!(begun, usize::from(path.starts_with(start)), "{path} and {start}: {starts:?}");
            }
        }
        let long = "a".repeat(1000);
        assert!(key_starts(&long).iter().all(|start| prefix(&long).starts_with(&**start)));
    }

    fn colds(bytes: &[u64]) -> Vec<Cold> {
        let cold = |(number, bytes): (usize, &u64)| {
            let offset = |number: usize| Offset::new(number as u64).unwrap();
            Cold { start: offset(number), stop: offset(number + 1), object: String::new(), bytes: *bytes, newest_ms: 0 }
        };
        bytes.iter().enumerate().map(cold).rev().collect()
    }

    fn sizes(bytes: &[u64]) -> Option<Vec<u64>> {
        let limits = Limits { merge: 4, segment: 1000, ..Limits::DECLARED };
        mergeable(&colds(bytes), &limits).map(|run| run.iter().map(|cold| cold.bytes).collect())
    }

    #[test]
    fn segments_of_one_size_become_one() {
        assert_eq!(sizes(&[20, 21, 22, 23]), Some(vec![20, 21, 22, 23]));
        assert_eq!(sizes(&[20, 21, 22]), None);
        assert_eq!(sizes(&[80, 20, 21, 22]), None);
        assert_eq!(sizes(&[80, 81, 82, 83, 20]), Some(vec![80, 81, 82, 83]));
        // Segments are not merged if the result would exceed the limit.
        assert_eq!(sizes(&[300, 301, 302, 303]), None);
    }

    #[test]
    fn a_trickle_is_copied_seldom() {
        let (mut segments, mut copied) = (Vec::new(), 0);
        let limits = Limits { merge: 4, segment: 1 << 20, ..Limits::DECLARED };
        for number in 0..1000 {
            segments.push(50 + number % 3);
            while let Some(merged) = mergeable(&colds(&segments), &limits) {
                let size: u64 = merged.iter().map(|cold| cold.bytes).sum();
                let at = merged[0].start.get() as usize;
                segments.splice(at..at + merged.len(), [size]);
                copied += size;
            }
        }
        assert!(segments.len() <= 20, "{segments:?}");
        assert!(copied <= 6 * 51_000, "{copied}");
    }

    #[test]
    fn the_longest_chain_is_found() {
        let chain = |ranges: &[(u64, u64)]| {
            let verified = |(number, (start, stop)): (usize, &(u64, u64))| {
                let (start, stop) = (Offset::new(*start).unwrap(), Offset::new(*stop).unwrap());
                let index = Rc::new(Index::read("0 1.1.00000000", 0).unwrap());
                let cold = Cold { start, stop, object: number.to_string(), bytes: 1, newest_ms: 0 };
                VerifiedSegment { cold, index, content_type: String::new(), policy: String::new(), closed: false }
            };
            let chain = super::chain(ranges.iter().enumerate().map(verified).collect(), 5);
            chain.iter().map(|verified| (verified.cold.start.get(), verified.cold.stop.get())).collect::<Vec<_>>()
        };
        assert_eq!(chain(&[(5, 7), (7, 9)]), [(5, 7), (7, 9)]);
        // A merged segment is preferred to its sources.
        assert_eq!(chain(&[(5, 7), (7, 9), (5, 9), (9, 12)]), [(5, 9), (9, 12)]);
        // The segment of a failed attempt is skipped.
        assert_eq!(chain(&[(5, 10), (5, 7), (7, 12)]), [(5, 7), (7, 12)]);
        assert_eq!(chain(&[(5, 7), (8, 12)]), [(5, 7)]);
        assert_eq!(chain(&[(0, 5), (6, 9)]), []);
    }

    #[test]
    fn keys_fit_however_long_the_path() {
        let generation = Generation::after(None, u64::MAX >> 16, u64::MAX);
        let offset = Offset::new((1 << 53) - 1).unwrap();
        let key = key(&"x".repeat(1024), &generation, offset, offset, u64::MAX);
        assert!(key.len() <= 1024);
        assert_eq!(segment_id(&key), Some((&*generation.0, offset.get())));
        assert_eq!(segment_id("stream/eA/report.pdf"), None);
        let (parsed, cold) = listed(Listed { key: key.clone(), put_ms: 5, bytes: 7 }).unwrap();
        let expected = Cold { start: offset, stop: offset, object: key, bytes: 7, newest_ms: 5 };
        assert_eq!((parsed, cold), (generation.0, expected));
    }
}
