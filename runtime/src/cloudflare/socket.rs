use super::{Cloudflare, boundary, refused, response};
use crate::Event;
use crate::fanout::bridge;
use crate::host::{Mark, Message, Socket};
use crate::{Failure, Following, Object, ReaderState};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use worker::worker_sys::web_sys;
use worker::{State, WebSocketPair};

/// An object's end of a connection to the edge, where a reader waits. The platform keeps it while the object sleeps.
pub struct HibernatingSocket {
    socket: web_sys::WebSocket,
    id: u64,
    /// An object that is woken by a message is not told whose it is: so that is written down, too.
    path: Rc<str>,
}

/// Whose a socket is, and what its object has written down with it.
pub struct Attachment {
    /// The path of its object's stream.
    pub path: String,
    /// The number that tells it from others of its object.
    pub id: u64,
    attachment: String,
}

impl Attachment {
    /// What is written down with a socket; none with one that is not an object's.
    #[must_use]
    pub fn of(socket: &web_sys::WebSocket) -> Option<Self> {
        let text = boundary::attachment(socket);
        let mut lines = text.splitn(3, '\n');
        let (path, id, attachment) = (lines.next()?.to_owned(), lines.next()?.parse().ok()?, lines.next()?.to_owned());
        Some(Self { path, id, attachment })
    }
}

/// What a reader has sent, if it is short enough to be a mark. A message may have 32 MiB, of which nothing else is looked at.
#[must_use]
pub fn mark_text(message: &JsValue) -> Option<String> {
    boundary::text(message, Mark::LENGTH)
}

/// The status of an answer with which the socket reaches to the client itself.
const UPGRADED: u16 = 101;

/// Why a socket is closed whose other end has broken the protocol (RFC 6455 §7.4.1).
const POLICY_VIOLATION: u16 = 1008;

/// Seats a client who waits: makes a connection, and an answer with its other end, for the client or for the edge. An edge of
/// another version is answered that the client has to come back.
///
/// # Errors
/// If the platform refuses one of them.
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
        return Ok(refused(&Failure::Host(format!("the edge that asks the object of {path} is of another version"))));
    }
    let WebSocketPair { client, server } = WebSocketPair::new()?;
    state.accept_web_socket(&server);
    // The platform's generator is there in every handler.
    let id = getrandom::u64().expect("crypto.getRandomValues answers");
    object.accept_reader(HibernatingSocket { socket: server.as_ref().clone(), id, path: path.into() }, reader_state);
    let headers = response::headers(response)?;
    if !reaches_client {
        headers.set(bridge::HEADER, &bridge::opening(response.status))?;
    }
    Ok(boundary::upgrade(headers, client.as_ref().clone())?)
}

/// The connections that an object has, each with what was last written down there.
pub fn connected(state: &State) -> Vec<(HibernatingSocket, String)> {
    let sockets = state.get_websockets().into_iter().map(|socket| socket.as_ref().clone());
    let open = sockets.filter(|socket: &web_sys::WebSocket| socket.ready_state() == web_sys::WebSocket::OPEN);
    let attachments = open.filter_map(|socket| {
        let Attachment { path, id, attachment } = Attachment::of(&socket)?;
        Some((HibernatingSocket { socket, id, path: path.into() }, attachment))
    });
    attachments.collect()
}

/// Answers a Close frame with one of the same code, as far as a code may be sent: none was, or it is one that only says how a connection
/// has ended (RFC 6455 §5.5.1, §7.4.1).
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
            // All of them share the copy.
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
            super::tell(Event::SocketFailed, format!("nothing can be written down with a connection: {error:?}"));
        }
    }
}

fn closed(result: Result<(), JsValue>) {
    if let Err(error) = result {
        super::tell(Event::SocketFailed, format!("a connection to a reader can't be closed: {error:?}"));
    }
}
