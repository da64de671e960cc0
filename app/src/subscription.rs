//! The Durable Object of one subscription.

use runtime::Failure;
use runtime::bridge;
use runtime::cloudflare::{Cloudflare, settings, stored_path};
use runtime::subscription::Subscription;
use runtime::subscription::call::Envelope;
use std::cell::RefCell;
use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use subscriptions::SubscriptionId;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::worker_sys::{DurableObjectState, web_sys};
use worker::{Env, Error, Request, Response, Result, State};

/// The Durable Object class. The platform creates one instance per subscription.
#[wasm_bindgen]
pub struct SubscriptionObject {
    state: Rc<State>,
    env: Env,
    object: RefCell<Option<Subscription<Cloudflare>>>,
}

#[wasm_bindgen]
impl SubscriptionObject {
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        Self { state: Rc::new(State::from(state)), env, object: RefCell::new(None) }
    }

    /// Answers a call of the edge, or of the Durable Object of a stream.
    pub async fn fetch(&self, request: web_sys::Request) -> std::result::Result<JsValue, JsValue> {
        let answer = AssertUnwindSafe(self.answer(Request::from(request))).await;
        self.forget();
        Ok(answer?.into())
    }

    /// The alarm handler.
    pub async fn alarm(&self) -> std::result::Result<JsValue, JsValue> {
        if let Some(id) = stored_path(&self.state).await? {
            let id = SubscriptionId::read(&id).map_err(error)?;
            self.object(id).map_err(error)?.alarm().await.map_err(error)?;
        }
        self.forget();
        Ok(JsValue::UNDEFINED)
    }
}

impl SubscriptionObject {
    async fn answer(&self, mut request: Request) -> Result<web_sys::Response> {
        let Envelope { id, call } = bridge::read(&request.text().await?).map_err(error)?;
        let answer = self.object(id).map_err(error)?.answer(call).await.map_err(error)?;
        Response::ok(answer).map(web_sys::Response::from)
    }

    fn object(&self, id: SubscriptionId) -> std::result::Result<Subscription<Cloudflare>, Failure> {
        let mut object = self.object.borrow_mut();
        if let Some(object) = &*object {
            return Ok(object.clone());
        }
        let settings = settings(&self.env)?;
        let host = Cloudflare::new(self.state.clone(), &self.env, id.as_str().to_owned())?;
        Ok(object.insert(Subscription::new(host, settings, id)).clone())
    }

    /// Discards the in-memory state if `evict_when_idle` is set, as tests do, and the Durable Object is idle.
    fn forget(&self) {
        let evict_when_idle = settings(&self.env).is_ok_and(|settings| settings.evict_when_idle);
        self.object.borrow_mut().take_if(|object| evict_when_idle && object.is_unused());
    }
}

fn error(error: impl Display) -> Error {
    Error::RustError(error.to_string())
}
