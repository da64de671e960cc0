//! Those who wait for a stream to go on: where each of them stands, and what it has been sent.

use crate::fanout::bridge;
use crate::host::{Mark, Message, Socket};
use crate::stream::{Generation, Stream};
use serde::{Deserialize, Serialize};
use spec::{Offset, OffsetOrSentinel};
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

/// Where a reader stands. Readers at the same place are sent the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReaderState {
    /// What it waits for.
    pub mode: Mode,
    /// The life of the stream that it reads.
    pub life: Generation,
    /// The offset that it is to go on from.
    pub position: u64,
    /// The offset up to which there is no news for it. Where bytes are held back, that is beyond its position.
    pub seen: u64,
    /// The cursor that it came with, if that matters here.
    pub cursor: Option<u64>,
    /// How it has asked for that.
    pub asked: Asked,
    /// Whether it has been told where it stands.
    pub position_sent: bool,
    /// Whether it has been told that there is no more for now, and nothing since.
    pub current: bool,
    /// Whether it has been told that data is encoded.
    pub base64: bool,
}

/// What a reader waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mode {
    /// One answer.
    Poll,
    /// Events, one after the other.
    Feed,
}

/// How a reader has asked for its position. An offset is the same for whoever asks later, and a sentinel is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Asked {
    /// By its offset.
    Offset,
    /// For the beginning of what is kept.
    Start,
    /// For whatever comes now.
    Tail,
}

impl Asked {
    /// How `position` asks.
    pub fn by(position: OffsetOrSentinel) -> Self {
        match position {
            OffsetOrSentinel::At(_) => Self::Offset,
            OffsetOrSentinel::Start => Self::Start,
            OffsetOrSentinel::Tail => Self::Tail,
        }
    }

    /// What asks so for `start`.
    pub fn position(self, start: Offset) -> OffsetOrSentinel {
        match self {
            Self::Offset => OffsetOrSentinel::At(start),
            Self::Start => OffsetOrSentinel::Start,
            Self::Tail => OffsetOrSentinel::Tail,
        }
    }
}

impl ReaderState {
    /// Whether there is news: data, an end, or another life. `stream` is what there is now, if there is anything.
    fn is_behind(&self, stream: Option<&Stream>) -> bool {
        !stream.is_some_and(|stream| {
            self.position_sent && !stream.closed && stream.tail.get() <= self.seen && stream.generation == self.life
        })
    }
}

/// What readers at one place are sent, and where they are then. Those who are nowhere then have been sent everything.
#[derive(Debug)]
pub struct Step {
    /// What they are sent, if anything.
    pub message: Option<Vec<u8>>,
    /// Where they are then.
    pub next: Option<ReaderState>,
}

impl Step {
    /// The last one.
    pub fn end(message: Option<Vec<u8>>) -> Self {
        Self { message, next: None }
    }
}

/// A reader, as it is written down with its socket.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Reader {
    reader_state: ReaderState,
    flow: Flow,
}

/// How much a reader has been sent of which it is not known that it has taken it.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Flow {
    bytes: usize,
    /// The mark that it has not sent back yet.
    open: Option<Open>,
}

/// A mark that was sent, and the bytes that were sent after it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Open {
    mark: Mark,
    after: usize,
}

/// A reader that has less than this part of a window left is sent nothing until it has taken more: steps so small that most of them is
/// not data would be a waste.
const STEPS: usize = 8;

impl Flow {
    /// The bytes that the reader may be sent now, if they are enough for a step.
    fn room(&self, window: usize) -> Option<usize> {
        let room = window.saturating_sub(self.bytes);
        (self.bytes == 0 || room > window / STEPS).then_some(room)
    }

    /// Notes that `bytes` more are sent.
    fn send(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
        if let Some(open) = &mut self.open {
            open.after = open.after.saturating_add(bytes);
        }
    }

    /// Notes that the reader has taken everything before the open mark, if it sends that one back. Returns whether it does.
    fn take(&mut self, mark: Mark) -> bool {
        let open = self.open.take_if(|open| open.mark == mark);
        if let Some(Open { after, .. }) = open {
            self.bytes = after;
        }
        open.is_some()
    }

    /// The mark that is to be sent now: one, as soon as more than half of `window` is open.
    fn ask(&mut self, window: usize, fresh: impl FnOnce() -> Mark) -> Option<Mark> {
        if self.open.is_some() || self.bytes <= window / 2 {
            return None;
        }
        let mark = fresh();
        self.open = Some(Open { mark, after: 0 });
        Some(mark)
    }
}

/// Readers at one place, who are sent the same.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    /// Where they are.
    pub reader_state: ReaderState,
    /// Who they are.
    pub ids: Vec<u64>,
    /// The bytes that each of them may be sent now, whatever they are encoded as; a single message may exceed them.
    pub room: usize,
}

struct Connection<S> {
    socket: S,
    reader: Reader,
    /// Whether a page is being fetched for it.
    waits: bool,
    /// Whether what is written down with its socket is how things are.
    saved: bool,
}

impl<S: Socket> Connection<S> {
    /// Sends a mark, if it is time. Each reader gets one of its own, so that none can answer for another.
    fn ask(&mut self, window: usize, fresh: impl FnOnce() -> Mark) {
        if let Some(mark) = self.reader.flow.ask(window, fresh) {
            S::send([&self.socket].into_iter(), Message::Mark(mark));
        }
    }
}

/// All readers of one stream that wait.
pub struct Readers<S> {
    connections: BTreeMap<u64, Connection<S>>,
    /// The one who was served last.
    last: u64,
}

impl<S: Socket> Readers<S> {
    /// Those who were there before the object lost its memory. Who can't be understood is sent away.
    pub fn recall(sockets: Vec<(S, String)>) -> Self {
        let accept_reader = |(socket, note): (S, String)| match bridge::read(&note) {
            Ok(reader) => Some((socket.id(), Connection { socket, reader, waits: false, saved: true })),
            Err(_) => {
                socket.close();
                None
            }
        };
        Self { connections: sockets.into_iter().filter_map(accept_reader).collect(), last: 0 }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.connections.len()
    }

    /// Adds one.
    pub fn accept_reader(&mut self, socket: S, reader_state: ReaderState) {
        let reader = Reader { reader_state, flow: Flow::default() };
        self.connections.insert(socket.id(), Connection { socket, reader, waits: false, saved: false });
    }

    /// One has gone.
    pub fn disconnect(&mut self, id: u64) {
        self.connections.remove(&id);
    }

    /// A reader has sent a mark; `None` if it was something else. One that sends anything but the mark that it was asked for breaks the
    /// protocol, and is turned away. Returns whether it has taken something.
    pub fn hear(&mut self, id: u64, mark: Option<Mark>, window: usize, fresh: impl FnOnce() -> Mark) -> bool {
        let Some(accept_reader) = self.connections.get_mut(&id) else { return false };
        if !mark.is_some_and(|mark| accept_reader.reader.flow.take(mark)) {
            accept_reader.socket.reject();
            self.connections.remove(&id);
            return false;
        }
        accept_reader.saved = false;
        // What was sent after the mark may have been more than the window.
        accept_reader.ask(window, fresh);
        true
    }

    /// The next `most` of those for whom there is news and who can take it, by place. Everyone gets a turn.
    pub fn behind(&mut self, stream: Option<&Stream>, window: usize, most: usize) -> Vec<Group> {
        let mut reader_states: BTreeMap<&ReaderState, (Vec<u64>, usize)> = BTreeMap::new();
        let next = self.connections.range((Excluded(self.last), Unbounded)).chain(self.connections.range(..=self.last));
        let behind = next.filter_map(|(id, Connection { reader: Reader { reader_state, flow }, waits, .. })| {
            let room = flow.room(window).filter(|_| !waits && reader_state.is_behind(stream))?;
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

    /// Notes whether a page is being fetched for these.
    pub fn wait(&mut self, ids: &[u64], waits: bool) {
        for id in ids {
            if let Some(accept_reader) = self.connections.get_mut(id) {
                accept_reader.waits = waits;
            }
        }
    }

    /// Sends these what the step says, in one go, and moves them on.
    pub fn take(&mut self, ids: &[u64], step: &Step, window: usize, fresh: impl Fn() -> Mark) {
        if let Some(message) = &step.message {
            let connections = ids.iter().filter_map(|id| self.connections.get(id));
            S::send(connections.map(|accept_reader| &accept_reader.socket), Message::Bytes(message));
        }
        let Some(next) = &step.next else {
            for Connection { socket, reader, .. } in ids.iter().filter_map(|id| self.connections.remove(id)) {
                // Of a poll, the other end knows itself that this was all.
                if reader.reader_state.mode != Mode::Poll {
                    socket.close();
                }
            }
            return;
        };
        for id in ids {
            let Some(accept_reader) = self.connections.get_mut(id) else { continue };
            accept_reader.reader.reader_state.clone_from(next);
            accept_reader.saved = false;
            accept_reader.reader.flow.send(step.message.as_ref().map_or(0, Vec::len));
            accept_reader.ask(window, &fresh);
        }
    }

    /// Whether something is not written down.
    pub fn has_unsaved(&self) -> bool {
        self.connections.values().any(|accept_reader| !accept_reader.saved)
    }

    /// Writes down what has changed.
    pub fn save_attachments(&mut self) {
        for accept_reader in self.connections.values_mut().filter(|accept_reader| !accept_reader.saved) {
            // Strings and numbers always serialize.
            accept_reader.socket.save_attachment(&bridge::write(&accept_reader.reader).unwrap_or_default());
            accept_reader.saved = true;
        }
    }
}
