//! The headers and query parameters of requests: their names, and how each is read.

use super::names::{Depth, field_type};
use crate::ast::Place;
use crate::cors::request_headers;
use crate::model::{Field, FieldKind, Id, InputSource, Model};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(super) fn expand(model: &Model) -> TokenStream {
    let headers: Vec<&str> = request_headers(model).into_iter().collect();
    let read = model.fields.entries().filter(|(id, _)| is_read(model, *id));
    let fields = read.map(|(_, field)| marker(model, field, &headers));
    quote! {
        /// The headers and query parameters that requests are read from.
        pub mod field {
            #[allow(unused_imports)]
            use ::wire::names::*;

            /// The headers that requests may contain, in all versions.
            pub const HEADERS: &[&str] = &[#(#headers),*];

            #(#fields)*
        }
    }
}

fn is_read(model: &Model, id: Id<Field>) -> bool {
    let endpoints = || model.declared().flat_map(|(_, resource)| &resource.endpoints);
    let in_request = |source: InputSource| match source {
        InputSource::Field(own) => own == id,
        InputSource::Group(group) => model.groups[group].members.contains(&id),
    };
    let sent = model.callbacks.iter().flat_map(|callback| &callback.headers).map(|header| header.field);
    let read =
        model.callbacks.iter().flat_map(|callback| &callback.responses).flat_map(|own| &own.headers).map(|own| own.0);
    sent.chain(read).any(|field| field == id)
        || model.facts.iter().any(|fact| fact.input == Some(id))
        || model.accesses.iter().any(|access| access.fields(model).any(|own| own == id))
        || endpoints().any(|endpoint| endpoint.when.is_some_and(|when| when.query == id))
        || endpoints().flat_map(|endpoint| &endpoint.inputs).any(|input| in_request(input.source))
}

fn marker(model: &Model, field: &Field, headers: &[&str]) -> TokenStream {
    let (name, wire) = (&field.name, &field.wire);
    let place = match field.place {
        Place::Header => quote!(Header),
        Place::Query => quote!(Query),
    };
    let index = headers.iter().position(|own| own == wire).filter(|_| field.place == Place::Header);
    let index = index.map(Literal::usize_unsuffixed);
    if let Some(value) = field.flag() {
        return quote!(::wire::field!(#name = #place #wire #index, present as #value););
    }
    let kind = field_type(model, field, Depth::Inner);
    let check = (model.sound && field.grammar(model).has_check()).then(|| quote!(, check));
    let grammar = match &field.kind {
        FieldKind::BuiltIn(grammar) => grammar,
        FieldKind::Value(_) | FieldKind::Offset(_) => {
            return quote!(::wire::field!(#name: #kind = #place #wire #index #check););
        }
    };
    // The types of a resource with a fault may be missing.
    let read = super::names::body(model, || grammar.reader(model));
    let read_all = grammar.reader_of_all(model).map(|read| quote!(; |texts| #read));
    if read_all.is_none()
        && [quote!(<#kind>::read(text)), quote!(#kind::read(text))].iter().any(|own| is_same(own, &read))
    {
        return quote!(::wire::field!(#name: #kind = #place #wire #index #check););
    }
    quote!(::wire::field!(#name: #kind = #place #wire #index, |text| #read #read_all);)
}

fn is_same(own: &TokenStream, other: &TokenStream) -> bool {
    own.to_string() == other.to_string()
}
