//! Conversion between rows and values.

use crate::Failure;
use crate::archive::cold::Cold;
use crate::archive::part::PlacedPart;
use crate::host::UnixMs;
use crate::stream::chunk::{Chunk, Content};
use crate::stream::fork::{Ancestor, ForkRef, PendingRelease};
use crate::stream::hot::Hot;
use crate::stream::labels::Labels;
use crate::stream::listed::ListedRow;
use crate::stream::producer::History;
use crate::stream::retention::Retention;
use crate::stream::text::Text;
use crate::stream::{Fence, Generation, Stream, Tombstone};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use segment::Index;
use serde_json::{Map, Value};
use spec::{Epoch, Lifetime, Offset, ProducerId, Seq, StreamRetainAge, StreamRetainBytes, StreamSeq, StreamTtl};
use std::rc::Rc;
use wire::{MediaType, Rule, Timestamp};

type Row = Map<String, Value>;

/// The values of the column `form`: the encoding of a payload.
const JSON: &str = "json";
const TEXT: &str = "text";
const BASE64: &str = "base64";

/// The columns `form`, `lengths` and `payload` of a row.
///
/// Bytes that are UTF-8 are stored as text, because base64 takes a third more. Bytes that contain a NUL are stored as base64, because
/// some functions of SQLite end a text there.
pub fn encode(content: &Content) -> (&'static str, Option<String>, String) {
    match content {
        Content::Json { text, ends } => (JSON, lengths(ends), text.clone()),
        Content::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if !bytes.contains(&0) => (TEXT, None, text.to_owned()),
            _ => (BASE64, None, STANDARD.encode(bytes)),
        },
    }
}

fn lengths(ends: &[usize]) -> Option<String> {
    if ends.len() < 2 {
        return None;
    }
    let mut from = 0;
    let lengths = ends.iter().map(|end| {
        let length = end - from;
        from = end + 1;
        length.to_string()
    });
    Some(lengths.collect::<Vec<_>>().join(" "))
}

fn ends(lengths: Option<&str>, payload: &str) -> Option<Vec<usize>> {
    let Some(lengths) = lengths else {
        return Some(vec![payload.len()]);
    };
    let mut from = 0;
    let mut ends = Vec::new();
    for length in lengths.split(' ') {
        let end = from + length.parse::<usize>().ok()?;
        ends.push(end);
        from = end + 1;
    }
    (ends.last() == Some(&payload.len())).then_some(ends)
}

pub fn chunk(row: &Row) -> Result<Chunk, Failure> {
    let start = offset(row, "start")?;
    let payload = required_text(row, "payload")?;
    let content = match required_text(row, "form")? {
        JSON => {
            let ends = ends(text(row, "lengths"), payload).ok_or(Failure::Corrupt("log.lengths"))?;
            Content::Json { text: payload.to_owned(), ends }
        }
        TEXT => Content::Bytes(payload.as_bytes().to_vec()),
        BASE64 => Content::Bytes(STANDARD.decode(payload).map_err(|_| Failure::Corrupt("log.payload"))?),
        _ => return Err(Failure::Corrupt("log.form")),
    };
    let chunk = Chunk { start, content };
    if chunk.stop() != Some(offset(row, "stop")?) {
        return Err(Failure::Corrupt("log.stop"));
    }
    Ok(chunk)
}

/// The end of a segment or part, and the bytes of its R2 object.
pub fn size(row: &Row) -> Result<(Offset, u64), Failure> {
    Ok((offset(row, "stop")?, integer(row, "bytes").ok_or(Failure::Corrupt("segments.bytes"))?))
}

/// The amount of a stream's data in the database.
pub fn hot(row: &Row) -> Result<Hot, Failure> {
    let bytes = integer(row, "hot_bytes").ok_or(Failure::Corrupt("streams.hot_bytes"))?;
    let rows = integer(row, "hot_rows").ok_or(Failure::Corrupt("streams.hot_rows"))?;
    Ok(Hot { bytes, rows })
}

pub fn stream(row: &Row) -> Result<Stream, Failure> {
    let new = crate::stream::NewStream {
        generation: Generation(required_text(row, "generation")?.to_owned()),
        content_type: read(MediaType::read, required_text(row, "content_type")?, "streams.content_type")?,
        lifetime: lifetime(row)?,
        retention: retention(row)?,
        labels: labels(row)?,
        closed: integer(row, "closed") == Some(1),
        origin: json(row, "origin", "streams.origin")?,
        lineage: json::<Vec<Ancestor>>(row, "lineage", "streams.lineage")?.unwrap_or_default().into(),
        now: integer(row, "created_ms").ok_or(Failure::Corrupt("streams.created_ms"))?,
    };
    let fence = Fence(required_text(row, "fence")?.to_owned());
    let mut stream = Stream::new(new, fence, offset(row, "tail")?);
    stream.checkpoint.fence = Fence(required_text(row, "checkpoint")?.to_owned());
    stream.closed_by = super::closing(
        text(row, "closed_by_id").map(|id| read(ProducerId::read, id, "streams.closed_by_id")).transpose()?,
        integer(row, "closed_by_epoch").and_then(Epoch::new),
        integer(row, "closed_by_seq").and_then(Seq::new),
    );
    stream.last_seq =
        text(row, "stream_seq").map(|seq| read(StreamSeq::read, seq, "streams.stream_seq")).transpose()?;
    stream.updated_ms = integer(row, "updated_ms").unwrap_or(stream.created_ms);
    stream.stored_deadline_ms = integer(row, "lease_ms");
    stream.gone = integer(row, "gone") == Some(1);
    (stream.hot, stream.earliest) = (hot(row)?, offset(row, "earliest")?);
    stream.text = text(row, "text_end").map(|stored| read_text_end(stored, stream.tail)).transpose()?.flatten();
    Ok(stream.restore_deadline())
}

/// The column `text_end`: the state of the stream's text, and the tail offset for which it is valid. The offset is needed because an older
/// version, which does not maintain the column, may append to the stream.
pub fn text_end(stream: &Stream) -> Option<String> {
    stream.text.map(|text| format!("{} {}", stream.tail.get(), String::from(text)))
}

/// Parses the column `text_end`. `None`, if it was written for another tail offset. [`Text::Bytes`] is valid for all later offsets.
fn read_text_end(stored: &str, tail: Offset) -> Result<Option<Text>, Failure> {
    let corrupt = || Failure::Corrupt("streams.text_end");
    let (up_to, text) = stored.split_once(' ').ok_or_else(corrupt)?;
    let text = Text::try_from(text.to_owned()).map_err(|_| corrupt())?;
    Ok((text == Text::Bytes || up_to.parse() == Ok(tail.get())).then_some(text))
}

fn labels(row: &Row) -> Result<Labels, Failure> {
    Labels::read(text(row, "labels")).ok_or(Failure::Corrupt("streams.labels"))
}

fn lifetime(row: &Row) -> Result<Option<Lifetime>, Failure> {
    if let Some(ttl) = integer(row, "ttl_s") {
        let ttl = StreamTtl::new(ttl).ok_or(Failure::Corrupt("streams.ttl_s"))?;
        return Ok(Some(Lifetime::StreamTtl(ttl)));
    }
    let Some(at) = text(row, "expires_at") else {
        return Ok(None);
    };
    Ok(Some(Lifetime::StreamExpiresAt(read(Timestamp::stored, at, "streams.expires_at")?)))
}

fn retention(row: &Row) -> Result<Retention, Failure> {
    let bytes = integer(row, "retain_bytes").map(|bytes| StreamRetainBytes::new(bytes).ok_or("streams.retain_bytes"));
    let age = integer(row, "retain_age_s").map(|age| StreamRetainAge::new(age).ok_or("streams.retain_age_s"));
    let (bytes, age) = bytes.transpose().and_then(|bytes| Ok((bytes, age.transpose()?))).map_err(Failure::Corrupt)?;
    Ok(Retention { bytes, age })
}

pub fn clock(row: &Row) -> Result<UnixMs, Failure> {
    integer(row, "now_ms").ok_or(Failure::Corrupt("unixepoch"))
}

pub fn producer(row: &Row) -> Result<(ProducerId, History), Failure> {
    let id = read(ProducerId::read, required_text(row, "id")?, "producers.id")?;
    let epoch = integer(row, "epoch").and_then(Epoch::new).ok_or(Failure::Corrupt("producers.epoch"))?;
    let seq = integer(row, "seq").and_then(Seq::new).ok_or(Failure::Corrupt("producers.seq"))?;
    let tails: Vec<u64> = json(row, "tails", "producers.tails")?.unwrap_or_default();
    let tails = tails.into_iter().map(Offset::new).collect::<Option<_>>().ok_or(Failure::Corrupt("producers.tails"))?;
    Ok((id, History { epoch, seq, tails }))
}

/// The column `producers` of a row of the log.
pub fn row_producers(row: &Row) -> Result<Vec<(ProducerId, History)>, Failure> {
    const NAME: &str = "log.producers";
    let stored: Vec<(String, u64, u64, Vec<u64>)> = json(row, "producers", NAME)?.unwrap_or_default();
    let history = |(id, epoch, seq, tails): (String, u64, u64, Vec<u64>)| {
        let id = read(ProducerId::read, &id, NAME)?;
        let history = || {
            let tails = tails.into_iter().map(Offset::new).collect::<Option<_>>()?;
            Some(History { epoch: Epoch::new(epoch)?, seq: Seq::new(seq)?, tails })
        };
        Ok((id, history().ok_or(Failure::Corrupt(NAME))?))
    };
    stored.into_iter().map(history).collect()
}

/// A producer in the column `producers` of a row of the log, as JSON.
pub fn encode_producer(id: &ProducerId, history: &History) -> String {
    let tails: Vec<u64> = history.tails.iter().map(|tail| tail.get()).collect();
    serde_json::json!([id.as_str(), history.epoch.get(), history.seq.get(), tails]).to_string()
}

pub fn cold(row: &Row) -> Result<Cold, Failure> {
    let bytes = integer(row, "bytes").ok_or(Failure::Corrupt("segments.bytes"))?;
    let newest_ms = integer(row, "newest_ms").ok_or(Failure::Corrupt("segments.newest_ms"))?;
    Ok(Cold { start: offset(row, "start")?, stop: offset(row, "stop")?, object: object(row)?, bytes, newest_ms })
}

pub fn aged(row: &Row) -> Result<(Cold, u64), Failure> {
    Ok((cold(row)?, integer(row, "newer").ok_or(Failure::Corrupt("segments.bytes"))?))
}

pub fn index(row: &Row, cold: &Cold) -> Result<Index, Failure> {
    let index = Index::read(required_text(row, "blocks")?, cold.start.get());
    index.ok().filter(|index| index.stop() == cold.stop.get()).ok_or(Failure::Corrupt("segments.blocks"))
}

pub fn part(row: &Row) -> Result<PlacedPart, Failure> {
    let cold = cold(row)?;
    let index = Rc::new(index(row, &cold)?);
    let bytes = integer(row, "payload_bytes").ok_or(Failure::Corrupt("parts.payload_bytes"))?;
    Ok(PlacedPart { cold, index, hot: Hot { bytes, rows: 1 } })
}

/// A stream in a list.
pub fn listed(row: &Row) -> Result<ListedRow, Failure> {
    let number = |column: &'static str| integer(row, column).ok_or(Failure::Corrupt(column));
    let expires_at = text(row, "expires_at").map(|at| read(Timestamp::stored, at, "streams.expires_at"));
    Ok(ListedRow {
        path: path(row)?,
        content_type: required_text(row, "content_type")?.to_owned(),
        tail: offset(row, "tail")?,
        earliest: offset(row, "earliest")?,
        closed: integer(row, "closed") == Some(1),
        created_ms: number("created_ms")?,
        updated_ms: number("updated_ms")?,
        ttl_s: integer(row, "ttl_s"),
        expires_at: expires_at.transpose()?,
        source: text(row, "source").map(str::to_owned),
        hot_bytes: number("hot_bytes")?,
        cold_bytes: number("cold_bytes")?,
        labels: labels(row)?,
    })
}

pub fn path(row: &Row) -> Result<String, Failure> {
    Ok(required_text(row, "path")?.to_owned())
}

pub fn prefix(row: &Row) -> Option<&str> {
    text(row, "prefix")
}

pub fn stop(row: &Row) -> Result<Offset, Failure> {
    offset(row, "stop")
}

pub fn start(row: &Row) -> Result<Offset, Failure> {
    offset(row, "start")
}

pub fn generation(row: &Row) -> Result<String, Failure> {
    Ok(required_text(row, "generation")?.to_owned())
}

/// The number that changes with the subscribers of a stream.
pub fn subscribed(row: &Row) -> Result<u64, Failure> {
    integer(row, "subscribed").ok_or(Failure::Corrupt("streams.subscribed"))
}

/// The ID of a subscription.
pub fn subscription(row: &Row) -> Result<String, Failure> {
    Ok(required_text(row, "subscription")?.to_owned())
}

/// The pattern of a subscription.
pub fn pattern(row: &Row) -> Result<String, Failure> {
    Ok(required_text(row, "pattern")?.to_owned())
}

pub fn producers(row: &Row) -> Result<u64, Failure> {
    integer(row, "producers").ok_or(Failure::Corrupt("producers"))
}

pub fn tombstone(row: &Row) -> Result<Tombstone, Failure> {
    Ok(Tombstone { generation: Generation(generation(row)?), tail: offset(row, "tail")? })
}

pub fn tombstone_key(row: &Row) -> Result<(String, String), Failure> {
    Ok((required_text(row, "path")?.to_owned(), required_text(row, "generation")?.to_owned()))
}

pub fn object(row: &Row) -> Result<String, Failure> {
    Ok(required_text(row, "object")?.to_owned())
}

pub fn discarded(row: &Row) -> Result<(String, UnixMs), Failure> {
    let due_ms = integer(row, "due_ms").ok_or(Failure::Corrupt("discarded.due_ms"))?;
    Ok((object(row)?, due_ms))
}

pub fn fork_ref(row: &Row) -> Result<ForkRef, Failure> {
    Ok(ForkRef(required_text(row, "edge")?.to_owned()))
}

pub fn fence(row: &Row) -> Result<Fence, Failure> {
    Ok(Fence(required_text(row, "fence")?.to_owned()))
}

pub fn pending_release(row: &Row) -> Result<PendingRelease, Failure> {
    let due_ms = integer(row, "due_ms").ok_or(Failure::Corrupt("debts.due_ms"))?;
    Ok(PendingRelease { fork_ref: fork_ref(row)?, source: required_text(row, "source")?.to_owned(), due_ms })
}

fn json<T: serde::de::DeserializeOwned>(row: &Row, column: &str, name: &'static str) -> Result<Option<T>, Failure> {
    text(row, column).map(serde_json::from_str).transpose().map_err(|_| Failure::Corrupt(name))
}

fn read<T>(read: impl Fn(&str) -> Result<T, Rule>, text: &str, column: &'static str) -> Result<T, Failure> {
    read(text).map_err(|_| Failure::Corrupt(column))
}

pub(super) fn text<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    row.get(column)?.as_str()
}

pub(super) fn required_text<'a>(row: &'a Row, column: &'static str) -> Result<&'a str, Failure> {
    text(row, column).ok_or(Failure::Corrupt(column))
}

/// D1 returns integers as JavaScript numbers, and large ones arrive as floats.
pub(super) fn integer(row: &Row, column: &str) -> Option<u64> {
    let value = row.get(column)?;
    let exact = |float: f64| {
        (float >= 0.0 && float.fract() == 0.0 && float <= wire::MAX_EXACT_INTEGER as f64).then_some(float as u64)
    };
    value.as_u64().or_else(|| value.as_f64().and_then(exact))
}

pub(super) fn offset(row: &Row, column: &'static str) -> Result<Offset, Failure> {
    integer(row, column).and_then(Offset::new).ok_or(Failure::Corrupt(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode_and_decode(content: &Content) -> Chunk {
        let (form, lengths, payload) = encode(content);
        let stop = 7 + content.span();
        let row = serde_json::json!({"start": 7, "stop": stop, "form": form, "lengths": lengths, "payload": payload});
        chunk(row.as_object().unwrap()).unwrap()
    }

    #[test]
    fn rows_keep_content_exactly() {
        let json = Content::Json { text: "1,\"a,b\",[2]".into(), ends: vec![1, 7, 11] };
        let bytes = [b"plain".to_vec(), "é".into(), vec![0], vec![0xff, 0xfe], (0..=255).collect()];
        for content in bytes.map(Content::Bytes).into_iter().chain([json]) {
            assert_eq!(encode_and_decode(&content).content, content);
        }
    }

    #[test]
    fn damaged_rows_are_detected() {
        let row = |lengths: &str, stop: u64| {
            let row =
                serde_json::json!({"start": 0, "stop": stop, "form": "json", "lengths": lengths, "payload": "1,2"});
            chunk(row.as_object().unwrap())
        };
        assert!(row("1 1", 2).is_ok());
        assert_eq!(row("1 2", 2), Err(Failure::Corrupt("log.lengths")));
        assert_eq!(row("1 1", 3), Err(Failure::Corrupt("log.stop")));
    }
}
