//! Resources: paths and what is reserved under them.

use super::endpoint::Common;
use super::names::{self, Scope};
use super::{Resolver, Result, range, unknown};
use crate::ast;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Owner, Parameter, Resource, Segment};
use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use proc_macro2::Span;
use syn::{Ident, LitStr};

impl Resolver<'_> {
    pub(super) fn resource(&mut self, resource: ast::Resource) {
        let index = self.model.resources.len();
        let claimed = self.scopes.root.claim(&resource.name, resource.name.to_string().to_snake_case());
        if self.keep(&resource.name, claimed).is_none() {
            return;
        }
        let before = self.diagnostics.count();
        let mut scope = Scope::new(names::RESOURCE);
        let pattern = pattern(&resource.path);
        let pattern = self.diagnostics.keep(pattern).unwrap_or_default();
        let mut parameters: Vec<Parameter> = Vec::new();
        for parameter in &resource.parameters {
            let resolved = scope
                .claim(&parameter.name, parameter.name.to_string().to_upper_camel_case())
                .and_then(|()| self::parameter(parameter, &pattern));
            parameters.extend(self.keep(&parameter.name, resolved));
        }
        // What a path captures comes in the order of the path.
        parameters.sort_by_key(|parameter| position(&pattern, &parameter.name));
        self.undeclared_parameters(&resource, &pattern);
        let reserved: Vec<_> = resource.reserved.iter().map(|text| self.reserved(text, &pattern)).collect();
        let reserved = reserved.into_iter().filter_map(|reserved| self.diagnostics.keep(reserved)).collect();
        for outcome in resource.outcomes {
            let claimed = scope.claim(&outcome.name, outcome.name.to_string());
            let claimed = claimed.and_then(|()| self.hides_nothing(&outcome.name, &[Owner::Protocol]));
            if self.keep(&outcome.name, claimed).is_some() {
                self.outcome(outcome, Owner::Resource(index), None);
            }
        }
        let damaged = resource.damaged || self.diagnostics.count() > before;
        self.model.resources.push(Resource {
            docs: resource.docs,
            name: resource.name,
            path: resource.path.value(),
            path_span: resource.path.span(),
            pattern,
            parameters,
            reserved,
            endpoints: Vec::new(),
        });
        let common = Common { inputs: &resource.inputs, lines: &resource.refuse, damaged };
        let mut handlers = Scope::new(&["failed", "limits"]);
        for endpoint in resource.endpoints {
            let name = endpoint.name.to_string();
            let claimed = scope.claim(&endpoint.name, &*name);
            let claimed = claimed.and_then(|()| handlers.claim(&endpoint.name, name.to_snake_case()));
            if self.keep(&endpoint.name, claimed).is_some() {
                self.endpoint(endpoint, index, &common);
            }
        }
    }

    /// A segment that can be reserved: one that a variable part of the path could be.
    fn reserved(&self, text: &LitStr, pattern: &[Segment]) -> Result<(String, Span)> {
        let value = text.value();
        let fault = |message: String| Diagnostic::new(Code::PathPattern, text.span(), message);
        if !matches!(segment(&value), Some(Segment::Literal(_))) {
            return Err(fault(format!("`{value}` is no segment of a path")).help("one segment, such as \"__reserved\""));
        }
        if !pattern.is_empty() && pattern.iter().all(|segment| matches!(segment, Segment::Literal(_))) {
            return Err(
                fault("the path has no variable part to reserve anything in".to_owned()).help("delete this line")
            );
        }
        Ok((value, text.span()))
    }

    fn undeclared_parameters(&mut self, resource: &ast::Resource, pattern: &[Segment]) {
        for segment in pattern {
            let Some(name) = segment.name() else { continue };
            if !resource.parameters.iter().any(|parameter| parameter.name == name) {
                let message = format!("the path has `{{{name}}}`, but `{name}` is not declared");
                self.diagnostics.push(
                    Diagnostic::new(Code::PathPattern, resource.path.span(), message)
                        .help(format!("path {name}: segments 1..=1024;"))
                        .missing(name),
                );
            }
        }
    }
}

fn parameter(parameter: &ast::Parameter, pattern: &[Segment]) -> Result<Parameter> {
    let name = parameter.name.to_string();
    if position(pattern, &parameter.name).is_none() && !pattern.is_empty() {
        return Err(Diagnostic::new(Code::PathPattern, parameter.name.span(), format!("the path has no `{{{name}}}`"))
            .help("delete this line, or give the path such a part"));
    }
    if parameter.kind != "segments" {
        let kinds = [Ident::new("segments", Span::call_site())];
        return Err(unknown(Code::UnknownGrammar, &parameter.kind, "kind of path parameter", kinds.iter()));
    }
    let (min, max) = range(&parameter.range)?;
    Ok(Parameter { name: parameter.name.clone(), min, max })
}

/// Where in a path its variable part `name` is.
fn position(pattern: &[Segment], name: &Ident) -> Option<usize> {
    pattern.iter().position(|segment| segment.name().is_some_and(|known| name == known))
}

/// `/literal/{one}/{rest..}`
fn pattern(path: &LitStr) -> Result<Vec<Segment>> {
    let text = path.value();
    let fault = |message: String| {
        Diagnostic::new(Code::PathPattern, path.span(), message).help("a path such as \"/v1/thing/{path..}\"")
    };
    let Some(rest) = text.strip_prefix('/') else {
        return Err(fault("a path starts with `/`".to_owned()).help(format!("\"/{text}\"")));
    };
    let parts: Vec<&str> = rest.split('/').collect();
    let mut segments: Vec<Segment> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if part.is_empty() {
            let full = parts.iter().filter(|part| !part.is_empty()).map(|part| format!("/{part}"));
            return Err(
                fault("the path has an empty segment".to_owned()).help(format!("\"{}\"", full.collect::<String>()))
            );
        }
        let segment = segment(part).ok_or_else(|| fault(format!("`{part}` is no segment of a path")))?;
        if matches!(segment, Segment::Rest(_)) && index + 1 < parts.len() {
            return Err(fault(format!("`{part}` takes the rest of the path, so nothing can follow it")));
        }
        if segments.iter().any(|other| other.name().is_some() && other.name() == segment.name()) {
            return Err(fault(format!("`{part}` stands twice in the path")));
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
