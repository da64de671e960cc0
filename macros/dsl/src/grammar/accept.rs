//! `accept { Json, NdJson }`: the declared media type that a client prefers (RFC 9110 §12.5.1).

use super::one_of::OneOf;
use super::{Choices, Constant, Grammar, Texts, Type, Writer, Written, defined, owned, pattern};
use crate::ast::Literal;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Choice, Model};
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::Ident;
use syn::parse::ParseStream;
use wire::Rule;

/// The media types that the server offers, the preferred one first.
struct Accept(OneOf);

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn Type>> {
    let span = input.span();
    let names = parse::enclosed::whole(&parse::enclosed::braces(input)?, |content| parse::list(content, parse::ident))?;
    Ok(defined(move |declared| {
        if names.is_empty() {
            return Err(Diagnostic::new(Code::MissingClause, span, "`accept` names no media type")
                .help("write `accept { Json }`"));
        }
        let mut offered: Vec<Choice> = Vec::new();
        for name in &names {
            let media = resolve::media(&declared.model.medias, name)?;
            if offered.iter().any(|other| other.name == media.name) {
                let message = format!("`{name}` is already in this list");
                return Err(Diagnostic::new(Code::DuplicateName, name.span(), message).help("delete one of them"));
            }
            offered.push(media.clone());
        }
        Ok(Accept(OneOf::new(offered)))
    }))
}

impl Accept {
    fn offered(&self) -> Vec<&str> {
        self.0.choices().iter().map(|choice| choice.text.as_str()).collect()
    }
}

impl Grammar for Accept {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        wire::accept(text, &self.offered()).map(drop)
    }

    fn sample(&self, model: &Model) -> String {
        self.0.sample(model)
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        owned(&["x-other/x-other", "*/*;q=0"])
    }

    fn words(&self, _: &Model) -> String {
        format!("media ranges, of which the best match among {} is used", pattern::one_of(self.0.choices()))
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        json!({ "type": "string", "examples": self.offered() })
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::Accept(self.0.choices().iter().map(|choice| choice.text.clone()).collect())
    }

    fn choices<'a>(&'a self, _: &'a Model) -> Choices<'a> {
        Choices { named: self.0.choices(), others: false }
    }

    fn choice(&self, _: &Model, text: &str) -> Option<usize> {
        wire::accept(text, &self.offered()).ok()
    }

    fn constant(&self, model: &Model, kind: &TokenStream, literal: &Literal) -> Result<Option<Constant>, Diagnostic> {
        let constant = self.0.constant(model, kind, literal)?;
        match &constant {
            Some(constant) if constant.choice != Some(0) => {
                let first = &self.0.choices()[0].name;
                let message =
                    format!("a request without this header accepts everything, so its default must be `{first}`");
                Err(Diagnostic::new(Code::BadInput, literal.span(), message)
                    .note("`*/*` chooses the first media type of the list (RFC 9110 §12.5.1)")
                    .help(format!("write `or {first}`, or change the order of the list")))
            }
            _ => Ok(constant),
        }
    }

    fn constants(&self) -> (String, Option<String>) {
        self.0.constants()
    }

    fn negotiates(&self) -> bool {
        true
    }

    fn is_for_requests(&self) -> bool {
        true
    }

    fn is_approximate(&self) -> bool {
        true
    }
}

impl Type for Accept {
    fn define(&self, name: &Ident, docs: &TokenStream) -> TokenStream {
        let offered = self.offered();
        let variants = self.0.choices().iter().map(|choice| &choice.name);
        let choices = self.0.enumeration(name, docs, &quote!(::wire::choices));
        quote! {
            #choices

            impl #name {
                /// Reads a list of media ranges, and chooses the media type that the client prefers.
                ///
                /// # Errors
                /// The rule that `text` breaks.
                pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
                    const OFFERED: &[#name] = &[#(#name::#variants),*];
                    ::wire::accept(text, &[#(#offered),*]).map(|index| OFFERED[index])
                }
            }
        }
    }
}
