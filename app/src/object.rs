//! The Durable Object of one stream.

use runtime::bridge::{self, Envelope};
use runtime::cloudflare::{
    Attachment, Body, Cloudflare, Head, accept_reader, answer_close, budget, is_message, mark_text, refused, respond,
    respond_on, settings, stored_path, unless_aborted,
};
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

/// The object of one stream, which orders its writes and wakes its readers: the class that the platform makes instances of.
///
/// `worker::durable_object` would write this, but reads each request and makes each response twice on the way.
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

    /// Answers a request about the stream, or a message of another object.
    pub async fn fetch(&self, request: web_sys::Request) -> std::result::Result<JsValue, JsValue> {
        let answer = AssertUnwindSafe(self.answer(request)).await;
        self.forget();
        Ok(answer?.into())
    }

    /// Does what has become due.
    pub async fn alarm(&self) -> std::result::Result<JsValue, JsValue> {
        if let Some(path) = stored_path(&self.state).await? {
            self.object(&path).map_err(error)?.alarm().await.map_err(error)?;
        }
        self.forget();
        Ok(JsValue::UNDEFINED)
    }

    /// A reader, or the edge in its place, has sent something: that it has taken what came before a mark, if all is well.
    #[wasm_bindgen(js_name = webSocketMessage)]
    pub async fn web_socket_message(
        &self,
        socket: web_sys::WebSocket,
        message: JsValue,
    ) -> std::result::Result<JsValue, JsValue> {
        if let Some(attachment) = Attachment::of(&socket) {
            self.object(&attachment.path).map_err(error)?.hear(attachment.id, mark_text(&message).as_deref()).await;
        }
        self.forget();
        Ok(JsValue::UNDEFINED)
    }

    /// A reader has gone, or has been told everything.
    #[wasm_bindgen(js_name = webSocketClose)]
    pub fn web_socket_close(&self, socket: &web_sys::WebSocket, code: u16) {
        // The platform does not do it: without an answer, the client would wait for it and then take the connection for lost.
        answer_close(socket, code);
        self.part_with(socket);
    }

    /// The connection to a reader is lost.
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
        let path = stream_path_of(head.path()).ok_or_else(|| error("not a request about a stream"))?;
        let object = match self.object(&path) {
            Ok(object) => object,
            Err(failure) => return Ok(refused(&failure)),
        };
        let body = Body::of(&request, &head);
        let Served { response, rest, reader_state } = object.serve(head.origin().to_owned(), &head, body).await;
        let Some(reader_state) = reader_state else { return respond_on(response, rest) };
        match unless_aborted(&request, object.hold_poll(&reader_state)).await {
            Some(Some(news)) => respond(news),
            Some(None) => accept_reader(&self.state, &object, &request, &path, reader_state, &response),
            // Nobody will read it.
            None => respond(response),
        }
    }

    /// Takes a message of another object.
    async fn receive(&self, mut request: Request) -> Result<web_sys::Response> {
        let Envelope { path, message } = bridge::read(&request.text().await?).map_err(error)?;
        let answer = self.object(&path).map_err(error)?.receive(message).await.map_err(error)?;
        Response::ok(bridge::write(&answer)?).map(web_sys::Response::from)
    }

    fn part_with(&self, socket: &web_sys::WebSocket) {
        // An object that remembers nothing has nothing to forget.
        if let (Some(object), Some(attachment)) = (&*self.object.borrow(), Attachment::of(socket)) {
            object.disconnect(attachment.id);
        }
        self.forget();
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

    /// Loses the object's memory, where tests ask for it.
    fn forget(&self) {
        let evict_when_idle = settings(&self.env).is_ok_and(|settings| settings.evict_when_idle);
        self.object.borrow_mut().take_if(|object| evict_when_idle && object.is_unused());
    }
}

fn error(error: impl Display) -> Error {
    Error::RustError(error.to_string())
}
