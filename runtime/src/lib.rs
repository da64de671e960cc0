//! The handwritten part of the server: what the code generated from the spec calls.
//!
//! ```text
//!             Object ──── one stream: a handler for each endpoint of the spec
//!     ┌─────────┼──────────┐
//! sequencer    page       feed        decide and order · read · live
//!     └──── log ┴── tail ──┘          what D1 holds · what memory holds
//! ```
//!
//! Everything but `cloudflare` is plain Rust without I/O of its own: it reaches the database, the clock and the
//! alarm through the traits of [`host`], and so runs natively in tests, against SQLite and with faults injected.

pub mod bridge;
mod budget;
mod chunk;
#[cfg(target_arch = "wasm32")]
pub mod cloudflare;
mod cold;
mod cursor;
mod databases;
mod deadline;
mod edge;
mod extent;
mod failure;
mod feed;
pub mod fork;
pub mod host;
mod hot;
mod indexes;
mod log;
mod messages;
mod object;
pub mod orphans;
mod page;
mod part;
mod producer;
mod reader;
mod replay;
mod report;
mod rest;
mod retention;
mod sequencer;
mod settings;
mod shift;
mod stream;
mod tag;
mod tail;
mod terms;
mod text;

pub use budget::Budget;
pub use databases::{Databases, MIGRATIONS, bindings};
pub use edge::{Gate, subject, tell_total};
pub use failure::Failure;
pub use feed::lifetime;
pub use object::{Following, Object, Served};
pub use reader::Place;
pub use replay::{Replay, Replayed, Replays, Stores};
pub use report::{Event, Report};
pub use rest::{Pages, Rest};
pub use settings::{AUTH_TOKEN, Settings, SettingsError};
