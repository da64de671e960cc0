//! Polls that the object holds itself: those of a stream that is being written, which don't wait for long.
//!
//! A socket for a single answer costs as much as the answer. But only through a socket does one wait whom the object
//! may forget.

use super::{Object, poll};
use crate::host::{Host, UnixMs};
use crate::reader::{Mode, Place};
use crate::tell_total;
use futures_util::future::{Either, select};
use spec::stream::poll::Outcome;
use std::cell::Cell;
use std::convert::Infallible;
use std::pin::pin;
use tokio::sync::Notify;
use wire::Body;

/// So many are held at once. When there is news, all of them are answered in one turn, each with a response of its own.
const MOST: usize = 256;

/// What is longer than this, in bytes, goes through sockets: to many in turns, and encoded once.
const LARGEST: usize = 16 << 10;

/// Those whom the object holds, and what they wait for.
#[derive(Default)]
pub struct Lingering {
    moves: Notify,
    moved_at: Cell<UnixMs>,
    count: Cell<usize>,
}

impl Lingering {
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

struct Held<'a>(&'a Lingering);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.count.update(|count| count - 1);
    }
}

impl<H: Host> Object<H> {
    /// What there is for one who polls and has a place, if the stream has changed lately and does so again within as long.
    /// If there is nothing, it is to be seated there.
    pub async fn linger(&self, place: &Place) -> Option<wire::Response<Infallible>> {
        let (lingering, limits, start) = (&self.0.lingering, self.limits(), self.now());
        // A good part of the time is left for who is seated after all.
        let time = limits.long_poll_linger.min(limits.long_poll_hold / 3);
        let since_ms = start.saturating_sub(lingering.moved_at.get());
        let lively = u128::from(since_ms) < time.as_millis();
        if place.mode != Mode::Poll || !lively || lingering.count() >= MOST {
            return None;
        }
        let _held = lingering.hold();
        let mut end = pin!(self.0.host.sleep(time));
        loop {
            // Before the look, so that nothing goes unnoticed that comes after it.
            let moves = pin!(lingering.moves.notified());
            if let Some(mut response) = self.look_at(place)? {
                tell_total(&mut response, start, self.now());
                return Some(response);
            }
            if let Either::Right(_) = select(moves, end.as_mut()).await {
                return None;
            }
        }
    }

    /// What is said to one at a place, if there is something; `None`, if it is to be said through a socket.
    fn look_at(&self, place: &Place) -> Option<Option<wire::Response<Infallible>>> {
        let response = match poll::news_from_memory(self, place)? {
            Ok(outcome) => outcome.map(Outcome::respond),
            Err(failure) => {
                self.report(&format!("one who polls is sent away: {failure}"));
                Some(poll::failed(failure))
            }
        };
        let is_large =
            |response: &wire::Response<_>| matches!(&response.body, Body::Bytes(body) if body.len() > LARGEST);
        if response.as_ref().is_some_and(is_large) { None } else { Some(response) }
    }
}
