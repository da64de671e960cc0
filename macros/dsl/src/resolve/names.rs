//! Names: within each scope of the program, each of them means one thing.

use super::Result;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use syn::Ident;

/// The names of one module, struct or enum of the program.
pub(super) struct Scope {
    /// Those that the program has anyway.
    reserved: &'static [&'static str],
    /// Those that a spec declares: as the program calls them, and as the spec does.
    taken: Vec<(String, Ident)>,
}

impl Scope {
    pub(super) fn new(reserved: &'static [&'static str]) -> Self {
        Self { reserved, taken: Vec::new() }
    }

    /// Takes `called`, which is what the program calls `name`.
    pub(super) fn claim(&mut self, name: &Ident, called: impl Into<String>) -> Result<()> {
        let called = called.into();
        let note = |diagnostic: Diagnostic| {
            if name == &called { diagnostic } else { diagnostic.note(format!("`{name}` is called `{called}` there")) }
        };
        if self.reserved.contains(&called.as_str()) {
            let message = format!("`{name}` is taken in the program");
            return Err(note(Diagnostic::new(Code::ReservedName, name.span(), message)).help(another(name)));
        }
        if let Some((_, other)) = self.taken.iter().find(|(taken, _)| *taken == called) {
            return Err(if other == name {
                Diagnostic::new(Code::DuplicateName, name.span(), format!("`{name}` is declared twice"))
                    .note(format!("the first is{}", on_line(other.span())))
                    .help("delete one of them, or give it another name")
            } else {
                let message = format!("`{name}` and `{other}` have one name in the program");
                note(Diagnostic::new(Code::DuplicateName, name.span(), message))
                    .note(format!("`{other}` is declared{}", on_line(other.span())))
                    .help(another(name))
            });
        }
        self.taken.push((called, name.clone()));
        Ok(())
    }
}

/// What to call it instead.
fn another(name: &Ident) -> String {
    let upper = name.to_string().starts_with(char::is_uppercase);
    if upper { format!("another name, such as `The{name}`") } else { format!("another name, such as `the_{name}`") }
}

/// All scopes that outlive the item that they are in.
pub(super) struct Scopes {
    /// The module that everything is in.
    pub(super) root: Scope,
    pub(super) limits: Scope,
    pub(super) medias: Scope,
    /// Headers, query parameters and groups, which become parts of requests and responses.
    pub(super) fields: Scope,
    /// States and facts.
    pub(super) facts: Scope,
}

impl Default for Scopes {
    fn default() -> Self {
        Self {
            root: Scope::new(&["Edge", "Limits", "Route", "cors", "every", "field", "media"]),
            limits: Scope::new(&[]),
            medias: Scope::new(&[]),
            fields: Scope::new(&["body", "detail", "endpoint", "inputs", "source", "violations"]),
            facts: Scope::new(&["body"]),
        }
    }
}

/// What the modules of resources, endpoints and events are written in.
macro_rules! with_std {
    ($($name:literal),*) => {
        &[$($name,)* "Display", "Err", "From", "None", "Ok", "Option", "Result", "Some", "String", "Vec"]
    };
}

/// What the module of an endpoint has besides its outcomes. Outcomes of a whole resource may be seen in it, too.
pub(super) const ENDPOINT: &[&str] = with_std!["Decision", "Facts", "Outcome", "Ready", "Request"];
/// What the module of a resource has besides outcomes, endpoints and parameters.
pub(super) const RESOURCE: &[&str] = with_std![
    "Captured", "Decision", "Endpoint", "Facts", "Outcome", "PATTERN", "Ready", "Request", "Route", "Service"
];
/// What the module of events has besides those.
pub(super) const EVENTS: &[&str] = with_std![];
