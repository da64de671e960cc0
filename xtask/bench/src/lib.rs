//! A load generator for Durable Streams servers, and its report.
//!
//! It knows the servers that it measures by their addresses only: `cargo xtask bench` starts those that belong to the
//! project. It runs on one thread, and so takes little from the server with which it shares the machine.

#![allow(missing_docs, reason = "nobody but the program of this package uses it, and that of xtask/torture its client")]

mod access;
mod ai;
mod append;
mod bar;
mod bars;
mod catch_up;
mod ceiling;
mod chart;
pub mod choice;
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
mod moving;
mod number;
mod plots;
mod process;
mod processor;
mod readers;
pub mod receiver;
pub mod report;
mod restart;
pub mod results;
mod round;
pub mod run;
pub mod scenario;
mod scenarios;
#[cfg(test)]
mod small_server;
mod spread;
mod stream;
mod subscribed;
mod subscription;
mod tail;
pub mod target;
mod theme;
mod touch;
mod unserved;
pub mod variant;
mod wake;
