//! Examples: each agrees with the spec, and each outcome has one.

use super::assumptions::Assumptions;
use super::reading::{Reading, Violation};
use super::route;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, line_or, on_line};
use crate::json::{self, Unknown};
use crate::malformed::answers_malformed_requests;
use crate::model::error::{ErrorFormat, OwnError};
use crate::model::object::Object;
use crate::model::{
    Body, Endpoint, Example, ExpectedBody, Field, Id, Line, Model, Outcome, Part, Presence, Resource, Sent, Shown, When,
};
use proc_macro2::Span;
use wire::json::Fault;

/// Checks the examples of the endpoints that are `sound`, and of `unrouted`.
pub(super) fn check(model: &Model, sound: &[(usize, usize)], diagnostics: &mut Diagnostics) {
    let mut contradicted = Vec::new();
    let is_copied = |(resource, _): (usize, usize)| model.resources[resource].like.is_some();
    for example in model.examples.iter().filter(|example| !example.endpoint.is_some_and(is_copied)) {
        let is_sound = match example.endpoint {
            Some(endpoint) => sound.contains(&endpoint),
            None => model.routed,
        };
        let outcome = is_sound.then(|| wrong_outcome(model, example)).flatten();
        if outcome.is_some() {
            contradicted.push(example.endpoint);
        }
        let before = example.before.iter().filter(|_| model.routed).find_map(|sent| unrouted(model, sent));
        let faults = [before, outcome, body(model, example), missing_headers(model, example)];
        faults.into_iter().flatten().for_each(|fault| diagnostics.push(fault));
        headers(model, example, diagnostics);
    }
    if !model.examples.is_empty() {
        without_example(model, &contradicted, diagnostics);
    }
}

/// Checks that each outcome has an example, except where an example that contradicts the spec may be meant for it.
fn without_example(model: &Model, contradicted: &[Option<(usize, usize)>], diagnostics: &mut Diagnostics) {
    let endpoints = contradicted.iter().flatten();
    let endpoints = endpoints.map(|(resource, index)| &model.resources[*resource].endpoints[*index]);
    let meant: Vec<_> = endpoints.flat_map(|endpoint| &endpoint.outcomes).collect();
    for (id, outcome) in model.outcomes.entries() {
        let is_shown = model.examples.iter().any(|example| example.outcome == id);
        if !is_shown && !meant.contains(&&id) && can_be_shown(model, id) {
            let message = format!("`{}` has no example", outcome.name);
            let (place, skeleton) = super::skeleton::of(model, id);
            diagnostics.push(
                Diagnostic::new(Code::OutcomeWithoutExample, outcome.name.span(), message)
                    .note("in a spec with examples, each outcome needs one")
                    .help(format!("add an example such as this one to {place}:{skeleton}"))
                    .missing(outcome.name.to_string())
                    .missing(crate::parse::EXAMPLE),
            );
        }
    }
}

/// Whether an example can show an outcome. One without a line is reported as unreachable, and a request without inputs is malformed only by its `Host` or by a body that ends
/// early, which no example can send.
fn can_be_shown(model: &Model, id: Id<Outcome>) -> bool {
    let endpoints =
        model.resources.iter().flat_map(|resource| resource.endpoints.iter().map(move |endpoint| (resource, endpoint)));
    model.answers_elsewhere().into_iter().any(|(own, _)| own == id)
        || endpoints.into_iter().any(|(resource, endpoint)| {
            let mut lines = endpoint.lines.iter().filter(|line| line.outcome == id);
            lines.any(|line| {
                !line.is_about_malformed_input() || answers_malformed_requests(model, resource, endpoint, id)
            })
        })
}

/// Returns a fault if a preparatory request reaches no endpoint.
fn unrouted(model: &Model, sent: &Sent) -> Option<Diagnostic> {
    if route::endpoint(model, sent).is_some() {
        return None;
    }
    let message = format!("{} \"{}\" reaches no endpoint", sent.method, sent.path);
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
    format!("use one of: {}", routes.join(", "))
}

/// Returns a fault if the request can't get the expected outcome.
fn wrong_outcome(model: &Model, example: &Example) -> Option<Diagnostic> {
    let Some((resource, index)) = example.endpoint else { return routed(model, example) };
    let (resource, endpoint) = (&model.resources[resource], &model.resources[resource].endpoints[index]);
    misrouted(model, example, resource, endpoint).or_else(|| contradicted(model, example, resource, endpoint))
}

/// Returns a fault if the request does not reach the endpoint that contains the example.
fn misrouted(model: &Model, example: &Example, resource: &Resource, endpoint: &Endpoint) -> Option<Diagnostic> {
    let sent = &example.send;
    let message = match route::endpoint(model, sent) {
        Some(found) if std::ptr::eq(found, endpoint) => return None,
        Some(other) => format!("this request reaches `{}`, not `{}`", other.name, endpoint.name),
        None => format!("this request does not reach `{}`", endpoint.name),
    };
    let when = endpoint.when.map_or_else(String::new, |When { query, choice }| {
        let name = &model.fields[query].name;
        match choice {
            Some(index) => format!(" with `{name}` set to {}", model.choices(query).named[index].name),
            None => format!(" with `{name}`"),
        }
    });
    let help = format!("send {} \"{}\"{when}", endpoint.method, resource.path);
    Some(contradicts(sent.method_span, message).up_to(sent.path_span).help(help))
}

/// Returns a fault if the lines of the endpoint rule out the expected outcome.
fn contradicted(model: &Model, example: &Example, resource: &Resource, endpoint: &Endpoint) -> Option<Diagnostic> {
    let assumptions = Assumptions::new(model, resource, endpoint, example);
    let candidates = assumptions.candidates();
    if candidates.iter().any(|line| line.outcome == example.outcome) {
        return None;
    }
    let decided = candidates.last().filter(|line| assumptions.holds(&line.condition) == Some(true));
    let Some(own) = endpoint.lines.iter().find(|line| line.outcome == example.outcome) else {
        let outcomes: Vec<_> = endpoint.outcomes.iter().map(|id| model.outcomes[*id].name.to_string()).collect();
        let message = format!("no line of `{}` uses `{}`", endpoint.name, model.outcomes[example.outcome].name);
        let help = format!("expect one of: {}", outcomes.join(", "));
        return Some(contradicts(example.outcome_span, message).help(help));
    };
    let expected = expected(model, example);
    Some(if let Some(line) = decided {
        let mut answers: Vec<_> = candidates.iter().map(|line| quoted(model, line.outcome)).collect();
        answers.dedup();
        let message = format!("{expected}, but `{}` answers {}", endpoint.name, answers.join(" or "));
        if let Some(violation) = assumptions.violation(line) {
            return Some(malformed(model, example, line, &violation, &message));
        }
        let help = match &candidates[..] {
            [only] => format!("`expect {}`, or change `given` or `send`", model.outcomes[only.outcome].name),
            _ => "expect one of these, or change `given` or `send`".to_owned(),
        };
        contradicts(example.outcome_span, message).note(decisive(example, line)).help(help)
    } else {
        let message = format!("{expected}, but its condition{} is false for this request", on_line(own.span));
        let help = format!("change the request or `given` until {} matches", line_or(own.span, "its line"));
        contradicts(example.outcome_span, message).help(help)
    })
}

/// The fault for a request that is malformed although another outcome is expected. It points at what breaks the rule.
fn malformed(model: &Model, example: &Example, line: &Line, violation: &Violation, answers: &str) -> Diagnostic {
    let value = example.value_spans.iter().find(|(id, _)| violation.field == Some(*id));
    let (span, end) = value.map_or((example.send.method_span, example.send.path_span), |(_, span)| (*span, *span));
    let change = if value.is_some() { "change this value" } else { "change the request" };
    contradicts(span, format!("this request is malformed: {}", violation.text))
        .up_to(end)
        .note(answers)
        .help(format!("{change}, or `expect {}`", model.outcomes[line.outcome].name))
}

/// "this example expects `Found`"
fn expected(model: &Model, example: &Example) -> String {
    let case = example.case.as_ref().map_or_else(String::new, |case| format!("with the parameter \"{case}\", "));
    format!("{case}this example expects {}", quoted(model, example.outcome))
}

/// "with `thing.gone`, line 31 matches unless an earlier line does"
fn decisive(example: &Example, line: &Line) -> String {
    let given = example.given.iter().map(|assumption| assumption.text.as_str()).collect::<Vec<_>>().join(" and ");
    let given = if given.is_empty() { String::new() } else { format!("with `{given}`, ") };
    format!("{given}{} matches unless an earlier line does", line_or(line.span, "one of its lines"))
}

fn quoted(model: &Model, outcome: Id<Outcome>) -> String {
    format!("`{}`", model.outcomes[outcome].name)
}

/// Returns a fault if a request of an `unrouted` example reaches an endpoint, or gets another outcome of `unrouted`.
fn routed(model: &Model, example: &Example) -> Option<Diagnostic> {
    let (unrouted, sent) = (model.unrouted.as_ref()?, &example.send);
    if let Some(endpoint) = route::endpoint(model, sent) {
        let message = format!("this request reaches the endpoint `{}`", endpoint.name);
        let help = format!("move the example to `{}`", endpoint.name);
        return Some(contradicts(sent.method_span, message).up_to(sent.path_span).help(help));
    }
    let answer = match route::resource(model, &sent.path) {
        None => unrouted.path,
        Some(resource) if route::is_reserved(resource, &sent.path) => unrouted.reserved?,
        Some(resource) => model.wrong_method(resource)?,
    };
    (answer != example.outcome).then(|| {
        let (answer, expected) = (&model.outcomes[answer].name, &model.outcomes[example.outcome].name);
        contradicts(example.outcome_span, format!("this example expects `{expected}`, but the answer is `{answer}`"))
            .help(format!("`expect {answer}`, or change `send`"))
    })
}

/// Returns a fault if a document is not one of `object` as the server sends it.
pub(super) fn bad_json(model: &Model, object: &Object, text: &str, open: &[String], span: Span) -> Option<Diagnostic> {
    let faults = json::faults(model, &object.content, text, Unknown::Refused);
    let mut faults = faults.into_iter().filter(|fault| !open.contains(&fault.pointer)).peekable();
    faults.peek()?;
    let fault = Diagnostic::new(Code::ExampleBadBody, span, format!("the body is not a `{}`", object.name));
    let note = |fault: Fault| match fault.pointer.as_str() {
        "" => format!("it must be {}", fault.rule),
        pointer => format!("`{pointer}` must be {}", fault.rule),
    };
    let fault = faults.map(note).fold(fault, Diagnostic::note);
    Some(fault.help(format!("change the body, or the declaration{}", on_line(object.name.span()))))
}

/// Returns a fault if a document is not the error of an outcome.
fn bad_error(model: &Model, id: Id<Outcome>, text: &str, open: &[String], span: Span) -> Option<Diagnostic> {
    let outcome = &model.outcomes[id];
    let (error, format) = model.own_error(outcome)?;
    if model.is_damaged(format.object) {
        return None;
    }
    let object = &model.objects[format.object];
    if let Some(fault) = bad_json(model, object, text, open, span) {
        return Some(fault);
    }
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let at = |index| model.pointer(format, index);
    let fixed = [Some((format.code, model.code_of(error).to_owned())), fixed_message(model, id, error, format)];
    let wrong = fixed.into_iter().flatten().filter_map(|(index, text)| {
        let pointer = at(index);
        let is_sent = || json.pointer(&pointer).and_then(|own| own.as_str()) == Some(&text);
        (!open.contains(&pointer) && !is_sent()).then(|| format!("`{pointer}` must be \"{text}\""))
    });
    let absent = error.members.iter().filter(|member| !member.optional).map(|member| at(member.index));
    let absent = absent.filter(|pointer| json.pointer(pointer).is_none());
    let absent = absent.map(|pointer| format!("`{pointer}` must be present"));
    let note = wrong.chain(absent).next()?;
    let message = format!("the body is not the error of `{}`", outcome.name);
    Some(
        Diagnostic::new(Code::ExampleBadBody, span, message)
            .note(note)
            .help("change the body, or expect another outcome"),
    )
}

/// The member for the message of an error, and its text, unless the handler or the violations of the request supply it.
fn fixed_message(model: &Model, id: Id<Outcome>, error: &OwnError, format: &ErrorFormat) -> Option<(usize, String)> {
    let lists = model.lists_violations(id) && format.violations.is_none();
    (!lists && !error.supplies(format.message)).then(|| (format.message, model.message_of(&model.outcomes[id], error)))
}

/// Returns the declaration of a header in an outcome.
fn part<'a>(model: &'a Model, outcome: &'a Outcome, field: Id<Field>) -> Option<&'a Part> {
    outcome.parts.iter().chain(&model.every).find(|part| part.field == field)
}

/// Checks the expected headers.
fn headers(model: &Model, example: &Example, diagnostics: &mut Diagnostics) {
    let outcome = &model.outcomes[example.outcome];
    for (id, shown, span) in &example.shown {
        let field = &model.fields[*id];
        let fault = match (part(model, outcome, *id), shown) {
            (None, Shown::Absent) => None,
            // Generated code sets the content type of a problem.
            (None, _) if outcome.explains_itself() && field.wire == "content-type" => None,
            (None, _) => {
                let message = format!("`{}` never sends `{}`", outcome.name, field.name);
                let note = format!("`{}` is declared{}", outcome.name, on_line(outcome.name.span()));
                let sent = outcome.parts.iter().chain(&model.every).map(|part| &model.fields[part.field].name);
                let sent: Vec<_> = sent.map(|name| format!("`{name}`")).collect();
                let help = match sent.is_empty() {
                    true => format!("delete this line, or add `{};` to `{}`", field.name, outcome.name),
                    false => format!(
                        "delete this line, or add `{};` to `{}`, which sends {}",
                        field.name,
                        outcome.name,
                        sent.join(", ")
                    ),
                };
                Some(contradicts(*span, message).note(note).help(help).missing(field.name.to_string()))
            }
            (Some(part), Shown::Absent) if !matches!(part.presence, Presence::Optional) => {
                let message = format!("`{}` always sends `{}`", outcome.name, field.name);
                Some(contradicts(*span, message).help("delete this line"))
            }
            (Some(part), Shown::Is(text)) => bad_value(model, example, field, part, text)
                .map(|rule| (format!("\"{text}\" is not a valid value of `{}` here", field.name), rule))
                .map(|(message, rule)| {
                    Diagnostic::new(Code::ExampleBadValue, *span, message)
                        .note(rule)
                        .help(format!("change the value, or write `{};` to expect any value", field.name))
                }),
            (Some(_), _) => None,
        };
        fault.into_iter().for_each(|fault| diagnostics.push(fault));
    }
}

fn bad_value(model: &Model, example: &Example, field: &Field, part: &Part, text: &str) -> Option<String> {
    let fixed = match &part.presence {
        Presence::Fixed(fixed) => Some(fixed.as_str()),
        Presence::Always | Presence::Optional | Presence::Chosen(_) => field.flag(),
    };
    if let Presence::Chosen(by) = part.presence {
        let chosen = chosen(model, example, by)?;
        return (chosen != text).then(|| format!("it must be \"{chosen}\", which the request prefers"));
    }
    match fixed {
        Some(fixed) => (fixed != text).then(|| format!("it must be \"{fixed}\"")),
        None => field.grammar(model).read(model, text).err().map(|rule| format!("it must be {rule}")),
    }
}

/// Returns the media type that a header of the request chooses.
fn chosen<'a>(model: &'a Model, example: &Example, by: Id<Field>) -> Option<&'a str> {
    let (resource, index) = example.endpoint?;
    let resource = &model.resources[resource];
    let reading = Reading::new(model, resource, &resource.endpoints[index], &example.send, true);
    Some(model.choices(by).named[reading.choice(by)?].text.as_str())
}

/// Returns a fault if the example leaves out a header that the outcome always sends with a value from the handler.
fn missing_headers(model: &Model, example: &Example) -> Option<Diagnostic> {
    let outcome = &model.outcomes[example.outcome];
    let always = outcome.parts.iter().filter(|part| matches!(part.presence, Presence::Always | Presence::Chosen(_)));
    let shown = |part: &&Part| example.shown.iter().any(|(field, ..)| *field == part.field);
    let missing: Vec<_> = always.filter(|part| !shown(part)).map(|part| &model.fields[part.field].name).collect();
    let first = missing.first()?;
    let help = missing.iter().map(|name| format!("{name};")).collect::<Vec<_>>().join(" ");
    let message = format!("`{}` always sends `{first}`, but this example does not expect it", outcome.name);
    Some(
        Diagnostic::new(Code::ExampleMissingHeader, example.outcome_span, message)
            .note("`Header = \"…\";` expects that value, and `Header;` expects any value")
            .help(format!("add `{help}`")),
    )
}

/// Returns a fault if the example expects a body that the outcome does not have or can't have.
fn body(model: &Model, example: &Example) -> Option<Diagnostic> {
    let (outcome, ExpectedBody { text, open, span }) = (&model.outcomes[example.outcome], example.body.as_ref()?);
    match outcome.body {
        Some(Body::Bytes | Body::Events(_)) if open.is_empty() => return None,
        Some(Body::Bytes | Body::Events(_)) => {
            let fault = Diagnostic::new(
                Code::ExampleBadBody,
                *span,
                "only a body that is declared as JSON can leave a value open",
            );
            return Some(fault.note("`_` stands for any value").help("write the body as a text, `body = \"…\";`"));
        }
        Some(Body::Error(_)) => return bad_error(model, example.outcome, text, open, *span),
        Some(Body::Json(id)) if model.is_damaged(id) => return None,
        Some(Body::Json(id)) => return bad_json(model, &model.objects[id], text, open, *span),
        None => {}
    }
    let body = if outcome.problem.is_some() { "sends its problem as the body" } else { "has no body" };
    Some(contradicts(*span, format!("`{}` {body}", outcome.name)).help("delete this line").missing("body"))
}
