//! The Durable Object of one subscription (PROTOCOL.md §6, §7). Its decisions are in the crate `subscriptions`, which does no I/O.
//!
//! ```text
//!   Subscription ──── one operation at a time: read, decide, arm, write, start, answer
//!     ├── Store          the rows of the subscription, and the streams that it is linked to
//!     └── Outbound       requests to webhooks, and events for wake streams
//!           ├── Keyring  the keys that sign requests, and the secret of tokens
//!           └── webhook  one attempt of a request
//! ```

pub mod call;
mod deliver;
mod keyring;
pub mod message;
pub mod notice;
mod object;
mod operations;
mod outbound;
pub mod progress;
pub mod reach;
pub mod request;
mod respond;
mod store;
mod webhook;

pub use deliver::{append_wake_event, deliver_to_webhook};
pub use keyring::{CACHED_MS, Crypto, Keyring, Keys, NewKey, Vault};
pub use object::Subscription;
pub use operations::Shown;
pub use outbound::Outbound;
pub use webhook::{Answer, Headers, Post, deliver};
