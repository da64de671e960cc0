//! `credentials "Bearer"`: the credentials of an authentication scheme (RFC 9110 §11.4). Other schemes have none.
//! `credentials listed "bearer."`: the credentials in an element of a list that has this prefix.

use super::{Grammar, Texts, Type, Writer, Written, defined, pattern};
use crate::model::Model;
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::Ident;
use syn::parse::ParseStream;
use wire::Rule;

struct Credentials {
    kind: Kind,
    text: String,
}

/// The text before the secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Scheme,
    Prefix,
}

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn Type>> {
    let listed = parse::take_word(input, "listed")?.is_some();
    let (kind, what) =
        if listed { (Kind::Prefix, "the prefix of a token") } else { (Kind::Scheme, "an authentication scheme") };
    let text = parse::text(input, what)?;
    Ok(defined(move |_| Ok(Credentials { kind, text: resolve::wire_text(&text, what)? })))
}

impl Grammar for Credentials {
    fn read(&self, _: &Model, _: &str) -> Result<(), Rule> {
        Ok(())
    }

    fn sample(&self, _: &Model) -> String {
        match self.kind {
            Kind::Scheme => format!("{} a", self.text),
            Kind::Prefix => format!("{}a", self.text),
        }
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        Vec::new()
    }

    fn words(&self, _: &Model) -> String {
        match self.kind {
            Kind::Scheme => format!("{} and a token", pattern::code(&self.text)),
            Kind::Prefix => format!("a list with {} and a token", pattern::code(&self.text)),
        }
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        json!({ "type": "string" })
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All(match self.kind {
            Kind::Scheme => format!("credentials {}", self.text),
            Kind::Prefix => format!("credentials listed {}", self.text),
        })
    }

    fn constants(&self) -> (String, Option<String>) {
        ("a secret".to_owned(), None)
    }

    fn is_secret(&self) -> bool {
        true
    }

    fn scheme(&self) -> Option<&str> {
        (self.kind == Kind::Scheme).then_some(&self.text)
    }
}

impl Type for Credentials {
    fn define(&self, name: &Ident, docs: &TokenStream) -> TokenStream {
        let text = &self.text;
        let read = match self.kind {
            Kind::Scheme => quote!(::wire::credentials(text, #text)),
            Kind::Prefix => quote!(::wire::listed_credentials(text, #text)),
        };
        quote! {
            #docs
            pub struct #name(::wire::names::String);

            impl #name {
                /// Reads the credentials of the declared kind; those of any other are empty.
                ///
                /// # Errors
                /// None: whether credentials are good is not a matter of grammar.
                pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
                    ::wire::names::Ok(Self(#read))
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
}
