//! Those who wait for a stream to go on: where each of them stands, and what it has been sent.

use crate::host::{Message, Socket};
use crate::stream::{Generation, Stream};
use serde::{Deserialize, Serialize};
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
    /// Whether it has asked for whatever comes now, which is something else for whoever asks later.
    pub now: bool,
    /// Whether it has been told where it stands.
    pub told: bool,
}

/// What a reader waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mode {
    /// One answer.
    Poll,
    /// Events, one after the other.
    Feed,
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
    /// Those of them that were sent after the reader was asked, if it has been asked and has not answered.
    after_question: Option<usize>,
}

impl Flow {
    /// Notes that `bytes` more are sent. Says whether the reader is to be asked whether it has taken them: once half of
    /// `window` is open.
    fn send(&mut self, bytes: usize, window: usize) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        if let Some(after) = &mut self.after_question {
            *after = after.saturating_add(bytes);
        }
        self.ask(window)
    }

    /// Notes that it has taken everything before the question. Says whether it is to be asked again: what was sent after the
    /// question may have been more than the window.
    fn passed(&mut self, window: usize) -> bool {
        self.bytes = self.after_question.take().unwrap_or(0);
        self.ask(window)
    }

    fn ask(&mut self, window: usize) -> bool {
        let asks = self.after_question.is_none() && self.bytes > window / 2;
        if asks {
            self.after_question = Some(0);
        }
        asks
    }
}

struct Seat<S> {
    socket: S,
    reader: Reader,
    /// Whether a page is being fetched for it.
    waits: bool,
    /// Whether what is written down with its socket is how things are.
    noted: bool,
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
        let seat = |(socket, note): (S, String)| match serde_json::from_str(&note) {
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

    /// One has taken what it was asked about.
    pub fn passed(&mut self, id: u64, window: usize) {
        if let Some(seat) = self.seats.get_mut(&id) {
            seat.noted = false;
            if seat.reader.flow.passed(window) {
                S::send([&seat.socket].into_iter(), Message::Passed);
            }
        }
    }

    /// The next `most` of those for whom there is news and who can take it, by place. Everyone gets a turn.
    pub fn behind(&mut self, stream: Option<&Stream>, window: usize, most: usize) -> Vec<(Place, Vec<u64>)> {
        let mut places: BTreeMap<&Place, Vec<u64>> = BTreeMap::new();
        let next = self.seats.range((Excluded(self.last), Unbounded)).chain(self.seats.range(..=self.last));
        let behind = next.filter(|(_, Seat { reader: Reader { place, flow }, waits, .. })| {
            !waits && flow.bytes <= window && place.is_behind(stream)
        });
        for (id, seat) in behind.take(most) {
            places.entry(&seat.reader.place).or_default().push(*id);
            self.last = *id;
        }
        places.into_iter().map(|(place, ids)| (place.clone(), ids)).collect()
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
    pub fn take(&mut self, ids: &[u64], step: &Step, window: usize) {
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
        let mut asked = Vec::new();
        for id in ids {
            let Some(seat) = self.seats.get_mut(id) else { continue };
            seat.reader.place.clone_from(next);
            seat.noted = false;
            if seat.reader.flow.send(step.message.as_ref().map_or(0, Vec::len), window) {
                asked.push(*id);
            }
        }
        if !asked.is_empty() {
            let seats = asked.iter().filter_map(|id| self.seats.get(id));
            S::send(seats.map(|seat| &seat.socket), Message::Passed);
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
            seat.socket.note(&serde_json::to_string(&seat.reader).unwrap_or_default());
            seat.noted = true;
        }
    }
}
