//! `unicode 1..=256`: text in any script, for query parameters.

use super::{Constant, Grammar, LONGEST, Texts, Type, Writer, Written, defined, length, repeated};
use crate::ast::Literal;
use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::{parse, resolve};
use proc_macro2::{Literal as Token, TokenStream};
use quote::quote;
use serde_json::{Value as Json, json};
use syn::Ident;
use syn::parse::ParseStream;
use wire::Rule;

struct Unicode {
    min: u64,
    max: u64,
}

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn Type>> {
    let range = parse::range(input)?;
    Ok(defined(move |_| {
        let (min, max) = resolve::range(&range)?;
        Ok(Unicode { min, max })
    }))
}

impl Grammar for Unicode {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        wire::unicode(text, length(self.min), length(self.max)).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        repeated("a", self.min)
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        let long = (self.max < LONGEST).then(|| repeated("a", self.max + 1));
        ["\u{7}".to_owned()].into_iter().chain(long).collect()
    }

    fn words(&self, _: &Model) -> String {
        format!("{} to {} characters", self.min, self.max)
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        let pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";
        json!({ "type": "string", "minLength": self.min, "maxLength": self.max, "pattern": pattern })
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::Range("unicode", self.min, self.max)
    }

    fn constant(&self, _: &Model, kind: &TokenStream, literal: &Literal) -> Result<Option<Constant>, Diagnostic> {
        let Literal::Text(text) = literal else { return Ok(None) };
        let text = text.value();
        let fits = (self.min..=self.max).contains(&(text.chars().count() as u64));
        let printable = !text.contains(char::is_control);
        let replace = quote!(unwrap_or_else(|| #kind(::std::borrow::ToOwned::to_owned(#text))));
        Ok((fits && printable).then_some(Constant { text, choice: None, replace }))
    }

    fn is_for_queries(&self) -> bool {
        true
    }

    fn constants(&self) -> (String, Option<String>) {
        (format!("a text of {} to {} characters", self.min, self.max), Some("\"…\"".to_owned()))
    }
}

impl Type for Unicode {
    fn define(&self, name: &Ident, docs: &TokenStream) -> TokenStream {
        let (min, max) = (Token::u64_unsuffixed(self.min), Token::u64_unsuffixed(self.max));
        quote! {
            #docs
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct #name(::wire::names::String);

            impl #name {
                /// Reads text of the declared length.
                ///
                /// # Errors
                /// The rule that `text` breaks.
                pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
                    ::wire::unicode(text, #min, #max).map(Self)
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
}
