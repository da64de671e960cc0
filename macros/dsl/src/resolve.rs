//! AST to model: names become ids, literals become numbers and texts, and every rule about a single item is checked.
//! An item that breaks one is reported and left out.

mod endpoint;
mod example;
mod item;
mod names;
mod outcome;
mod resource;

use crate::ast::Spec;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Arena, Field, Id, Model};
use crate::suggest;
use names::Scopes;
use proc_macro2::Span;
use syn::{Ident, LitInt};

type Result<T> = std::result::Result<T, Diagnostic>;

/// Resolves what can be resolved.
pub fn resolve(spec: Spec, diagnostics: &mut Diagnostics) -> Model {
    let paths = spec
        .resources
        .iter()
        .map(|resource| (resource.name.clone(), resource.path.value().matches('{').count()))
        .collect();
    let mut resolver = Resolver { model: Model::default(), scopes: Scopes::default(), paths, diagnostics };
    resolver.items(&spec);
    for outcome in spec.outcomes {
        let claimed = resolver.scopes.root.claim(&outcome.name, outcome.name.to_string());
        if resolver.diagnostics.keep(claimed).is_some() {
            resolver.outcome(outcome, crate::model::Owner::Protocol, None);
        }
    }
    resolver.unrouted(spec.unrouted);
    for resource in spec.resources {
        resolver.resource(resource);
    }
    resolver.model
}

struct Resolver<'a> {
    model: Model,
    scopes: Scopes,
    /// The resources, and how many variable parts their paths have.
    paths: Vec<(Ident, usize)>,
    diagnostics: &'a mut Diagnostics,
}

impl Resolver<'_> {
    /// Keeps what is declared as `name`, or adds the fault that took its place.
    fn keep<T>(&mut self, name: &Ident, resolved: Result<T>) -> Option<T> {
        let kept = self.diagnostics.keep(resolved);
        if kept.is_none() {
            self.diagnostics.lose(name.to_string());
        }
        kept
    }

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
    let help = suggest::help(&written, what, known.iter().map(String::as_str));
    Diagnostic::new(code, name.span(), format!("no {what} is called `{written}`")).help(help).missing(written)
}

/// Finds a declared name.
fn find<T>(arena: &Arena<T>, name: &Ident, own_name: impl Fn(&T) -> &Ident) -> Option<Id<T>> {
    arena.find(|item| own_name(item) == name)
}

/// An integer that fits.
fn integer(literal: &LitInt) -> Result<u64> {
    if !literal.suffix().is_empty() {
        let message = format!("`{literal}` is no number");
        let spaced = format!("{} {}", literal.base10_digits(), literal.suffix());
        return Err(Diagnostic::new(Code::UnknownUnit, literal.span(), message)
            .note("a unit stands apart from its number")
            .help(spaced));
    }
    literal
        .base10_parse()
        .map_err(|_| too_wide(literal.span(), literal.base10_digits()).help(format!("at most {MAX_EXACT_INTEGER}")))
}

/// A range that contains something, with ends that JavaScript can hold.
fn range(range: &crate::ast::Range) -> Result<(u64, u64)> {
    let (min, max) = (integer(&range.min)?, integer(&range.max)?);
    if max > MAX_EXACT_INTEGER {
        return Err(too_wide(range.max.span(), &max.to_string()).help(format!("at most {MAX_EXACT_INTEGER}")));
    }
    if min > max {
        let message = format!("the range {min}..={max} contains nothing");
        return Err(Diagnostic::new(Code::RangeEmpty, range.min.span(), message)
            .up_to(range.max.span())
            .help(format!("{max}..={min}")));
    }
    Ok((min, max))
}

const MAX_EXACT_INTEGER: u64 = (1 << 53) - 1;

fn too_wide(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::IntegerTooWide, span, format!("`{what}` does not survive JavaScript numbers"))
        .note("JSON and D1 carry integers exactly only up to 2^53-1")
}

/// A text that can stand on the wire as it is.
fn wire_text(text: &syn::LitStr, what: &str) -> Result<String> {
    let value = text.value();
    let printable = value.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if value.is_empty() || !printable || value.trim() != value {
        let message = format!("{what} is printable ASCII, neither empty nor with spaces around it");
        let help = match value.trim() {
            "" => "\"…\"".to_owned(),
            plain if printable => format!("\"{plain}\""),
            _ => "letters, digits and punctuation of ASCII".to_owned(),
        };
        return Err(Diagnostic::new(Code::WireText, text.span(), message).help(help));
    }
    Ok(value)
}
