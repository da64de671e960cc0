//! AST to model: names become ids, literals become numbers and texts, and every rule about a single item is checked.
//! An item that breaks one is reported and left out.

mod endpoint;
mod item;
mod outcome;
mod resource;

use crate::ast::Spec;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Arena, Field, Id, Model};
use crate::suggest;
use proc_macro2::Span;
use syn::{Ident, LitInt};

type Result<T> = std::result::Result<T, Diagnostic>;

/// Resolves what can be resolved.
pub fn resolve(spec: Spec, diagnostics: &mut Diagnostics) -> Model {
    let mut resolver = Resolver { model: Model::default(), diagnostics };
    resolver.items(&spec);
    for outcome in spec.outcomes {
        resolver.outcome(outcome, crate::model::Owner::Protocol);
    }
    resolver.unrouted(spec.unrouted);
    for resource in spec.resources {
        resolver.resource(resource);
    }
    resolver.model
}

struct Resolver<'a> {
    model: Model,
    diagnostics: &'a mut Diagnostics,
}

impl Resolver<'_> {
    /// The header or query parameter of this name.
    fn field(&self, name: &Ident) -> Result<Id<Field>> {
        let fields = &self.model.fields;
        fields.find(|field| field.name == *name).ok_or_else(|| {
            unknown(Code::UnknownField, name, "header or query parameter", fields.iter().map(|field| &field.name))
        })
    }
}

/// A fault about a name that is none of `known`.
fn unknown<'a>(code: Code, name: &Ident, what: &str, known: impl Iterator<Item = &'a Ident>) -> Diagnostic {
    let known: Vec<_> = known.map(ToString::to_string).collect();
    let written = name.to_string();
    Diagnostic::new(code, name.span(), format!("no {what} is called `{written}`")).help(suggest::help(
        &written,
        what,
        known.iter().map(String::as_str),
    ))
}

/// Finds a declared name.
fn find<T>(arena: &Arena<T>, name: &Ident, own_name: impl Fn(&T) -> &Ident) -> Option<Id<T>> {
    arena.find(|item| own_name(item) == name)
}

/// An integer that fits.
fn integer(literal: &LitInt) -> Result<u64> {
    if !literal.suffix().is_empty() {
        let message = format!("unknown unit `{}`", literal.suffix());
        return Err(Diagnostic::new(Code::UnknownUnit, literal.span(), message).help("put a space before a unit"));
    }
    literal.base10_parse().map_err(|error| Diagnostic::new(Code::IntegerTooWide, literal.span(), error.to_string()))
}

/// A range that contains something, with ends that JavaScript can hold.
fn range(range: &crate::ast::Range) -> Result<(u64, u64)> {
    let (min, max) = (integer(&range.min)?, integer(&range.max)?);
    if max > MAX_EXACT_INTEGER {
        return Err(too_wide(range.max.span(), &max.to_string()).help(format!("at most {MAX_EXACT_INTEGER}")));
    }
    if min > max {
        let message = format!("the range {min}..={max} contains nothing");
        return Err(Diagnostic::new(Code::RangeEmpty, range.min.span(), message).help(format!("{max}..={min}")));
    }
    Ok((min, max))
}

const MAX_EXACT_INTEGER: u64 = (1 << 53) - 1;

fn too_wide(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::IntegerTooWide, span, format!("`{what}` does not survive JavaScript numbers"))
        .note("JSON and D1 carry integers exactly only up to 2^53-1")
}
