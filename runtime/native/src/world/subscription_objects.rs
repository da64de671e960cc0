//! The Durable Objects of subscriptions, and the receivers of their webhooks.

use super::{End, Native, World};
use crate::crypto::Crypto;
use futures_util::FutureExt as _;
use runtime::access::Secret;
use runtime::host::{HostError, Isolate, UnixMs};
use runtime::subscription::{self, Answer, Headers, Keyring, Keys, Outbound, Post, Subscription, Vault};
use runtime::{Report, Settings};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use subscriptions::{Announcement, Delivered, Delivery, Failure, SubscriptionId};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// What the receiver of a delivery or of an event does.
#[derive(Clone, Copy, Debug)]
pub struct Reaction {
    /// How long it takes.
    pub after: Duration,
    /// What it answers. The failure of a wake stream is that of an event.
    pub outcome: Delivered,
}

/// Something that left a subscription.
#[derive(Clone, Debug)]
pub enum Sent {
    /// A request to a webhook.
    Delivery(Delivery),
    /// An event for a wake stream.
    Announcement(Announcement),
}

type React = Box<dyn FnMut(&Sent) -> Reaction>;

/// All receivers of deliveries and events.
pub struct Receivers {
    react: RefCell<React>,
    heard: RefCell<Vec<(UnixMs, Sent)>>,
}

impl Default for Receivers {
    /// Receivers that take everything at once, and don't process it.
    fn default() -> Self {
        let react: React = Box::new(|_| Reaction { after: Duration::ZERO, outcome: Delivered::Accepted });
        Self { react: RefCell::new(react), heard: RefCell::default() }
    }
}

impl Receivers {
    /// Lets receivers do this from now on.
    pub fn react(&self, react: impl FnMut(&Sent) -> Reaction + 'static) {
        *self.react.borrow_mut() = Box::new(react);
    }

    /// What they have heard since the last call, and when.
    pub fn take_heard(&self) -> Vec<(UnixMs, Sent)> {
        self.heard.take()
    }

    async fn hear(&self, sent: Sent, now: UnixMs) -> Delivered {
        let Reaction { after, outcome } = (self.react.borrow_mut())(&sent);
        self.heard.borrow_mut().push((now, sent));
        tokio::time::sleep(after).await;
        outcome
    }
}

/// A subscription's object, from its first call until it crashes.
pub(crate) struct Incarnation {
    object: Subscription<Native>,
    /// Dropped when it crashes, which ends all that is done on its behalf.
    _life: oneshot::Sender<()>,
    end: End,
}

pub(crate) type Incarnations = RefCell<BTreeMap<String, Incarnation>>;

/// What the paths of subscription objects begin with. No stream has such a path.
const PREFIX: &str = "__ds/subscriptions/";

/// The path of a subscription's object, among those of streams.
pub fn path_of(id: &SubscriptionId) -> String {
    format!("{PREFIX}{}", id.as_str())
}

impl World {
    pub(crate) fn subscription(&self, id: &SubscriptionId) -> (Subscription<Native>, End) {
        let mut objects = self.subscription_objects.borrow_mut();
        let new = || {
            let (databases, bucket) = (self.databases.clone(), self.bucket.clone());
            let platform = self.platform.clone();
            let host = Native { path: path_of(id), databases, bucket, platform, world: self.own.clone() };
            let (_life, end) = oneshot::channel();
            let object = Subscription::new(host, self.settings.clone(), id.clone());
            Incarnation { object, _life, end: end.shared() }
        };
        let Incarnation { object, end, .. } = objects.entry(path_of(id)).or_insert_with(new);
        (object.clone(), end.clone())
    }

    /// The subscription whose object has this path.
    pub(crate) fn subscription_at(&self, path: &str) -> Option<(Subscription<Native>, End)> {
        let id = path.strip_prefix(PREFIX)?;
        Some(self.subscription(&SubscriptionId::read(id).expect("the ID of a subscription")))
    }
}

/// The cryptography of a server. Its requests reach nobody: deliveries are heard by [`Receivers`] instead.
#[derive(Debug, Default)]
pub struct Platform(Crypto);

impl Isolate for Platform {
    fn now(&self) -> UnixMs {
        self.0.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }

    fn report(&self, report: &Report) {
        self.0.report(report);
    }
}

impl subscription::Crypto for Platform {
    async fn generate(&self) -> Result<Secret, HostError> {
        self.0.generate().await
    }

    async fn sign(&self, jwk: &Secret, message: &[u8]) -> Result<[u8; 64], HostError> {
        self.0.sign(jwk, message).await
    }

    fn random(&self) -> [u8; 32] {
        self.0.random()
    }
}

impl Post for Platform {
    async fn post(&self, _: &str, _: Headers, _: Vec<u8>, _: Duration, _: usize) -> Answer {
        Answer::Unreachable
    }
}

impl World {
    /// The keys of the server.
    pub(crate) async fn keys(&self) -> Result<Rc<Keys>, runtime::Failure> {
        let wait = self.settings.limits.database_wait;
        let vault = Vault { databases: &self.databases, wait, crypto: &*self.platform };
        self.keyring.keys(&vault).await
    }
}

impl Outbound for Native {
    type Platform = Platform;

    fn platform(&self) -> &Platform {
        &self.platform
    }

    fn keyring(&self) -> Rc<Keyring> {
        self.world().keyring.clone()
    }

    async fn deliver(&self, _: &Settings, delivery: &Delivery) -> Delivered {
        let world = self.world();
        let left = Duration::from_millis(delivery.deadline.saturating_sub(world.now()));
        let heard = world.receivers.hear(Sent::Delivery(delivery.clone()), world.now());
        timeout(left, heard).await.unwrap_or(Delivered::Failed(Failure::TimedOut))
    }

    async fn announce(&self, _: &Settings, announcement: &Announcement) -> Result<(), Failure> {
        let world = self.world();
        match world.receivers.hear(Sent::Announcement(announcement.clone()), world.now()).await {
            Delivered::Accepted | Delivered::Done => Ok(()),
            Delivered::Failed(failure) => Err(failure),
        }
    }
}
