//! Errors in a format that the spec declares, instead of problems (RFC 9457).

use super::object::{Kind, Object};
use super::{Body, Id, Model, Outcome};
use crate::ast::{Docs, docs_text};
use proc_macro2::Span;

/// A format of errors: an object, and which of its members the generated code writes.
pub struct ErrorFormat {
    /// The doc comments.
    pub docs: Docs,
    /// The object that is the body.
    pub object: Id<Object>,
    /// The indexes of the members that lead from that object to the one with the code.
    pub path: Vec<usize>,
    /// The object with the code.
    pub inner: Id<Object>,
    /// The index of the member with the code, in the inner object, as are the following.
    pub code: usize,
    /// The member with a text for people.
    pub message: usize,
    /// The member with the violations of a malformed request.
    pub violations: Option<usize>,
    /// Where the object is named.
    pub span: Span,
}

/// The error of an outcome.
pub struct OwnError {
    /// The format.
    pub format: Id<ErrorFormat>,
    /// The index of the variant that is its code.
    pub code: usize,
    /// The members that the handler supplies.
    pub members: Vec<OwnMember>,
}

/// A member that the handler supplies.
pub struct OwnMember {
    /// Its index in the inner object of the format.
    pub index: usize,
    /// Whether the handler can leave it out.
    pub optional: bool,
}

impl OwnError {
    /// Whether the handler supplies a member.
    #[must_use]
    pub fn supplies(&self, index: usize) -> bool {
        self.members.iter().any(|member| member.index == index)
    }
}

impl Model {
    /// The error of an outcome, and its format, if the outcome has one.
    #[must_use]
    pub fn own_error(&self, outcome: &Outcome) -> Option<(&OwnError, &ErrorFormat)> {
        let Some(Body::Error(id)) = outcome.body else { return None };
        let error = &self.errors[id];
        Some((error, &self.formats[error.format]))
    }

    /// The text of an error's code.
    #[must_use]
    pub fn code_of(&self, error: &OwnError) -> &str {
        let format = &self.formats[error.format];
        let member = &self.objects[format.inner].content.members[format.code];
        let choices = member.kind.innermost().grammar(self).map(|grammar| grammar.choices(self).named);
        choices.and_then(|choices| Some(choices.get(error.code)?.text.as_str())).unwrap_or_default()
    }

    /// The message of an error, unless the handler supplies it: the doc comment of the outcome, or the code if there is none.
    #[must_use]
    pub fn message_of(&self, outcome: &Outcome, error: &OwnError) -> String {
        let docs = docs_text(&outcome.docs);
        if docs.is_empty() { self.code_of(error).to_owned() } else { docs }
    }

    /// The JSON Pointer of a member of a format's inner object.
    #[must_use]
    pub fn pointer(&self, format: &ErrorFormat, index: usize) -> String {
        let (mut pointer, mut object) = (String::new(), format.object);
        for index in &format.path {
            let member = &self.objects[object].content.members[*index];
            pointer += &format!("/{}", escaped(&member.key));
            if let Kind::Array(..) = member.kind.or_null() {
                pointer += "/0";
            }
            object = member.kind.object().unwrap_or(object);
        }
        pointer + "/" + &escaped(&self.objects[format.inner].content.members[index].key)
    }

    /// The JSON Pointer and the text of the code of an outcome's error.
    #[must_use]
    pub fn code_at(&self, outcome: &Outcome) -> Option<(String, &str)> {
        let (error, format) = self.own_error(outcome)?;
        Some((self.pointer(format, format.code), self.code_of(error)))
    }
}

/// The name of a member in a JSON Pointer (RFC 6901).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
