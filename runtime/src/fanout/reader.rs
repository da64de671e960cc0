//! Readers that wait for new data or a state change of one stream: their positions, and the flow control of each.

use crate::fanout::bridge;
use crate::fanout::names::Names;
use crate::host::{Follow, Join, Mark, Message, Socket, UnixMs};
use crate::metrics::Ending;
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
    /// Their state after the message, or how the response ends with it.
    pub next: Next,
}

/// How a response continues after a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Next {
    /// The readers have this state.
    State(ReaderState),
    /// The response ends.
    End(Ending),
}

impl Next {
    /// A message for readers that can share it. Its head contains what follows.
    fn before(&self, events: &[u8]) -> Vec<u8> {
        // Strings and numbers always serialize.
        bridge::encode(&serde_json::to_string(self).unwrap_or_default(), events)
    }

    /// Parses the head of such a message.
    pub fn read(head: &[u8]) -> Option<Self> {
        serde_json::from_slice(head).ok()
    }
}

impl Step {
    /// The last step of a response.
    pub fn end(message: Option<Vec<u8>>, ending: Ending) -> Self {
        Self { message, next: Next::End(ending) }
    }
}

/// The program at the other end of a reader's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// The edge, which holds the client's connection.
    Edge,
    /// The edge, which can share messages among several readers.
    Sharing {
        /// The socket that the reader will share once it has the same state; `None` if others can share its own.
        follows: Option<u64>,
    },
    /// The client itself.
    Client {
        /// When the connection was accepted.
        since: UnixMs,
        /// When its credentials expire, and with them the connection.
        expires_at: Option<UnixMs>,
    },
}

/// The WebSocket of a client, as its data point describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// When it was accepted.
    pub since: UnixMs,
    /// Number of bytes that were sent.
    pub bytes: u64,
    /// Why this end closed it. `None` if it is open, or if the client closed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
}

/// The part of a reader's state that concerns shared sockets.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Sharing {
    /// The socket that it will share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    follows: Option<u64>,
    /// Number of messages that were sent to it.
    sent: u64,
}

/// A reader, as it is saved in the attachment of its socket.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Reader {
    reader_state: ReaderState,
    flow: Flow,
    /// When its credentials expire, and with them its connection. Attachments of earlier versions lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<UnixMs>,
    /// `None` if its peer is the edge. Attachments of earlier versions lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tally: Option<Tally>,
    /// `None` if the socket is for one reader, so that its messages have no head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sharing: Option<Sharing>,
}

impl Reader {
    /// Records that `bytes` more have been sent.
    fn send(&mut self, bytes: usize) {
        self.flow.send(bytes);
        if let Some(tally) = &mut self.tally {
            tally.bytes = tally.bytes.saturating_add(bytes as u64);
        }
    }
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

    /// Saves the attachment. For a WebSocket of a client, it contains how the connection ends.
    fn save(&mut self) {
        // Strings and numbers always serialize.
        self.socket.save_attachment(&bridge::write(&self.reader).unwrap_or_default());
        self.saved = true;
    }

    /// Closes the connection, which ends the response.
    fn close(mut self, ending: Ending) {
        if self.record(ending) { self.socket.close() } else { self.socket.end(ending) }
    }

    /// Closes the connection of a reader that violated the protocol.
    fn reject(mut self) {
        self.record(Ending::Refused);
        self.socket.reject();
    }

    /// Saves how the connection of a client ends, until the platform reports that it has ended. Returns `false` if the peer is the edge.
    fn record(&mut self, ending: Ending) -> bool {
        let Some(tally) = &mut self.reader.tally else { return false };
        tally.ending = Some(ending);
        self.save();
        true
    }
}

/// The tally in the attachment of a socket, if it is the WebSocket of a client.
pub fn tally_of(attachment: &str) -> Option<Tally> {
    bridge::read::<Reader>(attachment).ok()?.tally
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

    /// Adds a reader, with the program at the other end of its socket.
    pub fn accept_reader(&mut self, socket: S, reader_state: ReaderState, peer: Peer) {
        let (expires_at, tally, sharing) = match peer {
            Peer::Edge => (None, None, None),
            Peer::Sharing { follows } => (None, None, Some(Sharing { follows, sent: 0 })),
            Peer::Client { since, expires_at } => (expires_at, Some(Tally { since, bytes: 0, ending: None }), None),
        };
        let reader = Reader { reader_state, flow: Flow::default(), expires_at, tally, sharing };
        let id = socket.id();
        self.connections.insert(id, Connection { socket, reader, fetching: false, saved: false });
        self.join(id);
    }

    /// The number of messages that were sent through `socket`, if its reader has this state and others can share it.
    pub fn shared_at(&self, socket: u64, reader_state: &ReaderState) -> Option<u64> {
        let Reader { reader_state: own, sharing, .. } = &self.connections.get(&socket)?.reader;
        sharing.filter(|_| own == reader_state).map(|sharing| sharing.sent)
    }

    /// Moves a reader to the socket that it follows, if both have the same state.
    fn join(&mut self, id: u64) {
        let Some(Connection { reader, .. }) = self.connections.get(&id) else { return };
        let follows = reader.sharing.and_then(|sharing| sharing.follows);
        let join = |socket| Some(Join { socket, after: self.shared_at(socket, &reader.reader_state)? });
        let Some(join) = follows.and_then(join) else { return };
        if let Some(Connection { socket, .. }) = self.connections.remove(&id) {
            S::send([&socket].into_iter(), Message::Join(join));
            socket.close();
        }
    }

    /// Handles the message of a reader that can share another socket. Without such a socket, it violates the protocol, and is rejected.
    pub fn follow(&mut self, id: u64, Follow(followed): Follow) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        match &mut connection.reader.sharing {
            Some(sharing) if followed != id => {
                sharing.follows = Some(followed);
                connection.saved = false;
                self.join(id);
            }
            _ => self.connections.remove(&id).into_iter().for_each(Connection::reject),
        }
    }

    /// Closes the connections of readers whose credentials have expired, and returns when the next ones expire.
    pub fn expire(&mut self, now: UnixMs) -> Option<UnixMs> {
        let is_over = |connection: &Connection<S>| connection.reader.expires_at.is_some_and(|at| at <= now);
        for (_, connection) in self.connections.extract_if(.., |_, connection| is_over(connection)) {
            connection.close(Ending::TokenEnded);
        }
        self.connections.values().filter_map(|connection| connection.reader.expires_at).min()
    }

    /// Removes a reader whose socket has closed. Returns its tally if its peer was the client.
    pub fn disconnect(&mut self, id: u64) -> Option<Tally> {
        self.connections.remove(&id)?.reader.tally
    }

    /// Handles a message of a reader: `mark`, or `None` if it was not a mark. A reader that sends anything but its open mark violates
    /// the protocol, and is rejected. Returns whether the reader has acknowledged data.
    pub fn receive_ack(&mut self, id: u64, mark: Option<Mark>, window: usize, fresh: impl FnOnce() -> Mark) -> bool {
        let Some(connection) = self.connections.get_mut(&id) else { return false };
        if !mark.is_some_and(|mark| connection.reader.flow.acknowledge(mark)) {
            self.connections.remove(&id).into_iter().for_each(Connection::reject);
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
            self.send(ids, message, &step.next);
        }
        let bytes = step.message.as_ref().map_or(0, Vec::len);
        let next = match &step.next {
            Next::State(next) => next,
            Next::End(ending) => return self.end(ids, *ending, bytes),
        };
        for id in ids {
            let Some(connection) = self.connections.get_mut(id) else { continue };
            connection.reader.reader_state.clone_from(next);
            connection.saved = false;
            connection.reader.send(bytes);
            connection.send_mark(window, &fresh);
        }
        for id in ids {
            self.join(*id);
        }
    }

    /// Sends a message, with a head through those sockets that readers can share.
    fn send(&mut self, ids: &[u64], message: &[u8], next: &Next) {
        let is_shared =
            |id: &&u64| self.connections.get(id).is_some_and(|connection| connection.reader.sharing.is_some());
        let (shared, single): (Vec<u64>, Vec<u64>) = ids.iter().partition(is_shared);
        if !single.is_empty() {
            S::send(self.sockets(&single), Message::Bytes(message));
        }
        if !shared.is_empty() {
            S::send(self.sockets(&shared), Message::Bytes(&next.before(message)));
        }
        for id in shared {
            if let Some(sharing) =
                self.connections.get_mut(&id).and_then(|connection| connection.reader.sharing.as_mut())
            {
                sharing.sent += 1;
            }
        }
    }

    fn sockets(&self, ids: &[u64]) -> impl Iterator<Item = &S> {
        ids.iter().filter_map(move |id| Some(&self.connections.get(id)?.socket))
    }

    /// Ends the responses of these readers, after a last message of this length.
    fn end(&mut self, ids: &[u64], ending: Ending, bytes: usize) {
        for mut connection in ids.iter().filter_map(|id| self.connections.remove(id)) {
            connection.reader.send(bytes);
            // After the response to a poll, the edge closes the socket.
            if !connection.reader.reader_state.mode.is_poll() {
                connection.close(ending);
            }
        }
    }

    /// Whether an attachment is not up to date.
    pub fn has_unsaved(&self) -> bool {
        self.connections.values().any(|connection| !connection.saved)
    }

    /// Saves the attachments that have changed.
    pub fn save_attachments(&mut self) {
        for connection in self.connections.values_mut().filter(|connection| !connection.saved) {
            connection.save();
        }
    }
}
