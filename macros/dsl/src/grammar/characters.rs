//! Texts with a range of lengths: what `text` and `unicode` have in common.

use super::{Constant, Grammar, LONGEST, Texts, Type, Writer, Written, defined, length, newtype, repeated};
use crate::ast::Literal;
use crate::diagnostic::Diagnostic;
use crate::expand::names::number;
use crate::model::Model;
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use syn::Ident;
use syn::parse::ParseStream;
use wire::Rule;

/// The characters of a text, and how they are counted.
pub(super) struct Characters {
    /// The word of the grammar, and the function of `wire` that reads such texts.
    pub(super) word: &'static str,
    /// That function.
    pub(super) read: fn(&str, usize, usize) -> Result<Cow<'_, str>, Rule>,
    /// Their name in the documents.
    pub(super) words: &'static str,
    /// The unit that is counted in the text of a spec, and the characters that are allowed.
    pub(super) counted: &'static str,
    /// A text that contains others.
    pub(super) other: &'static str,
    /// A regular expression of texts that are not empty.
    pub(super) pattern: &'static str,
    /// Whether they are allowed only in queries and in JSON.
    pub(super) for_queries: bool,
}

struct Text {
    characters: &'static Characters,
    min: u64,
    max: u64,
}

/// Reads the range of lengths.
pub(super) fn parse(characters: &'static Characters, input: ParseStream) -> parse::Result<Written<dyn Type>> {
    let range = parse::range(input)?;
    Ok(defined(move |_| {
        let (min, max) = resolve::range(&range)?;
        Ok(Text { characters, min, max })
    }))
}

impl Grammar for Text {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        (self.characters.read)(text, length(self.min), length(self.max)).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        repeated("a", self.min)
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        let long = (self.max < LONGEST).then(|| repeated("a", self.max + 1));
        [self.characters.other.to_owned()].into_iter().chain(long).collect()
    }

    fn words(&self, _: &Model) -> String {
        format!("{} to {} {}", self.min, self.max, self.characters.words)
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        let some = self.characters.pattern;
        let pattern = if self.min == 0 { format!("^({some})?$") } else { format!("^{some}$") };
        json!({ "type": "string", "minLength": self.min, "maxLength": self.max, "pattern": pattern })
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::Range(self.characters.word, self.min, self.max)
    }

    fn constant(&self, model: &Model, kind: &TokenStream, literal: &Literal) -> Result<Option<Constant>, Diagnostic> {
        let Literal::Text(text) = literal else { return Ok(None) };
        let text = text.value();
        Ok(self.read(model, &text).is_ok().then(|| newtype::constant(kind, text)))
    }

    fn constants(&self) -> (String, Option<String>) {
        (format!("a text of {} to {} {}", self.min, self.max, self.characters.counted), Some("\"…\"".to_owned()))
    }

    fn is_for_queries(&self) -> bool {
        self.characters.for_queries
    }

    fn has_check(&self) -> bool {
        true
    }
}

impl Type for Text {
    fn define(&self, name: &Ident, docs: &TokenStream) -> TokenStream {
        let (min, max) = (number(self.min), number(self.max));
        let read = Ident::new(self.characters.word, name.span());
        newtype::define(name, docs, &quote!(::wire::#read(text, #min, #max)))
    }
}
