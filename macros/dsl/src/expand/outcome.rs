//! Outcomes as structs. Their fields are the headers without a fixed value, so code that omits one does not compile.

use super::error;
use super::names::{Depth, doc, field_type, snake};
use crate::model::{About, Body, Id, Model, Outcome, Owner, Part, Presence, ProblemKind};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// Generates the outcomes of an owner.
pub(super) fn all(model: &Model, owner: Owner) -> Vec<TokenStream> {
    let own = model.outcomes.entries().filter(|(_, outcome)| outcome.owner == owner);
    own.map(|(id, outcome)| expand(model, id, outcome)).collect()
}

/// Returns the path of an outcome's type, relative to a module of the given depth.
pub(super) fn path(model: &Model, id: Id<Outcome>, depth: Depth) -> TokenStream {
    let outcome = &model.outcomes[id];
    let name = &outcome.name;
    let own = Depth::of(outcome.owner);
    let supers = (own as usize..depth as usize).map(|_| quote!(super::));
    let module = match outcome.owner {
        Owner::Endpoint(resource, index) if depth as usize == Depth::Inner as usize => {
            let endpoint = &model.resources[resource].endpoints[index].name;
            Some(quote!(#endpoint::))
        }
        _ => None,
    };
    quote!(#(#supers)* #module #name)
}

/// Returns the path of an outcome's type from the root.
pub(super) fn from_root(model: &Model, outcome: &Outcome) -> TokenStream {
    let name = &outcome.name;
    match outcome.owner {
        Owner::Protocol => quote!(#name),
        Owner::Resource(resource) => {
            let resource = snake(&model.resources[resource].name);
            quote!(#resource::#name)
        }
        Owner::Endpoint(resource, endpoint) => {
            let resource = &model.resources[resource];
            let (module, endpoint) = (snake(&resource.name), &resource.endpoints[endpoint].name);
            quote!(#module::#endpoint::#name)
        }
    }
}

/// Whether the body of an outcome is a stream of events, whose type the server chooses.
pub(super) fn has_events(outcome: &Outcome) -> bool {
    matches!(outcome.body, Some(Body::Events(_)))
}

/// Returns the response to a malformed request, whose `violations` are a variable.
pub(super) fn of_violations(model: &Model, id: Id<Outcome>, depth: Depth) -> TokenStream {
    let outcome = path(model, id, depth);
    let violations = model.lists_violations(id).then(|| quote!({ violations }));
    quote!(#outcome #violations .respond())
}

fn expand(model: &Model, id: Id<Outcome>, outcome: &Outcome) -> TokenStream {
    let name = &outcome.name;
    let docs = docs(model, outcome);
    let violations = model.lists_violations(id);
    let fields: Vec<_> = fields(model, outcome, violations);
    if let (true, Some(problem)) = (fields.is_empty(), &outcome.problem) {
        let problem = constant_problem(model, outcome, problem);
        return quote!(#docs #[derive(Debug)] pub struct #name; #problem);
    }
    let root = Depth::of(outcome.owner).root();
    let (status, writes) = (outcome.status, outcome.parts.iter().map(|part| write(model, part)));
    let body = body(model, outcome, violations);
    let generics = has_events(outcome).then(|| quote!(<E>));
    let (on_impl, on_fn) = if generics.is_some() { (quote!(<E>), quote!()) } else { (quote!(), quote!(<E>)) };
    let shape = if fields.is_empty() { quote!(;) } else { quote!({ #(#fields)* }) };
    let nothing = outcome.parts.is_empty() && outcome.problem.is_none() && outcome.body.is_none();
    let binding = if nothing { quote!(let response) } else { quote!(let mut response) };
    quote! {
        #docs
        #[derive(Debug)]
        pub struct #name #generics #shape

        impl #on_impl #name #generics {
            /// The response that says so.
            #[must_use]
            pub fn respond #on_fn (self) -> ::wire::Response<E> {
                #binding = #root respond(#status);
                #(#writes)*
                #body
                response
            }
        }
    }
}

/// Generates the response of an outcome without data.
fn constant_problem(model: &Model, outcome: &Outcome, problem: &ProblemKind) -> TokenStream {
    let (name, root) = (&outcome.name, Depth::of(outcome.owner).root());
    let (kind, title, status) = (model.problem_type(outcome), outcome.title(), outcome.status);
    let headers = outcome.parts.iter().filter_map(|part| match &part.presence {
        Presence::Fixed(value) => {
            let wire = &model.fields[part.field].wire;
            Some(quote!(#wire = #value))
        }
        _ => None,
    });
    let about = problem.about.map(|about| {
        let (place, name) = about_parts(model, about);
        quote!(, #place, #name)
    });
    quote!(::wire::constant_problem!(#name, #root respond, #status, #kind, #title, [#(#headers),*] #about);)
}

fn docs(model: &Model, outcome: &Outcome) -> TokenStream {
    let docs = &outcome.docs;
    let headers = outcome.parts.iter().map(|part| {
        let optional = if matches!(part.presence, Presence::Optional) { "?" } else { "" };
        format!("`{}`{optional}", model.fields[part.field].wire)
    });
    let headers = headers.collect::<Vec<_>>().join(", ");
    let wire = match headers.as_str() {
        "" => format!("{}.", outcome.status),
        headers => format!("{}: {headers}.", outcome.status),
    };
    let wire = doc(&wire);
    if docs.is_empty() { wire } else { quote!(#(#docs)* #[doc = ""] #wire) }
}

fn fields(model: &Model, outcome: &Outcome, violations: bool) -> Vec<TokenStream> {
    let mut fields: Vec<_> = outcome.parts.iter().filter_map(|part| field(model, outcome.owner, part)).collect();
    if outcome.problem.as_ref().is_some_and(|problem| problem.detail) {
        fields.push(quote!(/// A description of this occurrence.
            pub detail: ::wire::names::String,));
    }
    if violations {
        fields.push(quote!(/// The violations of the request.
            pub violations: ::wire::Violations,));
    }
    if let Some(error) = model.own_error(outcome) {
        fields.extend(error::fields(model, error, &Depth::of(outcome.owner).root()));
    }
    match outcome.body {
        None | Some(Body::Error(_)) => {}
        Some(Body::Bytes) => fields.push(quote!(/// The body.
            pub body: ::wire::names::Vec<u8>,)),
        Some(Body::Json(id)) => {
            let (name, root) = (&model.objects[id].name, Depth::of(outcome.owner).root());
            fields.push(quote!(/// The body.
                pub body: #root #name,));
        }
        Some(Body::Events(_)) => fields.push(quote!(/// The events to come.
            pub body: E,)),
    }
    fields
}

fn field(model: &Model, owner: Owner, part: &Part) -> Option<TokenStream> {
    let field = &model.fields[part.field];
    let kind = field_type(model, field, Depth::of(owner));
    let kind = match (&part.presence, field.flag()) {
        (Presence::Fixed(_), _) => return None,
        (Presence::Chosen(by), _) => field_type(model, &model.fields[*by], Depth::of(owner)),
        (Presence::Optional, Some(_)) | (Presence::Always, _) => kind,
        (Presence::Optional, None) => quote!(::wire::names::Option<#kind>),
    };
    let (name, docs) = (snake(&field.name), doc(&format!("`{}`.", field.wire)));
    Some(quote!(#docs pub #name: #kind,))
}

fn write(model: &Model, part: &Part) -> TokenStream {
    let field = &model.fields[part.field];
    let (name, wire): (Ident, _) = (snake(&field.name), &field.wire);
    match (&part.presence, field.flag()) {
        (Presence::Fixed(value), _) => quote!(response.fixed(#wire, #value);),
        (Presence::Chosen(_), _) => quote!(response.fixed(#wire, self.#name.as_str());),
        (Presence::Always, _) => quote!(response.header(#wire, self.#name);),
        (Presence::Optional, Some(value)) => quote!(response.flag(#wire, #value, self.#name);),
        (Presence::Optional, None) => quote!(response.optional(#wire, self.#name);),
    }
}

fn body(model: &Model, outcome: &Outcome, violations: bool) -> TokenStream {
    if let Some(problem) = &outcome.problem {
        let (kind, title, status) = (model.problem_type(outcome), outcome.title(), outcome.status);
        let detail = problem.detail.then(|| quote!(.detail(&self.detail)));
        let violations = violations.then(|| quote!(.violations(self.violations)));
        let about = problem.about.map(|about| {
            let (place, name) = about_parts(model, about);
            quote!(.about(#place, #name))
        });
        return quote! {
            ::wire::Problem::new(#kind, #title, #status) #detail #violations #about .write(&mut response);
        };
    }
    let content_type = outcome.json_media_type(model).map(|text| quote!(response.fixed("content-type", #text);));
    if let Some(error) = model.own_error(outcome) {
        let body = error::body(model, outcome, error, &Depth::of(outcome.owner).root(), violations);
        return quote!(#content_type #body);
    }
    match outcome.body {
        None | Some(Body::Error(_)) => TokenStream::new(),
        Some(Body::Bytes) => quote!(response.body = ::wire::Body::Bytes(self.body);),
        Some(Body::Json(id)) => {
            let (name, root) = (&model.objects[id].name, Depth::of(outcome.owner).root());
            quote!(#content_type response.json::<#root #name>(&self.body);)
        }
        Some(Body::Events(_)) => quote!(response.body = ::wire::Body::Events(self.body);),
    }
}

fn about_parts(model: &Model, about: About) -> (TokenStream, String) {
    match about {
        About::Body => (quote!(::wire::Place::Body), "body".to_owned()),
        About::Field(id) => {
            let field = &model.fields[id];
            (super::names::place(field.place), field.wire.clone())
        }
    }
}
