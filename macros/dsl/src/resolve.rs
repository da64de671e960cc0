//! AST to model: names become ids, literals become numbers and texts, and rules about a single item are checked.
//! An item that breaks a rule is reported and left out.

mod access;
mod callback;
mod endpoint;
mod error;
mod example;
mod item;
mod names;
mod object;
mod outcome;
mod resource;
mod shared;
mod version;

use crate::ast::{self, Spec};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Arena, Field, Id, Media, Model};
pub(crate) use names::Scope;
use names::Scopes;
use proc_macro2::Span;
use shared::User;
use syn::{Ident, LitInt};

type Result<T> = std::result::Result<T, Diagnostic>;

/// Resolves the items without faults.
pub fn resolve(spec: Spec, diagnostics: &mut Diagnostics) -> Model {
    let routed = !spec.damaged;
    let resources = spec.resources.iter().map(|resource| resource.name.clone()).collect();
    let parameters =
        spec.resources.iter().map(|own| (own.name.clone(), own.path.value().matches('{').count())).collect();
    let versions = version::firsts(&spec.versions);
    let users = spec.resources.iter().map(User::of).collect();
    let mut resolver = Resolver {
        model: Model::default(),
        scopes: Scopes::default(),
        resources,
        parameters,
        versions,
        users,
        has_access: !spec.accesses.is_empty(),
        diagnostics,
    };
    resolver.items(&spec);
    resolver.model.routed = routed;
    resolver.common_names(&spec.commons);
    let mut commons = spec.commons;
    let mut outcomes = Scope::new(names::ENDPOINT);
    let shared = commons.iter_mut().flat_map(|common| std::mem::take(&mut common.outcomes));
    for outcome in spec.outcomes.into_iter().chain(shared) {
        let defined = outcomes.define(&outcome.name, outcome.name.to_string());
        let defined = defined.and_then(|()| resolver.scopes.root.define(&outcome.name, outcome.name.to_string()));
        if resolver.keep(&outcome.name, defined).is_some() {
            resolver.outcome(outcome, crate::model::Owner::Protocol, None);
        }
    }
    resolver.accesses(&spec.accesses);
    resolver.callbacks(spec.callbacks);
    let elsewhere = resolver.unrouted(spec.unrouted);
    for resource in spec.resources {
        resolver.resource(resource, &commons);
    }
    let others = resolver.model.examples.len();
    resolver.examples(&elsewhere, example::Place::Unrouted);
    resolver.model.examples.rotate_left(others);
    for common in &commons {
        resolver.common_examples(common);
    }
    resolver.versions(spec.versions);
    resolver.model
}

struct Resolver<'a> {
    model: Model,
    scopes: Scopes,
    /// The names of all resources, which are resolved last.
    resources: Vec<Ident>,
    /// The number of parameters in the path of each resource.
    parameters: Vec<(Ident, usize)>,
    /// The resources that are like others, with the resource that declares their clauses.
    versions: Vec<(Ident, Ident)>,
    /// The resources and their common parts.
    users: Vec<User>,
    /// Whether the spec declares an access, faulty or not.
    has_access: bool,
    diagnostics: &'a mut Diagnostics,
}

impl Resolver<'_> {
    /// Returns the declaration of `name`, or adds the fault and marks `name` as faulty.
    fn keep<T>(&mut self, name: &Ident, resolved: Result<T>) -> Option<T> {
        let kept = self.diagnostics.keep(resolved);
        if kept.is_none() {
            self.diagnostics.lose(name.to_string());
        }
        kept
    }

    /// Returns the header or query parameter with this name.
    fn field(&self, name: &Ident) -> Result<Id<Field>> {
        let fields = &self.model.fields;
        fields.find(|field| field.name == *name).ok_or_else(|| {
            unknown(Code::UnknownField, name, "header or query parameter", fields.iter().map(|field| &field.name))
        })
    }
}

/// Returns the fault for a name that is not in `declared`.
pub(crate) fn unknown<'a>(
    code: Code,
    name: &Ident,
    what: &str,
    declared: impl Iterator<Item = &'a Ident>,
) -> Diagnostic {
    Diagnostic::unknown(code, name, what, declared)
}

/// Returns the fault for a word that is not in `words`.
pub(crate) fn unknown_word(code: Code, word: &Ident, what: &str, words: &[&str]) -> Diagnostic {
    unknown(code, word, what, std::iter::empty()).words(words)
}

/// Finds a media type that is not a range.
pub(crate) fn media<'a>(medias: &'a Arena<Media>, name: &Ident) -> Result<&'a Media> {
    let unknown = || unknown(Code::UnknownValue, name, "media type", medias.iter().map(|media| &media.name));
    let media = medias.iter().find(|media| media.name == *name).ok_or_else(unknown)?;
    if media.is_range() {
        let message = format!("`{name}` is a range of media types, not a single one");
        return Err(Diagnostic::new(Code::MediaType, name.span(), message).help("use a media type without `*`"));
    }
    Ok(media)
}

/// Finds a declaration by name.
fn find<T>(arena: &Arena<T>, name: &Ident, own_name: impl Fn(&T) -> &Ident) -> Option<Id<T>> {
    arena.find(|item| own_name(item) == name)
}

/// Reads an integer that fits into 64 bits.
pub(crate) fn integer(literal: &LitInt) -> Result<u64> {
    if !literal.suffix().is_empty() {
        let message = format!("`{literal}` is not a valid number");
        let spaced = format!("{} {}", literal.base10_digits(), literal.suffix());
        return Err(Diagnostic::new(Code::UnknownUnit, literal.span(), message)
            .note("a space separates a unit from its number")
            .help(format!("write `{spaced}`")));
    }
    literal
        .base10_parse()
        .map_err(|_| too_wide(literal.span(), literal.base10_digits()).help(format!("use at most {MAX_EXACT_INTEGER}")))
}

/// Reads a range that is not empty, with bounds that JavaScript represents exactly.
pub(crate) fn range(range: &crate::ast::Range) -> Result<(u64, u64)> {
    let (min, max) = (integer(&range.min)?, integer(&range.max)?);
    if max > MAX_EXACT_INTEGER {
        return Err(too_wide(range.max.span(), &max.to_string()).help(format!("use at most {MAX_EXACT_INTEGER}")));
    }
    if min > max {
        let message = format!("the range {min}..={max} is empty");
        return Err(Diagnostic::new(Code::RangeEmpty, range.min.span(), message)
            .up_to(range.max.span())
            .help(format!("write `{max}..={min}`")));
    }
    Ok((min, max))
}

const MAX_EXACT_INTEGER: u64 = (1 << 53) - 1;

pub(crate) fn too_wide(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::IntegerTooWide, span, format!("`{what}` is too large for a JavaScript number"))
        .note("JavaScript and D1 represent integers exactly only up to 2^53-1")
}

/// Checks that a text can be sent unchanged.
pub(crate) fn wire_text(text: &syn::LitStr, what: &str) -> Result<String> {
    let value = text.value();
    let printable = value.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if value.is_empty() || !printable || value.trim() != value {
        let message = format!("{what} must be printable ASCII, not empty, and without spaces at its ends");
        let help = match value.trim() {
            "" => "write a text, `\"…\"`".to_owned(),
            plain if printable => format!("write `\"{plain}\"`"),
            _ => "use ASCII letters, digits and punctuation".to_owned(),
        };
        return Err(Diagnostic::new(Code::WireText, text.span(), message).help(help));
    }
    Ok(value)
}
