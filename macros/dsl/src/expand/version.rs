//! A resource that is like another one: its path and names, and the way to the endpoints of the other.

use super::access;
use super::limits;
use super::names::{docs_or, place, snake};
use super::resource::{find, incoming, pattern, serve_alone};
use crate::model::{Like, Model, Presence, Resource};
use proc_macro2::TokenStream;
use quote::quote;

/// Generates `version`, for programs that answer without `serve`.
pub(super) fn all(model: &Model) -> TokenStream {
    let has_versions = model.sound && model.resources.iter().any(|resource| resource.like.is_some());
    let routes = model.routes().into_iter().filter(|_| has_versions).map(|resource| {
        let module = snake(&resource.name);
        let version = match resource.like {
            Some(_) => quote!(#module::VERSION),
            None => quote!(::wire::Version::FIRST),
        };
        quote! {
            if #module::capture(path).is_some() {
                return &#version;
            }
        }
    });
    let others = model.resources.iter().filter(|resource| has_versions && resource.like.is_some());
    let others = others.map(|resource| snake(&resource.name));
    let path = if has_versions { quote!(path) } else { quote!(_path) };
    quote! {
        /// The names in requests to `path` and in their responses, which `serve` and `admit` use.
        #[must_use]
        pub fn version(#path: &::core::primitive::str) -> &'static ::wire::Version {
            #(#routes)*
            &::wire::Version::FIRST
        }

        /// The names of all resources, which `version` returns.
        pub static VERSIONS: &[&::wire::Version] = &[&::wire::Version::FIRST, #(&#others::VERSION),*];
    }
}

pub(super) fn expand(model: &Model, resource: &Resource, like: &Like) -> TokenStream {
    let first = &model.resources[like.first];
    let (module, base) = (snake(&resource.name), snake(&first.name));
    let docs = docs_or(&resource.docs, &format!("`{}`, which is like `{}`.", resource.name, first.name));
    let content = model.sound.then(|| content(model, resource, like));
    quote! {
        #docs
        pub mod #module {
            #[allow(unused_imports)]
            use ::wire::names::*;
            #[allow(unused_imports)]
            use super::#base::{self as first, Captured, Endpoint, Route, Service};

            #content
        }
    }
}

fn content(model: &Model, resource: &Resource, like: &Like) -> TokenStream {
    let (pattern, names, paths) = (pattern(resource), names(model, like), paths(model, resource));
    let (find, name) = (find(model, resource), resource.name.to_string());
    let of_edge = limits::argument(resource, &quote!(edge.limits()));
    let of_service = limits::argument(resource, &quote!(service.limits()));
    let incoming = incoming(model.first(resource).streams_bodies());
    let (admit, serve_alone) = (admit(model, &of_edge), serve_alone(model, model.first(resource), &[]));
    quote! {
        pub(super) static VERSION: ::wire::Version = ::wire::Version {
            resource: #name,
            names: &[#(#names),*],
            paths: &[#(#paths),*],
            first: first::PATTERN,
            here: #pattern,
        };

        /// The variable parts of a path, as sent, if it is the path of such a resource.
        pub fn capture(path: &str) -> Option<Captured<'_>> {
            ::wire::capture(path, VERSION.here)
        }

        #find

        #admit

        #serve_alone

        /// Answers a request to this resource.
        pub(super) async fn serve_captured<S: Service>(
            service: &S,
            captured: Captured<'_>,
            source: &impl ::wire::Source,
            body: impl #incoming,
        ) -> ::wire::Response<S::Events> {
            let source = &VERSION.request(source);
            VERSION.response(match find(captured, source #of_service) {
                Err(response) => response,
                Ok(endpoint) => first::serve_endpoint(endpoint, service, captured, source, body).await,
            })
        }
    }
}

/// Generates `admit`, which lets the first resource admit the request as one of its own.
fn admit(model: &Model, limits: &Option<TokenStream>) -> TokenStream {
    if access::is_open(model) {
        return quote! {
            pub(super) fn admit<E>(
                captured: Captured<'_>,
                source: &impl ::wire::Source,
                edge: &impl super::Edge,
            ) -> Result<Route, ::wire::Response<E>> {
                let source = &VERSION.request(source);
                find(captured, source #limits)
                    .and_then(|endpoint| first::admit(endpoint, captured, source, edge))
                    .map_err(|response| VERSION.response(response))
            }
        };
    }
    quote! {
        pub(super) async fn admit<E, V: super::Edge>(
            captured: Captured<'_>,
            source: &impl ::wire::Source,
            edge: &V,
        ) -> super::Admission<V, E> {
            let source = &VERSION.request(source);
            let super::Admission { caller, route } = match find(captured, source #limits) {
                Ok(endpoint) => first::admit_to(endpoint, captured, source, edge).await,
                Err(response) => super::Admission { caller: super::Caller::Anyone, route: Err(response) },
            };
            super::Admission { caller, route: route.map_err(|response| VERSION.response(response)) }
        }
    }
}

/// The names that are different.
fn names(model: &Model, like: &Like) -> impl Iterator<Item = TokenStream> {
    like.replaced.iter().map(|(was, is)| {
        let (was, is) = (&model.fields[*was], &model.fields[*is]);
        let (place, old, new) = (place(was.place), &was.wire, &is.wire);
        quote!((#place, #old, #new))
    })
}

/// The headers of responses that contain a path of the first resource, by their names there.
fn paths<'a>(model: &'a Model, resource: &'a Resource) -> impl Iterator<Item = &'a str> {
    let first = model.first(resource);
    let outcomes = first.endpoints.iter().flat_map(|endpoint| &endpoint.outcomes).map(|id| &model.outcomes[*id]);
    let supplied = |presence: &Presence| matches!(presence, Presence::Always | Presence::Optional);
    let parts = outcomes.flat_map(|outcome| &outcome.parts).filter(move |part| supplied(&part.presence));
    let fields = parts.map(|part| &model.fields[part.field]);
    let fields = fields.filter(|field| field.grammar(model).path_to() == Some(&first.name));
    fields.map(|field| field.wire.as_str()).collect::<std::collections::BTreeSet<_>>().into_iter()
}
