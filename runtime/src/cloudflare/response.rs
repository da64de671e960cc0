use super::boundary;
use crate::bridge;
use wire::Body;
use worker::worker_sys::web_sys;
use worker::{Headers, Response, ResponseBuilder};

/// A response that is complete.
///
/// # Errors
/// If the platform refuses a status or a header.
pub fn respond<E>(response: wire::Response<E>) -> worker::Result<Response> {
    let headers = Headers(headers(&response)?);
    let builder = ResponseBuilder::new().with_status(response.status).with_headers(headers);
    match response.body {
        Body::Empty | Body::Events(_) => Ok(builder.empty()),
        Body::Bytes(bytes) => Ok(builder.fixed(bytes)),
    }
}

/// The headers of a response.
///
/// # Errors
/// If the platform refuses one.
pub fn headers<E>(response: &wire::Response<E>) -> worker::Result<web_sys::Headers> {
    Ok(boundary::headers(&bridge::headers(response))?)
}
