//! States as enums.

use super::names::{docs_or, state_type, variant};
use crate::model::State;
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn expand(state: &State) -> TokenStream {
    let (name, docs) = (state_type(state), docs_or(&state.docs, &format!("The state `{}`.", state.name)));
    let variants = state.variants.iter().map(|(docs, name)| {
        let (docs, variant) = (docs_or(docs, &format!("`{}.{name}`.", state.name)), variant(name));
        quote!(#docs #variant,)
    });
    quote! {
        #docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum #name { #(#variants)* }
    }
}
