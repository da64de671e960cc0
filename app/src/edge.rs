//! The edge: it serves some requests itself, and forwards the others to the stream's Durable Object.

use js_sys::Promise;
use runtime::access::{Access, Client};
use runtime::cloudflare::{
    Authority, Body, Head, count_streams, drain, edge_read, expiring, follow, forward, health, listings, log_event,
    make_room, refused, replace_old_key, respond, respond_on, scrape, settings, sweep_orphans, sweep_subscriptions,
    unavailable, verifier,
};
use runtime::{Deletions, Event, Failure, Gate, Settings, Stored, Subscriptions, Usages, room};
use spec::stream::Endpoint;
use spec::{Admission, Caller, Route};
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::task::{self, Poll, Waker};
use subscriptions::TokenClaims;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wire::{NoBody, Source as _};
use worker::worker_sys::{self, web_sys};
use worker::{Context, Env, Result, ScheduleContext, ScheduledEvent, event};

/// Serves a request, or forwards it to the stream's Durable Object.
///
/// `worker::event` could generate this function. But it creates a future even for a request that is only forwarded, as most are.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, context: worker_sys::Context) -> Promise {
    let (head, authority) = (Head::of(&request), Authority::of(&request, &env));
    let settings = match settings(&env) {
        Ok(settings) => settings,
        Err(failure) => {
            return future_to_promise(async move { Ok(misconfigured(&env, &head, authority, failure).await.into()) });
        }
    };
    let mut admission = Box::pin(admission(head, settings, authority));
    // Most callers are found without waiting, so that their requests are forwarded without a promise.
    let at_once = match admission.as_mut().poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(admitted) => Some(admitted),
        Poll::Pending => None,
    };
    if let Some(Admitted { route: Ok(Route::Stream(route)), .. }) = &at_once
        && is_only_passed_on(route.endpoint, &request)
    {
        return forward(&env, route.path.as_str(), &request);
    }
    let context = Rc::new(Context::new(context));
    future_to_promise(AssertUnwindSafe(async move {
        let admitted = match at_once {
            Some(admitted) => admitted,
            None => admission.await,
        };
        let answer = answer(&env, &context, admitted, request).await;
        Ok(answer.unwrap_or_else(|error| unavailable(&error)).into())
    }))
}

/// A request whose caller has been found, and where it goes.
struct Admitted {
    head: Head,
    settings: Rc<Settings>,
    /// The caller, if it has valid credentials.
    client: Option<Client>,
    /// The content of its token, if the caller holds the wake of a subscription.
    holder: Option<TokenClaims>,
    route: std::result::Result<Route, wire::Response<Infallible>>,
}

async fn admission(head: Head, settings: Rc<Settings>, authority: Authority) -> Admitted {
    let gate = Gate { settings: &settings, verifier: &verifier(), authority };
    let Admission { caller, route } = spec::admit(&head, &gate).await;
    let (client, holder) = match caller {
        Caller::Client(client) => (Some(client), None),
        Caller::Holder(holder) => (None, Some(holder)),
        Caller::Anyone | Caller::Refused => (None, None),
    };
    drop(gate);
    Admitted { head, settings, client, holder, route }
}

/// The response of a deployment with invalid settings, so that its operator sees the reason. Preflights still succeed, because
/// otherwise a browser would not show the response.
async fn misconfigured(env: &Env, head: &Head, authority: Authority, failure: Failure) -> web_sys::Response {
    let settings = Settings { access: Access::Open, ..Settings::DECLARED };
    let gate = Gate { settings: &settings, verifier: &verifier(), authority };
    let answer = match spec::admit::<Infallible, _>(head, &gate).await.route {
        Ok(Route::Health(_)) => respond(health(env, Err(failure), head).await),
        Err(preflight) if preflight.is_successful() => respond(preflight),
        _ => return refused(None, &failure),
    };
    answer.unwrap_or_else(|error| unavailable(&error))
}

fn is_only_passed_on(endpoint: Endpoint, request: &web_sys::Request) -> bool {
    match endpoint {
        Endpoint::Read | Endpoint::LongPoll | Endpoint::Sse | Endpoint::Websocket => false,
        // An unread body resets the Durable Object.
        _ => endpoint.takes_body() || request.body().is_none(),
    }
}

async fn answer(
    env: &Env,
    context: &Rc<Context>,
    Admitted { head, settings, client, holder, route }: Admitted,
    request: web_sys::Request,
) -> Result<web_sys::Response> {
    let (head, settings) = (&head, &settings);
    let expires_at = client.as_ref().and_then(Client::expires_at);
    let is_known = client.is_some() || holder.is_some();
    let client = client.unwrap_or_else(|| Client::Public(Rc::default()));
    let listings = || listings(env, context, settings, &client);
    match route {
        Err(response) => {
            // Without valid credentials, the body is not read.
            if is_known {
                drain(request, head.content_length(), settings.limits.drain).await;
            }
            respond(response)
        }
        Ok(Route::Stream(route)) if matches!(route.endpoint, Endpoint::LongPoll | Endpoint::Sse) => {
            follow(env, context, settings, route.endpoint, route.path.as_str(), &request, expires_at).await
        }
        Ok(Route::Stream(route)) => {
            if route.endpoint == Endpoint::Read
                && let Some((response, rest)) = edge_read(env, context, settings, route.path.as_str(), head).await
            {
                return respond_on(response, rest);
            }
            let request = match route.endpoint {
                Endpoint::Websocket => expiring(&request, expires_at)?,
                _ => request,
            };
            pass_on(env, route.path.as_str(), route.endpoint.takes_body(), head, request).await
        }
        Ok(Route::Health(_)) => respond(health(env, Ok(settings), head).await),
        Ok(Route::Metrics(_)) => respond(scrape(env, context, settings, head).await?),
        Ok(Route::Restoration(route)) => {
            pass_on(env, route.path.as_str(), route.endpoint.takes_body(), head, request).await
        }
        Ok(Route::Administration(route)) => {
            pass_on(env, route.path.as_str(), route.endpoint.takes_body(), head, request).await
        }
        Ok(Route::Streams(_)) => respond(spec::streams::serve(&listings()?, head, NoBody).await),
        Ok(Route::Usage(_)) => respond(spec::usage::serve(&Usages(listings()?), head, NoBody).await),
        Ok(Route::Stored(_)) => respond(spec::stored::serve(&Stored(listings()?), head, NoBody).await),
        Ok(
            Route::Subscription(_)
            | Route::Subscriptions(_)
            | Route::Links(_)
            | Route::OwnLink(_)
            | Route::Claims(_)
            | Route::Acknowledgments(_)
            | Route::Callbacks(_)
            | Route::Releases(_)
            | Route::Keys(_),
        ) => {
            let subscriptions = Subscriptions { listings: listings()?, holder, webhooks: &settings.webhooks };
            respond(subscriptions.respond(head, Body::of(&request, head)).await)
        }
        Ok(Route::Deletions(_)) => respond(spec::deletions::serve(&Deletions(listings()?), head, NoBody).await),
    }
}

/// Forwards a request to the stream's Durable Object, without its body if the endpoint does not read it.
async fn pass_on(
    env: &Env,
    path: &str,
    takes_body: bool,
    head: &Head,
    request: web_sys::Request,
) -> Result<web_sys::Response> {
    let keeps_body = takes_body || request.body().is_none();
    let request = if keeps_body { request } else { without_body(&request, head.full_url())? };
    Ok(JsFuture::from(forward(env, path, &request)).await?.unchecked_into())
}

fn without_body(request: &web_sys::Request, url: &str) -> Result<web_sys::Request> {
    let init = web_sys::RequestInit::new();
    init.set_method(&request.method());
    init.set_headers(&request.headers());
    Ok(web_sys::Request::new_with_str_and_init(url, &init)?)
}

/// Makes room in databases that fill up. All triggers but the frequent one also delete unreferenced R2 objects, notify subscriptions of what they
/// have missed, replace an old key, and count streams. After a failure, the next scheduled event continues.
#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if event.cron() != room::SCHEDULE {
        sweep(&env).await;
    }
    if let Err(error) = make_room(&env).await {
        log_event(Event::StreamsKept, error.to_string());
    }
}

async fn sweep(env: &Env) {
    if let Err(error) = sweep_orphans(env).await {
        log_event(Event::SweepFailed, error.to_string());
    }
    if let Err(error) = sweep_subscriptions(env).await {
        log_event(Event::SweepFailed, error.to_string());
    }
    if let Err(error) = replace_old_key(env).await {
        log_event(Event::KeysUnusable, error.to_string());
    }
    if let Err(error) = count_streams(env).await {
        log_event(Event::CountFailed, error.to_string());
    }
}
