//! Polls that the object holds itself: those of a stream that is being written, which don't wait for long.
//!
//! A socket for a single answer costs as much as the answer. But only through a socket does one wait whom the object
//! may forget.

use super::{Object, poll};
use crate::host::{Host, UnixMs};
use crate::reader::{Mode, Place};
use crate::tell_total;
use futures_util::future::{Either, select};
use std::cell::Cell;
use std::convert::Infallible;
use std::pin::pin;
use tokio::sync::Notify;

/// So many are held at once: all of them are answered before whoever writes next.
const MOST: usize = 256;

/// Who is held, and until when one is.
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

    /// The stream has gone on, or it has ended.
    pub fn moved(&self, now: UnixMs) {
        self.moved_at.set(now);
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
        let start = self.now();
        if place.mode != Mode::Poll || !self.moves_soon().await {
            return None;
        }
        let mut response = match poll::look_again(self, place).await {
            Ok(outcome) => outcome?.respond(),
            Err(failure) => {
                self.report(&format!("one who polls is sent away: {failure}"));
                poll::failed(failure)
            }
        };
        tell_total(&mut response, start, self.now());
        Some(response)
    }

    /// Says whether the stream has gone on. If it has lately, this waits for as long for it to do so again.
    async fn moves_soon(&self) -> bool {
        let lingering = &self.0.lingering;
        let time = self.limits().long_poll_linger.min(self.limits().long_poll_hold);
        let since_ms = self.now().saturating_sub(lingering.moved_at.get());
        if u128::from(since_ms) >= time.as_millis() || lingering.count() >= MOST {
            return false;
        }
        let _held = lingering.hold();
        let (moves, end) = (pin!(lingering.moves.notified()), pin!(self.0.host.sleep(time)));
        matches!(select(moves, end).await, Either::Left(_))
    }
}
