//! The demands of HTTP on a response: the rules of RFC 9110 with a MUST. Those with a SHOULD, such as `Location` in a
//! redirect or `Content-Range` in a 416 response, are left to the author. Bodies that a status forbids are refused where
//! outcomes are resolved, and the platform adds `Upgrade` to a 101 response.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::{Endpoint, Id, Model, Outcome, Presence};
use heck::ToUpperCamelCase as _;

/// Headers that a response with this status must have: at least one of them. With the section of RFC 9110.
const REQUIRED: &[(u16, &[&str], &str)] = &[
    (206, &["content-range", "content-type"], "15.3.7"),
    (401, &["www-authenticate"], "15.5.2"),
    (407, &["proxy-authenticate"], "15.5.8"),
    (426, &["upgrade"], "15.5.22"),
];

/// Statuses of responses that must have some headers if the 200 response to the same request has them, with the section of RFC 9110.
const LIKE_OK: &[(u16, &str)] = &[(206, "15.3.7"), (304, "15.4.5")];

/// These headers.
const SHARED: &[&str] = &["cache-control", "content-location", "etag", "expires", "vary"];

/// The media type of a 206 response with several ranges, each with its own `Content-Range`.
const MULTIPART: &str = "multipart/byteranges";

/// Checks every outcome against the rules of its status.
pub(super) fn check(model: &Model, diagnostics: &mut Diagnostics) {
    for (id, outcome) in model.outcomes.entries() {
        let fault = missing(model, outcome).or_else(|| not_allowed(model, id, outcome));
        fault.into_iter().for_each(|fault| diagnostics.push(fault));
    }
    for endpoint in model.resources.iter().flat_map(|resource| &resource.endpoints) {
        LIKE_OK.iter().for_each(|(status, section)| like_ok(model, endpoint, *status, section, diagnostics));
    }
}

fn fault(outcome: &Outcome, message: String, section: &str) -> Diagnostic {
    Diagnostic::new(Code::HttpRule, outcome.status_span, message).note(format!("RFC 9110 §{section} says so"))
}

/// Returns a fault if the outcome lacks each of the headers that its status requires.
fn missing(model: &Model, outcome: &Outcome) -> Option<Diagnostic> {
    let (status, names, section) = REQUIRED.iter().find(|(status, ..)| *status == outcome.status)?;
    let fulfils = |name: &&&str| match presence(model, outcome, name) {
        Some(Presence::Fixed(text)) if **name == "content-type" => text == MULTIPART,
        Some(Presence::Fixed(_) | Presence::Always | Presence::Chosen(_)) => **name != "content-type",
        Some(Presence::Optional) | None => false,
    };
    if names.iter().any(|name| fulfils(&name)) {
        return None;
    }
    let name = names[0];
    let message = format!("a {status} response must have `{name}`");
    Some(fault(outcome, message, section).help(addition(model, outcome, name)))
}

/// Returns a fault for a 405 response without the methods that are allowed. The generated code adds them only in the
/// response to a request whose method has no endpoint.
fn not_allowed(model: &Model, id: Id<Outcome>, outcome: &Outcome) -> Option<Diagnostic> {
    if outcome.status != 405 {
        return None;
    }
    let endpoints = || model.resources.iter().flat_map(|resource| &resource.endpoints);
    let elsewhere = endpoints().flat_map(|endpoint| &endpoint.lines).find(|line| line.outcome == id);
    let elsewhere = elsewhere.map(|line| line.outcome_span).or_else(|| {
        let unrouted = model.unrouted.as_ref()?;
        [Some(unrouted.path), unrouted.reserved].contains(&Some(id)).then_some(outcome.status_span)
    })?;
    let message = "a 405 response must have `allow`, and only the response to an unknown method has it";
    Some(
        Diagnostic::new(Code::HttpRule, elsewhere, message)
            .note("RFC 9110 §15.5.6 says so")
            .help(format!("use `{}` only in `unrouted {{ method => …; }}`, or change its status to 403", outcome.name)),
    )
}

/// Checks that the responses of an endpoint with this status have the headers that all of its 200 responses have.
fn like_ok(model: &Model, endpoint: &Endpoint, status: u16, section: &str, diagnostics: &mut Diagnostics) {
    let of = |status: u16| {
        let outcomes = endpoint.outcomes.iter().map(|id| &model.outcomes[*id]);
        outcomes.filter(move |outcome| outcome.status == status).collect::<Vec<_>>()
    };
    let whole = of(200);
    let Some(first) = whole.first() else { return };
    for outcome in of(status) {
        for name in SHARED {
            let all = |is: fn(Option<&Presence>) -> bool| whole.iter().all(|other| is(presence(model, other, name)));
            let own = presence(model, outcome, name);
            let lacks = all(is_always) && !is_always(own) || all(|presence| presence.is_some()) && own.is_none();
            if lacks {
                let message =
                    format!("a {status} response must have `{name}` if the 200 response to the same request has it");
                diagnostics.push(
                    fault(outcome, message, section)
                        .note(format!("`{}` has it{}", first.name, on_line(first.name.span())))
                        .help(addition(model, outcome, name)),
                );
            }
        }
    }
}

fn is_always(presence: Option<&Presence>) -> bool {
    matches!(presence, Some(Presence::Always | Presence::Fixed(_) | Presence::Chosen(_)))
}

/// Whether an outcome has the header `name`.
fn presence<'a>(model: &'a Model, outcome: &'a Outcome, name: &str) -> Option<&'a Presence> {
    let mut parts = outcome.parts.iter().chain(&model.every);
    parts.find(|part| model.fields[part.field].wire == name).map(|part| &part.presence)
}

/// The help that adds a header to an outcome, and declares it if it is not declared.
fn addition(model: &Model, outcome: &Outcome, name: &str) -> String {
    let declared = model.fields.iter().find(|field| field.place == crate::ast::Place::Header && field.wire == name);
    match declared {
        Some(field) => format!("add `{}` to `{}`", field.name, outcome.name),
        None => {
            let field = name.to_upper_camel_case();
            format!("declare `header {field} = \"{name}\": text 1..=256;`, and add it to `{}`", outcome.name)
        }
    }
}
