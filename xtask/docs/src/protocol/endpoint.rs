//! The section of one endpoint: its inputs, decisions, outcomes and examples.

use dsl::model::{
    Atom, Body, Condition, Endpoint, Example, Id, JsonBody, Line, Model, Need, Outcome, Part, Presence, Resource,
};
use dsl::{EmptyBody, Place, docs_text};

use super::{access, exchange, heading, request_line};
use crate::markdown::{code, link, sentences, table};
use crate::{object, phrase};

/// The section of an endpoint. `place` is the position of its resource and its own.
pub fn section(model: &Model, resource: &Resource, endpoint: &Endpoint, place: (usize, usize)) -> String {
    let line = code(&request_line(model, resource, endpoint));
    let mut text = format!("### {}\n\n{line}\n\n{}\n\n", heading(resource, endpoint), docs_text(&endpoint.docs));
    text += &access::of_endpoint(model, resource, endpoint);
    text += &request(model, endpoint);
    text += &decisions(model, endpoint);
    // Successes come first.
    let mut outcomes = endpoint.outcomes.clone();
    outcomes.sort_by_key(|id| model.outcomes[*id].status);
    text += &self::outcomes(model, &outcomes);
    text += "#### Examples\n\n";
    text + &outcomes.iter().map(|id| example(model, *id, place)).collect::<String>()
}

/// The section on requests that match no endpoint.
pub fn elsewhere(model: &Model) -> String {
    if model.unrouted.is_none() {
        return String::new();
    }
    let mut ids: Vec<_> = Vec::new();
    for (id, _) in model.answers_elsewhere() {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let shown = ids.iter().filter_map(|id| model.examples.iter().find(|example| example.outcome == *id));
    let examples: String = shown.map(|example| exchange::render(model, example)).collect();
    format!("## Other requests\n\nResponses to requests that match no endpoint.\n\n{}{examples}", outcomes(model, &ids))
}

fn request(model: &Model, endpoint: &Endpoint) -> String {
    let inputs = endpoint
        .inputs
        .iter()
        .flat_map(|input| model.fields_of(input.source).into_iter().map(move |field| (input, field)));
    let rows = inputs.map(|(input, id)| {
        let field = &model.fields[id];
        let place = if field.place == Place::Query { "query" } else { "header" };
        let required = if matches!(input.need, Need::Required) { "Required." } else { "" };
        let meaning = sentences([docs_text(&field.docs), required.to_owned(), phrase::need(model, input)]);
        [format!("{} ({place})", code(&field.wire)), field.grammar(model).words(model), meaning]
    });
    let limit = endpoint.body_limit().map(|id| &model.limits[id]);
    let body = limit.map(|limit| {
        let object = endpoint.json_body().map(|json| json_body(model, json));
        let format = format!("at most {}", phrase::amount(limit.amount));
        let format = object.map_or(format.clone(), |object| format!("{object}, {format}"));
        ["the body".to_owned(), format, docs_text(&limit.docs)]
    });
    format!("#### Request\n\n{}", table(["input", "format", "description"], rows.chain(body)))
}

/// The object in a JSON body, and whether it may be missing.
fn json_body(model: &Model, json: JsonBody) -> String {
    let object = object::link_to(&model.objects[json.object]);
    match json.empty {
        EmptyBody::Malformed => format!("JSON: {object}"),
        EmptyBody::Absent => format!("empty, or JSON: {object}"),
        EmptyBody::Memberless => format!("JSON: {object} (empty is the same as {})", code("{}")),
    }
}

/// The lines of an endpoint in order.
fn decisions(model: &Model, endpoint: &Endpoint) -> String {
    let is_failure = |line: &&Line| line.condition.is(Atom::Failure);
    let lines = endpoint.lines.iter().filter(|line| !is_failure(line));
    let rows = lines.enumerate().map(|(index, line)| {
        let outcome = &model.outcomes[line.outcome];
        let response = format!("{} {}", outcome.status, outcome.name);
        [format!("{}.", index + 1), code(&phrase::condition(model, &line.condition)), response, meaning(model, line)]
    });
    let sections = [("States", model.states.iter().next().is_some()), ("Facts", model.facts.iter().next().is_some())];
    let defined: Vec<_> =
        sections.iter().filter(|(_, is_present)| *is_present).map(|(heading, _)| link(heading)).collect();
    let defined = if defined.is_empty() { String::new() } else { format!(" Defined under {}.", defined.join(" and ")) };
    let mut text = format!(
        "#### Decision order\n\nConditions are checked from top to bottom; the first that holds decides the response.{defined}\n\n"
    );
    text += &table(["", "condition", "response", "meaning"], rows);
    if let Some(line) = endpoint.lines.iter().find(is_failure) {
        let outcome = &model.outcomes[line.outcome];
        text += &format!(
            "At any time, the response can be {} {}: {}\n\n",
            outcome.status,
            outcome.name,
            phrase::outcome(outcome)
        );
    }
    text
}

/// The meaning of a condition, without its states and its inputs of the request.
fn meaning(model: &Model, line: &Line) -> String {
    let atoms = asserted(&line.condition).into_iter().filter(|atom| !matches!(atom, Atom::State(..)));
    sentences(atoms.map(|atom| phrase::meaning(model, atom)))
}

/// The atoms of a condition that are not negated.
fn asserted(condition: &Condition) -> Vec<Atom> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(asserted).collect(),
        Condition::Always | Condition::Not(_) => Vec::new(),
        Condition::Atom(atom) => vec![*atom],
    }
}

fn outcomes(model: &Model, ids: &[Id<Outcome>]) -> String {
    let rows = ids.iter().map(|id| outcome(model, &model.outcomes[*id]));
    format!("#### Outcomes\n\n{}", table(["status", "outcome", "description", "headers"], rows))
}

fn outcome(model: &Model, outcome: &Outcome) -> [String; 4] {
    let mut headers: Vec<String> = outcome.parts.iter().map(|part| header(model, part)).collect();
    if let Some(Body::Json(id)) = outcome.body {
        headers.extend(outcome.json_media_type(model).map(|text| code(&format!("content-type: {text}"))));
        headers.push(format!("body: {}", object::link_to(&model.objects[id])));
    }
    let name = match &outcome.problem {
        Some(problem) => format!("{}, problem {}", outcome.name, code(&problem.slug)),
        None => match model.code_at(outcome) {
            Some((_, text)) => format!("{}, error {}", outcome.name, code(text)),
            None => outcome.name.to_string(),
        },
    };
    if let Some((error, format)) = model.own_error(outcome) {
        let members = &model.objects[format.inner].content.members;
        headers.extend(error.members.iter().map(|own| {
            let optional = if own.optional { " (optional)" } else { "" };
            format!("member {}{optional}", code(&members[own.index].key))
        }));
    }
    [outcome.status.to_string(), name, docs_text(&outcome.docs), headers.join(", ")]
}

fn header(model: &Model, part: &Part) -> String {
    let name = &model.fields[part.field].wire;
    match &part.presence {
        Presence::Always => code(name),
        Presence::Chosen(by) => format!("{} (chosen by {})", code(name), code(&model.fields[*by].wire)),
        Presence::Optional => format!("{} (optional)", code(name)),
        Presence::Fixed(text) => code(&format!("{name}: {text}")),
    }
}

/// An example of an outcome at this endpoint, or a link to one at another endpoint.
fn example(model: &Model, id: Id<Outcome>, place: (usize, usize)) -> String {
    let shown = |example: &&Example| example.outcome == id;
    if let Some(own) = model.examples.iter().filter(shown).find(|example| example.endpoint == Some(place)) {
        return exchange::render(model, own);
    }
    let others = model.examples.iter().find(shown).and_then(|example| example.endpoint);
    others.map_or_else(String::new, |(resource, endpoint)| {
        let resource = &model.resources[resource];
        let outcome = &model.outcomes[id];
        let place = link(&heading(resource, &resource.endpoints[endpoint]));
        format!("**{} {}** is the same as at {place}.\n\n", outcome.status, outcome.name)
    })
}
