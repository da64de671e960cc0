//! `list`: a comma-separated list (RFC 9110 §5.6.1). Every text matches.

use super::{BuiltIn, Grammar, Texts, Writer, Written, built_in, list_of};
use crate::model::Model;
use crate::parse;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::Token;
use syn::parse::ParseStream;
use wire::Rule;

struct List;

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    if input.peek(Token![..=]) {
        return list_of::parse(input);
    }
    Ok(built_in(|_| Ok(List)))
}

impl Grammar for List {
    fn read(&self, _: &Model, _: &str) -> Result<(), Rule> {
        Ok(())
    }

    fn sample(&self, _: &Model) -> String {
        "a".to_owned()
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        Vec::new()
    }

    fn words(&self, _: &Model) -> String {
        "a comma-separated list".to_owned()
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        json!({ "type": "string" })
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All("list".to_owned())
    }

    fn is_for_requests(&self) -> bool {
        true
    }

    fn has_check(&self) -> bool {
        true
    }
}

impl BuiltIn for List {
    fn rust_type(&self, _: &Model, _: &TokenStream) -> TokenStream {
        quote!(::wire::List)
    }
}
