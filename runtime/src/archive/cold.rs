//! The cold part of a stream: segments, as the database knows them and as a bucket holds them.

use crate::Failure;
use crate::archive::part;
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
use std::collections::BTreeMap;
use std::rc::Rc;

/// What the keys of all segments begin with.
pub const PREFIX: &str = "stream/";

/// Bytes of a path that its keys tell: a key has at most 1,024. The generation is what makes keys differ.
const PATH_BYTES_MAX: usize = 690;

/// An object in the bucket that holds a stretch of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cold {
    pub start: Offset,
    pub stop: Offset,
    /// Its key.
    pub object: String,
    /// Its size.
    pub bytes: u64,
    /// Nothing in it is newer than this.
    pub newest_ms: UnixMs,
}

/// A stretch that a new object holds from now on, in place of what has held it.
#[derive(Clone, Debug)]
pub struct Archive {
    pub cold: Cold,
    pub index: Rc<Index>,
    pub replaces: Replaced,
}

/// What has held a stretch before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// Rows of the log: so much of the stream's hot part.
    Rows { moved: Hot },
    /// A part, which is as much of the hot part, and whose object is to be removed at some time.
    Part { moved: Hot, due_ms: UnixMs },
    /// Segments, whose objects are to be removed at some time.
    Segments { due_ms: UnixMs },
}

/// The key of a new object. No two are the same, not even for the same stretch.
pub fn key(path: &str, generation: &Generation, start: Offset, stop: Offset, unique: u64) -> String {
    let (start, stop) = (start.get(), stop.get());
    format!("{}{generation}/{start:016x}-{stop:016x}-{unique:016x}.seg", prefix(path))
}

/// Segments that hold a stretch of a stream without a gap, in order, and what is where in each.
pub type Chain = Rc<[(Cold, Rc<Index>)]>;

/// A segment of which every byte has been looked at.
#[derive(Clone, Debug)]
pub struct VerifiedSegment {
    pub cold: Cold,
    pub index: Rc<Index>,
    pub content_type: String,
    pub policy: String,
    /// Whether the stream has ended with it.
    pub closed: bool,
}

/// Looks at every byte of an object that was read for `cold`.
///
/// # Errors
/// [`Damage`], if it is not a segment of this life of the path.
pub fn verify(cold: &Cold, path: &str, generation: &str, bytes: &[u8]) -> Result<VerifiedSegment, Damage> {
    let segment = Segment::read(bytes)?;
    let Header { path: own_path, generation: own_generation, start, content_type, policy, .. } = segment.header.clone();
    let expected = (path, generation, cold.start.get(), cold.stop.get());
    if (&*own_path, &*own_generation, start, segment.stop()) != expected {
        return Err(Damage("a segment of something else"));
    }
    Ok(VerifiedSegment {
        cold: cold.clone(),
        index: Rc::new(segment.index),
        content_type,
        policy,
        closed: segment.closed,
    })
}

/// The segments that reach furthest from `start` on, without a gap. There may be some that others were made of.
pub fn chain(mut sound: Vec<VerifiedSegment>, start: u64) -> Vec<VerifiedSegment> {
    // Of those that start at the same place, the longest first: what the others are part of.
    sound.sort_by_key(|sound| (sound.cold.start, std::cmp::Reverse(sound.cold.stop)));
    let mut last: BTreeMap<u64, Option<&VerifiedSegment>> = BTreeMap::from([(start, None)]);
    for sound in &sound {
        if last.contains_key(&sound.cold.start.get()) {
            last.entry(sound.cold.stop.get()).or_insert(Some(sound));
        }
    }
    let (mut chain, mut at) = (Vec::new(), last.last_key_value().and_then(|(_, sound)| *sound));
    while let Some(sound) = at {
        chain.push(sound.clone());
        at = last.get(&sound.cold.start.get()).copied().flatten();
    }
    chain.reverse();
    chain
}

/// What the keys of the segments of a path begin with; where the path is too long for a key, those of others may, too.
pub fn prefix(path: &str) -> String {
    let path = &path.as_bytes()[..path.len().min(PATH_BYTES_MAX)];
    format!("{PREFIX}{}/", URL_SAFE_NO_PAD.encode(path))
}

/// Whether the keys of a path tell only what it begins with.
pub fn is_truncated(path: &str) -> bool {
    path.len() >= PATH_BYTES_MAX
}

/// What the keys of the segments of one life of a path begin with. No other path has such keys, however long it is.
pub fn generation_prefix(path: &str, generation: &Generation) -> String {
    format!("{}{generation}/", prefix(path))
}

/// The generation and the segment that a key of [`key`]'s tells of.
pub fn listed(object: Listed) -> Option<(String, Cold)> {
    let Listed { key: object, put_ms: newest_ms, bytes } = object;
    let (generation, start) = segment_id(&object)?;
    let (_, file) = object.rsplit_once('/')?;
    let stop = u64::from_str_radix(file.split('-').nth(1)?, 16).ok()?;
    let (generation, start, stop) = (generation.to_owned(), Offset::new(start)?, Offset::new(stop)?);
    Some((generation, Cold { start, stop, object, bytes, newest_ms }))
}

/// What a row that names an object would be found by: its generation, and where it starts.
pub type SegmentId<'a> = (&'a str, u64);

/// The place that a key of [`key`]'s tells of.
pub fn segment_id(key: &str) -> Option<SegmentId<'_>> {
    let [_, generation, file] = key.strip_prefix(PREFIX)?.splitn(3, '/').collect::<Vec<_>>().try_into().ok()?;
    let (start, _) = file.strip_suffix(".seg")?.split_once('-')?;
    Some((generation, u64::from_str_radix(start, 16).ok()?))
}

/// The stretch of a stream that a key tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    pub key: String,
    pub generation: String,
    pub start: u64,
    pub stop: u64,
    /// The path of the stream, or what it begins with.
    pub path: String,
    /// Whether the path may go on: keys tell only so much of it.
    pub truncated: bool,
}

/// The stretch that a key of [`key`]'s tells of.
pub fn range_of(key: &str) -> Option<KeyRange> {
    let (generation, start) = segment_id(key)?;
    let (_, file) = key.rsplit_once('/')?;
    let stop = u64::from_str_radix(file.split('-').nth(1)?, 16).ok()?;
    let (path, truncated) = path_of(key)?;
    Some(KeyRange { key: key.to_owned(), generation: generation.to_owned(), start, stop, path, truncated })
}

/// The path that a key tells of, or what it begins with, and whether it may go on.
pub fn path_of(key: &str) -> Option<(String, bool)> {
    let path = URL_SAFE_NO_PAD.decode(key.strip_prefix(PREFIX)?.split('/').next()?).ok()?;
    Some((String::from_utf8_lossy(&path).into_owned(), path.len() >= PATH_BYTES_MAX))
}

fn kind(json: bool) -> Kind {
    if json { Kind::Json } else { Kind::Bytes }
}

/// A segment of a stream about to be written, of about so many bytes.
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

/// Adds a row of the log.
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

/// Adds all of an object that was read for `cold`.
///
/// # Errors
/// [`Damage`], if it is another one.
pub fn copy(writer: &mut Writer, cold: &Cold, path: &str, stream: &Stream, bytes: &[u8]) -> Result<(), Damage> {
    let segment = Segment::read(bytes)?;
    // One that was written before segments had terms is as good.
    let policy = segment.header.policy.clone();
    let expected = Header { policy, ..header(path, stream, cold.start) };
    if segment.header != expected || segment.stop() != cold.stop.get() {
        return Err(Damage("a segment of something else"));
    }
    segment.content().for_each(|frame| writer.push(frame));
    Ok(())
}

/// Adds all of a part that was read for `cold`.
///
/// # Errors
/// [`Damage`], if it is another one.
pub fn copy_part(writer: &mut Writer, cold: &Cold, path: &str, stream: &Stream, bytes: &[u8]) -> Result<(), Damage> {
    let segment = Segment::read(bytes)?;
    let span = cold.stop.get() - cold.start.get();
    if segment.header != part::header(path, &stream.generation, stream.is_json()) || segment.stop() != span {
        return Err(Damage("a part of something else"));
    }
    segment.content().for_each(|frame| writer.push(frame));
    Ok(())
}

/// Adds to a page what a segment has of it, up to `until` at most. Says whether there is more room. Nothing is added where
/// something of it is damaged or missing. The offsets of the page differ by `shift` from those of the segment.
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
    let stretch = index.page_range(shift.down(builder.stop())?.get(), page, limits.seek);
    let stretch = stretch.ok_or(Failure::Corrupt("segments.blocks"))?;
    if builder.is_empty() {
        builder.narrow(stretch.budget());
    } else if stretch.length() > builder.room() as u64 {
        // What follows is for the next page, which is the same for everyone.
        return Ok(Ok(false));
    }
    let bytes = bucket.get(&cold.object, stretch.range()).await?.ok_or(Damage("there is no such object"));
    match bytes.and_then(|bytes| chunks(json, &stretch, &bytes)) {
        Ok(chunks) => {
            let room = builder.add(shift.lift(chunks)?.iter(), until)?;
            Ok(Ok(room && (stretch.goes_on() || builder.stop() >= until)))
        }
        Err(damage) => Ok(Err(damage)),
    }
}

/// What was read for a stretch, a chunk for each block.
///
/// # Errors
/// [`Damage`], if it is not what was written.
pub fn chunks(json: bool, stretch: &segment::BlockRange<'_>, bytes: &[u8]) -> Result<Vec<Rc<Chunk>>, Damage> {
    let chunk = |(block, bytes): (&segment::Block, &[u8])| {
        let frames = block.open(kind(json), bytes)?;
        let start = Offset::new(block.start).ok_or(Damage("an offset that there is not"))?;
        let content = if json {
            let (mut text, mut ends) = (String::with_capacity(bytes.len()), Vec::new());
            for frame in frames {
                let message = std::str::from_utf8(frame).map_err(|_| Damage("a message that is no text"))?;
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
    stretch.split(bytes)?.map(chunk).collect()
}

/// Which of some segments, given from the newest on, are to become one: as many next to each other as `limits` say, of
/// about the same size, and the oldest first. So each byte is copied as often as the logarithm of their number says.
pub fn mergeable(newest_first: &[Cold], limits: &Limits) -> Option<Vec<Cold>> {
    let count = limits.merge.max(2);
    let level = |cold: &Cold| cold.bytes.max(1).ilog(count as u64);
    let fits = |run: &&[Cold]| {
        let alike = run.iter().all(|cold| level(cold) == level(&run[0]));
        alike && run.iter().map(|cold| cold.bytes).sum::<u64>() <= limits.segment as u64
    };
    newest_first.windows(count).find(fits).map(|run| run.iter().rev().cloned().collect())
}

/// Up to where segments, given from the oldest on with the bytes that are kept without each, are to be removed; and when
/// the next one is, if time alone decides that.
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
        // What would be longer than a segment may be stays as it is.
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
            let sound = |(number, (start, stop)): (usize, &(u64, u64))| {
                let (start, stop) = (Offset::new(*start).unwrap(), Offset::new(*stop).unwrap());
                let index = Rc::new(Index::read("0 1.1.00000000", 0).unwrap());
                let cold = Cold { start, stop, object: number.to_string(), bytes: 1, newest_ms: 0 };
                VerifiedSegment { cold, index, content_type: String::new(), policy: String::new(), closed: false }
            };
            let chain = super::chain(ranges.iter().enumerate().map(sound).collect(), 5);
            chain.iter().map(|sound| (sound.cold.start.get(), sound.cold.stop.get())).collect::<Vec<_>>()
        };
        assert_eq!(chain(&[(5, 7), (7, 9)]), [(5, 7), (7, 9)]);
        // Rather one than those that it was made of.
        assert_eq!(chain(&[(5, 7), (7, 9), (5, 9), (9, 12)]), [(5, 9), (9, 12)]);
        // An attempt that led nowhere.
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
        let (life, cold) = listed(Listed { key: key.clone(), put_ms: 5, bytes: 7 }).unwrap();
        let expected = Cold { start: offset, stop: offset, object: key, bytes: 7, newest_ms: 5 };
        assert_eq!((life, cold), (generation.0, expected));
    }
}
