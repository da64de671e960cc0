//! Conditions, amounts and presence as text.

use dsl::model::{
    Amount, Atom, Condition, Field, Group, GroupKind, Id, Input, InputSource, Model, Need, Outcome, When,
};
use wire::units;

/// A condition as in the spec, with the names used on the wire.
pub fn condition(model: &Model, condition: &Condition) -> String {
    match condition {
        Condition::Always => "always".to_owned(),
        Condition::All(parts) => joined(model, parts, " and "),
        Condition::Any(parts) => format!("({})", joined(model, parts, " or ")),
        Condition::Not(part) if matches!(**part, Condition::All(_)) => {
            format!("not ({})", self::condition(model, part))
        }
        Condition::Not(part) => format!("not {}", self::condition(model, part)),
        Condition::Atom(atom) => self::atom(model, *atom),
    }
}

fn joined(model: &Model, parts: &[Condition], between: &str) -> String {
    parts.iter().map(|part| condition(model, part)).collect::<Vec<_>>().join(between)
}

/// The name of a single condition.
fn atom(model: &Model, atom: Atom) -> String {
    match atom {
        Atom::Malformed => "malformed".to_owned(),
        Atom::InputMalformed(input) => format!("{} malformed", source(model, input)),
        Atom::Failure => "failure".to_owned(),
        Atom::BodyTooLarge => "body.too_large".to_owned(),
        Atom::BodyStalled => "body.stalled".to_owned(),
        Atom::BodyCrowded => "body.crowded".to_owned(),
        Atom::BodyEmpty => "body.empty".to_owned(),
        Atom::Present(input) => source(model, input),
        Atom::Is(id, variant) => format!("{} is {}", model.fields[id].wire, choice(model, id, variant)),
        Atom::State(id, variant) => {
            let state = &model.states[id];
            format!("{}.{}", state.name, state.variants[variant].1)
        }
        Atom::Fact(id) => format!("{}.{}", model.facts[id].subject, model.facts[id].predicate),
        Atom::Refused(id, index) => format!("{} {}", model.accesses[id].name, model.accesses[id].refusals[index].name),
        Atom::Denied(id) => format!("{} denied", model.accesses[id].name),
    }
}

/// The name of an input.
fn source(model: &Model, input: InputSource) -> String {
    match input {
        InputSource::Field(id) => model.fields[id].wire.clone(),
        InputSource::Group(id) => model.groups[id].name.to_string(),
    }
}

/// The query parameter that selects an endpoint, as written in a query.
pub fn when(model: &Model, when: When) -> String {
    let name = &model.fields[when.query].wire;
    when.choice.map_or_else(|| name.clone(), |index| format!("{name}={}", choice(model, when.query, index)))
}

/// The meaning of a condition: the doc comment of its declaration, or a fixed text. Empty for inputs of the request.
pub fn meaning(model: &Model, atom: Atom) -> String {
    match atom {
        Atom::Malformed => "An input is malformed, or a required input is missing.".to_owned(),
        Atom::InputMalformed(input) => format!("`{}` is malformed, or required and missing.", source(model, input)),
        Atom::Failure => "The server could not complete the request.".to_owned(),
        Atom::BodyTooLarge => "The body exceeds the maximum size.".to_owned(),
        Atom::BodyStalled => "The client stopped sending before the end of the body.".to_owned(),
        Atom::BodyCrowded => "The server has no memory left for the body.".to_owned(),
        Atom::BodyEmpty => "The body is empty.".to_owned(),
        Atom::State(id, variant) => dsl::docs_text(&model.states[id].variants[variant].0),
        Atom::Fact(id) => dsl::docs_text(&model.facts[id].docs),
        Atom::Refused(_, 0) => "The request has no valid credentials.".to_owned(),
        Atom::Refused(id, index) => dsl::docs_text(&model.accesses[id].refusals[index].docs),
        Atom::Denied(_) => "The caller lacks a permission that the request needs.".to_owned(),
        Atom::Present(_) | Atom::Is(..) => String::new(),
    }
}

/// The default of an input, and the inputs that it requires.
pub fn need(model: &Model, input: &Input) -> String {
    match (&input.need, input.source) {
        (Need::Default(default), _) => format!("Default: `{}`.", default.text),
        (Need::UnlessMalformed, _) => "Ignored if malformed.".to_owned(),
        (Need::UnlessBodyEmpty, _) => "Required if there is a body.".to_owned(),
        (need, InputSource::Group(id)) => together(model, &model.groups[id], need),
        (_, InputSource::Field(_)) => String::new(),
    }
}

/// The rule of a group of inputs.
fn together(model: &Model, group: &Group, need: &Need) -> String {
    let members: Vec<String> = group.members.iter().map(|member| format!("`{}`", model.fields[*member].wire)).collect();
    match group.kind {
        GroupKind::AllOrNone if matches!(need, Need::Required) => format!("Send all of {}.", members.join(", ")),
        GroupKind::ExactlyOne => format!("Send exactly one of {}.", members.join(", ")),
        GroupKind::AllOrNone => format!("Send all of {}, or none.", members.join(", ")),
        GroupKind::AtMostOne => format!("Send at most one of {}.", members.join(", ")),
        GroupKind::Headed => format!("Send {} only with {}.", members[1..].join(", "), members[0]),
    }
}

/// A variant or sentinel as written on the wire.
pub fn choice(model: &Model, field: Id<Field>, variant: usize) -> String {
    model.choices(field).named[variant].text.clone()
}

/// An amount in the largest unit that divides it.
pub fn amount(amount: Amount) -> String {
    match amount {
        Amount::Bytes(bytes) => units::written(bytes, units::BYTES),
        Amount::Milliseconds(ms) => units::written(ms, units::TIME),
        Amount::Count(count) => count.to_string(),
    }
}

/// The doc comment of an outcome, or its name.
pub fn outcome(outcome: &Outcome) -> String {
    match dsl::docs_text(&outcome.docs) {
        docs if docs.is_empty() => outcome.name.to_string(),
        docs => docs,
    }
}

/// The first sentence of a doc comment, and the rest of it.
pub fn summary(docs: &str) -> (&str, &str) {
    docs.find(". ").map_or((docs, ""), |end| (&docs[..=end], docs[end + 1..].trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_the_first_sentence() {
        assert_eq!(summary("Reads (§5.6). Then more. And more."), ("Reads (§5.6).", "Then more. And more."));
        assert_eq!(summary("Reads version 1.0 of it."), ("Reads version 1.0 of it.", ""));
        assert_eq!(summary(""), ("", ""));
    }
}
