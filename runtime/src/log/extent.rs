//! Determines the offset at which a response ends: the tail offset, or as far as the limits `response` and `response_requests` allow.
//!
//! The head of the response contains this offset before the rest is read. So the stored sizes are added up: the R2 object of each segment and
//! part, and all rows of a generation in the log together. The length of bytes follows from their offsets. For JSON, the stored size is used.

use crate::Failure;
use crate::log::{PAGE_ROWS_MAX, SIZES_STATEMENTS, Sizes};
use crate::stream::Stream;
use crate::stream::hot::Hot;
use crate::stream::page::Page;
use crate::stream::shift::Shift;
use spec::{Limits, Offset};

/// Computes the end of a response.
#[derive(Debug)]
pub struct Extent {
    stop: Offset,
    json: bool,
    /// Maximum bytes of a page.
    page: u64,
    /// Remaining bytes of the response.
    left: u64,
    /// Remaining queries and requests for the response.
    requests: u64,
}

impl Extent {
    /// The extent of a response that begins with `page`. `None`, if the response is only this page: because it reaches the tail offset,
    /// or because the limit `response` allows no more than a page.
    pub fn after(page: &Page, stream: &Stream, limits: &Limits) -> Option<Self> {
        let is_complete = page.reaches_tail() || limits.response <= limits.page;
        (!is_complete).then(|| Self {
            stop: page.read_to(),
            json: stream.is_json(),
            page: limits.page as u64,
            left: limits.response.saturating_sub(page.bytes()) as u64,
            requests: limits.response_requests as u64,
        })
    }

    /// The offset at which the response ends.
    pub fn stop(&self) -> Offset {
        self.stop
    }

    /// Extends the response over the data of `sizes`, up to `until`. The offsets of the response are those of the generation plus `shift`.
    /// `statements` is the number of statements that read a page. Returns whether all of the data fits.
    ///
    /// # Errors
    /// [`Failure`], if a shifted offset is invalid.
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

    /// Extends the response up to `stop`. Returns whether all of the `stored` data fits.
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

    /// Maximum queries and requests to read this many bytes and rows. Two consecutive pages have more bytes than one full page. Each
    /// page takes `statements` queries and at most one request to R2.
    fn requests_for(&self, bytes: u64, rows: u64, statements: usize) -> u64 {
        let full = (bytes / self.page.max(1)).saturating_mul(2);
        let pages = full.saturating_add(rows / PAGE_ROWS_MAX).saturating_add(2);
        pages.saturating_mul(statements as u64 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end of a response over segments of maximum length and a log of maximum size.
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
            // Smaller pages and longer fork chains take more requests.
            assert!(reach(json, 256 << 10, 2) < all);
            assert!(reach(json, 1 << 20, 32) < all);
        }
    }

    #[test]
    fn queries_for_sizes_count_too() {
        let end = Offset::new(10).unwrap();
        let begun = |requests| Extent { stop: Offset::new(0).unwrap(), json: false, page: 100, left: 100, requests };
        let sizes = Sizes { segments: Vec::new(), hot: Some(Hot { bytes: 10, rows: 1 }) };
        let most = begun(0).requests_for(10, 1, 2) + SIZES_STATEMENTS as u64;
        for (requests, whole) in [(most, true), (most - 1, false)] {
            assert_eq!(begun(requests).add(&sizes, Shift::NONE, end, 2), Ok(whole));
        }
    }
}
