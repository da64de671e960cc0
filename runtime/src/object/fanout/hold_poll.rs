//! Polls that the object holds itself: those of a stream that is being written, which don't wait for long.
//!
//! A socket for a single answer costs as much as the answer. But only through a socket does one wait whom the object
//! may forget.

use crate::Event;
use crate::fanout::reader::{Mode, ReaderState};
use crate::host::{Host, UnixMs};
use crate::object::{Object, long_poll};
use crate::set_total_time;
use futures_util::future::{Either, select};
use std::cell::Cell;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;
use tokio::sync::Notify;
use wire::Body;

/// Those whom the object holds, and what they wait for.
#[derive(Default)]
pub struct HeldPolls {
    moves: Notify,
    moved_at: Cell<UnixMs>,
    count: Cell<usize>,
}

impl HeldPolls {
    /// How many are held.
    pub fn count(&self) -> usize {
        self.count.get()
    }

    /// A change is committed.
    pub fn moved(&self, now: UnixMs) {
        self.moved_at.set(now);
        self.wake();
    }

    /// Whoever is held is to look again.
    pub fn wake(&self) {
        self.moves.notify_waiters();
    }

    fn hold(&self) -> Held<'_> {
        self.count.update(|count| count + 1);
        Held(self)
    }
}

struct Held<'a>(&'a HeldPolls);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.count.update(|count| count - 1);
    }
}

impl<H: Host> Object<H> {
    /// What there is for one who polls and has a place, if the stream has changed lately and does so again within as long.
    /// If there is nothing, it is to be seated there.
    pub async fn hold_poll(&self, reader_state: &ReaderState) -> Option<wire::Response<Infallible>> {
        let (held_polls, limits, start) = (&self.0.held_polls, self.limits(), self.now());
        // A good part of the time is left for who is seated after all.
        let time = limits.long_poll_object_hold.min(limits.long_poll_hold / 3);
        let lively = Duration::from_millis(start.saturating_sub(held_polls.moved_at.get())) < time;
        if reader_state.mode != Mode::Poll || !lively || held_polls.count() >= limits.held_polls {
            return None;
        }
        let _held = held_polls.hold();
        let mut end = pin!(self.0.host.sleep(time));
        loop {
            // Before the look, so that nothing goes unnoticed that comes after it.
            let moves = pin!(held_polls.moves.notified());
            match self.look_at(reader_state) {
                Look::Nothing => {}
                Look::Answer(mut response) => {
                    set_total_time(&mut response, start, self.now());
                    return Some(response);
                }
                Look::ThroughSocket => return None,
            }
            if let Either::Right(_) = select(moves, end.as_mut()).await {
                return None;
            }
        }
    }

    fn look_at(&self, reader_state: &ReaderState) -> Look {
        let response = match long_poll::news_from_memory(self, reader_state) {
            None => return Look::ThroughSocket,
            Some(Ok(None)) => return Look::Nothing,
            Some(Ok(Some(outcome))) => outcome.respond(),
            Some(Err(failure)) => {
                self.report(Event::ReadersDropped, &failure);
                long_poll::failed(failure)
            }
        };
        match &response.body {
            Body::Bytes(body) if body.len() > self.limits().held_response => Look::ThroughSocket,
            _ => Look::Answer(response),
        }
    }
}

/// What is found for one who is held.
enum Look {
    Nothing,
    Answer(wire::Response<Infallible>),
    /// It is long, or not in memory.
    ThroughSocket,
}
