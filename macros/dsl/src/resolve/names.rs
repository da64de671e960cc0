//! Name scopes of the generated code: in each scope, a name has one definition.

use super::Result;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use syn::Ident;

/// The names of one module, struct or enum of the generated code.
#[derive(Clone)]
pub(crate) struct Scope {
    /// Names that the generated code always defines.
    reserved: &'static [&'static str],
    /// Names that the spec declares: the Rust name, and the name in the spec.
    defined: Vec<(String, Ident)>,
}

impl Scope {
    pub(crate) fn new(reserved: &'static [&'static str]) -> Self {
        Self { reserved, defined: Vec::new() }
    }

    /// Defines `name`, whose Rust name is `rust_name`.
    pub(crate) fn define(&mut self, name: &Ident, rust_name: impl Into<String>) -> Result<()> {
        let rust_name = rust_name.into();
        if self.reserved.contains(&rust_name.as_str()) {
            let message = format!("`{rust_name}` is already defined by the generated code");
            let fault = Diagnostic::new(Code::ReservedName, name.span(), message);
            let is_same = *name == rust_name;
            let note = || format!("`{name}` generates the Rust name `{rust_name}`");
            return Err(if is_same { fault } else { fault.note(note()) }.help(another(name)));
        }
        if let Some((_, other)) = self.defined.iter().find(|(defined, _)| *defined == rust_name) {
            return Err(if other == name {
                Diagnostic::new(Code::DuplicateName, name.span(), format!("`{name}` is declared twice"))
                    .note(format!("the first declaration is{}", on_line(other.span())))
                    .help("delete or rename one of them")
            } else {
                let message = format!("`{name}` and `{other}` both generate the Rust name `{rust_name}`");
                Diagnostic::new(Code::DuplicateName, name.span(), message)
                    .note(format!("`{other}` is declared{}", on_line(other.span())))
                    .help(another(name))
            });
        }
        self.defined.push((rust_name, name.clone()));
        Ok(())
    }
}

/// The help that proposes another name.
fn another(name: &Ident) -> String {
    let upper = name.to_string().starts_with(char::is_uppercase);
    format!("rename it, for example to `{}{name}`", if upper { "The" } else { "the_" })
}

/// The scopes that span several items.
pub(super) struct Scopes {
    /// The outermost module.
    pub(super) root: Scope,
    pub(super) limits: Scope,
    pub(super) medias: Scope,
    /// Headers, query parameters and groups, which become fields of requests and responses.
    pub(super) fields: Scope,
    /// States and facts.
    pub(super) facts: Scope,
}

impl Default for Scopes {
    fn default() -> Self {
        Self {
            root: Scope::new(&[
                "Admission",
                "Caller",
                "EXAMPLES",
                "Edge",
                "Limits",
                "MALFORMED",
                "REFUSED",
                "Route",
                "VERSIONS",
                "cors",
                "every",
                "field",
                "macros",
                "media",
                "messages",
            ]),
            limits: Scope::new(&[]),
            medias: Scope::new(&[]),
            fields: Scope::new(&["body", "detail", "endpoint", "inputs", "source", "violations"]),
            facts: Scope::new(&["body"]),
        }
    }
}

/// Adds the names of the standard library that the modules of resources, endpoints and events import.
macro_rules! with_std {
    ($($name:literal),*) => {
        &[$($name,)* "Display", "Err", "From", "None", "Ok", "Option", "Result", "Some", "String", "Vec"]
    };
}

/// The reserved names in the module of an endpoint. No outcome has one of them, wherever it is declared: an endpoint has a
/// variant for each of its outcomes.
pub(super) const ENDPOINT: &[&str] = with_std!["Decision", "E", "Facts", "Outcome", "Ready", "Request"];
/// The reserved names in the module of a resource. Those of its endpoints are included, because its outcomes are in scope there.
pub(super) const RESOURCE: &[&str] = with_std![
    "ALLOW", "Captured", "Decision", "E", "Endpoint", "Facts", "Outcome", "PATTERN", "PathTo", "Ready", "Request",
    "Route", "Service"
];
/// The reserved names in the module of a callback.
pub(super) const CALLBACK: &[&str] = with_std!["Other", "Request", "Response", "Unsigned"];
/// The reserved names of path parameters: fields of requests and variables of the functions that read them.
pub(super) const PARAMETERS: &[&str] = &["body", "endpoint", "inputs", "source"];
/// The reserved names in a module of events.
pub(super) const EVENTS: &[&str] = with_std![];
