//! One client: one connection that is kept alive, and one request at a time.

use std::net::{SocketAddr, ToSocketAddrs};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Error, Result, bail, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, HOST, HeaderMap, HeaderValue};
use hyper::http::request::Builder;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use token::Algorithm;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::keys::Keys;
use crate::unserved::Refused;

/// Longer than anything that a server under load may take, and short enough not to hang a run.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a server listens, and below which path it keeps what is measured.
#[derive(Clone, Debug)]
pub struct Site {
    address: SocketAddr,
    host: HeaderValue,
    /// Without a slash at its end.
    pub prefix: String,
    guard: Option<Arc<Guard>>,
    /// Whether the processes of the server can be seen.
    observed: bool,
}

/// What is needed to use a server that requires credentials.
#[derive(Debug)]
struct Guard {
    keys: Arc<Keys>,
    /// The token of all requests, unless the site is anonymous.
    token: Option<HeaderValue>,
}

impl FromStr for Site {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self> {
        let uri: Uri = url.parse().with_context(|| format!("not a URL: {url}"))?;
        ensure!(uri.scheme_str() == Some("http"), "not an http: URL: {url}");
        let authority = uri.authority().context("a URL has an authority")?;
        let address = (authority.host().trim_matches(['[', ']']), authority.port_u16().unwrap_or(80))
            .to_socket_addrs()?
            .find(|address| address.ip().is_loopback())
            .with_context(|| format!("only servers on this machine are measured, not {url}"))?;
        let prefix = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { address, host: HeaderValue::from_str(authority.as_str())?, prefix, guard: None, observed: true })
    }
}

impl Site {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same, with a token in each request.
    pub fn guarded(self, keys: Arc<Keys>) -> Result<Self> {
        let token = format!("Bearer {}", keys.token(Algorithm::EdDsa, "whoever measures")?);
        let token = Some(HeaderValue::from_str(&token)?);
        Ok(Self { guard: Some(Arc::new(Guard { keys, token })), ..self })
    }

    /// The same, without a token in requests that have none of their own.
    pub fn anonymous(&self) -> Self {
        let guard = self.guard.as_ref().map(|guard| Arc::new(Guard { keys: guard.keys.clone(), token: None }));
        Self { guard, ..self.clone() }
    }

    /// The keys, if the server requires credentials.
    pub fn keys(&self) -> Option<&Keys> {
        self.guard.as_ref().map(|guard| &*guard.keys)
    }

    /// Whether the processes of the server can be seen, to measure what they take.
    pub fn is_observed(&self) -> bool {
        self.observed
    }

    /// The same server, whose processes can't be seen.
    pub fn unobserved(self) -> Self {
        Self { observed: false, ..self }
    }

    fn token(&self) -> Option<&HeaderValue> {
        self.guard.as_ref()?.token.as_ref()
    }
}

/// A connection to a server.
pub struct Client {
    site: Site,
    sender: SendRequest<Full<Bytes>>,
}

/// A whole answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Client {
    pub async fn connect(site: &Site) -> Result<Self> {
        Ok(Self { site: site.clone(), sender: open(site).await? })
    }

    /// Sends a request and returns the answer as soon as its head is there.
    pub async fn send(&mut self, request: Builder, body: Bytes) -> Result<Response<Incoming>> {
        if timeout(PATIENCE, self.sender.ready()).await?.is_err() {
            // The server has closed what was idle for too long.
            self.sender = open(&self.site).await?;
        }
        let request = request.header(HOST, &self.site.host);
        let request = match self.site.token() {
            Some(token) => request.header(AUTHORIZATION, token),
            None => request,
        };
        let request: Request<Full<Bytes>> = request.body(Full::new(body))?;
        Ok(timeout(PATIENCE, self.sender.send_request(request)).await.context("no answer in time")??)
    }

    /// Sends a request and returns the answer as soon as its head is there. Any answer but a success is an error.
    pub async fn open(&mut self, request: Builder) -> Result<Response<Incoming>> {
        let answer = self.send(request, Bytes::new()).await?;
        ensure!(answer.status().is_success(), Refused { status: answer.status(), body: String::new() });
        Ok(answer)
    }

    /// Sends a request and returns the whole answer.
    pub async fn ask(&mut self, request: Builder, body: Bytes) -> Result<Answer> {
        let (head, body) = self.send(request, body).await?.into_parts();
        let body = timeout(PATIENCE, body.collect()).await.context("no end of an answer in time")??.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    /// The same, and any answer but a success is an error.
    pub async fn ask_and_get(&mut self, request: Builder, body: Bytes) -> Result<Answer> {
        let answer = self.ask(request, body).await?;
        if !answer.status.is_success() {
            bail!(Refused { status: answer.status, body: String::from_utf8_lossy(&answer.body).into_owned() });
        }
        Ok(answer)
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

async fn open(site: &Site) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(site.address).await.context("cannot connect")?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // Its end is seen by whoever sends next.
    tokio::spawn(connection);
    Ok(sender)
}
