//! Notifying the subscriptions that are linked to the stream, or match a new stream.
//!
//! After a commit that adds data or ends the stream, each subscriber gets a **poke**. No writer waits for it. The alarm is set before
//! the batch is submitted, so that a crash between the commit and the poke loses nothing.
//!
//! Streams without subscribers need none of this: each batch returns the number that changes with the subscribers, and 0 means that
//! there has never been one.

mod arrival;
mod poke;
mod roster;

pub use roster::Roster;
