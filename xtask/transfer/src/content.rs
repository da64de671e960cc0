//! Splits the content of a response into blocks, which are small enough for one append.

use std::fmt;
use std::io::{BufReader, Read};

use anyhow::{Context as _, Result};
use serde::Deserializer as _;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Maximum size of a block. A single larger message is a block of its own.
pub const BLOCK: usize = 1 << 20;

/// Whether streams of this media type consist of JSON messages.
pub fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// Calls `emit` with each block of a body. A block of a JSON stream is an array of whole messages, each with its exact bytes.
///
/// # Errors
/// If the body can't be read or is not JSON, or if `emit` fails.
pub fn split(content_type: &str, body: impl Read, emit: &mut dyn FnMut(Vec<u8>) -> Result<()>) -> Result<()> {
    if is_json(content_type) { split_messages(body, emit) } else { split_bytes(body, emit) }
}

fn split_bytes(mut body: impl Read, emit: &mut dyn FnMut(Vec<u8>) -> Result<()>) -> Result<()> {
    loop {
        let mut block = Vec::new();
        (&mut body).take(BLOCK as u64).read_to_end(&mut block).context("the response was broken off")?;
        if block.is_empty() {
            return Ok(());
        }
        emit(block)?;
    }
}

fn split_messages(body: impl Read, emit: &mut dyn FnMut(Vec<u8>) -> Result<()>) -> Result<()> {
    let mut failure = None;
    let mut input = serde_json::Deserializer::from_reader(BufReader::new(body));
    let messages = Messages { emit, failure: &mut failure };
    let read = input.deserialize_seq(messages).and_then(|()| input.end());
    match failure {
        Some(failure) => Err(failure),
        None => read.context("the response is not a whole JSON array"),
    }
}

/// Reads an array message by message, and has only one block in memory.
struct Messages<'a> {
    emit: &'a mut dyn FnMut(Vec<u8>) -> Result<()>,
    failure: &'a mut Option<anyhow::Error>,
}

impl<'de> Visitor<'de> for Messages<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let mut emit = |mut block: Vec<u8>| {
            block.push(b']');
            (self.emit)(block).map_err(|failure| {
                *self.failure = Some(failure);
                A::Error::custom("stopped")
            })
        };
        let mut block = Vec::new();
        while let Some(message) = array.next_element::<Box<RawValue>>()? {
            let message = message.get().as_bytes();
            if !block.is_empty() && block.len() + message.len() > BLOCK - 2 {
                emit(std::mem::take(&mut block))?;
            }
            block.push(if block.is_empty() { b'[' } else { b',' });
            block.extend(message);
        }
        if block.is_empty() { Ok(()) } else { emit(block) }
    }
}
