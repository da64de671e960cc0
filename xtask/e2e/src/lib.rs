//! What the end-to-end tests have in common: requests, event streams, and servers of a test's own.
//!
//! All of it panics, with the reason, where it can't go on: in a test that is the message one wants to read.

mod http;
mod server;
mod sse;

pub use http::{Reply, Request, raw, request};
pub use server::Server;
pub use sse::{Event, Events};

/// Where the server under test is: `BASE_URL`, without a slash at its end.
pub fn base_url() -> String {
    let url = std::env::var("BASE_URL")
        .expect("BASE_URL says where the server under test is: see `cargo xtask test`");
    url.trim_end_matches('/').to_owned()
}
