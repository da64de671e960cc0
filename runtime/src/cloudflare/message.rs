use crate::fanout::bridge::{self, Unread};
use crate::stream::fork::{Answer, Message};
use serde::{Deserialize, Serialize};
use worker::{Method, Request, RequestInit, Response};

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

impl Letter {
    /// The letter in the body of a request.
    ///
    /// # Errors
    /// [`Unread`], if the other object is of another version.
    pub fn read(body: &str) -> Result<Self, Unread> {
        bridge::read(body)
    }
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
    init.with_method(Method::Post).with_body(Some(bridge::write(&letter)?.into()));
    Request::new_with_init(&format!("https://object{PATH}"), &init)
}

/// The response that carries an answer back.
///
/// # Errors
/// If the platform refuses it.
pub fn reply(answer: &Answer) -> worker::Result<Response> {
    Response::ok(bridge::write(answer)?)
}

/// The answer in the body of a response.
pub fn answer(body: &str) -> worker::Result<Answer> {
    bridge::read(body).map_err(|unread| worker::Error::RustError(unread.to_string()))
}
