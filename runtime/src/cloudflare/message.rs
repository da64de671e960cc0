use worker::{Method, Request, RequestInit};

/// The path at which a Durable Object receives messages from others. It is not a stream's path, and the edge forwards only requests
/// to streams.
const PATH: &str = "/message";

/// Whether a request comes from another Durable Object.
#[must_use]
pub fn is_message(path: &str) -> bool {
    path == PATH
}

/// The request that sends a message to another Durable Object.
pub fn request(message: String) -> worker::Result<Request> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(message.into()));
    Request::new_with_init(&format!("https://object{PATH}"), &init)
}
