//! The data model of the R2 snapshotter: segments and parts, their keys, how they are read, and how long they are kept.

pub mod cold;
pub mod indexes;
pub mod part;
pub mod policy;
