//! The R2 snapshotter's values: segments and parts, how they are named and read, and which of them are kept.

pub mod cold;
pub mod indexes;
pub mod part;
pub mod policy;
