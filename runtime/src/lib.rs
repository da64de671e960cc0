//! The handwritten part of the server, which the code generated from the spec calls.
//!
//! ```text
//!             Object ──── one stream: a handler for each endpoint of the spec
//!     ┌─────────┼──────────┐
//! sequencer    page       feed        writes · catch-up reads · live reads
//!     └──── log ┴── tail ──┘          rows in D1 · newest chunks in memory
//! ```
//!
//! Except for `cloudflare`, this crate is plain Rust without I/O of its own. It reaches the database, the clock and the
//! alarm through the traits of [`host`], so tests run it natively against SQLite and inject faults.

pub mod access;
mod archive;
mod budget;
#[cfg(target_arch = "wasm32")]
pub mod cloudflare;
mod edge;
mod failure;
mod fanout;
pub mod host;
mod journal;
mod log;
pub mod metrics;
mod object;
mod report;
mod sequencer;
mod settings;
mod stream;
pub mod subscription;

pub use budget::Budget;
pub use edge::deletions::Deletions;
pub use edge::edge_read::{EdgeRead, EdgeReads, EdgeResponse, Stores};
pub use edge::health::{Deployment, Health};
pub use edge::listing::Listings;
pub use edge::lost;
pub use edge::orphans;
pub use edge::room;
pub use edge::scheduled;
pub use edge::scrape::Scrape;
pub use edge::stored::Stored;
pub use edge::subscriptions::Subscriptions;
pub use edge::usage;
pub use edge::usage::Usages;
pub use edge::{Gate, stream_path_of};
pub use failure::Failure;
pub use fanout::bridge;
pub use fanout::feed::lifetime;
pub use fanout::reader::{Peer, ReaderState};
pub use host::Databases;
pub use journal::{Journal, Line};
pub use log::databases::{MIGRATIONS, bindings};
pub use object::{Following, Object, Served};
pub use report::{Event, Level, Report};
pub use sequencer::times::set_total_time;
pub use settings::{Settings, SettingsError, Webhooks, WebhooksError};
pub use stream::fork;
pub use stream::rest::{Pages, Rest, SentRead};
