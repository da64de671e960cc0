//! JSON objects: their members, and the rules that concern several of them.

use dsl::docs_text;
use dsl::model::Model;
use dsl::model::object::{
    Case, Content, Count, Kind, Member, MemberDefault, MemberGroup, MemberGroupKind, MemberNeed, Object,
};

use crate::markdown::{code, named_link, table};

/// The declared objects.
pub fn objects(model: &Model) -> String {
    let object = |object: &Object| {
        let docs = docs_text(&object.docs);
        format!("### {}\n\n{docs}\n\n{}", heading(object), content(model, &object.content))
    };
    model.objects.iter().filter(|own| !own.is_message).map(object).collect()
}

/// The heading of an object's section. A resource or a callback can have the same name, so the heading has a prefix.
pub fn heading(object: &Object) -> String {
    format!("JSON: {}", object.name)
}

/// A link to an object's section.
pub fn link_to(object: &Object) -> String {
    named_link(&object.name.to_string(), &heading(object))
}

/// A table of the members, and the rules.
pub fn content(model: &Model, content: &Content) -> String {
    let common = content.members.iter().map(|own| row(model, own, String::new()));
    let cases = content.union.iter().flat_map(|union| {
        let tag = &content.members[union.tag];
        let choices = tag.kind.grammar(model).map(|grammar| grammar.choices(model).named).unwrap_or_default();
        choices.iter().zip(&union.cases).flat_map(|(choice, Case { members, .. })| {
            let when = format!("if {} is {}: ", code(&tag.key), code(&choice.text));
            members.iter().map(move |own| row(model, own, when.clone()))
        })
    });
    let rows: Vec<_> = common.chain(cases).collect();
    let mut rules: Vec<String> = content.groups.iter().map(|own| rule(content, own)).collect();
    if content.refuses_unknown {
        rules.push("Other members are refused.".to_owned());
    }
    let rules = if rules.is_empty() { String::new() } else { rules.join(" ") + "\n\n" };
    table(["member", "presence", "format", "description"], rows) + &rules
}

fn row(model: &Model, member: &Member, when: String) -> [String; 4] {
    let presence = match &member.need {
        MemberNeed::Always => "always".to_owned(),
        MemberNeed::Optional => "optional".to_owned(),
        MemberNeed::Flag => "if true".to_owned(),
        MemberNeed::Default(MemberDefault::Boolean(value)) => format!("default {}", code(&value.to_string())),
        MemberNeed::Default(MemberDefault::Constant(constant)) => format!("default {}", code(&constant.text)),
    };
    let format = match member.need {
        MemberNeed::Flag => code("true"),
        _ => words(model, &member.kind),
    };
    [code(&member.key), when + &presence, format, description(model, member)]
}

/// The comment of a member. If it has none, that of its declared type.
pub fn description(model: &Model, member: &Member) -> String {
    let own = docs_text(&member.docs);
    if own.is_empty() { of_type(model, &member.kind) } else { own }
}

fn of_type(model: &Model, kind: &Kind) -> String {
    match kind {
        Kind::Value(id) | Kind::AsText(id) => docs_text(&model.values[*id].docs),
        Kind::Nullable(inner) => of_type(model, inner),
        _ => String::new(),
    }
}

/// The format of a member as text.
pub fn words(model: &Model, kind: &Kind) -> String {
    if let Some(grammar) = kind.grammar(model) {
        let words = grammar.words(model);
        return if kind.is_number(model) { words } else { format!("string: {words}") };
    }
    match kind {
        Kind::Boolean => format!("{} or {}", code("true"), code("false")),
        Kind::Object(id) => link_to(&model.objects[*id]),
        Kind::Array(item, Count { min, max }) => format!("array of {min} to {max}: {}", words(model, item)),
        Kind::Map(member, Count { min, max }) => {
            format!("object with {min} to {max} members of any name: {}", words(model, member))
        }
        Kind::Nullable(inner) => format!("{}, or {}", words(model, inner), code("null")),
        _ => "any JSON".to_owned(),
    }
}

/// The rule of a group as a sentence.
pub fn rule(content: &Content, group: &MemberGroup) -> String {
    let keys: Vec<String> = content.keys(group).into_iter().map(code).collect();
    let keys = keys.join(", ");
    match group.kind {
        MemberGroupKind::AllOrNone => format!("All or none of {keys} are present."),
        MemberGroupKind::AtLeastOne => format!("At least one of {keys} is present."),
        MemberGroupKind::AtMostOne => format!("At most one of {keys} is present."),
        MemberGroupKind::ExactlyOne => format!("Exactly one of {keys} is present."),
    }
}
