//! What a client of subscriptions needs to know of them.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::http::request::Builder;
use serde_json::{Value, json};

use crate::client::{Answer, Client, Site};
use crate::stream::JSON;

/// Longer than any scenario, so that no lease ends.
const LEASE_MS: u64 = 600_000;

/// How a subscription notifies of a wake.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// By a wake event. No worker claims the wake.
    PullWake,
    /// By a request to a receiver, which responds that everything was processed.
    Webhook,
}

/// A subscription on some server.
#[derive(Clone)]
pub struct Subscription {
    pub id: String,
    path: String,
}

impl Subscription {
    /// Creates it with the members of `links`, and a wake stream, which must exist.
    pub async fn of_workers(
        client: &mut Client,
        site: &Site,
        id: &str,
        wake_stream: &str,
        links: Value,
    ) -> Result<Self> {
        Self::create(client, site, id, json!({ "type": "pull-wake", "wake_stream": wake_stream }), links).await
    }

    /// Creates it with the members of `links`. The path of its requests is that of a receiver's URL, a slash, and its id.
    pub async fn of_webhook(client: &mut Client, site: &Site, id: &str, receiver: &str, links: Value) -> Result<Self> {
        let url = format!("{receiver}/{id}");
        Self::create(client, site, id, json!({ "type": "webhook", "webhook": { "url": url } }), links).await
    }

    async fn create(client: &mut Client, site: &Site, id: &str, mut body: Value, links: Value) -> Result<Self> {
        let own = Self { id: id.to_owned(), path: format!("{}/__ds/subscriptions/{id}", site.prefix) };
        body["lease_ttl_ms"] = LEASE_MS.into();
        for (name, value) in links.as_object().context("links are members")? {
            body[name] = value.clone();
        }
        let request = own.request(Request::put, "");
        client.ask_and_get(request, body.to_string().into()).await.context("cannot create a subscription")?;
        Ok(own)
    }

    /// How many wakes it has had.
    pub async fn generation(&self, client: &mut Client) -> Result<u64> {
        let answer = client.ask_and_get(Request::get(&self.path), Bytes::new()).await?;
        json_of(&answer)?["generation"].as_u64().context("a subscription without a generation")
    }

    /// Claims the wake. Returns the response, which lists the links.
    pub async fn claim(&self, client: &mut Client) -> Result<Bytes> {
        let body = json!({ "worker": "bench" }).to_string();
        Ok(client.ask_and_get(self.request(Request::post, "/claim"), body.into()).await?.body)
    }

    /// Gives a claimed wake back.
    pub async fn release(&self, client: &mut Client, claimed: &Value) -> Result<()> {
        let token = claimed["token"].as_str().context("a claimed wake without a token")?;
        let body = json!({ "wake_id": claimed["wake_id"], "generation": claimed["generation"] }).to_string();
        let request = self.request(Request::post, "/release").header(AUTHORIZATION, format!("Bearer {token}"));
        client.ask_and_get(request, body.into()).await.map(drop)
    }

    pub async fn delete(&self, client: &mut Client) -> Result<()> {
        let answer = client.ask(Request::delete(&self.path), Bytes::new()).await?;
        ensure!(answer.status == 204, "a subscription can't be deleted: {}", answer.status);
        Ok(())
    }

    fn request(&self, method: fn(String) -> Builder, below: &str) -> Builder {
        method(format!("{}{below}", self.path)).header(CONTENT_TYPE, JSON)
    }
}

fn json_of(answer: &Answer) -> Result<Value> {
    Ok(serde_json::from_slice(&answer.body)?)
}
