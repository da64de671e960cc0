//! Live readers: their positions, events, cursors, the tail cache, and the messages between Durable Object and edge.

pub mod bridge;
pub mod cursor;
pub mod feed;
pub mod names;
pub mod reader;
pub mod tail;
