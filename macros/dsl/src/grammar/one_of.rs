//! `one_of { A = "a" }`: one of several texts, each with a name.

use super::{Choices, Constant, Grammar, Texts, Type, Writer, Written, defined, pattern, texts};
use crate::ast::{Literal, Variant};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::expand::names::docs_or;
use crate::forms::{self, Construct as _};
use crate::model::{Choice, Model};
use crate::parse;
use crate::resolve::{self, Scope};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::Ident;
use syn::parse::ParseStream;
use wire::Rule;

pub(super) struct OneOf(Vec<Choice>);

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn Type>> {
    let variants = parse::enclosed::whole(&parse::enclosed::braces(input)?, |content| {
        let mut variants = Vec::new();
        while !content.is_empty() {
            variants.push(parse::within(forms::Nested::Variant.form(), variant(content))?);
        }
        Ok(variants)
    })?;
    Ok(defined(move |_| Ok(OneOf(choices(&variants)?))))
}

fn variant(content: ParseStream) -> parse::Result<Variant> {
    let docs = parse::docs(content)?;
    let name = parse::declared(content, parse::Case::Upper)?;
    parse::symbol!(content, =)?;
    let text = parse::text(content, "a value")?;
    if !content.is_empty() {
        parse::symbol!(content, ,)?;
    }
    Ok(Variant { docs, name, text })
}

fn choices(variants: &[Variant]) -> Result<Vec<Choice>, Diagnostic> {
    let mut choices: Vec<Choice> = Vec::new();
    let mut scope = Scope::new(&[]);
    for variant in variants {
        scope.define(&variant.name, variant.name.to_string())?;
        let text = resolve::wire_text(&variant.text, "a value")?;
        if let Some(other) = choices.iter().find(|other| other.text == text) {
            let message = format!("\"{text}\" already means `{}`", other.name);
            return Err(Diagnostic::new(Code::DuplicateText, variant.text.span(), message)
                .help("change this text, or delete this variant"));
        }
        choices.push(Choice { docs: variant.docs.clone(), name: variant.name.clone(), text });
    }
    Ok(choices)
}

impl OneOf {
    pub(super) fn new(choices: Vec<Choice>) -> Self {
        Self(choices)
    }

    pub(super) fn choices(&self) -> &[Choice] {
        &self.0
    }

    fn rule(&self) -> String {
        let texts: Vec<_> = self.0.iter().map(|choice| format!("`{}`", choice.text)).collect();
        format!("one of {}", texts.join(", "))
    }
}

impl Grammar for OneOf {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        if self.0.iter().any(|choice| choice.text == text) { Ok(()) } else { Err(self.rule().into()) }
    }

    fn sample(&self, _: &Model) -> String {
        self.0.first().map_or_else(String::new, |choice| choice.text.clone())
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        let first = self.0.iter().take(1);
        first.flat_map(|choice| [choice.text.to_uppercase(), format!("{}x", choice.text)]).collect()
    }

    fn words(&self, _: &Model) -> String {
        pattern::one_of(&self.0)
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        let texts: Vec<_> = self.0.iter().map(|choice| choice.text.as_str()).collect();
        json!({ "type": "string", "enum": texts })
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::Named(None, texts::named(&self.0))
    }

    fn choices<'a>(&'a self, _: &'a Model) -> Choices<'a> {
        Choices { named: &self.0, others: false }
    }

    fn constant(&self, _: &Model, kind: &TokenStream, literal: &Literal) -> Result<Option<Constant>, Diagnostic> {
        let Literal::Name(name) = literal else { return Ok(None) };
        let index = self.0.iter().position(|choice| choice.name == *name).ok_or_else(|| {
            let names = self.0.iter().map(|choice| &choice.name);
            resolve::unknown(Code::UnknownVariant, name, "variant", names)
        })?;
        let Choice { name, text, .. } = &self.0[index];
        let value = quote!(#kind::#name);
        Ok(Some(Constant { text: text.clone(), choice: Some(index), value, is_computed: false }))
    }

    fn constants(&self) -> (String, Option<String>) {
        let names: Vec<_> = self.0.iter().map(|choice| choice.name.to_string()).collect();
        (format!("one of {}", names.join(", ")), Some(names.first().map_or("…", String::as_str).to_owned()))
    }
}

impl OneOf {
    /// Generates an `enum` of the choices, and calls the macro with its functions.
    pub(super) fn enumeration(&self, name: &Ident, docs: &TokenStream, functions: &TokenStream) -> TokenStream {
        let variants = self.0.iter().map(|choice| {
            let (name, docs) = (&choice.name, docs_or(&choice.docs, &format!("`{}`.", choice.text)));
            quote!(#docs #name,)
        });
        let (names, texts): (Vec<_>, Vec<_>) = self.0.iter().map(|choice| (&choice.name, &choice.text)).unzip();
        quote! {
            #docs
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            pub enum #name { #(#variants)* }
            #functions!(#name, #(#names = #texts),*);
        }
    }
}

impl Type for OneOf {
    fn define(&self, name: &Ident, docs: &TokenStream) -> TokenStream {
        self.enumeration(name, docs, &quote!(::wire::one_of))
    }
}
