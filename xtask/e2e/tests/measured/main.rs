//! Tests that measure the Worker's memory or need most of the machine. They run alone, one at a time.
#![cfg(feature = "server")]

mod crowd;
mod memory;
mod responses;
mod uploads;
