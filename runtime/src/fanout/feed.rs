//! Live data: a page as server-sent events.

use crate::fanout::cursor::{cursor, mattering};
use crate::fanout::reader::{ReaderState, Step};
use crate::host::UnixMs;
use crate::stream::Stream;
use crate::stream::page::Page;
use crate::stream::text::{Text, continues, held_back};
use spec::{Cursor, Limits, Offset, StreamSseDataEncoding, feed};
use std::time::Duration;
use wire::Payload;

/// How the events of a stream say that their data is encoded, if it is (PROTOCOL.md §5.8).
pub fn encoding(stream: &Stream) -> Option<StreamSseDataEncoding> {
    is_base64(stream).then_some(StreamSseDataEncoding::Base64)
}

/// Whether the data of events is encoded.
pub fn is_base64(stream: &Stream) -> bool {
    !stream.is_json() && stream.text == Some(Text::Bytes)
}

/// Where a reader begins who is to go on from `start`: before a character that is not whole yet, so that it gets all of it, if that is
/// still kept.
pub fn begin(stream: &Stream, start: Offset) -> Offset {
    let unfinished = stream.text.filter(|_| start == stream.tail).map_or(0, Text::unfinished);
    Offset::new(start.get().saturating_sub(unfinished as u64)).map_or(start, |begin| begin.max(stream.earliest))
}

/// How long a response of events lasts for one reader, where `chance` is any number: within `sse_jitter` of `sse_lifetime`.
#[must_use]
pub fn lifetime(limits: &Limits, chance: u64) -> Duration {
    let most = limits.sse_lifetime / 100 * u32::try_from(limits.sse_jitter).unwrap_or(100);
    // From 0 to twice that.
    let span = u64::try_from(most.as_millis()).unwrap_or(u64::MAX / 2) * 2;
    (limits.sse_lifetime - most) + Duration::from_millis(chance % (span + 1))
}

/// Bytes of a message that are not data: names of fields, and the control event. More or less, since only the encoding tells.
const AROUND: usize = 192;

/// The least of a stream that a message is made of, in bytes: enough for any character, however little room there is.
const LEAST: usize = 16;

/// The bytes of `stream` that fit into a message of `room` bytes, if they take no more as text than they have. What does, is cut when it
/// is encoded.
/// No more than `page` bytes, but for the least.
pub fn payload_room(stream: &Stream, page: usize, room: usize) -> usize {
    let room = room.saturating_sub(AROUND);
    let bytes = if is_base64(stream) { room / 4 * 3 } else { room };
    bytes.min(page).max(LEAST)
}

/// Whether a page is not what a reader can be sent, since a character begins before it.
pub fn begins_within(stream: &Stream, page: &Page) -> bool {
    let is_text = !stream.is_json() && !is_base64(stream);
    is_text && page.first_byte().is_some_and(continues)
}

/// Whether a page has too little of a stream that goes on: all of it would wait for what follows.
pub fn is_too_short(stream: &Stream, page: &Page) -> bool {
    let may_wait = !stream.is_json() && !is_base64(stream) && !page.reaches_tail() && page.bytes() < LEAST;
    may_wait && held_back(&page.body()) == page.bytes()
}

/// What a reader at `reader_state` is sent of `page`, which begins there: the events are one message, so that no data goes
/// without its control event. It has at most `room` bytes, or no more of the stream than one message, or [`LEAST`].
///
/// # Errors
/// [`NotText`], if the stream is not the text that the reader was promised.
pub fn step(
    limits: &Limits,
    now: UnixMs,
    stream: &Stream,
    reader_state: &ReaderState,
    mut page: Page,
    room: usize,
) -> Result<Step, NotText> {
    loop {
        let step = events(limits, now, stream, reader_state, &page)?;
        let length = step.message.as_ref().map_or(0, Vec::len);
        if length <= room {
            return Ok(step);
        }
        // Line breaks take six times their size.
        let bytes = page.bytes();
        let budget = (bytes.saturating_mul(room) / length).min(bytes.saturating_sub(1)).max(LEAST);
        // A page has no gaps.
        let Ok(shorter) = page.first(stream, budget) else { return Ok(step) };
        if shorter.stop() >= page.stop() {
            return Ok(step);
        }
        page = shorter;
    }
}

/// Not UTF-8, where text was to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotText;

fn events(
    limits: &Limits,
    now: UnixMs,
    stream: &Stream,
    reader_state: &ReaderState,
    page: &Page,
) -> Result<Step, NotText> {
    let mut out = String::new();
    let held_back = data(stream, page, &mut out)?;
    let (seen, ends) = (page.stop().get(), page.ends_stream());
    // An offset that is not beyond that of the page.
    let position = Offset::new(seen - held_back).unwrap_or(page.stop());
    let client = reader_state.cursor.and_then(Cursor::new);
    let cursor_left = mattering(limits, now, position, client).map(Cursor::get);
    let current = page.reaches_tail();
    let next = ReaderState {
        position: position.get(),
        seen,
        cursor: cursor_left,
        position_sent: true,
        current,
        ..reader_state.clone()
    };
    if out.is_empty() && reader_state.current && !ends {
        return Ok(Step { message: None, next: Some(next) });
    }
    let stream_cursor = cursor(limits, now, position, client);
    feed::Control {
        stream_next_offset: position,
        stream_cursor: (!ends).then_some(stream_cursor),
        up_to_date: current,
        stream_closed: ends,
    }
    .write(&mut out);
    Ok(Step { message: Some(out.into_bytes()), next: (!ends).then_some(next) })
}

/// Writes the data of a page, and says how many bytes of it have to wait for what follows. At the end of a stream, nothing does.
fn data(stream: &Stream, page: &Page, out: &mut String) -> Result<u64, NotText> {
    if page.is_empty() {
        return Ok(0);
    }
    let body = page.body();
    if is_base64(stream) {
        feed::data(out, Payload::Bytes(&body));
        return Ok(0);
    }
    let held_back = if stream.is_json() || page.ends_stream() { 0 } else { held_back(&body) };
    let whole = std::str::from_utf8(&body[..body.len() - held_back]).map_err(|_| NotText)?;
    if !whole.is_empty() {
        feed::data(out, Payload::Text(whole));
    }
    Ok(held_back as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_stay_for_different_times_around_the_lifetime() {
        let limits = |lifetime, jitter| {
            let sse_lifetime = Duration::from_secs(lifetime);
            Limits { sse_lifetime, sse_jitter: jitter, ..Limits::DECLARED }
        };
        let seconds = |limits: &Limits, chance| lifetime(limits, chance).as_secs_f64();
        let declared = limits(900, 20);
        assert_eq!(
            (seconds(&declared, 0), seconds(&declared, 180_000), seconds(&declared, 360_000)),
            (720.0, 900.0, 1080.0)
        );
        assert!(
            (0..10_000)
                .map(|n| seconds(&declared, u64::wrapping_mul(n, 0x9e37_79b9_7f4a_7c15)))
                .all(|time| (720.0..=1080.0).contains(&time))
        );
        assert_eq!(seconds(&limits(900, 0), 12_345), 900.0);
        assert_eq!((seconds(&limits(10, 100), 0), seconds(&limits(10, 100), 20_000)), (0.0, 20.0));
    }
}
