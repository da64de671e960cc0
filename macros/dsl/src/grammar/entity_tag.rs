//! `entity_tag`: one strong entity tag (RFC 9110 §8.8.3).

use super::{BuiltIn, Grammar, Texts, Writer, Written, built_in, owned, pattern};
use crate::model::Model;
use crate::parse;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value as Json;
use syn::parse::ParseStream;
use wire::Rule;

struct EntityTag;

pub(super) fn parse(_: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    Ok(built_in(|_| Ok(EntityTag)))
}

impl Grammar for EntityTag {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        wire::EntityTag::read(text).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        "\"a\"".to_owned()
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        owned(&["abc", "\"abc"])
    }

    fn words(&self, _: &Model) -> String {
        "a quoted entity tag".to_owned()
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        pattern::schema("\"[!#-~]*\"")
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All("entity tag".to_owned())
    }

    fn has_check(&self) -> bool {
        true
    }
}

impl BuiltIn for EntityTag {
    fn rust_type(&self, _: &Model, _: &TokenStream) -> TokenStream {
        quote!(::wire::EntityTag)
    }
}
