//! The messages of one socket at the edge, and the readers that share them.
//!
//! A socket belongs to the request that has opened it, and only that request may use it. Its reader is the **lead**: it stores the
//! messages here, from where the requests of the other readers take them. If the lead leaves, another reader opens a socket at the state that
//! follows the newest message.
//!
//! `W` wakes a request that waits, and `M` is what it takes.

use crate::fanout::reader::{Next, ReaderState};
use crate::host::{Join, UnixMs};
use crate::metrics::Ending;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

/// How long a lead can be silent before another reader takes its place. The platform may end a request without a notice, for
/// example when it has used all of its CPU time.
pub const LEAD_SILENCE_MS: UnixMs = 30_000;

/// Interval at which each reader checks the lead, and the lead shows that it is there.
pub const CHECK_INTERVAL_MS: UnixMs = 10_000;

/// Messages that readers share.
pub struct Channel<M, W> {
    source: Option<Source>,
    /// The reader that is opening a socket, which the others may share.
    opener: Option<u64>,
    /// When another reader first noticed that one.
    opener_seen_at: Option<UnixMs>,
    /// Requests that wait for that socket.
    waiting: Vec<W>,
    /// Readers that were offered the socket, and for which the Durable Object has not answered yet.
    offered: BTreeSet<u64>,
    /// The number of messages before the first one of the socket.
    base: u64,
    /// The number of the first entry. Messages are counted across sockets.
    first: u64,
    entries: VecDeque<Entry<M>>,
    /// Total size of the entries, in bytes.
    bytes: usize,
    /// Maximum of it, unless the fastest reader needs more. Slower readers then get sockets of their own.
    bytes_max: usize,
    /// The state after the newest message.
    state: Option<Rc<ReaderState>>,
    over: Option<Over>,
    mark: Option<Due>,
    /// The greatest number of messages that a reader has taken, and whose client can take more.
    received: u64,
    positions: BTreeMap<u64, Position>,
    /// Readers that need a message that is not here, with their states.
    adrift: BTreeMap<u64, Rc<ReaderState>>,
    /// Readers that wait for a message.
    sleepers: BTreeMap<u64, W>,
    /// Readers that wait for other work.
    workers: BTreeMap<u64, W>,
    readers: u64,
}

/// The socket that messages come from.
struct Source {
    socket: u64,
    lead: u64,
    /// When its lead was last heard of.
    alive_at: UnixMs,
}

struct Entry<M> {
    message: M,
    bytes: usize,
    /// The state after it; `None` for the last message.
    state: Option<Rc<ReaderState>>,
    /// Number of readers that have not taken it.
    left: usize,
}

/// A reader, and the number of messages before its next one.
struct Position {
    at: u64,
    state: Rc<ReaderState>,
}

/// A mark, which is returned once a reader has received all messages before it.
struct Due {
    mark: String,
    after: u64,
}

/// Why no more messages will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The response ends.
    Ended(Ending),
    /// The reader continues with a shared socket.
    Joined(Join),
}

/// The first step of a new reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approach {
    /// It offers to share this socket.
    Offer(u64),
    /// It opens a socket.
    Open,
    /// It waits until another reader has opened one.
    Wait,
}

/// The result of an attempt to take a message.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken<M> {
    /// A message.
    Message(M),
    /// There is nothing yet.
    Nothing,
    /// There will be no more.
    Over(Over),
    /// Its next message is not here any longer, or will not come.
    Adrift(Rc<ReaderState>),
}

impl<M: Clone, W> Channel<M, W> {
    /// A channel that keeps about `bytes_max` bytes for slow readers.
    pub fn new(bytes_max: usize) -> Self {
        Self {
            source: None,
            opener: None,
            opener_seen_at: None,
            waiting: Vec::new(),
            offered: BTreeSet::new(),
            base: 0,
            first: 0,
            entries: VecDeque::new(),
            bytes: 0,
            bytes_max,
            state: None,
            over: None,
            mark: None,
            received: 0,
            positions: BTreeMap::new(),
            adrift: BTreeMap::new(),
            sleepers: BTreeMap::new(),
            workers: BTreeMap::new(),
            readers: 0,
        }
    }

    /// A number for a new reader.
    pub fn enter(&mut self) -> u64 {
        self.readers += 1;
        self.readers
    }

    /// Whether no more messages will come, so that new readers need another channel.
    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// The number of the next message.
    fn next(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// The first step of a new reader.
    pub fn approach(&mut self, id: u64) -> Approach {
        match (&self.source, self.opener) {
            (Some(source), _) => {
                self.offered.insert(id);
                Approach::Offer(source.socket)
            }
            (None, Some(_)) => Approach::Wait,
            (None, None) => {
                self.opener = Some(id);
                Approach::Open
            }
        }
    }

    /// Wakes a request as soon as there is a socket to share, or the opener has none.
    pub fn wait_for_source(&mut self, wake: W) {
        self.waiting.push(wake);
    }

    /// The socket that readers can share.
    pub fn source(&self) -> Option<u64> {
        self.source.as_ref().map(|source| source.socket)
    }

    /// Whether this reader is opening a socket that others may share.
    pub fn is_opener(&self, id: u64) -> bool {
        self.opener == Some(id)
    }

    /// Whether this reader opens a socket that continues where the last one has ended.
    pub fn is_successor(&self, id: u64) -> bool {
        self.is_opener(id) && self.positions.contains_key(&id)
    }

    /// Whether messages come from the socket of this reader.
    pub fn is_lead(&self, id: u64) -> bool {
        self.source.as_ref().is_some_and(|source| source.lead == id)
    }

    /// The state of a socket that replaces the last one.
    pub fn state(&self) -> Option<Rc<ReaderState>> {
        self.state.clone()
    }

    /// Makes the socket of the opener the source of messages, which continue where those of the last one have ended. Returns whom to wake.
    pub fn lead(&mut self, id: u64, socket: u64, now: UnixMs) -> Vec<W> {
        self.base = self.next();
        self.set_source(Source { socket, lead: id, alive_at: now })
    }

    fn set_source(&mut self, source: Source) -> Vec<W> {
        (self.opener, self.opener_seen_at) = (None, None);
        self.source = Some(source);
        std::mem::take(&mut self.waiting)
    }

    /// Adds the only reader of a channel, at the state at which `socket` begins.
    pub fn begin(&mut self, id: u64, socket: u64, state: ReaderState, now: UnixMs) {
        let state = Rc::new(state);
        self.source = Some(Source { socket, lead: id, alive_at: now });
        self.state = Some(state.clone());
        self.positions.insert(id, Position { at: self.next(), state });
    }

    /// Whether a reader may share its own socket.
    pub fn lacks_source(&self, id: u64) -> bool {
        let is_free = self.opener.is_none_or(|opener| opener == id);
        is_free && self.source.is_none() && self.over.is_none() && self.positions.is_empty()
    }

    /// Whether its readers have all data of the stream, so that new ones can share its socket.
    pub fn is_current(&self) -> bool {
        self.source.is_some() && self.over.is_none() && self.state.as_ref().is_some_and(|state| state.current)
    }

    /// Shares the channel of a reader, whose messages become those of this one. Returns whom to wake.
    pub fn adopt(&mut self, id: u64, own: Self, now: UnixMs) -> Vec<W> {
        let Some(Source { socket, .. }) = own.source else { return Vec::new() };
        // Messages keep their distance, and none gets the number of an earlier one.
        let first = self.next().max(own.first);
        self.base = first - own.first;
        (self.first, self.entries, self.bytes, self.state) = (first, own.entries, own.bytes, own.state);
        self.received = self.received.max(own.received + self.base);
        self.mark = own.mark.map(|due| Due { after: due.after + self.base, ..due });
        self.positions.extend(
            own.positions.into_values().map(|position| (id, Position { at: position.at + self.base, ..position })),
        );
        self.set_source(Source { socket, lead: id, alive_at: now })
    }

    /// The opener does not share its socket yet. Returns whom to wake.
    pub fn give_up_opening(&mut self, id: u64) -> Vec<W> {
        if self.is_opener(id) { self.replace_source(None) } else { Vec::new() }
    }

    /// Adds a reader whose next message is the one after the first `after` of `socket`. Returns `false` if that is not possible.
    pub fn join(&mut self, id: u64, socket: u64, after: u64, state: &Rc<ReaderState>) -> bool {
        self.offered.remove(&id);
        let at = self.base + after;
        let joins = self.source() == Some(socket) && at >= self.first && self.over.is_none();
        if joins {
            self.positions.insert(id, Position { at, state: state.clone() });
            self.entries_from(at).for_each(|entry| entry.left += 1);
        }
        self.trim();
        joins
    }

    /// A reader has got its own socket instead.
    pub fn decline(&mut self, id: u64) {
        self.offered.remove(&id);
        self.trim();
    }

    fn entries_from(&mut self, at: u64) -> impl Iterator<Item = &mut Entry<M>> {
        self.entries.iter_mut().skip(usize::try_from(at.saturating_sub(self.first)).unwrap_or(usize::MAX))
    }

    /// Adds a message of `socket`. Returns whom to wake.
    pub fn receive(&mut self, socket: u64, message: M, bytes: usize, next: Next, now: UnixMs) -> Vec<W> {
        let Some(source) = self.source.as_mut().filter(|source| source.socket == socket) else { return Vec::new() };
        source.alive_at = now;
        let number = self.next();
        let state = match next {
            Next::State(state) => Some(Rc::new(state)),
            Next::End(ending) => {
                self.over.get_or_insert(Over::Ended(ending));
                None
            }
        };
        if state.is_some() {
            self.state.clone_from(&state);
        }
        let left = self.positions.values().filter(|position| position.at <= number).count();
        self.entries.push_back(Entry { message, bytes, state, left });
        self.bytes += bytes;
        self.trim();
        std::mem::take(&mut self.sleepers).into_values().collect()
    }

    /// Records a mark of `socket`. Returns whom to wake.
    pub fn mark(&mut self, socket: u64, mark: String) -> Option<W> {
        if self.source() != Some(socket) {
            return None;
        }
        self.mark = Some(Due { mark, after: self.next() });
        self.wake_if_due()
    }

    fn wake_if_due(&mut self) -> Option<W> {
        let lead = self.source.as_ref()?.lead;
        if self.is_mark_due() { self.workers.remove(&lead) } else { None }
    }

    /// Whether a client has received everything before the mark. Without a reader, nothing keeps the socket from being up to date.
    fn is_mark_due(&self) -> bool {
        self.mark.as_ref().is_some_and(|due| due.after <= self.received || self.positions.is_empty())
    }

    /// The mark that the lead has to return now.
    pub fn due_mark(&mut self, id: u64) -> Option<String> {
        if self.is_lead(id) && self.is_mark_due() { self.mark.take().map(|due| due.mark) } else { None }
    }

    /// The next message of a reader whose client has received everything before it. Returns whom to wake, too.
    pub fn take(&mut self, id: u64) -> (Taken<M>, Vec<W>) {
        if let Some(state) = self.adrift.remove(&id) {
            return (Taken::Adrift(state), Vec::new());
        }
        let (first, next) = (self.first, self.next());
        let Some(position) = self.positions.get(&id) else { return (self.nothing_more(), Vec::new()) };
        let at = position.at;
        if at < first {
            let state = position.state.clone();
            self.remove_position(id);
            let mut woken: Vec<W> = self.wake_if_due().into_iter().collect();
            woken.extend(self.give_up_opening(id));
            return (Taken::Adrift(state), woken);
        }
        self.received = self.received.max(at.min(next));
        let woken = self.wake_if_due().into_iter().collect();
        let Some(entry) = self.entries_from(at).next() else {
            return (self.nothing_more(), woken);
        };
        entry.left -= 1;
        let (message, state) = (entry.message.clone(), entry.state.clone());
        if let Some(position) = self.positions.get_mut(&id) {
            position.at += 1;
            state.into_iter().for_each(|state| position.state = state);
        }
        self.trim();
        (Taken::Message(message), woken)
    }

    fn nothing_more(&self) -> Taken<M> {
        self.over.map_or(Taken::Nothing, Taken::Over)
    }

    /// Removes messages that no reader needs. If too many are left, removes those that the fastest reader has taken.
    fn trim(&mut self) {
        while let Some(entry) = self.entries.front() {
            let is_taken = entry.left == 0 && self.offered.is_empty();
            if !is_taken && (self.bytes <= self.bytes_max || self.first >= self.fastest()) {
                break;
            }
            self.bytes -= entry.bytes;
            self.entries.pop_front();
            self.first += 1;
        }
    }

    /// The number of messages that the fastest reader has taken.
    fn fastest(&self) -> u64 {
        self.positions.values().map(|position| position.at).max().unwrap_or(u64::MAX)
    }

    /// Wakes a request when there may be a message for its reader.
    pub fn wait(&mut self, id: u64, wake: W) {
        self.sleepers.insert(id, wake);
    }

    /// Wakes a request when there may be other work for its reader.
    pub fn wait_for_work(&mut self, id: u64, wake: W) {
        self.workers.insert(id, wake);
    }

    /// The request of a reader that waits for work.
    pub fn wake_worker(&mut self, id: u64) -> Option<W> {
        self.workers.remove(&id)
    }

    /// The requests of a reader that wait.
    pub fn wake(&mut self, id: u64) -> Vec<W> {
        self.sleepers.remove(&id).into_iter().chain(self.workers.remove(&id)).collect()
    }

    /// The Durable Object has ended `socket`, because its reader followed another one before others shared it. Returns whom to wake.
    pub fn replace_socket(&mut self, socket: u64) -> Vec<W> {
        if self.source() == Some(socket) { self.replace_source(None) } else { Vec::new() }
    }

    /// Ends the responses of all readers that have got all messages of `socket`. Returns whom to wake.
    pub fn end(&mut self, socket: u64, over: Over) -> Vec<W> {
        if self.source() == Some(socket) { self.end_all(over) } else { Vec::new() }
    }

    /// Ends the responses of all readers that have got all messages. Returns whom to wake.
    pub fn end_all(&mut self, over: Over) -> Vec<W> {
        self.over.get_or_insert(over);
        self.source = None;
        self.opener = None;
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_iter().chain(std::mem::take(&mut self.sleepers).into_values()).collect()
    }

    /// Removes a reader. If it was the lead, another reader opens a socket. Returns whom to wake.
    pub fn leave(&mut self, id: u64) -> Vec<W> {
        self.remove_position(id);
        self.offered.remove(&id);
        self.adrift.remove(&id);
        self.sleepers.remove(&id);
        self.workers.remove(&id);
        self.trim();
        if self.is_lead(id) || self.is_opener(id) {
            self.replace_source(None)
        } else {
            self.wake_if_due().into_iter().collect()
        }
    }

    /// Gives up the reader that is opening a socket. Returns whom to wake.
    pub fn give_up_opener(&mut self) -> Vec<W> {
        self.opener.map(|opener| self.replace(opener, None)).unwrap_or_default()
    }

    fn remove_position(&mut self, id: u64) {
        if let Some(position) = self.positions.remove(&id) {
            self.entries_from(position.at).for_each(|entry| entry.left -= 1);
        }
    }

    /// Chooses the reader that opens the next socket: `by`, if it can. Readers whose next message is not here are adrift. Returns whom to wake.
    fn replace_source(&mut self, by: Option<u64>) -> Vec<W> {
        (self.source, self.opener, self.opener_seen_at, self.mark) = (None, None, None, None);
        let mut woken = std::mem::take(&mut self.waiting);
        if self.over.is_some() {
            return woken;
        }
        let here = self.first..=self.next();
        let lost: Vec<u64> =
            self.positions.iter().filter(|(_, position)| !here.contains(&position.at)).map(|(id, _)| *id).collect();
        for id in lost {
            woken.extend(self.set_adrift(id));
        }
        self.opener = by.filter(|id| self.positions.contains_key(id)).or_else(|| self.positions.keys().next().copied());
        woken.extend(self.opener.and_then(|id| self.workers.remove(&id)));
        woken
    }

    /// Takes the messages of a reader away, so that it needs its own socket. Returns whom to wake.
    fn set_adrift(&mut self, id: u64) -> Vec<W> {
        let Some(state) = self.positions.get(&id).map(|position| position.state.clone()) else { return Vec::new() };
        self.remove_position(id);
        self.adrift.insert(id, state);
        self.wake(id)
    }

    /// Records that a reader is there, and checks that the lead is, or the reader that opens a socket. Returns whom to wake.
    pub fn check(&mut self, id: u64, now: UnixMs) -> Vec<W> {
        let silent = match (&mut self.source, self.opener) {
            (Some(source), _) if source.lead == id => {
                source.alive_at = now;
                None
            }
            (Some(source), _) => (source.alive_at + LEAD_SILENCE_MS < now).then_some(source.lead),
            (None, Some(opener)) if opener != id => {
                let seen_at = *self.opener_seen_at.get_or_insert(now);
                (seen_at + LEAD_SILENCE_MS < now).then_some(opener)
            }
            _ => None,
        };
        silent.map(|silent| self.replace(silent, Some(id))).unwrap_or_default()
    }

    /// Replaces the lead, or the reader that opens a socket, which may be gone. If it is not, it continues with its own socket.
    fn replace(&mut self, silent: u64, by: Option<u64>) -> Vec<W> {
        let mut woken = self.set_adrift(silent);
        woken.extend(self.replace_source(by));
        woken
    }
}

#[cfg(test)]
mod tests;
