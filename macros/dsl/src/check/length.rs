//! `Content-Length`: the platform sets it, except in responses to HEAD, which have no body whose length it could count
//! (RFC 9110 §8.6).

use crate::ast::Place;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Field, Id, Model, Outcome};
use proc_macro2::Span;

const CONTENT_LENGTH: &str = "content-length";

pub(super) fn check(model: &Model, diagnostics: &mut Diagnostics) {
    let is_length = |field: &Field| field.place == Place::Header && field.wire == CONTENT_LENGTH;
    for (id, field) in model.fields.entries().filter(|(_, field)| is_length(field)) {
        broken(model, id, field).into_iter().for_each(|fault| diagnostics.push(fault));
    }
}

fn broken(model: &Model, id: Id<Field>, field: &Field) -> Option<Diagnostic> {
    let fault = |span: Span, message: String| Diagnostic::new(Code::HeaderForbidden, span, message);
    if !field.grammar(model).is_number() {
        let message = format!("the header `{CONTENT_LENGTH}` must be a number");
        return Some(
            fault(field.wire_span, message).help(format!("write `header {} = \"{CONTENT_LENGTH}\": u53;`", field.name)),
        );
    }
    let endpoints = || model.resources.iter().flat_map(|resource| &resource.endpoints);
    let mut inputs = endpoints().flat_map(|endpoint| &endpoint.inputs);
    if let Some(input) = inputs.find(|input| model.fields_of(input.source).contains(&id)) {
        return Some(
            fault(input.name.span(), format!("the header `{CONTENT_LENGTH}` can't be an input"))
                .note("the platform reads it")
                .help("to limit the body of a request, add `body ..= limits.…;` to `request`"),
        );
    }
    let everywhere = model.every.iter().any(|part| part.field == id)
        || model.resources.iter().flat_map(|resource| &resource.options).any(|part| part.field == id);
    if everywhere {
        let message = format!("only an outcome of a HEAD endpoint can have the header `{CONTENT_LENGTH}`");
        return Some(
            fault(field.wire_span, message).note("the platform sets it in other responses").help("delete this line"),
        );
    }
    let mut sent = model.outcomes.entries().filter(|(_, outcome)| outcome.parts.iter().any(|part| part.field == id));
    sent.find_map(|(id, outcome)| unsuitable(model, id, outcome))
}

/// Returns a fault if an outcome can't have the header.
fn unsuitable(model: &Model, id: Id<Outcome>, outcome: &Outcome) -> Option<Diagnostic> {
    let endpoints = model.resources.iter().flat_map(|resource| &resource.endpoints);
    let mut others = endpoints.filter(|endpoint| endpoint.method != "HEAD" && endpoint.outcomes.contains(&id));
    let mut unrouted = model.unrouted.iter().flat_map(|unrouted| &unrouted.answers);
    let why = if outcome.body.is_some() || outcome.problem.is_some() {
        "the platform sets the length of a body".to_owned()
    } else if outcome.status == 204 || outcome.status < 200 {
        format!("a {} response can't have it (RFC 9110 §8.6)", outcome.status)
    } else if let Some(other) = others.next() {
        format!("`{}` answers {} requests with `{}`", other.name, other.method, outcome.name)
    } else if unrouted.any(|(own, _)| *own == id) {
        format!("`unrouted` answers with `{}`", outcome.name)
    } else {
        return None;
    };
    let message = format!("`{}` can't have the header `{CONTENT_LENGTH}`", outcome.name);
    let fault = Diagnostic::new(Code::HeaderForbidden, outcome.name.span(), message).note(why);
    Some(fault.help("declare a separate outcome without a body in an endpoint for HEAD"))
}
