//! A key-value store in memory. docs/tutorial.md writes it step by step.

pub mod http;
pub mod store;

/// The protocol, generated from its spec.
#[path = "../spec/kv.rs"]
pub mod protocol;
