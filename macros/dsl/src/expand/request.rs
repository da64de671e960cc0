//! Typed requests. Each value in them matches its grammar.

use super::names::{self, Depth, doc, docs_or, field_type, place, snake};
use crate::ast::EmptyBody;
use crate::grammar::Constant;
use crate::model::{Endpoint, Field, Group, GroupKind, Id, Input, InputSource, JsonBody, Model, Need, Resource};
use proc_macro2::TokenStream;
use quote::quote;

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
    let parameters: Vec<_> = resource.parameters.iter().map(|parameter| &parameter.name).collect();
    let types: Vec<_> = parameters.iter().map(|name| names::variant(name)).collect();
    let wires: Vec<_> = parameters.iter().map(ToString::to_string).collect();
    let reads = inputs.iter().map(|input| read(model, input));
    let selector = selector(model, resource, endpoint);
    let required: Vec<_> = inputs
        .iter()
        .zip(&names)
        .filter(|(input, _)| matches!(input.need, Need::Required))
        .map(|(_, (name, _))| name)
        .chain(parameters.iter().copied())
        .collect();
    let all: Vec<_> = parameters.iter().copied().chain(names.iter().map(|(name, _)| name)).collect();
    let (body_field, body) = match endpoint.json_body() {
        Some(JsonBody { object, empty }) => {
            let (name, root) = (&model.objects[object].name, Depth::Innermost.root());
            let plain = quote!(#root #name);
            let kind = if empty == EmptyBody::Absent { quote!(Option<#plain>) } else { plain };
            (
                quote!(/// The body.
                    pub body: #kind,),
                quote!(body: body?,),
            )
        }
        None if endpoint.collects_body() => (
            quote!(/// The body; empty as long as it has not been read.
                pub body: Vec<u8>,),
            quote!(body: body.unwrap_or_default(),),
        ),
        None => (quote!(), quote!()),
    };
    let values = all.iter().map(|name| if required.contains(name) { quote!(#name: #name?,) } else { quote!(#name,) });
    let assembled = quote!(let request = || Some(Self { #(#values)* #body }););
    let captured = if model.sound { quote!([#(#parameters),*]) } else { quote!(_) };
    let reads = quote! {
        let mut inputs = ::wire::Inputs::new(source);
        inputs.host();
        #(let #parameters = inputs.check(::wire::Place::Path, #wires, super::#types::read(#parameters));)*
        #(#reads)*
        #selector
    };
    let functions = match endpoint.json_body() {
        Some(json) => with_json(model, json, &captured, &reads, &assembled),
        None => with_bytes(model, endpoint, &captured, &reads, &assembled),
    };
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

        impl Request {
            #functions
        }
    }
}

/// Generates `read` of a request whose body, if it has one, can be any bytes.
fn with_bytes(
    model: &Model,
    endpoint: &Endpoint,
    captured: &TokenStream,
    reads: &TokenStream,
    assembled: &TokenStream,
) -> TokenStream {
    let body_name = if endpoint.collects_body() { quote!(body) } else { quote!(_body) };
    let body = names::body(model, || quote!(#reads #assembled inputs.finish(request())));
    quote! {
        /// Reads a request. Rules about the body are left out as long as it is not read.
        ///
        /// # Errors
        /// All that is wrong with it.
        pub fn read(
            #captured: super::Captured<'_>,
            source: &impl ::wire::Source,
            #body_name: Option<Vec<u8>>,
        ) -> Result<Self, ::wire::Violations> {
            #body
        }
    }
}

/// Generates `check` and `read` of a request with a JSON body.
fn with_json(
    model: &Model,
    json: JsonBody,
    captured: &TokenStream,
    reads: &TokenStream,
    assembled: &TokenStream,
) -> TokenStream {
    let (root, object) = (Depth::Innermost.root(), &model.objects[json.object].name);
    let read = match json.empty {
        EmptyBody::Malformed => quote!(json),
        EmptyBody::Absent => quote!(json_or_nothing),
        EmptyBody::Memberless => quote!(json_or_memberless),
    };
    let parts = names::body(model, || {
        quote! {
            #reads
            let body = body.and_then(|body| inputs.#read::<#root #object>(body));
            #assembled
            let request = request();
            (inputs, request)
        }
    });
    quote! {
        /// Checks the head of a request.
        ///
        /// # Errors
        /// All that is wrong with it.
        pub fn check(captured: super::Captured<'_>, source: &impl ::wire::Source) -> Result<(), ::wire::Violations> {
            let (inputs, _) = Self::parts(captured, source, None);
            inputs.finish(Some(()))
        }

        /// Reads a request.
        ///
        /// # Errors
        /// All that is wrong with it, and with its body.
        pub fn read(
            captured: super::Captured<'_>,
            source: &impl ::wire::Source,
            body: &[u8],
        ) -> Result<Self, ::wire::Violations> {
            let (inputs, request) = Self::parts(captured, source, Some(body));
            inputs.finish(request)
        }

        fn parts<'a, S: ::wire::Source>(
            #captured: super::Captured<'_>,
            source: &'a S,
            body: Option<&[u8]>,
        ) -> (::wire::Inputs<'a, S>, Option<Self>) {
            #parts
        }
    }
}

/// Returns the expression that checks the head of a request.
pub(super) fn check(endpoint: &Endpoint) -> TokenStream {
    match endpoint.body_object() {
        Some(_) => quote!(Request::check(captured, source)),
        None => quote!(Request::read(captured, source, None)),
    }
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

fn read(model: &Model, input: &Input) -> TokenStream {
    let (name, _) = names::input(model, input.source, &input.need);
    let id = match input.source {
        InputSource::Group(id) => return read_group(model, &model.groups[id], &input.need, Depth::Innermost),
        InputSource::Field(id) => id,
    };
    let field = &model.fields[id];
    let (marker, root) = (&field.name, Depth::Innermost.root());
    let marker = quote!(#root field::#marker);
    match &input.need {
        Need::Optional if field.flag().is_some() => quote!(let #name = inputs.flag::<#marker>();),
        Need::Optional => quote!(let #name = inputs.optional::<#marker>();),
        Need::UnlessMalformed => quote!(let #name = inputs.lenient::<#marker>();),
        Need::Required => quote!(let #name = inputs.required::<#marker>();),
        Need::UnlessBodyEmpty => quote! {
            let #name = match &body {
                Some(body) if !body.is_empty() => inputs.required::<#marker>(),
                _ => None,
            };
        },
        Need::Default(Constant { replace, .. }) => quote!(let #name = inputs.optional::<#marker>().#replace;),
    }
}

/// Generates a variable with the value of a group, in a module of the given depth.
pub(super) fn read_group(model: &Model, group: &Group, need: &Need, depth: Depth) -> TokenStream {
    let (name, kind, root) = (snake(&group.name), &group.name, depth.root());
    let members: Vec<&Field> = group.members.iter().map(|id: &Id<Field>| &model.fields[*id]).collect();
    let place = place(members[0].place);
    let markers = members.iter().map(|field| &field.name);
    let declared = markers.clone().map(|marker| quote!(::wire::Declared::of::<#root field::#marker>()));
    match group.kind {
        GroupKind::AllOrNone if matches!(need, Need::Required) => {
            let fields: Vec<_> = members.iter().map(|field| snake(&field.name)).collect();
            quote! {
                let #name = match (#(inputs.required::<#root field::#markers>(),)*) {
                    (#(Some(#fields),)*) => Some(#root #kind { #(#fields),* }),
                    _ => None,
                };
            }
        }
        GroupKind::AllOrNone => {
            let fields: Vec<_> = members.iter().map(|field| snake(&field.name)).collect();
            quote! {
                let #name = if inputs.all_or_none(#place, &[#(#declared),*]) {
                    match (#(inputs.optional::<#root field::#markers>(),)*) {
                        (#(Some(#fields),)*) => {
                            Some(#root #kind { #(#fields),* })
                        }
                        _ => None,
                    }
                } else {
                    None
                };
            }
        }
        GroupKind::Headed => {
            let (head, rest) = (members[0], &members[1..]);
            let (head_name, head_marker) = (snake(&head.name), &head.name);
            let names = rest.iter().map(|field| snake(&field.name));
            let markers = rest.iter().map(|field| &field.name);
            let (check, read) = match need {
                Need::Required => (None, quote!(required)),
                _ => (Some(quote!(inputs.headed(#place, &[#(#declared),*]);)), quote!(optional)),
            };
            quote! {
                #check
                let #name = inputs.#read::<#root field::#head_marker>().map(|#head_name| #root #kind {
                    #head_name,
                    #(#names: inputs.optional::<#root field::#markers>(),)*
                });
            }
        }
        GroupKind::AtMostOne | GroupKind::ExactlyOne => {
            let variants = members.iter().map(|field| &field.name);
            let check = if group.kind == GroupKind::AtMostOne { quote!(at_most_one) } else { quote!(exactly_one) };
            quote! {
                inputs.#check(#place, &[#(#declared),*]);
                let #name = None
                    #(.or(inputs.optional::<#root field::#markers>().map(#root #kind::#variants)))*;
            }
        }
    }
}

/// Generates the checks of the query parameters that select other endpoints. The endpoint without `when` receives requests in
/// which they are malformed.
fn selector(model: &Model, resource: &Resource, endpoint: &Endpoint) -> TokenStream {
    let selectors = resource.selectors(&endpoint.method).into_iter().filter(|_| endpoint.when.is_none());
    let reads = selectors.map(|query| &model.fields[query]).filter(|field| field.flag().is_none()).map(|field| {
        let (marker, root) = (&field.name, Depth::Innermost.root());
        quote!(let _ = inputs.optional::<#root field::#marker>();)
    });
    quote!(#(#reads)*)
}

/// Returns a condition that holds if the variable `violations` names an input.
pub(super) fn concern(model: &Model, input: InputSource) -> TokenStream {
    let fields: Vec<_> = model.fields_of(input).into_iter().map(|id| &model.fields[id]).collect();
    let (place, names) = (place(fields[0].place), fields.iter().map(|field| &field.wire));
    quote!(violations.concern(#place, &[#(#names),*]))
}
