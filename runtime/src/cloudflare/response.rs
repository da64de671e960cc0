use super::boundary;
use crate::bridge;
use wire::Body;
use worker::worker_sys::web_sys;

/// A response that is complete.
///
/// # Errors
/// If the platform refuses a status or a header.
pub fn respond<E>(response: wire::Response<E>) -> worker::Result<web_sys::Response> {
    let (status, lines) = (response.status, bridge::headers(&response));
    let body = match response.body {
        Body::Empty | Body::Events(_) => None,
        Body::Bytes(bytes) => Some(bytes),
    };
    Ok(boundary::respond(status, &lines, body)?)
}

/// The headers of a response.
///
/// # Errors
/// If the platform refuses one.
pub fn headers<E>(response: &wire::Response<E>) -> worker::Result<web_sys::Headers> {
    Ok(boundary::headers(&bridge::headers(response))?)
}
