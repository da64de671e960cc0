//! Moving a stream's data to R2, and back.

pub(super) mod backoff;
pub(super) mod inventory;
pub(super) mod offload;
pub(super) mod rebuild;
pub(super) mod spool;
