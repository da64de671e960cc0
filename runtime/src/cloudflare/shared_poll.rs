//! The long-polls of this isolate that share a response.

use super::Head;
use crate::fanout::cursor::{cursor, cursor_to_pass};
use crate::fanout::names::Names;
use crate::fanout::polls::{Polls, Role};
use crate::host::{UnixMs, milliseconds};
use js_sys::Function;
use spec::stream::long_poll::TimedOut;
use spec::{Cursor, Limits, Offset, OffsetOrSentinel, field};
use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wire::{Inputs, Source as _};
use worker::Date;

/// How long after its time limit a lead is still considered to be there.
const LEAD_GRACE: Duration = Duration::from_secs(2);

/// The path of a request, and its offset.
type Key = (String, u64);

thread_local! {
    static POLLS: RefCell<Polls<Key, Function>> = RefCell::default();
}

/// The data that a poll waits for, if others can wait for the same.
pub(super) struct Awaited {
    key: Key,
    names: Names,
    position: Offset,
    cursor: Option<Cursor>,
}

impl Awaited {
    /// The data that a request waits for. `None` if its response depends on anything besides its path and its offset.
    pub(super) fn of(head: &Head, limits: &Limits, now: UnixMs) -> Option<Self> {
        let version = spec::version(head.path());
        let source = &version.request(head);
        let mut inputs = Inputs::new(source);
        let Some(OffsetOrSentinel::At(position)) = inputs.optional::<field::Position>() else { return None };
        if inputs.check_optional::<field::IfMatch>() || inputs.check_optional::<field::IfNoneMatch>() {
            return None;
        }
        let cursor = inputs.optional::<field::Cursor>();
        // The Durable Object compares the cursor in the same way.
        let beyond = Offset::new(position.get() + 1)?;
        let is_common = cursor_to_pass(limits, now, beyond, cursor).is_none();
        let key = (head.path().to_owned(), position.get());
        is_common.then(|| Self { key, names: Names::at(head.path()), position, cursor })
    }

    /// Whether the Durable Object has confirmed that there is nothing to send.
    pub(super) fn is_confirmed(&self) -> bool {
        POLLS.with_borrow(|polls| polls.is_confirmed(&self.key, now()))
    }

    /// The response if no data arrives in time.
    pub(super) fn timed_out(&self, limits: &Limits, now: UnixMs) -> wire::Response<Infallible> {
        let stream_cursor = cursor(limits, now, self.position, self.cursor);
        self.names.response(TimedOut { stream_next_offset: self.position, stream_cursor }.respond())
    }
}

fn now() -> UnixMs {
    Date::now().as_millis()
}

/// The outcome that a poll gets from another one.
pub(super) enum Outcome {
    /// A response.
    Response(JsValue),
    /// The other one has left, so that the poll waits for another, or leads.
    LeadLeft,
    /// The response is only for the other one.
    NotShared,
    TimedOut,
}

impl Outcome {
    /// The outcome as it was passed from one request to another.
    pub(super) fn of(value: JsValue) -> Self {
        match value.as_bool() {
            Some(true) => Self::LeadLeft,
            Some(false) => Self::NotShared,
            None if value.is_undefined() => Self::TimedOut,
            None => Self::Response(value),
        }
    }
}

fn wake(requests: Vec<Function>, outcome: &JsValue) {
    for request in requests {
        // It resolves a promise of that request, which never throws.
        let _ = request.call1(&JsValue::UNDEFINED, outcome);
    }
}

/// A poll that leads others, or waits for another one.
#[wasm_bindgen]
#[derive(Clone)]
pub struct SharedPoll(Rc<Entered>);

struct Entered {
    key: Key,
    role: Role,
}

impl SharedPoll {
    /// A new poll.
    pub(super) fn enter(awaited: &Awaited, limits: &Limits) -> Self {
        let now = now();
        let until = now + milliseconds(limits.long_poll_hold + LEAD_GRACE);
        let (role, woken) = POLLS.with_borrow_mut(|polls| polls.enter(&awaited.key, now, until));
        wake(woken, &JsValue::TRUE);
        Self(Rc::new(Entered { key: awaited.key.clone(), role }))
    }

    /// Whether it calls the Durable Object.
    pub(super) fn leads(&self) -> bool {
        matches!(self.0.role, Role::Lead(_))
    }

    /// Records that the Durable Object has nothing to send yet.
    pub(super) fn confirm(&self) {
        if let Role::Lead(lead) = self.0.role {
            POLLS.with_borrow_mut(|polls| polls.confirm(&self.0.key, lead));
        }
    }

    /// Whether others wait for its response.
    pub(super) fn is_shared(&self) -> bool {
        match self.0.role {
            Role::Lead(lead) => POLLS.with_borrow_mut(|polls| polls.is_shared(&self.0.key, lead)),
            Role::Wait(_) => false,
        }
    }

    /// Gives the others its response. With `None`, each of them calls the Durable Object.
    pub(super) fn settle(&self, response: Option<&JsValue>) {
        self.settle_with(response.unwrap_or(&JsValue::FALSE));
    }

    fn settle_with(&self, outcome: &JsValue) {
        if let Role::Lead(lead) = self.0.role {
            wake(POLLS.with_borrow_mut(|polls| polls.settle(&self.0.key, lead)), outcome);
        }
    }
}

#[wasm_bindgen]
impl SharedPoll {
    /// Calls `resume` with the outcome.
    pub fn wait(&self, resume: Function) {
        let Role::Wait(id) = self.0.role else { return };
        let woken = POLLS.with_borrow_mut(|polls| polls.wait(&self.0.key, id, resume));
        wake(woken.into_iter().collect(), &JsValue::TRUE);
    }

    /// Waits no longer. If it leads, another poll takes its place.
    pub fn leave(&self) {
        match self.0.role {
            Role::Lead(_) => self.settle_with(&JsValue::TRUE),
            Role::Wait(id) => POLLS.with_borrow_mut(|polls| polls.leave(&self.0.key, id)),
        }
    }
}
