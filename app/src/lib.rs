//! The deployable Worker: the edge, and the Durable Objects of streams and subscriptions.
//!
//! `spec` defines the meaning of requests, and `runtime` implements it. This crate connects them to the platform.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, reason = "`event` and `wasm_bindgen` expand to functions without")]

mod edge;
mod object;
mod subscription;
