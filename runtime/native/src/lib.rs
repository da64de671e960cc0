//! The whole server in one process: the edge, Durable Objects, SQLite for D1 with the same migrations and SQL, and a bucket in memory for R2.
//!
//! Time advances only during sleeps (run tests with `start_paused`), random numbers come from a counter, and tests inject faults. So runs
//! are deterministic.

mod authority;
mod bucket;
mod clock;
mod crypto;
mod database;
mod fault;
mod line;
mod remainder;
mod request;
mod server;
mod socket;
mod world;

pub use authority::Authority;
pub use bucket::Memory;
pub use crypto::Crypto;
pub use database::Sqlite;
pub use fault::Fault;
pub use request::{Reply, Request};
pub use server::Server;
pub use socket::NativeSocket;
pub use world::{
    Delivery, Native, Platform, Reaction, Received, Receivers, Reception, Sent, SubscriptionCalls, path_of,
};

/// Runs a test on a clock that only sleeps move.
///
/// # Panics
/// If the async runtime can't be started.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().expect("the async runtime starts");
    tokio::task::LocalSet::new().block_on(&runtime, test)
}
