//! Why a request failed.

use std::fmt;
use wire::Unread;

/// The reason why a request failed.
#[derive(Debug)]
pub struct Failure(pub String);

impl From<Unread> for Failure {
    fn from(unread: Unread) -> Self {
        Self(unread.detail())
    }
}

impl From<wire::Rule> for Failure {
    fn from(rule: wire::Rule) -> Self {
        Self(format!("a stored value must be {rule}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
