//! A subscription on the server, and what can be done with it.

use anyhow::{Context, Result, bail, ensure};
use bench::client::{Answer, Site};
use bytes::Bytes;
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::http::request::Builder;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::history::History;
use crate::history::wakes::{Ack, Notice, State, cursor, generation};

/// Time after which a holder loses its wake: short, because a wake whose holder is never notified has to end first.
const LEASE_MS: u64 = 2_000;

/// The name of a subscription, and where its server is.
#[derive(Clone)]
pub struct Id {
    pub name: String,
    /// The path below which the server has everything.
    pub prefix: String,
}

/// Who is woken.
pub enum Target<'a> {
    Webhook { url: String },
    PullWake { wake_stream: &'a str },
}

/// A subscription, and the caller that a client uses for it.
pub struct Subscription {
    pub id: Id,
    pub caller: Caller,
}

/// The response to the holder of a wake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Done,
    /// Another wake has started.
    Fenced,
    /// A stream has ended since the wake started.
    Ended,
}

impl Id {
    /// The path of the subscription, or of one of its endpoints.
    pub fn path(&self, below: &str) -> String {
        format!("{}/v1/stream/__ds/subscriptions/{}{below}", self.prefix, self.name)
    }
}

impl Subscription {
    pub fn new(site: &Site, name: &str) -> Self {
        let id = Id { name: name.to_owned(), prefix: site.prefix.clone() };
        Self { id, caller: Caller::new(site) }
    }

    /// Creates it with the members of `links`.
    pub async fn create(&mut self, target: &Target<'_>, links: &Value) -> Result<()> {
        let mut body = match target {
            Target::Webhook { url } => json!({ "type": "webhook", "webhook": { "url": url } }),
            Target::PullWake { wake_stream } => json!({ "type": "pull-wake", "wake_stream": wake_stream }),
        };
        body["lease_ttl_ms"] = LEASE_MS.into();
        for (name, value) in links.as_object().context("members")? {
            body[name] = value.clone();
        }
        self.expect(Request::put, "", &body, &[201, 200]).await.map(drop)
    }

    /// Links more streams.
    pub async fn link(&mut self, paths: &[String]) -> Result<()> {
        self.expect(Request::post, "/streams", &json!({ "streams": paths }), &[204]).await.map(drop)
    }

    pub async fn delete(&mut self) -> Result<()> {
        self.expect(Request::delete, "", &Value::Null, &[204]).await.map(drop)
    }

    /// Its current state.
    pub async fn state(&mut self, history: &History) -> Result<State> {
        let sent = history.moment();
        let answer = self.expect(Request::get, "", &Value::Null, &[200]).await?;
        let body: Value = serde_json::from_slice(&answer.body)?;
        let streams = body["streams"].as_array().context("a subscription has no streams")?;
        let state = State {
            subscription: self.id.name.clone(),
            sent,
            seen: history.moment(),
            generation: generation(&body)?,
            cursors: streams.iter().map(cursor).collect::<Result<_>>()?,
        };
        history.wakes.states.borrow_mut().push(state.clone());
        Ok(state)
    }

    /// Claims the wake until there is a response. Returns it with its token, unless a worker has it, or there is none.
    pub async fn claim(&mut self, worker: &str, history: &History) -> Result<Option<(Notice, String)>> {
        let sent = history.moment();
        let body = json!({ "worker": worker }).to_string();
        let id = self.id.clone();
        let request = || Request::post(id.path("/claim")).header(CONTENT_TYPE, "application/json");
        let (answer, _) = self.caller.insist(request, &body.into()).await;
        if answer.status == 409 {
            let code = code(&answer)?;
            ensure!(matches!(&*code, "ALREADY_CLAIMED" | "NO_PENDING_WORK"), "{code} in response to a claim");
            return Ok(None);
        }
        ensure!(answer.status == 200, "{} in response to a claim", answer.status);
        let body: Value = serde_json::from_slice(&answer.body)?;
        let notice = Notice::read(&self.id.name, &body)?;
        let token = body["token"].as_str().context("a claimed wake has no token")?.to_owned();
        history.wakes.claims.borrow_mut().push(notice.clone());
        self.saw(&notice, sent, notice.cursors(), history);
        Ok(Some((notice, token)))
    }

    /// Acknowledges offsets of a wake until there is a response. Returns whether its sender still had the wake.
    pub async fn acknowledge(
        &mut self,
        endpoint: &str,
        wake: (&Notice, &str),
        acks: &[Ack],
        done: bool,
        history: &History,
    ) -> Result<bool> {
        let held = self.try_acknowledge(endpoint, wake, acks, done, history).await?;
        if held != Held::Ended {
            return Ok(held == Held::Done);
        }
        // The next wake is about the next stream at the path.
        let lasting: Vec<Ack> = acks.iter().filter(|ack| !ack.can_end()).cloned().collect();
        ensure!(lasting.len() < acks.len(), "the server rejects {acks:?}, of which no stream has ended");
        let held = self.try_acknowledge(endpoint, wake, &lasting, done, history).await?;
        ensure!(held != Held::Ended, "the server rejects {lasting:?}, of which no stream has ended");
        Ok(held == Held::Done)
    }

    async fn try_acknowledge(
        &mut self,
        endpoint: &str,
        (notice, token): (&Notice, &str),
        acks: &[Ack],
        done: bool,
        history: &History,
    ) -> Result<Held> {
        let acks_json: Vec<_> =
            acks.iter().map(|ack| json!({ "stream": ack.path, "offset": format!("{:016X}", ack.offset) })).collect();
        let body = json!({
            "wake_id": notice.wake_id, "generation": notice.generation, "acks": acks_json, "done": done,
        });
        let sent = history.moment();
        let held = self.hold(endpoint, token, &body, 200).await?;
        if held == Held::Done {
            let cursors = acks.iter().map(|ack| (ack.path.clone(), ack.offset)).collect();
            self.saw(notice, sent, cursors, history);
        }
        Ok(held)
    }

    /// Gives a wake back.
    pub async fn release(&mut self, notice: &Notice, token: &str) -> Result<bool> {
        let body = json!({ "wake_id": notice.wake_id, "generation": notice.generation });
        Ok(self.hold("/release", token, &body, 204).await? == Held::Done)
    }

    /// Sends a request with the token of a wake until there is a response.
    async fn hold(&mut self, endpoint: &str, token: &str, body: &Value, success: u16) -> Result<Held> {
        let id = self.id.clone();
        let request = || {
            let request = Request::post(id.path(endpoint)).header(CONTENT_TYPE, "application/json");
            request.header(AUTHORIZATION, format!("Bearer {token}"))
        };
        let (answer, _) = self.caller.insist(request, &body.to_string().into()).await;
        match answer.status.as_u16() {
            status if status == success => Ok(Held::Done),
            409 if code(&answer)? == "FENCED" => Ok(Held::Fenced),
            409 if code(&answer)? == "INVALID_OFFSET" => Ok(Held::Ended),
            status => bail!("{status} in response to {endpoint}: {}", String::from_utf8_lossy(&answer.body)),
        }
    }

    /// A response has shown the cursors after the time at which the request was sent.
    fn saw(&self, notice: &Notice, sent: u64, cursors: Vec<(String, u64)>, history: &History) {
        let (subscription, generation) = (self.id.name.clone(), notice.generation);
        let state = State { subscription, sent, seen: history.moment(), generation, cursors };
        history.wakes.states.borrow_mut().push(state);
    }

    async fn expect(
        &mut self,
        method: fn(String) -> Builder,
        below: &str,
        body: &Value,
        expected: &[u16],
    ) -> Result<Answer> {
        let body: Bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let id = self.id.clone();
        let request = || method(id.path(below)).header(CONTENT_TYPE, "application/json");
        let (answer, _) = self.caller.insist(request, &body).await;
        let (status, name) = (answer.status, &self.id.name);
        ensure!(expected.contains(&status.as_u16()), "{status} of {name}{below}: {:?}", answer.body);
        Ok(answer)
    }
}

fn code(answer: &Answer) -> Result<String> {
    let body: Value = serde_json::from_slice(&answer.body)?;
    Ok(body["error"]["code"].as_str().context("an error without a code")?.to_owned())
}
