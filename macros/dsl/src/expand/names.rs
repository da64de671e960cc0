//! The names and types that the expansion uses, each made in one place.

use crate::ast::{Docs, Place};
use crate::model::{Fact, Field, FieldKind, InputSource, Model, Need, Owner, State};
use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Ident;

/// How deep a module lies: how many `super`s lead to the root of the expansion.
#[derive(Clone, Copy)]
pub(super) enum Depth {
    Root = 0,
    Inner = 1,
    Innermost = 2,
}

impl Depth {
    /// The path to the root.
    pub(super) fn root(self) -> TokenStream {
        let supers = (0..self as usize).map(|_| quote!(super::));
        quote!(#(#supers)*)
    }

    pub(super) fn of(owner: Owner) -> Self {
        match owner {
            Owner::Protocol => Depth::Root,
            Owner::Resource(_) => Depth::Inner,
            Owner::Endpoint(..) => Depth::Innermost,
        }
    }
}

/// `stream_next_offset`, where it was declared.
pub(super) fn snake(name: &Ident) -> Ident {
    ident(&name.to_string().to_snake_case(), name.span())
}

/// `StreamState` for the state `stream`.
pub(super) fn state_type(state: &State) -> Ident {
    format_ident!("{}State", state.name.to_string().to_upper_camel_case(), span = state.name.span())
}

/// `Absent` for the variant `absent`.
pub(super) fn variant(name: &Ident) -> Ident {
    ident(&name.to_string().to_upper_camel_case(), name.span())
}

/// `content_type_differs` for the fact `content_type.differs`.
pub(super) fn fact_method(fact: &Fact) -> Ident {
    format_ident!("{}_{}", fact.subject.to_string(), fact.verb.to_string(), span = fact.verb.span())
}

/// `JSON` for the media type `Json`.
pub(super) fn constant(name: &Ident) -> Ident {
    ident(&name.to_string().to_shouty_snake_case(), name.span())
}

/// A name of its own, or a raw one where Rust keeps it for itself.
pub(super) fn ident(text: &str, span: Span) -> Ident {
    match syn::parse_str::<Ident>(text) {
        Ok(_) => Ident::new(text, span),
        Err(_) => Ident::new_raw(text, span),
    }
}

/// `::wire::Place::Header`
pub(super) fn place(place: Place) -> TokenStream {
    match place {
        Place::Header => quote!(::wire::Place::Header),
        Place::Query => quote!(::wire::Place::Query),
    }
}

/// The type of a field's value.
pub(super) fn field_type(model: &Model, field: &Field, depth: Depth) -> TokenStream {
    let root = depth.root();
    match &field.kind {
        FieldKind::Flag(_) => quote!(bool),
        FieldKind::MediaType => quote!(::wire::MediaType),
        FieldKind::Timestamp => quote!(::wire::Timestamp),
        FieldKind::EntityTag => quote!(::wire::EntityTag),
        FieldKind::EntityTags => quote!(::wire::EntityTags),
        FieldKind::List => quote!(::wire::List),
        FieldKind::PathTo(resource) => {
            let module = snake(resource);
            let resource = model.resources.iter().find(|own| own.name == *resource);
            match resource.and_then(|own| own.parameters.first()).map(|parameter| variant(&parameter.name)) {
                Some(parameter) => quote!(#root #module::#parameter),
                // Of a resource with a fault.
                None => quote!(::wire::names::String),
            }
        }
        FieldKind::Value(id) => {
            let name = &model.values[*id].name;
            quote!(#root #name)
        }
        FieldKind::Offset(id) => {
            let name = &model.offsets[*id].name;
            quote!(#root #name)
        }
        FieldKind::OffsetOrSentinel(id) => {
            let name = or_sentinel(&model.offsets[*id].name);
            quote!(#root #name)
        }
    }
}

/// `OffsetOrSentinel`
pub(super) fn or_sentinel(offset: &Ident) -> Ident {
    format_ident!("{}OrSentinel", offset, span = offset.span())
}

/// The name and type of an input, as a field of a request.
pub(super) fn input(model: &Model, source: InputSource, need: &Need) -> (Ident, TokenStream) {
    let depth = Depth::Innermost;
    match source {
        InputSource::Group(id) => {
            let (name, root) = (&model.groups[id].name, depth.root());
            (snake(name), quote!(::wire::names::Option<#root #name>))
        }
        InputSource::Field(id) => {
            let field = &model.fields[id];
            let plain = field_type(model, field, depth);
            let optional = matches!(need, Need::Optional | Need::UnlessBodyEmpty | Need::UnlessMalformed);
            let flag = matches!(field.kind, FieldKind::Flag(_));
            let kind = if optional && !flag { quote!(::wire::names::Option<#plain>) } else { plain };
            (snake(&field.name), kind)
        }
    }
}

/// What a function does, if the spec is sound; else there is nothing that it could do.
pub(super) fn body(model: &Model, body: TokenStream) -> TokenStream {
    if model.sound { body } else { quote!(::core::unreachable!()) }
}

/// The author's documentation, or `otherwise` where there is none.
pub(super) fn docs_or(docs: &Docs, otherwise: &str) -> TokenStream {
    if docs.is_empty() { doc(otherwise) } else { quote!(#(#docs)*) }
}

/// `1_048_576`
pub(super) fn number(value: u64) -> Literal {
    let digits = value.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group)).collect();
    // A group of digits is a literal, and so are several with an underscore between two.
    groups.join("_").parse().unwrap_or_else(|_| Literal::u64_unsuffixed(value))
}

/// `/// text`
pub(super) fn doc(text: &str) -> TokenStream {
    let text = format!(" {text}");
    quote!(#[doc = #text])
}
