//! Up to where one response goes: to the tail, or as far as the limits `response` and `response_requests` allow.
//!
//! The head of the response says it, before the rest has been read. So it is added up what there is to be read: of each segment and part its
//! object, of the log all rows of a generation together. Offsets of bytes tell exactly how many there are; of JSON, what is stored is counted.

use crate::Failure;
use crate::log::{PAGE_ROWS_MAX, SIZES_STATEMENTS};
use crate::stream::Stream;
use crate::stream::hot::Hot;
use crate::stream::page::Page;
use crate::stream::shift::Shift;
use spec::{Limits, Offset};

/// How much a generation has from an offset on, of which it may have a little more: never less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Where each of its next segments and parts ends, and the bytes of its object.
    pub segments: Vec<(Offset, u64)>,
    /// All its rows in the log, without parts, if they are the rest.
    pub hot: Option<Hot>,
}

/// A response in the making: how far it goes.
#[derive(Debug)]
pub struct Extent {
    stop: Offset,
    json: bool,
    /// Longest stretch that is read at once.
    page: u64,
    /// Bytes that it may still have.
    left: u64,
    /// Queries and requests that may still be made for it.
    requests: u64,
}

impl Extent {
    /// That of a response which begins with `page`, of `stream`. `None`, if that is all of it: it reaches the tail, or responses are
    /// pages, which end at the same places for everyone.
    pub fn after(page: &Page, stream: &Stream, limits: &Limits) -> Option<Self> {
        let is_whole = page.reaches_tail() || limits.response <= limits.page;
        (!is_whole).then(|| Self {
            stop: page.read_to(),
            json: stream.is_json(),
            page: limits.page as u64,
            left: limits.response.saturating_sub(page.bytes()) as u64,
            requests: limits.response_requests as u64,
        })
    }

    /// Up to where the response goes.
    pub fn stop(&self) -> Offset {
        self.stop
    }

    /// Goes on over what `sizes` tells of, up to `until`. The offsets differ by `shift` from those of the generation, and `statements` ask
    /// for a page of it. Says whether all of that is in.
    ///
    /// # Errors
    /// [`Failure`], if an offset is none.
    pub fn add(&mut self, sizes: &Sizes, shift: Shift, until: Offset, statements: usize) -> Result<bool, Failure> {
        self.requests = self.requests.saturating_sub(SIZES_STATEMENTS as u64);
        for (stop, bytes) in &sizes.segments {
            let stop = shift.up(*stop)?.min(until);
            if stop > self.stop && !self.take(stop, Hot { bytes: *bytes, rows: 0 }, statements) {
                return Ok(false);
            }
        }
        Ok(self.stop >= until || sizes.hot.is_some_and(|hot| self.take(until, hot, statements)))
    }

    /// Goes on up to `stop`, over what is stored there. Says whether all of that is in.
    fn take(&mut self, stop: Offset, stored: Hot, statements: usize) -> bool {
        let length = stop.get().saturating_sub(self.stop.get());
        let bytes = if self.json { stored.bytes } else { length };
        let Some(requests) = self.requests.checked_sub(self.requests_for(bytes, stored.rows, statements)) else {
            return false;
        };
        self.requests = requests;
        let fits = bytes <= self.left;
        if fits {
            self.stop = stop;
        } else if !self.json {
            self.stop = Offset::new(self.stop.get() + self.left).unwrap_or(self.stop);
        }
        self.left = self.left.saturating_sub(bytes);
        fits
    }

    /// The most that it takes to read so many bytes and rows: two pages that follow each other are more than one full page, and each
    /// is looked up by `statements` and may be in an object.
    fn requests_for(&self, bytes: u64, rows: u64, statements: usize) -> u64 {
        let full = (bytes / self.page.max(1)).saturating_mul(2);
        let pages = full.saturating_add(rows / PAGE_ROWS_MAX).saturating_add(2);
        pages.saturating_mul(statements as u64 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far a response goes over segments of the longest kind, and a log that is about to move.
    fn reach(json: bool, page: u64, statements: usize) -> u64 {
        let limits = Limits::DECLARED;
        let mut extent = Extent {
            stop: Offset::new(0).unwrap(),
            json,
            page,
            left: limits.response as u64,
            requests: limits.response_requests as u64,
        };
        let end = |number: u64| Offset::new(number * limits.segment as u64).unwrap();
        let segments = (1..=7).map(|number| (end(number), limits.segment as u64)).collect();
        let hot = Hot { bytes: limits.hot as u64, rows: limits.hot_rows as u64 };
        extent.add(&Sizes { segments, hot: Some(hot) }, Shift::NONE, end(8), statements).unwrap();
        extent.stop.get()
    }

    #[test]
    fn a_long_stream_is_one_response_with_the_declared_limits() {
        for json in [false, true] {
            let all = Limits::DECLARED.response as u64;
            assert_eq!(reach(json, 1 << 20, 2), all);
            // Smaller pages take more requests, and so do forks of forks.
            assert!(reach(json, 256 << 10, 2) < all);
            assert!(reach(json, 1 << 20, 32) < all);
        }
    }

    #[test]
    fn what_asks_how_much_there_is_counts_too() {
        let end = Offset::new(10).unwrap();
        let begun = |requests| Extent { stop: Offset::new(0).unwrap(), json: false, page: 100, left: 100, requests };
        let sizes = Sizes { segments: Vec::new(), hot: Some(Hot { bytes: 10, rows: 1 }) };
        let most = begun(0).requests_for(10, 1, 2) + SIZES_STATEMENTS as u64;
        for (requests, whole) in [(most, true), (most - 1, false)] {
            assert_eq!(begun(requests).add(&sizes, Shift::NONE, end, 2), Ok(whole));
        }
    }
}
