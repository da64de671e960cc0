//! JSON objects as written.

use super::{Docs, Literal, Range};
use crate::grammar::{BuiltIn, Written};
use proc_macro2::Span;
use syn::{Ident, LitStr};

/// `object Name { … }`
pub struct Object {
    pub docs: Docs,
    pub name: Ident,
    pub content: Content,
}

/// The clauses of an object, or of the data of an event.
#[derive(Default)]
pub struct Content {
    pub members: Vec<Member>,
    pub groups: Vec<MemberGroup>,
    pub cases: Vec<Case>,
    /// `unknown refused;` or `unknown ignored;`
    pub unknown: Option<Ident>,
    /// Whether a clause could not be read.
    pub damaged: bool,
}

/// `name: Type?;`, `name: Type or null;`, `name: Type or default;` or `name = "name": Type;`
pub struct Member {
    pub docs: Docs,
    pub name: Ident,
    /// The name in JSON, if it is written separately.
    pub key: Option<LitStr>,
    pub kind: Kind,
    /// The `?`, if the member can be absent.
    pub optional: Option<Span>,
    /// The `null` of `or null`.
    pub nullable: Option<Span>,
    pub default: Option<Literal>,
}

/// The type of a member.
pub enum Kind {
    /// `flag`
    Flag(Span),
    /// `boolean`
    Boolean,
    /// `json`
    Json,
    /// `Name` or `Name as text`
    Named { name: Ident, as_text: Option<Span> },
    /// A grammar with a built-in type, such as `timestamp`.
    BuiltIn(Ident, Written<dyn BuiltIn>),
    /// `[Type] 0..=9`
    Array(Box<Kind>, Range),
    /// `map Type 0..=9`
    Map(Box<Kind>, Range),
}

/// `at_least_one { a, b }`
pub struct MemberGroup {
    pub kind: Ident,
    pub members: Vec<Ident>,
}

/// `when member is Variant { … }`
pub struct Case {
    pub docs: Docs,
    pub tag: Ident,
    pub variant: Ident,
    pub members: Vec<Member>,
}
