//! JSON objects as JSON Schema.

use dsl::docs_text;
use dsl::grammar::Writer;
use dsl::model::object::{
    Case, Content, Count, Kind, Member, MemberDefault, MemberGroup, MemberGroupKind, MemberNeed, Union,
};
use dsl::model::{Choice, Model};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

use crate::object::description;

/// The schemas of all declared objects and of their variants. One that requests contain is described as clients can write it.
pub fn components(model: &Model) -> BTreeMap<String, Json> {
    let (uses, mut components) = (model.object_uses(), BTreeMap::new());
    for (id, object) in model.objects.entries() {
        let writer = if uses.read.contains(&id) { Writer::Client } else { Writer::Server };
        let (content, name) = (&object.content, object.name.to_string());
        let mut schema = of_content(model, content, writer, Some(&name));
        schema["description"] = json!(docs_text(&object.docs));
        if let Some(union) = &content.union {
            let variants = variants(model, content, union, writer);
            components.extend(variants.map(|(choice, schema)| (variant_name(&name, choice), schema)));
        }
        components.insert(name, schema);
    }
    components
}

/// The name of the schema of a variant of an object.
fn variant_name(object: &str, choice: &Choice) -> String {
    format!("{object}.{}", choice.name)
}

/// A reference to the schema of a declared object.
pub fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The schema of an object that `writer` sends. `name` is that of a declared object.
pub fn of_content(model: &Model, content: &Content, writer: Writer, name: Option<&str>) -> Json {
    let properties: Map<_, _> =
        content.members.iter().map(|own| (own.key.clone(), of_member(model, own, writer))).collect();
    let mut schema =
        json!({ "type": "object", "required": required(&content.members, writer), "properties": properties });
    let rules = content.groups.iter().map(|group| of_group(content, group));
    let unions = content.union.iter().map(|union| of_union(model, content, union, writer, name));
    let rules: Vec<Json> = rules.chain(unions).collect();
    match rules.len() {
        0 => {}
        1 => schema
            .as_object_mut()
            .into_iter()
            .for_each(|schema| schema.extend(rules[0].as_object().cloned().unwrap_or_default())),
        _ => schema["allOf"] = json!(rules),
    }
    if content.refuses_unknown {
        schema["unevaluatedProperties"] = json!(false);
    }
    schema
}

/// The names of the members that are always present.
fn required(members: &[Member], writer: Writer) -> Vec<&str> {
    let always = |member: &&Member| match member.need {
        MemberNeed::Always => true,
        MemberNeed::Default(_) => writer == Writer::Server,
        MemberNeed::Optional | MemberNeed::Flag => false,
    };
    members.iter().filter(always).map(|member| member.key.as_str()).collect()
}

fn of_member(model: &Model, member: &Member, writer: Writer) -> Json {
    let mut schema = match member.need {
        MemberNeed::Flag if writer == Writer::Server => json!({ "const": true }),
        _ => of_kind(model, &member.kind, writer),
    };
    if let MemberNeed::Default(default) = &member.need {
        schema["default"] = match default {
            MemberDefault::Boolean(value) => json!(value),
            MemberDefault::Constant(constant) => match constant.text.parse::<u64>() {
                Ok(number) if member.kind.is_number(model) => json!(number),
                _ => json!(constant.text),
            },
        };
    }
    let docs = description(model, member);
    if !docs.is_empty() {
        schema["description"] = json!(docs);
    }
    schema
}

fn of_kind(model: &Model, kind: &Kind, writer: Writer) -> Json {
    if let Some(grammar) = kind.grammar(model) {
        return if kind.is_number(model) { grammar.schema(model, writer) } else { grammar.schema_in_quotes(model) };
    }
    match kind {
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Object(id) => reference(&model.objects[*id].name.to_string()),
        Kind::Array(item, Count { min, max }) => {
            json!({ "type": "array", "minItems": min, "maxItems": max, "items": of_kind(model, item, writer) })
        }
        Kind::Map(member, Count { min, max }) => {
            let members = of_kind(model, member, writer);
            json!({ "type": "object", "minProperties": min, "maxProperties": max, "additionalProperties": members })
        }
        Kind::Nullable(inner) => json!({ "anyOf": [of_kind(model, inner, writer), { "type": "null" }] }),
        _ => json!({}),
    }
}

fn of_group(content: &Content, group: &MemberGroup) -> Json {
    let keys = content.keys(group);
    let each: Vec<Json> = group.members.iter().map(|index| given(&content.members[*index])).collect();
    match group.kind {
        MemberGroupKind::AtLeastOne => json!({ "anyOf": each }),
        MemberGroupKind::ExactlyOne => json!({ "oneOf": each }),
        MemberGroupKind::AtMostOne => {
            let keys = &keys;
            let others =
                |index: usize| keys[index + 1..].iter().map(move |other| json!({ "required": [keys[index], other] }));
            json!({ "not": { "anyOf": (0..keys.len()).flat_map(others).collect::<Vec<_>>() } })
        }
        MemberGroupKind::AllOrNone => {
            let others = |key: &&str| keys.iter().filter(|other| *other != key).copied().collect::<Vec<_>>();
            let dependent: Map<_, _> = keys.iter().map(|key| ((*key).to_owned(), json!(others(key)))).collect();
            json!({ "dependentRequired": dependent })
        }
    }
}

/// The schema of an object with this member. An empty array does not count.
fn given(member: &Member) -> Json {
    match &member.kind {
        Kind::Array(_, Count { min: 0, .. }) => {
            json!({ "required": [member.key], "properties": { &member.key: { "minItems": 1 } } })
        }
        _ => json!({ "required": [member.key] }),
    }
}

/// One schema for each variant. Those of a declared object have names, so that a value can select one.
fn of_union(model: &Model, content: &Content, union: &Union, writer: Writer, name: Option<&str>) -> Json {
    let variants = variants(model, content, union, writer);
    let Some(name) = name else {
        return json!({ "oneOf": variants.map(|(_, schema)| schema).collect::<Vec<_>>() });
    };
    let named = variants.map(|(choice, _)| (choice.text.clone(), reference(&variant_name(name, choice))));
    let named: Vec<_> = named.collect();
    let mapping: Map<_, _> = named.iter().map(|(text, reference)| (text.clone(), reference["$ref"].clone())).collect();
    let each: Vec<_> = named.into_iter().map(|(_, reference)| reference).collect();
    let tag = &content.members[union.tag].key;
    json!({ "oneOf": each, "discriminator": { "propertyName": tag, "mapping": mapping } })
}

/// The variants of an object: each with the value that selects it.
fn variants<'a>(
    model: &'a Model,
    content: &'a Content,
    union: &'a Union,
    writer: Writer,
) -> impl Iterator<Item = (&'a Choice, Json)> {
    let tag = &content.members[union.tag];
    let choices = tag.kind.grammar(model).map(|grammar| grammar.choices(model).named).unwrap_or_default();
    choices.iter().zip(&union.cases).map(move |(choice, Case { members, .. })| {
        let mut properties = Map::from_iter([(tag.key.clone(), json!({ "const": choice.text }))]);
        properties.extend(members.iter().map(|own| (own.key.clone(), of_member(model, own, writer))));
        (choice, json!({ "required": required(members, writer), "properties": properties }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_lite::Regex;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The members of an object that a schema describes; `None` if the value does not match it. Supports the keywords used here.
    fn described(schemas: &BTreeMap<String, Json>, schema: &Json, value: &Json) -> Option<BTreeSet<String>> {
        let mut known: BTreeSet<String> = BTreeSet::new();
        let each = |schema: &Json| -> Vec<Json> { schema.as_array().cloned().unwrap_or_default() };
        let of = |schema: &Json, value: &Json| described(schemas, schema, value);
        let has = |key: &Json| {
            value.as_object().is_none_or(|members| key.as_str().is_some_and(|key| members.contains_key(key)))
        };
        let size = |value: &Json| match value {
            Json::String(text) => text.chars().count() as u64,
            Json::Array(items) => items.len() as u64,
            Json::Object(members) => members.len() as u64,
            _ => 0,
        };
        for (word, rule) in schema.as_object()? {
            let least = || rule.as_u64().is_some_and(|least| size(value) >= least);
            let most = || rule.as_u64().is_some_and(|most| size(value) <= most);
            let matches = match (word.as_str(), value) {
                ("description" | "default" | "format" | "unevaluatedProperties" | "discriminator", _) => true,
                ("$ref", _) => {
                    let name = rule.as_str()?.rsplit('/').next()?;
                    known.extend(of(schemas.get(name)?, value)?);
                    true
                }
                ("type", _) => match rule.as_str()? {
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    "null" => value.is_null(),
                    "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
                    other => panic!("unsupported type {other}"),
                },
                ("const", _) => rule == value,
                ("enum", _) => each(rule).contains(value),
                ("minimum", Json::Number(number)) => number.as_f64() >= rule.as_f64(),
                ("maximum", Json::Number(number)) => number.as_f64() <= rule.as_f64(),
                ("pattern", Json::String(text)) => Regex::new(rule.as_str()?).expect("a pattern").is_match(text),
                ("minLength", Json::String(_)) | ("minItems", Json::Array(_)) | ("minProperties", Json::Object(_)) => {
                    least()
                }
                ("maxLength", Json::String(_)) | ("maxItems", Json::Array(_)) | ("maxProperties", Json::Object(_)) => {
                    most()
                }
                ("items", Json::Array(items)) => items.iter().all(|item| of(rule, item).is_some()),
                ("additionalProperties", Json::Object(members)) => {
                    members.values().all(|member| of(rule, member).is_some())
                }
                ("required", _) => each(rule).iter().all(has),
                ("properties", Json::Object(members)) => rule.as_object()?.iter().all(|(key, schema)| {
                    let Some(member) = members.get(key) else { return true };
                    known.insert(key.clone());
                    of(schema, member).is_some()
                }),
                ("dependentRequired", Json::Object(members)) => rule
                    .as_object()?
                    .iter()
                    .all(|(key, others)| !members.contains_key(key) || each(others).iter().all(has)),
                ("not", _) => of(rule, value).is_none(),
                ("allOf" | "anyOf" | "oneOf", _) => {
                    let matching: Vec<_> = each(rule).iter().filter_map(|schema| of(schema, value)).collect();
                    let count = matching.len();
                    known.extend(matching.into_iter().flatten());
                    match word.as_str() {
                        "allOf" => count == each(rule).len(),
                        "anyOf" => count > 0,
                        _ => count == 1,
                    }
                }
                ("minimum" | "maximum" | "pattern" | "items" | "additionalProperties" | "properties", _)
                | ("minLength" | "minItems" | "minProperties" | "maxLength" | "maxItems" | "maxProperties", _)
                | ("dependentRequired", _) => true,
                (word, _) => panic!("unsupported keyword {word}"),
            };
            if !matches {
                return None;
            }
        }
        let refuses = schema["unevaluatedProperties"] == json!(false);
        let more = value.as_object().is_some_and(|members| members.keys().any(|key| !known.contains(key)));
        (!refuses || !more).then_some(known)
    }

    /// A generator finds the variant of an object by the value of one member.
    #[test]
    fn a_member_selects_the_variant() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let model = crate::model(&root.join("macros/tests/hooks/protocol.rs")).expect("a spec that compiles");
        let schemas = components(&model);
        let unions = schemas.values().flat_map(|schema| {
            let rules = schema["allOf"].as_array().into_iter().flatten();
            rules.chain([schema]).map(|rule| &rule["discriminator"]).filter(|rule| rule.is_object())
        });
        let unions: Vec<_> = unions.collect();
        assert!(!unions.is_empty());
        for union in unions {
            let member = union["propertyName"].as_str().expect("a name");
            for (text, schema) in union["mapping"].as_object().expect("the variants") {
                let name = schema.as_str().and_then(|schema| schema.strip_prefix("#/components/schemas/"));
                let schema = &schemas[name.expect("a reference")];
                assert_eq!(schema["properties"][member]["const"], text.as_str());
            }
        }
    }

    #[test]
    fn schemas_say_what_objects_say() {
        for path in ["macros/tests/hooks/protocol.rs", "macros/tests/subscriptions/protocol.rs"] {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
            let model = crate::model(&root.join(path)).expect("a spec that compiles");
            let schemas = components(&model);
            let uses = model.object_uses();
            for (_, object) in model.objects.entries().filter(|(id, _)| uses.read.contains(id)) {
                let schema = &schemas[&object.name.to_string()];
                let matches = |json: &Json| described(&schemas, schema, json).is_some();
                let sample = dsl::json::sample(&model, &object.content);
                assert!(matches(&sample), "{sample} is a {}: {schema}", object.name);
                for malformed in dsl::json::malformed(&model, &object.content) {
                    // A schema does not see a name twice, nor what is approximate: dates, and paths.
                    let approximate =
                        ["until", "twin", "stream", "path"].iter().any(|name| malformed.what.starts_with(name));
                    let approximate =
                        approximate || malformed.what == "a name twice" || malformed.what.starts_with("wake_stream");
                    let Ok(json) = serde_json::from_str::<Json>(&malformed.text) else { continue };
                    assert!(
                        approximate || !matches(&json),
                        "{} of {}: {json} by {schema}",
                        malformed.what,
                        object.name
                    );
                }
            }
        }
    }
}
