//! Resources: paths and what is reserved under them.

use super::{Resolver, Result, range, unknown};
use crate::ast;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Owner, Parameter, Resource, Segment};
use proc_macro2::Span;
use syn::{Ident, LitStr};

impl Resolver<'_> {
    pub(super) fn resource(&mut self, resource: ast::Resource) {
        let index = self.model.resources.len();
        let pattern = pattern(&resource.path);
        let pattern = self.diagnostics.keep(pattern).unwrap_or_default();
        let parameters = resource.parameters.iter().map(|parameter| self::parameter(parameter, &pattern));
        let parameters: Vec<_> = parameters.collect();
        let parameters: Vec<_> = parameters.into_iter().filter_map(|result| self.diagnostics.keep(result)).collect();
        self.undeclared_parameters(&resource, &pattern, &parameters);
        for outcome in resource.outcomes {
            self.outcome(outcome, Owner::Resource(index));
        }
        self.model.resources.push(Resource {
            docs: resource.docs,
            name: resource.name,
            path: resource.path.value(),
            path_span: resource.path.span(),
            pattern,
            parameters,
            reserved: resource.reserved.iter().map(LitStr::value).collect(),
            endpoints: Vec::new(),
        });
        for endpoint in resource.endpoints {
            self.endpoint(endpoint, index, &resource.inputs, &resource.refuse);
        }
    }

    fn undeclared_parameters(&mut self, resource: &ast::Resource, pattern: &[Segment], declared: &[Parameter]) {
        for segment in pattern {
            let (Segment::One(name) | Segment::Rest(name)) = segment else { continue };
            if !declared.iter().any(|parameter| parameter.name == name)
                && !resource.parameters.iter().any(|parameter| parameter.name == name)
            {
                let message = format!("the path has `{{{name}}}`, but `{name}` is not declared");
                self.diagnostics.push(
                    Diagnostic::new(Code::PathPattern, resource.path.span(), message)
                        .help(format!("path {name}: segments 1..=1024;")),
                );
            }
        }
    }
}

fn parameter(parameter: &ast::Parameter, pattern: &[Segment]) -> Result<Parameter> {
    let name = parameter.name.to_string();
    let used = pattern.iter().any(|segment| match segment {
        Segment::Literal(_) => false,
        Segment::One(known) | Segment::Rest(known) => *known == name,
    });
    if !used && !pattern.is_empty() {
        return Err(Diagnostic::new(Code::PathPattern, parameter.name.span(), format!("the path has no `{{{name}}}`")));
    }
    if parameter.kind != "segments" {
        let kinds = [Ident::new("segments", Span::call_site())];
        return Err(unknown(Code::UnknownGrammar, &parameter.kind, "kind of path parameter", kinds.iter()));
    }
    let (min, max) = range(&parameter.range)?;
    Ok(Parameter { name: parameter.name.clone(), min, max })
}

/// `/literal/{one}/{rest..}`
fn pattern(path: &LitStr) -> Result<Vec<Segment>> {
    let text = path.value();
    let fault = |message: String| {
        Diagnostic::new(Code::PathPattern, path.span(), message).help("a path such as \"/v1/thing/{path..}\"")
    };
    let Some(rest) = text.strip_prefix('/') else {
        return Err(fault("a path starts with `/`".to_owned()));
    };
    let parts: Vec<&str> = rest.split('/').collect();
    let mut segments: Vec<Segment> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let segment = segment(part).ok_or_else(|| fault(format!("`{part}` is no segment of a path")))?;
        if matches!(segment, Segment::Rest(_)) && index + 1 < parts.len() {
            return Err(fault(format!("`{part}` takes the rest of the path, so nothing can follow it")));
        }
        if segments.contains(&segment) && !matches!(segment, Segment::Literal(_)) {
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
