//! Examples: what they show can happen, and they show all that can.

use super::claims::Claims;
use super::route;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::grammar;
use crate::model::{Body, Endpoint, Example, Field, Id, Model, Outcome, Part, Presence, Resource, Sent, Shown};

pub(super) fn check(model: &Model, diagnostics: &mut Diagnostics) {
    for example in &model.examples {
        let faults = [
            example.before.iter().find_map(|sent| unserved(model, sent)),
            answered_otherwise(model, example),
            body(model, example),
            missing_headers(model, example),
        ];
        faults.into_iter().flatten().for_each(|fault| diagnostics.push(fault));
        headers(model, example, diagnostics);
    }
    if !model.examples.is_empty() && diagnostics.is_empty() {
        unshown(model, diagnostics);
    }
}

/// Every outcome has an example.
fn unshown(model: &Model, diagnostics: &mut Diagnostics) {
    for (id, outcome) in model.outcomes.entries() {
        if !model.examples.iter().any(|example| example.outcome == id) {
            let message = format!("no example shows `{}`", outcome.name);
            diagnostics.push(
                Diagnostic::new(Code::OutcomeWithoutExample, outcome.name.span(), message)
                    .note("once there are examples, every outcome has one")
                    .help(format!("example … {{ given …; send … \"/…\"; expect {}; }}", outcome.name)),
            );
        }
    }
}

/// A fault about a request that is to bring something about, and reaches nothing.
fn unserved(model: &Model, sent: &Sent) -> Option<Diagnostic> {
    if route::endpoint(model, sent).is_some() {
        return None;
    }
    let message = format!("no endpoint answers {} \"{}\"", sent.method, sent.path);
    Some(contradicts(sent.method_span, message).up_to(sent.path_span).help(routes(model)))
}

fn contradicts(span: proc_macro2::Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::ExampleContradicts, span, message)
}

fn routes(model: &Model) -> String {
    let routes = model.resources.iter().flat_map(|resource| {
        resource.endpoints.iter().map(|endpoint| format!("{} \"{}\"", endpoint.method, resource.path))
    });
    let mut routes: Vec<_> = routes.collect();
    routes.dedup();
    format!("one of: {}", routes.join(", "))
}

/// A fault about an answer that can't be the one to this request.
fn answered_otherwise(model: &Model, example: &Example) -> Option<Diagnostic> {
    let Some((resource, index)) = example.endpoint else { return routed(model, example) };
    let (resource, endpoint) = (&model.resources[resource], &model.resources[resource].endpoints[index]);
    misrouted(model, example, resource, endpoint).or_else(|| contradicted(model, example, resource, endpoint))
}

/// A fault about a request that does not reach the endpoint that it is an example of.
fn misrouted(model: &Model, example: &Example, resource: &Resource, endpoint: &Endpoint) -> Option<Diagnostic> {
    let sent = &example.send;
    let message = match route::endpoint(model, sent) {
        Some(found) if std::ptr::eq(found, endpoint) => return None,
        Some(other) => format!("this request is answered by `{}`, not by `{}`", other.name, endpoint.name),
        None => format!("this request does not reach `{}`", endpoint.name),
    };
    let when = endpoint.when.map_or_else(String::new, |(query, index)| {
        let choices = super::decision::choices(model, query).names;
        format!(", where `{}` is {}", model.fields[query].name, choices[index])
    });
    let help = format!("{} \"{}\"{when}", endpoint.method, resource.path);
    Some(contradicts(sent.method_span, message).up_to(sent.path_span).help(help))
}

/// A fault about an answer that the lines of the endpoint rule out.
fn contradicted(model: &Model, example: &Example, resource: &Resource, endpoint: &Endpoint) -> Option<Diagnostic> {
    let claims = Claims { model, resource, endpoint, example };
    let candidates = claims.candidates();
    if candidates.iter().any(|line| line.outcome == example.outcome) {
        return None;
    }
    let decided = candidates.last().filter(|line| claims.holds(&line.condition) == Some(true));
    let fault = match (endpoint.lines.iter().find(|line| line.outcome == example.outcome), decided) {
        (None, _) => {
            let known: Vec<_> = endpoint.outcomes.iter().map(|id| model.outcomes[*id].name.to_string()).collect();
            let message = format!("`{}` never answers `{}`", endpoint.name, model.outcomes[example.outcome].name);
            contradicts(example.outcome_span, message).help(format!("one of: {}", known.join(", ")))
        }
        (Some(_), Some(line)) => {
            let mut answers: Vec<_> = candidates.iter().map(|line| quoted(model, line.outcome)).collect();
            answers.dedup();
            contradicts(example.outcome_span, told(model, example, endpoint, &answers.join(" or ")))
                .note(format!("what answers here at the latest is{}", on_line(line.span)))
                .help("expect that, send another request, or give something else")
        }
        (Some(line), None) => contradicts(example.outcome_span, told(model, example, endpoint, "something else"))
            .note(format!("what would lead to it is{}, and does not hold here", on_line(line.span)))
            .help("expect something else, send another request, or give something else"),
    };
    Some(fault)
}

/// "with `thing.gone`, `read` answers `NotFound`, not `Found`"
fn told(model: &Model, example: &Example, endpoint: &Endpoint, answer: &str) -> String {
    let given = example.given.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join(" and ");
    let given = if given.is_empty() { String::new() } else { format!("with `{given}`, ") };
    let case = example.case.as_ref().map_or_else(String::new, |case| format!(" where the parameter is \"{case}\""));
    format!("{given}`{}` answers {answer} to this, not {}{case}", endpoint.name, quoted(model, example.outcome))
}

fn quoted(model: &Model, outcome: Id<Outcome>) -> String {
    format!("`{}`", model.outcomes[outcome].name)
}

/// A fault about a request that no endpoint is to get, and one does, or about the answer to it.
fn routed(model: &Model, example: &Example) -> Option<Diagnostic> {
    let (unrouted, sent) = (model.unrouted.as_ref()?, &example.send);
    if let Some(endpoint) = route::endpoint(model, sent) {
        let message = format!("this request is answered by `{}`", endpoint.name);
        let help = format!("move the example to `{}`", endpoint.name);
        return Some(contradicts(sent.method_span, message).up_to(sent.path_span).help(help));
    }
    let answer = match route::resource(model, &sent.path) {
        None => unrouted.path,
        Some(resource) if route::is_reserved(resource, &sent.path) => unrouted.reserved?,
        Some(_) => unrouted.method,
    };
    (answer != example.outcome).then(|| {
        let (answer, expected) = (&model.outcomes[answer].name, &model.outcomes[example.outcome].name);
        contradicts(example.outcome_span, format!("the answer to this request is `{answer}`, not `{expected}`"))
            .help(format!("expect {answer};"))
    })
}

/// The part of an answer that a header is.
fn part<'a>(model: &'a Model, outcome: &'a Outcome, field: Id<Field>) -> Option<&'a Part> {
    outcome.parts.iter().chain(&model.every).find(|part| part.field == field)
}

/// What is shown of headers can be so.
fn headers(model: &Model, example: &Example, diagnostics: &mut Diagnostics) {
    let outcome = &model.outcomes[example.outcome];
    for (id, shown, span) in &example.shown {
        let field = &model.fields[*id];
        let fault = match (part(model, outcome, *id), shown) {
            (None, Shown::Absent) => None,
            // The compiler says itself what a problem is written in.
            (None, _) if outcome.problem.is_some() && field.wire == "content-type" => None,
            (None, _) => {
                let message = format!("`{}` never sends `{}`", outcome.name, field.name);
                Some(contradicts(*span, message).note(format!("it is declared{}", on_line(outcome.name.span()))))
            }
            (Some(part), Shown::Absent) if !matches!(part.presence, Presence::Optional) => {
                Some(contradicts(*span, format!("`{}` always sends `{}`", outcome.name, field.name)))
            }
            (Some(part), Shown::Is(text)) => bad_value(model, field, part, text)
                .map(|rule| (format!("\"{text}\" is no value of `{}` here", field.name), rule))
                .map(|(message, rule)| Diagnostic::new(Code::ExampleBadValue, *span, message).note(rule)),
            (Some(_), _) => None,
        };
        fault.into_iter().for_each(|fault| diagnostics.push(fault));
    }
}

fn bad_value(model: &Model, field: &Field, part: &Part, text: &str) -> Option<String> {
    let fixed = match (&part.presence, &field.kind) {
        (Presence::Fixed(fixed), _) | (_, crate::model::FieldKind::Flag(fixed)) => Some(fixed),
        _ => None,
    };
    match fixed {
        Some(fixed) => (fixed != text).then(|| format!("it is always \"{fixed}\"")),
        None => grammar::read(model, field, text).err().map(|rule| format!("it is {rule}")),
    }
}

/// A fault about headers that are always sent, with a value that only the program knows, and are not shown.
fn missing_headers(model: &Model, example: &Example) -> Option<Diagnostic> {
    let outcome = &model.outcomes[example.outcome];
    let always = outcome.parts.iter().filter(|part| matches!(part.presence, Presence::Always));
    let shown = |part: &&Part| example.shown.iter().any(|(field, ..)| *field == part.field);
    let missing: Vec<_> = always.filter(|part| !shown(part)).map(|part| &model.fields[part.field].name).collect();
    let first = missing.first()?;
    let help = missing.iter().map(|name| format!("{name};")).collect::<Vec<_>>().join(" ");
    let message = format!("`{}` always sends `{first}`, and this example does not show it", outcome.name);
    Some(
        Diagnostic::new(Code::ExampleMissingHeader, example.outcome_span, message)
            .note("a header is shown with its value, or by its name alone where any value will do")
            .help(format!("add {help}")),
    )
}

/// A fault about a body that an outcome does not have.
fn body(model: &Model, example: &Example) -> Option<Diagnostic> {
    let (outcome, (_, span)) = (&model.outcomes[example.outcome], example.body.as_ref()?);
    if matches!(outcome.body, Some(Body::Bytes | Body::Events(_))) {
        return None;
    }
    let what = if outcome.problem.is_some() { "a problem for a body" } else { "no body" };
    Some(contradicts(*span, format!("`{}` has {what}", outcome.name)).help("delete this line"))
}
