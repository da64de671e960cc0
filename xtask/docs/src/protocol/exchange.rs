//! Examples as HTTP requests and responses.

use dsl::model::{About, Body, Example, Model, Outcome, Part, Presence, ProblemKind, Sent, Shown};
use dsl::{Place, docs_text};
use http::StatusCode;

use crate::markdown::{block, code};
use crate::phrase;

/// Placeholder for values that an example leaves open.
const ANYTHING: &str = "…";

/// An example: its caption, the conditions and requests before it, the request and the response. Headers that all responses have
/// are left out.
pub fn render(model: &Model, example: &Example) -> String {
    let outcome = &model.outcomes[example.outcome];
    let docs = docs_text(&example.docs);
    let text = format!("{}\n\n{}", request(model, &example.send), response(model, example, outcome));
    format!("**{} {}** {docs}\n\n{}{}", outcome.status, outcome.name, situation(model, example), block("http", &text))
}

/// The conditions and requests before the request of an example.
fn situation(model: &Model, example: &Example) -> String {
    let limits = example.limits.iter().map(|(id, amount)| {
        format!("limit {} = {}", code(&model.limits[*id].name.to_string()), phrase::amount(*amount))
    });
    let conditions = example.given.iter().map(|condition| code(&condition.text));
    let caller = example.caller.iter().map(|caller| code(&caller.text(model)));
    let given: Vec<String> = limits.chain(conditions).chain(caller).collect();
    let before: Vec<String> = example.before.iter().map(|sent| block("http", &request(model, sent))).collect();
    match (&given[..], &before[..]) {
        ([], []) => String::new(),
        (given, []) => format!("Given {}:\n\n", given.join(", ")),
        ([], before) => format!("After these requests:\n\n{}Request and response:\n\n", before.concat()),
        (given, before) => {
            format!("Given {}, after:\n\n{}Request and response:\n\n", given.join(", "), before.concat())
        }
    }
}

fn request(model: &Model, sent: &Sent) -> String {
    let mut text = format!("{} {} HTTP/1.1", sent.method, sent.target(model));
    for (name, value) in sent.headers(model) {
        text += &format!("\n{name}: {value}");
    }
    if !sent.body.is_empty() {
        text += &format!("\n\n{}", sent.body);
    }
    text
}

fn response(model: &Model, example: &Example, outcome: &Outcome) -> String {
    let status = StatusCode::from_u16(outcome.status).ok();
    let reason = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
    let mut text = format!("HTTP/1.1 {} {reason}", outcome.status);
    for part in &outcome.parts {
        if let Some(value) = value(example, part) {
            text += &format!("\n{}: {value}", model.fields[part.field].wire);
        }
    }
    if let Some(allow) = allow(model, example) {
        text += &format!("\nallow: {allow}");
    }
    if let Some(media_type) = outcome.json_media_type(model) {
        text += &format!("\ncontent-type: {media_type}");
    }
    if let Some(problem) = &outcome.problem {
        text += "\ncontent-type: application/problem+json";
        if example.send.method != "HEAD" {
            text += &format!("\n\n{}", self::problem(model, example, outcome, problem));
        }
    }
    if model.own_error(outcome).is_some() && example.body.is_none() && example.send.method != "HEAD" {
        text += &format!("\n\n{}", dsl::json::error_sample(model, outcome));
        return text;
    }
    if let Some(body) = body(example, outcome).filter(|body| !body.is_empty()) {
        text += &format!("\n\n{body}");
    }
    text
}

/// The value of a header, if it is sent.
fn value<'a>(example: &'a Example, part: &'a Part) -> Option<&'a str> {
    let shown = example.shown.iter().find(|(id, ..)| *id == part.field).map(|(_, shown, _)| shown);
    match (&part.presence, shown) {
        (Presence::Fixed(text), _) | (_, Some(Shown::Is(text))) => Some(text),
        (Presence::Always | Presence::Chosen(_), _) | (_, Some(Shown::Present)) => Some(ANYTHING),
        (Presence::Optional, None | Some(Shown::Absent)) => None,
    }
}

/// The `Allow` header that the compiler adds to the response to an unsupported method.
fn allow(model: &Model, example: &Example) -> Option<String> {
    let resource = model.resources.iter().find(|resource| resource.capture(&example.send.path).is_some())?;
    model.wrong_method(resource).filter(|id| example.endpoint.is_none() && *id == example.outcome)?;
    Some(resource.allow())
}

fn body(example: &Example, outcome: &Outcome) -> Option<String> {
    let shown = example.body.as_ref().map(|body| body.text.as_str());
    match outcome.body? {
        Body::Json(_) | Body::Error(_) => {
            Some(example.body.as_ref().map_or(ANYTHING.to_owned(), |body| document(&body.text, &body.open)))
        }
        Body::Bytes => Some(shown.unwrap_or(ANYTHING).to_owned()),
        Body::Events(_) => Some(format!("{}{ANYTHING}", shown.unwrap_or_default())),
    }
}

/// A JSON document, with the placeholder for values that can be any.
fn document(text: &str, open: &[String]) -> String {
    let Ok(mut json) = serde_json::from_str::<serde_json::Value>(text) else { return text.to_owned() };
    for pointer in open {
        json.pointer_mut(pointer).into_iter().for_each(|value| *value = ANYTHING.into());
    }
    json.to_string().replace(&format!("\"{ANYTHING}\""), ANYTHING)
}

/// The problem as JSON.
fn problem(model: &Model, example: &Example, outcome: &Outcome, problem: &ProblemKind) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let title = docs_text(&outcome.docs);
    let mut members = vec![
        format!("\"type\": {}", quoted(&model.problem_type(outcome).unwrap_or_default())),
        format!("\"title\": {}", quoted(&title)),
        format!("\"status\": {}", outcome.status),
    ];
    if problem.detail {
        members.push(format!("\"detail\": {}", quoted(ANYTHING)));
    }
    if let Some(about) = problem.about {
        let (place, name) = match about {
            About::Body => ("body", "body"),
            About::Field(id) => {
                let field = &model.fields[id];
                (if field.place == Place::Query { "query" } else { "header" }, field.wire.as_str())
            }
        };
        let rule = if problem.detail { ANYTHING } else { &title };
        members.push(format!(
            "\"violations\": [{{ \"in\": \"{place}\", \"name\": \"{name}\", \"rule\": {} }}]",
            quoted(rule)
        ));
    } else if model.lists_violations(example.outcome) {
        members.push(format!("\"violations\": [{ANYTHING}]"));
    }
    format!("{{\n  {}\n}}", members.join(",\n  "))
}
