//! Messages between a Durable Object and the edge that serves its readers, and between two Durable Objects.
//!
//! For a feed, the edge forwards the events of each message to its readers and returns marks. `share` describes these messages. For a poll, one message is the
//! complete response.
//!
//! For minutes after a deployment, the two ends can have different versions. Each end therefore sends its [`VERSION`] and rejects
//! any other version. The reader gets 503 and retries; the other Durable Object gets an error.

use crate::stream::fork::Message;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt;
use wire::{Body, Response};

/// The version of everything in this module and in `share`, of the attachments of readers' sockets, and of the messages in [`crate::stream::fork`] and
/// `crate::subscription::message`.
/// Increment it when any of these formats changes.
pub const VERSION: u32 = 4;

/// The header that contains the edge's version in a request for a socket, and [`write_handshake`] in the Durable Object's response.
/// Deployments before the first version don't send it.
pub const HEADER: &str = "x-bridge";

/// The header that contains the time at which the credentials of a WebSocket's client expire, in milliseconds since 1970. The
/// edge sets it, or removes it if the client has sent it.
pub const EXPIRY_HEADER: &str = "x-expiry";

/// Whether this Durable Object can serve readers through an edge that sent this version.
#[must_use]
pub fn is_supported(stated: Option<&str>) -> bool {
    stated.and_then(|version| version.parse().ok()) == Some(VERSION)
}

/// The header that a Durable Object returns with one end of a socket: its version, and the status of the edge's response.
#[must_use]
pub fn write_handshake(status: u16) -> String {
    format!("{VERSION} {status}")
}

/// The status in an [`write_handshake`]. `None` if the opening has another version.
#[must_use]
pub fn read_handshake(stated: &str) -> Option<u16> {
    let (version, status) = stated.split_once(' ')?;
    if is_supported(Some(version)) { status.parse().ok() } else { None }
}

/// A message from one Durable Object to another, with the path of the receiving stream. A Durable Object that has not served a
/// request yet cannot derive its path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The path of the stream that the message is for.
    pub path: String,
    /// The message.
    pub message: Message,
}

/// A message's JSON, with its version.
#[derive(Serialize)]
struct Versioned<'a, T> {
    version: u32,
    content: &'a T,
}

#[derive(Deserialize)]
struct AnyVersion<'a> {
    version: u32,
    #[serde(borrow)]
    content: &'a RawValue,
}

/// The reason why a message was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The message has another version.
    Version(u32),
    /// The message has no version, or its content does not fit this version.
    Malformed(String),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Version(version) => write!(f, "message of version {version}, expected {VERSION}"),
            Unread::Malformed(error) => write!(f, "malformed message: {error}"),
        }
    }
}

impl std::error::Error for Unread {}

/// Serializes `content` with the version, for [`read`].
///
/// # Errors
/// Those of `serde_json`. Strings and numbers never cause one.
pub fn write<T: Serialize>(content: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Versioned { version: VERSION, content })
}

/// Returns the content of a text that [`write()`] has returned.
///
/// # Errors
/// [`Unread`], if the text has another version or is malformed.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unread> {
    let malformed = |error: serde_json::Error| Unread::Malformed(error.to_string());
    let AnyVersion { version, content } = serde_json::from_str(text).map_err(malformed)?;
    if version != VERSION {
        return Err(Unread::Version(version));
    }
    serde_json::from_str(content.get()).map_err(malformed)
}

/// A response as one message: the length of its head (four bytes, little-endian), the head, and the body.
pub fn encode_response<E>(response: Response<E>) -> Vec<u8> {
    let head = head(&response);
    match response.body {
        Body::Bytes(body) => encode(&head, &body),
        Body::Empty | Body::Events(_) => encode(&head, &[]),
    }
}

/// A message with a head: its length (four bytes, little-endian), the head, and the body.
pub fn encode(head: &str, body: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(4 + head.len() + body.len());
    message.extend(u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes());
    message.extend(head.as_bytes());
    message.extend(body);
    message
}

/// The head and the body of a response that is one message.
#[must_use]
pub fn decode_response(message: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = message.split_first_chunk::<4>()?;
    let (head, body) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    Some((std::str::from_utf8(head).ok()?, body))
}

/// The status and the headers of a response. The first line is the status. The others alternate between a name and its value.
pub fn head<E>(response: &Response<E>) -> String {
    format!("{}\n{}", response.status, headers(response))
}

/// The headers of a response, as lines that alternate between a name and its value.
pub fn headers<E>(response: &Response<E>) -> String {
    let mut lines = String::with_capacity(1024);
    for (name, value) in &response.headers {
        for line in [name, &**value] {
            // Header values never contain a line break.
            lines.push_str(line);
            lines.push('\n');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::fork::ForkRef;

    #[test]
    fn an_edge_and_an_object_of_one_version_agree_and_those_of_two_refuse() {
        assert!(is_supported(Some(&VERSION.to_string())));
        assert_eq!(read_handshake(&write_handshake(200)), Some(200));
        // Deployments before the first version sent none.
        assert!(!is_supported(None));
        assert_eq!(read_handshake(""), None);
        let (older, newer) = ((VERSION - 1).to_string(), (VERSION + 1).to_string());
        for other in ["0", &older, &newer, "", &write_handshake(200), "x"] {
            assert!(!is_supported(Some(other)), "{other}");
            assert_eq!(read_handshake(&format!("{other} 200")), None);
        }
        assert_eq!(read_handshake(&format!("{VERSION} x")), None);
    }

    #[test]
    fn a_message_of_another_version_is_an_error_and_not_misread() {
        let message = Message::Release { fork_ref: ForkRef("e".to_owned()) };
        let text = write(&message).unwrap();
        assert_eq!(read(&text), Ok(message.clone()));
        let stated = |version: u32| format!("\"version\":{version}");
        for other in [VERSION - 1, VERSION + 1] {
            let text = text.replace(&stated(VERSION), &stated(other));
            assert_eq!(read::<Message>(&text), Err(Unread::Version(other)));
            // The rest of the message may differ in any way.
            let text = format!(r#"{{{},"content":[],"more":1}}"#, stated(other));
            assert_eq!(read::<Message>(&text), Err(Unread::Version(other)));
        }
        // Before the first version, a message had no wrapper. Neither end accepts the other's format.
        let older = serde_json::to_string(&message).unwrap();
        assert!(matches!(read::<Message>(&older), Err(Unread::Malformed(_))));
        assert!(serde_json::from_str::<Message>(&text).is_err());
        let malformed = format!(r#"{{{},"content":{{"Pin":{{}}}}}}"#, stated(VERSION));
        assert!(matches!(read::<Message>(&malformed), Err(Unread::Malformed(_))));
    }

    #[test]
    fn a_response_comes_out_as_it_went_in() {
        let mut response = Response::<()>::new(200);
        response.fixed("a", "1");
        response.header("b", "2 3");
        response.body = Body::Bytes(vec![0, 255]);
        let message = encode_response(response);
        assert_eq!(decode_response(&message), Some(("200\na\n1\nb\n2 3\n", &[0, 255][..])));
        assert_eq!(decode_response(&message[..10]), None);
        assert_eq!(decode_response(&[]), None);
    }
}
