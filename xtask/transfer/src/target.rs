//! The server to which streams are written.

use anyhow::{Context as _, Result};
use http::{Method, Request, StatusCode};

use crate::entry::{LastAppend, Stream};
use crate::http::{Exchange, Problem, Reply, header, send, unexpected};
use crate::offsets;
use crate::source::{Described, Source};

/// A server.
pub struct Target<'a> {
    exchange: &'a dyn Exchange,
    streams: String,
    /// The beginning of the URLs of requests of operators.
    operated: String,
    reads: Source<'a>,
}

/// The reason why an import of a stream stops.
pub enum Stop {
    /// The server does not accept the stream.
    Refused(String),
    /// The stream has expired since it was exported.
    Expired,
    /// The import can't continue at all.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// The number of an append, and the name under which the server remembers it.
pub struct Producer<'p> {
    /// The name of the import, and of the stream in it.
    pub id: &'p str,
    /// The number of the append.
    pub seq: u64,
}

/// What the server did with an append.
pub enum Appended {
    /// It appended the data. The tail offset.
    Now(String),
    /// It had appended this already. The number of the last append of the import, and the tail offset after this one.
    Before(u64, String),
}

impl<'a> Target<'a> {
    /// A server, by its URL without a path.
    pub fn new(exchange: &'a dyn Exchange, url: &str) -> Self {
        let url = url.trim_end_matches('/');
        let (streams, operated) = (format!("{url}/v1/stream/"), format!("{url}/v1/admin/streams/"));
        Self { exchange, streams, operated, reads: Source::server(exchange, url) }
    }

    /// The metadata of a stream, if there is one, and whether it is closed.
    ///
    /// # Errors
    /// If the server does not return it.
    pub fn describe(&self, path: &str) -> Result<Option<Described>> {
        self.reads.describe(path)
    }

    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder().method(method).uri(format!("{}{path}", self.streams))
    }

    fn send(&self, request: http::request::Builder, body: Vec<u8>) -> Result<(Request<Vec<u8>>, Reply)> {
        let request = request.body(body).context("the file has a value that no request can have")?;
        let reply = send(self.exchange, &request)?;
        Ok((request, reply))
    }

    /// Creates an empty stream where none is, and returns its first offset: the one at the source if the server permits that.
    ///
    /// # Errors
    /// If the server refuses.
    pub fn create(&self, stream: &Stream) -> Result<String, Stop> {
        // Without a first offset, a new stream begins at the first one that its path has not used.
        let first = stream.first.as_deref().filter(|first| offsets::number(first).is_some_and(|number| number > 0));
        let (mut request, mut reply) = self.create_at(stream, first)?;
        // Only operators can choose the first offset, and only one that the path has not used.
        if first.is_some() && matches!(reply.status(), StatusCode::FORBIDDEN | StatusCode::CONFLICT) {
            (request, reply) = self.create_at(stream, None)?;
        }
        match reply.status() {
            StatusCode::CREATED => Ok(next_offset(&stream.path, &reply)?),
            StatusCode::OK | StatusCode::PRECONDITION_FAILED => Err(Stop::Refused(EXISTS.to_owned())),
            _ => Err(refusal(&request, reply)),
        }
    }

    fn create_at(&self, stream: &Stream, first: Option<&str>) -> Result<(Request<Vec<u8>>, Reply)> {
        let headers = [
            ("stream-ttl", stream.ttl.as_deref()),
            ("stream-expires-at", stream.expires_at.as_deref()),
            ("stream-retain-bytes", stream.retain_bytes.as_deref()),
            ("stream-retain-age", stream.retain_age.as_deref()),
            ("stream-label", stream.labels.as_deref()),
            ("stream-first-offset", first),
        ];
        let request = self.request(Method::PUT, &stream.path).header("if-none-match", "*");
        let request = request.header("content-type", &stream.content_type);
        let given = headers.into_iter().filter_map(|(name, value)| Some((name, value?)));
        self.send(given.fold(request, |request, (name, value)| request.header(name, value)), Vec::new())
    }

    /// Records an append that a producer has made elsewhere, so that it is not appended again. Returns whether the server permits that.
    ///
    /// # Errors
    /// If the server refuses for another reason.
    pub fn record(&self, path: &str, last: &LastAppend) -> Result<bool, Stop> {
        let request = Request::builder().method(Method::POST).uri(format!("{}{path}?action=record", self.operated));
        let request = request.header("producer-id", &last.id);
        let request = request.header("producer-epoch", last.epoch).header("producer-seq", last.seq);
        let (request, reply) = self.send(request, Vec::new())?;
        match reply.status() {
            StatusCode::NO_CONTENT => Ok(true),
            StatusCode::FORBIDDEN => Ok(false),
            _ => Err(refusal(&request, reply)),
        }
    }

    /// Appends a block at an offset, unless the server remembers that it has done so.
    ///
    /// # Errors
    /// If the server refuses, for example because somebody else has appended to the stream.
    pub fn append(
        &self,
        stream: &Stream,
        producer: &Producer<'_>,
        at: Option<&str>,
        block: Vec<u8>,
    ) -> Result<Appended, Stop> {
        let request = self.produce(&stream.path, producer).header("content-type", &stream.content_type);
        let request = at.into_iter().fold(request, |request, at| request.header("stream-expected-offset", at));
        let (request, reply) = self.send(request, block)?;
        appended(&stream.path, producer, request, reply)
    }

    /// Closes a stream, unless the server remembers that it has done so.
    ///
    /// # Errors
    /// If the server refuses, for example because somebody else has closed it.
    pub fn close(&self, path: &str, producer: &Producer<'_>) -> Result<(), Stop> {
        let request = self.produce(path, producer).header("stream-closed", "true");
        let (request, reply) = self.send(request, Vec::new())?;
        appended(path, producer, request, reply).map(|_| ())
    }

    fn produce(&self, path: &str, producer: &Producer<'_>) -> http::request::Builder {
        let request = self.request(Method::POST, path);
        request.header("producer-id", producer.id).header("producer-epoch", "0").header("producer-seq", producer.seq)
    }
}

/// Why a stream is not imported to a path that has one.
pub const EXISTS: &str = "there is a stream already. If an earlier import of this file has created it, use --resume";

fn appended(path: &str, producer: &Producer<'_>, request: Request<Vec<u8>>, reply: Reply) -> Result<Appended, Stop> {
    match reply.status() {
        StatusCode::OK => Ok(Appended::Now(next_offset(path, &reply)?)),
        StatusCode::NO_CONTENT => {
            let last = header(reply.headers(), "producer-seq").and_then(|value| value.parse().ok());
            Ok(Appended::Before(last.unwrap_or(producer.seq), next_offset(path, &reply)?))
        }
        _ => Err(refusal(&request, reply)),
    }
}

fn next_offset(path: &str, reply: &Reply) -> Result<String> {
    header(reply.headers(), "stream-next-offset").with_context(|| format!("{path} has no Stream-Next-Offset"))
}

fn refusal(request: &Request<Vec<u8>>, reply: Reply) -> Stop {
    let status = reply.status();
    if !status.is_client_error() {
        return Stop::Failed(unexpected(request, reply));
    }
    let problem = Problem::of(reply);
    if problem.kind.ends_with(":expiry-past") {
        return Stop::Expired;
    }
    Stop::Refused(format!("{} got {status}{}", request.method(), problem.text))
}
