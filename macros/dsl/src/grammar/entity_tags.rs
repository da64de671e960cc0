//! `entity_tags`: `*`, or a list of entity tags (RFC 9110 §13.1).

use super::{BuiltIn, Grammar, Texts, Writer, Written, built_in, owned, pattern};
use crate::model::Model;
use crate::parse;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value as Json;
use syn::parse::ParseStream;
use wire::Rule;

/// `*`, or a comma-separated list of entity tags, which can have empty elements (RFC 9110 §5.6.1).
const PATTERN: &str = "(\\*|[ ,]*((W/)?\"[!#-~]*\" *(,[ ,]*(W/)?\"[!#-~]*\" *)*(,[ ,]*)?)?)";

struct EntityTags;

pub(super) fn parse(_: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    Ok(built_in(|_| Ok(EntityTags)))
}

impl Grammar for EntityTags {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        wire::EntityTags::read(text).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        "\"a\"".to_owned()
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        owned(&["abc", "\"abc"])
    }

    fn words(&self, _: &Model) -> String {
        "`*`, or a comma-separated list of entity tags".to_owned()
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        pattern::schema(PATTERN)
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All("entity tags".to_owned())
    }

    fn is_for_requests(&self) -> bool {
        true
    }

    fn has_check(&self) -> bool {
        true
    }
}

impl BuiltIn for EntityTags {
    fn rust_type(&self, _: &Model, _: &TokenStream) -> TokenStream {
        quote!(::wire::EntityTags)
    }
}
