//! Subscriptions at the edge: it reads requests, checks the permissions of the caller, and calls the Durable Object of the subscription.
//!
//! The edge refuses what it can without the subscription: malformed texts, streams for which the caller lacks the permission, and webhooks at
//! places that are not allowed. The Durable Object gets the rest as a [`Request`](crate::subscription::request::Request), and decides.

mod body;
mod holders;
mod keys;
mod links;
mod list;
mod representation;
mod requests;
mod situation;
mod subscription;
#[cfg(test)]
mod tests;

use crate::Failure;
use crate::edge::edge_read::Stores;
use crate::edge::listing::Listings;
use crate::fanout::bridge;
use crate::host::Upload;
use crate::settings::Webhooks;
use crate::subscription::call::Envelope;
use crate::subscription::request::Answer;
use body::ShortBody;
pub use keys::key_set;
use requests::Early;
use std::convert::Infallible;
use subscriptions::{SubscriptionId, TokenClaims};
use wire::{Incoming, Response, Source};

/// The items that all services of subscriptions have in common: limits, and the report of a failure. The response does not describe it.
macro_rules! served {
    () => {
        type Failure = $crate::Failure;
        type Events = std::convert::Infallible;

        fn limits(&self) -> &spec::Limits {
            &self.listings.settings.limits
        }

        fn failed(&self, failure: $crate::Failure) {
            self.listings.stores.report(&$crate::Report::new(failure.event(), failure.to_string()));
        }
    };
}
use served;

/// The subscriptions, for one caller.
pub struct Subscriptions<'a, S> {
    /// The databases, the configuration, and the caller.
    pub listings: Listings<'a, S>,
    /// The content of the caller's token, if it holds a wake.
    pub holder: Option<TokenClaims>,
    /// The configuration of webhooks.
    pub webhooks: &'a Webhooks,
}

/// The id in a path, where it is escaped.
pub(super) fn id(segment: &str) -> Option<SubscriptionId> {
    requests::id(segment).ok()
}

impl<S: Stores> Subscriptions<'_, S> {
    /// Answers a request to any of the resources of subscriptions.
    pub async fn respond(&self, request: &impl Source, upload: impl Upload) -> Response<Infallible> {
        let (path, stores, limits) = (request.path(), &self.listings.stores, &self.listings.settings.limits);
        let body = ShortBody { upload, stores, limits };
        // Each future is boxed, because otherwise this one would have room for all of them.
        if spec::subscription::capture(path).is_some() {
            Box::pin(spec::subscription::serve(self, request, body)).await
        } else if spec::links::capture(path).is_some() {
            Box::pin(spec::links::serve(self, request, body)).await
        } else if spec::explicit_link::capture(path).is_some() {
            Box::pin(spec::explicit_link::serve(self, request, body)).await
        } else {
            Box::pin(self.respond_to_others(request, body)).await
        }
    }

    async fn respond_to_others(&self, request: &impl Source, body: impl Incoming) -> Response<Infallible> {
        let path = request.path();
        if spec::claims::capture(path).is_some() {
            Box::pin(spec::claims::serve(self, request, body)).await
        } else if spec::acknowledgments::capture(path).is_some() {
            Box::pin(spec::acknowledgments::serve(self, request, body)).await
        } else if spec::callbacks::capture(path).is_some() {
            Box::pin(spec::callbacks::serve(self, request, body)).await
        } else if spec::releases::capture(path).is_some() {
            Box::pin(spec::releases::serve(self, request, body)).await
        } else if spec::keys::capture(path).is_some() {
            Box::pin(spec::keys::serve(self, request, body)).await
        } else {
            Box::pin(spec::subscriptions::serve(self, request, body)).await
        }
    }

    /// Sends a request to its subscription, if it was not refused before.
    async fn send(&self, goes_on: bool, sent: &Result<Envelope, Early>) -> Result<Option<Answer>, Failure> {
        match sent {
            Ok(envelope) if goes_on => self.call(envelope).await.map(Some),
            _ => Ok(None),
        }
    }

    async fn call(&self, envelope: &Envelope) -> Result<Answer, Failure> {
        let (stores, wait) = (&self.listings.stores, self.listings.settings.limits.object_wait);
        let send = async |message| stores.call_subscription(envelope.id.as_str(), message).await;
        let sleep = async |wait| stores.sleep(wait).await;
        match bridge::exchange(envelope, wait, sleep, send).await? {
            Answer::Failed(reason) => Err(Failure::Host(reason)),
            answer => Ok(answer),
        }
    }
}
