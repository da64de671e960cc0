//! The limits as a struct. A deployment can override each limit with an environment variable.

use super::names::{docs_or, ident, number};
use crate::model::{Amount, Announced, Limit, Model, Resource};
use heck::ToShoutySnakeCase;
use proc_macro2::{Span, TokenStream};
use quote::quote;

pub(super) fn expand(model: &Model) -> TokenStream {
    let fields = model.limits.iter().map(field);
    let declared = model.limits.iter().map(value);
    let overrides = model.limits.iter().map(override_from);
    let names = model.limits.iter().map(variable);
    quote! {
        /// The limits of the server.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits { #(#fields)* }

        impl Limits {
            /// As the spec declares them.
            pub const DECLARED: Limits = Limits { #(#declared)* };
            /// The variables that override them.
            pub const VARIABLES: &[&::core::primitive::str] = &[#(#names),*];
            /// The prefix of their variables.
            pub const PREFIX: &::core::primitive::str = #PREFIX;

            /// These limits, with those changed for which `variable` has a value.
            ///
            /// # Errors
            /// The first value that can't be read.
            pub fn overridden(
                mut self,
                variable: impl ::core::ops::Fn(&::core::primitive::str) -> ::wire::names::Option<::wire::names::String>,
            ) -> ::wire::names::Result<Self, ::wire::BadLimit> {
                ::wire::limits! { self, variable: #(#overrides)* }
                ::wire::names::Ok(self)
            }
        }
    }
}

fn field(limit: &Limit) -> TokenStream {
    let (name, docs) = (&limit.name, docs_or(&limit.docs, "A limit."));
    match limit.amount {
        Amount::Milliseconds(_) => quote!(#docs pub #name: ::core::time::Duration,),
        Amount::Bytes(_) | Amount::Count(_) => quote!(#docs pub #name: ::core::primitive::usize,),
    }
}

fn value(limit: &Limit) -> TokenStream {
    let name = &limit.name;
    match limit.amount {
        Amount::Milliseconds(ms) => {
            let duration = duration(ms);
            quote!(#name: ::core::time::Duration::#duration,)
        }
        Amount::Bytes(amount) | Amount::Count(amount) => {
            let literal = number(amount);
            quote!(#name: #literal,)
        }
    }
}

/// The common prefix of the variables that override limits.
const PREFIX: &str = "LIMIT_";

/// `LIMIT_LONG_POLL_HOLD`
pub fn variable(limit: &Limit) -> String {
    format!("{PREFIX}{}", limit.name.to_string().to_shouty_snake_case())
}

fn override_from(limit: &Limit) -> TokenStream {
    let (name, variable) = (&limit.name, variable(limit));
    let read = match limit.amount {
        Amount::Bytes(_) => quote!(bytes),
        Amount::Milliseconds(_) => quote!(duration),
        Amount::Count(_) => quote!(count),
    };
    quote!(#read #name = #variable;)
}

/// Returns a call of a constructor of `Duration`, with the largest unit that divides the value.
fn duration(ms: u64) -> TokenStream {
    let units = [
        (86_400_000, 24, "from_hours"),
        (3_600_000, 1, "from_hours"),
        (60_000, 1, "from_mins"),
        (1000, 1, "from_secs"),
    ];
    let (size, factor, constructor) =
        units.into_iter().find(|(size, ..)| ms > 0 && ms.is_multiple_of(*size)).unwrap_or((1, 1, "from_millis"));
    let (constructor, count) = (ident(constructor, Span::call_site()), number(ms / size * factor));
    quote!(#constructor(#count))
}

/// Returns the argument of `find` for the limits that the response to OPTIONS contains, if it does.
pub(super) fn argument(resource: &Resource, limits: &TokenStream) -> Option<TokenStream> {
    announces_limits(resource).then(|| quote!(, #limits))
}

/// Returns the parameter of `find` for the limits that the response to OPTIONS contains, if it does.
pub(super) fn parameter(resource: &Resource) -> Option<TokenStream> {
    announces_limits(resource).then(|| quote!(limits: &super::Limits,))
}

/// Whether the response to OPTIONS contains the value of a limit.
fn announces_limits(resource: &Resource) -> bool {
    resource.options.iter().any(|announcement| matches!(announcement.value, Announced::Limit(_)))
}
