//! Clients that write, read, fork and delete while their server is killed again and again, and a checker of what they
//! were told against what is there in the end.
//!
//! The native counterpart is `runtime/tests/schedules`, whose words these are. There, a seed decides everything; here, the
//! server is the real one, and a seed decides what the clients do and after how many appends the server is killed, but
//! not what of it a kill hits.

#![allow(missing_docs, reason = "nobody but the program and the tests of this package use it")]

mod body;
pub mod bucket;
mod caller;
pub mod check;
mod folder;
pub mod history;
mod kills;
mod lives;
pub mod log;
mod readers;
pub mod round;
mod streams;
pub mod wakes;
mod writers;
