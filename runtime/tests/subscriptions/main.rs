//! The Durable Object of a subscription, on real streams and databases that fail.

mod cost;
mod crowds;
mod limits;
mod lists;
mod losses;
mod operations;
mod registrations;
mod requests;
mod schedule;
mod setup;
mod slow;
mod sweeps;
