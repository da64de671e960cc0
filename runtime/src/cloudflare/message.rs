use super::OBJECTS;
use crate::host::HostError;
use worker::{Env, Method, Request, RequestInit};

/// The path at which a Durable Object receives messages from others. It is not a stream's path, and the edge forwards only requests
/// to streams.
const PATH: &str = "/message";

/// Whether a request comes from another Durable Object.
#[must_use]
pub fn is_message(path: &str) -> bool {
    path == PATH
}

/// Sends a message to the Durable Object of the stream at `path`, and returns its answer.
///
/// # Errors
/// If it does not answer with 200.
pub async fn send(env: &Env, path: &str, message: String) -> Result<String, HostError> {
    answer(env, path, message).await.map_err(|error| HostError(error.to_string()))
}

async fn answer(env: &Env, path: &str, message: String) -> worker::Result<String> {
    let object = env.durable_object(OBJECTS)?.get_by_name(path)?;
    let mut answer = object.fetch_with_request(request(message)?).await?;
    if answer.status_code() != 200 {
        let error = format!("the Durable Object of {path} returned {}", answer.status_code());
        return Err(worker::Error::RustError(error));
    }
    answer.text().await
}

fn request(message: String) -> worker::Result<Request> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(message.into()));
    Request::new_with_init(&format!("https://object{PATH}"), &init)
}
