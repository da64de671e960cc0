//! What follows the first page of a response: read page by page, as fast as the client takes it.
//!
//! The head of the response is sent before the rest is read, so it says where the response ends. If the rest can't be read,
//! the response is broken off, which every HTTP client notices: it is never just shorter.

use crate::Failure;
use crate::stream::Stream;
use crate::stream::page::Page;
use spec::Offset;

/// Where pages of a stream come from.
pub trait Pages {
    /// A page of `stream` from `start` on, up to the tail that it has in `stream`.
    ///
    /// # Errors
    /// [`Failure`]; [`Failure::Outdated`] if the stream was deleted or trimmed meanwhile.
    fn page(&self, stream: &Stream, start: Offset) -> impl Future<Output = Result<Page, Failure>>;

    /// Tells the operator that a response was broken off, and why.
    fn report_broken(&self, detail: &str);
}

/// The pages of a response that are still to be read.
#[derive(Debug)]
pub struct Rest<P> {
    pages: P,
    /// The stream as it was when the head was sent. Its tail is where the response ends.
    stream: Stream,
    at: Offset,
}

impl<P: Pages> Rest<P> {
    /// What follows `first`, the first page of a response with a part of `stream`. `None`, if that is all of it.
    pub fn after(first: &Page, stream: &Stream, pages: P) -> Option<Self> {
        if !first.goes_on() {
            return None;
        }
        let mut stream = stream.clone();
        stream.tail = first.stop();
        Some(Self { pages, stream, at: first.read_to() })
    }

    /// The next part of the body; `None` at its end.
    ///
    /// # Errors
    /// [`Failure`], which the operator is told of, if the response has to be broken off.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.at >= self.stream.tail {
            return Ok(None);
        }
        let page = match self.pages.page(&self.stream, self.at).await {
            // All that came before would be in vain, so a single failure of the storage is not the end of it.
            Err(Failure::Database(_) | Failure::Bucket(_)) => self.pages.page(&self.stream, self.at).await,
            page => page,
        };
        let page = page.inspect_err(|failure| {
            self.pages.report_broken(&format!("at offset {}: {failure}", self.at));
        })?;
        self.at = page.stop();
        Ok(Some(page.continuation(self.at >= self.stream.tail)))
    }
}
