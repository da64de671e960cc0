use crate::Feed;
use futures_util::StreamExt as _;
use wire::Body;
use worker::{Headers, Response, ResponseBuilder};

/// A response as the platform sends it.
///
/// # Errors
/// If the platform refuses a status or a header.
pub fn respond(response: wire::Response<Feed>) -> worker::Result<Response> {
    let headers = Headers::new();
    for (name, value) in &response.headers {
        headers.append(name, value)?;
    }
    let builder = ResponseBuilder::new().with_status(response.status).with_headers(headers);
    match response.body {
        Body::Empty => Ok(builder.empty()),
        Body::Bytes(bytes) => Ok(builder.fixed(bytes)),
        Body::Events(events) => builder.from_stream(events.map(Ok::<_, worker::Error>)),
    }
}
