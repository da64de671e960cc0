//! What one endpoint reads, refuses and answers.

use dsl::ast::{Place, docs_text};
use dsl::model::{Atom, Condition, Endpoint, Example, Id, Line, Model, Need, Outcome, Part, Presence, Resource};

use super::{exchange, heading, request_line};
use crate::markdown::{code, link, sentences, table};
use crate::{grammar, phrase};

/// Its section; `place` is where in the model it stands.
pub fn section(model: &Model, resource: &Resource, endpoint: &Endpoint, place: (usize, usize)) -> String {
    let line = code(&request_line(model, resource, endpoint));
    let mut text = format!("### {}\n\n{line}\n\n{}\n\n", heading(resource, endpoint), docs_text(&endpoint.docs));
    text += &request(model, endpoint);
    text += &decisions(model, endpoint);
    // Successes come first.
    let mut outcomes = endpoint.outcomes.clone();
    outcomes.sort_by_key(|id| model.outcomes[*id].status);
    text += &self::outcomes(model, &outcomes);
    text += "#### Examples\n\n";
    text + &outcomes.iter().map(|id| example(model, *id, place)).collect::<String>()
}

/// What nobody answers.
pub fn elsewhere(model: &Model) -> String {
    let Some(unrouted) = &model.unrouted else { return String::new() };
    let ids: Vec<_> = unrouted.answers.iter().map(|(id, _)| *id).collect();
    let shown = ids.iter().filter_map(|id| model.examples.iter().find(|example| example.outcome == *id));
    let examples: String = shown.map(|example| exchange::render(model, example)).collect();
    format!("## Elsewhere\n\nWhat no endpoint answers.\n\n{}{examples}", outcomes(model, &ids))
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
        [format!("{} ({place})", code(&field.wire)), grammar::of_field(model, field), meaning]
    });
    let limit = endpoint.body_limit.map(|id| &model.limits[id]);
    let body = limit.map(|limit| {
        ["the body".to_owned(), format!("at most {}", phrase::amount(limit.amount)), docs_text(&limit.docs)]
    });
    format!("#### Request\n\n{}", table(["input", "what it may be", "what it is for"], rows.chain(body)))
}

/// The lines of an endpoint, in their order.
fn decisions(model: &Model, endpoint: &Endpoint) -> String {
    let is_failure = |line: &&Line| line.condition.is(Atom::Failure);
    let lines = endpoint.lines.iter().filter(|line| !is_failure(line));
    let rows = lines.enumerate().map(|(index, line)| {
        let outcome = &model.outcomes[line.outcome];
        let answer = format!("{} {}", outcome.status, outcome.name);
        [format!("{}.", index + 1), code(&phrase::condition(model, &line.condition)), answer, meaning(model, line)]
    });
    let (states, facts) = (link("States"), link("Facts"));
    let mut text = format!(
        "#### Refusals and answers\n\nThe first of these conditions that holds decides. What they ask about: {states}, {facts}.\n\n"
    );
    text += &table(["", "when", "answer", "that is"], rows);
    if let Some(line) = endpoint.lines.iter().find(is_failure) {
        let outcome = &model.outcomes[line.outcome];
        text += &format!("At any time, {} {}: {}\n\n", outcome.status, outcome.name, phrase::outcome(outcome));
    }
    text
}

/// What it means that a line holds, for what is no word of the request.
fn meaning(model: &Model, line: &Line) -> String {
    let atoms = asserted(&line.condition).into_iter().filter(|atom| !matches!(atom, Atom::State(..)));
    sentences(atoms.map(|atom| phrase::meaning(model, atom)))
}

/// What holds where a condition does, apart from what does not.
fn asserted(condition: &Condition) -> Vec<Atom> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(asserted).collect(),
        Condition::Not(_) => Vec::new(),
        Condition::Atom(atom) => vec![*atom],
    }
}

fn outcomes(model: &Model, ids: &[Id<Outcome>]) -> String {
    let rows = ids.iter().map(|id| outcome(model, &model.outcomes[*id]));
    format!("#### Outcomes\n\n{}", table(["status", "outcome", "what it says", "headers"], rows))
}

fn outcome(model: &Model, outcome: &Outcome) -> [String; 4] {
    let headers: Vec<String> = outcome.parts.iter().map(|part| header(model, part)).collect();
    let name = match &outcome.problem {
        Some(problem) => format!("{}, problem {}", outcome.name, code(&problem.slug)),
        None => outcome.name.to_string(),
    };
    [outcome.status.to_string(), name, docs_text(&outcome.docs), headers.join(", ")]
}

fn header(model: &Model, part: &Part) -> String {
    let name = &model.fields[part.field].wire;
    match &part.presence {
        Presence::Always => code(name),
        Presence::Optional => format!("perhaps {}", code(name)),
        Presence::Fixed(text) => code(&format!("{name}: {text}")),
    }
}

/// An example of an outcome at this endpoint, or where there is one.
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
        format!("**{} {}** looks as it does at {place}.\n\n", outcome.status, outcome.name)
    })
}
