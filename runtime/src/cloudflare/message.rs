use super::{OBJECTS, SUBSCRIPTIONS};
use crate::host::HostError;
use worker::{Env, Method, ObjectNamespace, Request, RequestInit};

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
    let objects = env.durable_object(OBJECTS).map_err(failed)?;
    answer(&objects, path, message).await.map_err(failed)
}

/// Sends a message to the Durable Object of the subscription `id`, and returns its answer.
///
/// # Errors
/// If there are no such Durable Objects, or it does not answer with 200.
pub async fn send_to_subscription(env: &Env, id: &str, message: String) -> Result<String, HostError> {
    let unbound = |_| HostError("no subscriptions are bound".to_owned());
    let objects = env.durable_object(SUBSCRIPTIONS).map_err(unbound)?;
    answer(&objects, id, message).await.map_err(failed)
}

async fn answer(objects: &ObjectNamespace, name: &str, message: String) -> worker::Result<String> {
    let object = objects.get_by_name(name)?;
    let mut answer = object.fetch_with_request(request(message)?).await?;
    if answer.status_code() != 200 {
        let error = format!("the Durable Object of {name} returned {}", answer.status_code());
        return Err(worker::Error::RustError(error));
    }
    answer.text().await
}

#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: worker::Error) -> HostError {
    HostError(error.to_string())
}

fn request(message: String) -> worker::Result<Request> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(message.into()));
    Request::new_with_init(&format!("https://object{PATH}"), &init)
}
