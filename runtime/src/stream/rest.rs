//! The pages of a response after its first one, read one by one as the client consumes them.
//!
//! The head of the response is sent before the rest is read, and contains the offset at which the response ends. If the rest can't
//! be read, the response is aborted. HTTP clients detect that, so a response never just ends early.

use crate::Failure;
use crate::host::UnixMs;
use crate::metrics::{Ending, Point, Usage};
use crate::stream::Stream;
use crate::stream::page::Page;
use spec::Offset;
use std::borrow::Cow;

/// A source of pages of a stream.
pub trait Pages {
    /// Reads a page of `stream` from `start` on, up to `stream.tail`.
    ///
    /// # Errors
    /// [`Failure`]; [`Failure::DataRemoved`] if the stream has been deleted or trimmed.
    fn page(&self, stream: &Stream, start: Offset) -> impl Future<Output = Result<Page, Failure>>;

    /// Logs that a response was aborted, and why.
    fn report_broken(&self, detail: &str);

    /// Records a read whose response has ended.
    fn measure(&self, read: &SentRead);
}

/// A read, as its data point describes it.
#[derive(Clone, Debug)]
pub struct SentRead {
    /// The status of the response, or why it was aborted.
    pub outcome: Cow<'static, str>,
    /// Number of bytes of the body that were passed to the platform.
    pub bytes: u64,
    /// When the request arrived.
    pub arrived: UnixMs,
    /// When the response began.
    pub began: UnixMs,
}

impl SentRead {
    /// `point` with the numbers of this read, its usage of the database, and the time at which it ended.
    #[must_use]
    pub fn point<'a>(&self, point: Point<'a>, usage: Usage, ended: UnixMs) -> Point<'a> {
        let Self { bytes, arrived, began, .. } = *self;
        let (storage_ms, duration_ms) = (began.saturating_sub(arrived), ended.saturating_sub(arrived));
        Point { usage, bytes, storage_ms, duration_ms, ..point }
    }
}

/// The pages of a response that are still to be read.
#[derive(Debug)]
pub struct Rest<P: Pages> {
    pages: P,
    /// The stream as of the response's head. Its tail is the offset at which the response ends.
    stream: Stream,
    at: Offset,
    /// The read that is recorded when this is dropped.
    read: Option<SentRead>,
}

impl<P: Pages> Rest<P> {
    /// The pages after `first`, the first page of a response with data of `stream`.
    ///
    /// # Errors
    /// `pages`, if there are none.
    pub fn after(first: &Page, stream: &Stream, pages: P) -> Result<Self, P> {
        if !first.goes_on() {
            return Err(pages);
        }
        let mut stream = stream.clone();
        stream.tail = first.stop();
        Ok(Self { pages, stream, at: first.read_to(), read: None })
    }

    /// Records `read`, with the bytes of all parts, when the response has ended.
    #[must_use]
    pub fn recorded(mut self, read: SentRead) -> Self {
        self.read = Some(read);
        self
    }

    /// The next part of the body; `None` at its end.
    ///
    /// # Errors
    /// [`Failure`], if the response has to be aborted. The failure is logged.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.is_at_end() {
            return Ok(None);
        }
        let page = match self.pages.page(&self.stream, self.at).await {
            // Aborting wastes all pages that were sent, so a storage failure is retried once.
            Err(Failure::Database(_) | Failure::Bucket(_)) => self.pages.page(&self.stream, self.at).await,
            page => page,
        };
        let page = page.inspect_err(|failure| self.broken(failure))?;
        self.at = page.stop();
        let part = page.continuation(self.is_at_end());
        if let Some(read) = &mut self.read {
            read.bytes += part.len() as u64;
        }
        Ok(Some(part))
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.stream.tail
    }

    fn broken(&mut self, failure: &Failure) {
        self.pages.report_broken(&format!("at offset {}: {failure}", self.at));
        if let Some(read) = self.read.take() {
            self.pages.measure(&SentRead { outcome: failure.name().into(), ..read });
        }
    }
}

/// The platform drops this when it has the whole body, or when the client has disconnected. So each response is recorded once, however it
/// ends.
impl<P: Pages> Drop for Rest<P> {
    fn drop(&mut self) {
        if let Some(mut read) = self.read.take() {
            if !self.is_at_end() {
                read.outcome = Ending::ClientGone.name().into();
            }
            self.pages.measure(&read);
        }
    }
}
