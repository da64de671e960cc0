//! UTF-8 text in a stream: whether it ends within a character, and where a character begins.

use super::{Object, settle};
use crate::host::Host;
use crate::sequencer::Effect;
use crate::stream::text::{Text, Unfinished, begin};
use crate::stream::{Generation, Stream};
use crate::{Event, Failure};
use spec::Offset;

/// Maximum number of bytes of a character before its last byte.
const INCOMPLETE_BYTES_MAX: u64 = 3;

impl<H: Host> Object<H> {
    /// The text state of a stream whose row does not store it, because an older version wrote the row or the stream was
    /// restored.
    pub(super) async fn read_text(&self, stream: &Stream) -> Result<Text, Failure> {
        if Text::of(&stream.content_type) == Text::Bytes {
            return Ok(Text::Bytes);
        }
        match self.text_up_to(stream, stream.tail).await {
            Ok(text) if stream.closed && text.unfinished() > 0 => Ok(Text::Bytes),
            // Data that can't be read can't be sent, so its text state does not matter.
            Err(Failure::Damaged(_)) => Ok(Text::of(&stream.content_type)),
            text => text,
        }
    }

    /// Reads the text state if it has been missing since the stream was restored. Appends are impossible until then.
    pub(super) async fn learn_text(&self) -> Result<(), Failure> {
        let unread = |stream: &&Stream| stream.text.is_none();
        let Some(stream) = self.with(None, |sequencer| sequencer.committed().filter(unread).cloned()).await? else {
            return Ok(());
        };
        let text = self.read_text(&stream).await?;
        self.with(None, |sequencer| sequencer.learn_text(&stream.generation, text)).await
    }

    /// The text state of the data before `stop` of a text stream.
    pub(super) async fn text_up_to(&self, stream: &Stream, stop: Offset) -> Result<Text, Failure> {
        let from = before(stream, stop);
        Ok(Text::Utf8(Unfinished::of(&self.bytes(stream, from, stop).await?)))
    }

    /// The offset at which the character begins that contains the byte at `position`. If its first bytes are not
    /// retained, the offset of the next character.
    pub(super) async fn character_at(&self, stream: &Stream, position: Offset) -> Result<Offset, Failure> {
        let from = before(stream, position);
        let stop =
            Offset::new(position.get() + INCOMPLETE_BYTES_MAX + 1).map_or(stream.tail, |stop| stop.min(stream.tail));
        let bytes = self.bytes(stream, from, stop).await?;
        let at = usize::try_from(position.get() - from.get()).map_err(|_| Failure::Full)?;
        Offset::new(from.get() + begin(&bytes, at, from == stream.earliest) as u64).ok_or(Failure::Full)
    }

    /// A few bytes of a stream, from R2, D1 or memory.
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

    /// Sends a stream's events as base64 from now on, because its data is not valid UTF-8. An older version accepted
    /// it. The current readers are disconnected; when they reconnect, they receive the new encoding.
    pub(super) fn switch_to_base64(&self, generation: &Generation) {
        let (object, generation) = (self.clone(), generation.clone());
        self.0.host.spawn(async move {
            if let Err(failure) = object.record_bytes(&generation).await {
                object.report(Event::InvalidTextFound, &format!("the switch to base64 was not saved: {failure}"));
            }
        });
    }

    async fn record_bytes(&self, generation: &Generation) -> Result<(), Failure> {
        let staged = self
            .with(None, |sequencer| {
                let stream = sequencer.staged().filter(|stream| stream.generation == *generation)?;
                let mut after = stream.clone();
                let before = after.text.replace(Text::Bytes);
                (before != Some(Text::Bytes)).then(|| self.stage(sequencer, Effect::metadata_only(), Some(after)))
            })
            .await?;
        let Some(staged) = staged else { return Ok(()) };
        self.report(Event::InvalidTextFound, &"stored data is not UTF-8; SSE events are now base64");
        settle(staged).await.map(drop)
    }
}

/// The first offset at which bytes of the character at `position` can be.
fn before(stream: &Stream, position: Offset) -> Offset {
    Offset::new(position.get().saturating_sub(INCOMPLETE_BYTES_MAX))
        .map_or(stream.earliest, |from| from.max(stream.earliest))
}
