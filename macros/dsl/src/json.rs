//! Documents of declared objects: checks them with the code that the server uses, and makes samples.

use crate::ast::docs_text;
use crate::model::object::{Content, Kind, Member, MemberGroupKind, MemberNeed};
use crate::model::{Model, Outcome};
use serde_json::{Map, Value as Json, json};
use wire::json::{Document, Fault, Members, read};

/// Whether members that are not declared are violations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// As the object declares it, for requests.
    AsDeclared,
    /// Always, for responses.
    Refused,
}

/// Returns the violations of a document.
#[must_use]
pub fn faults(model: &Model, content: &Content, text: &str, unknown: Unknown) -> Vec<Fault> {
    let reader = Reader { model, unknown };
    read(text.as_bytes(), |json, document| reader.object(content, json, document)).err().unwrap_or_default()
}

/// Reads a document without its values. Each function returns nothing if there is a violation.
pub(crate) struct Reader<'a> {
    pub(crate) model: &'a Model,
    pub(crate) unknown: Unknown,
}

impl Reader<'_> {
    pub(crate) fn object(&self, content: &Content, json: Json, document: &mut Document) -> Option<()> {
        let mut members = document.object(json)?;
        let tag = content.union.as_ref().map(|union| union.tag);
        let others = (0..content.members.len()).filter(|index| Some(*index) != tag);
        others.for_each(|index| self.member(&content.members[index], &mut members));
        let choice = tag.and_then(|tag| self.choice(&content.members[tag], &mut members));
        let own = content.union.as_ref().zip(choice).map(|(union, choice)| &union.cases[choice].members);
        own.into_iter().flatten().for_each(|member| self.member(member, &mut members));
        for group in &content.groups {
            let keys = content.keys(group);
            match group.kind {
                MemberGroupKind::AllOrNone => members.all_or_none(&keys),
                MemberGroupKind::AtLeastOne => members.at_least_one(&keys),
                MemberGroupKind::AtMostOne => members.at_most_one(&keys),
                MemberGroupKind::ExactlyOne => members.exactly_one(&keys),
            }
        }
        if content.refuses_unknown || self.unknown == Unknown::Refused {
            // Without a variant, it is not known which members belong to it.
            let others = if tag.is_some() && choice.is_none() { content.case_keys() } else { Vec::new() };
            members.nothing_else(&others);
        }
        Some(())
    }

    fn member(&self, member: &Member, members: &mut Members) {
        let read = |json, document: &mut Document| self.kind(&member.kind, json, document);
        match member.need {
            MemberNeed::Always => drop(members.require(&member.key, read)),
            MemberNeed::Optional | MemberNeed::Flag | MemberNeed::Default(_) => drop(members.read(&member.key, read)),
        }
    }

    /// Reads the member that selects a variant.
    fn choice(&self, member: &Member, members: &mut Members) -> Option<usize> {
        let grammar = member.kind.grammar(self.model)?;
        members.require(&member.key, |json, document| {
            let text = document.text(&json, |text| grammar.read(self.model, text).map(|()| text.to_owned()))?;
            grammar.choice(self.model, &text)
        })
    }

    fn kind(&self, kind: &Kind, json: Json, document: &mut Document) -> Option<()> {
        if let Some(grammar) = kind.grammar(self.model) {
            let read = |text: &str| grammar.read(self.model, text);
            return if kind.is_number(self.model) { document.number(&json, read) } else { document.text(&json, read) };
        }
        match kind {
            Kind::Boolean => document.boolean(&json).map(drop),
            Kind::Object(id) => self.object(&self.model.objects[*id].content, json, document),
            Kind::Array(item, count) => {
                let read = |json, document: &mut Document| self.kind(item, json, document);
                document.array(json, length(count.min), length(count.max), read).map(drop)
            }
            Kind::Map(member, count) => {
                let read = |json, document: &mut Document| self.kind(member, json, document);
                document.map(json, length(count.min), length(count.max), read).map(drop)
            }
            Kind::Nullable(inner) if !json.is_null() => self.kind(inner, json, document),
            _ => Some(()),
        }
    }
}

/// Returns a document with the members that it needs.
#[must_use]
pub fn sample(model: &Model, content: &Content) -> Json {
    let mut object = Map::new();
    let mut needed: Vec<&Member> =
        content.members.iter().filter(|own| matches!(own.need, MemberNeed::Always)).collect();
    let one = |kind| matches!(kind, MemberGroupKind::AtLeastOne | MemberGroupKind::ExactlyOne);
    let groups = content.groups.iter().filter(|group| one(group.kind));
    needed.extend(groups.map(|group| &content.members[group.members[0]]));
    needed.extend(
        content
            .union
            .iter()
            .flat_map(|union| union.cases.first())
            .flat_map(|case| &case.members)
            .filter(|own| matches!(own.need, MemberNeed::Always)),
    );
    for member in needed {
        object.insert(member.key.clone(), of_kind(model, &member.kind));
    }
    Json::Object(object)
}

/// The error of an outcome, as text: its code, and the members that the handler must supply.
#[must_use]
pub fn error_sample(model: &Model, outcome: &Outcome) -> String {
    let Some((error, format)) = model.own_error(outcome) else { return String::new() };
    let inner = &model.objects[format.inner].content.members;
    let mut object = Map::new();
    object.insert(inner[format.code].key.clone(), model.code_of(error).into());
    object.insert(inner[format.message].key.clone(), docs_text(&outcome.docs).into());
    for own in error.members.iter().filter(|own| !own.optional) {
        let member = &inner[own.index];
        object.insert(member.key.clone(), of_kind(model, &member.kind));
    }
    let (mut containers, mut at) = (Vec::new(), format.object);
    for index in &format.path {
        let member = &model.objects[at].content.members[*index];
        containers.push(member);
        at = member.kind.object().unwrap_or(at);
    }
    let whole = containers.iter().rev().fold(Json::Object(object), |value, member| {
        let value = if matches!(member.kind.or_null(), Kind::Array(..)) { json!([value]) } else { value };
        json!({ &member.key: value })
    });
    whole.to_string()
}

fn of_kind(model: &Model, kind: &Kind) -> Json {
    if let Some(grammar) = kind.grammar(model) {
        let text = grammar.sample(model);
        let number = kind.is_number(model).then(|| text.parse::<u64>().ok()).flatten();
        return number.map_or(Json::String(text), Json::from);
    }
    match kind {
        // An object that contains itself has no sample.
        Kind::Object(id) if model.endless(*id).is_some() => Json::Null,
        Kind::Object(id) => sample(model, &model.objects[*id].content),
        Kind::Array(item, count) => (0..count.min.min(MANY)).map(|_| of_kind(model, item)).collect(),
        Kind::Map(member, count) => {
            let members = (0..count.min.min(MANY)).map(|index| (format!("m{index}"), of_kind(model, member)));
            Json::Object(members.collect())
        }
        Kind::Nullable(inner) => of_kind(model, inner),
        _ => Json::Bool(true),
    }
}

/// Maximum number of items in a sample.
const MANY: u64 = 1000;

/// A document with one violation.
pub struct Malformed {
    /// The JSON Pointer of the violation.
    pub pointer: String,
    /// A description of the value.
    pub what: String,
    /// The document.
    pub text: String,
}

/// Returns documents of which each has one violation.
#[must_use]
pub fn malformed(model: &Model, content: &Content) -> Vec<Malformed> {
    let whole = sample(model, content);
    let mut candidates = vec![("no JSON".to_owned(), "{".to_owned()), ("no object".to_owned(), "[]".to_owned())];
    candidates.extend(repeated(&whole).map(|text| ("a name twice".to_owned(), text)));
    let mut edit = |what: String, change: &dyn Fn(&mut Map<String, Json>)| {
        let mut json = whole.clone();
        json.as_object_mut().into_iter().for_each(change);
        candidates.push((what, json.to_string()));
    };
    edit("another member".to_owned(), &|object| drop(object.insert("undeclared member".to_owned(), Json::Null)));
    for member in content.all() {
        edit(format!("no {}", member.key), &|object| drop(object.remove(&member.key)));
        for wrong in wrong(model, &member.kind) {
            let shown = wrong.to_string();
            let shown = if shown.len() > 32 { format!("{} bytes", shown.len()) } else { shown };
            edit(format!("{}: {shown}", member.key), &|object| drop(object.insert(member.key.clone(), wrong.clone())));
        }
    }
    for group in &content.groups {
        edit(format!("all of {}", content.keys(group).join(", ")), &|object| {
            for index in &group.members {
                let member = &content.members[*index];
                object.insert(member.key.clone(), of_kind(model, &member.kind));
            }
        });
        let first = &content.members[group.members[0]];
        edit(format!("{} alone", first.key), &|object| {
            drop(object.insert(first.key.clone(), of_kind(model, &first.kind)))
        });
    }
    let one = |(what, text): (String, String)| match &faults(model, content, &text, Unknown::AsDeclared)[..] {
        [fault] => Some(Malformed { pointer: fault.pointer.clone(), what, text }),
        _ => None,
    };
    candidates.into_iter().filter_map(one).collect()
}

/// The document with its first member twice.
fn repeated(whole: &Json) -> Option<String> {
    let (key, value) = whole.as_object()?.iter().next()?;
    let text = whole.to_string();
    Some(format!("{{{}:{value},{}", Json::from(key.as_str()), text.strip_prefix('{')?))
}

/// Returns values of which most break the rules of a type.
fn wrong(model: &Model, kind: &Kind) -> Vec<Json> {
    if let Some(grammar) = kind.grammar(model) {
        let texts = grammar.malformed(model).into_iter().filter(|text| grammar.read(model, text).is_err());
        let number = |text: String| serde_json::from_str(&text).ok().filter(Json::is_number);
        if kind.is_number(model) {
            return texts.filter_map(number).chain([json!("1")]).collect();
        }
        return texts.map(Json::String).chain([json!(1)]).collect();
    }
    match kind {
        Kind::Boolean => vec![json!("true"), Json::Null],
        Kind::Object(_) => vec![json!([]), json!("")],
        Kind::Array(item, count) => {
            let items = |count: u64| (0..count).map(|_| of_kind(model, item)).collect::<Json>();
            let mut wrong = vec![json!({})];
            wrong.extend((1..=MANY).contains(&count.min).then(|| items(count.min - 1)));
            wrong.extend((count.max < MANY).then(|| items(count.max + 1)));
            wrong.extend(self::wrong(model, item).into_iter().take(1).map(|item| json!([item])));
            wrong
        }
        Kind::Map(member, count) => {
            let members = |count: u64| (0..count).map(|index| (format!("m{index}"), of_kind(model, member)));
            let mut wrong = vec![json!([])];
            wrong.extend((1..=MANY).contains(&count.min).then(|| Json::Object(members(count.min - 1).collect())));
            wrong.extend((count.max < MANY).then(|| Json::Object(members(count.max + 1).collect())));
            wrong.extend(self::wrong(model, member).into_iter().take(1).map(|member| json!({ "m": member })));
            wrong
        }
        Kind::Nullable(inner) => self::wrong(model, inner),
        _ => Vec::new(),
    }
}

fn length(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
