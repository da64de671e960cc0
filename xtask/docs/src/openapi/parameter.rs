//! Headers, query parameters and variable parts of paths in a request.

use dsl::EmptyBody;
use dsl::grammar::Writer;
use dsl::model::{Endpoint, Field, Group, GroupKind, Id, Input, InputSource, Need, Resource};
use dsl::{Place, docs_text};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::markdown::sentences;
use crate::operation::{Operation, Read};
use crate::{grammar, phrase};

#[derive(Serialize)]
pub struct Parameter {
    name: String,
    #[serde(rename = "in")]
    place: &'static str,
    required: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    schema: Json,
}

/// The variable parts of a resource's path.
pub fn of_path(resource: &Resource, schema: impl Fn(&dsl::model::Parameter) -> Json) -> Vec<Parameter> {
    let parameter = |parameter: &dsl::model::Parameter| Parameter {
        name: parameter.name.to_string(),
        place: "path",
        required: true,
        description: grammar::of_parameter(resource, parameter),
        schema: schema(parameter),
    };
    resource.parameters.iter().map(parameter).collect()
}

/// Headers that OpenAPI does not allow as parameters, because it describes them elsewhere (3.1.0 §4.8.12.1).
const ELSEWHERE: [&str; 3] = ["accept", "authorization", "content-type"];

/// The query parameters and headers of an operation.
pub fn of_operation(operation: &Operation) -> Vec<Parameter> {
    let selectors = operation.selectors().into_iter().map(|id| self::selector(operation, id));
    let inputs = operation.inputs().into_iter().filter(|read| {
        let field = &operation.model.fields[read.field];
        field.place == Place::Query || !ELSEWHERE.contains(&field.wire.as_str())
    });
    selectors.chain(inputs.map(|read| input(operation, &read))).collect()
}

/// The query parameter that selects the endpoint.
fn selector(operation: &Operation, id: Id<Field>) -> Parameter {
    let field = &operation.model.fields[id];
    let required = operation.endpoints.iter().all(|endpoint| endpoint.when.is_some());
    let schema = field.grammar(operation.model).schema(operation.model, Writer::Client);
    parameter(field, schema, required, sentences([docs_text(&field.docs), choices(operation, field)]))
}

fn input(operation: &Operation, read: &Read) -> Parameter {
    let (field, all) = (&operation.model.fields[read.field], operation.endpoints.len());
    let needed: Vec<_> = read.by.iter().filter(|(_, input)| requires(operation, input, read.field)).collect();
    let required = needed.len() == all;
    let mut needs: Vec<String> = read.by.iter().map(|(_, input)| phrase::need(operation.model, input)).collect();
    needs.dedup();
    let readers = (read.by.len() < all).then(|| format!("Used by {}.", names(&read.by)));
    let needed = (!needed.is_empty() && !required).then(|| format!("Required by {}.", names(needed.into_iter())));
    let texts = [docs_text(&field.docs), choices(operation, field), flag(field)].into_iter();
    // An input that is ignored if malformed can have any value.
    let lenient = read.by.iter().all(|(_, input)| matches!(input.need, Need::UnlessMalformed));
    let schema = if lenient {
        json!({ "type": "string" })
    } else {
        field.grammar(operation.model).schema(operation.model, Writer::Client)
    };
    parameter(field, schema, required, sentences(texts.chain(needs).chain(readers).chain(needed)))
}

/// Whether a request without the field is malformed.
fn requires(operation: &Operation, input: &Input, field: Id<Field>) -> bool {
    let members = input.members(operation.model);
    members.iter().any(|(own, need)| *own == field && matches!(need, Need::Required))
}

fn parameter(field: &Field, schema: Json, required: bool, description: String) -> Parameter {
    let place = if field.place == Place::Query { "query" } else { "header" };
    Parameter { name: field.wire.clone(), place, required, description, schema }
}

fn names<'a>(readers: impl IntoIterator<Item = &'a (&'a Endpoint, &'a Input)>) -> String {
    let names = readers.into_iter().map(|(endpoint, _)| format!("`{}`", endpoint.name));
    names.collect::<Vec<_>>().join(" and ")
}

/// Groups of headers that depend on each other, with their rules.
pub fn groups(operation: &Operation) -> Vec<Json> {
    let inputs = operation.endpoints.iter().flat_map(|endpoint| &endpoint.inputs);
    let groups = inputs.filter_map(|input| match input.source {
        InputSource::Group(id) => Some(&operation.model.groups[id]),
        InputSource::Field(_) => None,
    });
    let group = |group: &Group| {
        let rule = match group.kind {
            GroupKind::AllOrNone => "all-or-none",
            GroupKind::AtMostOne => "at-most-one",
            GroupKind::ExactlyOne => "exactly-one",
            GroupKind::Headed => "only-with-first",
        };
        let members = group.members.iter().map(|member| &operation.model.fields[*member].wire);
        json!({ "description": docs_text(&group.docs), "rule": rule, "members": members.collect::<Vec<_>>() })
    };
    groups.map(group).collect()
}

/// The meanings of the possible values, if they are listed.
fn choices(operation: &Operation, field: &Field) -> String {
    let grammar = field.grammar(operation.model);
    let choices = if grammar.lists_choices() { grammar.choices(operation.model).named } else { &[] };
    sentences(choices.iter().map(|choice| format!("`{}`: {}", choice.text, docs_text(&choice.docs))))
}

fn flag(field: &Field) -> String {
    match field.flag() {
        Some(text) => format!("Any value other than `{text}`, in any case, is ignored."),
        None => String::new(),
    }
}

/// The body of a request.
pub fn body(operation: &Operation) -> Option<Json> {
    let limit = operation.endpoints.iter().find_map(|endpoint| endpoint.body_limit())?;
    let limit = &operation.model.limits[limit];
    let mut content = examples(operation);
    let objects: Vec<_> = operation.endpoints.iter().filter_map(|endpoint| endpoint.body_object()).collect();
    let schema = |id| super::object::reference(&operation.model.objects[id].name.to_string());
    match &objects[..] {
        [] => drop(content.insert("*/*".to_owned(), json!({}))),
        [one] => content.entry(JSON).or_insert_with(|| json!({}))["schema"] = schema(*one),
        [..] => {
            let schemas: Vec<_> = objects.iter().map(|id| schema(*id)).collect();
            content.entry(JSON).or_insert_with(|| json!({}))["schema"] = json!({ "anyOf": schemas });
        }
    }
    let needs_body = |endpoint: &&Endpoint| endpoint.json_body().is_some_and(|json| json.empty == EmptyBody::Malformed);
    let is_required = operation.endpoints.iter().any(needs_body);
    Some(json!({
        "description": format!("At most {}.", phrase::amount(limit.amount)),
        "required": is_required,
        "content": content,
    }))
}

const JSON: &str = "application/json";

fn is_json(media: &str) -> bool {
    media == JSON || media.ends_with("+json")
}

/// The bodies of the examples, by media type.
fn examples(operation: &Operation) -> serde_json::Map<String, Json> {
    let mut content = serde_json::Map::new();
    let mut inputs = operation.inputs().into_iter().map(|read| read.field);
    let media = inputs.find(|id| operation.model.fields[*id].wire == "content-type");
    let sent = operation
        .model
        .examples
        .iter()
        .filter(|example| operation.model.outcomes[example.outcome].status < 400 && operation.is_shown_by(example));
    for (name, sent) in sent.map(|example| (example.name.to_string(), &example.send)) {
        let declared = operation.endpoints.iter().any(|endpoint| endpoint.body_object().is_some()).then_some(JSON);
        let media = media.and_then(|id| sent.value(id)).or(declared);
        let Some(media) = media.filter(|_| !sent.body.is_empty()) else { continue };
        let value = serde_json::from_str(&sent.body).ok().filter(|_| is_json(media));
        let value = value.unwrap_or_else(|| Json::String(sent.body.clone()));
        let examples = content.entry(media).or_insert_with(|| json!({ "examples": {} }));
        examples["examples"][name] = json!({ "value": value });
    }
    content
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;
    use std::path::Path;

    /// A body is shown by the examples of its own endpoints: `create` and `subscribe` are both PUT.
    #[test]
    fn a_body_is_not_shown_by_examples_of_other_resources() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let model = crate::model(&root.join("spec/durable_streams.rs")).expect("a spec that compiles");
        let document: Json = serde_json::from_str(&super::super::render(&model).expect("a document")).expect("JSON");
        let shown = |path: &str| {
            let content = &document["paths"][path]["put"]["requestBody"]["content"]["application/json"];
            content["examples"].as_object().expect("examples").contains_key("created_for_workers")
        };
        assert!(shown("/v1/stream/__ds/subscriptions/{id}"));
        assert!(!shown("/v1/stream/{path}"));
    }
}
