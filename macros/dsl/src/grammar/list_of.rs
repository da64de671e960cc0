//! `list ..= 20 of Tag`: values of a declared type. A header has commas between them, and a query parameter is repeated.

use super::{BuiltIn, Grammar, Texts, Writer, Written, built_in, length};
use crate::ast::Place;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::expand::names::number;
use crate::model::{Id, Model, Value};
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use syn::parse::ParseStream;
use wire::Rule;

struct ListOf {
    place: Place,
    max: u64,
    element: Id<Value>,
}

/// Reads what follows `list`, if a bound does.
pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    parse::symbol!(input, ..=)?;
    let max = parse::number(input, "the maximum of a list")?;
    parse::word(input, "of")?;
    let name = parse::ident(input)?;
    Ok(built_in(move |names| {
        let values = &names.model.values;
        let declared = || values.iter().map(|value| &value.name);
        let element = values.find(|value| value.name == name);
        let element = element.ok_or_else(|| resolve::unknown(Code::UnknownValue, &name, "value", declared()))?;
        let bound = resolve::integer(&max)?;
        if bound == 0 {
            return Err(Diagnostic::new(Code::RangeEmpty, max.span(), "this list can't have an element")
                .help("write `list ..= 20 of …`"));
        }
        if names.place == Place::Header && values[element].grammar.is_for_queries() {
            return Err(Diagnostic::new(Code::UnknownGrammar, name.span(), "a header can contain only ASCII")
                .note(format!("the grammar of `{name}` is for query parameters"))
                .help("use a value whose grammar is `text`"));
        }
        Ok(ListOf { place: names.place, max: bound, element })
    }))
}

impl ListOf {
    fn element<'a>(&self, model: &'a Model) -> &'a dyn Grammar {
        &*model.values[self.element].grammar
    }
}

impl Grammar for ListOf {
    fn read(&self, model: &Model, text: &str) -> Result<(), Rule> {
        self.read_all(model, &[text.into()])
    }

    fn read_all(&self, model: &Model, texts: &[Cow<str>]) -> Result<(), Rule> {
        let read = |text: &str| self.element(model).read(model, text);
        match self.place {
            Place::Header => wire::list(wire::once(texts)?, length(self.max), read).map(drop),
            Place::Query => wire::repeated(texts, length(self.max), read).map(drop),
        }
    }

    fn sample(&self, model: &Model) -> String {
        self.element(model).sample(model)
    }

    fn malformed(&self, model: &Model) -> Vec<String> {
        let sample = self.sample(model);
        let many =
            (self.place == Place::Header && self.max < 64).then(|| vec![sample; length(self.max) + 1].join(", "));
        self.element(model).malformed(model).into_iter().chain(many).collect()
    }

    fn words(&self, model: &Model) -> String {
        let (max, element) = (self.max, self.element(model).words(model));
        match self.place {
            Place::Header => format!("a comma-separated list of up to {max}, each {element}"),
            Place::Query => format!("{element}; can be given up to {max} times"),
        }
    }

    fn schema(&self, model: &Model, writer: Writer) -> Json {
        let element = self.element(model).schema(model, writer);
        json!({ "type": "array", "items": element, "minItems": 1, "maxItems": self.max })
    }

    fn texts(&self, model: &Model) -> Texts {
        Texts::List(self.max, Box::new(self.element(model).texts(model)))
    }

    fn repeats(&self) -> bool {
        self.place == Place::Query
    }

    fn is_for_requests(&self) -> bool {
        true
    }

    fn is_approximate(&self) -> bool {
        true
    }
}

impl BuiltIn for ListOf {
    fn rust_type(&self, model: &Model, root: &TokenStream) -> TokenStream {
        let name = &model.values[self.element].name;
        quote!(::wire::names::Vec<#root #name>)
    }

    fn reader(&self, model: &Model) -> TokenStream {
        let (name, max) = (&model.values[self.element].name, number(self.max));
        quote!(::wire::list(text, #max, super::#name::read))
    }

    fn reader_of_all(&self, model: &Model) -> Option<TokenStream> {
        let (name, max) = (&model.values[self.element].name, number(self.max));
        let read = quote!(::wire::repeated(texts, #max, super::#name::read));
        self.repeats().then_some(read)
    }

    fn value(&self) -> Option<Id<Value>> {
        Some(self.element)
    }
}
