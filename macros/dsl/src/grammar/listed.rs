//! `listed "websocket"`: a comma-separated list that contains a token; case is ignored.

use super::{Grammar, Texts, Type, Writer, Written, defined, pattern};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value as Json;
use syn::parse::ParseStream;
use syn::{Ident, LitStr};
use wire::Rule;

struct Listed(String);

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn Type>> {
    let text = parse::text(input, "a token")?;
    Ok(defined(move |_| Ok(Listed(token(&text)?))))
}

/// Reads a member of a list. It can't contain a comma or a space, which would separate members.
fn token(literal: &LitStr) -> Result<String, Diagnostic> {
    let text = resolve::wire_text(literal, "a token")?;
    if wire::is_token(&text) {
        return Ok(text);
    }
    let message = format!("\"{text}\" is not a valid member of a list");
    Err(Diagnostic::new(Code::WireText, literal.span(), message)
        .note("it must be a token: letters, digits and some punctuation, without spaces or commas (RFC 9110 §5.6.2)")
        .help("use a token, such as \"websocket\""))
}

impl Grammar for Listed {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        wire::listed(text, &self.0)
    }

    fn sample(&self, _: &Model) -> String {
        format!("other, {}", self.0.to_uppercase())
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        vec![format!("{}x", self.0), "other".to_owned()]
    }

    fn words(&self, _: &Model) -> String {
        format!("{}, in any case, alone or in a comma-separated list", pattern::code(&self.0))
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        // Only a pattern can ignore case.
        let any_case = |letter: char| match (letter.to_ascii_lowercase(), letter.to_ascii_uppercase()) {
            (lower, upper) if lower != upper => format!("[{lower}{upper}]"),
            _ if letter.is_ascii_alphanumeric() => letter.to_string(),
            _ => format!("\\{letter}"),
        };
        let token: String = self.0.chars().map(any_case).collect();
        pattern::schema(&format!("(.*,)?[ \t]*{token}[ \t]*(,.*)?"))
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All(format!("listed {}", self.0.to_lowercase()))
    }

    fn constants(&self) -> (String, Option<String>) {
        ("a list".to_owned(), None)
    }
}

impl Type for Listed {
    fn define(&self, name: &Ident, docs: &TokenStream) -> TokenStream {
        let token = &self.0;
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
}
