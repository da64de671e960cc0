//! The stateless Worker in front of the Durable Objects: rejects invalid requests, reads segments, and sweeps R2 objects.

pub mod deletions;
pub mod edge_read;
pub mod health;
pub mod listing;
pub mod lost;
pub mod orphans;
pub mod room;
pub mod scheduled;
pub mod scrape;
pub mod stored;
pub mod subscriptions;
pub mod usage;

use crate::Settings;
use crate::access::{Access, Authority, Client, Guarded, Refused, Signed, Verifier};
use ::subscriptions::{TokenClaims, TokenKey};
use spec::client::{Credentials, Refusal};
use spec::{ContentCoding, Edge, Limits, acknowledgments, callbacks, field, holder, releases};
use std::net::Ipv6Addr;
use std::pin::Pin;
use wire::{BadCredentials, Inputs, List, Source};

/// The items that all services of the edge have in common: limits, and the report of a failure. `$inner` has the settings and the stores of
/// `$own`.
macro_rules! served_by_edge {
    (|$own:ident| $inner:expr) => {
        type Failure = $crate::Failure;
        type Events = std::convert::Infallible;

        fn limits(&self) -> &spec::Limits {
            let $own = self;
            &$inner.settings.limits
        }

        fn failed(&self, failure: $crate::Failure) -> String {
            let $own = self;
            $inner.stores.report(&$crate::Report::new(failure.event(), failure.to_string()));
            failure.client_detail()
        }
    };
}
pub(in crate::edge) use served_by_edge;

/// The facts that the edge evaluates before a request reaches its Durable Object.
pub struct Gate<'a, A> {
    /// The configuration of the deployment.
    pub settings: &'a Settings,
    /// The verifier of tokens.
    pub verifier: &'a Verifier,
    /// The platform.
    pub authority: A,
}

impl<A: Authority> Gate<'_, A> {
    /// Finds the caller of a request to a server that requires credentials.
    ///
    /// # Errors
    /// Why its credentials are refused. No response contains the reason.
    pub async fn caller(
        &self,
        source: &impl Source,
        credentials: Result<Option<Credentials>, BadCredentials>,
        guarded: &Guarded,
    ) -> Result<Client, Refused> {
        let (limits, authority) = (&self.settings.limits, &self.authority);
        let credentials = credentials?;
        let token = match &credentials {
            None if is_public(source, guarded) => return Ok(Client::Public(guarded.public.clone())),
            None => return Err(Refused::Missing),
            Some(Credentials::SignedUrl(own)) => {
                let path = stream_of(source.path()).ok_or(Refused::NoStream)?;
                return self.verifier.signed_url(Signed::url(own, path), guarded, limits, authority).await;
            }
            Some(Credentials::SignedPrefix(own)) => {
                let path = stream_of(source.path()).ok_or(Refused::NoStream)?;
                return self.verifier.signed_url(Signed::prefix(own, &path)?, guarded, limits, authority).await;
            }
            Some(Credentials::Authorization(own)) => own.secret(),
            Some(Credentials::SubprotocolToken(own)) => own.secret(),
        };
        self.verifier.bearer(token, guarded, limits, authority).await
    }

    /// Finds the caller of a request, unless it sends too many. The future is boxed, because otherwise each resource would contain a copy of
    /// all that verifies credentials.
    fn caller_within_rate<'a>(
        &'a self,
        source: &'a impl Source,
        credentials: Result<Option<Credentials>, BadCredentials>,
        guarded: &'a Guarded,
    ) -> Pin<Box<dyn Future<Output = Result<Client, Refusal>> + 'a>> {
        Box::pin(async move {
            let caller = self.caller(source, credentials, guarded).await.map_err(Refusal::from);
            let is_within_rate = self.is_within_rate(caller.as_ref().map_err(|refusal| *refusal)).await;
            if is_within_rate { caller } else { Err(Refusal::Limited) }
        })
    }

    /// Whether the caller may send one more request. The operator always may, and so may anyone on a server without access control.
    async fn is_within_rate(&self, caller: Result<&Client, Refusal>) -> bool {
        let name = match caller {
            Ok(Client::Open | Client::Operator)
            | Err(Refusal::Unconfigured | Refusal::Limited | Refusal::Unverified) => {
                return true;
            }
            Ok(Client::Holder(holder)) => Some(format!("{} {}", holder.issuer, holder.subject)),
            Ok(Client::Public(_)) | Err(Refusal::Unknown) => self.authority.address().map(|address| network(&address)),
        };
        match name {
            Some(name) => self.authority.is_within_rate(&name).await,
            None => true,
        }
    }
}

/// The name by which callers at an address are counted. A client usually has all IPv6 addresses with the same first 64 bits.
fn network(address: &str) -> String {
    match address.parse::<Ipv6Addr>() {
        Ok(address) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        Err(_) => address.to_owned(),
    }
}

/// Whether a request only reads a stream that anyone may read.
fn is_public(source: &impl Source, guarded: &Guarded) -> bool {
    matches!(source.method(), "GET" | "HEAD")
        && stream_of(source.path()).is_some_and(|path| guarded.public.iter().any(|prefix| prefix.covers(path.as_str())))
}

/// The path of the stream that is a resource at `path`.
fn stream_of(path: &str) -> Option<spec::stream::Path> {
    spec::stream::PathTo::read(path).ok().map(|to| to.path)
}

/// The content of the token of a wake, if it is for the subscription in the path of a request.
fn held(path: &str, token: &str, key: &TokenKey) -> Result<TokenClaims, holder::Refusal> {
    let acknowledged = || acknowledgments::PathTo::read(path).ok().map(|to| to.id.as_str().to_owned());
    let released = || releases::PathTo::read(path).ok().map(|to| to.id.as_str().to_owned());
    let called_back = || callbacks::PathTo::read(path).ok().map(|to| to.id.as_str().to_owned());
    let id = acknowledged().or_else(released).or_else(called_back);
    let id = id.and_then(|id| subscriptions::id(&id)).ok_or(holder::Refusal::Unknown)?;
    key.verify(token, &id).map_err(|_| holder::Refusal::Unknown)
}

/// The path of the stream that a request concerns, for every endpoint.
#[must_use]
pub fn stream_path_of(path: &str) -> Option<String> {
    let stream = stream_of(path).map(|path| path.as_str().to_owned());
    let restoration = || spec::restoration::PathTo::read(path).ok().map(|to| to.path.as_str().to_owned());
    let administration = || spec::administration::PathTo::read(path).ok().map(|to| to.path.as_str().to_owned());
    stream.or_else(restoration).or_else(administration)
}

impl<A: Authority> Edge for Gate<'_, A> {
    type Client = Client;
    type Holder = TokenClaims;

    fn limits(&self) -> &Limits {
        &self.settings.limits
    }

    async fn client(
        &self,
        source: &impl Source,
        credentials: Result<Option<Credentials>, BadCredentials>,
    ) -> Result<Client, Refusal> {
        match &self.settings.access {
            Access::Unconfigured => {
                self.verifier.report_unconfigured(&self.authority);
                // Producers of official clients repeat an append that gets 403.
                let has_producer = Inputs::new(source).optional::<field::ProducerId>().is_some();
                let is_from_producer = has_producer && stream_of(source.path()).is_some();
                Err(if is_from_producer { Refusal::Unknown } else { Refusal::Unconfigured })
            }
            Access::Open => Ok(Client::Open),
            Access::Guarded(guarded) => self.caller_within_rate(source, credentials, guarded).await,
        }
    }

    /// The holder of a wake. On a server without access control, too, it needs the token of the wake.
    async fn holder(
        &self,
        source: &impl Source,
        credentials: Result<holder::Credentials, BadCredentials>,
    ) -> Result<TokenClaims, holder::Refusal> {
        let holder::Credentials::Authorization(own) = credentials?;
        let key = self.authority.wake_tokens().await.map_err(|_| holder::Refusal::Unverified)?;
        held(source.path(), own.secret(), &key)
    }

    fn content_coding_unsupported(&self, codings: Option<&List>) -> bool {
        codings.is_some_and(|codings| !codings.has_only(ContentCoding::Identity.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::held;
    use ::subscriptions::{Generation, Life, SubscriptionId, TokenClaims, TokenKey};
    use spec::holder::Refusal;

    #[test]
    fn a_token_holds_a_wake_of_one_subscription() {
        let key = TokenKey::new(&[7; 32]).expect("a key");
        let subscription = SubscriptionId::read("runner:1").expect("an id");
        let generation = Generation::new(1).expect("a generation");
        let claims = TokenClaims { subscription, life: Life::stored("a1"), generation };
        let token = key.issue(&claims);
        for operation in ["ack", "callback", "release"] {
            for id in ["runner:1", "runner%3A1", "%72unner:1"] {
                let path = format!("/v1/stream/__ds/subscriptions/{id}/{operation}");
                assert_eq!(held(&path, &token, &key).as_ref().ok(), Some(&claims), "{path}");
            }
            let other = format!("/v1/stream/__ds/subscriptions/runner:2/{operation}");
            let own = other.replace(":2", ":1");
            let others = [(&other, &*token), (&own, "secret"), (&own, ""), (&own, &token[1..])];
            for (path, token) in others {
                assert!(matches!(held(path, token, &key), Err(Refusal::Unknown)), "{path} {token}");
            }
        }
        assert!(held("/v1/stream/__ds/subscriptions/runner:1", &token, &key).is_err());
    }
}
