//! Requests to one server.

use std::io::Read;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use http::header::{AUTHORIZATION, HeaderMap, RETRY_AFTER};
use http::{Request, Response, StatusCode};

/// A response whose body has not been read.
pub type Reply = Response<Box<dyn Read>>;

/// Sends requests. Tests have one without a network.
pub trait Exchange {
    /// Sends a request once.
    ///
    /// # Errors
    /// If there is no response.
    fn send(&self, request: Request<Vec<u8>>) -> Result<Reply>;

    /// Waits before a request is repeated.
    fn wait(&self, time: Duration) {
        thread::sleep(time);
    }
}

/// Sends requests over a network.
pub struct Network {
    agent: ureq::Agent,
    token: Option<String>,
}

impl Network {
    /// Sends this token with each request.
    #[must_use]
    pub fn new(token: Option<String>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(Duration::from_secs(30)))
            .timeout_recv_response(Some(Duration::from_secs(120)))
            .build();
        Self { agent: config.into(), token: token.filter(|token| !token.is_empty()) }
    }
}

impl Exchange for Network {
    fn send(&self, mut request: Request<Vec<u8>>) -> Result<Reply> {
        if let Some(token) = &self.token {
            let value = format!("Bearer {token}").parse().context("the token has characters that no token can have")?;
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let has_no_body = matches!(request.method().as_str(), "GET" | "HEAD");
        let reply = if has_no_body { self.agent.run(request.map(|_| ())) } else { self.agent.run(request) };
        Ok(reply?.map(|body| Box::new(body.into_reader()) as Box<dyn Read>))
    }
}

/// Maximum number of times that a request is sent while the server is busy.
const ATTEMPTS: u32 = 8;

/// Maximum time to wait before a request is repeated.
const MAX_WAIT: Duration = Duration::from_secs(120);

/// Sends a request, and repeats it as long as the server is busy.
///
/// # Errors
/// If there is no response, or the server remains busy.
pub fn send(exchange: &dyn Exchange, request: &Request<Vec<u8>>) -> Result<Reply> {
    let about = || format!("{} {}", request.method(), request.uri());
    for attempt in 0..ATTEMPTS {
        let reply = exchange.send(request.clone()).with_context(|| format!("{} got no response", about()))?;
        if !matches!(reply.status(), StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            return Ok(reply);
        }
        if attempt + 1 == ATTEMPTS {
            return Err(unexpected(request, reply));
        }
        let seconds = header(reply.headers(), RETRY_AFTER.as_str()).and_then(|value| value.parse().ok());
        exchange.wait(Duration::from_secs(seconds.unwrap_or(1 << attempt)).min(MAX_WAIT));
    }
    bail!("{} was never sent", about())
}

/// The value of a header, if it is visible ASCII.
pub fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// An error about a response that no request of this program should get.
pub fn unexpected(request: &Request<Vec<u8>>, reply: Reply) -> anyhow::Error {
    let (method, uri, status) = (request.method(), request.uri(), reply.status());
    anyhow::anyhow!("{method} {uri} got {status}{}", Problem::of(reply).text)
}

/// The reason for which a request was refused.
pub struct Problem {
    /// The URI of the kind of problem (RFC 9457).
    pub kind: String,
    /// A colon and the reason, or nothing.
    pub text: String,
}

impl Problem {
    /// Reads it from the body of a response.
    pub fn of(reply: Reply) -> Self {
        const MAX: u64 = 4096;
        let mut bytes = Vec::new();
        // Without a reason, people still get the status.
        let _ = reply.into_body().take(MAX).read_to_end(&mut bytes);
        let problem: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let part = |name: &str| problem.get(name).and_then(|part| part.as_str()).unwrap_or_default().to_owned();
        let first_line = || String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().to_owned();
        let text = if problem.is_object() { format!("{} {}", part("title"), part("detail")) } else { first_line() };
        let text = text.trim();
        Self { kind: part("type"), text: if text.is_empty() { String::new() } else { format!(": {text}") } }
    }
}
