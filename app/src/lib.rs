//! The deployable Worker: the edge, and the Durable Object of one stream.
//!
//! All that a request means is in `spec`, and all that is done about it in `runtime`; here they are plugged into the
//! platform.

#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, reason = "`durable_object` expands to functions without")]

use runtime::cloudflare::{Body, Cloudflare, Head, Letter, OBJECTS, is_letter, respond, settings, stored_path};
use runtime::{Feed, Gate, Object};
use spec::Route;
use std::cell::OnceCell;
use std::rc::Rc;
use wire::Source as _;
use worker::{
    Context, DurableObject, Env, Error, Request, RequestInit, Response, Result, State, durable_object, event,
};

/// Answers at the edge what can be answered there, and sends the rest to the stream's object.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let settings = settings(&env).map_err(|error| Error::RustError(error.to_string()))?;
    let head = Head::of(&request);
    match spec::admit::<Feed>(&head, &Gate(&settings)) {
        Err(response) => respond(response),
        Ok(Route::Stream(route)) => {
            let request = if route.endpoint.takes_body() { request } else { without_body(&request, head.full_url())? };
            let object = env.durable_object(OBJECTS)?.get_by_name(route.path.as_str())?;
            object.fetch_with_request(request).await
        }
    }
}

/// The same request, without a body that nobody would read: one left unread resets the object.
fn without_body(request: &Request, url: &str) -> Result<Request> {
    let mut init = RequestInit::new();
    init.with_method(request.method()).with_headers(request.headers().clone());
    Request::new_with_init(url, &init)
}

/// The object of one stream, which orders its writes and wakes its readers.
#[durable_object]
pub struct StreamObject {
    state: Rc<State>,
    env: Env,
    object: OnceCell<Object<Cloudflare>>,
}

impl DurableObject for StreamObject {
    fn new(state: State, env: Env) -> Self {
        Self { state: Rc::new(state), env, object: OnceCell::new() }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let head = Head::of(&request);
        if is_letter(head.path()) {
            return self.receive(request).await;
        }
        let object = match (self.object.get(), spec::stream::parameters(head.path())) {
            (Some(object), _) => object.clone(),
            (None, Some((path,))) => self.object(path.as_str())?,
            (None, None) => {
                return Err(Error::RustError("a request that is not to a stream".into()));
            }
        };
        respond(object.serve(head.url().to_owned(), &head, Body(request)).await)
    }

    async fn alarm(&self) -> Result<Response> {
        let object = match self.object.get() {
            Some(object) => object.clone(),
            None => match stored_path(&self.state).await? {
                Some(path) => self.object(&path)?,
                None => return Response::empty(),
            },
        };
        object.alarm().await.map_err(|failure| Error::RustError(failure.to_string()))?;
        Response::empty()
    }
}

impl StreamObject {
    /// Takes a message of another object.
    async fn receive(&self, mut request: Request) -> Result<Response> {
        let Letter { path, message } = request.json().await?;
        let answer = self.object(&path)?.receive(message).await;
        Response::from_json(&answer.map_err(|failure| Error::RustError(failure.to_string()))?)
    }

    fn object(&self, path: &str) -> Result<Object<Cloudflare>> {
        let settings = settings(&self.env).map_err(|error| Error::RustError(error.to_string()))?;
        let host = Cloudflare::new(self.state.clone(), &self.env, path.to_owned())?;
        Ok(self.object.get_or_init(|| Object::new(host, settings, path)).clone())
    }
}
