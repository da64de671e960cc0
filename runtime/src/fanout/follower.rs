//! One reader of events at the edge. It takes messages from a [`Channel`], or from its own socket until it can share one.

use crate::fanout::channel::{Approach, Channel, Over, Taken};
use crate::fanout::reader::{Next, ReaderState};
use crate::fanout::share::{Offer, Placement, Resume};
use crate::host::{Follow, Join, UnixMs};
use crate::metrics::Ending;
use std::cell::RefCell;
use std::rc::Rc;

/// The number of the only reader of a socket that is not shared.
const ALONE: u64 = 0;

/// A reader of one response.
pub struct Follower<M, W> {
    shared: Rc<RefCell<Channel<M, W>>>,
    id: u64,
    /// The path of the stream.
    path: String,
    /// The socket that it has offered to share, and that its own one follows.
    offered: Option<u64>,
    /// The channel of its own socket.
    own: Option<Channel<M, W>>,
    /// A message that came with the answer of the Durable Object.
    first: Option<M>,
    /// Where it continues with a socket of its own. `None` if it needs none.
    adrift: Option<Rc<ReaderState>>,
    /// The socket that is being opened.
    opening: Option<Opening>,
    bytes_max: usize,
}

/// The purpose of a socket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// The first one of the reader.
    First,
    /// A socket of its own.
    Own,
    /// The next socket that all readers share.
    Shared,
}

/// Work of a follower besides taking messages.
#[derive(Debug, PartialEq, Eq)]
pub enum Work {
    /// Sends a text through a socket.
    Send {
        /// The text.
        text: String,
        /// The id of the socket.
        socket: u64,
    },
    /// Opens a socket.
    Open(Offer),
}

/// The next data for the client.
#[derive(Debug, PartialEq, Eq)]
pub enum Served<M> {
    /// A message.
    Message(M),
    /// There is nothing yet.
    Nothing,
    /// The response ends.
    End(Ending),
}

impl<M: Clone, W: Clone> Follower<M, W> {
    /// A new reader of the stream at `path`. `bytes_max` is the maximum size of messages that are kept for it.
    pub fn new(shared: Rc<RefCell<Channel<M, W>>>, path: &str, bytes_max: usize) -> Self {
        let id = shared.borrow_mut().enter();
        let path = path.to_owned();
        Self {
            shared,
            id,
            path,
            offered: None,
            own: None,
            first: None,
            adrift: None,
            opening: Some(Opening::First),
            bytes_max,
        }
    }

    /// Its first step.
    pub fn approach(&mut self) -> Approach {
        let approach = self.shared.borrow_mut().approach(self.id);
        if let Approach::Offer(socket) = approach {
            self.offered = Some(socket);
        }
        approach
    }

    /// Its first offer.
    pub fn offer(&self) -> Offer {
        Offer { socket: self.offered, resume: None }
    }

    /// Wakes a request when another reader has opened a socket, or has failed to.
    pub fn wait_for_source(&self, wake: W) {
        self.shared.borrow_mut().wait_for_source(wake);
    }

    /// Gives up the reader that is opening a socket. Returns whom to wake.
    pub fn give_up_opener(&self) -> Vec<W> {
        self.shared.borrow_mut().give_up_opener()
    }

    /// Records the answer to its first offer, with the message that came with it.
    pub fn place(&mut self, placement: Placement, first: Option<M>, now: UnixMs) {
        self.opening = None;
        let mut shared = self.shared.borrow_mut();
        match placement {
            Placement::Own { socket, reader_state } => {
                shared.decline(self.id);
                self.own = Some(own_channel(socket, reader_state, self.bytes_max, now));
            }
            Placement::Shared { socket, after, reader_state } => {
                self.first = first;
                let state = Rc::new(reader_state);
                if !shared.join(self.id, socket, after, &state) {
                    self.adrift = Some(state);
                }
            }
        }
    }

    /// Shares its own socket, if there is no other one and it is up to date. Returns whom to wake.
    fn share_own(&mut self, now: UnixMs) -> Vec<W> {
        let mut shared = self.shared.borrow_mut();
        if !shared.lacks_source(self.id) {
            return Vec::new();
        }
        match self.own.take_if(|own| own.is_current()) {
            Some(own) => shared.adopt(self.id, own, now),
            None => shared.give_up_opening(self.id),
        }
    }

    /// The next message for its client, which has received everything before. Returns whom to wake, too.
    pub fn take(&mut self) -> (Served<M>, Vec<W>) {
        let mut woken = Vec::new();
        if let Some(message) = self.first.take() {
            return (Served::Message(message), woken);
        }
        if self.adrift.is_some() {
            return (Served::Nothing, woken);
        }
        if let Some(own) = &mut self.own {
            let (taken, waker) = own.take(ALONE);
            woken.extend(waker);
            let join = match taken {
                Taken::Message(message) => return (Served::Message(message), woken),
                Taken::Over(Over::Ended(ending)) => return (Served::End(ending), woken),
                Taken::Nothing | Taken::Adrift(_) => return (Served::Nothing, woken),
                Taken::Over(Over::Joined(join)) => join,
            };
            let state = own.state();
            self.own = None;
            let mut shared = self.shared.borrow_mut();
            let joined = state.as_ref().is_some_and(|state| shared.join(self.id, join.socket, join.after, state));
            if !joined {
                self.adrift = state;
                woken.extend(shared.wake(self.id));
                return (Served::Nothing, woken);
            }
        }
        let mut shared = self.shared.borrow_mut();
        let (taken, waker) = shared.take(self.id);
        woken.extend(waker);
        let served = match taken {
            Taken::Message(message) => Served::Message(message),
            Taken::Over(Over::Ended(ending)) => Served::End(ending),
            // Readers of a shared socket can't join another.
            Taken::Over(Over::Joined(_)) => Served::End(Ending::Failed),
            Taken::Nothing => Served::Nothing,
            Taken::Adrift(state) => {
                self.adrift = Some(state);
                woken.extend(shared.wake(self.id));
                Served::Nothing
            }
        };
        (served, woken)
    }

    /// Wakes a request when there may be a message.
    pub fn wait(&mut self, wake: W) {
        if let Some(own) = &mut self.own {
            own.wait(ALONE, wake.clone());
        }
        self.shared.borrow_mut().wait(self.id, wake);
    }

    /// Work that has to be done now.
    pub fn work(&mut self) -> Option<Work> {
        let mut shared = self.shared.borrow_mut();
        if let Some(own) = &mut self.own
            && let Some(socket) = own.source()
        {
            if let Some(text) = own.due_mark(ALONE) {
                return Some(Work::Send { text, socket });
            }
            if let Some(shared_socket) =
                shared.source().filter(|other| own.is_current() && self.offered != Some(*other))
            {
                self.offered = Some(shared_socket);
                return Some(Work::Send { text: Follow(shared_socket).to_string(), socket });
            }
        }
        if let Some((text, socket)) = shared.due_mark(self.id).zip(shared.source()) {
            return Some(Work::Send { text, socket });
        }
        if self.opening.is_some() {
            return None;
        }
        let (opening, socket, state) = match &self.adrift {
            Some(state) => (Opening::Own, shared.source(), state.clone()),
            None if shared.is_successor(self.id) => (Opening::Shared, None, shared.state()?),
            None => return None,
        };
        self.opening = Some(opening);
        if opening == Opening::Own {
            self.offered = socket;
        }
        let resume = Resume { path: self.path.clone(), reader_state: ReaderState::clone(&state) };
        Some(Work::Open(Offer { socket, resume: Some(resume) }))
    }

    /// Wakes a request when there may be work.
    pub fn wait_for_work(&mut self, wake: W) {
        if let Some(own) = &mut self.own {
            own.wait_for_work(ALONE, wake.clone());
        }
        self.shared.borrow_mut().wait_for_work(self.id, wake);
    }

    /// Records the answer after [`Work::Open`]; `None` if that failed. Returns the socket that is used, and whom to wake.
    pub fn resume(&mut self, placement: Option<Placement>, now: UnixMs) -> (Option<u64>, Vec<W>) {
        let opening = self.opening.take();
        let mut shared = self.shared.borrow_mut();
        let placed = match placement {
            Some(Placement::Own { socket, reader_state }) => Some((socket, reader_state)),
            _ => None,
        };
        let used = placed.as_ref().map(|(socket, _)| *socket);
        if opening == Some(Opening::Own) {
            self.adrift = None;
            self.own = Some(match placed {
                Some((socket, reader_state)) => own_channel(socket, reader_state, self.bytes_max, now),
                None => failed_channel(),
            });
            return (used, shared.wake(self.id));
        }
        match used {
            // Another reader has taken its place.
            _ if !shared.is_opener(self.id) => (None, Vec::new()),
            Some(socket) => (used, shared.lead(self.id, socket, now)),
            None => (None, shared.end_all(Over::Ended(Ending::Failed))),
        }
    }

    /// Handles a message of a socket: events with their head. Returns whom to wake.
    pub fn receive(&mut self, socket: u64, message: M, bytes: usize, next: Next, now: UnixMs) -> Vec<W> {
        let Some(own) = self.own_from(socket) else {
            return self.shared.borrow_mut().receive(socket, message, bytes, next, now);
        };
        let mut woken = own.receive(socket, message, bytes, next, now);
        woken.extend(self.share_own(now));
        // It may be able to share a socket now.
        woken.extend(self.shared.borrow_mut().wake_worker(self.id));
        woken
    }

    /// Handles a text message of a socket: a mark, or the end of the messages of a reader that joins others. Returns whom to wake.
    pub fn receive_text(&mut self, socket: u64, text: String) -> Vec<W> {
        match (self.own_from(socket), Join::read(&text)) {
            (Some(own), Some(join)) => own.end(socket, Over::Joined(join)),
            (Some(own), None) => own.mark(socket, text).into_iter().collect(),
            (None, Some(_)) => self.shared.borrow_mut().replace_socket(socket),
            (None, None) => self.shared.borrow_mut().mark(socket, text).into_iter().collect(),
        }
    }

    /// Handles the end of a socket. Returns whom to wake.
    pub fn lose(&mut self, socket: u64, ending: Ending) -> Vec<W> {
        match self.own_from(socket) {
            Some(own) => own.end(socket, Over::Ended(ending)),
            None => self.shared.borrow_mut().end(socket, Over::Ended(ending)),
        }
    }

    fn own_from(&mut self, socket: u64) -> Option<&mut Channel<M, W>> {
        self.own.as_mut().filter(|own| own.source() == Some(socket))
    }

    /// Shows that it is there, and checks that the lead is. Returns whom to wake.
    pub fn check(&mut self, now: UnixMs) -> Vec<W> {
        self.shared.borrow_mut().check(self.id, now)
    }

    /// Ends the response. Returns whom to wake.
    pub fn leave(&mut self) -> Vec<W> {
        (self.own, self.first, self.adrift) = (None, None, None);
        self.shared.borrow_mut().leave(self.id)
    }
}

fn own_channel<M: Clone, W>(socket: u64, reader_state: ReaderState, bytes_max: usize, now: UnixMs) -> Channel<M, W> {
    let mut own = Channel::new(bytes_max);
    own.begin(ALONE, socket, reader_state, now);
    own
}

fn failed_channel<M: Clone, W>() -> Channel<M, W> {
    let mut own = Channel::new(0);
    own.end_all(Over::Ended(Ending::Failed));
    own
}

#[cfg(test)]
mod tests;
