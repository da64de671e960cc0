//! Live readers: their positions, events, cursors, the tail cache, and the messages between Durable Object and edge.

pub mod bridge;
pub mod channel;
pub mod cursor;
pub mod feed;
pub mod follower;
pub mod names;
pub mod polls;
pub mod reader;
pub mod share;
pub mod tail;
