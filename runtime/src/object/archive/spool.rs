//! A body that is too long for one transaction. It is stored in R2 in parts while it arrives.

use crate::archive::part::{self, Part};
use crate::host::{Bucket as _, Host};
use crate::object::Object;
use crate::sequencer::Sequencer;
use crate::stream::Generation;
use crate::stream::hot::Hot;
use crate::stream::messages::{BadMessages, Splitter, Spooled, each_message};
use crate::stream::text::LongText;
use crate::{Event, Failure};
use segment::Writer;
use std::rc::Rc;

/// The parts of one request. They are deleted unless a transaction may name them.
pub(in crate::object) struct Spool<H: Host> {
    object: Object<H>,
    /// The generation that will contain the parts: the current one, or the next if there is no stream.
    generation: Generation,
    json: bool,
    splitter: Splitter,
    /// Whether the rest of an array follows a comma.
    after_comma: bool,
    /// The number of messages that have been put.
    messages: usize,
    /// The text state of the bytes that have been put, unless the body is JSON.
    long_text: LongText,
    parts: Vec<Part>,
    fault: Option<BadMessages>,
    named: bool,
}

impl<H: Host> Spool<H> {
    /// Starts an empty spool for the stream at the path of `object`.
    pub(in crate::object) async fn begin(object: &Object<H>, json: bool) -> Result<Self, Failure> {
        let (now, entropy) = (object.now(), object.0.host.entropy());
        let generation = |sequencer: &mut Sequencer| match sequencer.staged() {
            Some(stream) if !stream.gone && !stream.is_expired(now) => stream.generation.clone(),
            _ => Generation::after(sequencer.last_stream().as_ref().map(|last| &last.generation), now, entropy),
        };
        let generation = object.with(None, generation).await?;
        let splitter = Splitter::default();
        let (long_text, parts) = (LongText::default(), Vec::new());
        Ok(Self {
            object: object.clone(),
            generation,
            json,
            splitter,
            after_comma: false,
            messages: 0,
            long_text,
            parts,
            fault: None,
            named: false,
        })
    }

    /// Puts the complete messages or bytes at the start of `body`. The rest stays in `body` and continues with the next
    /// bytes. If `last` is true, no more bytes follow, so all messages are put, or all bytes but one.
    pub(in crate::object) async fn take(&mut self, body: &mut Vec<u8>, last: bool) -> Result<(), Failure> {
        if self.json { self.take_messages(body, last).await } else { self.take_bytes(body).await }
    }

    /// One byte stays, so that a body that was not empty does not become empty.
    async fn take_bytes(&mut self, body: &mut Vec<u8>) -> Result<(), Failure> {
        let Some(end) = body.len().checked_sub(1).filter(|end| *end > 0) else { return Ok(()) };
        let mut writer = self.writer(end);
        writer.push(&body[..end]);
        self.long_text.push(&body[..end]);
        body.drain(..end);
        self.put(writer, Hot { bytes: end as u64, rows: 1 }).await
    }

    async fn take_messages(&mut self, body: &mut Vec<u8>, last: bool) -> Result<(), Failure> {
        let rest = match self.splitter.last_comma(body) {
            _ if last => EMPTY_ARRAY.to_vec(),
            None if body.len() <= self.object.limits().message + self.object.limits().part => return Ok(()),
            None => {
                self.fault = Some(BadMessages::too_long(self.object.limits().message));
                return Ok(());
            }
            Some(comma) => {
                let rest = [b"[", &body[comma + 1..]].concat();
                body.truncate(comma);
                body.push(b']');
                rest
            }
        };
        // There must be a message on either side of a comma.
        let filled = self.after_comma || !last;
        self.after_comma = true;
        let whole = std::mem::replace(body, rest);
        self.splitter = Splitter::default();
        match self.written(&whole, filled) {
            Ok(written) => {
                drop(whole);
                for (writer, hot) in written {
                    self.put(writer, hot).await?;
                }
            }
            Err(fault) => self.fault = Some(fault),
        }
        Ok(())
    }

    /// Splits the messages of a JSON text into parts. If `filled` is true, there must be at least one message.
    fn written(&mut self, text: &[u8], filled: bool) -> Result<Vec<(Writer, Hot)>, BadMessages> {
        let limits = self.object.limits();
        let mut written: Vec<(Writer, Hot)> = Vec::new();
        let mut messages = self.messages;
        each_message(text, self.messages, limits, |message| {
            messages += 1;
            let full = written.last().is_none_or(|(writer, _)| writer.size() + message.len() > limits.part);
            if full {
                let bytes = text.len().min(limits.part.max(message.len()));
                written.push((self.writer(bytes), Hot { bytes: 0, rows: 1 }));
            }
            if let Some((writer, hot)) = written.last_mut() {
                writer.push(message.as_bytes());
                hot.bytes += message.len() as u64 + 1;
            }
        })?;
        self.messages = messages;
        if filled && written.is_empty() {
            return Err(BadMessages::Invalid("a comma with nothing before or after it".to_owned()));
        }
        Ok(written)
    }

    fn writer(&self, bytes: usize) -> Writer {
        part::writer(&self.object.0.path, &self.generation, self.json, self.object.limits(), bytes)
    }

    async fn put(&mut self, writer: Writer, hot: Hot) -> Result<(), Failure> {
        let Some((bytes, index)) = writer.finish(false) else { return Ok(()) };
        let object = part::key(&self.object.0.path, &self.generation, self.object.0.host.entropy());
        // Recorded before the put, because a put that fails may have stored the R2 object.
        self.parts.push(Part { object: object.clone(), bytes: bytes.len() as u64, index: Rc::new(index), hot });
        Ok(self.object.bucket().put(&object, bytes).await?)
    }

    /// Whether the body is invalid, so that the rest of it need not be read.
    pub(in crate::object) fn is_faulty(&self) -> bool {
        self.fault.is_some()
    }

    /// The properties of the spooled data that later checks need.
    pub(in crate::object) fn spooled(&self) -> Spooled {
        Spooled {
            json: self.json,
            empty: self.parts.is_empty(),
            long_text: self.long_text.clone(),
            fault: self.fault.clone(),
        }
    }

    /// Returns the parts, which the caller is about to name as content of `generation`.
    ///
    /// # Errors
    /// [`Failure::FenceMismatch`], if they were put for another generation.
    pub(in crate::object) fn name(&mut self, generation: &Generation) -> Result<Vec<Part>, Failure> {
        if *generation != self.generation {
            return Err(Failure::FenceMismatch);
        }
        self.named = true;
        Ok(self.parts.clone())
    }

    /// Returns the parts, which the caller is about to name as the first content of a new generation after `last`, and
    /// that generation.
    ///
    /// # Errors
    /// [`Failure::FenceMismatch`], if they were put for another generation.
    pub(in crate::object) fn name_first(
        &mut self,
        last: Option<&Generation>,
    ) -> Result<(Generation, Vec<Part>), Failure> {
        if last.is_some_and(|last| last.0 >= self.generation.0) {
            return Err(Failure::FenceMismatch);
        }
        self.named = true;
        Ok((self.generation.clone(), self.parts.clone()))
    }
}

/// The rest of a JSON body whose messages have all been put.
const EMPTY_ARRAY: &[u8] = b"[]";

impl<H: Host> Drop for Spool<H> {
    fn drop(&mut self) {
        if self.named || self.parts.is_empty() {
            return;
        }
        let (object, keys) = (self.object.clone(), std::mem::take(&mut self.parts));
        let keys = keys.into_iter().map(|part| part.object).collect();
        self.object.0.host.spawn(async move {
            if let Err(failure) = object.bucket().delete(keys).await {
                object.report(Event::PartsKept, &failure.0);
            }
        });
    }
}
