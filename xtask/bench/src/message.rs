//! What is written, and whether it is what is read: each message says who wrote it and as the how-manieth.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bytes::Bytes;
use serde::Deserialize;

/// Of each JSON message.
pub const MESSAGE_BYTES: usize = 200;

/// A JSON message, without its padding.
#[derive(Debug, Deserialize)]
pub struct Message {
    pub writer: u32,
    pub number: u64,
    /// When it was sent, by [`now_us`].
    pub sent_us: u64,
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Microseconds since this process first used this clock.
pub fn now_us() -> u64 {
    micros_at(Instant::now())
}

/// The time by this clock at some instant.
pub fn micros_at(instant: Instant) -> u64 {
    let start = *START;
    u64::try_from(instant.saturating_duration_since(start).as_micros()).expect("nothing runs for so long")
}

/// The instant of a time by this clock.
pub fn instant_at(time_us: u64) -> Instant {
    *START + Duration::from_micros(time_us)
}

/// One JSON message, sent now.
pub fn json(writer: u32, number: u64) -> String {
    json_of(writer, number, now_us())
}

/// One JSON message.
pub fn json_of(writer: u32, number: u64, sent_us: u64) -> String {
    let mut text = format!(r#"{{"writer":{writer},"number":{number},"sent_us":{sent_us},"pad":""#);
    let pad = MESSAGE_BYTES - text.len() - 2;
    text.extend(std::iter::repeat_n('.', pad));
    text.push_str("\"}");
    text
}

/// A JSON array of `count` messages, the first of which is `number`.
pub fn json_batch(writer: u32, number: u64, count: u64) -> String {
    let messages: Vec<_> = (number..number + count).map(|number| json(writer, number)).collect();
    format!("[{}]", messages.join(","))
}

/// `size` bytes that no other chunk begins with, and no text.
pub fn chunk(number: u64, size: usize) -> Bytes {
    let mut state = number + 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        // An odd multiplier and an odd addend: the high bits have a long period, which is all that matters here.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes.truncate(size);
    bytes.into()
}

/// Follows what is read: nothing lost, nothing doubled, and what one writer wrote is in order.
#[derive(Default)]
pub struct Ledger {
    next: Vec<u64>,
}

impl Ledger {
    /// For what the first writer wrote after `number` messages.
    pub fn after(number: u64) -> Self {
        Self { next: vec![number] }
    }

    pub fn enter(&mut self, message: &Message) -> Result<()> {
        let writer = message.writer as usize;
        if self.next.len() <= writer {
            self.next.resize(writer + 1, 0);
        }
        let next = &mut self.next[writer];
        ensure!(message.number == *next, "writer {writer}: read message {} in place of {next}", message.number);
        *next += 1;
        Ok(())
    }

    /// Enters all messages of some JSON arrays.
    pub fn enter_pages(&mut self, pages: &[Bytes]) -> Result<()> {
        for page in pages {
            let messages: Vec<Message> = serde_json::from_slice(page)?;
            messages.iter().try_for_each(|message| self.enter(message))?;
        }
        Ok(())
    }

    /// How many messages of a writer have been read.
    pub fn count(&self, writer: u32) -> u64 {
        self.next.get(writer as usize).copied().unwrap_or(0)
    }

    /// Whether all that `writer` was told is written was read, and no more.
    pub fn close(&self, writer: u32, written: u64) -> Result<()> {
        let read = self.count(writer);
        ensure!(read == written, "writer {writer}: {written} messages written, {read} read");
        Ok(())
    }
}

/// Whether `pages` are the first `count` chunks of `size` bytes, one after the other.
pub fn check_chunks(pages: &[Bytes], size: usize, count: u64) -> Result<()> {
    let all = pages.concat();
    ensure!(all.len() as u64 == count * size as u64, "{count} times {size} bytes written, {} read", all.len());
    for (number, read) in (0..).zip(all.chunks(size)) {
        ensure!(read == chunk(number, size), "chunk {number} is not what was written");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_messages_are_instants() {
        let sent_us = now_us();
        assert_eq!(micros_at(instant_at(sent_us + 1_500)), sent_us + 1_500);
        assert!(instant_at(sent_us) <= Instant::now());
    }

    fn pages(numbers: &[u64]) -> Vec<Bytes> {
        numbers.iter().map(|number| json_batch(0, *number, 2).into()).collect()
    }

    #[test]
    fn a_message_has_its_size_and_can_be_read() {
        let text = json(255, 1_000_000);
        assert_eq!(text.len(), MESSAGE_BYTES);
        let message: Message = serde_json::from_str(&text).unwrap();
        assert_eq!((message.writer, message.number), (255, 1_000_000));
    }

    #[test]
    fn what_was_written_in_order_is_accepted() {
        let mut ledger = Ledger::default();
        ledger.enter_pages(&pages(&[0, 2, 4])).unwrap();
        ledger.close(0, 6).unwrap();
    }

    #[test]
    fn lost_doubled_and_swapped_messages_are_found() {
        for numbers in [[0, 4, 6], [0, 0, 2], [2, 0, 4]] {
            assert!(Ledger::default().enter_pages(&pages(&numbers)).is_err(), "{numbers:?}");
        }
        let mut ledger = Ledger::default();
        ledger.enter_pages(&pages(&[0])).unwrap();
        assert!(ledger.close(0, 4).is_err());
        assert!(ledger.close(0, 1).is_err());
        assert!(ledger.close(1, 1).is_err());
    }

    #[test]
    fn chunks_are_compared_whole() {
        let chunks = [chunk(0, 100), chunk(1, 100)];
        check_chunks(&chunks, 100, 2).unwrap();
        assert!(check_chunks(&chunks, 100, 1).is_err());
        assert!(check_chunks(&[chunk(1, 100), chunk(0, 100)], 100, 2).is_err());
    }
}
