//! A load generator for Durable Streams servers, and its report.
//!
//! It knows the servers that it measures by their addresses only: `cargo xtask bench` starts those that belong to the
//! project. It runs on one thread, and so takes little from the server with which it shares the machine.

#![allow(missing_docs, reason = "nobody but the program of this package uses it, and that of xtask/torture its client")]

mod access;
mod append;
mod bars;
mod catch_up;
mod ceiling;
mod claim;
pub mod client;
pub mod events;
mod idle;
pub mod keys;
mod list;
mod live;
pub mod machine;
mod measure;
mod memory;
mod message;
mod plot;
mod process;
mod processor;
pub mod receiver;
pub mod report;
mod results;
mod round;
pub mod run;
pub mod scenario;
mod stream;
mod subscribed;
mod subscription;
mod tail;
pub mod target;
mod wake;
