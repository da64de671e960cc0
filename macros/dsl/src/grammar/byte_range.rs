//! `byte_range`: one range of bytes in a request (RFC 9110 §14.1.2).

use super::{BuiltIn, Grammar, Texts, Writer, Written, built_in, owned, pattern};
use crate::model::Model;
use crate::parse;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value as Json;
use syn::parse::ParseStream;
use wire::Rule;

struct ByteRange;

pub(super) fn parse(_: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    Ok(built_in(|_| Ok(ByteRange)))
}

impl Grammar for ByteRange {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        wire::ByteRange::read(text).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        "bytes=0-9".to_owned()
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        owned(&["0-9", "bytes=9-0", "bytes=-", "bytes=0-1,3-4", "items=0-9"])
    }

    fn words(&self, _: &Model) -> String {
        "one range of bytes, such as `bytes=0-9`, `bytes=10-` or `bytes=-10`".to_owned()
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        pattern::schema("[Bb][Yy][Tt][Ee][Ss]=[ \t]*([0-9]+-[0-9]*|-[0-9]+)[ \t]*")
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All("byte range".to_owned())
    }

    fn is_for_requests(&self) -> bool {
        true
    }

    fn is_approximate(&self) -> bool {
        true
    }
}

impl BuiltIn for ByteRange {
    fn rust_type(&self, _: &Model, _: &TokenStream) -> TokenStream {
        quote!(::wire::ByteRange)
    }
}
