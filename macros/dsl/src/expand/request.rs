//! Typed requests. Each value in them matches its grammar.

use super::names::{self, Depth, doc, docs_or, field_type, place, snake};
use crate::ast::{EmptyBody, Place};
use crate::model::{Endpoint, Field, Group, GroupKind, Id, Input, InputSource, JsonBody, Model, Need, Resource};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// Generates the type of a group's value.
pub(super) fn group(model: &Model, group: &Group) -> TokenStream {
    let (name, docs) = (&group.name, docs_or(&group.docs, &format!("The group `{}`.", group.name)));
    let members = group.members.iter().map(|id| {
        let field = &model.fields[*id];
        let (kind, docs) = (field_type(model, field, Depth::Root), doc(&format!("`{}`.", field.wire)));
        match group.kind {
            GroupKind::AllOrNone => {
                let name = snake(&field.name);
                quote!(#docs pub #name: #kind,)
            }
            GroupKind::AtMostOne | GroupKind::ExactlyOne => {
                let name = &field.name;
                quote!(#docs #name(#kind),)
            }
            GroupKind::Headed => {
                let name = snake(&field.name);
                let kind = if *id == group.members[0] { kind } else { quote!(::wire::names::Option<#kind>) };
                quote!(#docs pub #name: #kind,)
            }
        }
    });
    // Credentials are neither copied nor compared with `==`, which would tell by its time how much is equal.
    let secret = group.members.iter().any(|id| model.fields[*id].grammar(model).is_secret());
    let derived = if secret { quote!(Debug) } else { quote!(Clone, Debug, PartialEq, Eq) };
    match group.kind {
        GroupKind::AllOrNone | GroupKind::Headed => {
            quote!(#docs #[derive(#derived)] pub struct #name { #(#members)* })
        }
        GroupKind::AtMostOne | GroupKind::ExactlyOne => {
            quote!(#docs #[derive(#derived)] pub enum #name { #(#members)* })
        }
    }
}

/// Generates `Request` of an endpoint, and the function that reads it.
pub(super) fn expand(model: &Model, resource: &Resource, endpoint: &Endpoint) -> TokenStream {
    let inputs: Vec<&Input> = endpoint.inputs.iter().collect();
    let names: Vec<_> = inputs.iter().map(|input| names::input(model, input.source, &input.need)).collect();
    let fields = names.iter().zip(&inputs).map(|((name, kind), input)| {
        let docs = doc(&input_docs(model, input));
        quote!(#docs pub #name: #kind,)
    });
    let (parameters, types) = parameters(resource);
    let body_field = match endpoint.json_body() {
        Some(JsonBody { object, empty }) => {
            let (name, root) = (&model.objects[object].name, Depth::Innermost.root());
            let plain = quote!(#root #name);
            let kind = if empty == EmptyBody::Absent { quote!(Option<#plain>) } else { plain };
            Some(quote!(/// The body.
                pub body: #kind,))
        }
        None => endpoint.collects_body().then(|| {
            quote!(/// The body.
            pub body: Vec<u8>,)
        }),
    };
    let functions = model.sound.then(|| functions(model, resource, endpoint));
    quote! {
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            #(
                /// Where it is sent to.
                pub #parameters: super::#types,
            )*
            #(#fields)*
            #body_field
        }

        #functions
    }
}

/// The parameters of the path, and their types.
fn parameters(resource: &Resource) -> (Vec<&Ident>, Vec<Ident>) {
    resource.parameters.iter().map(|parameter| (&parameter.name, names::variant(&parameter.name))).unzip()
}

/// Generates `check` and `read`.
fn functions(model: &Model, resource: &Resource, endpoint: &Endpoint) -> TokenStream {
    let (parameters, types) = parameters(resource);
    let inputs = endpoint.inputs.iter().map(|input| self::input(model, input));
    let selectors = selectors(model, resource, endpoint);
    let body = match endpoint.json_body() {
        Some(JsonBody { object, empty }) => {
            let (root, object) = (Depth::Innermost.root(), &model.objects[object].name);
            let read = match empty {
                EmptyBody::Malformed => quote!(json),
                EmptyBody::Absent => quote!(json_or_nothing),
                EmptyBody::Memberless => quote!(json_or_memberless),
            };
            Some(quote!(body #read #root #object))
        }
        None => endpoint.collects_body().then(|| quote!(body)),
    };
    quote!(::wire::request!([#(#parameters: super::#types),*] { #(#inputs),* } [#(#selectors),*] #body);)
}

/// Returns the expression that checks the head of a request, whose `parts` of the path have been read.
pub(super) fn check(parts: &TokenStream) -> TokenStream {
    quote!(Request::check(&#parts, source))
}

fn input_docs(model: &Model, input: &Input) -> String {
    match input.source {
        InputSource::Field(id) => format!("`{}`.", model.fields[id].wire),
        InputSource::Group(id) => {
            let group = &model.groups[id];
            let members: Vec<_> = group.members.iter().map(|id| format!("`{}`", model.fields[*id].wire)).collect();
            let kind = match group.kind {
                GroupKind::AllOrNone => "all or none",
                GroupKind::AtMostOne => "at most one",
                GroupKind::ExactlyOne => "exactly one",
                GroupKind::Headed => "none without the first",
            };
            format!("{}: {kind}.", members.join(", "))
        }
    }
}

/// Returns the name of an input and its form in `request!`.
fn input(model: &Model, input: &Input) -> TokenStream {
    let (name, _) = names::input(model, input.source, &input.need);
    let id = match input.source {
        InputSource::Field(id) => id,
        InputSource::Group(id) => {
            let group = group_form(model, &model.groups[id], &input.need, Depth::Innermost);
            return match input.need {
                Need::Required => quote!(#name: required_group(#group)),
                _ => quote!(#name: group(#group)),
            };
        }
    };
    let field = &model.fields[id];
    let marker = marker(field, Depth::Innermost);
    match &input.need {
        Need::Optional if field.flag().is_some() => quote!(#name: flag(#marker)),
        Need::Optional => quote!(#name: optional(#marker)),
        Need::UnlessMalformed => quote!(#name: lenient(#marker)),
        Need::Required => quote!(#name: required(#marker)),
        Need::UnlessBodyEmpty => quote!(#name: unless_empty(#marker)),
        Need::Default(constant) => {
            let replace = constant.replace();
            quote!(#name: default(#marker, #replace))
        }
    }
}

fn marker(field: &Field, depth: Depth) -> TokenStream {
    let (name, root) = (&field.name, depth.root());
    quote!(#root field::#name)
}

/// Returns the form of a group in `group!`, in a module of the given depth.
pub(super) fn group_form(model: &Model, group: &Group, need: &Need, depth: Depth) -> TokenStream {
    let (kind, root) = (&group.name, depth.root());
    let members: Vec<&Field> = group.members.iter().map(|id: &Id<Field>| &model.fields[*id]).collect();
    let place = match members[0].place {
        Place::Header => quote!(Header),
        Place::Query => quote!(Query),
    };
    let markers = members.iter().map(|field| marker(field, depth));
    let is_required = matches!(need, Need::Required);
    let (form, is_struct) = match group.kind {
        GroupKind::AllOrNone if is_required => (quote!(all), true),
        GroupKind::AllOrNone => (quote!(all_or_none), true),
        GroupKind::Headed if is_required => (quote!(with_head), true),
        GroupKind::Headed => (quote!(headed), true),
        GroupKind::AtMostOne => (quote!(at_most_one), false),
        GroupKind::ExactlyOne => (quote!(exactly_one), false),
    };
    let names = members.iter().map(|field| if is_struct { snake(&field.name) } else { field.name.clone() });
    quote!(#form in #place of #root #kind { #(#names: #markers),* })
}

/// Returns the query parameters that select other endpoints. The endpoint without `when` receives requests in which they are
/// malformed.
fn selectors(model: &Model, resource: &Resource, endpoint: &Endpoint) -> Vec<TokenStream> {
    let selectors = resource.selectors(&endpoint.method).into_iter().filter(|_| endpoint.when.is_none());
    let fields = selectors.map(|query| &model.fields[query]).filter(|field| field.flag().is_none());
    fields.map(|field| marker(field, Depth::Innermost)).collect()
}

/// Returns a condition that holds if the variable `violations` names an input.
pub(super) fn concern(model: &Model, input: InputSource) -> TokenStream {
    let fields: Vec<_> = model.fields_of(input).into_iter().map(|id| &model.fields[id]).collect();
    let (place, names) = (place(fields[0].place), fields.iter().map(|field| &field.wire));
    quote!(violations.concern(#place, &[#(#names),*]))
}
