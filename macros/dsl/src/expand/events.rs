//! Server-sent events.

use super::names::{Depth, docs_or, snake};
use crate::model::{Event, Events, Member, MemberKind, Model};
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn expand(model: &Model, events: &Events) -> TokenStream {
    let (module, docs) = (snake(&events.name), docs_or(&events.docs, "Server-sent events."));
    let items = events.events.iter().map(|event| match &event.members {
        None => payload(event),
        Some(members) => object(model, event, members),
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

fn object(model: &Model, event: &Event, members: &[Member]) -> TokenStream {
    let (name, wire, docs) = (&event.name, &event.wire, docs_or(&event.docs, "An event."));
    let fields = members.iter().map(|member| field(model, member));
    let writes = members.iter().map(write);
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct #name { #(#fields)* }

        impl #name {
            /// Writes the event.
            pub fn write(&self, out: &mut String) {
                let mut members = Vec::new();
                #(#writes)*
                ::wire::json_event(out, #wire, &members);
            }
        }
    }
}

fn field(model: &Model, member: &Member) -> TokenStream {
    let (name, root) = (&member.name, Depth::Inner.root());
    let docs = docs_or(&member.docs, &format!("`{}`.", member.key()));
    let (plain, optional) = match member.kind {
        MemberKind::Flag => (quote!(bool), false),
        MemberKind::Value(id, optional) => {
            let name = &model.values[id].name;
            (quote!(#root #name), optional)
        }
        MemberKind::Offset(id, optional) => {
            let name = &model.offsets[id].name;
            (quote!(#root #name), optional)
        }
    };
    let kind = if optional { quote!(Option<#plain>) } else { plain };
    quote!(#docs pub #name: #kind,)
}

fn write(member: &Member) -> TokenStream {
    let (name, key) = (&member.name, member.key());
    match member.kind {
        MemberKind::Flag => quote! {
            if self.#name {
                members.push((#key, ::wire::Json::Bool(true)));
            }
        },
        MemberKind::Value(_, false) | MemberKind::Offset(_, false) => {
            quote!(members.push((#key, ::wire::json_text(&self.#name)));)
        }
        MemberKind::Value(_, true) | MemberKind::Offset(_, true) => {
            quote!(if let Some(value) = &self.#name { members.push((#key, ::wire::json_text(value))); })
        }
    }
}
