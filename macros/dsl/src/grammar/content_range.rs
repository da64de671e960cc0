//! `content_range`: the position of a part in the whole content (RFC 9110 §14.4).

use super::{BuiltIn, Grammar, Texts, Writer, Written, built_in, owned, pattern};
use crate::model::Model;
use crate::parse;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value as Json;
use syn::parse::ParseStream;
use wire::Rule;

struct ContentRange;

pub(super) fn parse(_: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    Ok(built_in(|_| Ok(ContentRange)))
}

impl Grammar for ContentRange {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        wire::ContentRange::read(text).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        "bytes 0-9/10".to_owned()
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        owned(&["0-9", "bytes=0-9/10", "bytes 9-0/10", "bytes 0-10/10", "bytes */*"])
    }

    fn words(&self, _: &Model) -> String {
        "a range in bytes, such as `bytes 0-9/10`, `bytes 0-9/*` or `bytes */10`".to_owned()
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        pattern::schema(r"[Bb][Yy][Tt][Ee][Ss] ([0-9]+-[0-9]+/([0-9]+|\*)|\*/[0-9]+)")
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All("content range".to_owned())
    }

    fn is_approximate(&self) -> bool {
        true
    }
}

impl BuiltIn for ContentRange {
    fn rust_type(&self, _: &Model, _: &TokenStream) -> TokenStream {
        quote!(::wire::ContentRange)
    }
}
