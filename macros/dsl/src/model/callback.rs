//! Requests that the server sends, and messages that it writes.

use super::object::Object;
use super::{Field, Id, Limit};
use crate::ast::Docs;
use proc_macro2::Span;
use syn::Ident;

/// A request that the server sends.
pub struct Callback {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The method, in upper case.
    pub method: String,
    /// The headers.
    pub headers: Vec<SentHeader>,
    /// The object in the body.
    pub body: Option<Id<Object>>,
    /// The answers that the server understands.
    pub responses: Vec<Response>,
    /// The examples.
    pub examples: Vec<CallbackExample>,
    /// Whether an example was left out because of a fault.
    pub lacks_examples: bool,
    /// Whether part of the callback was left out because of a fault.
    pub damaged: bool,
}

/// A header of the request.
pub struct SentHeader {
    /// The header.
    pub field: Id<Field>,
    /// Where its value comes from.
    pub value: SentValue,
}

/// Where the value of a header comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentValue {
    /// The spec.
    Fixed(String),
    /// The program.
    Given,
    /// The program, which can leave it out.
    Optional,
    /// The program, which computes it from the bytes of the body.
    Signature,
}

/// An answer that the server understands.
pub struct Response {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The first and the last status.
    pub statuses: (u16, u16),
    /// Where the status is written.
    pub status_span: Span,
    /// The headers that are read, and whether each can be absent.
    pub headers: Vec<(Id<Field>, bool)>,
    /// The body.
    pub body: Option<ReadBody>,
}

/// A body that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReadBody {
    /// The object.
    pub object: Id<Object>,
    /// Its maximum size.
    pub limit: Id<Limit>,
    /// Whether a body that is not this object counts as absent.
    pub lenient: bool,
}

/// A request, its answer, and how that is read.
pub struct CallbackExample {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The values that the program supplies.
    pub send: ShownValues,
    /// The status of the answer.
    pub status: u16,
    /// The headers and the body of the answer.
    pub answer: ShownValues,
    /// The index of the response that the answer is; `None` for any other answer.
    pub expect: Option<usize>,
    /// Where the response is named.
    pub expect_span: Span,
    /// The optional headers, or `None` for the body, and whether each is read.
    pub read: Vec<(Option<Id<Field>>, bool, Span)>,
}

/// Headers and a body in an example.
pub struct ShownValues {
    /// The headers, and where they are written.
    pub headers: Vec<(Id<Field>, String, Span)>,
    /// The body, and where it is written.
    pub body: Option<(String, Span)>,
}

/// A message that the server writes.
pub struct Message {
    /// Its object.
    pub object: Id<Object>,
    /// The examples.
    pub examples: Vec<MessageExample>,
}

/// A message as JSON.
pub struct MessageExample {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The JSON.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

impl Callback {
    /// The content type that generated code sends with the body, unless the callback declares one.
    #[must_use]
    pub fn json_media_type(&self, model: &super::Model) -> Option<&'static str> {
        let declares = self.headers.iter().any(|header| model.fields[header.field].wire == "content-type");
        (self.body.is_some() && !declares).then_some("application/json")
    }

    /// The headers that the program computes from the body.
    pub(crate) fn signatures(&self) -> impl Iterator<Item = &SentHeader> {
        self.headers.iter().filter(|header| header.value == SentValue::Signature)
    }
}
