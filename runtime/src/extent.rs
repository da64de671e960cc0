//! Up to where one response goes: to the tail, or as far as the limit `response` allows.
//!
//! The head of the response says it, before the rest has been read. Offsets of bytes tell how many there are. Offsets of
//! messages don't, so of JSON it is added up how much is stored: of each segment its object, of the log all rows together.

use crate::Failure;
use crate::page::Page;
use crate::shift::Shift;
use crate::stream::Stream;
use spec::{Limits, Offset};

/// How much a generation has from an offset on, of which it may have a little more: never less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Where each of its next segments ends, and the bytes of its object.
    pub segments: Vec<(Offset, u64)>,
    /// Bytes of all its rows in the log.
    pub hot: u64,
}

/// A response in the making: how far it goes.
#[derive(Debug)]
pub struct Extent {
    stop: Offset,
    /// Bytes that it may still have.
    left: u64,
}

impl Extent {
    /// That of a response which begins with `page`. `None`, if that is all of it: it reaches the tail, or responses are pages, which
    /// end at the same places for everyone.
    pub fn after(page: &Page, limits: &Limits) -> Option<Self> {
        let is_whole = page.reaches_tail() || limits.response <= limits.page;
        let left = limits.response.saturating_sub(page.bytes()) as u64;
        (!is_whole).then(|| Self { stop: page.read_to(), left })
    }

    /// Up to where the response goes.
    pub fn stop(&self) -> Offset {
        self.stop
    }

    /// Goes on over bytes, each of which is an offset.
    pub fn add_bytes(&mut self, stream: &Stream) {
        let most = Offset::new(self.stop.get().saturating_add(self.left));
        self.stop = most.map_or(stream.tail, |most| most.min(stream.tail));
    }

    /// Goes on over what `sizes` tells of, up to `until`. The offsets differ by `shift` from those of the generation. Says whether all of
    /// that is in.
    ///
    /// # Errors
    /// [`Failure`], if an offset is none.
    pub fn add(&mut self, sizes: &Sizes, shift: Shift, until: Offset) -> Result<bool, Failure> {
        for (stop, bytes) in &sizes.segments {
            if self.stop >= until {
                return Ok(true);
            }
            let Some(left) = self.left.checked_sub(*bytes) else { return Ok(false) };
            (self.left, self.stop) = (left, self.stop.max(shift.up(*stop)?.min(until)));
        }
        if self.stop < until {
            let Some(left) = self.left.checked_sub(sizes.hot) else { return Ok(false) };
            (self.left, self.stop) = (left, until);
        }
        Ok(true)
    }
}
