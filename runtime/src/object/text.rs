//! Streams of text: what they end with, and where a character begins.

use super::{Object, settle};
use crate::host::Host;
use crate::sequencer::Effect;
use crate::stream::text::{Text, Unfinished, begin};
use crate::stream::{Generation, Stream};
use crate::{Event, Failure};
use spec::Offset;

/// The bytes of a character that may be before one of its own.
const BEFORE: u64 = 3;

impl<H: Host> Object<H> {
    /// What a stream ends with whose row does not say so: one that an older version has written, or that was restored.
    pub(super) async fn read_text(&self, stream: &Stream) -> Result<Text, Failure> {
        if Text::of(&stream.content_type) == Text::Bytes {
            return Ok(Text::Bytes);
        }
        match self.text_up_to(stream, stream.tail).await {
            Ok(text) if stream.closed && text.unfinished() > 0 => Ok(Text::Bytes),
            // What can't be read is not sent either.
            Err(Failure::Damaged(_)) => Ok(Text::of(&stream.content_type)),
            text => text,
        }
    }

    /// Finds out what the stream ends with, if that is not known since it was restored. Nothing is appended before.
    pub(super) async fn learn_text(&self) -> Result<(), Failure> {
        let unread = |stream: &&Stream| stream.text.is_none();
        let Some(stream) = self.with(None, |sequencer| sequencer.committed().filter(unread).cloned()).await? else {
            return Ok(());
        };
        let text = self.read_text(&stream).await?;
        self.with(None, |sequencer| sequencer.learn_text(&stream.generation, text)).await
    }

    /// What a stream of text ends with that has only what is before `stop`.
    pub(super) async fn text_up_to(&self, stream: &Stream, stop: Offset) -> Result<Text, Failure> {
        let from = before(stream, stop);
        Ok(Text::Utf8(Unfinished::of(&self.bytes(stream, from, stop).await?)))
    }

    /// Where the character begins that has its first, or a later byte at `position`. If what is before that is not kept, then where the
    /// next one does.
    pub(super) async fn character_at(&self, stream: &Stream, position: Offset) -> Result<Offset, Failure> {
        let from = before(stream, position);
        let stop = Offset::new(position.get() + BEFORE + 1).map_or(stream.tail, |stop| stop.min(stream.tail));
        let bytes = self.bytes(stream, from, stop).await?;
        let at = usize::try_from(position.get() - from.get()).map_err(|_| Failure::Full)?;
        Offset::new(from.get() + begin(&bytes, at, from == stream.earliest) as u64).ok_or(Failure::Full)
    }

    /// A few bytes of a stream, from wherever they are.
    async fn bytes(&self, stream: &Stream, from: Offset, stop: Offset) -> Result<Vec<u8>, Failure> {
        let (mut bytes, mut at) = (Vec::new(), from);
        while at < stop {
            let budget = usize::try_from(stop.get() - at.get()).map_err(|_| Failure::Full)?;
            let page = self.page_within(stream, at, budget, None).await?;
            bytes.extend(page.body());
            at = page.stop();
        }
        bytes.truncate(usize::try_from(stop.get() - from.get()).map_err(|_| Failure::Full)?);
        Ok(bytes)
    }

    /// Has a stream sent as base64 from now on, since it has been found not to be UTF-8: an older version has taken it. Its readers come
    /// back, and are told.
    pub(super) fn give_up_text(&self, life: &Generation) {
        let (object, life) = (self.clone(), life.clone());
        self.0.host.spawn(async move {
            if let Err(failure) = object.note_bytes(&life).await {
                object.report(Event::TextDoubted, &format!("that can't be written down: {failure}"));
            }
        });
    }

    async fn note_bytes(&self, life: &Generation) -> Result<(), Failure> {
        let noted = self
            .with(None, |sequencer| {
                let stream = sequencer.staged().filter(|stream| stream.generation == *life)?;
                let mut after = stream.clone();
                let before = after.text.replace(Text::Bytes);
                (before != Some(Text::Bytes)).then(|| self.stage(sequencer, Effect::metadata_only(), Some(after)))
            })
            .await?;
        let Some(noted) = noted else { return Ok(()) };
        self.report(Event::TextDoubted, &"its events are base64 from now on");
        settle(noted).await.map(drop)
    }
}

/// From where on there are bytes of the character that `position` is in.
fn before(stream: &Stream, position: Offset) -> Offset {
    Offset::new(position.get().saturating_sub(BEFORE)).map_or(stream.earliest, |from| from.max(stream.earliest))
}
