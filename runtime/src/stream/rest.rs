//! The pages of a response after its first one, read one by one as the client consumes them.
//!
//! The head of the response is sent before the rest is read, and contains the offset at which the response ends. If the rest can't
//! be read, the response is aborted. HTTP clients detect that, so a response never just ends early.

use crate::Failure;
use crate::stream::Stream;
use crate::stream::page::Page;
use spec::Offset;

/// A source of pages of a stream.
pub trait Pages {
    /// Reads a page of `stream` from `start` on, up to `stream.tail`.
    ///
    /// # Errors
    /// [`Failure`]; [`Failure::DataRemoved`] if the stream has been deleted or trimmed.
    fn page(&self, stream: &Stream, start: Offset) -> impl Future<Output = Result<Page, Failure>>;

    /// Logs that a response was aborted, and why.
    fn report_broken(&self, detail: &str);
}

/// The pages of a response that are still to be read.
#[derive(Debug)]
pub struct Rest<P> {
    pages: P,
    /// The stream as of the response's head. Its tail is the offset at which the response ends.
    stream: Stream,
    at: Offset,
}

impl<P: Pages> Rest<P> {
    /// The pages after `first`, the first page of a response with data of `stream`. `None`, if there are none.
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
    /// [`Failure`], if the response has to be aborted. The failure is logged.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.at >= self.stream.tail {
            return Ok(None);
        }
        let page = match self.pages.page(&self.stream, self.at).await {
            // Aborting wastes all pages that were sent, so a storage failure is retried once.
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
