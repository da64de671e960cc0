//! The readers of events in this isolate, and the channels that they share.

use crate::fanout::bridge;
use crate::fanout::channel::{Approach, Channel};
use crate::fanout::follower::{Follower, Served, Work};
use crate::fanout::reader::Next;
use crate::fanout::share::{self, Offer, Placement};
use crate::metrics::Ending;
use js_sys::{Array, ArrayBuffer, BigInt, Function, Uint8Array};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::Date;

type Events = Channel<Uint8Array, Function>;

thread_local! {
    static CHANNELS: RefCell<HashMap<String, Weak<RefCell<Events>>>> = RefCell::default();
}

/// The channel of the stream at `path`, which a new reader can use.
fn channel(path: &str, bytes_max: usize) -> Rc<RefCell<Events>> {
    CHANNELS.with_borrow_mut(|channels| {
        let current = channels.get(path).and_then(Weak::upgrade).filter(|channel| !channel.borrow().is_over());
        current.unwrap_or_else(|| {
            let channel = Rc::new(RefCell::new(Channel::new(bytes_max)));
            channels.insert(path.to_owned(), Rc::downgrade(&channel));
            channel
        })
    })
}

fn wake(requests: Vec<Function>) {
    for request in requests {
        // It resolves a promise of that request, which never throws.
        let _ = request.call0(&JsValue::UNDEFINED);
    }
}

/// A reader of events, for the JavaScript that serves its response. Each method can wake other requests.
#[wasm_bindgen]
#[derive(Clone)]
pub struct EventReader(Rc<Inner>);

struct Inner {
    path: String,
    /// `None` after its response has ended.
    follower: RefCell<Option<Follower<Uint8Array, Function>>>,
}

impl EventReader {
    /// A reader of the stream at `path`.
    pub(super) fn new(path: &str, bytes_max: usize) -> Self {
        let follower = Follower::new(channel(path, bytes_max), path, bytes_max);
        Self(Rc::new(Inner { path: path.to_owned(), follower: RefCell::new(Some(follower)) }))
    }

    /// Its first step. If its client has disconnected, it waits for nobody.
    pub(super) fn approach(&self) -> Approach {
        self.0.follower.borrow_mut().as_mut().map_or(Approach::Open, Follower::approach)
    }

    /// Its first offer.
    pub(super) fn offer(&self) -> Offer {
        self.0.follower.borrow().as_ref().map(Follower::offer).unwrap_or_default()
    }

    /// Records the answer to its first offer, with the events that came with it.
    pub(super) fn place(&self, placement: Placement, events: Option<Uint8Array>) {
        self.with(|follower| {
            follower.place(placement, events, now());
            Vec::new()
        });
    }

    /// Calls `act`, if the response has not ended, and wakes the requests that it returns.
    fn with(&self, act: impl FnOnce(&mut Follower<Uint8Array, Function>) -> Vec<Function>) {
        let woken = self.0.follower.borrow_mut().as_mut().map(act).unwrap_or_default();
        wake(woken);
    }
}

fn now() -> u64 {
    Date::now().as_millis()
}

#[wasm_bindgen]
impl EventReader {
    /// The next events for its client, the name of the ending, or undefined.
    pub fn take(&self) -> JsValue {
        let mut next = JsValue::UNDEFINED;
        self.with(|follower| {
            let (served, woken) = follower.take();
            next = match served {
                Served::Message(events) => events.into(),
                Served::End(ending) => ending.name().into(),
                Served::Nothing => JsValue::UNDEFINED,
            };
            woken
        });
        next
    }

    /// Calls `resume` when there may be more events.
    pub fn wait(&self, resume: Function) {
        self.with(|follower| {
            follower.wait(resume);
            Vec::new()
        });
    }

    /// Work that has to be done now: a text and the socket that sends it, or an offer for a new socket. Undefined if there is none.
    pub fn work(&self) -> Option<Array> {
        let work = self.0.follower.borrow_mut().as_mut()?.work()?;
        Some(match work {
            Work::Send { text, socket } => Array::of2(&text.into(), &BigInt::from(socket)),
            Work::Open(offer) => Array::of1(&share::write(&offer).into()),
        })
    }

    /// Calls `resume` when there may be work.
    pub fn wait_for_work(&self, resume: Function) {
        self.with(|follower| {
            follower.wait_for_work(resume);
            Vec::new()
        });
    }

    /// Calls `resume` when another reader has opened a socket, or has failed to.
    pub fn wait_for_source(&self, resume: Function) {
        self.with(|follower| {
            follower.wait_for_source(resume);
            Vec::new()
        });
    }

    /// Gives up the reader that is opening a socket.
    pub fn give_up_opener(&self) {
        self.with(|follower| follower.give_up_opener());
    }

    /// Records the answer to an offer of [`EventReader::work`], if it contains a socket. Returns the id of that socket if it is used.
    pub fn resume(&self, answer: Option<String>) -> Option<u64> {
        let placement = answer.as_deref().and_then(share::read::<Placement>);
        let mut socket = None;
        self.with(|follower| {
            let (used, woken) = follower.resume(placement, now());
            socket = used;
            woken
        });
        socket
    }

    /// Handles a message of a socket.
    pub fn receive(&self, socket: u64, message: &JsValue) {
        self.with(|follower| {
            if let Some(text) = message.as_string() {
                return follower.receive_text(socket, text);
            }
            match events(message) {
                Some((next, events, bytes)) => follower.receive(socket, events, bytes, next, now()),
                None => follower.lose(socket, Ending::Failed),
            }
        });
    }

    /// Handles the end of a socket, with the reason in its close frame.
    pub fn lose(&self, socket: u64, reason: &str) {
        let ending = Ending::named(reason).unwrap_or(Ending::Failed);
        self.with(|follower| follower.lose(socket, ending));
    }

    /// Shows that it is there, and checks that others are.
    pub fn check(&self) {
        self.with(|follower| follower.check(now()));
    }

    /// Ends the response.
    pub fn leave(&self) {
        let Some(mut follower) = self.0.follower.take() else { return };
        wake(follower.leave());
        drop(follower);
        CHANNELS.with_borrow_mut(|channels| {
            if channels.get(&self.0.path).is_some_and(|channel| channel.strong_count() == 0) {
                channels.remove(&self.0.path);
            }
        });
    }
}

/// The events of a message, and what follows it. `None` if it is malformed.
fn events(message: &JsValue) -> Option<(Next, Uint8Array, usize)> {
    let buffer: &ArrayBuffer = message.dyn_ref()?;
    let mut length = [0; 4];
    if buffer.byte_length() < 4 {
        return None;
    }
    Uint8Array::new_with_byte_offset_and_length(buffer, 0, 4).copy_to(&mut length);
    let length = u32::from_le_bytes(length);
    let bytes = buffer.byte_length().checked_sub(4)?.checked_sub(length)?;
    let head = Uint8Array::new_with_byte_offset_and_length(buffer, 4, length).to_vec();
    let events = Uint8Array::new_with_byte_offset(buffer, 4 + length);
    Some((Next::read(&head)?, events, usize::try_from(bytes).ok()?))
}

/// Header lines and first events of an answer without a socket. `None` if it is malformed.
pub(super) fn shared_answer(body: &[u8]) -> Option<(&str, Option<Uint8Array>)> {
    let (head, events) = bridge::decode_response(body)?;
    let (_status, lines) = head.split_once('\n')?;
    Some((lines, (!events.is_empty()).then(|| Uint8Array::from(events))))
}
