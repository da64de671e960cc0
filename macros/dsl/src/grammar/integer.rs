//! `u53`: a whole number that JavaScript represents exactly, with an optional range.

use super::{Constant, Grammar, Texts, Type, Writer, Written, defined, owned};
use crate::ast::Literal;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::expand::names::number;
use crate::foreign::{self, Site};
use crate::model::Model;
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::parse::ParseStream;
use syn::{Ident, LitInt};
use wire::{Int53, MAX_EXACT_INTEGER, Rule};

struct Integer {
    min: u64,
    max: u64,
}

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn Type>> {
    let range = if input.peek(LitInt) { Some(parse::range(input)?) } else { None };
    Ok(defined(move |_| {
        let (min, max) = range.as_ref().map_or(Ok((0, MAX_EXACT_INTEGER)), resolve::range)?;
        Ok(Integer { min, max })
    }))
}

/// Whether `name` is an integer type that the language does not have.
pub(super) fn is_other(name: &str) -> bool {
    name.strip_prefix(['u', 'i']).is_some_and(|bits| !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Reads an integer type that the language does not have, so that the explanation is the only fault.
pub(super) fn parse_other(name: &Ident, input: ParseStream) -> parse::Result<Written<dyn Type>> {
    drop(parse(input)?);
    let name = name.clone();
    Ok(defined(move |_| -> Result<Integer, Diagnostic> {
        let message = format!("no grammar is named `{name}`");
        Err(Diagnostic::new(Code::UnknownGrammar, name.span(), message)
            .note("JavaScript and D1 represent integers exactly only up to 2^53-1, the maximum of `u53`")
            .or_help(foreign::meant(Site::Grammar, "int")))
    }))
}

impl Grammar for Integer {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        Int53::read(text, self.min, self.max).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        self.min.to_string()
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        let mut texts = owned(&["-1", "1.5", "0x1", "01", "one"]);
        texts.push((self.max + 1).to_string());
        texts
    }

    fn words(&self, _: &Model) -> String {
        format!("a whole number from {} to {}", self.min, self.max)
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        json!({ "type": "integer", "minimum": self.min, "maximum": self.max })
    }

    fn schema_in_quotes(&self, _: &Model) -> Json {
        super::pattern::schema("(0|[1-9][0-9]*)")
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::Range("integer", self.min, self.max)
    }

    fn constant(&self, _: &Model, kind: &TokenStream, literal: &Literal) -> Result<Option<Constant>, Diagnostic> {
        let Literal::Number(written) = literal else { return Ok(None) };
        let value = resolve::integer(written)?;
        let digits = number(value);
        let constant = Constant {
            text: value.to_string(),
            choice: None,
            value: quote!(#kind(::wire::Int53::declared(#digits))),
            is_computed: false,
        };
        Ok((self.min..=self.max).contains(&value).then_some(constant))
    }

    fn is_number(&self) -> bool {
        true
    }

    fn constants(&self) -> (String, Option<String>) {
        (format!("a number from {} to {}", self.min, self.max), Some(self.min.to_string()))
    }
}

impl Type for Integer {
    fn define(&self, name: &Ident, docs: &TokenStream) -> TokenStream {
        let (min, max) = (number(self.min), number(self.max));
        quote! {
            #docs
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct #name(::wire::Int53);
            ::wire::integer!(#name, #min, #max);
        }
    }
}
