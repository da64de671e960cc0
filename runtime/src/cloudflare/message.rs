use worker::{Method, Request, RequestInit};

/// Where an object takes messages of other objects. The edge sends nothing to an object but requests to streams, and
/// this is the path of none.
const PATH: &str = "/message";

/// Whether a request comes from another object.
#[must_use]
pub fn is_message(path: &str) -> bool {
    path == PATH
}

/// The request that carries a message to another object.
pub fn request(message: String) -> worker::Result<Request> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(message.into()));
    Request::new_with_init(&format!("https://object{PATH}"), &init)
}
