//! The edge: it serves some requests itself, and forwards the others to the stream's Durable Object.

use js_sys::Promise;
use runtime::cloudflare::{
    Head, drain, edge_read, follow, forward, log_event, refused, respond, respond_on, settings, sweep_orphans,
    unavailable,
};
use runtime::{Event, Failure, Gate, Settings};
use spec::Route;
use spec::stream::Endpoint;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wire::Source as _;
use worker::worker_sys::{self, web_sys};
use worker::{Context, Env, Result, ScheduleContext, ScheduledEvent, event};

/// Serves a request, or forwards it to the stream's Durable Object.
///
/// `worker::event` could generate this function. But it creates a future even for a request that is only forwarded, as most are.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, context: worker_sys::Context) -> Promise {
    let head = Head::of(&request);
    let settings = match settings(&env) {
        Ok(settings) => settings,
        Err(failure) => return Promise::resolve(&JsValue::from(misconfigured(&head, &failure))),
    };
    let admitted = spec::admit::<Infallible>(&head, &Gate(&settings));
    if let Ok(Route::Stream(route)) = &admitted
        && is_only_passed_on(route.endpoint, &request)
    {
        return forward(&env, route.path.as_str(), &request);
    }
    let context = Rc::new(Context::new(context));
    future_to_promise(AssertUnwindSafe(async move {
        let answer = answer(&env, &context, &settings, &head, admitted, request).await;
        Ok(answer.unwrap_or_else(|error| unavailable(&error)).into())
    }))
}

/// The response of a deployment with invalid settings, so that its operator sees the reason. Preflights still succeed, because
/// otherwise a browser would not show the response.
fn misconfigured(head: &Head, failure: &Failure) -> web_sys::Response {
    match spec::admit::<Infallible>(head, &Gate(&Settings::DECLARED)) {
        Err(preflight) if preflight.is_successful() => respond(preflight).unwrap_or_else(|error| unavailable(&error)),
        _ => refused(failure),
    }
}

fn is_only_passed_on(endpoint: Endpoint, request: &web_sys::Request) -> bool {
    match endpoint {
        Endpoint::Read | Endpoint::LongPoll | Endpoint::Sse => false,
        // An unread body resets the Durable Object.
        _ => endpoint.takes_body() || request.body().is_none(),
    }
}

async fn answer(
    env: &Env,
    context: &Rc<Context>,
    settings: &Rc<Settings>,
    head: &Head,
    admitted: std::result::Result<Route, wire::Response<Infallible>>,
    request: web_sys::Request,
) -> Result<web_sys::Response> {
    match admitted {
        Err(response) => {
            // Without a valid token, the body is not read.
            if Gate(settings).is_open_to(head) {
                drain(request, head.content_length(), settings.limits.drain).await;
            }
            respond(response)
        }
        Ok(Route::Stream(route)) if matches!(route.endpoint, Endpoint::LongPoll | Endpoint::Sse) => {
            follow(env, context, settings, route.endpoint, route.path.as_str(), &request).await
        }
        Ok(Route::Stream(route)) => {
            if route.endpoint == Endpoint::Read
                && let Some((response, rest)) = edge_read(env, context, settings, route.path.as_str(), head).await
            {
                return respond_on(response, rest);
            }
            pass_on(env, route.path.as_str(), head, request).await
        }
        Ok(Route::Restoration(route)) => pass_on(env, route.path.as_str(), head, request).await,
    }
}

/// Forwards a request to the stream's Durable Object without its body, which the endpoint does not read.
async fn pass_on(env: &Env, path: &str, head: &Head, request: web_sys::Request) -> Result<web_sys::Response> {
    let request = if request.body().is_none() { request } else { without_body(&request, head.full_url())? };
    Ok(JsFuture::from(forward(env, path, &request)).await?.unchecked_into())
}

fn without_body(request: &web_sys::Request, url: &str) -> Result<web_sys::Request> {
    let init = web_sys::RequestInit::new();
    init.set_method(&request.method());
    init.set_headers(&request.headers());
    Ok(web_sys::Request::new_with_str_and_init(url, &init)?)
}

/// Deletes unreferenced R2 objects. After a failure, the next scheduled event continues.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(error) = sweep_orphans(&env).await {
        log_event(Event::SweepFailed, error.to_string());
    }
}
