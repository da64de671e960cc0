use crate::fork::Message;
use serde::{Deserialize, Serialize};
use worker::{Method, Request, RequestInit};

/// Where an object takes messages of other objects. The edge sends nothing to an object but requests to streams, and
/// this is the path of none.
const PATH: &str = "/message";

/// A message and the path of the stream that it is for, since an object may not know yet whose it is.
#[derive(Debug, Serialize, Deserialize)]
pub struct Letter {
    /// The path of the stream that the message is for.
    pub path: String,
    /// The message.
    pub message: Message,
}

/// Whether a request comes from another object.
#[must_use]
pub fn is_letter(path: &str) -> bool {
    path == PATH
}

/// The request that carries a message to the object of the stream at `path`.
pub fn request(path: &str, message: &Message) -> worker::Result<Request> {
    let letter = Letter { path: path.to_owned(), message: message.clone() };
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(serde_json::to_string(&letter)?.into()));
    Request::new_with_init(&format!("https://object{PATH}"), &init)
}
