//! Moving a stream's data to R2, and back.

pub(super) mod backoff;
pub(super) mod compact;
pub(super) mod heal;
pub(super) mod spool;
pub(super) mod survey;
