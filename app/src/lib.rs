//! The deployable Worker: the edge, and the Durable Object of one stream.
//!
//! All that a request means is in `spec`, and all that is done about it in `runtime`; here they are plugged into the
//! platform.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, reason = "`event` and `wasm_bindgen` expand to functions without")]

mod edge;
mod object;
