//! Resources: paths, path parameters and reserved segments.

use super::endpoint::Inherited;
use super::names::{self, Scope};
use super::shared::Shared;
use super::{Resolver, Result, range, unknown_word};
use crate::ast;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::grammar::{Pattern, Segments};
use crate::model::{Id, Outcome, Owner, Parameter, Resource, Segment};
use crate::parse;
use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use proc_macro2::Span;
use syn::{Ident, LitStr};

impl Resolver<'_> {
    pub(super) fn resource(&mut self, mut resource: ast::Resource, commons: &[ast::Common]) {
        let index = self.model.resources.len();
        let defined = self.scopes.root.define(&resource.name, resource.name.to_string().to_snake_case());
        if self.keep(&resource.name, defined).is_none() {
            self.model.routed = false;
            self.diagnostics.lose("reserve");
            return;
        }
        let before = self.diagnostics.count();
        let commons = self.commons_of(&resource, commons);
        self.extend(&mut resource, &commons);
        let mut scope = Scope::new(names::RESOURCE);
        let pattern = pattern(&resource.path);
        let pattern = self.diagnostics.keep(pattern).unwrap_or_default();
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut variables = Scope::new(names::PARAMETERS);
        for parameter in &resource.parameters {
            let resolved = scope
                .define(&parameter.name, parameter.name.to_string().to_upper_camel_case())
                .and_then(|()| variables.define(&parameter.name, parameter.name.to_string()))
                .and_then(|()| self::parameter(parameter, &pattern));
            parameters.extend(self.keep(&parameter.name, resolved));
        }
        // Captured values come in the order of the path.
        parameters.sort_by_key(|parameter| position(&pattern, &parameter.name));
        self.undeclared_parameters(&resource, &pattern);
        let reserved: Vec<_> = resource.reserved.iter().map(|text| self.reserved(text, &pattern)).collect();
        let reserved = reserved.into_iter().filter_map(|reserved| self.diagnostics.keep(reserved)).collect();
        let mut shared: Vec<_> = commons.into_iter().map(|common| self.shared(common)).collect();
        let errors = resource.errors.as_ref().map(|name| self.format_named(name)).transpose();
        let errors = self.diagnostics.keep(errors).flatten();
        self.model.resources.push(Resource {
            docs: resource.docs,
            name: resource.name.clone(),
            path: resource.path.value(),
            path_span: resource.path.span(),
            pattern,
            parameters,
            reserved,
            errors,
            method: None,
            options: Vec::new(),
            endpoints: Vec::new(),
            like: None,
        });
        for outcome in resource.outcomes {
            let defined = scope.define(&outcome.name, outcome.name.to_string());
            let defined = defined.and_then(|()| self.shadows_nothing(&outcome.name, &[Owner::Protocol]));
            if self.keep(&outcome.name, defined).is_some() {
                self.outcome(outcome, Owner::Resource(index), None);
            }
        }
        self.model.resources[index].options = self.options(&resource.options);
        let method = resource.method.as_ref().map(|name| self.wrong_method(name, index)).transpose();
        let method = self.diagnostics.keep(method).flatten();
        if method.is_none() && resource.method.is_some() {
            self.diagnostics.lose(parse::OTHER_METHODS);
        }
        self.model.resources[index].method = method;
        let damaged = resource.damaged || self.diagnostics.count() > before;
        if damaged {
            self.model.routed = false;
            self.diagnostics.lose("reserve");
        }
        let named = resource.endpoints.iter().flat_map(|endpoint| &endpoint.inputs).map(|input| input.name.clone());
        shared.push(Shared { inputs: &resource.inputs, lines: &resource.refuse, named: named.collect() });
        let inherited = Inherited { shared, damaged };
        let mut handlers = Scope::new(&["failed", "limits"]);
        for endpoint in resource.endpoints {
            let name = endpoint.name.to_string();
            let defined = scope.define(&endpoint.name, &*name);
            let defined = defined.and_then(|()| handlers.define(&endpoint.name, name.to_snake_case()));
            match self.keep(&endpoint.name, defined) {
                Some(()) => self.endpoint(endpoint, index, &inherited),
                None => self.model.routed = false,
            }
        }
    }

    /// Resolves the outcome of methods that a resource does not have.
    fn wrong_method(&self, name: &Ident, index: usize) -> Result<(Id<Outcome>, Span)> {
        let id = self.visible_outcome(name, &[Owner::Resource(index), Owner::Protocol])?;
        self.refuses(name, id, "`other methods`")?;
        Ok((id, name.span()))
    }

    /// Resolves a reserved segment. It must be a literal, and the path must have a parameter that could match it.
    fn reserved(&self, text: &LitStr, pattern: &[Segment]) -> Result<(String, Span)> {
        let value = text.value();
        let fault = |message: String| Diagnostic::new(Code::PathPattern, text.span(), message);
        if !matches!(segment(&value), Some(Segment::Literal(_))) {
            return Err(
                fault(format!("`{value}` is not a valid path segment")).help("use one segment, such as \"__reserved\"")
            );
        }
        if !pattern.is_empty() && pattern.iter().all(|segment| matches!(segment, Segment::Literal(_))) {
            return Err(
                fault("a path without parameters can't have a reserved segment".to_owned()).help("delete this line")
            );
        }
        Ok((value, text.span()))
    }

    fn undeclared_parameters(&mut self, resource: &ast::Resource, pattern: &[Segment]) {
        for segment in pattern {
            let Some(name) = segment.name() else { continue };
            if !resource.parameters.iter().any(|parameter| parameter.name == name) {
                let message = format!("the path has `{{{name}}}`, but `{name}` is not declared");
                let fault = Diagnostic::new(Code::PathPattern, resource.path.span(), message)
                    .help(format!("add `path {name}: segments 1..=1024;`"))
                    .missing(name);
                // A faulty common part may declare it.
                let fault = resource.commons.iter().fold(fault, |fault, common| fault.missing(common.to_string()));
                self.diagnostics.push(fault);
            }
        }
    }
}

fn parameter(parameter: &ast::Parameter, pattern: &[Segment]) -> Result<Parameter> {
    let name = parameter.name.to_string();
    if position(pattern, &parameter.name).is_none() && !pattern.is_empty() {
        return Err(Diagnostic::new(Code::PathPattern, parameter.name.span(), format!("the path has no `{{{name}}}`"))
            .help(format!("delete this line, or add `{{{name}}}` to the path")));
    }
    let texts = match &parameter.texts {
        ast::ParameterTexts::Pattern(text) => Segments::Pattern(Pattern::new(text)?),
        ast::ParameterTexts::Range(kind, own) if kind == "segments" => {
            let (min, max) = range(own)?;
            Segments::Length { min, max }
        }
        ast::ParameterTexts::Range(kind, _) => {
            let kinds = ["pattern", "segments"];
            return Err(unknown_word(Code::UnknownGrammar, kind, "kind of path parameter", &kinds));
        }
    };
    Ok(Parameter { name: parameter.name.clone(), texts })
}

/// Returns the position of the parameter `name` in a path.
fn position(pattern: &[Segment], name: &Ident) -> Option<usize> {
    pattern.iter().position(|segment| segment.name().is_some_and(|own| name == own))
}

/// `/literal/{one}/{rest..}/literal/`
pub(super) fn pattern(path: &LitStr) -> Result<Vec<Segment>> {
    let text = path.value();
    let fault = |message: String| {
        Diagnostic::new(Code::PathPattern, path.span(), message).help("use a path such as \"/v1/thing/{path..}\"")
    };
    let Some(rest) = text.strip_prefix('/') else {
        return Err(fault("a path must start with `/`".to_owned()).help(format!("write `\"/{text}\"`")));
    };
    let parts: Vec<&str> = rest.split('/').collect();
    let mut segments: Vec<Segment> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if part.is_empty() && index + 1 < parts.len() {
            let full = parts.iter().filter(|part| !part.is_empty()).map(|part| format!("/{part}"));
            return Err(fault("the path has an empty segment".to_owned())
                .help(format!("write `\"{}\"`", full.collect::<String>())));
        }
        // A slash at the end is an empty segment.
        let end = part.is_empty().then(|| Segment::Literal(String::new()));
        let segment =
            end.or_else(|| segment(part)).ok_or_else(|| fault(format!("`{part}` is not a valid path segment")))?;
        let is_rest = |segment: &Segment| matches!(segment, Segment::Rest(_));
        if is_rest(&segment) && segments.iter().any(is_rest) {
            return Err(fault(format!("`{part}` is the second parameter that can have several segments")));
        }
        if segments.iter().any(|other| other.name().is_some() && other.name() == segment.name()) {
            return Err(fault(format!("`{part}` occurs twice in the path")));
        }
        segments.push(segment);
    }
    Ok(segments)
}

fn segment(part: &str) -> Option<Segment> {
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    };
    let name = |text: &str| syn::parse_str::<Ident>(text).is_ok();
    match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        None => plain(part).then(|| Segment::Literal(part.to_owned())),
        Some(inner) => match inner.strip_suffix("..") {
            Some(rest) => name(rest).then(|| Segment::Rest(rest.to_owned())),
            None => name(inner).then(|| Segment::One(inner.to_owned())),
        },
    }
}
