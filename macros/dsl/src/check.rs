//! What items owe each other. Runs only on a spec whose every item is sound, so that no fault is reported twice.

mod decision;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::{Atom, Endpoint, FieldKind, Line, Model, Owner, Resource, Segment};

/// Checks the whole protocol.
pub fn check(model: &Model, diagnostics: &mut Diagnostics) {
    routes(model, diagnostics);
    paths(model, diagnostics);
    for resource in &model.resources {
        methods(model, resource, diagnostics);
        for endpoint in &resource.endpoints {
            order(model, endpoint, diagnostics);
            owed(endpoint, diagnostics);
            decision::check(model, endpoint, diagnostics);
        }
    }
    outcomes(model, diagnostics);
}

/// No two resources have the same path.
fn routes(model: &Model, diagnostics: &mut Diagnostics) {
    let shape = |resource: &Resource| -> Vec<Segment> {
        let blank = |segment: &Segment| match segment {
            Segment::Literal(text) => Segment::Literal(text.clone()),
            Segment::One(_) => Segment::One(String::new()),
            Segment::Rest(_) => Segment::Rest(String::new()),
        };
        resource.pattern.iter().map(blank).collect()
    };
    for (index, resource) in model.resources.iter().enumerate() {
        if let Some(other) = model.resources[..index].iter().find(|other| shape(other) == shape(resource)) {
            let message = format!("every path that this matches is also matched by `{}`", other.name);
            diagnostics.push(
                Diagnostic::new(Code::RouteCollision, resource.path_span, message)
                    .note(format!("`{}` is at \"{}\"{}", other.name, other.path, on_line(other.path_span)))
                    .help("give one of them a longer fixed prefix"),
            );
        }
    }
}

/// A field that holds the path of a resource holds that of one whose path has exactly one variable part.
fn paths(model: &Model, diagnostics: &mut Diagnostics) {
    for field in model.fields.iter() {
        let FieldKind::PathTo(name) = &field.kind else { continue };
        let resource = model.resources.iter().find(|resource| resource.name == *name);
        if resource.is_none_or(|resource| resource.parameters.len() != 1) {
            let message = format!("no resource with one variable part in its path is called `{name}`");
            let known = model.resources.iter().map(|resource| resource.name.to_string()).collect::<Vec<_>>();
            let help = crate::suggest::help(&name.to_string(), "resource", known.iter().map(String::as_str));
            diagnostics.push(Diagnostic::new(Code::UnknownValue, name.span(), message).help(help));
        }
    }
}

/// No two endpoints of a resource answer the same request, and each method has an endpoint that answers plainly.
fn methods(model: &Model, resource: &Resource, diagnostics: &mut Diagnostics) {
    for (index, endpoint) in resource.endpoints.iter().enumerate() {
        let rivals = || resource.endpoints.iter().filter(|other| other.method == endpoint.method);
        let same = |other: &&Endpoint| other.method == endpoint.method && other.when == endpoint.when;
        if let Some(other) = resource.endpoints[..index].iter().find(same) {
            let message = format!("`{}` and `{}` answer the same {} requests", endpoint.name, other.name, other.method);
            diagnostics.push(
                Diagnostic::new(Code::MethodCollision, endpoint.name.span(), message)
                    .note(format!("`{}` is declared{}", other.name, on_line(other.name.span()).replace(", ", " ")))
                    .help("merge them, or tell them apart by a query parameter: `when Query is Variant`"),
            );
        }
        let Some((query, _)) = endpoint.when else { continue };
        if !rivals().any(|other| other.when.is_none()) {
            let message = format!("nothing answers {} without `{}`", endpoint.method, model.fields[query].name);
            diagnostics.push(
                Diagnostic::new(Code::NoAnswer, endpoint.name.span(), message)
                    .help(format!("one endpoint of {} without `when`", endpoint.method)),
            );
        }
        if rivals().any(|other| other.when.is_some_and(|(field, _)| field != query)) {
            let message = format!("the endpoints of {} are told apart by two query parameters", endpoint.method);
            diagnostics.push(Diagnostic::new(Code::MethodCollision, endpoint.name.span(), message));
        }
    }
}

/// Conditions stand where they can be decided: those of the edge before those of the handler, and nothing about a
/// request before it is known to be well-formed.
fn order(model: &Model, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let mut malformed_passed = false;
    let mut handler_passed = None;
    for line in &endpoint.lines {
        for atom in line.condition.atoms() {
            let misplaced = |message: String| Diagnostic::new(Code::MisplacedCondition, line.span, message);
            match atom {
                Atom::Malformed | Atom::Failure | Atom::BodyTooLarge => {
                    let alone = line.condition.is(atom);
                    if !alone || !line.refuses {
                        diagnostics.push(
                            misplaced("this condition stands alone, in `refuse`".to_owned())
                                .note("whether a request can be read is known before anything it says"),
                        );
                    } else if let Some(span) = handler_passed.filter(|_| atom != Atom::Failure) {
                        diagnostics.push(
                            misplaced("this is decided before the request reaches its handler".to_owned())
                                .note(format!("a line that only the handler can decide stands above{}", on_line(span)))
                                .help("move this line above it"),
                        );
                    }
                    malformed_passed |= atom == Atom::Malformed;
                }
                Atom::Fact(fact) if model.facts[fact].edge => {
                    if handler_passed.is_some() {
                        diagnostics.push(
                            misplaced("a fact of the edge can't follow what only the handler can decide".to_owned())
                                .help("move this line to the top"),
                        );
                    }
                }
                _ => {
                    if !malformed_passed {
                        diagnostics.push(
                            misplaced("a request that may be malformed can't be asked about its parts".to_owned())
                                .help("put `malformed => …;` above this line"),
                        );
                        malformed_passed = true;
                    }
                    handler_passed.get_or_insert(line.span);
                }
            }
        }
    }
}

/// Malformed input, long bodies and failing handlers have an answer.
fn owed(endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let has = |atom: Atom| endpoint.lines.iter().any(|line: &Line| line.condition.is(atom));
    let mut owe = |atom: Atom, message: String, help: &str| {
        if !has(atom) {
            diagnostics.push(Diagnostic::new(Code::NoAnswer, endpoint.name.span(), message).help(help));
        }
    };
    let name = &endpoint.name;
    owe(Atom::Failure, format!("`{name}` does not say what answers when its handler fails"), "failure => Unavailable;");
    // A path can always be malformed.
    owe(Atom::Malformed, format!("`{name}` has no answer to malformed input"), "malformed => BadRequest;");
    if endpoint.body_limit.is_some() {
        let message = format!("`{name}` has no answer to a body beyond its limit");
        owe(Atom::BodyTooLarge, message, "body.too_large => TooLarge;");
    }
}

/// Something leads to every outcome.
fn outcomes(model: &Model, diagnostics: &mut Diagnostics) {
    let unrouted = model.unrouted.as_ref();
    let unrouted: Vec<_> = unrouted.into_iter().flat_map(|u| [Some(u.path), u.reserved, Some(u.method)]).collect();
    let endpoints: Vec<&Endpoint> = model.resources.iter().flat_map(|resource| &resource.endpoints).collect();
    for (id, outcome) in model.outcomes.entries() {
        if unrouted.contains(&Some(id)) || endpoints.iter().any(|endpoint| endpoint.outcomes.contains(&id)) {
            continue;
        }
        let place = match outcome.owner {
            Owner::Protocol => "the spec".to_owned(),
            Owner::Resource(index) => format!("`{}`", model.resources[index].name),
            Owner::Endpoint(resource, index) => format!("`{}`", model.resources[resource].endpoints[index].name),
        };
        let section = if outcome.status >= 400 { "refuse" } else { "answer" };
        let message = format!("nothing in {place} leads to `{}`", outcome.name);
        diagnostics.push(
            Diagnostic::new(Code::UnreachableOutcome, outcome.name.span(), message)
                .help(format!("add `… => {};` to `{section}`, or delete the outcome", outcome.name)),
        );
    }
}
