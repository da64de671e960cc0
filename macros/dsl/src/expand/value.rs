//! The types of declared values, and the declared media types.

use super::names::{constant, docs_or};
use crate::model::{Model, Value};
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn medias(model: &Model) -> TokenStream {
    let constants = model.medias.iter().map(|media| {
        let (name, text, docs) = (constant(&media.name), &media.text, docs_or(&media.docs, "A media type."));
        quote!(#docs pub const #name: ::wire::MediaRange = ::wire::MediaRange::declared(#text);)
    });
    quote! {
        /// The media types that mean something here.
        pub mod media { #(#constants)* }
    }
}

pub(super) fn expand(value: &Value) -> TokenStream {
    let docs = docs_or(&value.docs, &format!("The value of `{}`.", value.name));
    value.grammar.define(&value.name, &docs)
}
