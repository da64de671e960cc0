//! Headers of every response, and CORS.

use super::names::{Depth, doc, field_type, snake};
use crate::cors::{allowed, exposed, methods};
use crate::model::{Model, Part, Presence};
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn expand(model: &Model) -> TokenStream {
    let fixed = model.every.iter().filter_map(|part| match &part.presence {
        Presence::Fixed(value) => Some((model.fields[part.field].wire.clone(), value.clone())),
        _ => None,
    });
    let mut headers: Vec<(String, TokenStream)> = fixed.map(|(name, value)| (name, quote!(#value))).collect();
    let (mut constants, mut permission) = (TokenStream::new(), TokenStream::new());
    if let Some(cors) = &model.cors {
        let (origin, age) = (&cors.origin, cors.max_age_s.to_string());
        let (expose, allow, methods) = (exposed(model), allowed(model), methods(model));
        constants = quote! {
            /// The permissions for browsers of other origins, as they follow from the declarations.
            pub mod cors {
                /// `Access-Control-Allow-Origin`.
                pub const ALLOW_ORIGIN: &str = #origin;
                /// `Access-Control-Allow-Methods`.
                pub const ALLOW_METHODS: &str = #methods;
                /// `Access-Control-Allow-Headers`.
                pub const ALLOW_HEADERS: &str = #allow;
                /// `Access-Control-Expose-Headers`.
                pub const EXPOSE_HEADERS: &str = #expose;
                /// `Access-Control-Max-Age`, in seconds.
                pub const MAX_AGE: &str = #age;
            }
        };
        headers.push(("access-control-allow-origin".to_owned(), quote!(cors::ALLOW_ORIGIN)));
        headers.push(("access-control-expose-headers".to_owned(), quote!(cors::EXPOSE_HEADERS)));
        permission = quote! {
            response.fixed("access-control-allow-methods", cors::ALLOW_METHODS);
            response.fixed("access-control-allow-headers", cors::ALLOW_HEADERS);
            response.fixed("access-control-max-age", cors::MAX_AGE);
        };
    }
    let preflight = model.sound.then(|| {
        quote! {
            /// The answer to OPTIONS.
            fn preflight<E>(allow: &'static ::core::primitive::str) -> ::wire::Response<E> {
                let mut response = respond(204);
                response.fixed("allow", allow);
                #permission
                response
            }
        }
    });
    let binding = if headers.is_empty() { quote!(let response) } else { quote!(let mut response) };
    let headers = headers.iter().map(|(name, value)| quote!(response.fixed(#name, #value);));
    let additions = additions(model);
    quote! {
        #constants

        #additions

        /// A response with the headers that all responses have.
        fn respond<E>(status: ::core::primitive::u16) -> ::wire::Response<E> {
            #binding = ::wire::Response::new(status);
            #(#headers)*
            response
        }

        #preflight
    }
}

/// Generates the functions that add the optional headers of every response.
fn additions(model: &Model) -> TokenStream {
    let optional = model.every.iter().filter(|part| matches!(part.presence, Presence::Optional));
    let functions: Vec<_> = optional.map(|part| addition(model, part)).collect();
    if functions.is_empty() {
        return TokenStream::new();
    }
    quote! {
        /// Headers that any response may have. The sender of the response adds them.
        pub mod every {
            #(#functions)*
        }
    }
}

fn addition(model: &Model, part: &Part) -> TokenStream {
    let field = &model.fields[part.field];
    let (name, wire, kind) = (snake(&field.name), &field.wire, field_type(model, field, Depth::Inner));
    let docs = doc(&format!("Adds `{wire}`."));
    quote! {
        #docs
        pub fn #name<E>(response: &mut ::wire::Response<E>, value: &#kind) {
            response.header(#wire, value);
        }
    }
}
