//! Random histories of readers that share sockets: each gets all events once and in order, whatever the others do.

use super::*;
use crate::fanout::bridge;
use crate::fanout::channel::CHECK_INTERVAL_MS;
use crate::fanout::reader::{Mode, Peer, PositionForm, Readers, Step};
use crate::host::{Mark, Message, Socket};
use crate::stream::Generation;
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};

const WINDOW: usize = 256;

/// A message that a Durable Object has sent through a socket.
enum Sent {
    Bytes(Vec<u8>),
    Text(String),
    Closed(Ending),
}

#[derive(Clone)]
struct Line {
    id: u64,
    sent: Rc<RefCell<VecDeque<Sent>>>,
}

impl Socket for Line {
    fn id(&self) -> u64 {
        self.id
    }

    fn send<'a>(sockets: impl Iterator<Item = &'a Self>, message: Message<'_>) {
        for socket in sockets {
            socket.sent.borrow_mut().push_back(match message {
                Message::Bytes(bytes) => Sent::Bytes(bytes.to_vec()),
                Message::Mark(mark) => Sent::Text(mark.to_string()),
                Message::Join(join) => Sent::Text(join.to_string()),
            });
        }
    }

    fn close(&self) {
        self.end(Ending::Failed);
    }

    fn end(&self, ending: Ending) {
        self.sent.borrow_mut().push_back(Sent::Closed(ending));
    }

    fn reject(&self) {
        panic!("the edge has sent a mark that is not due");
    }

    fn save_attachment(&self, _: &str) {}
}

fn state_at(position: u64, position_sent: bool, current: bool) -> ReaderState {
    ReaderState {
        mode: Mode::Feed,
        generation: Generation("g".to_owned()),
        position,
        seen: position,
        cursor: None,
        form: PositionForm::Offset,
        position_sent,
        current,
        base64: false,
    }
}

/// The number of an event is one less than the position after it.
fn events(from: u64, to: u64) -> Vec<u8> {
    (from..to).flat_map(u64::to_le_bytes).collect()
}

/// The Durable Object of a stream with `tail` events.
struct Object {
    readers: Readers<Line>,
    /// The sockets, and the state of each.
    lines: BTreeMap<u64, (Line, ReaderState)>,
    tail: u64,
    ids: u64,
    marks: Cell<u64>,
}

impl Object {
    /// Accepts a reader, which may share the socket that it offers. Returns the first events if it does.
    fn open(&mut self, offer: &Offer, start: u64) -> (Placement, Vec<u8>) {
        let reader_state =
            offer.resume.as_ref().map_or(state_at(start, false, false), |resume| resume.reader_state.clone());
        if let (Some(socket), None) = (offer.socket, &offer.resume)
            && let Some(after) = self.readers.shared_at(socket, &state_at(self.tail, true, true))
        {
            let placement = Placement::Shared { socket, after, reader_state: state_at(self.tail, true, true) };
            return (placement, events(start, self.tail));
        }
        self.ids += 1;
        let line = Line { id: self.ids, sent: Rc::default() };
        self.lines.insert(line.id, (line.clone(), reader_state.clone()));
        self.readers.accept_reader(line.clone(), reader_state.clone(), Peer::Sharing { follows: offer.socket });
        (Placement::Own { socket: line.id, reader_state }, Vec::new())
    }

    /// Sends the readers in one state what is new to them, at most three events.
    fn serve(&mut self, choice: usize) {
        let is_behind = |state: &ReaderState| state.position < self.tail || !state.position_sent;
        let behind: Vec<_> = self.lines.iter().filter(|(_, (_, state))| is_behind(state)).collect();
        let Some((_, (_, state))) = behind.get(choice % behind.len().max(1)) else { return };
        let state = state.clone();
        let ids: Vec<u64> = behind.iter().filter(|(_, (_, own))| *own == state).map(|(id, _)| **id).collect();
        let to = self.tail.min(state.position + 3);
        let next = state_at(to, true, to == self.tail);
        let step = Step { message: Some(events(state.position, to)), next: Next::State(next.clone()) };
        let fresh = || Mark(self.marks.replace(self.marks.get() + 1));
        self.readers.deliver(&ids, &step, WINDOW, fresh);
        for id in ids {
            self.lines.get_mut(&id).expect("a socket").1 = next.clone();
        }
    }
}

struct Client {
    follower: Follower<Vec<u8>, u64>,
    /// The number of its next event.
    next: u64,
    /// The sockets of its request.
    lines: Vec<Line>,
    /// The answer to its offer that is under way.
    answer: Option<(Placement, Vec<u8>)>,
    is_first: bool,
}

struct World {
    random: u64,
    now: UnixMs,
    object: Object,
    shared: Rc<RefCell<Channel<Vec<u8>, u64>>>,
    clients: Vec<Client>,
}

impl World {
    fn new(seed: u64) -> Self {
        let (readers, lines) = (Readers::restore(Vec::new()), BTreeMap::new());
        let object = Object { readers, lines, tail: 0, ids: 0, marks: Cell::new(0) };
        let shared = Rc::new(RefCell::new(Channel::new(WINDOW)));
        Self { random: seed * 2 + 1, now: 0, object, shared, clients: Vec::new() }
    }

    fn choose(&mut self, of: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random >> 11).expect("64 bits") % of.max(1)
    }

    fn arrive(&mut self) {
        let mut follower = Follower::new(self.shared.clone(), "s", WINDOW);
        if follower.approach() == Approach::Wait {
            follower.leave();
            return;
        }
        let start = match self.choose(3) {
            0 => 0,
            1 => self.object.tail.saturating_sub(1),
            _ => self.object.tail,
        };
        let (placement, first) = self.object.open(&follower.offer(), start);
        let answer = Some((placement, first));
        self.clients.push(Client { follower, next: start, lines: Vec::new(), answer, is_first: true });
    }

    /// The answer to an offer arrives.
    fn answer(&mut self, number: usize) {
        let client = &mut self.clients[number];
        let Some((placement, first)) = client.answer.take() else { return };
        if let Placement::Own { socket, .. } = &placement {
            client.lines.push(self.object.lines[socket].0.clone());
        }
        if client.is_first {
            client.is_first = false;
            client.follower.place(placement, Some(first).filter(|first| !first.is_empty()), self.now);
        } else {
            client.follower.resume(Some(placement), self.now);
        }
    }

    /// A message of a socket arrives.
    fn hear(&mut self, number: usize, choice: usize) {
        let client = &mut self.clients[number];
        let Some(line) = client.lines.get(choice % client.lines.len().max(1)).cloned() else { return };
        let Some(sent) = line.sent.borrow_mut().pop_front() else { return };
        match sent {
            Sent::Bytes(message) => {
                let (head, events) = bridge::decode_response(&message).expect("a message");
                let next = Next::read(head.as_bytes()).expect("a head");
                client.follower.receive(line.id, events.to_vec(), events.len(), next, self.now);
            }
            Sent::Text(text) => drop(client.follower.receive_text(line.id, text)),
            Sent::Closed(ending) => {
                client.follower.lose(line.id, ending);
                client.lines.retain(|own| own.id != line.id);
                self.object.lines.remove(&line.id);
            }
        }
    }

    fn take(&mut self, number: usize) {
        let client = &mut self.clients[number];
        match client.follower.take().0 {
            Served::Nothing => {}
            Served::End(ending) => panic!("the response has ended: {ending:?}"),
            Served::Message(message) => {
                for event in message.chunks(8) {
                    assert_eq!(event, client.next.to_le_bytes(), "of reader {number}");
                    client.next += 1;
                }
            }
        }
    }

    fn work(&mut self, number: usize) {
        let client = &mut self.clients[number];
        if client.answer.is_some() {
            return;
        }
        match client.follower.work() {
            None => {}
            Some(Work::Send { text, socket }) => match Follow::read(&text) {
                Some(follow) => self.object.readers.follow(socket, follow),
                None => {
                    let fresh = || Mark(self.object.marks.replace(self.object.marks.get() + 1));
                    self.object.readers.receive_ack(socket, Mark::read(&text), WINDOW, fresh);
                }
            },
            Some(Work::Open(offer)) => {
                client.answer = Some(self.object.open(&offer, 0));
            }
        }
    }

    /// The request of a reader ends, without a notice if it `dies`.
    fn go(&mut self, number: usize, dies: bool) {
        let mut client = self.clients.swap_remove(number);
        if !dies {
            client.follower.leave();
        }
        let answered = match client.answer {
            Some((Placement::Own { socket, .. }, _)) => Some(socket),
            _ => None,
        };
        for id in client.lines.iter().map(|line| line.id).chain(answered) {
            self.object.readers.disconnect(id);
            self.object.lines.remove(&id);
        }
    }

    fn serve(&mut self) {
        let choice = self.choose(8);
        self.object.serve(choice);
    }

    fn step(&mut self) {
        let number = self.choose(self.clients.len());
        let choice = self.choose(4);
        match self.choose(24) {
            0..=2 => self.arrive(),
            3..=5 => self.object.tail += 1,
            6..=9 => self.serve(),
            _ if self.clients.is_empty() => {}
            10..=11 => self.answer(number),
            12..=15 => self.hear(number, choice),
            16..=19 => self.take(number),
            20..=21 => self.work(number),
            22 if choice == 0 => self.go(number, false),
            23 if choice == 0 && self.choose(3) == 0 => self.go(number, true),
            _ => {}
        }
    }

    /// Everything that can happen happens, and the silence of readers that have died is noticed.
    fn settle(&mut self) {
        for _ in 0..60 {
            self.now += CHECK_INTERVAL_MS;
            for number in 0..self.clients.len() {
                self.clients[number].follower.check(self.now);
                for choice in 0..12 {
                    self.answer(number);
                    self.hear(number, choice);
                    self.take(number);
                    self.work(number);
                    self.serve();
                }
            }
        }
    }
}

#[test]
fn each_reader_gets_everything_once_whoever_comes_goes_or_is_slow() {
    let (mut shared, mut most) = (0, 0);
    for seed in 1..=200 {
        let mut world = World::new(seed);
        for _ in 0..600 {
            world.step();
        }
        world.settle();
        for (number, client) in world.clients.iter().enumerate() {
            assert_eq!(client.next, world.object.tail, "of reader {number} with seed {seed}");
        }
        shared += world.clients.len().saturating_sub(world.object.readers.count());
        most += world.clients.len();
    }
    assert!(shared * 2 > most, "{shared} of {most} readers share a socket");
}
