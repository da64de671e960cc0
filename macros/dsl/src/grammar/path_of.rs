//! `path_of Resource`: the variable part of the path of a resource that has one path parameter, such as `a/b`.

use super::{BuiltIn, Grammar, Segments, Texts, Writer, Written, built_in, owned, path_to, pattern};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::expand::names::{snake, variant};
use crate::model::{Model, Parameter, Resource, Segment};
use crate::{parse, suggest};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value as Json, json};
use syn::Ident;
use syn::parse::ParseStream;
use wire::Rule;

struct PathOf(Ident);

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn BuiltIn>> {
    let name = parse::ident(input)?;
    Ok(built_in(move |names| -> Result<PathOf, Diagnostic> {
        let usable = names.parameters.iter().filter(|(_, count)| *count == 1).map(|(own, _)| own);
        let usable: Vec<_> = usable.collect();
        let resource = path_to::resource(&name, names, "path_of", &usable)?;
        if usable.contains(&&resource) {
            return Ok(PathOf(resource));
        }
        let count = names.parameters.iter().find(|(own, _)| *own == resource).map_or(0, |(_, count)| *count);
        let count = if count == 0 { "no".to_owned() } else { count.to_string() };
        let message = format!("the path of `{name}` has {count} parameters");
        let paths = usable.iter().map(|own| format!("`path_of {own}`"));
        let alternatives: Vec<_> = paths.chain([format!("`path_to {name}`"), "`text 1..=1024`".to_owned()]).collect();
        Err(Diagnostic::new(Code::UnknownValue, name.span(), message)
            .note("`path_of` is the value of the only parameter of a path")
            .help(format!("use {}", suggest::enumeration(&alternatives, "or"))))
    }))
}

impl PathOf {
    /// The resource and its parameter, unless it has a fault.
    fn parameter<'a>(&self, model: &'a Model) -> Option<(&'a Resource, &'a Parameter)> {
        let resource = model.resources.iter().find(|resource| resource.name == self.0)?;
        Some((resource, resource.parameters.first()?))
    }

    /// Whether the parameter can have several segments.
    fn has_several(resource: &Resource) -> bool {
        resource.pattern.iter().any(|segment| matches!(segment, Segment::Rest(_)))
    }

    fn reserved(resource: &Resource) -> Vec<&str> {
        resource.reserved.iter().map(|(text, _)| text.as_str()).collect()
    }
}

impl Grammar for PathOf {
    fn read(&self, model: &Model, text: &str) -> Result<(), Rule> {
        let Some((resource, parameter)) = self.parameter(model) else { return Ok(()) };
        let read = |text: &str| parameter.texts.read(text);
        wire::json::part(text, Self::has_several(resource), &Self::reserved(resource), read).map(drop)
    }

    fn sample(&self, model: &Model) -> String {
        self.parameter(model).map_or_else(|| "b".to_owned(), |(_, parameter)| parameter.texts.sample("b"))
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        owned(&["", "/b", "b/", "..", "%zz"])
    }

    fn words(&self, model: &Model) -> String {
        self.parameter(model).map_or_else(String::new, |(resource, parameter)| {
            format!(
                "what {} stands for in {}",
                pattern::code(&parameter.name.to_string()),
                pattern::code(&resource.path)
            )
        })
    }

    fn schema(&self, model: &Model, _: Writer) -> Json {
        match self.parameter(model) {
            Some((_, Parameter { texts: Segments::Length { max, .. }, .. })) => {
                json!({ "type": "string", "minLength": 1, "maxLength": max })
            }
            Some((_, Parameter { texts: Segments::Pattern(pattern), .. })) => pattern.schema(),
            None => json!({ "type": "string" }),
        }
    }

    fn texts(&self, model: &Model) -> Texts {
        Texts::All(format!("part of {}", self.parameter(model).map_or("", |(resource, _)| &resource.path)))
    }

    fn resource_named(&self) -> Option<&Ident> {
        Some(&self.0)
    }

    fn path_text(&self, _: &Model) -> Option<TokenStream> {
        Some(quote!(.as_str()))
    }

    fn is_approximate(&self) -> bool {
        true
    }
}

impl BuiltIn for PathOf {
    fn rust_type(&self, model: &Model, root: &TokenStream) -> TokenStream {
        let module = snake(&self.0);
        match self.parameter(model).map(|(_, parameter)| variant(&parameter.name)) {
            Some(parameter) => quote!(#root #module::#parameter),
            // The resource has a fault.
            None => quote!(::wire::names::String),
        }
    }

    fn reader(&self, model: &Model) -> TokenStream {
        let kind = self.rust_type(model, &quote!(super::));
        let Some((resource, _)) = self.parameter(model) else { return quote!(<#kind>::read(text)) };
        let (several, reserved) = (Self::has_several(resource), Self::reserved(resource));
        quote!(::wire::json::part(text, #several, &[#(#reserved),*], <#kind>::read))
    }

    fn is_in_json(&self) -> bool {
        true
    }

    fn shape(&self, model: &Model, root: &TokenStream) -> TokenStream {
        let kind = self.rust_type(model, root);
        quote!(::wire::json::PathOf<#kind>)
    }

    fn shape_impl(&self, model: &Model) -> Option<TokenStream> {
        let (kind, (resource, _)) = (self.rust_type(model, &TokenStream::new()), self.parameter(model)?);
        let (several, reserved) = (Self::has_several(resource), Self::reserved(resource));
        Some(quote! {
            impl ::wire::json::Part for #kind {
                fn of_text(text: &::core::primitive::str) -> ::wire::Read<Self> {
                    ::wire::json::part(text, #several, &[#(#reserved),*], Self::read)
                }
            }
        })
    }
}
