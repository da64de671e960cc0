//! Offsets and their sentinels.

use super::names::{doc, docs_or, or_sentinel};
use crate::model::{Offset, Radix};
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn expand(offset: &Offset) -> TokenStream {
    let (name, width, docs) = (&offset.name, offset.width, docs_or(&offset.docs, "A position."));
    let radix = match offset.radix {
        Radix::Decimal => quote!(::wire::Radix::Decimal),
        Radix::Hex => quote!(::wire::Radix::Hex),
    };
    let sentinel = sentinels(offset);
    quote! {
        #docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct #name(::wire::Int53);

        impl #name {
            /// The number of digits.
            pub const WIDTH: ::core::primitive::usize = #width;

            /// The offset of this value, if it is at most 2^53 - 1.
            #[must_use]
            pub const fn new(value: ::core::primitive::u64) -> ::wire::names::Option<Self> {
                match ::wire::Int53::new(value) {
                    ::wire::names::Some(value) => ::wire::names::Some(Self(value)),
                    ::wire::names::None => ::wire::names::None,
                }
            }

            /// The value.
            #[must_use]
            pub const fn get(self) -> ::core::primitive::u64 {
                self.0.get()
            }

            /// Reads an offset that was sent before.
            ///
            /// # Errors
            /// The rule that `text` breaks.
            pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
                ::wire::fixed_width::read(text, #radix, Self::WIDTH).map(Self)
            }
        }

        impl ::wire::names::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::wire::fixed_width::write(f, #radix, Self::WIDTH, self.0)
            }
        }

        #sentinel
    }
}

fn sentinels(offset: &Offset) -> TokenStream {
    if offset.sentinels.is_empty() {
        return TokenStream::new();
    }
    let (name, either) = (&offset.name, or_sentinel(&offset.name));
    let variants = offset.sentinels.iter().map(|sentinel| {
        let (name, docs) = (&sentinel.name, docs_or(&sentinel.docs, &format!("`{}`.", sentinel.text)));
        quote!(#docs #name,)
    });
    let texts = offset.sentinels.iter().map(|sentinel| {
        let (name, text) = (&sentinel.name, &sentinel.text);
        let aliases = offset.aliases.iter().filter(|(_, meant)| offset.sentinels[*meant].name == *name);
        let aliases = aliases.map(|(text, _)| text);
        quote!(#text #(| #aliases)* => Self::#name,)
    });
    let allowed = offset.sentinels.iter().map(|sentinel| format!("`{}`", sentinel.text)).collect::<Vec<_>>();
    let rule = format!("{}, or {{rule}}", allowed.join(", "));
    let docs = doc(&format!("What a request can say where an [`{name}`] is asked for."));
    quote! {
        #docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum #either {
            /// This very offset.
            At(#name),
            #(#variants)*
        }

        impl #either {
            /// Reads an offset or a sentinel.
            ///
            /// # Errors
            /// The rule that `text` breaks.
            pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
                ::wire::names::Ok(match text {
                    #(#texts)*
                    _ => Self::At(#name::read(text).map_err(|rule| ::std::format!(#rule))?),
                })
            }
        }
    }
}
