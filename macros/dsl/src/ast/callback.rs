//! Requests that the server sends, and messages that it writes, as they are declared.

use super::object::Object;
use super::{Docs, Document, Literal, Text};
use syn::{Ident, LitInt};

/// `callback name = POST { request { … } response Name = 200 { … } example … }`
pub struct Callback {
    pub docs: Docs,
    pub name: Ident,
    pub method: Ident,
    pub headers: Vec<Header>,
    /// The object in the body.
    pub body: Option<Ident>,
    pub responses: Vec<Response>,
    pub examples: Vec<Example>,
}

/// A header of the request.
pub struct Header {
    pub name: Ident,
    pub value: HeaderValue,
}

/// `Header = value;`, `Header;`, `Header?;` or `Header signs body;`
pub enum HeaderValue {
    Fixed(Literal),
    Given,
    Optional,
    Signature,
}

/// `response Name = 200..=299 { Header?; body json Name ..= limits.name; }`
pub struct Response {
    pub docs: Docs,
    pub name: Ident,
    pub first: LitInt,
    pub last: Option<LitInt>,
    pub headers: Vec<ReadHeader>,
    pub body: Option<ReadBody>,
}

/// `Header;` or `Header?;`
pub struct ReadHeader {
    pub name: Ident,
    pub optional: bool,
}

/// `body json Name unless malformed ..= limits.name;`
pub struct ReadBody {
    pub object: Ident,
    /// Whether a body that is not this object counts as absent.
    pub lenient: bool,
    pub limit: Ident,
}

/// `example name { send { … } answer 200 { … } expect Name; }`
pub struct Example {
    pub docs: Docs,
    pub name: Ident,
    pub send: Values,
    pub status: LitInt,
    pub answer: Values,
    pub expect: Ident,
    /// The headers, and the body, that are read or not.
    pub read: Vec<(Ident, bool)>,
}

/// `{ Header = "text"; body = json { … }; }`
#[derive(Default)]
pub struct Values {
    pub headers: Vec<(Ident, Text)>,
    pub body: Option<Text>,
}

/// `message Name = json { … }`
pub struct Message {
    pub object: Object,
    pub examples: Vec<MessageExample>,
}

/// `example name = json { … };` in a message
pub struct MessageExample {
    pub docs: Docs,
    pub name: Ident,
    pub document: Document,
}
