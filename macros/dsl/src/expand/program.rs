//! The whole program: what it owes for all resources.

use super::names::{Depth, body, declared_at, snake};
use super::{outcome, resource};
use crate::model::{Model, Resource};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// `serve`, which needs the handlers of every resource.
pub(super) fn expand(model: &Model) -> TokenStream {
    let Some(unrouted) = &model.unrouted else { return TokenStream::new() };
    let services = model.declared().map(|(_, resource)| {
        let module = snake(&resource.name);
        quote_spanned!(declared_at(&resource.name)=> S: #module::Service<Events = E>,)
    });
    let tries = model.routes().into_iter().map(|resource| {
        let module = snake(&resource.name);
        quote! {
            if let ::wire::names::Some(captured) = #module::capture(source.path()) {
                return #module::serve_captured(service, captured, source, body).await;
            }
        }
    });
    let nowhere = outcome::path(model, unrouted.path, Depth::Root);
    let incoming = resource::incoming(model.resources.iter().any(Resource::streams_bodies));
    let answer = body(model, || quote!(#(#tries)* #nowhere.respond()));
    let protocol = model.protocol.as_ref().map_or_else(Span::call_site, |protocol| declared_at(&protocol.name));
    quote_spanned! {protocol=>
        /// Answers a request. The program owes a handler for each endpoint of each resource.
        pub async fn serve<E, S>(
            service: &S,
            source: &impl ::wire::Source,
            body: impl #incoming,
        ) -> ::wire::Response<E>
        where
            #(#services)*
        {
            #answer
        }
    }
}
