//! Server-sent events.

use super::names::{Depth, docs_or, snake};
use super::object::{self, Use};
use crate::model::object::Content;
use crate::model::{Event, Events, Model};
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn expand(model: &Model, events: &Events) -> TokenStream {
    let (module, docs) = (snake(&events.name), docs_or(&events.docs, "Server-sent events."));
    let items = events.events.iter().map(|event| match &event.content {
        None => payload(event),
        Some(content) => json(model, event, content),
    });
    quote! {
        #docs
        pub mod #module {
            #[allow(unused_imports)]
            use ::wire::names::*;

            #(#items)*
        }
    }
}

fn payload(event: &Event) -> TokenStream {
    let (function, wire, docs) = (snake(&event.name), &event.wire, docs_or(&event.docs, "An event."));
    quote! {
        #docs
        pub fn #function(out: &mut String, payload: ::wire::Payload<'_>) {
            ::wire::payload_event(out, #wire, payload);
        }
    }
}

fn json(model: &Model, event: &Event, content: &Content) -> TokenStream {
    let (name, wire, docs) = (&event.name, &event.wire, docs_or(&event.docs, "An event."));
    let object = object::expand(model, name, &docs, content, Depth::Inner, Use { reads: false, writes: true });
    quote! {
        #object

        impl #name {
            /// Writes the event.
            pub fn write(&self, out: &mut String) {
                ::wire::json_event::<Self>(out, #wire, self);
            }
        }
    }
}
