use super::boundary;
use crate::host::{BrokenOff, Upload};
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

/// The head of a request: of its headers, those that the spec declares.
pub struct Head {
    /// Method, URL, and what there is of each header, in lines.
    text: String,
    /// Where each line ends.
    ends: Vec<usize>,
}

/// The headers that cross the boundary, in this order: those that are declared, and those at which every server looks.
static NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| spec::cors::ALLOW_HEADERS.split(", ").chain(wire::GENERAL_HEADERS).collect());

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

    /// The URL from its path on.
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

    fn header(&self, name: &'static str) -> Option<Cow<'_, str>> {
        let index = NAMES.iter().position(|known| *known == name)?;
        self.line(index + 2).strip_prefix('=').map(Cow::Borrowed)
    }
}

/// Discards the body of a request that has been refused, unless it is longer than `limit`: many clients read no response
/// before they have sent everything, and would see a broken connection instead.
pub async fn drain(request: web_sys::Request, declared: Option<u64>, limit: usize) {
    let worth_it = declared.is_none_or(|length| length <= limit as u64);
    if worth_it && let Some(body) = request.body() {
        // Whoever hangs up does not want the answer either.
        let _ = boundary::discard(&boundary::pieces(&body), limit as f64).await;
    }
}

/// The body of a request, and the length that was declared for it.
pub struct Body<'a> {
    request: &'a web_sys::Request,
    declared: Option<u64>,
    /// What reads it, once it is read in pieces.
    pieces: Option<JsValue>,
}

impl<'a> Body<'a> {
    /// The body of `request`, whose head is `head`.
    #[must_use]
    pub fn of(request: &'a web_sys::Request, head: &Head) -> Self {
        let declared = head.content_length().or_else(|| request.body().is_none().then_some(0));
        Self { request, declared, pieces: None }
    }

    /// What reads it in pieces. `None`, if there is nothing to read, or all has been read at once.
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

    async fn next(&mut self, body: &mut Vec<u8>, most: usize) -> Result<usize, BrokenOff> {
        let whole = self.pieces.is_none() && self.declared == Some(most as u64);
        let bytes = if whole {
            // In one call, as nearly all bodies are read.
            boundary::bytes(self.request).await
        } else {
            let pieces = self.pieces().ok_or(BrokenOff)?;
            boundary::next(pieces, most as f64).await
        };
        let bytes = bytes.map_err(|_| BrokenOff)?.unchecked_into::<Uint8Array>();
        let (start, length) = (body.len(), bytes.length() as usize);
        body.resize(start + length, 0);
        bytes.copy_to(&mut body[start..]);
        Ok(length)
    }

    async fn discard(&mut self, most: usize) {
        if let Some(pieces) = self.pieces() {
            // Whoever hangs up does not want the answer either.
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

/// The result of `work`, unless whoever sent `request` stops waiting for an answer. Work that needs no waiting costs no look.
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

/// Drops a sender when a signal comes, and no longer listens when it is dropped: a promise that is never kept would stay for good.
struct Watch {
    signal: web_sys::AbortSignal,
    _listener: Closure<dyn FnMut()>,
}

impl Watch {
    /// `None`, if the signal has come.
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
