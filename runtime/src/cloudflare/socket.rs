use super::boundary;
use crate::Event;
use crate::fanout::reader::tally_of;
use crate::host::{Follow, Mark, Message, Socket};
use crate::metrics::Ending;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use worker::State;
use worker::worker_sys::web_sys;

/// A Durable Object's end of a reader's connection, to the edge or the client. The platform keeps it while the Durable Object
/// hibernates.
pub struct HibernatingSocket {
    socket: web_sys::WebSocket,
    id: u64,
    /// The path of the stream. It is part of the attachment, because a Durable Object that is woken by a message does not receive it.
    path: Rc<str>,
}

impl HibernatingSocket {
    /// A new connection to a reader of the stream at `path`.
    pub(super) fn new(socket: web_sys::WebSocket, path: &str) -> Self {
        // The platform's random generator works in every handler.
        let id = getrandom::u64().expect("crypto.getRandomValues answers");
        Self { socket, id, path: path.into() }
    }
}

/// The attachment of a socket.
pub struct Attachment {
    /// The path of the stream.
    pub path: String,
    /// The socket's id, unique in its Durable Object.
    pub id: u64,
    /// The reader.
    pub attachment: String,
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

    /// Whether it is the WebSocket of a client, whose end the Durable Object records.
    #[must_use]
    pub fn is_of_client(&self) -> bool {
        tally_of(&self.attachment).is_some()
    }
}

/// The text of a reader's message, if it is short enough to be valid. A message can have up to 32 MiB, so longer ones are not copied.
#[must_use]
pub fn reader_text(message: &JsValue) -> Option<String> {
    boundary::text(message, Mark::LENGTH.max(Follow::LENGTH))
}

/// The close code for a socket whose purpose is fulfilled (RFC 6455 §7.4.1). Only with a code can a close frame have a reason.
const NORMAL: u16 = 1000;

/// The close code for a socket whose other end has violated the protocol (RFC 6455 §7.4.1).
const POLICY_VIOLATION: u16 = 1008;

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
            Message::Join(join) => join.to_string().into(),
        };
        boundary::send(&sockets, &message);
    }

    fn close(&self) {
        closed(self.socket.close());
    }

    fn end(&self, ending: Ending) {
        closed(self.socket.close_with_code_and_reason(NORMAL, ending.name()));
    }

    fn reject(&self) {
        closed(self.socket.close_with_code(POLICY_VIOLATION));
    }

    fn save_attachment(&self, attachment: &str) {
        if let Err(error) =
            boundary::save_attachment(&self.socket, &format!("{}\n{}\n{attachment}", self.path, self.id))
        {
            super::log_event(Event::SocketFailed, format!("the attachment of a connection can't be saved: {error:?}"));
        }
    }
}

fn closed(result: Result<(), JsValue>) {
    if let Err(error) = result {
        super::log_event(Event::SocketFailed, format!("a connection to a reader can't be closed: {error:?}"));
    }
}
