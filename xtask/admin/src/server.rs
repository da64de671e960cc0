//! Requests to a deployment, which are repeated while it can't answer.

use crate::Target;
use anyhow::{Context, Result, anyhow, bail, ensure};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::fmt;
use std::thread::sleep;
use std::time::Duration;
use ureq::http::{Request, Response};
use ureq::{Agent, Body};

/// Maximum number of attempts of a request that gets 429, 503 or no response.
const ATTEMPTS_MAX: u32 = 8;

/// Maximum delay between two attempts, in seconds.
const DELAY_MAX_S: u64 = 60;

/// The characters of a query that are not escaped.
const QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b':');

/// A deployment.
pub struct Server {
    agent: Agent,
    url: String,
    token: Option<String>,
}

/// A response that is no error.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// A response that is a problem.
#[derive(Debug)]
pub struct Refusal {
    /// The URI of the type of the problem (RFC 9457), or nothing.
    pub kind: String,
    text: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Refusal {}

impl Answer {
    /// The body, as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).context("The server's response is not JSON. Is the URL that of a Worker?")
    }

    /// Whether the server has done a part, and continues with the next request.
    pub fn is_underway(&self) -> bool {
        self.status == 202
    }
}

impl Server {
    pub fn new(target: &Target) -> Result<Self> {
        let url = target.url.trim_end_matches('/').to_owned();
        ensure!(
            url.starts_with("http://") || url.starts_with("https://"),
            "`{url}` is not the URL of a Worker. It begins with https:// or http://."
        );
        let token = std::env::var("AUTH_TOKEN").ok().filter(|token| !token.is_empty());
        let agent = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(300)));
        Ok(Self { agent: agent.build().into(), url, token })
    }

    pub fn get(&self, target: &str) -> Result<Answer> {
        self.send("GET", target, &[])
    }

    pub fn post(&self, target: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        self.send("POST", target, headers)
    }

    /// Sends a request until it gets an answer. All requests of operators can be repeated.
    fn send(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let mut delay = 1;
        for attempt in 1.. {
            let answer = self.attempt(method, target, headers);
            let is_last = attempt >= ATTEMPTS_MAX;
            match answer {
                Ok(response) if !is_last && matches!(response.status().as_u16(), 429 | 503) => {
                    let stated =
                        response.headers().get("retry-after").and_then(|text| text.to_str().ok()?.parse().ok());
                    delay = stated.unwrap_or(0).max(delay);
                }
                Ok(response) => return read(response),
                // Nothing listens there.
                Err(ureq::Error::Io(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                    bail!("No server answers at {}.", self.url)
                }
                Err(error @ (ureq::Error::HostNotFound | ureq::Error::Http(_) | ureq::Error::BadUri(_))) => {
                    return Err(anyhow!("No request can be sent to {}: {error}.", self.url));
                }
                Err(error) if is_last => return Err(anyhow!("{} does not answer: {error}.", self.url)),
                Err(_) => {}
            }
            sleep(Duration::from_secs(delay.min(DELAY_MAX_S)));
            delay *= 2;
        }
        unreachable!("the last attempt returns")
    }

    fn attempt(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Result<Response<Body>, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{target}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.agent.run(request.body(())?)
    }
}

/// Reads a response. A problem becomes a [`Refusal`].
fn read(mut response: Response<Body>) -> Result<Answer> {
    let status = response.status().as_u16();
    let body = response.body_mut().read_to_string().context("The server's response broke off.")?;
    if response.status().is_success() {
        return Ok(Answer { status, body });
    }
    let problem: Value = serde_json::from_str(&body).unwrap_or_default();
    let text = |name: &str| problem[name].as_str().map(|text| text.trim_end_matches('.').to_owned());
    let reason = match (text("title"), text("detail")) {
        (Some(title), Some(detail)) => format!("{title}. {detail}"),
        (Some(title), None) => title,
        _ => "The response is not one of this server".to_owned(),
    };
    let hint = match status {
        401 => " Set AUTH_TOKEN to a token of the server.",
        _ => "",
    };
    let kind = problem["type"].as_str().unwrap_or_default().to_owned();
    Err(Refusal { kind, text: format!("{reason}. ({status}){hint}") }.into())
}

/// A target with query parameters.
pub fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    let query: Vec<String> =
        query.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, QUERY))).collect();
    format!("{path}?{}", query.join("&"))
}
