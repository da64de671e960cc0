use super::boundary;
use crate::Feed;
use futures_util::StreamExt as _;
use wire::Body;
use worker::worker_sys::web_sys;
use worker::{Headers, Response, ResponseBuilder};

/// A response as an object sends it.
///
/// # Errors
/// If the platform refuses a status or a header.
pub fn respond(response: wire::Response<Feed>) -> worker::Result<Response> {
    let headers = Headers(headers(&response)?);
    let builder = ResponseBuilder::new().with_status(response.status).with_headers(headers);
    match response.body {
        Body::Empty => Ok(builder.empty()),
        Body::Bytes(bytes) => Ok(builder.fixed(bytes)),
        Body::Events(events) => builder.from_stream(events.map(Ok::<_, worker::Error>)),
    }
}

fn headers(response: &wire::Response<Feed>) -> worker::Result<web_sys::Headers> {
    let mut lines = String::with_capacity(1024);
    for (name, value) in &response.headers {
        for line in [name, &**value] {
            // No value of a checked request has a line break in it, and none of ours either.
            lines.push_str(line);
            lines.push('\n');
        }
    }
    Ok(boundary::headers(&lines)?)
}
