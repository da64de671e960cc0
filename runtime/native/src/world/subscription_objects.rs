//! The Durable Objects of subscriptions.

use super::{End, Native, Platform, World};
use crate::database::Sqlite;
use futures_util::FutureExt as _;
use runtime::host::HostError;
use runtime::subscription::{Keys, Subscription, Vault};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use subscriptions::{SubscriptionId, TokenKey};
use tokio::sync::oneshot;

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

impl World {
    /// The keys of the server.
    pub(crate) async fn keys(&self) -> Result<Rc<Keys>, runtime::Failure> {
        self.keyring.keys(&self.vault()).await
    }

    /// The key of the tokens of wakes.
    pub(crate) async fn token_key(&self) -> Result<TokenKey, HostError> {
        self.keyring.token_key(&self.vault()).await.map_err(|failure| HostError(failure.to_string()))
    }

    fn vault(&self) -> Vault<'_, Sqlite, Platform> {
        Vault { databases: &self.databases, wait: self.settings.limits.database_wait, crypto: &self.platform }
    }
}
