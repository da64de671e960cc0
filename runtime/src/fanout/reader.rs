//! Readers that wait for new data or a state change of one stream: their positions, and the flow control of each.

use crate::fanout::bridge;
use crate::fanout::names::Names;
use crate::host::{Mark, Message, Socket, UnixMs};
use crate::stream::{Generation, Stream};
use serde::{Deserialize, Serialize};
use spec::{Offset, OffsetOrSentinel};
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

/// The position of a reader, and what it has already been sent. Readers with equal states get the same messages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReaderState {
    /// The kind of response that it waits for.
    pub mode: Mode,
    /// The generation of the stream that it reads.
    pub generation: Generation,
    /// The offset at which it continues.
    pub position: u64,
    /// The offset up to which all data has been processed for it. While bytes are held back, this is greater than `position`.
    pub seen: u64,
    /// The client's cursor, if it affects the next one.
    pub cursor: Option<u64>,
    /// The form in which the request gave its position.
    pub form: PositionForm,
    /// Whether it has been sent its position.
    pub position_sent: bool,
    /// Whether its last message stated that it is up to date.
    pub current: bool,
    /// Whether its response promised Base64 data.
    pub base64: bool,
}

/// The kind of response that a reader waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mode {
    /// One response: a long-poll, with the names of the resource that its request went to.
    Poll(Names),
    /// A sequence of events: SSE or a WebSocket.
    Feed,
}

impl Mode {
    /// Whether it is a long-poll.
    pub fn is_poll(self) -> bool {
        matches!(self, Mode::Poll(_))
    }
}

/// The form in which a request gave its position. An offset always means the same position. A sentinel doesn't.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PositionForm {
    /// An offset.
    Offset,
    /// The sentinel for the earliest retained offset.
    Start,
    /// The sentinel for the tail.
    Tail,
}

impl PositionForm {
    /// The form of `position`.
    pub fn of(position: OffsetOrSentinel) -> Self {
        match position {
            OffsetOrSentinel::At(_) => Self::Offset,
            OffsetOrSentinel::Start => Self::Start,
            OffsetOrSentinel::Tail => Self::Tail,
        }
    }

    /// The position in this form that means `start`.
    pub fn position(self, start: Offset) -> OffsetOrSentinel {
        match self {
            Self::Offset => OffsetOrSentinel::At(start),
            Self::Start => OffsetOrSentinel::Start,
            Self::Tail => OffsetOrSentinel::Tail,
        }
    }
}

impl ReaderState {
    /// `stream`, if it has the generation that these readers read. They never get data of another one.
    pub fn stream<'a>(&self, stream: Option<&'a Stream>) -> Option<&'a Stream> {
        stream.filter(|stream| stream.generation == self.generation)
    }

    /// Whether there is something to send: new data, the reader's position, a closed or deleted stream, or another generation.
    /// `stream` is the current stream, if there is one.
    fn needs_update(&self, stream: Option<&Stream>) -> bool {
        !stream.is_some_and(|stream| {
            self.position_sent
                && !stream.closed
                && stream.tail.get() <= self.seen
                && stream.generation == self.generation
        })
    }
}

/// The next message for a group of readers, and their state after it.
#[derive(Debug)]
pub struct Step {
    /// The message, if any.
    pub message: Option<Vec<u8>>,
    /// Their state after the message. `None` if the response ends with it.
    pub next: Option<ReaderState>,
}

impl Step {
    /// The last step of a response.
    pub fn end(message: Option<Vec<u8>>) -> Self {
        Self { message, next: None }
    }
}

/// A reader, as it is saved in the attachment of its socket.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Reader {
    reader_state: ReaderState,
    flow: Flow,
    /// When its credentials expire, and with them its connection. Attachments of earlier versions lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<UnixMs>,
}

/// Flow control of one reader: the bytes sent that it has not acknowledged yet.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Flow {
    bytes: usize,
    /// The mark that it has not returned yet.
    open: Option<Open>,
}

/// A mark that was sent, and the bytes that were sent after it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Open {
    mark: Mark,
    after: usize,
}

/// A reader waits while at most 1/`WINDOW_PARTS` of its window is left. Smaller messages would be mostly overhead.
const WINDOW_PARTS: usize = 8;

impl Flow {
    /// The number of bytes that can be sent to the reader now. `None` if it is too small for a message.
    fn room(&self, window: usize) -> Option<usize> {
        let room = window.saturating_sub(self.bytes);
        (self.bytes == 0 || room > window / WINDOW_PARTS).then_some(room)
    }

    /// Records that `bytes` more have been sent.
    fn send(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
        if let Some(open) = &mut self.open {
            open.after = open.after.saturating_add(bytes);
        }
    }

    /// If `mark` is the open one, records that the reader has received everything before it. Returns whether it is.
    fn acknowledge(&mut self, mark: Mark) -> bool {
        let open = self.open.take_if(|open| open.mark == mark);
        if let Some(Open { after, .. }) = open {
            self.bytes = after;
        }
        open.is_some()
    }

    /// The mark to send now: one, as soon as more than half of `window` is unacknowledged and no mark is open.
    fn next_mark(&mut self, window: usize, fresh: impl FnOnce() -> Mark) -> Option<Mark> {
        if self.open.is_some() || self.bytes <= window / 2 {
            return None;
        }
        let mark = fresh();
        self.open = Some(Open { mark, after: 0 });
        Some(mark)
    }
}

/// Readers with equal states. They get the same message.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    /// Their state.
    pub reader_state: ReaderState,
    /// Their sockets' ids.
    pub ids: Vec<u64>,
    /// The number of encoded bytes that each of them can be sent now. A single larger message is still sent.
    pub room: usize,
}

struct Connection<S> {
    socket: S,
    reader: Reader,
    /// Whether a page is being read for it.
    fetching: bool,
    /// Whether the attachment of its socket is up to date.
    saved: bool,
}

impl<S: Socket> Connection<S> {
    /// Sends a mark, if one is due. Each reader gets its own, so that it can't acknowledge data for another.
    fn send_mark(&mut self, window: usize, fresh: impl FnOnce() -> Mark) {
        if let Some(mark) = self.reader.flow.next_mark(window, fresh) {
            S::send([&self.socket].into_iter(), Message::Mark(mark));
        }
    }
}

/// All waiting readers of one stream.
pub struct Readers<S> {
    connections: BTreeMap<u64, Connection<S>>,
    /// The id of the reader that was served last.
    last: u64,
}

impl<S: Socket> Readers<S> {
    /// Restores the readers from their sockets' attachments after the Durable Object has hibernated. A socket whose attachment can't
    /// be read is closed.
    pub fn restore(sockets: Vec<(S, String)>) -> Self {
        let connection = |(socket, attachment): (S, String)| match bridge::read(&attachment) {
            Ok(reader) => Some((socket.id(), Connection { socket, reader, fetching: false, saved: true })),
            Err(_) => {
                socket.close();
                None
            }
        };
        Self { connections: sockets.into_iter().filter_map(connection).collect(), last: 0 }
    }

    /// The number of readers.
    pub fn count(&self) -> usize {
        self.connections.len()
    }

    /// The number of those that wait for one response.
    pub fn polls(&self) -> usize {
        self.connections.values().filter(|connection| connection.reader.reader_state.mode.is_poll()).count()
    }

    /// Adds a reader, whose credentials may expire.
    pub fn accept_reader(&mut self, socket: S, reader_state: ReaderState, expires_at: Option<UnixMs>) {
        let reader = Reader { reader_state, flow: Flow::default(), expires_at };
        self.connections.insert(socket.id(), Connection { socket, reader, fetching: false, saved: false });
    }

    /// Closes the connections of readers whose credentials have expired, and returns when the next ones expire.
    pub fn expire(&mut self, now: UnixMs) -> Option<UnixMs> {
        self.connections.retain(|_, Connection { socket, reader, .. }| {
            let is_over = reader.expires_at.is_some_and(|at| at <= now);
            if is_over {
                socket.close();
            }
            !is_over
        });
        self.connections.values().filter_map(|connection| connection.reader.expires_at).min()
    }

    /// Removes a reader whose socket has closed.
    pub fn disconnect(&mut self, id: u64) {
        self.connections.remove(&id);
    }

    /// Handles a message of a reader: `mark`, or `None` if it was not a mark. A reader that sends anything but its open mark violates
    /// the protocol, and is rejected. Returns whether the reader has acknowledged data.
    pub fn receive_ack(&mut self, id: u64, mark: Option<Mark>, window: usize, fresh: impl FnOnce() -> Mark) -> bool {
        let Some(connection) = self.connections.get_mut(&id) else { return false };
        if !mark.is_some_and(|mark| connection.reader.flow.acknowledge(mark)) {
            connection.socket.reject();
            self.connections.remove(&id);
            return false;
        }
        connection.saved = false;
        // The bytes sent after the mark can be more than half of the window, so another mark can be due.
        connection.send_mark(window, fresh);
        true
    }

    /// Up to `most` readers that have something to receive and window left for it, grouped by state. It starts after the reader that
    /// was served last, so that every reader gets a turn.
    pub fn next_groups(&mut self, stream: Option<&Stream>, window: usize, most: usize) -> Vec<Group> {
        let mut reader_states: BTreeMap<&ReaderState, (Vec<u64>, usize)> = BTreeMap::new();
        let next = self.connections.range((Excluded(self.last), Unbounded)).chain(self.connections.range(..=self.last));
        let behind = next.filter_map(|(id, Connection { reader: Reader { reader_state, flow, .. }, fetching, .. })| {
            let room = flow.room(window).filter(|_| !fetching && reader_state.needs_update(stream))?;
            Some((*id, reader_state, room))
        });
        for (id, reader_state, room) in behind.take(most) {
            let (ids, least) = reader_states.entry(reader_state).or_insert((Vec::new(), room));
            ids.push(id);
            *least = room.min(*least);
            self.last = id;
        }
        reader_states
            .into_iter()
            .map(|(reader_state, (ids, room))| Group { reader_state: reader_state.clone(), ids, room })
            .collect()
    }

    /// Records whether a page is being read for these readers.
    pub fn set_fetching(&mut self, ids: &[u64], fetching: bool) {
        for id in ids {
            if let Some(connection) = self.connections.get_mut(id) {
                connection.fetching = fetching;
            }
        }
    }

    /// Sends these readers the message of the step, and updates their states.
    pub fn deliver(&mut self, ids: &[u64], step: &Step, window: usize, fresh: impl Fn() -> Mark) {
        if let Some(message) = &step.message {
            let connections = ids.iter().filter_map(|id| self.connections.get(id));
            S::send(connections.map(|connection| &connection.socket), Message::Bytes(message));
        }
        let Some(next) = &step.next else {
            for Connection { socket, reader, .. } in ids.iter().filter_map(|id| self.connections.remove(id)) {
                // After the response to a poll, the edge closes the socket.
                if !reader.reader_state.mode.is_poll() {
                    socket.close();
                }
            }
            return;
        };
        for id in ids {
            let Some(connection) = self.connections.get_mut(id) else { continue };
            connection.reader.reader_state.clone_from(next);
            connection.saved = false;
            connection.reader.flow.send(step.message.as_ref().map_or(0, Vec::len));
            connection.send_mark(window, &fresh);
        }
    }

    /// Whether an attachment is not up to date.
    pub fn has_unsaved(&self) -> bool {
        self.connections.values().any(|connection| !connection.saved)
    }

    /// Saves the attachments that have changed.
    pub fn save_attachments(&mut self) {
        for connection in self.connections.values_mut().filter(|connection| !connection.saved) {
            // Strings and numbers always serialize.
            connection.socket.save_attachment(&bridge::write(&connection.reader).unwrap_or_default());
            connection.saved = true;
        }
    }
}
