//! Resumable uploads to R2 by the protocol tus 1.0.
//!
//! `spec/tus.rs` defines the protocol in the language of this repository. `uploads` implements it over a bucket, and `worker` connects
//! it to Cloudflare.

mod bucket;
mod failure;
mod uploads;
#[cfg(target_arch = "wasm32")]
mod worker;

/// The protocol, generated from its spec.
#[path = "../spec/tus.rs"]
pub mod protocol;

pub use bucket::{Bucket, Listed};
pub use failure::Failure;
pub use uploads::Uploads;
