//! `timestamp`: a date and time (RFC 3339).

use super::{BuiltIn, Grammar, Texts, Writer, Written, built_in, owned};
use crate::model::Model;
use crate::parse;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::parse::ParseStream;
use wire::Rule;

struct Timestamp;

pub(super) fn parse(_: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    Ok(built_in(|_| Ok(Timestamp)))
}

impl Grammar for Timestamp {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        wire::Timestamp::read(text).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        "2100-01-01T00:00:00Z".to_owned()
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        owned(&["tomorrow", "2100-01-01", "2100-13-01T00:00:00Z"])
    }

    fn words(&self, _: &Model) -> String {
        "an RFC 3339 date and time".to_owned()
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        json!({ "type": "string", "format": "date-time" })
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All("timestamp".to_owned())
    }

    fn is_approximate(&self) -> bool {
        true
    }

    fn has_check(&self) -> bool {
        true
    }
}

impl BuiltIn for Timestamp {
    fn rust_type(&self, _: &Model, _: &TokenStream) -> TokenStream {
        quote!(::wire::Timestamp)
    }

    fn is_in_json(&self) -> bool {
        true
    }
}
