//! A live response: what is there, and then what comes, as server-sent events.

use crate::cursor::cursor;
use crate::host::{Host, UnixMs};
use crate::object::live::Seat;
use crate::object::{Head, Object};
use crate::page::Page;
use crate::stream::Stream;
use futures_util::Stream as EventStream;
use futures_util::stream::unfold;
use spec::{Interval, Offset, StreamSseDataEncoding, feed};
use std::pin::Pin;
use tokio::sync::watch;
use wire::Framing;

/// Events, some of them in each piece: a piece is sent in one write, so that no data goes without its control event.
pub type Feed = Pin<Box<dyn EventStream<Item = Vec<u8>>>>;

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

struct Reader<H: Host> {
    object: Object<H>,
    line: watch::Receiver<Head>,
    stream: Stream,
    position: Offset,
    cursor: Option<Interval>,
    ends_at: UnixMs,
    /// Whether the client knows where it stands.
    told: bool,
    finished: bool,
    _seat: Seat<H>,
}

/// The events of `stream` from `position` on, until it ends, or the response has lasted long enough.
pub fn feed<H: Host>(
    object: Object<H>,
    seat: Seat<H>,
    line: watch::Receiver<Head>,
    stream: Stream,
    position: Offset,
    cursor: Option<Interval>,
) -> Feed {
    let lifetime = u64::try_from(object.limits().sse_lifetime.as_millis()).unwrap_or(u64::MAX / 2);
    let ends_at = object.now() + lifetime;
    let reader = Reader { object, line, stream, position, cursor, ends_at, told: false, finished: false, _seat: seat };
    Box::pin(unfold(reader, |mut reader| async move { reader.next().await.map(|events| (events, reader)) }))
}

impl<H: Host> Reader<H> {
    async fn next(&mut self) -> Option<Vec<u8>> {
        while !self.finished {
            if let Some(events) = self.events().await {
                return Some(events.into_bytes());
            }
            if self.finished || !self.wait().await {
                break;
            }
        }
        None
    }

    /// What there is to send now.
    async fn events(&mut self) -> Option<String> {
        let page = match self.object.page(&self.stream, self.position).await {
            Ok(page) => page,
            Err(failure) => {
                // The response has begun, so all that is left is to end it: the client comes back and is told.
                self.object.report(&format!("a live response ended: {failure}"));
                self.finished = true;
                return None;
            }
        };
        let mut out = String::new();
        let held_back = self.data(&page, &mut out);
        if out.is_empty() && self.told && !page.ends_stream() {
            return None;
        }
        self.position = Offset::new(page.stop().get() - held_back)?;
        self.control(&page, held_back, &mut out);
        self.told = true;
        self.finished = page.ends_stream();
        Some(out)
    }

    /// Writes the data of a page, and says how many bytes of it have to wait: those of a character that is not whole
    /// yet. At the end of a stream nothing will make it whole, and it is sent as it is.
    fn data(&self, page: &Page, out: &mut String) -> u64 {
        if page.is_empty() {
            return 0;
        }
        let body = page.body();
        let framing = framing(&self.stream);
        let held_back = match framing {
            Framing::Text if !self.stream.is_json() && !page.ends_stream() => incomplete(&body),
            _ => 0,
        };
        let whole = &body[..body.len() - held_back];
        if !whole.is_empty() {
            feed::data(out, framing, whole);
        }
        held_back as u64
    }

    fn control(&mut self, page: &Page, held_back: u64, out: &mut String) {
        let closed = page.ends_stream();
        let next = cursor(self.object.limits(), self.object.now(), self.cursor);
        feed::Control {
            stream_next_offset: self.position,
            stream_cursor: (!closed).then_some(next),
            up_to_date: page.reaches_tail() && held_back == 0,
            stream_closed: closed,
        }
        .write(out);
    }

    /// Waits for the stream to go on. Says whether there is more to send.
    async fn wait(&mut self) -> bool {
        let hold = crate::object::left(self.ends_at, self.object.now());
        if hold.is_zero() {
            return false;
        }
        // What was held back is no news.
        let known = self.stream.tail;
        let news = self.object.wait(&mut self.line, &self.stream, known, hold).await;
        if !news {
            return false;
        }
        match self.object.look().await {
            Ok((_, Some(stream))) if stream.generation == self.stream.generation => {
                self.stream = stream;
                true
            }
            // The life that this client reads has ended.
            Ok(_) => false,
            Err(failure) => {
                self.object.report(&format!("a live response ended: {failure}"));
                false
            }
        }
    }
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
