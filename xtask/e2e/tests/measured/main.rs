//! Tests that measure the Worker's memory, or take much of the machine. They run one at a time, and beside nothing else.
#![cfg(feature = "server")]

mod crowd;
mod memory;
mod responses;
mod uploads;
