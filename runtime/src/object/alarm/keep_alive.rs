//! A stream with live readers does not expire by its TTL (PROTOCOL.md §5.1).
//!
//! The Durable Object need not stay awake for that. Its alarm runs after half of the TTL and, if the stream has
//! readers, renews the stored deadline. After the last reader has left, at least half of the TTL remains.

use crate::Failure;
use crate::host::Host;
use crate::object::Object;
use crate::sequencer::Sequencer;
use crate::stream::Stream;

impl<H: Host> Object<H> {
    /// Whether the stream has live readers.
    pub(in crate::object) fn is_read(&self) -> bool {
        self.0.readers.borrow().count() + self.0.held_polls.count() > 0
    }

    /// Moves the deadline of a stream with live readers before its state is used. The alarm may be late, or the Durable
    /// Object may just have reloaded the stream while its readers stayed connected.
    pub(in crate::object) fn touch_if_read(&self, sequencer: &Sequencer) {
        if self.is_read()
            && let Some(stream) = sequencer.committed()
        {
            stream.touch(self.now());
        }
    }

    /// Sets the alarm so that the stored deadline is renewed while the reader waits.
    pub(in crate::object) async fn arm_renewal(&self, stream: &Stream) -> Result<(), Failure> {
        match stream.renewal_ms() {
            Some(renewal_ms) => self.arm(self.now() + renewal_ms).await,
            None => Ok(()),
        }
    }
}
