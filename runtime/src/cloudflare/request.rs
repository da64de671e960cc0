use super::boundary;
use crate::host::{Interrupted, Upload};
use futures_util::future::{Either, poll_immediate, select};
use js_sys::{Array, Uint8Array};
use std::borrow::Cow;
use std::pin::pin;
use std::sync::LazyLock;
use tokio::sync::oneshot;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wire::Source;
use worker::worker_sys::web_sys;

/// The head of a request, with the headers that the spec declares.
pub struct Head {
    /// Lines: the method, the URL, and one for each header, as [`boundary::head`] returns them.
    text: String,
    /// The end of each line, in bytes.
    ends: Vec<usize>,
}

/// The headers that are read, in this order: those that the spec declares, and those that every server uses.
static NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| spec::field::HEADERS.iter().copied().chain(wire::GENERAL_HEADERS).collect());

impl Head {
    /// The head of `request`.
    #[must_use]
    pub fn of(request: &web_sys::Request) -> Self {
        thread_local! {
            static NAMES: Array = super::request::NAMES.iter().map(|name| JsValue::from_str(name)).collect();
        }
        let text = NAMES.with(|names| boundary::head(request, names));
        let ends = text.match_indices('\n').map(|(end, _)| end).chain([text.len()]).collect();
        Self { text, ends }
    }

    fn line(&self, index: usize) -> &str {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| end + 1);
        self.ends.get(index).map_or("", |end| &self.text[start..*end])
    }

    /// The URL as sent.
    #[must_use]
    pub fn full_url(&self) -> &str {
        self.line(1)
    }

    /// The scheme and the host of the URL.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.full_url()[..self.path_start()]
    }

    /// The path and the query of the URL.
    fn target(&self) -> &str {
        self.full_url()[self.path_start()..].split('#').next().unwrap_or_default()
    }

    fn path_start(&self) -> usize {
        let url = self.full_url();
        let after_scheme = url.find("://").map_or(0, |at| at + 3);
        url[after_scheme..].find('/').map_or(url.len(), |at| after_scheme + at)
    }
}

impl Source for Head {
    fn method(&self) -> &str {
        self.line(0)
    }

    fn path(&self) -> &str {
        self.target().split('?').next().unwrap_or_default()
    }

    fn query(&self) -> &str {
        self.target().split_once('?').map_or("", |(_, query)| query)
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let index = NAMES.iter().position(|declared| *declared == name)?;
        self.declared_header(index, name)
    }

    fn declared_header(&self, index: usize, _name: &str) -> Option<Cow<'_, str>> {
        self.line(index + 2).strip_prefix('=').map(Cow::Borrowed)
    }
}

/// Discards the body of a rejected request, unless its declared length exceeds `limit`. Without a declared length, about `limit` bytes
/// are read. Many clients read the response only after they have sent everything. Otherwise they would see a broken connection.
pub async fn drain(request: web_sys::Request, declared: Option<u64>, limit: usize) {
    let worth_it = declared.is_none_or(|length| length <= limit as u64);
    if worth_it && let Some(body) = request.body() {
        // A failure means that the client has disconnected.
        let _ = boundary::discard(&boundary::pieces(&body), limit as f64).await;
    }
}

/// The body of a request, and its declared length.
pub struct Body<'a> {
    request: &'a web_sys::Request,
    declared: Option<u64>,
    /// The reader, if the body is read in pieces.
    pieces: Option<JsValue>,
}

impl<'a> Body<'a> {
    /// The body of `request`, whose head is `head`.
    #[must_use]
    pub fn of(request: &'a web_sys::Request, head: &Head) -> Self {
        let declared = head.content_length().or_else(|| request.body().is_none().then_some(0));
        Self { request, declared, pieces: None }
    }

    /// The reader for pieces of the body. `None` if there is no body, or if it was read in one call.
    fn pieces(&mut self) -> Option<&JsValue> {
        if self.pieces.is_none() && !self.request.body_used() {
            self.pieces = self.request.body().map(|body| boundary::pieces(&body));
        }
        self.pieces.as_ref()
    }
}

impl Upload for Body<'_> {
    fn declared(&self) -> Option<u64> {
        self.declared
    }

    async fn next(&mut self, body: &mut Vec<u8>, most: usize) -> Result<usize, Interrupted> {
        let whole = self.pieces.is_none() && self.declared == Some(most as u64);
        let bytes = if whole {
            // Nearly all bodies are read in this one call.
            boundary::bytes(self.request).await
        } else {
            let pieces = self.pieces().ok_or(Interrupted)?;
            boundary::next(pieces, most as f64).await
        };
        let bytes = bytes.map_err(|_| Interrupted)?.unchecked_into::<Uint8Array>();
        let (start, length) = (body.len(), bytes.length() as usize);
        body.resize(start + length, 0);
        bytes.copy_to(&mut body[start..]);
        Ok(length)
    }

    async fn discard(&mut self, most: usize) {
        if let Some(pieces) = self.pieces() {
            // A failure means that the client has disconnected.
            let _ = boundary::discard(pieces, most as f64).await;
        }
    }
}

impl Drop for Body<'_> {
    /// A body that was not read to its end would keep its connection busy.
    fn drop(&mut self) {
        if let Some(pieces) = &self.pieces {
            boundary::cancel(pieces);
        }
    }
}

/// The result of `work`, unless the client that sent `request` disconnects first. If `work` completes immediately, the signal of the
/// request is not read.
pub async fn unless_aborted<T>(request: &web_sys::Request, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    if let Some(result) = poll_immediate(work.as_mut()).await {
        return Some(result);
    }
    let (left, leaves) = oneshot::channel();
    let _watch = Watch::new(request.signal(), left)?;
    match select(work, leaves).await {
        Either::Left((result, _)) => Some(result),
        Either::Right(_) => None,
    }
}

/// Drops a sender when the signal is aborted. Dropping the watch removes its listener; a promise that never settles would leak.
struct Watch {
    signal: web_sys::AbortSignal,
    _listener: Closure<dyn FnMut()>,
}

impl Watch {
    /// Returns `None` if the signal is already aborted.
    fn new(signal: web_sys::AbortSignal, left: oneshot::Sender<()>) -> Option<Self> {
        let mut left = Some(left);
        let listener = Closure::new(move || drop(left.take()));
        signal.set_onabort(Some(listener.as_ref().unchecked_ref()));
        (!signal.aborted()).then_some(Self { signal, _listener: listener })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.signal.set_onabort(None);
    }
}
