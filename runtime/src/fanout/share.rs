//! Messages about sockets that readers share. At the edge, all readers of one stream in one isolate use one socket to the Durable
//! Object, as long as they have the same state.
//!
//! A request for events contains an [`Offer`]: the socket whose messages the edge shares, if it has one. If the reader is at the same
//! state as that socket, or one message behind it, the response contains that message and no socket. Otherwise the reader gets a socket of its
//! own. As soon as it has caught up, the Durable Object sends `Join` and closes it.

use crate::fanout::reader::ReaderState;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The header that contains an [`Offer`] in a request, and a [`Placement`] in the response. The edge sets it, or removes it if the client
/// has sent it.
pub const HEADER: &str = "x-share";

/// The path of a request to continue at the state of a reader. Only the edge sends it. It is not a stream's path.
pub const RESUME_PATH: &str = "/resume";

/// The edge's part of the agreement about a new reader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The socket that the reader can share; `None` if it has to get its own.
    pub socket: Option<u64>,
    /// Where the reader continues, if it has received events before.
    pub resume: Option<Resume>,
}

/// Where a reader continues, with another socket than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The path of the stream.
    pub path: String,
    /// The state of the reader.
    pub reader_state: ReaderState,
}

/// The Durable Object's answer to an [`Offer`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placement {
    /// The reader has its own socket, with this id.
    Own {
        /// The id of the socket.
        socket: u64,
        /// The state of the reader before the first message.
        reader_state: ReaderState,
    },
    /// The reader shares the socket `socket`. It continues after the first `after` messages of that socket, with this state.
    Shared {
        /// The id of the socket.
        socket: u64,
        /// The number of messages that precede its next one.
        after: u64,
        /// The state of the reader after its first events.
        reader_state: ReaderState,
    },
}

/// The text of an [`Offer`] or a [`Placement`] in a header.
pub fn write<T: Serialize>(content: &T) -> String {
    // Strings and numbers always serialize.
    serde_json::to_string(content).unwrap_or_default()
}

/// Parses such a text.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}
