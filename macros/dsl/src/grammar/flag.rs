//! `flag "true"`: set by one text in any case, and otherwise absent.

use super::{BuiltIn, Grammar, Texts, Writer, Written, built_in, pattern};
use crate::model::Model;
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::parse::ParseStream;
use wire::Rule;

struct Flag(String);

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    let text = parse::text(input, "the value of a flag")?;
    Ok(built_in(move |_| Ok(Flag(resolve::wire_text(&text, "the value of a flag")?))))
}

impl Grammar for Flag {
    fn read(&self, _: &Model, _: &str) -> Result<(), Rule> {
        Ok(())
    }

    fn sample(&self, _: &Model) -> String {
        self.0.clone()
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        Vec::new()
    }

    fn words(&self, _: &Model) -> String {
        format!("{}, in any case; any other value is ignored", pattern::code(&self.0))
    }

    fn schema(&self, _: &Model, writer: Writer) -> Json {
        match writer {
            // A request can have any value, because other values are ignored.
            Writer::Client => json!({ "anyOf": [{ "const": self.0 }, { "type": "string" }] }),
            Writer::Server => json!({ "type": "string", "const": self.0 }),
        }
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All(format!("flag {}", self.0))
    }

    fn constants(&self) -> (String, Option<String>) {
        (format!("\"{}\", because it is a flag", self.0), None)
    }

    fn flag(&self) -> Option<&str> {
        Some(&self.0)
    }
}

impl BuiltIn for Flag {
    fn rust_type(&self, _: &Model, _: &TokenStream) -> TokenStream {
        quote!(bool)
    }
}
