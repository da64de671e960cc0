//! `pairs 1..=1024`: pairs of a key and bytes in base64, separated by commas.

use super::{BuiltIn, Grammar, LONGEST, Texts, Writer, Written, built_in, length, owned, pattern, repeated};
use crate::expand::names::number;
use crate::model::Model;
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value as Json;
use syn::parse::ParseStream;
use wire::Rule;

/// A key with a value, with an empty one, or without one.
const PAIR: &str = "[!-+.-~-]+( ([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)?";

struct Pairs {
    min: u64,
    max: u64,
}

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    let range = parse::range(input)?;
    Ok(built_in(move |_| {
        let (min, max) = resolve::range(&range)?;
        Ok(Pairs { min, max })
    }))
}

impl Grammar for Pairs {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        wire::Pairs::read(text, length(self.min), length(self.max)).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        repeated("a", self.min.max(1))
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        let long = (self.max < LONGEST).then(|| repeated("a", self.max + 1));
        owned(&["", "a YQ==,,b", "a b", "a YQ==,a"]).into_iter().chain(long).collect()
    }

    fn words(&self, _: &Model) -> String {
        format!(
            "comma-separated pairs of a key and, after a space, a value in base64; {} to {} bytes in all",
            self.min, self.max
        )
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        let mut schema = pattern::schema(&format!("[ \t]*{PAIR}[ \t]*(,[ \t]*{PAIR}[ \t]*)*"));
        schema["minLength"] = self.min.into();
        schema["maxLength"] = self.max.into();
        schema
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::Range("pairs", self.min, self.max)
    }

    fn is_approximate(&self) -> bool {
        true
    }
}

impl BuiltIn for Pairs {
    fn rust_type(&self, _: &Model, _: &TokenStream) -> TokenStream {
        quote!(::wire::Pairs)
    }

    fn reader(&self, _: &Model) -> TokenStream {
        let (min, max) = (number(self.min), number(self.max));
        quote!(::wire::Pairs::read(text, #min, #max))
    }
}
