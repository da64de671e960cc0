//! Long polls that the Durable Object holds itself for a short time, while the stream is being written.
//!
//! Sending a response through a socket doubles its cost. Longer waits still need a socket, because
//! only sockets allow the Durable Object to hibernate.

use crate::Event;
use crate::fanout::names::Names;
use crate::fanout::reader::{Mode, ReaderState};
use crate::host::{Host, UnixMs};
use crate::metrics::{Ending, Operation};
use crate::object::{Object, long_poll};
use crate::set_total_time;
use futures_util::future::{Either, select};
use std::cell::Cell;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;
use tokio::sync::Notify;
use wire::Body;

/// The held long polls, and the notification that wakes them.
#[derive(Default)]
pub struct HeldPolls {
    moves: Notify,
    moved_at: Cell<UnixMs>,
    count: Cell<usize>,
}

impl HeldPolls {
    /// The number of held long polls.
    pub fn count(&self) -> usize {
        self.count.get()
    }

    /// Records a committed change and wakes the held polls.
    pub fn moved(&self, now: UnixMs) {
        self.moved_at.set(now);
        self.wake();
    }

    /// Makes all held polls check for new data.
    pub fn wake(&self) {
        self.moves.notify_waiters();
    }
}

/// A held poll. If it is dropped in the middle, the client has disconnected.
struct Held<'a, H: Host> {
    object: &'a Object<H>,
    since: UnixMs,
    /// Whether it has its response, or goes on at the edge.
    is_settled: bool,
}

impl<'a, H: Host> Held<'a, H> {
    fn new(object: &'a Object<H>, since: UnixMs) -> Self {
        object.0.held_polls.count.update(|count| count + 1);
        Self { object, since, is_settled: false }
    }
}

impl<H: Host> Drop for Held<'_, H> {
    fn drop(&mut self) {
        self.object.0.held_polls.count.update(|count| count - 1);
        if !self.is_settled {
            self.object.measure_live(Operation::LongPoll, Ending::ClientGone, 0, self.since);
        }
    }
}

impl<H: Host> Object<H> {
    /// Holds a long poll, if the stream has changed recently, until it changes again or the time limit ends. If this
    /// returns `None`, the caller must accept the reader with a socket.
    pub async fn hold_poll(&self, reader_state: &ReaderState) -> Option<wire::Response<Infallible>> {
        let Mode::Poll(names) = reader_state.mode else { return None };
        let (held_polls, limits, start) = (&self.0.held_polls, self.limits(), self.now());
        // Most of the long-poll time is left for waiting with a socket.
        let time = limits.long_poll_object_hold.min(limits.long_poll_hold / 3);
        let changed_recently = Duration::from_millis(start.saturating_sub(held_polls.moved_at.get())) < time;
        if !changed_recently || held_polls.count() >= limits.held_polls {
            return None;
        }
        let mut held = Held::new(self, start);
        let response = self.wait_for_update(reader_state, names, time).await;
        held.is_settled = true;
        let mut response = response?;
        self.measure_response(Operation::LongPoll, &response, start);
        set_total_time(&mut response, start, self.now());
        Some(response)
    }

    async fn wait_for_update(
        &self,
        reader_state: &ReaderState,
        names: Names,
        time: Duration,
    ) -> Option<wire::Response<Infallible>> {
        let mut end = pin!(self.0.host.sleep(time));
        loop {
            // Created before the check, so that a change after the check is not missed.
            let moves = pin!(self.0.held_polls.moves.notified());
            match self.check_for_update(reader_state, names) {
                Answer::NothingNew => {}
                Answer::Response(response) => return Some(response),
                Answer::NeedsSocket => return None,
            }
            if let Either::Right(_) = select(moves, end.as_mut()).await {
                return None;
            }
        }
    }

    fn check_for_update(&self, reader_state: &ReaderState, names: Names) -> Answer {
        let response = match long_poll::update_from_memory(self, reader_state) {
            None => return Answer::NeedsSocket,
            Some(Ok(None)) => return Answer::NothingNew,
            Some(Ok(Some(outcome))) => names.response(outcome.respond()),
            Some(Err(failure)) => {
                self.report(Event::ReadersDropped, &failure);
                long_poll::failed(failure, names)
            }
        };
        match &response.body {
            Body::Bytes(body) if body.len() > self.limits().held_response => Answer::NeedsSocket,
            _ => Answer::Response(response),
        }
    }
}

/// The result of a check for new data.
enum Answer {
    NothingNew,
    Response(wire::Response<Infallible>),
    /// The response is too long, or needs data that is not in memory.
    NeedsSocket,
}
