//! Credentials and permissions.

use super::{Condition, Docs};
use proc_macro2::Span;
use syn::Ident;

/// `access Name { credentials Input; operations { … } unknown => Outcome; denied => Outcome; refuse name => Outcome; }`
pub struct Access {
    pub docs: Docs,
    pub name: Ident,
    pub credentials: Vec<Ident>,
    /// Whether there is `credentials none;`.
    pub accepts_none: bool,
    pub operations: Vec<Operation>,
    pub unknown: Ident,
    pub denied: Option<Ident>,
    pub refusals: Vec<Refusal>,
}

/// `refuse name => Outcome;`
pub struct Refusal {
    pub docs: Docs,
    pub name: Ident,
    pub outcome: Ident,
}

/// `name`, in `operations`
pub struct Operation {
    pub docs: Docs,
    pub name: Ident,
}

/// The permissions that an endpoint needs.
#[derive(Default)]
pub struct Permissions {
    pub needs: Vec<Need>,
    /// Where `public` is written.
    pub public: Option<Span>,
    pub denial: Option<Denial>,
}

/// `denied when condition => Outcome;`
pub struct Denial {
    pub condition: Condition,
    pub outcome: Ident,
}

/// `needs operation(subject) when condition;`
pub struct Need {
    pub operation: Ident,
    pub subject: Option<Ident>,
    pub condition: Option<Condition>,
}

/// The caller that an example assumes.
pub struct Caller {
    pub access: Ident,
    pub grant: Grant,
}

pub enum Grant {
    /// `given Name permits operation, other;`
    Permits(Vec<Ident>),
    /// `given Name unknown;`, or the name of another refusal.
    Refused(Ident),
}
