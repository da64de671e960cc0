//! `path_to Resource`: the path of a resource that has one path parameter.

use super::{BuiltIn, Grammar, Texts, Writer, Written, built_in, owned, pattern};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::expand::names::{snake, variant};
use crate::model::{Model, Resource, Segment};
use crate::{parse, resolve};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::Ident;
use syn::parse::ParseStream;
use wire::Rule;

struct PathTo(Ident);

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    let name = parse::ident(input)?;
    Ok(built_in(move |names| match names.paths.iter().find(|(own, _)| *own == name) {
        Some((_, 1)) => Ok(PathTo(name.clone())),
        Some((_, count)) => {
            let message = format!("the path of `{name}` has {count} parameters");
            Err(Diagnostic::new(Code::UnknownValue, name.span(), message)
                .help("use a resource whose path has exactly one parameter, or `text 1..=1024`"))
        }
        None => {
            let declared = names.paths.iter().map(|(name, _)| name);
            Err(resolve::unknown(Code::UnknownValue, &name, "resource", declared))
        }
    }))
}

impl PathTo {
    /// The resource, unless it has a fault.
    fn resource<'a>(&self, model: &'a Model) -> Option<&'a Resource> {
        model.resources.iter().find(|resource| resource.name == self.0)
    }

    fn rule(&self, model: &Model) -> String {
        format!("a path such as `{}`", self.resource(model).map_or("", |resource| &resource.path))
    }
}

impl Grammar for PathTo {
    fn read(&self, model: &Model, text: &str) -> Result<(), Rule> {
        let Some(resource) = self.resource(model) else { return Ok(()) };
        match resource.capture(text) {
            Some(captured) => super::parameters(resource, &captured),
            None => Err(self.rule(model).into()),
        }
    }

    fn sample(&self, model: &Model) -> String {
        self.resource(model).map_or_else(String::new, |resource| resource.sample("b"))
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        owned(&["b", "/", "http://example.com/"])
    }

    fn words(&self, model: &Model) -> String {
        self.resource(model)
            .map_or_else(String::new, |resource| format!("a path such as {}", pattern::code(&resource.path)))
    }

    fn schema(&self, model: &Model, _: Writer) -> Json {
        const SEGMENT: &str = "([!\"$&-.0->@-~]|%[0-9A-Fa-f]{2})+";
        let Some(resource) = self.resource(model) else { return json!({ "type": "string" }) };
        let segments = resource.pattern.iter().map(|segment| match segment {
            Segment::Literal(text) => format!("/{text}"),
            Segment::One(_) => format!("/{SEGMENT}"),
            Segment::Rest(_) => format!("(/{SEGMENT})+"),
        });
        pattern::schema(&segments.collect::<String>())
    }

    fn texts(&self, model: &Model) -> Texts {
        Texts::All(format!("path {}", self.resource(model).map_or("", |resource| &resource.path)))
    }

    fn is_for_requests(&self) -> bool {
        true
    }

    fn is_approximate(&self) -> bool {
        true
    }
}

impl BuiltIn for PathTo {
    fn rust_type(&self, model: &Model, root: &TokenStream) -> TokenStream {
        let module = snake(&self.0);
        match self.resource(model).and_then(|own| own.parameters.first()).map(|parameter| variant(&parameter.name)) {
            Some(parameter) => quote!(#root #module::#parameter),
            // The resource has a fault.
            None => quote!(::wire::names::String),
        }
    }

    fn reader(&self, model: &Model) -> TokenStream {
        let (module, rule) = (snake(&self.0), self.rule(model));
        quote! {
            super::#module::parameters(text).map(|(path,)| path).ok_or(::wire::Rule::Borrowed(#rule))
        }
    }
}
