use super::boundary;
use crate::fanout::bridge;
use crate::{Failure, Pages, Report, Rest};
use js_sys::{Error, Promise, Uint8Array};
use spec::Unavailable;
use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Debug;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::future_to_promise;
use wire::Body;
use worker::worker_sys::web_sys;

/// A complete response.
///
/// # Errors
/// If the platform rejects the status or a header.
pub fn respond<E>(response: wire::Response<E>) -> worker::Result<web_sys::Response> {
    let (status, lines) = (response.status, bridge::headers(&response));
    let body = match response.body {
        Body::Empty | Body::Events(_) => None,
        Body::Bytes(bytes) => Some(bytes),
    };
    Ok(boundary::respond(status, &lines, body)?)
}

/// A response whose body continues with `rest`, which is read only as fast as the client receives it.
///
/// # Errors
/// If the platform rejects the status or a header.
pub fn respond_on<E, P: Pages + 'static>(
    response: wire::Response<E>,
    rest: Option<Rest<P>>,
) -> worker::Result<web_sys::Response> {
    let Some(rest) = rest else { return respond(response) };
    let (status, lines) = (response.status, bridge::headers(&response));
    let Body::Bytes(first) = response.body else { return respond(response) };
    Ok(boundary::respond_on(status, &lines, first, parts(rest))?)
}

/// The function that the platform calls with `true` for the next part of a body. At the end, it returns undefined. The platform calls it
/// with `false` to cancel the body.
fn parts<P: Pages + 'static>(rest: Rest<P>) -> Closure<dyn FnMut(bool) -> Promise> {
    let mut kept = Some(Rc::new(RefCell::new(Some(rest))));
    Closure::new(move |more: bool| {
        if !more {
            // A read in progress then drops the rest when it ends.
            kept = None;
        }
        let kept = kept.as_ref().map(Rc::downgrade);
        let take = || kept.as_ref()?.upgrade()?.take();
        let taken = take();
        future_to_promise(AssertUnwindSafe(async move {
            let Some(mut rest) = taken else { return Ok(JsValue::UNDEFINED) };
            let part = rest.next().await.map_err(|failure| Error::new(&failure.to_string()))?;
            let Some(part) = part else { return Ok(JsValue::UNDEFINED) };
            if let Some(kept) = kept.and_then(|kept| kept.upgrade()) {
                kept.replace(Some(rest));
            }
            Ok(Uint8Array::from(&*part).into())
        }))
    })
}

/// The response when a Durable Object can't be reached: 503. It logs `error`.
///
/// # Panics
/// If the platform rejects the headers, which are the same each time.
pub fn unavailable(error: &impl Debug) -> web_sys::Response {
    refused(None, &Failure::Host(format!("{error:?}")))
}

/// The response when a request can't be processed because of `failure`: 503. It logs the failure, with the path of the
/// stream if there is one.
///
/// # Panics
/// If the platform rejects the headers, which are the same each time.
pub fn refused(path: Option<&str>, failure: &Failure) -> web_sys::Response {
    super::report(&Report { path, ..Report::new(failure.event(), failure.to_string()) });
    let answer = Unavailable { detail: failure.client_detail() };
    respond::<Infallible>(answer.respond()).expect("a response that is in the tests")
}

/// The headers of a response.
///
/// # Errors
/// If the platform rejects one.
pub fn headers<E>(response: &wire::Response<E>) -> worker::Result<web_sys::Headers> {
    Ok(boundary::headers(&bridge::headers(response))?)
}
