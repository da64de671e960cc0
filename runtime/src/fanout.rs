//! Live readers: what each has been sent, what it is sent next, and what passes between a Durable Object and the edge.

pub mod bridge;
pub mod cursor;
pub mod feed;
pub mod reader;
pub mod tail;
