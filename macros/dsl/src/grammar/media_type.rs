//! `media_type`: a media type with optional parameters (RFC 9110 §8.3.1).

use super::{BuiltIn, Choices, Constant, Grammar, Texts, Writer, Written, built_in, owned};
use crate::ast::Literal;
use crate::diagnostic::Diagnostic;
use crate::expand::names;
use crate::model::{Media, Model};
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::parse::ParseStream;
use wire::Rule;

/// A type and a subtype with optional parameters, without wildcards (RFC 9110 §8.3.1).
const PATTERN: &str = r#"^[0-9A-Za-z!#$%&'*+.^_`|~-]*[0-9A-Za-z!#$%&'+.^_`|~-][0-9A-Za-z!#$%&'*+.^_`|~-]*/[0-9A-Za-z!#$%&'*+.^_`|~-]*[0-9A-Za-z!#$%&'+.^_`|~-][0-9A-Za-z!#$%&'*+.^_`|~-]*([ \t]*;[ \t]*([0-9A-Za-z!#$%&'*+.^_`|~-]+=([0-9A-Za-z!#$%&'*+.^_`|~-]+|"([ !#-\[\]-~]|\\[ -~])*"))?)*$"#;

struct MediaType;

pub(super) fn parse(_: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    Ok(built_in(|_| Ok(MediaType)))
}

impl Grammar for MediaType {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        wire::MediaType::read(text).map(drop)
    }

    fn sample(&self, _: &Model) -> String {
        "text/plain".to_owned()
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        owned(&["text", "text/", "/plain"])
    }

    fn words(&self, _: &Model) -> String {
        "a media type".to_owned()
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        json!({ "type": "string", "maxLength": 255, "pattern": PATTERN })
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All("media type".to_owned())
    }

    fn choices<'a>(&'a self, model: &'a Model) -> Choices<'a> {
        Choices { named: model.medias.as_slice(), others: true }
    }

    fn choice(&self, model: &Model, text: &str) -> Option<usize> {
        let media = wire::MediaType::read(text).ok()?;
        let choices = self.choices(model).named;
        let exact = choices.iter().position(|choice| choice.text == media.essence());
        exact.or_else(|| choices.iter().position(|choice| has(choice, media.essence())))
    }

    fn includes(&self, model: &Model, named: usize, own: usize) -> bool {
        let choices = self.choices(model).named;
        named == own || choices.get(own).is_some_and(|own| has(&choices[named], &own.text))
    }

    fn lists_choices(&self) -> bool {
        false
    }

    fn sample_of(&self, model: &Model, index: usize) -> String {
        let choices = self.choices(model).named;
        match choices.get(index) {
            Some(choice) if !choice.is_range() => return choice.text.clone(),
            _ => {}
        }
        let family = choices.get(index).map_or("application/", |choice| choice.text.trim_end_matches('*'));
        let names = (0..=choices.len()).map(|number| format!("x-{number}"));
        let mut texts = names.flat_map(|name| [format!("{family}{name}"), format!("{name}/{name}")]);
        let is_of = |text: &String| self.choice(model, text) == choices.get(index).map(|_| index);
        texts.find(is_of).unwrap_or_else(|| self.sample(model))
    }

    fn predicate(&self, model: &Model, index: usize) -> Option<TokenStream> {
        let constant = names::constant(&self.choices(model).named[index].name);
        Some(quote!(super::super::media::#constant.matches))
    }

    fn constant(&self, model: &Model, _: &TokenStream, literal: &Literal) -> Result<Option<Constant>, Diagnostic> {
        let Literal::Name(name) = literal else { return Ok(None) };
        let media = resolve::media(&model.medias, name)?;
        let constant = names::constant(&media.name);
        let value = quote!(super::super::media::#constant.media_type());
        Ok(Some(Constant { text: media.text.clone(), choice: None, value, is_computed: true }))
    }

    fn constants(&self) -> (String, Option<String>) {
        ("a declared media type".to_owned(), Some("Media".to_owned()))
    }

    fn is_approximate(&self) -> bool {
        true
    }

    fn has_check(&self) -> bool {
        true
    }
}

/// Whether a range includes a media type.
fn has(range: &Media, essence: &str) -> bool {
    range.is_range() && essence.starts_with(range.text.trim_end_matches('*'))
}

impl BuiltIn for MediaType {
    fn rust_type(&self, _: &Model, _: &TokenStream) -> TokenStream {
        quote!(::wire::MediaType)
    }

    fn is_in_json(&self) -> bool {
        true
    }
}
