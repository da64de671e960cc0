//! `media_type`: a media type with optional parameters (RFC 9110 §8.3.1).

use super::{BuiltIn, Constant, Grammar, Texts, Writer, Written, built_in, owned};
use crate::ast::Literal;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::expand::names;
use crate::model::Model;
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

    fn constant(&self, model: &Model, _: &TokenStream, literal: &Literal) -> Result<Option<Constant>, Diagnostic> {
        let Literal::Name(name) = literal else { return Ok(None) };
        let medias = &model.medias;
        let unknown = || {
            let names = medias.iter().map(|media| &media.name);
            resolve::unknown(Code::UnknownValue, name, "media type", names)
        };
        let media = medias.iter().find(|media| media.name == *name).ok_or_else(unknown)?;
        if media.is_range() {
            let message = format!("`{name}` is a range of media types, not a single one");
            return Err(Diagnostic::new(Code::MediaType, name.span(), message).help("use a media type without `*`"));
        }
        let constant = names::constant(&media.name);
        let replace = Some(quote!(unwrap_or_else(|| super::super::media::#constant.media_type())));
        Ok(Some(Constant { text: media.text.clone(), choice: None, replace }))
    }

    fn constants(&self) -> (String, Option<String>) {
        ("a declared media type".to_owned(), Some("Media".to_owned()))
    }

    fn is_approximate(&self) -> bool {
        true
    }
}

impl BuiltIn for MediaType {
    fn rust_type(&self, _: &Model, _: &TokenStream) -> TokenStream {
        quote!(::wire::MediaType)
    }
}
