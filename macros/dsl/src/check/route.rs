//! Routing: finds the endpoint of a request, and checks that it is unique.

use super::reading::Head;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::{Endpoint, Model, Resource, Segment, Sent, When};

/// Returns the resource of a path.
pub(super) fn resource<'a>(model: &'a Model, path: &str) -> Option<&'a Resource> {
    model.routes().into_iter().find(|resource| resource.capture(path).is_some())
}

/// Whether a path of a resource is reserved, so that no endpoint receives requests to it.
pub(super) fn is_reserved(resource: &Resource, path: &str) -> bool {
    let reserved: Vec<_> = resource.reserved.iter().map(|(text, _)| text.as_str()).collect();
    let captured = resource.capture(path).unwrap_or_default();
    captured.first().is_some_and(|first| wire::is_reserved(first, &reserved))
}

/// Returns the endpoint that a request reaches, as the indexes of its resource and itself.
pub(crate) fn place(model: &Model, sent: &Sent) -> Option<(usize, usize)> {
    let endpoint = endpoint(model, sent)?;
    let own = |resource: &Resource| resource.endpoints.iter().position(|own| std::ptr::eq(own, endpoint));
    model.resources.iter().enumerate().find_map(|(index, resource)| Some((index, own(resource)?)))
}

/// Returns the endpoint that a request reaches.
pub(super) fn endpoint<'a>(model: &'a Model, sent: &Sent) -> Option<&'a Endpoint> {
    let resource = resource(model, &sent.path).filter(|resource| !is_reserved(resource, &sent.path))?;
    let rivals = || resource.endpoints.iter().filter(|endpoint| endpoint.method == sent.method);
    let head = Head::new(model, sent);
    let chosen = |endpoint: &&Endpoint| endpoint.when.is_some_and(|when| head.selects(when));
    rivals().find(chosen).or_else(|| rivals().find(|endpoint| endpoint.when.is_none()))
}

/// Checks that no two resources have the same path.
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
            let message = format!("this path pattern matches the same paths as that of `{}`", other.name);
            diagnostics.push(
                Diagnostic::new(Code::RouteCollision, resource.path_span, message)
                    .note(format!("`{}` is declared at \"{}\"{}", other.name, other.path, on_line(other.path_span)))
                    .help("add a literal segment to one of them"),
            );
        }
    }
}

/// Checks that no two endpoints of a resource receive the same request, and that each method has an endpoint without `when`.
pub(super) fn methods(model: &Model, resource: &Resource, diagnostics: &mut Diagnostics) {
    for (index, endpoint) in resource.endpoints.iter().enumerate() {
        let rivals = || resource.endpoints.iter().filter(|other| other.method == endpoint.method);
        let earlier = || resource.endpoints[..index].iter().filter(|other| other.method == endpoint.method);
        let same = |other: &&Endpoint| other.when == endpoint.when;
        if let Some(other) = earlier().find(same) {
            let message =
                format!("`{}` and `{}` receive the same {} requests", endpoint.name, other.name, other.method);
            diagnostics.push(
                Diagnostic::new(Code::MethodCollision, endpoint.name.span(), message)
                    .note(format!("`{}` is declared{}", other.name, on_line(other.name.span())))
                    .help("merge them, or add `when …` to one of them"),
            );
            continue;
        }
        let Some(When { query, choice }) = endpoint.when else { continue };
        let name = &model.fields[query].name;
        let first = !earlier().any(|other| other.when.is_some());
        if first && !rivals().any(|other| other.when.is_none()) {
            let (span, to, help) = match resource.like {
                None => (
                    endpoint.name.span(),
                    String::new(),
                    format!("add an endpoint for {} without `when`", endpoint.method),
                ),
                Some(_) => (
                    resource.name.span(),
                    format!(" to `{}`", resource.name),
                    format!("write `except endpoint {};`, too", endpoint.name),
                ),
            };
            let message = format!("{} requests{to} without `{name}` reach no endpoint", endpoint.method);
            diagnostics.push(Diagnostic::new(Code::NoAnswer, span, message).help(help));
        }
        let any_value = |other: &&Endpoint| other.when == Some(When { query, choice: None });
        if let Some(other) = earlier().find(any_value).filter(|_| choice.is_some()) {
            let message = format!(
                "`{}` receives no requests, because `{}` receives all with `{name}`",
                endpoint.name, other.name
            );
            diagnostics.push(
                Diagnostic::new(Code::MethodCollision, endpoint.name.span(), message)
                    .note(format!("`{}` is declared{}", other.name, on_line(other.name.span())))
                    .note("endpoints with `when` are tried from top to bottom")
                    .help(format!("move `{}` above `{}`", endpoint.name, other.name)),
            );
        }
    }
}
