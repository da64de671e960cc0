//! The stateless Worker in front of the Durable Objects: rejects invalid requests, reads segments, and sweeps R2 objects.

pub mod edge_read;
pub mod orphans;

use crate::Settings;
use spec::{Authorization, ContentCoding, Edge, Limits, client};
use subtle::ConstantTimeEq as _;
use wire::{Inputs, List, Source};

/// The facts that the edge evaluates before a request reaches its Durable Object.
pub struct Gate<'a>(pub &'a Settings);

impl Gate<'_> {
    /// Whether the request is authorized. Nothing else of it is checked.
    #[must_use]
    pub fn is_open_to(&self, source: &impl Source) -> bool {
        let authorization = Inputs::new(source).optional::<spec::field::Authorization>();
        self.accepts(authorization.as_ref())
    }

    /// Whether the token is the one that the server requires. The comparison takes the same time for all wrong tokens of the same length.
    fn accepts(&self, authorization: Option<&Authorization>) -> bool {
        let given = authorization.map_or("", Authorization::secret);
        self.0.token.as_ref().is_none_or(|token| bool::from(given.as_bytes().ct_eq(token.as_bytes())))
    }
}

/// The path of the stream that a request concerns, for every endpoint.
#[must_use]
pub fn stream_path_of(path: &str) -> Option<String> {
    let stream = spec::stream::PathTo::read(path).map(|to| to.path.as_str().to_owned());
    stream.or_else(|_| spec::restoration::PathTo::read(path).map(|to| to.path.as_str().to_owned())).ok()
}

/// A client with the token, or one of a server that requires none. It may do everything.
pub struct Holder;

impl Edge for Gate<'_> {
    type Client = Holder;

    fn limits(&self) -> &Limits {
        &self.0.limits
    }

    async fn client(&self, _: &impl Source, credentials: Option<client::Credentials>) -> Option<Holder> {
        let authorization = credentials.map(|client::Credentials::Authorization(authorization)| authorization);
        self.accepts(authorization.as_ref()).then_some(Holder)
    }

    fn content_coding_unsupported(&self, codings: Option<&List>) -> bool {
        codings.is_some_and(|codings| !codings.has_only(ContentCoding::Identity.as_str()))
    }
}
