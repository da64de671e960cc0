//! Live data: a page as server-sent events.

use crate::fanout::cursor::{cursor, cursor_to_pass};
use crate::fanout::reader::{Next, ReaderState, Step};
use crate::host::UnixMs;
use crate::metrics::Ending;
use crate::stream::Stream;
use crate::stream::page::Page;
use crate::stream::text::{Text, continues, held_back};
use spec::{Cursor, Limits, Offset, StreamSseDataEncoding, feed};
use std::time::Duration;
use wire::Payload;

/// The header value for encoded event data; `None` if the data is not encoded (PROTOCOL.md §5.8).
pub fn encoding(stream: &Stream) -> Option<StreamSseDataEncoding> {
    is_base64(stream).then_some(StreamSseDataEncoding::Base64)
}

/// Whether the data of events is encoded as Base64.
pub fn is_base64(stream: &Stream) -> bool {
    !stream.is_json() && stream.text == Some(Text::Bytes)
}

/// The offset at which a reader that continues at `start` begins. If `start` is the tail and within a character, this is the
/// start of that character, so that the reader gets all of it. It is never before the earliest retained offset.
pub fn begin(stream: &Stream, start: Offset) -> Offset {
    let unfinished = stream.text.filter(|_| start == stream.tail).map_or(0, Text::unfinished);
    Offset::new(start.get().saturating_sub(unfinished as u64)).map_or(start, |begin| begin.max(stream.earliest))
}

/// How long the SSE response of one reader lasts: within `sse_jitter` percent of `sse_lifetime`. `chance` is any number.
#[must_use]
pub fn lifetime(limits: &Limits, chance: u64) -> Duration {
    let most = limits.sse_lifetime / 100 * u32::try_from(limits.sse_jitter).unwrap_or(100);
    // The width of the range, in milliseconds.
    let span = u64::try_from(most.as_millis()).unwrap_or(u64::MAX / 2) * 2;
    (limits.sse_lifetime - most) + Duration::from_millis(chance % (span + 1))
}

/// Estimated bytes of a message that are not data: names of fields, and the control event.
const FRAMING_BYTES: usize = 192;

/// Minimum number of stream bytes in a message, however little room there is. It is enough for any character.
const DATA_BYTES_MIN: usize = 16;

/// The number of stream bytes that fit into a message of `room` bytes, if encoding doesn't lengthen them. [`step`] shortens the page
/// if it does. The result is at most `page`, but at least [`DATA_BYTES_MIN`].
pub fn payload_room(stream: &Stream, page: usize, room: usize) -> usize {
    let room = room.saturating_sub(FRAMING_BYTES);
    let bytes = if is_base64(stream) { room / 4 * 3 } else { room };
    bytes.min(page).max(DATA_BYTES_MIN)
}

/// Whether a page can't be sent because it starts within a character.
pub fn begins_within(stream: &Stream, page: &Page) -> bool {
    let is_text = !stream.is_json() && !is_base64(stream);
    is_text && page.first_byte().is_some_and(continues)
}

/// Whether a page before the tail is so short that it contains only a part of a character, so that none of it could be sent.
pub fn is_too_short(stream: &Stream, page: &Page) -> bool {
    let may_wait = !stream.is_json() && !is_base64(stream) && !page.reaches_tail() && page.bytes() < DATA_BYTES_MIN;
    may_wait && held_back(&page.body()) == page.bytes()
}

/// The message for readers at `reader_state`, made from `page`, which starts at their position. All events are in one message, so
/// data is never sent without its control event. The message has at most `room` bytes. It exceeds `room` only if a single JSON
/// message or [`DATA_BYTES_MIN`] bytes do.
///
/// # Errors
/// [`NotText`], if the response promised text and the data is not UTF-8.
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
        // Encoding can lengthen the data: a line break takes six bytes.
        let bytes = page.bytes();
        let budget = (bytes.saturating_mul(room) / length).min(bytes.saturating_sub(1)).max(DATA_BYTES_MIN);
        // A page has no gaps, so this can't fail.
        let Ok(shorter) = page.first(stream, budget) else { return Ok(step) };
        if shorter.stop() >= page.stop() {
            return Ok(step);
        }
        page = shorter;
    }
}

/// The data is not UTF-8, but the response promised text.
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
    // At most the end of the page, so it is a valid offset.
    let position = Offset::new(seen - held_back).unwrap_or(page.stop());
    let client = reader_state.cursor.and_then(Cursor::new);
    let cursor_left = cursor_to_pass(limits, now, position, client).map(Cursor::get);
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
        return Ok(Step { message: None, next: Next::State(next) });
    }
    let stream_cursor = cursor(limits, now, position, client);
    feed::Control {
        stream_next_offset: position,
        stream_cursor: (!ends).then_some(stream_cursor),
        up_to_date: current,
        stream_closed: ends,
    }
    .write(&mut out);
    let next = if ends { Next::End(Ending::Closed) } else { Next::State(next) };
    Ok(Step { message: Some(out.into_bytes()), next })
}

/// Writes the data of a page, and returns the number of bytes at its end that are held back, since they are only a part of a
/// character. At the end of a closed stream, nothing is held back.
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
