//! `path_to Resource`: the path of a resource.

use super::{BuiltIn, Grammar, Names, Texts, Writer, Written, built_in, owned, pattern};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::expand::names::snake;
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
    Ok(built_in(move |names| {
        resource(&name, names, "path_to", &names.resources.iter().collect::<Vec<_>>()).map(PathTo)
    }))
}

/// Returns the name of a resource that declares its clauses, and whose path can be named: one of `usable`.
pub(super) fn resource(name: &Ident, names: &Names, word: &str, usable: &[&Ident]) -> Result<Ident, Diagnostic> {
    if names.resources.contains(name) {
        return Ok(name.clone());
    }
    if let Some((_, first)) = names.versions.iter().find(|(own, _)| own == name) {
        let fault = Diagnostic::new(
            Code::UnknownValue,
            name.span(),
            format!("`{name}` is like `{first}`, so their paths have one type"),
        );
        return Err(fault
            .note(format!("in a request, a value of `{word} {first}` can be a path of either"))
            .note("in a header of a response, it is a path of the one that the request goes to")
            .help(format!("did you mean `{word} {first}`?")));
    }
    // A resource is served, whether its name is used or not.
    let usable = usable.iter().map(ToString::to_string);
    Err(resolve::unknown(Code::UnknownValue, name, "resource", std::iter::empty()).usable(usable))
}

impl PathTo {
    /// The resource, unless it has a fault.
    fn resource<'a>(&self, model: &'a Model) -> Option<&'a Resource> {
        model.resources.iter().find(|resource| resource.name == self.0)
    }
}

impl Grammar for PathTo {
    fn read(&self, model: &Model, text: &str) -> Result<(), Rule> {
        let Some(resource) = self.resource(model) else { return Ok(()) };
        let captured = all(model, resource).find_map(|own| own.capture(text));
        match captured {
            Some(captured) => super::parameters(resource, &captured),
            None => Err(rule(model, resource).into()),
        }
    }

    fn sample(&self, model: &Model) -> String {
        self.resource(model).map_or_else(String::new, |resource| resource.sample("b"))
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        owned(&["b", "/", "http://example.com/"])
    }

    fn words(&self, model: &Model) -> String {
        self.resource(model).map_or_else(String::new, |resource| rule(model, resource))
    }

    fn schema(&self, model: &Model, _: Writer) -> Json {
        const SEGMENT: &str = "([!\"$&-.0->@-~]|%[0-9A-Fa-f]{2})+";
        let Some(resource) = self.resource(model) else { return json!({ "type": "string" }) };
        let segment = |segment: &Segment| match segment {
            Segment::Literal(text) => format!("/{text}"),
            Segment::One(_) => format!("/{SEGMENT}"),
            Segment::Rest(_) => format!("(/{SEGMENT})+"),
        };
        let paths = all(model, resource).map(|own| own.pattern.iter().map(segment).collect::<String>());
        match &paths.collect::<Vec<_>>()[..] {
            [only] => pattern::schema(only),
            paths => pattern::schema(&format!("({})", paths.join("|"))),
        }
    }

    fn texts(&self, model: &Model) -> Texts {
        Texts::All(format!("path {}", self.resource(model).map_or("", |resource| &resource.path)))
    }

    fn resource_named(&self) -> Option<&Ident> {
        Some(&self.0)
    }

    fn path_text(&self, model: &Model) -> Option<TokenStream> {
        let parameter = &self.resource(model)?.parameters.first()?.name;
        Some(quote!(.#parameter.as_str()))
    }

    fn is_approximate(&self) -> bool {
        true
    }

    fn path_to(&self) -> Option<&Ident> {
        Some(&self.0)
    }

    fn has_check(&self) -> bool {
        true
    }
}

impl BuiltIn for PathTo {
    fn rust_type(&self, model: &Model, root: &TokenStream) -> TokenStream {
        match self.resource(model) {
            Some(resource) => {
                let module = snake(&resource.name);
                quote!(#root #module::PathTo)
            }
            // The resource has a fault.
            None => quote!(::wire::names::String),
        }
    }

    fn is_in_json(&self) -> bool {
        true
    }

    fn shape_impl(&self, model: &Model) -> Option<TokenStream> {
        let kind = self.rust_type(model, &TokenStream::new());
        Some(quote! {
            impl ::wire::json::Scalar for #kind {
                fn read_text(text: &::core::primitive::str) -> ::wire::Read<Self> {
                    Self::read(text)
                }
            }
        })
    }

    fn reader(&self, model: &Model) -> TokenStream {
        match self.resource(model) {
            Some(resource) => {
                let module = snake(&resource.name);
                quote!(super::#module::PathTo::read(text))
            }
            None => quote!(::core::unreachable!()),
        }
    }
}

/// A resource, and those that are like it.
fn all<'a>(model: &'a Model, resource: &'a Resource) -> impl Iterator<Item = &'a Resource> {
    std::iter::once(resource).chain(model.versions(resource))
}

/// The rule that a text breaks which is not a path of this form.
pub(crate) fn rule(model: &Model, resource: &Resource) -> String {
    let paths: Vec<_> = all(model, resource).map(|own| pattern::code(&own.path)).collect();
    format!("a path such as {}", paths.join(" or "))
}
