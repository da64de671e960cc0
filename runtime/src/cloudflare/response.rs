use super::boundary;
use crate::{Failure, bridge};
use spec::stream::Unavailable;
use std::convert::Infallible;
use std::fmt::Debug;
use wire::Body;
use worker::console_error;
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

/// The answer where there is none.
///
/// # Panics
/// If the platform refuses its headers, which are the same each time.
pub fn unavailable(error: &impl Debug) -> web_sys::Response {
    refused(&Failure::Host(format!("{error:?}")))
}

/// The answer where a request can't even be looked at.
///
/// # Panics
/// If the platform refuses its headers, which are the same each time.
pub fn refused(failure: &Failure) -> web_sys::Response {
    console_error!("answered 503: {failure}");
    let answer = Unavailable { detail: failure.told() };
    respond::<Infallible>(answer.respond()).expect("a response that is in the tests")
}

/// The headers of a response.
///
/// # Errors
/// If the platform refuses one.
pub fn headers<E>(response: &wire::Response<E>) -> worker::Result<web_sys::Headers> {
    Ok(boundary::headers(&bridge::headers(response))?)
}
