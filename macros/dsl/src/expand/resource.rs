//! One resource: its path, its endpoints, and the `Service` trait.

use super::names::{Depth, declared_at, doc, docs_or, snake, variant};
use super::{access, decide, edge, endpoint, limits, outcome};
use crate::grammar::path_to;
use crate::model::{Announced, Announcement, Endpoint, Model, Owner, Resource, Segment};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

pub(super) fn expand(model: &Model, index: usize, resource: &Resource) -> TokenStream {
    let (module, docs) = (snake(&resource.name), docs_or(&resource.docs, &format!("`{}`.", resource.name)));
    let path = path(model, resource);
    let endpoints = endpoint_enum(resource);
    let find = model.sound.then(|| find(model, resource));
    let admit = model.sound.then(|| admit(model, resource));
    let service = service(model, resource);
    let serve = model.sound.then(|| serve(model, resource));
    let outcomes = outcome::all(model, Owner::Resource(index));
    let modules = resource
        .endpoints
        .iter()
        .enumerate()
        .map(|(position, own)| endpoint::expand(model, Owner::Endpoint(index, position), resource, own));
    quote! {
        #docs
        pub mod #module {
            #[allow(unused_imports)]
            use ::wire::names::*;

            #path
            #endpoints
            #find
            #admit
            #service
            #serve
            #(#outcomes)*
            #(#modules)*
        }
    }
}

/// Generates the segments of a path pattern.
pub(super) fn pattern(resource: &Resource) -> TokenStream {
    let segments = resource.pattern.iter().map(|segment| match segment {
        Segment::Literal(text) => quote!(::wire::Segment::Literal(#text)),
        Segment::One(_) => quote!(::wire::Segment::One),
        Segment::Rest(_) => quote!(::wire::Segment::Rest),
    });
    quote!(&[#(#segments),*])
}

fn path(model: &Model, resource: &Resource) -> TokenStream {
    let pattern = pattern(resource);
    let (text, docs) = (&resource.path, doc(&format!("`{}`.", resource.path)));
    let types = resource.parameters.iter().map(|parameter| {
        let name = variant(&parameter.name);
        let read = parameter.texts.reader();
        let docs = doc(&format!("The part `{}` of `{text}`, in its canonical form.", parameter.name));
        quote! {
            #docs
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct #name(String);
            ::wire::text!(#name, |text| #read);
        }
    });
    let names: Vec<_> = resource.parameters.iter().map(|parameter| &parameter.name).collect();
    let kinds: Vec<_> = names.iter().map(|name| variant(name)).collect();
    let path_to = path_to(model, resource, &names, &kinds);
    quote! {
        #docs
        pub(super) const PATTERN: &[::wire::Segment] = #pattern;
        #(#types)*

        #path_to
    }
}

/// Generates the parameters of a path as sent, `PathTo` and `Route`.
fn path_to(model: &Model, resource: &Resource, names: &[&Ident], kinds: &[Ident]) -> TokenStream {
    let rule = path_to::rule(model, resource);
    let versions = model.versions(resource).map(|version| snake(&version.name));
    let count = names.len();
    let reads = model.sound.then(|| quote!(reads));
    quote!(::wire::path_to!(#count in #rule #(or super::#versions::capture)* { #(#names: #kinds),* } #reads);)
}

fn endpoint_enum(resource: &Resource) -> TokenStream {
    let variants = resource.endpoints.iter().map(|endpoint| {
        let (name, docs) = (variant(&endpoint.name), docs_or(&endpoint.docs, "An endpoint."));
        quote!(#docs #name,)
    });
    let with_body = resource.endpoints.iter().filter(|endpoint| endpoint.body_limit().is_some());
    let with_body: Vec<_> = with_body.map(|endpoint| variant(&endpoint.name)).collect();
    let takes_body =
        if with_body.is_empty() { quote!(false) } else { quote!(::core::matches!(self, #(Self::#with_body)|*)) };
    quote! {
        /// The endpoints of the resource.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Endpoint { #(#variants)* }

        impl Endpoint {
            /// Whether its requests have a body.
            #[must_use]
            pub const fn takes_body(self) -> bool {
                #takes_body
            }
        }
    }
}

/// Returns the methods in alphabetical order, with their endpoints as the first resource declares them.
fn by_method<'a>(model: &'a Model, resource: &'a Resource) -> Vec<(&'a str, Vec<&'a Endpoint>)> {
    let is_kept = |endpoint: &&Endpoint| resource.endpoints.iter().any(|own| own.name == endpoint.name);
    let endpoints = || model.first(resource).endpoints.iter().filter(is_kept);
    let of = |method: &str| endpoints().filter(|endpoint| endpoint.method == method).collect();
    resource.methods().into_iter().map(|method| (method, of(method))).collect()
}

/// Generates `find`, which chooses the endpoint of a request.
pub(super) fn find(model: &Model, resource: &Resource) -> TokenStream {
    let methods = by_method(model, resource);
    let arms = methods.iter().map(|(method, endpoints)| {
        let select = edge::select(model, endpoints);
        quote!(#method => #select,)
    });
    let allow = resource.allow();
    let (options, limits) = (options(model, model.first(resource)), limits::parameter(resource));
    let reserved = reserved(model, resource);
    let wrong_method = model.wrong_method(resource).map(|id| outcome::path(model, id, super::names::Depth::Inner));
    quote! {
        /// The methods that are answered here.
        pub const ALLOW: &str = #allow;

        pub(super) fn find<E>(
            captured: Captured<'_>,
            source: &impl ::wire::Source,
            #limits
        ) -> Result<Endpoint, ::wire::Response<E>> {
            #reserved
            match source.method() {
                #(#arms)*
                "OPTIONS" => #options,
                _ => {
                    let mut response = #wrong_method.respond();
                    response.fixed("allow", ALLOW);
                    Err(response)
                }
            }
        }
    }
}

/// Generates the response to OPTIONS.
fn options(model: &Model, resource: &Resource) -> TokenStream {
    if resource.options.is_empty() {
        return quote!(Err(super::preflight(ALLOW)));
    }
    let writes = resource.options.iter().map(|Announcement { field, value }| {
        let wire = &model.fields[*field].wire;
        match value {
            Announced::Text(text) => quote!(response.fixed(#wire, #text);),
            Announced::Limit(id) => {
                let limit = &model.limits[*id].name;
                quote!(response.header(#wire, limits.#limit);)
            }
        }
    });
    quote! {{
        let mut response = super::preflight(ALLOW);
        #(#writes)*
        Err(response)
    }}
}

/// Returns the trait of a body that can be read, in pieces or only as a whole.
pub(super) fn incoming(in_pieces: bool) -> TokenStream {
    if in_pieces { quote!(::wire::Chunks) } else { quote!(::wire::Incoming) }
}

fn reserved(model: &Model, resource: &Resource) -> TokenStream {
    let reserved = model.unrouted.as_ref().and_then(|unrouted| unrouted.reserved);
    let (Some(reserved), false) = (reserved, resource.reserved.is_empty() || resource.parameters.is_empty()) else {
        return quote!(let _ = captured;);
    };
    let answer = outcome::path(model, reserved, super::names::Depth::Inner);
    let names = resource.reserved.iter().map(|(text, _)| text);
    quote! {
        if ::wire::is_reserved(captured[0], &[#(#names),*]) {
            return Err(#answer.respond());
        }
    }
}

fn admit(model: &Model, resource: &Resource) -> TokenStream {
    let arms = resource.endpoints.iter().map(|endpoint| {
        let (name, lines) = (variant(&endpoint.name), edge::leading(model, endpoint));
        match endpoint::varying(model, endpoint) {
            None => quote!(Endpoint::#name => { #lines }),
            Some(varying) => quote! {
                Endpoint::#name => {
                    let refuse = || -> Result<(), ::wire::Response<E>> { #lines Ok(()) };
                    refuse().map_err(|response| response #varying)?;
                }
            },
        }
    });
    let names: Vec<_> = resource.parameters.iter().map(|parameter| &parameter.name).collect();
    let nowhere = nowhere(model);
    let facts = edge::facts(model, resource);
    let route = quote! {
        #facts
        match endpoint { #(#arms)* }
        let (#(#names,)*) = parts;
        Ok(Route { endpoint, #(#names: #names.map_err(|_| #nowhere.respond())?),* })
    };
    if access::is_open(model) {
        return quote! {
            pub(super) fn admit<E>(
                endpoint: Endpoint,
                captured: Captured<'_>,
                source: &impl ::wire::Source,
                edge: &impl super::Edge,
            ) -> Result<Route, ::wire::Response<E>> {
                let parts = parts(captured);
                #route
            }
        };
    }
    let limits = limits::argument(resource, &quote!(edge.limits()));
    let (authorize, name) = (access::authorize(model, resource), &resource.name);
    quote! {
        pub(super) async fn admit<E, V: super::Edge>(
            captured: Captured<'_>,
            source: &impl ::wire::Source,
            edge: &V,
        ) -> super::Admission<V, E> {
            match find(captured, source #limits) {
                Ok(endpoint) => admit_to(endpoint, captured, source, edge).await,
                Err(response) => super::Admission { caller: super::Caller::Anyone, route: Err(response) },
            }
        }

        pub(super) async fn admit_to<E, V: super::Edge>(
            endpoint: Endpoint,
            captured: Captured<'_>,
            source: &impl ::wire::Source,
            edge: &V,
        ) -> super::Admission<V, E> {
            let parts = parts(captured);
            #authorize
            let route = || -> Result<Route, ::wire::Response<E>> { #route };
            super::Admission { caller, route: route().map(super::Route::#name) }
        }
    }
}

fn service(model: &Model, resource: &Resource) -> TokenStream {
    let place = declared_at(&resource.name);
    let methods = resource.endpoints.iter().map(|endpoint| {
        let (name, docs) = (&endpoint.name, docs_or(&endpoint.docs, "An endpoint."));
        let generics = decide::generics(model, endpoint).map(|_| quote!(<Self::Events>));
        let body = endpoint.streams_body().then(|| quote!(body: &mut ::wire::Streamed<impl ::wire::Chunks>,));
        quote_spanned! {declared_at(name)=>
            #docs
            fn #name(
                &self,
                request: ::wire::Asked<#name::Request>,
                #body
            ) -> impl ::core::future::Future<
                Output = Result<#name::Outcome #generics, Self::Failure>,
            >;
        }
    });
    let from_unread = resource.streams_bodies().then(|| quote!(: From<::wire::Unread>));
    let explains = resource.endpoints.iter().any(|endpoint| endpoint.explains_failure(model));
    let failed = if explains {
        quote_spanned! {place=>
            /// A handler could not answer. `failure` is for the operator; what is returned of it is for the client.
            fn failed(&self, failure: Self::Failure) -> ::wire::names::String;
        }
    } else {
        quote_spanned! {place=>
            /// A handler could not answer, and the client is told so; `failure` is for the operator.
            fn failed(&self, failure: Self::Failure);
        }
    };
    quote_spanned! {place=>
        /// The handlers that a program must supply, one for each endpoint.
        pub trait Service {
            /// Why a handler could not answer.
            type Failure #from_unread;
            /// A body that is sent event by event.
            type Events;

            /// The limits in force.
            fn limits(&self) -> &super::Limits;

            #failed

            #(#methods)*
        }
    }
}

/// Generates `serve`, for a program that serves this resource alone, with its `versions`.
pub(super) fn serve_alone(model: &Model, resource: &Resource, versions: &[Ident]) -> TokenStream {
    let incoming = incoming(resource.streams_bodies());
    let (nowhere, service) = (nowhere(model), quote_spanned!(declared_at(&resource.name)=> Service));
    quote! {
        /// Answers a request to this resource, for a program that serves the resources in several places. A request to another path gets
        /// the response of paths that no resource has.
        pub async fn serve<S: #service>(
            service: &S,
            source: &impl ::wire::Source,
            body: impl #incoming,
        ) -> ::wire::Response<S::Events> {
            #(if let Some(captured) = super::#versions::capture(source.path()) {
                return super::#versions::serve_captured(service, captured, source, body).await;
            })*
            match capture(source.path()) {
                Some(captured) => serve_captured(service, captured, source, body).await,
                None => #nowhere.respond(),
            }
        }
    }
}

/// The outcome of paths that no resource has, as named in the module of a resource.
fn nowhere(model: &Model) -> Option<TokenStream> {
    model.unrouted.as_ref().map(|unrouted| outcome::path(model, unrouted.path, Depth::Inner))
}

fn serve(model: &Model, resource: &Resource) -> TokenStream {
    let arms = resource.endpoints.iter().map(|endpoint| {
        let (module, name) = (&endpoint.name, variant(&endpoint.name));
        let body = endpoint.body_limit().map(|_| quote!(, body));
        let served = quote!(#module::serve(service, captured, source #body).await);
        let varying = endpoint::varying(model, endpoint);
        let emptied = (endpoint.method == "HEAD").then(|| quote!(.emptied()));
        quote!(Endpoint::#name => ::wire::either(#served) #emptied #varying,)
    });
    let body = if resource.endpoints.iter().any(|endpoint| endpoint.body_limit().is_some()) {
        quote!(body)
    } else {
        quote!(_body)
    };
    let incoming = incoming(resource.streams_bodies());
    let limits = limits::argument(resource, &quote!(service.limits()));
    let versions: Vec<_> = model.versions(resource).map(|version| snake(&version.name)).collect();
    let serve_alone = serve_alone(model, resource, &versions);
    quote! {
        #serve_alone

        /// Answers a request to this resource.
        pub(super) async fn serve_captured<S: Service>(
            service: &S,
            captured: Captured<'_>,
            source: &impl ::wire::Source,
            body: impl #incoming,
        ) -> ::wire::Response<S::Events> {
            match find(captured, source #limits) {
                Err(response) => response,
                Ok(endpoint) => serve_endpoint(endpoint, service, captured, source, body).await,
            }
        }

        /// Answers a request to one of the endpoints.
        pub(super) async fn serve_endpoint<S: Service>(
            endpoint: Endpoint,
            service: &S,
            captured: Captured<'_>,
            source: &impl ::wire::Source,
            #body: impl #incoming,
        ) -> ::wire::Response<S::Events> {
            match endpoint { #(#arms)* }
        }
    }
}
