//! The subscriptions of a round, and the holders of their wakes.

mod signature;
mod subscription;
mod subscriptions;
mod watcher;
mod webhook;
mod worker;

pub use signature::Keys;
pub use subscription::{Subscription, Target};
pub use subscriptions::Subscriptions;
pub use watcher::{Expected, Watcher, settle};
pub use webhook::Webhook;
pub use worker::Worker;

/// What the holders of wakes do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// The server is killed, and some wakes are not processed.
    #[default]
    Rough,
    /// All wakes are processed at once.
    Calm,
    /// They end.
    Over,
}
