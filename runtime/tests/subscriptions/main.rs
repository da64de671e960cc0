//! The Durable Object of a subscription, on real streams and databases that fail.

mod limits;
mod lists;
mod cost;
mod losses;
mod operations;
mod registrations;
mod schedule;
mod setup;
