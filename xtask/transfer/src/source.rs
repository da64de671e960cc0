//! The server from which streams are read.

use anyhow::{Context as _, Result, bail};
use http::{Method, Request, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::entry::{LastAppend, Stream};
use crate::http::{Exchange, Reply, header, send, unexpected};

/// A server, or a part of its URLs.
pub struct Source<'a> {
    exchange: &'a dyn Exchange,
    /// The URL of the server, if it is one of this implementation.
    server: Option<String>,
    /// The beginning of the URLs of streams.
    streams: String,
}

/// A stream in a list.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Listed {
    /// Its path, as in URLs.
    pub path: String,
    /// The time of its creation.
    pub created_at: Option<String>,
    /// The first offset that can be read.
    pub earliest_offset: Option<String>,
    /// The source of a fork.
    pub forked_from: Option<String>,
    /// The size of its own data, in two parts.
    #[serde(default)]
    hot_bytes: u64,
    #[serde(default)]
    cold_bytes: u64,
}

impl Listed {
    /// A stream of which only the path is given.
    pub fn named(path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }

    /// The size of its own data.
    pub fn bytes(&self) -> u64 {
        self.hot_bytes + self.cold_bytes
    }
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub struct Listing {
    /// In the order of the bytes of their paths.
    pub streams: Vec<Listed>,
    /// The path after which the next page begins.
    pub next: Option<String>,
}

/// The producers of a stream.
#[derive(Default)]
pub struct Producers {
    /// Those that the server describes.
    pub described: Vec<LastAppend>,
    /// The number of the others.
    pub left: u64,
}

/// The part of the description of a stream that is read.
#[derive(Deserialize)]
struct Description {
    producers: Vec<LastAppend>,
    stream: Option<Row>,
}

#[derive(Deserialize)]
struct Row {
    producer_count: u64,
}

/// What HEAD returns.
pub struct Described {
    /// The stream, without what only lists contain.
    pub stream: Stream,
    /// The tail offset.
    pub tail: String,
    /// Whether it is closed.
    pub closed: bool,
}

/// What GET returns.
pub struct Read {
    /// The media type.
    pub content_type: String,
    /// The offset after the content.
    pub next: String,
    /// Whether the content reaches the tail.
    pub up_to_date: bool,
    /// Whether it is the end of a closed stream.
    pub closed: bool,
    /// The content.
    pub body: Box<dyn std::io::Read>,
}

impl<'a> Source<'a> {
    /// A server that has lists, by its URL without a path.
    pub fn server(exchange: &'a dyn Exchange, url: &str) -> Self {
        let url = url.trim_end_matches('/');
        Self { exchange, server: Some(url.to_owned()), streams: format!("{url}/v1/stream/") }
    }

    /// Any server of the protocol, by the URL below which it has its streams.
    pub fn streams_below(exchange: &'a dyn Exchange, url: &str) -> Self {
        Self { exchange, server: None, streams: format!("{}/", url.trim_end_matches('/')) }
    }

    fn request(&self, method: Method, url: &str) -> Result<(Request<Vec<u8>>, Reply)> {
        let request = Request::builder().method(method).uri(url).body(Vec::new());
        let request = request.with_context(|| format!("{url} is not a URL"))?;
        let reply = send(self.exchange, &request)?;
        Ok((request, reply))
    }

    /// A page of the list of all streams whose paths begin with `prefix`.
    ///
    /// # Errors
    /// If the server has no lists, or refuses this one.
    pub fn list(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Listing> {
        let Some(server) = &self.server else { bail!("the source is not a server with lists: name its streams") };
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let after = after.map(|after| format!("&after={}", encoded(after))).unwrap_or_default();
        let url = format!("{server}/v1/streams?prefix={}&limit={limit}{after}", encoded(prefix));
        let (request, reply) = self.request(Method::GET, &url)?;
        if reply.status() != StatusCode::OK {
            return Err(unexpected(&request, reply));
        }
        serde_json::from_reader(std::io::BufReader::new(reply.into_body()))
            .with_context(|| format!("{url} did not return a list of streams"))
    }

    /// The metadata of a stream, if there is one.
    ///
    /// # Errors
    /// If the server does not return it.
    pub fn describe(&self, path: &str) -> Result<Option<Described>> {
        let (request, reply) = self.request(Method::HEAD, &format!("{}{path}", self.streams))?;
        match reply.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(None),
            _ => return Err(unexpected(&request, reply)),
        }
        let get = |name| header(reply.headers(), name);
        let stream = Stream {
            path: path.to_owned(),
            content_type: get("content-type").unwrap_or_default(),
            first: get("stream-earliest-offset"),
            ttl: get("stream-ttl"),
            expires_at: get("stream-expires-at"),
            retain_bytes: get("stream-retain-bytes"),
            retain_age: get("stream-retain-age"),
            labels: get("stream-label"),
            ..Stream::default()
        };
        let tail = get("stream-next-offset").with_context(|| format!("{path} has no Stream-Next-Offset"))?;
        let closed = get("stream-closed").as_deref() == Some("true");
        Ok(Some(Described { stream, tail, closed }))
    }

    /// The producers of a stream, if the server describes them to this client.
    ///
    /// # Errors
    /// If the server does not respond, or not as it should.
    pub fn producers(&self, path: &str) -> Result<Producers> {
        let Some(server) = &self.server else { return Ok(Producers::default()) };
        let url = format!("{server}/v1/admin/streams/{path}");
        let (request, reply) = self.request(Method::GET, &url)?;
        match reply.status() {
            StatusCode::OK => {}
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => return Ok(Producers::default()),
            _ => return Err(unexpected(&request, reply)),
        }
        let description: Description = serde_json::from_reader(std::io::BufReader::new(reply.into_body()))
            .with_context(|| format!("{url} did not return the description of a stream"))?;
        let described = description.producers.len() as u64;
        let all = description.stream.map_or(described, |stream| stream.producer_count);
        Ok(Producers { described: description.producers, left: all.saturating_sub(described) })
    }

    /// Reads a stream from an offset on. Without one, from its beginning. Otherwise the reason why there is nothing to read.
    ///
    /// # Errors
    /// If the server does not return it.
    pub fn read(&self, path: &str, offset: Option<&str>) -> Result<Result<Read, String>> {
        let offset = utf8_percent_encode(offset.unwrap_or("-1"), NON_ALPHANUMERIC);
        let (request, reply) = self.request(Method::GET, &format!("{}{path}?offset={offset}", self.streams))?;
        match reply.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(Err("it was deleted while it was read".to_owned())),
            StatusCode::GONE => return Ok(Err("its data was deleted while it was read".to_owned())),
            _ => return Err(unexpected(&request, reply)),
        }
        let get = |name| header(reply.headers(), name);
        let content_type = get("content-type").unwrap_or_default();
        let next = get("stream-next-offset").with_context(|| format!("{path} has no Stream-Next-Offset"))?;
        let [up_to_date, closed] =
            ["stream-up-to-date", "stream-closed"].map(|name| get(name).as_deref() == Some("true"));
        Ok(Ok(Read { content_type, next, up_to_date, closed, body: reply.into_body() }))
    }
}
