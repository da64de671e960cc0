//! The Durable Object of one stream.

use runtime::bridge::{self, Envelope};
use runtime::cloudflare::{
    Attachment, Body, Cloudflare, Head, accept_reader, answer_close, budget, is_measured, is_message, is_resumption,
    reader_text, refused, respond, respond_on, resumption, settings, stored_path, unless_aborted,
};
use runtime::share::Resume;
use runtime::{Failure, Object, Served, stream_path_of};
use std::cell::RefCell;
use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wire::Source as _;
use worker::worker_sys::{DurableObjectState, web_sys};
use worker::{Env, Error, Request, Response, Result, State};

/// The Durable Object class. The platform creates one instance per stream.
///
/// `worker::durable_object` could generate this class. But it reads each request twice and creates each response twice.
#[wasm_bindgen]
pub struct StreamObject {
    state: Rc<State>,
    env: Env,
    object: RefCell<Option<Object<Cloudflare>>>,
}

#[wasm_bindgen]
impl StreamObject {
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        Self { state: Rc::new(State::from(state)), env, object: RefCell::new(None) }
    }

    /// Serves a request to the stream, or a message from another Durable Object.
    pub async fn fetch(&self, request: web_sys::Request) -> std::result::Result<JsValue, JsValue> {
        let answer = AssertUnwindSafe(self.answer(request)).await;
        self.forget();
        Ok(answer?.into())
    }

    /// The alarm handler.
    pub async fn alarm(&self) -> std::result::Result<JsValue, JsValue> {
        if let Some(path) = stored_path(&self.state).await? {
            self.object(&path).map_err(error)?.alarm().await.map_err(error)?;
        }
        self.forget();
        Ok(JsValue::UNDEFINED)
    }

    /// Handles a message of a reader, or of the edge on its behalf.
    #[wasm_bindgen(js_name = webSocketMessage)]
    pub async fn web_socket_message(
        &self,
        socket: web_sys::WebSocket,
        message: JsValue,
    ) -> std::result::Result<JsValue, JsValue> {
        if let Some(attachment) = Attachment::of(&socket) {
            self.object(&attachment.path)
                .map_err(error)?
                .receive_text(attachment.id, reader_text(&message).as_deref())
                .await;
        }
        self.forget();
        Ok(JsValue::UNDEFINED)
    }

    /// Removes a reader whose connection was closed.
    #[wasm_bindgen(js_name = webSocketClose)]
    pub fn web_socket_close(&self, socket: &web_sys::WebSocket, code: u16) {
        // The platform doesn't respond to a Close frame. Without a response, the client would wait, and then report a lost connection.
        answer_close(socket, code);
        self.part_with(socket);
    }

    /// Removes a reader whose connection was lost.
    #[wasm_bindgen(js_name = webSocketError)]
    pub fn web_socket_error(&self, socket: &web_sys::WebSocket) {
        self.part_with(socket);
    }
}

impl StreamObject {
    async fn answer(&self, request: web_sys::Request) -> Result<web_sys::Response> {
        let head = Head::of(&request);
        if is_message(head.path()) {
            return self.receive(Request::from(request)).await;
        }
        if is_resumption(head.path()) {
            return self.resume(&request).await;
        }
        let path = stream_path_of(head.path()).ok_or_else(|| error("the path is not a stream's"))?;
        let object = match self.object(&path) {
            Ok(object) => object,
            Err(failure) => return Ok(refused(Some(&path), &failure)),
        };
        let body = Body::of(&request, &head);
        let Served { response, rest, reader_state } = object.serve(head.origin().to_owned(), &head, body).await;
        let Some(reader_state) = reader_state else { return respond_on(response, rest) };
        match unless_aborted(&request, object.hold_poll(&reader_state)).await {
            Some(Some(news)) => respond(news),
            Some(None) => accept_reader(&self.state, &object, &request, &path, reader_state, &response).await,
            // The client has disconnected, so the response is discarded.
            None => respond(response),
        }
    }

    /// Handles a message from another Durable Object.
    async fn receive(&self, mut request: Request) -> Result<web_sys::Response> {
        let Envelope { path, message } = bridge::read(&request.text().await?).map_err(error)?;
        let answer = self.object(&path).map_err(error)?.receive(message).await.map_err(error)?;
        Response::ok(bridge::write(&answer)?).map(web_sys::Response::from)
    }

    /// Accepts a socket of a reader that had another one before.
    async fn resume(&self, request: &web_sys::Request) -> Result<web_sys::Response> {
        let Resume { path, reader_state } =
            resumption(request)?.ok_or_else(|| error("the edge has another version"))?;
        let object = self.object(&path).map_err(error)?;
        accept_reader(&self.state, &object, request, &path, reader_state, &wire::Response::new(200)).await
    }

    fn part_with(&self, socket: &web_sys::WebSocket) {
        if let Some(attachment) = Attachment::of(socket)
            && let Some(object) = self.object_with(&attachment)
        {
            object.disconnect(attachment.id, &attachment.attachment);
        }
        self.forget();
    }

    /// The Durable Object that has a reader in memory. Without in-memory state, there is no reader to remove, so that is loaded only to
    /// record the end of a connection.
    fn object_with(&self, attachment: &Attachment) -> Option<Object<Cloudflare>> {
        let loaded = self.object.borrow().clone();
        let records = || is_measured(&self.env) && attachment.is_of_client();
        loaded.or_else(|| if records() { self.object(&attachment.path).ok() } else { None })
    }

    fn object(&self, path: &str) -> std::result::Result<Object<Cloudflare>, Failure> {
        let mut object = self.object.borrow_mut();
        if let Some(object) = &*object {
            return Ok(object.clone());
        }
        let settings = settings(&self.env)?;
        let host = Cloudflare::new(self.state.clone(), &self.env, path.to_owned())?;
        let budget = budget(&settings);
        Ok(object.insert(Object::new(host, settings, budget, path)).clone())
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
