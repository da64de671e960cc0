use super::{Cloudflare, boundary, refused, response};
use crate::Event;
use crate::fanout::bridge;
use crate::host::{Mark, Message, Socket};
use crate::{Failure, Following, Object, ReaderState};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use worker::worker_sys::web_sys;
use worker::{State, WebSocketPair};

/// A Durable Object's end of a reader's connection, to the edge or the client. The platform keeps it while the Durable Object
/// hibernates.
pub struct HibernatingSocket {
    socket: web_sys::WebSocket,
    id: u64,
    /// The path of the stream. It is part of the attachment, because a Durable Object that is woken by a message does not receive it.
    path: Rc<str>,
}

/// The attachment of a socket.
pub struct Attachment {
    /// The path of the stream.
    pub path: String,
    /// The socket's id, unique in its Durable Object.
    pub id: u64,
    attachment: String,
}

impl Attachment {
    /// The attachment of a socket. `None` if it does not have this form.
    #[must_use]
    pub fn of(socket: &web_sys::WebSocket) -> Option<Self> {
        let text = boundary::attachment(socket);
        let mut lines = text.splitn(3, '\n');
        let (path, id, attachment) = (lines.next()?.to_owned(), lines.next()?.parse().ok()?, lines.next()?.to_owned());
        Some(Self { path, id, attachment })
    }
}

/// The text of a reader's message, if it is short enough to be a mark. A message can have up to 32 MiB, so longer ones are not copied.
#[must_use]
pub fn mark_text(message: &JsValue) -> Option<String> {
    boundary::text(message, Mark::LENGTH)
}

/// The status of a response whose socket is the client's own.
const UPGRADED: u16 = 101;

/// The close code for a socket whose other end has violated the protocol (RFC 6455 §7.4.1).
const POLICY_VIOLATION: u16 = 1008;

/// Accepts a reader: creates a connection, and returns a response with its other end, for the client or the edge. An edge of another
/// version gets 503, so that the client retries.
///
/// # Errors
/// If the platform rejects the connection or the response.
pub fn accept_reader(
    state: &State,
    object: &Object<Cloudflare>,
    request: &web_sys::Request,
    path: &str,
    reader_state: ReaderState,
    response: &wire::Response<Following>,
) -> worker::Result<web_sys::Response> {
    let reaches_client = response.status == UPGRADED;
    if !reaches_client && !bridge::is_spoken(request.headers().get(bridge::HEADER)?.as_deref()) {
        return Ok(refused(&Failure::Host(format!("the edge has another version than the Durable Object of {path}"))));
    }
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    state.accept_web_socket(&server);
    // The platform's random generator works in every handler.
    let id = getrandom::u64().expect("crypto.getRandomValues answers");
    object.accept_reader(HibernatingSocket { socket: server.as_ref().clone(), id, path: path.into() }, reader_state);
    let headers = response::headers(response)?;
    if !reaches_client {
        headers.set(bridge::HEADER, &bridge::opening(response.status))?;
    }
    Ok(boundary::upgrade(headers, client.as_ref().clone())?)
}

/// The open connections of a Durable Object, each with its reader's attachment.
pub fn connected(state: &State) -> Vec<(HibernatingSocket, String)> {
    let sockets = state.get_websockets().into_iter().map(|socket| socket.as_ref().clone());
    let open = sockets.filter(|socket: &web_sys::WebSocket| socket.ready_state() == web_sys::WebSocket::OPEN);
    let attachments = open.filter_map(|socket| {
        let Attachment { path, id, attachment } = Attachment::of(&socket)?;
        Some((HibernatingSocket { socket, id, path: path.into() }, attachment))
    });
    attachments.collect()
}

/// Responds to a Close frame with the same code. If that code can't be sent, because it is missing or reserved for local use, the
/// response has none (RFC 6455 §5.5.1, §7.4.1).
pub fn answer_close(socket: &web_sys::WebSocket, code: u16) {
    closed(socket.close_with_code(code).or_else(|_| socket.close()));
}

impl Socket for HibernatingSocket {
    fn id(&self) -> u64 {
        self.id
    }

    fn send<'a>(sockets: impl Iterator<Item = &'a Self>, message: Message<'_>) {
        let sockets: js_sys::Array = sockets.map(|socket| JsValue::from(&socket.socket)).collect();
        let message = match message {
            // All sockets share one copy.
            Message::Bytes(bytes) => js_sys::Uint8Array::from(bytes).buffer().into(),
            Message::Mark(mark) => mark.to_string().into(),
        };
        boundary::send(&sockets, &message);
    }

    fn close(&self) {
        closed(self.socket.close());
    }

    fn reject(&self) {
        closed(self.socket.close_with_code(POLICY_VIOLATION));
    }

    fn save_attachment(&self, attachment: &str) {
        if let Err(error) =
            boundary::save_attachment(&self.socket, &format!("{}\n{}\n{attachment}", self.path, self.id))
        {
            super::tell(Event::SocketFailed, format!("the attachment of a connection can't be saved: {error:?}"));
        }
    }
}

fn closed(result: Result<(), JsValue>) {
    if let Err(error) = result {
        super::tell(Event::SocketFailed, format!("a connection to a reader can't be closed: {error:?}"));
    }
}
