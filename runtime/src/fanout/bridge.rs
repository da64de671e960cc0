//! What passes between an object and the edge where a reader waits, and between two objects.
//!
//! Of a feed, the edge passes on what comes, and sends marks back. Of a poll, one message is the whole answer.
//!
//! For minutes after a deployment, the two ends may be of different versions. So each states its [`VERSION`], and an end that does
//! not know the version of the other refuses: a reader is answered 503 and retries, another object gets an error. Nothing is
//! misread.

use crate::stream::fork::Message;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt;
use wire::{Body, Response};

/// The version of everything in this module, of the notes written with connections to readers, and of [`crate::stream::fork::Message`]. It has to change with any
/// of them.
pub const VERSION: u32 = 2;

/// The header in which the edge states its version when it asks for a socket, and the object answers with [`opening`]. Deployments
/// before the first version have none.
pub const HEADER: &str = "x-bridge";

/// Whether this object can serve readers through an edge that stated this version.
#[must_use]
pub fn is_spoken(stated: Option<&str>) -> bool {
    stated.and_then(|version| version.parse().ok()) == Some(VERSION)
}

/// What an object states with one end of a socket: its version, and the status of the response that the edge is to make.
#[must_use]
pub fn opening(status: u16) -> String {
    format!("{VERSION} {status}")
}

/// The status in an [`opening`]. `None` if it is one of another version.
#[must_use]
pub fn opened(stated: &str) -> Option<u16> {
    let (version, status) = stated.split_once(' ')?;
    if is_spoken(Some(version)) { status.parse().ok() } else { None }
}

/// A message from one Durable Object to another, and the path of the stream that it is for, since the other may not know yet whose
/// it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The path of the stream that the message is for.
    pub path: String,
    /// The message.
    pub message: Message,
}

/// A text that states its version.
#[derive(Serialize)]
struct Stated<'a, T> {
    version: u32,
    content: &'a T,
}

#[derive(Deserialize)]
struct Found<'a> {
    version: u32,
    #[serde(borrow)]
    content: &'a RawValue,
}

/// Why a text was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is of another version.
    Version(u32),
    /// It states no version, or its content is not what this version has.
    Malformed(String),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Version(version) => write!(f, "a message of version {version}, where {VERSION} is known"),
            Unread::Malformed(error) => write!(f, "a message that can't be read: {error}"),
        }
    }
}

impl std::error::Error for Unread {}

/// A text with `content` in it, for [`read`].
///
/// # Errors
/// Those of `serde_json`, which strings and numbers never cause.
pub fn write<T: Serialize>(content: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Stated { version: VERSION, content })
}

/// The content of a text that [`write()`] has written.
///
/// # Errors
/// [`Unread`], if it was written by another version.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unread> {
    let malformed = |error: serde_json::Error| Unread::Malformed(error.to_string());
    let Found { version, content } = serde_json::from_str(text).map_err(malformed)?;
    if version != VERSION {
        return Err(Unread::Version(version));
    }
    serde_json::from_str(content.get()).map_err(malformed)
}

/// A response as one message: the length of its head in four bytes, the head, the body.
pub fn whole<E>(response: Response<E>) -> Vec<u8> {
    let head = head(&response);
    let mut message = Vec::with_capacity(head.len() + 4);
    message.extend(u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes());
    message.extend(head.into_bytes());
    if let Body::Bytes(body) = response.body {
        message.extend(body);
    }
    message
}

/// The head and the body of a response that is one message.
#[must_use]
pub fn parts(message: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = message.split_first_chunk::<4>()?;
    let (head, body) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    Some((std::str::from_utf8(head).ok()?, body))
}

/// The status of a response and its headers: lines of which the first is the status, and the others are a name, its value,
/// and so on.
pub fn head<E>(response: &Response<E>) -> String {
    format!("{}\n{}", response.status, headers(response))
}

/// The headers of a response: lines of which the first is a name, the second its value, and so on.
pub fn headers<E>(response: &Response<E>) -> String {
    let mut lines = String::with_capacity(1024);
    for (name, value) in &response.headers {
        for line in [name, &**value] {
            // No value of a checked request has a line break in it, and none of ours either.
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
        assert!(is_spoken(Some(&VERSION.to_string())));
        assert_eq!(opened(&opening(200)), Some(200));
        // Before there were versions, none was stated.
        assert!(!is_spoken(None));
        assert_eq!(opened(""), None);
        let (older, newer) = ((VERSION - 1).to_string(), (VERSION + 1).to_string());
        for other in ["0", &older, &newer, "", &opening(200), "x"] {
            assert!(!is_spoken(Some(other)), "{other}");
            assert_eq!(opened(&format!("{other} 200")), None);
        }
        assert_eq!(opened(&format!("{VERSION} x")), None);
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
            // It may look different in every other respect.
            let text = format!(r#"{{{},"content":[],"more":1}}"#, stated(other));
            assert_eq!(read::<Message>(&text), Err(Unread::Version(other)));
        }
        // Before there were versions, there was nothing around a message. Neither end reads the other's.
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
        let message = whole(response);
        assert_eq!(parts(&message), Some(("200\na\n1\nb\n2 3\n", &[0, 255][..])));
        assert_eq!(parts(&message[..10]), None);
        assert_eq!(parts(&[]), None);
    }
}
