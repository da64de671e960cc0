//! Negotiation: an endpoint that reads `accept { … }` has a body for each media type that it offers.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::{Atom, Body, Endpoint, Field, Id, Model, Outcome, Presence};
use syn::Ident;

pub(super) fn check(model: &Model, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let read = endpoint.inputs.iter().flat_map(|input| model.fields_of(input.source));
    for id in read.filter(|id| model.fields[*id].grammar(model).negotiates()) {
        let offered = model.choices(id).named.iter().enumerate();
        for (_, media) in offered.filter(|(choice, _)| lacks_body(model, endpoint, id, *choice)) {
            diagnostics.push(no_body(endpoint, &model.fields[id], &media.name));
        }
    }
}

fn no_body(endpoint: &Endpoint, accept: &Field, media: &Ident) -> Diagnostic {
    let message = format!("`{}` has no body for requests that prefer `{media}`", endpoint.name);
    Diagnostic::new(Code::NoAnswer, endpoint.name.span(), message)
        .note(format!("`{}` offers `{media}`{}", accept.name, on_line(accept.name.span())))
        .help(format!(
            "add `{} is {media} => …;` to `answer`, and `ContentType = {media}; body bytes;` to its outcome, or delete `{media}` from `{}`",
            accept.name, accept.name
        ))
}

/// Whether no response to a request that prefers this media type has it, although one has a body.
fn lacks_body(model: &Model, endpoint: &Endpoint, accept: Id<Field>, choice: usize) -> bool {
    let value = |atom: Atom| match atom {
        Atom::Is(id, own) if id == accept => Some(own == choice),
        _ => None,
    };
    let certain = endpoint.lines.iter().position(|line| line.condition.holds(&value) == Some(true));
    let until = certain.map_or(endpoint.lines.len(), |index| index + 1);
    let possible = endpoint.lines[..until].iter().filter(|line| line.condition.holds(&value) != Some(false));
    let outcomes = possible.map(|line| &model.outcomes[line.outcome]);
    let mut bodies =
        outcomes.filter(|outcome| (200..300).contains(&outcome.status) && outcome.body.is_some()).peekable();
    bodies.peek().is_some() && !bodies.any(|outcome| can_be(model, outcome, accept, choice))
}

/// Whether the body of an outcome can have this media type.
fn can_be(model: &Model, outcome: &Outcome, accept: Id<Field>, choice: usize) -> bool {
    let choices = model.choices(accept);
    let media = choices.named[choice].text.as_str();
    let is_json = matches!(outcome.body, Some(Body::Json(_)));
    let declared = outcome.parts.iter().find(|part| model.fields[part.field].wire == "content-type");
    match declared.map(|part| &part.presence) {
        Some(Presence::Fixed(text)) => text == media,
        Some(Presence::Chosen(_)) => !is_json || media.contains("json"),
        Some(Presence::Always | Presence::Optional) => true,
        None => outcome.json_media_type(model).is_none_or(|text| text == media),
    }
}
