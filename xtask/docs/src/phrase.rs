//! Conditions, amounts and presence in words.

use dsl::model::{
    Amount, Atom, Condition, Field, FieldKind, Group, GroupKind, Id, Input, InputSource, Model, Need, Outcome,
    ValueKind,
};
use wire::units;

/// A condition as the spec writes it, but with the names of the wire.
pub fn condition(model: &Model, condition: &Condition) -> String {
    match condition {
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

/// What a condition is about.
fn atom(model: &Model, atom: Atom) -> String {
    match atom {
        Atom::Malformed => "malformed".to_owned(),
        Atom::Failure => "failure".to_owned(),
        Atom::BodyTooLarge => "body.too_large".to_owned(),
        Atom::BodyStalled => "body.stalled".to_owned(),
        Atom::BodyCrowded => "body.crowded".to_owned(),
        Atom::BodyEmpty => "body.empty".to_owned(),
        Atom::Present(InputSource::Field(id)) => model.fields[id].wire.clone(),
        Atom::Present(InputSource::Group(id)) => model.groups[id].name.to_string(),
        Atom::Is(id, variant) => format!("{} is {}", model.fields[id].wire, choice(model, id, variant)),
        Atom::State(id, variant) => {
            let state = &model.states[id];
            format!("{}.{}", state.name, state.variants[variant].1)
        }
        Atom::Fact(id) => format!("{}.{}", model.facts[id].subject, model.facts[id].verb),
    }
}

/// What it means that it holds, in the author's words; nothing for what needs none.
pub fn meaning(model: &Model, atom: Atom) -> String {
    match atom {
        Atom::Malformed => "The request breaks a grammar, or lacks what it needs.".to_owned(),
        Atom::Failure => "The server could not answer.".to_owned(),
        Atom::BodyTooLarge => "The body exceeds its limit.".to_owned(),
        Atom::BodyStalled => "The client stops sending before the end of the body.".to_owned(),
        Atom::BodyCrowded => "The server has no memory left for the body.".to_owned(),
        Atom::BodyEmpty => "The body has no bytes.".to_owned(),
        Atom::State(id, variant) => dsl::ast::docs_text(&model.states[id].variants[variant].0),
        Atom::Fact(id) => dsl::ast::docs_text(&model.facts[id].docs),
        Atom::Present(_) | Atom::Is(..) => String::new(),
    }
}

/// What is assumed without an input, and what it needs beside it.
pub fn need(model: &Model, input: &Input) -> String {
    match (&input.need, input.source) {
        (Need::DefaultSentinel(index), InputSource::Field(id)) => format!("`{}` if absent.", choice(model, id, *index)),
        (Need::DefaultMedia(media), _) => format!("`{}` if absent.", model.medias[*media].text),
        (Need::UnlessMalformed, _) => "Ignored if malformed.".to_owned(),
        (Need::UnlessBodyEmpty, _) => "Required with a body.".to_owned(),
        (_, InputSource::Group(id)) => together(model, &model.groups[id]),
        (_, InputSource::Field(_)) => String::new(),
    }
}

/// How the members of a group depend on each other.
fn together(model: &Model, group: &Group) -> String {
    let members: Vec<String> = group.members.iter().map(|member| format!("`{}`", model.fields[*member].wire)).collect();
    match group.kind {
        GroupKind::AllOrNone => format!("All of {}, or none.", members.join(", ")),
        GroupKind::AtMostOne => format!("At most one of {}.", members.join(", ")),
        GroupKind::Headed => format!("{} only with {}.", members[1..].join(", "), members[0]),
    }
}

/// The text on the wire of a variant or sentinel.
pub fn choice(model: &Model, field: Id<Field>, variant: usize) -> String {
    let choices = match &model.fields[field].kind {
        FieldKind::OffsetOrSentinel(offset) => &model.offsets[*offset].sentinels,
        FieldKind::Value(value) => match &model.values[*value].kind {
            ValueKind::OneOf(choices) => choices,
            _ => return String::new(),
        },
        _ => return String::new(),
    };
    choices.get(variant).map_or_else(String::new, |choice| choice.text.clone())
}

/// An amount with the largest unit that divides it.
pub fn amount(amount: Amount) -> String {
    match amount {
        Amount::Bytes(bytes) => units::written(bytes, units::BYTES),
        Amount::Milliseconds(ms) => units::written(ms, units::TIME),
        Amount::Count(count) => count.to_string(),
    }
}

/// What the answer means: its doc comment, or its name.
pub fn outcome(outcome: &Outcome) -> String {
    match dsl::ast::docs_text(&outcome.docs) {
        docs if docs.is_empty() => outcome.name.to_string(),
        docs => docs,
    }
}
