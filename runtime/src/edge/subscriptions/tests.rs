//! Requests at the edge: what reaches the Durable Object of a subscription, and what its answers become.

mod translation;

use super::Subscriptions;
use crate::access::{Client, Holder, Prefix, Scope};
use crate::bridge;
use crate::edge::edge_read::Stores;
use crate::edge::listing::Listings;
use crate::host::{
    Bucket, BucketError, Database, DatabaseError, Folders, HostError, Interrupted, List, Outcome, Sizes, Statement,
    UnixMs, Upload,
};
use crate::metrics::Point;
use crate::settings::Webhooks;
use crate::subscription::call::{Call, Envelope};
use crate::subscription::request::{Answer, Request};
use crate::{Databases, Failure, Report, Settings};
use futures_util::FutureExt as _;
use serde_json::Value;
use spec::client::Operation;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;
use subscriptions::{AddressPolicy, Generation, KeyRecord, Life, Origin, PublicKey, SubscriptionId, TokenClaims};
use wire::{Body, Sent};

/// Stores with nothing, and a subscription that gives one answer.
pub(super) struct Canned {
    databases: Databases<Nothing>,
    answer: Result<String, HostError>,
    sent: RefCell<Vec<Envelope>>,
}

pub(super) struct Nothing;

impl Database for Nothing {
    async fn batch(&self, _statements: Vec<Statement>) -> Result<Vec<Outcome>, DatabaseError> {
        Err(DatabaseError("there is no database".to_owned()))
    }
}

impl Bucket for Nothing {
    async fn put(&self, _key: &str, _bytes: Vec<u8>) -> Result<(), BucketError> {
        unreachable!("nothing is stored")
    }

    async fn get(&self, _key: &str, _range: Range<u64>) -> Result<Option<Vec<u8>>, BucketError> {
        unreachable!("nothing is stored")
    }

    async fn delete(&self, _keys: Vec<String>) -> Result<(), BucketError> {
        unreachable!("nothing is stored")
    }

    async fn list(&self, _prefix: &str, _after: &str) -> Result<List, BucketError> {
        unreachable!("nothing is stored")
    }

    async fn folders(&self, _prefix: &str, _after: &str) -> Result<Folders, BucketError> {
        unreachable!("nothing is stored")
    }
}

impl Stores for Rc<Canned> {
    type Database = Nothing;
    type Bucket = Nothing;

    fn databases(&self) -> &Databases<Nothing> {
        &self.databases
    }

    fn bucket(&self) -> &Nothing {
        &Nothing
    }

    async fn sleep(&self, _time: Duration) {
        std::future::pending().await
    }

    async fn call(&self, _path: &str, _message: String) -> Result<String, HostError> {
        unreachable!("no stream is sent")
    }

    async fn call_subscription(&self, id: &str, message: String) -> Result<String, HostError> {
        let envelope: Envelope = bridge::read(&message).expect("a request");
        assert_eq!(envelope.id.as_str(), id);
        self.sent.borrow_mut().push(envelope);
        self.answer.clone()
    }

    async fn webhook_keys(&self) -> Result<Vec<KeyRecord>, Failure> {
        Ok(vec![KeyRecord { public: PublicKey([7; 32]), created_at: 0 }])
    }

    fn report(&self, _report: &Report) {}

    fn now(&self) -> UnixMs {
        0
    }

    fn measure(&self, _point: &Point<'_>) {}
}

/// A body that is there as a whole.
struct Whole(Vec<u8>);

impl Upload for Whole {
    fn declared(&self) -> Option<u64> {
        None
    }

    async fn next(&mut self, body: &mut Vec<u8>, most: usize) -> Result<usize, Interrupted> {
        let taken: Vec<u8> = self.0.drain(..most.min(self.0.len())).collect();
        body.extend(&taken);
        Ok(taken.len())
    }

    async fn discard(&mut self, most: usize) {
        self.0.drain(..most.min(self.0.len()));
    }
}

/// The status and the body of a response, and the request that reached the subscription.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) sent: Option<Request>,
}

impl Reply {
    /// The code of its error.
    pub(super) fn code(&self) -> (u16, &str) {
        (self.status, self.body["error"]["code"].as_str().unwrap_or_default())
    }
}

/// The configuration of a server with webhooks.
pub(super) fn webhooks() -> Webhooks {
    let policy = AddressPolicy { allows_loopback: false, hosts: Vec::new() };
    Webhooks { policy, origin: Some(Origin::read("https://ds.example").expect("an origin")) }
}

/// The holder of the first wake of `runner:1`.
pub(super) fn holder() -> TokenClaims {
    TokenClaims {
        subscription: SubscriptionId::read("runner:1").expect("an id"),
        life: Life::stored("a1"),
        generation: Generation::new(1).expect("a generation"),
    }
}

/// A caller with these permissions.
pub(super) fn permitted(scopes: &[(&str, &[Operation])]) -> Client {
    let scope = |(prefix, operations): &(&str, &[Operation])| {
        Scope::under(Prefix::read(prefix).expect("a prefix"), operations.to_vec())
    };
    Client::Holder(Rc::new(Holder {
        issuer: "i".to_owned(),
        subject: "s".to_owned(),
        expires_at: 0,
        scopes: scopes.iter().map(scope).collect(),
        prefix: Prefix::ALL,
    }))
}

/// Sends a request to a server whose subscription gives this answer.
pub(super) fn send(client: &Client, webhooks: &Webhooks, answer: &Answer, text: &'static str) -> Reply {
    let answer = Ok(bridge::write(answer).expect("an answer"));
    exchange(client, webhooks, answer, text)
}

/// Sends a request to a server whose subscription gives this text as its answer, or none.
pub(super) fn exchange(
    client: &Client,
    webhooks: &Webhooks,
    answer: Result<String, HostError>,
    text: &'static str,
) -> Reply {
    let databases = Databases::new([("DB".to_owned(), Nothing)], Sizes::default());
    let stores = Rc::new(Canned { databases, answer, sent: RefCell::default() });
    let settings = Settings::DECLARED;
    let listings = Listings { stores: stores.clone(), settings: &settings, client, now: 0 };
    let subscriptions = Subscriptions { listings, holder: Some(holder()), webhooks };
    let request = Sent(text);
    let body = Whole(request.body().as_bytes().to_vec());
    let response = subscriptions.respond(&request, body).now_or_never().expect("nothing waits");
    let body = match &response.body {
        Body::Bytes(bytes) => serde_json::from_slice(bytes).expect("JSON"),
        Body::Empty | Body::Events(_) => Value::Null,
    };
    let sent = stores.sent.borrow_mut().pop().map(|envelope| match envelope.call {
        Call::Request(request) => *request,
        Call::Message(_) => panic!("it is a request of the edge"),
    });
    Reply { status: response.status, body, sent }
}
