//! Serving live readers.

pub(super) mod hold_poll;
pub(super) mod live;
