//! Which endpoint a request reaches.

use super::claims::variant;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::{Endpoint, Model, Resource, Segment, Sent};

/// The resource that a path is one of; of several, the one whose pattern says most.
pub(super) fn resource<'a>(model: &'a Model, path: &str) -> Option<&'a Resource> {
    let fitting = model.resources.iter().filter(|resource| resource.capture(path).is_some());
    fitting.min_by_key(|resource| resource.pattern.iter().map(Segment::rank).collect::<Vec<_>>())
}

/// Whether a path of a resource is kept from its endpoints.
pub(super) fn is_reserved(resource: &Resource, path: &str) -> bool {
    let reserved: Vec<_> = resource.reserved.iter().map(|(text, _)| text.as_str()).collect();
    let captured = resource.capture(path).unwrap_or_default();
    captured.first().is_some_and(|first| wire::is_reserved(first, &reserved))
}

/// The endpoint that a request reaches.
pub(super) fn endpoint<'a>(model: &'a Model, sent: &Sent) -> Option<&'a Endpoint> {
    let resource = resource(model, &sent.path).filter(|resource| !is_reserved(resource, &sent.path))?;
    let rivals = || resource.endpoints.iter().filter(|endpoint| endpoint.method == sent.method);
    let chosen = |endpoint: &&Endpoint| {
        let asked = endpoint.when.and_then(|(query, index)| Some((variant(model, query, sent.value(query)?)?, index)));
        asked.is_some_and(|(found, index)| found == index)
    };
    rivals().find(chosen).or_else(|| rivals().find(|endpoint| endpoint.when.is_none()))
}

/// No two resources have the same path.
pub(super) fn paths(model: &Model, diagnostics: &mut Diagnostics) {
    let shape = |resource: &Resource| -> Vec<Segment> {
        let blank = |segment: &Segment| match segment {
            Segment::Literal(text) => Segment::Literal(text.clone()),
            Segment::One(_) => Segment::One(String::new()),
            Segment::Rest(_) => Segment::Rest(String::new()),
        };
        resource.pattern.iter().map(blank).collect()
    };
    for (index, resource) in model.resources.iter().enumerate().filter(|(_, resource)| !resource.pattern.is_empty()) {
        if let Some(other) = model.resources[..index].iter().find(|other| shape(other) == shape(resource)) {
            let message = format!("every path that this matches is also matched by `{}`", other.name);
            diagnostics.push(
                Diagnostic::new(Code::RouteCollision, resource.path_span, message)
                    .note(format!("`{}` is at \"{}\",{}", other.name, other.path, on_line(other.path_span)))
                    .help("give one of them a longer fixed prefix"),
            );
        }
    }
}

/// No two endpoints of a resource answer the same request, and each method has an endpoint that answers plainly.
pub(super) fn methods(model: &Model, resource: &Resource, diagnostics: &mut Diagnostics) {
    for (index, endpoint) in resource.endpoints.iter().enumerate() {
        let rivals = || resource.endpoints.iter().filter(|other| other.method == endpoint.method);
        let earlier = || resource.endpoints[..index].iter().filter(|other| other.method == endpoint.method);
        let same = |other: &&Endpoint| other.when == endpoint.when;
        if let Some(other) = earlier().find(same) {
            let message = format!("`{}` and `{}` answer the same {} requests", endpoint.name, other.name, other.method);
            diagnostics.push(
                Diagnostic::new(Code::MethodCollision, endpoint.name.span(), message)
                    .note(format!("`{}` is declared{}", other.name, on_line(other.name.span())))
                    .help("merge them, or tell them apart by a query parameter: `when Query is Variant`"),
            );
            continue;
        }
        let Some((query, _)) = endpoint.when else { continue };
        let first = !earlier().any(|other| other.when.is_some());
        if first && !rivals().any(|other| other.when.is_none()) {
            let name = &model.fields[query].name;
            diagnostics.push(
                Diagnostic::new(
                    Code::NoAnswer,
                    endpoint.name.span(),
                    format!("nothing answers {} without `{name}`", endpoint.method),
                )
                .help(format!("an endpoint of {} without `when`", endpoint.method)),
            );
        }
        if let Some((field, other)) =
            earlier().find_map(|other| Some((other.when.filter(|(id, _)| *id != query)?.0, other)))
        {
            let message =
                format!("`{}` and `{}` are told apart by different query parameters", endpoint.name, other.name);
            diagnostics.push(
                Diagnostic::new(Code::MethodCollision, endpoint.name.span(), message)
                    .note("a request can have both")
                    .help(format!("when {} is …", model.fields[field].name)),
            );
        }
    }
}
