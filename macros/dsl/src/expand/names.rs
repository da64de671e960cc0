//! The names and types in generated code.

use crate::ast::{Docs, Place};
use crate::model::{Fact, Field, FieldKind, InputSource, Model, Need, Owner, State};
use crate::parse::is_keyword;
use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Ident;

/// The depth of a module: the number of `super`s to the root of the expansion.
#[derive(Clone, Copy)]
pub(crate) enum Depth {
    Root = 0,
    Inner = 1,
    Innermost = 2,
}

impl Depth {
    /// Returns the path to the root.
    pub(crate) fn root(self) -> TokenStream {
        let supers = (0..self as usize).map(|_| quote!(super::));
        quote!(#(#supers)*)
    }

    pub(crate) fn of(owner: Owner) -> Self {
        match owner {
            Owner::Protocol => Depth::Root,
            Owner::Resource(_) => Depth::Inner,
            Owner::Endpoint(..) => Depth::Innermost,
        }
    }
}

/// The place where the spec declares `name`: rustc points at it where a program lacks what the declaration demands.
pub(crate) fn declared_at(name: &Ident) -> Span {
    Span::call_site().located_at(name.span())
}

/// `stream_next_offset` for `StreamNextOffset`, with the same span.
pub(crate) fn snake(name: &Ident) -> Ident {
    ident(&name.to_string().to_snake_case(), name.span())
}

/// `StreamState` for the state `stream`.
pub(crate) fn state_type(state: &State) -> Ident {
    format_ident!("{}State", state.name.to_string().to_upper_camel_case(), span = state.name.span())
}

/// `Absent` for the variant `absent`.
pub(crate) fn variant(name: &Ident) -> Ident {
    ident(&name.to_string().to_upper_camel_case(), name.span())
}

/// `content_type_differs` for the fact `content_type.differs`.
pub(crate) fn fact_method(fact: &Fact) -> Ident {
    format_ident!("{}_{}", fact.subject.to_string(), fact.predicate.to_string(), span = fact.predicate.span())
}

/// `JSON` for the media type `Json`.
pub(crate) fn constant(name: &Ident) -> Ident {
    ident(&name.to_string().to_shouty_snake_case(), name.span())
}

/// Returns an identifier, or a raw one if `text` is a keyword of Rust.
pub(crate) fn ident(text: &str, span: Span) -> Ident {
    if is_keyword(text) { Ident::new_raw(text, span) } else { Ident::new(text, span) }
}

/// `::wire::Place::Header`
pub(crate) fn place(place: Place) -> TokenStream {
    match place {
        Place::Header => quote!(::wire::Place::Header),
        Place::Query => quote!(::wire::Place::Query),
    }
}

/// Returns the type of a field's value.
pub(crate) fn field_type(model: &Model, field: &Field, depth: Depth) -> TokenStream {
    let root = depth.root();
    match &field.kind {
        FieldKind::BuiltIn(grammar) => grammar.rust_type(model, &root),
        FieldKind::Value(id) => {
            let name = &model.values[*id].name;
            quote!(#root #name)
        }
        FieldKind::Offset(id) => {
            let name = &model.offsets[*id].name;
            quote!(#root #name)
        }
    }
}

/// `OffsetOrSentinel`
pub(crate) fn or_sentinel(offset: &Ident) -> Ident {
    format_ident!("{}OrSentinel", offset, span = offset.span())
}

/// Returns the name and type of an input's field in `Request`.
pub(crate) fn input(model: &Model, source: InputSource, need: &Need) -> (Ident, TokenStream) {
    let depth = Depth::Innermost;
    match source {
        InputSource::Group(id) => {
            let (name, root) = (&model.groups[id].name, depth.root());
            let plain = quote!(#root #name);
            let kind = if need.can_be_absent() { quote!(::wire::names::Option<#plain>) } else { plain };
            (snake(name), kind)
        }
        InputSource::Field(id) => {
            let field = &model.fields[id];
            let plain = field_type(model, field, depth);
            let kind = if is_option(field, need) { quote!(::wire::names::Option<#plain>) } else { plain };
            (snake(&field.name), kind)
        }
    }
}

/// Whether an input is an `Option` in `Request`.
pub(crate) fn is_option(field: &Field, need: &Need) -> bool {
    need.can_be_absent() && field.flag().is_none()
}

/// Returns the body of a function, or `unreachable!()` if the spec has a fault.
pub(crate) fn body(model: &Model, body: impl FnOnce() -> TokenStream) -> TokenStream {
    if model.sound { body() } else { quote!(::core::unreachable!()) }
}

/// Code for a case that the checks of a spec exclude. If a check is missing, the program does not compile.
pub(crate) fn excluded(what: &str) -> TokenStream {
    let message = format!("the compiler of the spec did not report {what}");
    quote!(::core::compile_error!(#message))
}

/// Returns the doc comments of the spec, or `otherwise` if there are none.
pub(crate) fn docs_or(docs: &Docs, otherwise: &str) -> TokenStream {
    if docs.is_empty() { doc(otherwise) } else { quote!(#(#docs)*) }
}

/// `1_048_576`
pub(crate) fn number(value: u64) -> Literal {
    let digits = value.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group)).collect();
    // Groups of digits with underscores between them are a valid literal.
    groups.join("_").parse().unwrap_or_else(|_| Literal::u64_unsuffixed(value))
}

/// `/// text`
pub(crate) fn doc(text: &str) -> TokenStream {
    let text = format!(" {text}");
    quote!(#[doc = #text])
}
