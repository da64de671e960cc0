//! Serving live readers.

pub(super) mod linger;
pub(super) mod live;
