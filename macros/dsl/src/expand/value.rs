//! The types of declared values, and the declared media types.

use super::names::{constant, docs_or, number};
use crate::model::{Choice, Model, Value, ValueKind};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Ident;

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
    let name = &value.name;
    let docs = docs_or(&value.docs, &format!("The value of `{name}`."));
    match &value.kind {
        ValueKind::Text { min, max } => text(name, &docs, *min, *max),
        ValueKind::Integer { min, max } => integer(name, &docs, *min, *max),
        ValueKind::OneOf(choices) => one_of(name, &docs, choices),
        ValueKind::Credentials(scheme) => credentials(name, &docs, scheme),
        ValueKind::Listed(token) => listed(name, &docs, token),
    }
}

fn text(name: &Ident, docs: &TokenStream, min: u64, max: u64) -> TokenStream {
    let (min, max) = (Literal::u64_unsuffixed(min), Literal::u64_unsuffixed(max));
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct #name(::wire::names::String);

        impl #name {
            /// Reads printable ASCII of the declared length.
            ///
            /// # Errors
            /// The rule that `text` breaks.
            pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
                ::wire::text(text, #min, #max).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &::core::primitive::str {
                &self.0
            }
        }

        impl ::wire::names::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(&self.0)
            }
        }
    }
}

fn integer(name: &Ident, docs: &TokenStream, min: u64, max: u64) -> TokenStream {
    // A minimum of zero needs no comparison.
    let not_less = (min > 0).then(|| quote!(Self::MIN <= value &&));
    let (min, max) = (number(min), number(max));
    quote! {
        #docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct #name(::wire::Int53);

        impl #name {
            /// The least value.
            pub const MIN: ::core::primitive::u64 = #min;
            /// The greatest value.
            pub const MAX: ::core::primitive::u64 = #max;

            /// This value, if it is in range.
            #[must_use]
            pub const fn new(value: ::core::primitive::u64) -> ::wire::names::Option<Self> {
                match ::wire::Int53::new(value) {
                    ::wire::names::Some(exact) if #not_less value <= Self::MAX => {
                        ::wire::names::Some(Self(exact))
                    }
                    _ => ::wire::names::None,
                }
            }

            /// The value.
            #[must_use]
            pub const fn get(self) -> ::core::primitive::u64 {
                self.0.get()
            }

            /// Reads plain decimal digits.
            ///
            /// # Errors
            /// The rule that `text` breaks.
            pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
                ::wire::Int53::read(text, Self::MIN, Self::MAX).map(Self)
            }
        }

        impl ::wire::names::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::wire::names::Display::fmt(&self.0.get(), f)
            }
        }
    }
}

fn one_of(name: &Ident, docs: &TokenStream, choices: &[Choice]) -> TokenStream {
    let variants = choices.iter().map(|choice| {
        let (name, docs) = (&choice.name, docs_or(&choice.docs, &format!("`{}`.", choice.text)));
        quote!(#docs #name,)
    });
    let reads = choices.iter().map(|choice| {
        let (name, text) = (&choice.name, &choice.text);
        quote!(#text => ::wire::names::Ok(Self::#name),)
    });
    let writes = choices.iter().map(|choice| {
        let (name, text) = (&choice.name, &choice.text);
        quote!(Self::#name => #text,)
    });
    let texts = choices.iter().map(|choice| format!("`{}`", choice.text)).collect::<Vec<_>>();
    let rule = format!("one of {}", texts.join(", "));
    quote! {
        #docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum #name { #(#variants)* }

        impl #name {
            /// Reads one of the declared texts.
            ///
            /// # Errors
            /// The rule that `text` breaks.
            pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
                match text {
                    #(#reads)*
                    _ => ::wire::names::Err(::wire::Rule::Borrowed(#rule)),
                }
            }

            /// The text on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static ::core::primitive::str {
                match self { #(#writes)* }
            }
        }

        impl ::wire::names::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    }
}

fn credentials(name: &Ident, docs: &TokenStream, scheme: &str) -> TokenStream {
    quote! {
        #docs
        pub struct #name(::wire::names::String);

        impl #name {
            /// Reads the credentials of the declared scheme; those of any other are empty.
            ///
            /// # Errors
            /// None: whether credentials are good is not a matter of grammar.
            pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
                ::wire::names::Ok(Self(::wire::credentials(text, #scheme)))
            }

            /// The secret part.
            #[must_use]
            pub fn secret(&self) -> &::core::primitive::str {
                &self.0
            }
        }

        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str("(secret)")
            }
        }
    }
}

fn listed(name: &Ident, docs: &TokenStream, token: &str) -> TokenStream {
    quote! {
        #docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct #name;

        impl #name {
            /// Reads a list that has the declared token in it, in any case.
            ///
            /// # Errors
            /// The rule that `text` breaks.
            pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
                ::wire::listed(text, #token).map(|()| Self)
            }

            /// The token.
            #[must_use]
            pub const fn as_str(self) -> &'static ::core::primitive::str {
                #token
            }
        }

        impl ::wire::names::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    }
}
