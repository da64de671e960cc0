//! `credentials "Bearer"`: the credentials of an authentication scheme (RFC 9110 §11.4). Other schemes have none.

use super::{Grammar, Texts, Type, Writer, Written, defined, pattern};
use crate::model::Model;
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::Ident;
use syn::parse::ParseStream;
use wire::Rule;

struct Credentials(String);

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn Type>> {
    let scheme = parse::text(input, "an authentication scheme")?;
    Ok(defined(move |_| Ok(Credentials(resolve::wire_text(&scheme, "an authentication scheme")?))))
}

impl Grammar for Credentials {
    fn read(&self, _: &Model, _: &str) -> Result<(), Rule> {
        Ok(())
    }

    fn sample(&self, _: &Model) -> String {
        format!("{} a", self.0)
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        Vec::new()
    }

    fn words(&self, _: &Model) -> String {
        format!("{} and a token", pattern::code(&self.0))
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        json!({ "type": "string" })
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All(format!("credentials {}", self.0))
    }

    fn constants(&self) -> (String, Option<String>) {
        ("a secret".to_owned(), None)
    }

    fn scheme(&self) -> Option<&str> {
        Some(&self.0)
    }
}

impl Type for Credentials {
    fn define(&self, name: &Ident, docs: &TokenStream) -> TokenStream {
        let scheme = &self.0;
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
}
