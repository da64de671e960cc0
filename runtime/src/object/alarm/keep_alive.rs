//! A stream that somebody reads live does not run out of its time to live (PROTOCOL.md §5.1).
//!
//! The object is not kept awake for that: its alarm rings when half of the time is over, and if it finds readers, the lease in the database is
//! renewed. When the last of them has gone, what is left of that lease runs, which is at least half of it.

use crate::Failure;
use crate::host::Host;
use crate::object::Object;
use crate::sequencer::Sequencer;
use crate::stream::Stream;

impl<H: Host> Object<H> {
    /// Whether somebody waits for the stream to go on.
    pub(in crate::object) fn is_read(&self) -> bool {
        self.0.readers.borrow().count() + self.0.held_polls.count() > 0
    }

    /// Moves the deadline of a stream that is being read before anyone looks at it: the alarm may be late, and the object may just have
    /// found the stream in the database, and its readers where it has left them.
    pub(in crate::object) fn keep_if_read(&self, sequencer: &Sequencer) {
        if self.is_read()
            && let Some(stream) = sequencer.committed()
        {
            stream.touch(self.now());
        }
    }

    /// Sees to it that the lease of a stream is renewed while its next reader waits.
    pub(in crate::object) async fn watch_over(&self, stream: &Stream) -> Result<(), Failure> {
        match stream.renewal_ms() {
            Some(renewal_ms) => self.arm(self.now() + renewal_ms).await,
            None => Ok(()),
        }
    }
}
