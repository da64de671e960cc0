use crate::line::Line;
use crate::remainder::Remainder;
use runtime::host::{Interrupted, Upload};
use runtime::{Failure, bridge};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;
use wire::{Body, Source};

/// The scheme and the host of all URLs.
pub(crate) const ORIGIN: &str = "http://native";

/// A request as a test writes it.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: RequestBody,
}

impl Request {
    /// A request to a path with or without a query.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
        Self { method, path, query, headers: Vec::new(), body: RequestBody::default() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_string()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body.bytes = body.into();
        self
    }

    /// Declares no length for the body.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.body.chunked = true;
        self
    }

    /// Declares this length for the body.
    #[must_use]
    pub fn declared(mut self, length: usize) -> Self {
        self.body.declared = Some(length);
        self
    }

    /// Lets the body stop after what was set, which is not the end of it.
    #[must_use]
    pub fn stalled(mut self) -> Self {
        self.body.stalls = true;
        self
    }

    /// Lets this much time pass between two pieces of the body.
    #[must_use]
    pub fn paced(mut self, pause: Duration) -> Self {
        self.body.pause = pause;
        self
    }
}

impl Source for Request {
    fn method(&self) -> &str {
        &self.method
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn query(&self) -> &str {
        &self.query
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let values: Vec<_> = self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| &**value).collect();
        if values.is_empty() { None } else { Some(values.join(", ").into()) }
    }
}

/// The body of a [`Request`].
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestBody {
    bytes: Vec<u8>,
    /// How much of it has been sent.
    sent: usize,
    chunked: bool,
    declared: Option<usize>,
    stalls: bool,
    pause: Duration,
}

impl Upload for RequestBody {
    fn declared(&self) -> Option<u64> {
        let missing = usize::from(self.stalls);
        let length = self.declared.unwrap_or(self.bytes.len() + missing);
        (!self.chunked).then_some(length as u64)
    }

    async fn next(&mut self, body: &mut Vec<u8>, most: usize) -> Result<usize, Interrupted> {
        match self.pause {
            Duration::ZERO => tokio::task::yield_now().await,
            pause => tokio::time::sleep(pause).await,
        }
        let left = &self.bytes[self.sent..];
        let next = &left[..left.len().min(most)];
        if next.len() < most && self.stalls {
            std::future::pending::<()>().await;
        }
        body.extend_from_slice(next);
        self.sent += next.len();
        Ok(next.len())
    }

    async fn discard(&mut self, most: usize) {
        tokio::task::yield_now().await;
        let left = self.bytes.len() - self.sent;
        self.sent += left.min(most);
        if left <= most && self.stalls {
            std::future::pending::<()>().await;
        }
    }
}

impl Request {
    pub(crate) fn take_body(&mut self) -> RequestBody {
        std::mem::take(&mut self.body)
    }
}

/// An answer as a test reads it.
pub struct Reply {
    /// The status code.
    pub status: u16,
    headers: Vec<(String, String)>,
    body: ReplyBody,
    /// What follows a body of bytes.
    rest: Option<Remainder>,
    /// Why the body was broken off, if it was.
    broken: Option<Failure>,
}

enum ReplyBody {
    Bytes(Vec<u8>),
    Live(Line),
}

impl Reply {
    /// A response as a client sees it.
    ///
    /// # Panics
    /// If a header comes twice: what makes responses on the platform counts on it that none does.
    pub(crate) fn of<E>(response: wire::Response<E>) -> Self {
        let names: BTreeSet<_> = response.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
        assert_eq!(names.len(), response.headers.len(), "{:?}", response.headers);
        let headers = response.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned()));
        let bytes = match response.body {
            Body::Bytes(bytes) => bytes,
            Body::Empty | Body::Events(_) => Vec::new(),
        };
        Self {
            status: response.status,
            headers: headers.collect(),
            body: ReplyBody::Bytes(bytes),
            rest: None,
            broken: None,
        }
    }

    /// One that has come through a socket as one message.
    pub(crate) fn of_message(message: &[u8]) -> Option<Self> {
        let (head, body) = bridge::decode_response(message)?;
        let mut lines = head.lines();
        let status = lines.next()?.parse().ok()?;
        let mut headers = Vec::new();
        while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
            headers.push((name.to_owned(), value.to_owned()));
        }
        Some(Self { status, headers, body: ReplyBody::Bytes(body.to_vec()), rest: None, broken: None })
    }

    /// This, whose body is what comes through a socket.
    pub(crate) fn live(self, line: Line) -> Self {
        Self { body: ReplyBody::Live(line), ..self }
    }

    /// This, whose body goes on.
    pub(crate) fn going_on(self, rest: Option<Remainder>) -> Self {
        Self { rest, ..self }
    }

    /// Reads the next part of a body that goes on. Says whether there was one, unless the object crashes first.
    pub async fn read_part(&mut self) -> Option<bool> {
        let Some(rest) = &mut self.rest else { return Some(false) };
        match rest.next().await? {
            Ok(Some(part)) => {
                if let ReplyBody::Bytes(bytes) = &mut self.body {
                    bytes.extend(part);
                }
                return Some(true);
            }
            Ok(None) => {}
            Err(failure) => self.broken = Some(failure),
        }
        self.rest = None;
        Some(false)
    }

    /// Takes what has been read of the body, as a client does who keeps nothing.
    pub fn take_bytes(&mut self) -> Vec<u8> {
        match &mut self.body {
            ReplyBody::Bytes(bytes) => std::mem::take(bytes),
            ReplyBody::Live(_) => Vec::new(),
        }
    }

    /// Why the body was broken off, if it was.
    #[must_use]
    pub fn broken(&self) -> Option<&Failure> {
        self.broken.as_ref()
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// All headers.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The body, if it is not a live one.
    ///
    /// # Panics
    /// If it was broken off: no client takes it for what it asked for.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        assert!(self.broken.is_none(), "the body was broken off: {:?}", self.broken);
        match &self.body {
            ReplyBody::Bytes(bytes) => bytes,
            ReplyBody::Live(_) => &[],
        }
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    /// The next piece of a live body, if one comes within a second; `None` once it has ended.
    ///
    /// # Panics
    /// If neither happens.
    pub async fn next(&mut self) -> Option<String> {
        self.next_within(Duration::from_secs(1)).await.expect("a piece, or the end")
    }

    /// The next piece of a live body, or `None` within that, once it has ended. `None` if neither happens in time.
    pub async fn next_within(&mut self, time: Duration) -> Option<Option<String>> {
        let ReplyBody::Live(line) = &mut self.body else { return Some(None) };
        let piece = tokio::time::timeout(time, line.next()).await.ok()?;
        Some(piece.map(|piece| String::from_utf8_lossy(&piece).into_owned()))
    }

    /// Whether a live body has nothing to say now.
    pub async fn is_quiet(&mut self) -> bool {
        let ReplyBody::Live(line) = &mut self.body else { return true };
        tokio::time::timeout(Duration::from_millis(1), line.next()).await.is_err()
    }
}
