use super::{Prefix, Scope, Span};
use crate::host::UnixMs;
use spec::client::{Grant, Operation};
use std::rc::Rc;

/// The caller of a request.
#[derive(Clone, Debug)]
pub enum Client {
    /// Anyone, on a server without access control.
    Open,
    /// The operator.
    Operator,
    /// Anyone, who may read streams with these prefixes.
    Public(Rc<[Prefix]>),
    /// The holder of a token or a signed URL.
    Holder(Rc<Holder>),
}

/// A valid token, or a valid signed URL.
#[derive(Debug, PartialEq, Eq)]
pub struct Holder {
    /// The issuer.
    pub issuer: String,
    /// The subject to whom it was issued.
    pub subject: String,
    /// When it is no longer accepted.
    pub expires_at: UnixMs,
    /// Its permissions.
    pub scopes: Vec<Scope>,
    /// It grants nothing elsewhere.
    pub prefix: Prefix,
}

impl Client {
    /// The paths on which it may do something, in ranges that do not overlap, in order.
    #[must_use]
    pub fn spans(&self, operation: Operation) -> Vec<Span> {
        match self {
            Self::Open | Self::Operator => vec![Span::under(&Prefix::ALL)],
            Self::Public(prefixes) if operation == Operation::Read => Span::union(prefixes.iter().map(Span::under)),
            Self::Public(_) => Vec::new(),
            Self::Holder(holder) => {
                let own = Span::under(&holder.prefix);
                let spans = holder.scopes.iter().filter_map(|scope| scope.span(operation)?.intersection(&own));
                Span::union(spans)
            }
        }
    }

    /// When live reads of this client end.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixMs> {
        match self {
            Self::Holder(holder) => Some(holder.expires_at),
            Self::Open | Self::Operator | Self::Public(_) => None,
        }
    }
}

impl Grant for Client {
    fn permits(&self, operation: Operation, path: Option<&str>) -> bool {
        match self {
            Self::Open | Self::Operator => true,
            Self::Public(prefixes) => {
                let is_public = |path: &str| prefixes.iter().any(|prefix| prefix.covers(path));
                operation == Operation::Read && path.is_some_and(is_public)
            }
            // The measurements are about all streams.
            Self::Holder(_) if operation == Operation::Observe => self.spans(operation) == [Span::under(&Prefix::ALL)],
            Self::Holder(holder) => {
                path.is_none_or(|path| holder.prefix.covers(path))
                    && holder.scopes.iter().any(|scope| scope.permits(operation, path))
            }
        }
    }
}
