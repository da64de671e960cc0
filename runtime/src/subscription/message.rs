//! Messages from the Durable Object of a stream to that of a subscription.

use serde::{Deserialize, Serialize};

/// A message from the Durable Object of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// The tail of a linked stream may have changed.
    Moved {
        /// The path of the stream.
        path: String,
    },
    /// A stream was created whose path matches the pattern of the subscription.
    Arrived {
        /// The path of the stream.
        path: String,
    },
}

/// The answer to a [`Message`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// The subscription has taken the message into account.
    Done,
    /// The subscription has a wake. When that ends, it looks at all its streams.
    Busy,
    /// There is no such subscription, or it is not linked to the stream that has moved.
    Unknown,
    /// The pattern of the subscription has linked as many streams as it may. The new one must be announced again later.
    Full,
}
