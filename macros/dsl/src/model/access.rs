//! Credentials and permissions.

use super::{Condition, Endpoint, Id, InputSource, Line, Model, Outcome, Resource};
use crate::ast::{Docs, Place};
use crate::model::Field;
use proc_macro2::Span;
use syn::Ident;

/// How callers prove who they are, and what they can be permitted to do.
pub struct Access {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The kinds of credentials. A request has at most one of them.
    pub credentials: Vec<InputSource>,
    /// Whether a request without credentials can be permitted.
    pub accepts_none: bool,
    /// The operations that callers can be permitted to do.
    pub operations: Vec<Operation>,
    /// Why the program refuses requests, whatever the permissions. The first is `unknown`: the credentials are not valid.
    pub refusals: Vec<Refusal>,
    /// The outcome of requests of callers who lack a permission, and where it is named. `None` if every caller with valid credentials may do
    /// everything.
    pub denied: Option<(Id<Outcome>, Span)>,
}

/// A reason to refuse requests, whatever the permissions.
pub struct Refusal {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
    /// The outcome of requests that are refused for this reason.
    pub outcome: Id<Outcome>,
    /// Where the outcome is named.
    pub outcome_span: Span,
}

/// Something that a caller can be permitted to do.
pub struct Operation {
    /// The doc comments.
    pub docs: Docs,
    /// The name.
    pub name: Ident,
}

/// The permissions that an endpoint needs.
#[derive(Clone)]
pub enum Permissions {
    /// Nothing. Either the spec declares no access, or the clauses of the endpoint have a fault.
    Undeclared,
    /// Anyone may send its requests.
    Public,
    /// Its callers need these permissions.
    Restricted(Id<Access>, Vec<Need>),
}

/// The outcome of some requests whose callers lack a permission, instead of that of the access.
#[derive(Clone)]
pub struct Denial {
    /// Which requests.
    pub condition: Condition,
    /// Their outcome.
    pub outcome: Id<Outcome>,
    /// Where the outcome is named.
    pub outcome_span: Span,
}

/// A permission that an endpoint needs.
#[derive(Clone)]
pub struct Need {
    /// The index of the operation.
    pub operation: usize,
    /// The path that the operation is about.
    pub subject: Option<Subject>,
    /// When the permission is needed. `None` for every request.
    pub condition: Option<Condition>,
    /// Where the operation is named.
    pub span: Span,
}

/// The path that an operation is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The parameter of the endpoint's own path with this index.
    Parameter(usize),
    /// The path in a header or query parameter, if the request has it.
    Input(Id<Field>),
}

/// The caller of an example.
#[derive(Clone)]
pub enum Caller {
    /// The program refuses the caller for the reason with this index.
    Refused(Id<Access>, usize),
    /// The caller may do only these operations.
    Permitted(Id<Access>, Vec<usize>),
}

impl Access {
    /// The headers and query parameters of all kinds of credentials.
    pub fn fields<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = Id<Field>> + 'a {
        self.credentials.iter().flat_map(|source| model.fields_of(*source))
    }
}

/// When a request has credentials of one kind, and not of another kind that shares inputs with it.
pub struct Distinction {
    /// The inputs that no smaller kind has. One of them is given. There are none if there is no smaller kind.
    pub own: Vec<Id<Field>>,
    /// The further inputs of larger kinds. None of them is given.
    pub others: Vec<Id<Field>>,
}

impl Access {
    /// What tells a kind of credentials from the others.
    #[must_use]
    pub fn distinction(&self, model: &Model, kind: InputSource) -> Distinction {
        let fields = model.fields_of(kind);
        let of = |kinds: Vec<&InputSource>| kinds.into_iter().flat_map(|own| model.fields_of(*own)).collect::<Vec<_>>();
        let smaller = of(self.credentials.iter().filter(|other| model.extends(kind, **other)).collect());
        let mut others = of(self.credentials.iter().filter(|other| model.extends(**other, kind)).collect());
        others.retain(|field| !fields.contains(field));
        let own = fields.into_iter().filter(|field| !smaller.is_empty() && !smaller.contains(field));
        Distinction { own: own.collect(), others }
    }
}

impl Caller {
    /// The caller as written in `given`.
    #[must_use]
    pub fn text(&self, model: &Model) -> String {
        match self {
            Self::Refused(access, index) => {
                let access = &model.accesses[*access];
                format!("{} {}", access.name, access.refusals[*index].name)
            }
            Self::Permitted(access, operations) => {
                let access = &model.accesses[*access];
                let names = operations.iter().map(|index| access.operations[*index].name.to_string());
                let names =
                    if operations.is_empty() { "nothing".to_owned() } else { names.collect::<Vec<_>>().join(", ") };
                format!("{} permits {names}", access.name)
            }
        }
    }
}

impl Endpoint {
    /// The access and the permissions that callers need, unless anyone may send requests.
    #[must_use]
    pub fn restriction(&self) -> Option<(Id<Access>, &[Need])> {
        match &self.permissions {
            Permissions::Restricted(access, needs) => Some((*access, needs)),
            Permissions::Undeclared | Permissions::Public => None,
        }
    }
}

impl Need {
    /// The permission as written, such as `append(path)`, without its condition.
    #[must_use]
    pub fn text(&self, model: &Model, resource: &Resource, access: Id<Access>) -> String {
        let operation = &model.accesses[access].operations[self.operation].name;
        match self.subject {
            None => operation.to_string(),
            Some(Subject::Parameter(index)) => format!("{operation}({})", resource.parameters[index].name),
            Some(Subject::Input(id)) => format!("{operation}({})", model.fields[id].name),
        }
    }
}

impl Line {
    /// Whether the line refuses a request for its credentials. Such lines are generated from `access` and come first.
    #[must_use]
    pub fn is_about_access(&self) -> bool {
        matches!(self.condition.atoms().first(), Some(super::Atom::Refused(..) | super::Atom::Denied(_)))
    }
}

impl Model {
    /// The headers, or the query parameters, that are credentials.
    pub fn credentials(&self, place: Place) -> impl Iterator<Item = &Field> {
        let fields = self.accesses.iter().flat_map(|access| access.fields(self)).map(|id| &self.fields[id]);
        fields.filter(move |field| field.place == place)
    }
}
