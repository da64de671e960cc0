//! The Durable Object of one subscription (PROTOCOL.md §6, §7). What it decides is in the crate `subscriptions`, which does no I/O.
//!
//! ```text
//!   Subscription ──── one operation at a time: read, decide, arm, write, start, answer
//!     ├── Store          the rows of the subscription, and the streams that it is linked to
//!     └── Outbound       requests to webhooks, and events for wake streams
//! ```

pub mod call;
pub mod message;
mod object;
mod operations;
mod outbound;
pub mod progress;
pub mod reach;
pub mod request;
mod store;

pub use object::Subscription;
pub use operations::Shown;
pub use outbound::Outbound;
