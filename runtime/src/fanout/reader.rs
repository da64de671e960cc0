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
pub struct Place {
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
    pub told: bool,
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

impl Place {
    /// Whether there is news: data, an end, or another life. `stream` is what there is now, if there is anything.
    fn is_behind(&self, stream: Option<&Stream>) -> bool {
        !stream.is_some_and(|stream| {
            self.told && !stream.closed && stream.tail.get() <= self.seen && stream.generation == self.life
        })
    }
}

/// What readers at one place are sent, and where they are then. Those who are nowhere then have been sent everything.
#[derive(Debug)]
pub struct Step {
    /// What they are sent, if anything.
    pub message: Option<Vec<u8>>,
    /// Where they are then.
    pub next: Option<Place>,
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
    place: Place,
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
    pub place: Place,
    /// Who they are.
    pub ids: Vec<u64>,
    /// The bytes that each of them may be sent now, whatever they are encoded as; a single message may exceed them.
    pub room: usize,
}

struct Seat<S> {
    socket: S,
    reader: Reader,
    /// Whether a page is being fetched for it.
    waits: bool,
    /// Whether what is written down with its socket is how things are.
    noted: bool,
}

impl<S: Socket> Seat<S> {
    /// Sends a mark, if it is time. Each reader gets one of its own, so that none can answer for another.
    fn ask(&mut self, window: usize, fresh: impl FnOnce() -> Mark) {
        if let Some(mark) = self.reader.flow.ask(window, fresh) {
            S::send([&self.socket].into_iter(), Message::Mark(mark));
        }
    }
}

/// All readers of one stream that wait.
pub struct Readers<S> {
    seats: BTreeMap<u64, Seat<S>>,
    /// The one who was served last.
    last: u64,
}

impl<S: Socket> Readers<S> {
    /// Those who were there before the object lost its memory. Who can't be understood is sent away.
    pub fn recall(sockets: Vec<(S, String)>) -> Self {
        let seat = |(socket, note): (S, String)| match bridge::read(&note) {
            Ok(reader) => Some((socket.id(), Seat { socket, reader, waits: false, noted: true })),
            Err(_) => {
                socket.close();
                None
            }
        };
        Self { seats: sockets.into_iter().filter_map(seat).collect(), last: 0 }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.seats.len()
    }

    /// Adds one.
    pub fn seat(&mut self, socket: S, place: Place) {
        let reader = Reader { place, flow: Flow::default() };
        self.seats.insert(socket.id(), Seat { socket, reader, waits: false, noted: false });
    }

    /// One has gone.
    pub fn leave(&mut self, id: u64) {
        self.seats.remove(&id);
    }

    /// A reader has sent a mark; `None` if it was something else. One that sends anything but the mark that it was asked for breaks the
    /// protocol, and is turned away. Returns whether it has taken something.
    pub fn hear(&mut self, id: u64, mark: Option<Mark>, window: usize, fresh: impl FnOnce() -> Mark) -> bool {
        let Some(seat) = self.seats.get_mut(&id) else { return false };
        if !mark.is_some_and(|mark| seat.reader.flow.take(mark)) {
            seat.socket.reject();
            self.seats.remove(&id);
            return false;
        }
        seat.noted = false;
        // What was sent after the mark may have been more than the window.
        seat.ask(window, fresh);
        true
    }

    /// The next `most` of those for whom there is news and who can take it, by place. Everyone gets a turn.
    pub fn behind(&mut self, stream: Option<&Stream>, window: usize, most: usize) -> Vec<Group> {
        let mut places: BTreeMap<&Place, (Vec<u64>, usize)> = BTreeMap::new();
        let next = self.seats.range((Excluded(self.last), Unbounded)).chain(self.seats.range(..=self.last));
        let behind = next.filter_map(|(id, Seat { reader: Reader { place, flow }, waits, .. })| {
            let room = flow.room(window).filter(|_| !waits && place.is_behind(stream))?;
            Some((*id, place, room))
        });
        for (id, place, room) in behind.take(most) {
            let (ids, least) = places.entry(place).or_insert((Vec::new(), room));
            ids.push(id);
            *least = room.min(*least);
            self.last = id;
        }
        places.into_iter().map(|(place, (ids, room))| Group { place: place.clone(), ids, room }).collect()
    }

    /// Notes whether a page is being fetched for these.
    pub fn wait(&mut self, ids: &[u64], waits: bool) {
        for id in ids {
            if let Some(seat) = self.seats.get_mut(id) {
                seat.waits = waits;
            }
        }
    }

    /// Sends these what the step says, in one go, and moves them on.
    pub fn take(&mut self, ids: &[u64], step: &Step, window: usize, fresh: impl Fn() -> Mark) {
        if let Some(message) = &step.message {
            let seats = ids.iter().filter_map(|id| self.seats.get(id));
            S::send(seats.map(|seat| &seat.socket), Message::Bytes(message));
        }
        let Some(next) = &step.next else {
            for Seat { socket, reader, .. } in ids.iter().filter_map(|id| self.seats.remove(id)) {
                // Of a poll, the other end knows itself that this was all.
                if reader.place.mode != Mode::Poll {
                    socket.close();
                }
            }
            return;
        };
        for id in ids {
            let Some(seat) = self.seats.get_mut(id) else { continue };
            seat.reader.place.clone_from(next);
            seat.noted = false;
            seat.reader.flow.send(step.message.as_ref().map_or(0, Vec::len));
            seat.ask(window, &fresh);
        }
    }

    /// Whether something is not written down.
    pub fn has_news(&self) -> bool {
        self.seats.values().any(|seat| !seat.noted)
    }

    /// Writes down what has changed.
    pub fn note(&mut self) {
        for seat in self.seats.values_mut().filter(|seat| !seat.noted) {
            // Strings and numbers always serialize.
            seat.socket.note(&bridge::write(&seat.reader).unwrap_or_default());
            seat.noted = true;
        }
    }
}
