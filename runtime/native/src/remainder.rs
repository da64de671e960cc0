//! The rest of a response body.

use crate::world::{EdgeStores, End, Native, unless};
use runtime::{EdgeRead, Failure, Object, Rest};

/// What follows the first part of a body.
pub(crate) enum Remainder {
    /// It is read by an object, until that crashes.
    Object(Rest<Object<Native>>, End),
    /// It is read at the edge.
    Edge(Rest<EdgeRead<EdgeStores>>),
}

impl Remainder {
    /// The next part, unless the object crashes first.
    pub(crate) async fn next(&mut self) -> Option<Result<Option<Vec<u8>>, Failure>> {
        match self {
            Self::Object(rest, end) => unless(end.clone(), rest.next()).await,
            Self::Edge(rest) => Some(rest.next().await),
        }
    }
}
