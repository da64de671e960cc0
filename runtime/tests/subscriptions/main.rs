//! The Durable Object of a subscription, on real streams and databases that fail.

mod limits;
mod losses;
mod operations;
mod schedule;
mod setup;
