//! The Rust type of a value that is a text.

use super::Constant;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// Generates the type `name`, whose values `read` makes of `text`.
pub(super) fn define(name: &Ident, docs: &TokenStream, read: &TokenStream) -> TokenStream {
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct #name(::wire::names::String);
        ::wire::text!(#name, |text| #read);
    }
}

/// A text that a spec contains, as a value of the type `kind`.
pub(super) fn constant(kind: &TokenStream, text: String) -> Constant {
    let value = quote!(#kind(::std::borrow::ToOwned::to_owned(#text)));
    Constant { text, choice: None, value, is_computed: true }
}
