//! Live data: a page as server-sent events.

use crate::Failure;
use crate::cursor::{cursor, mattering};
use crate::host::UnixMs;
use crate::page::Page;
use crate::reader::{Place, Step};
use crate::stream::Stream;
use spec::{Cursor, Limits, Offset, StreamSseDataEncoding, feed};
use wire::Framing;

/// How the events of a stream say that their data is encoded, if it is (PROTOCOL.md §5.8).
pub fn encoding(stream: &Stream) -> Option<StreamSseDataEncoding> {
    match framing(stream) {
        Framing::Text => None,
        Framing::Base64 => Some(StreamSseDataEncoding::Base64),
    }
}

fn framing(stream: &Stream) -> Framing {
    let text = stream.is_json() || spec::media::TEXT.matches(&stream.content_type);
    if text { Framing::Text } else { Framing::Base64 }
}

/// Bytes of a message that are not data: names of fields, and the control event. More or less, since only the encoding tells.
const AROUND: usize = 192;

/// The least of a stream that a message is made of, in bytes: enough for any character, however little room there is.
const LEAST: usize = 16;

/// The bytes of `stream` that fit into a message of `room` bytes, if they take no more as text than they have. What does, is cut when it
/// is encoded.
pub fn payload_room(stream: &Stream, room: usize) -> usize {
    let room = room.saturating_sub(AROUND);
    let bytes = match framing(stream) {
        Framing::Text => room,
        Framing::Base64 => room / 4 * 3,
    };
    bytes.max(LEAST)
}

/// What a reader at `place` is sent of `page`, which begins there: the events are one message, so that no data goes
/// without its control event. It has at most `room` bytes, or no more of the stream than one message, or [`LEAST`].
///
/// # Errors
/// None, since a page has no gaps.
pub fn step(
    limits: &Limits,
    now: UnixMs,
    stream: &Stream,
    place: &Place,
    mut page: Page,
    room: usize,
) -> Result<Step, Failure> {
    loop {
        let step = events(limits, now, stream, place, &page);
        let length = step.message.as_ref().map_or(0, Vec::len);
        if length <= room {
            return Ok(step);
        }
        // Line breaks take six times their size, and what is no UTF-8 three times.
        let bytes = page.bytes();
        let shorter =
            page.first(stream, (bytes.saturating_mul(room) / length).min(bytes.saturating_sub(1)).max(LEAST))?;
        if shorter.stop() >= page.stop() {
            return Ok(step);
        }
        page = shorter;
    }
}

fn events(limits: &Limits, now: UnixMs, stream: &Stream, place: &Place, page: &Page) -> Step {
    let mut out = String::new();
    let held_back = data(stream, page, &mut out);
    let (seen, ends) = (page.stop().get(), page.ends_stream());
    // An offset that is not beyond that of the page.
    let position = Offset::new(seen - held_back).unwrap_or(page.stop());
    let client = place.cursor.and_then(Cursor::new);
    let cursor_left = mattering(limits, now, position, client).map(Cursor::get);
    let next = Place { position: position.get(), seen, cursor: cursor_left, told: true, ..place.clone() };
    if out.is_empty() && place.told && !ends {
        return Step { message: None, next: Some(next) };
    }
    let stream_cursor = cursor(limits, now, position, client);
    feed::Control {
        stream_next_offset: position,
        stream_cursor: (!ends).then_some(stream_cursor),
        up_to_date: page.reaches_tail() && held_back == 0,
        stream_closed: ends,
    }
    .write(&mut out);
    Step { message: Some(out.into_bytes()), next: (!ends).then_some(next) }
}

/// Writes the data of a page, and says how many bytes of it have to wait: those of a character that is not whole yet. At
/// the end of a stream nothing will make it whole, and it is sent as it is.
fn data(stream: &Stream, page: &Page, out: &mut String) -> u64 {
    if page.is_empty() {
        return 0;
    }
    let body = page.body();
    let framing = framing(stream);
    let held_back = match framing {
        Framing::Text if !stream.is_json() && !page.ends_stream() => incomplete(&body),
        _ => 0,
    };
    // Pages so small that a character doesn't fit are never whole.
    let held_back = if held_back == body.len() && !page.reaches_tail() { 0 } else { held_back };
    let whole = &body[..body.len() - held_back];
    if !whole.is_empty() {
        feed::data(out, framing, whole);
    }
    held_back as u64
}

/// The bytes at the end of a text that begin a character and don't finish it.
fn incomplete(text: &[u8]) -> usize {
    let tail = &text[text.len().saturating_sub(3)..];
    match std::str::from_utf8(text) {
        Ok(_) => 0,
        Err(error) if error.error_len().is_none() => text.len() - error.valid_up_to(),
        // Broken further up; what counts is whether the last character could still become one.
        Err(_) => (0..tail.len()).find(|from| unfinished(&tail[*from..])).map_or(0, |from| tail.len() - from),
    }
}

fn unfinished(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::incomplete;

    #[test]
    fn holds_back_only_what_can_become_whole() {
        assert_eq!(incomplete("aé".as_bytes()), 0);
        assert_eq!(incomplete(&[b'a', 0xc3]), 1);
        assert_eq!(incomplete(&[b'a', 0xf0, 0x9f, 0x98]), 3);
        assert_eq!(incomplete(&[0xff, b'a', 0xe2, 0x82]), 2);
        assert_eq!(incomplete(&[b'a', 0xff]), 0);
        assert_eq!(incomplete(&[]), 0);
    }
}
