//! What comes back: outcomes of one status are one response.

use std::collections::{BTreeMap, BTreeSet};

use dsl::ast::docs_text;
use dsl::model::{Body, Event, Events, Field, Member, MemberKind, Model, Outcome, Part, Presence, Resource};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::schema::{self, Side};
use crate::operation::{Operation, media_part};
use crate::phrase;

#[derive(Serialize)]
pub struct Response {
    description: String,
    pub headers: BTreeMap<String, Header>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    content: Map<String, Json>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    links: BTreeMap<String, Json>,
}

/// A header, or where it is described.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub enum Header {
    Elsewhere {
        #[serde(rename = "$ref")]
        place: String,
    },
    Here {
        #[serde(skip_serializing_if = "String::is_empty")]
        description: String,
        required: bool,
        schema: Json,
    },
}

/// The responses to an operation, by their statuses.
pub fn of_operation(operation: &Operation, siblings: &[Operation]) -> BTreeMap<u16, Response> {
    let outcomes: Vec<&Outcome> = operation.outcomes().into_iter().map(|(_, outcome)| outcome).collect();
    let has_body = operation.method != "HEAD";
    let mut responses = by_status(operation.model, operation.resource, &outcomes, has_body);
    if let Some(created) = responses.get_mut(&201) {
        created.links = siblings.iter().map(|sibling| link(operation.resource, sibling)).collect();
    }
    responses
}

/// The responses to OPTIONS.
pub fn of_preflight(model: &Model, resource: &Resource) -> BTreeMap<u16, Response> {
    let mut responses = by_status(model, resource, &[], true);
    let mut headers = references(model);
    headers.insert("allow".to_owned(), allow(Some(resource)));
    if let Some(cors) = &model.cors {
        let description = "Seconds for which a browser need not ask again.";
        headers.insert("access-control-max-age".to_owned(), constant(description, &cors.max_age_s.to_string()));
    }
    let description = "What may be sent.".to_owned();
    responses.insert(204, Response { description, headers, content: Map::new(), links: BTreeMap::new() });
    responses
}

/// `Allow`, with the methods of a resource, or of any.
pub fn allow(resource: Option<&Resource>) -> Header {
    let description = "The methods that the resource takes.";
    match resource {
        Some(resource) => constant(description, &resource.allow()),
        None => here(description.to_owned(), true, json!({ "type": "string" })),
    }
}

/// Outcomes by their statuses, and that a path may be reserved.
fn by_status(model: &Model, resource: &Resource, outcomes: &[&Outcome], has_body: bool) -> BTreeMap<u16, Response> {
    let reserved = model.unrouted.as_ref().and_then(|unrouted| unrouted.reserved);
    let reserved = reserved.filter(|_| !resource.reserved.is_empty()).map(|id| &model.outcomes[id]);
    let mut statuses: BTreeMap<u16, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes.iter().copied().chain(reserved) {
        statuses.entry(outcome.status).or_default().push(outcome);
    }
    statuses.into_iter().map(|(status, outcomes)| (status, of(model, &outcomes, has_body))).collect()
}

/// One response for outcomes of one status.
pub fn of(model: &Model, outcomes: &[&Outcome], has_body: bool) -> Response {
    let described = |outcome: &&Outcome| format!("`{}`: {}", outcome.name, phrase::outcome(outcome));
    let mut headers = references(model);
    for (field, parts) in parts(model, outcomes) {
        // Described by the content, and only there (OpenAPI 3.1.0 §4.8.17.1).
        if field.wire != "content-type" {
            headers.insert(field.wire.clone(), header(model, field, &parts, outcomes.len()));
        }
    }
    Response {
        description: outcomes.iter().map(described).collect::<Vec<_>>().join("\n\n"),
        headers,
        content: content(model, outcomes, has_body),
        links: BTreeMap::new(),
    }
}

/// The headers of several outcomes, each with its part in those that have it.
fn parts<'a>(model: &'a Model, outcomes: &[&'a Outcome]) -> Vec<(&'a Field, Vec<&'a Part>)> {
    let mut fields: Vec<(&Field, Vec<&Part>)> = Vec::new();
    for part in outcomes.iter().flat_map(|outcome| &outcome.parts) {
        let field = &model.fields[part.field];
        match fields.iter_mut().find(|(known, _)| known.name == field.name) {
            Some((_, parts)) => parts.push(part),
            None => fields.push((field, vec![part])),
        }
    }
    fields
}

/// A header of `count` outcomes: required if each of them always sends it.
fn header(model: &Model, field: &Field, parts: &[&Part], count: usize) -> Header {
    let always = parts.iter().filter(|part| !matches!(part.presence, Presence::Optional)).count();
    let fixed = parts.iter().map(|part| match &part.presence {
        Presence::Fixed(text) => Some(text.as_str()),
        Presence::Always | Presence::Optional => None,
    });
    let schema = match fixed.collect::<Option<BTreeSet<&str>>>() {
        Some(texts) => one_of(model, field, &texts),
        None => schema::of_field(model, field, Side::Response),
    };
    here(docs_text(&field.docs), always == count, schema)
}

/// A few values of a header. Without the type, a reader of a header would take a number for a text.
fn one_of(model: &Model, field: &Field, texts: &BTreeSet<&str>) -> Json {
    let number = schema::of_field(model, field, Side::Response)["type"] == "integer";
    let value = |text: &&str| match text.parse::<u64>() {
        Ok(value) if number => json!(value),
        _ => json!(text),
    };
    let values: Vec<Json> = texts.iter().map(value).collect();
    let kind = if number { "integer" } else { "string" };
    match &values[..] {
        [value] => json!({ "type": kind, "const": value }),
        _ => json!({ "type": kind, "enum": values }),
    }
}

fn here(description: String, required: bool, schema: Json) -> Header {
    Header::Here { description, required, schema }
}

fn constant(description: &str, text: &str) -> Header {
    here(description.to_owned(), true, json!({ "type": "string", "const": text }))
}

/// The headers that all responses have, by name.
pub fn everywhere(model: &Model) -> BTreeMap<String, Header> {
    let own = model.every.iter().map(|part| {
        let field = &model.fields[part.field];
        (field.wire.clone(), header(model, field, &[part], 1))
    });
    let mut headers: BTreeMap<_, _> = own.collect();
    if let Some(cors) = &model.cors {
        let mut add = |name: &str, description, text: &str| {
            headers.insert(format!("access-control-{name}"), constant(description, text));
        };
        add("allow-origin", "Whose scripts may read the response.", &cors.origin);
        add("allow-methods", "The methods that a script may use.", &dsl::cors::methods(model));
        add("allow-headers", "The headers that a script may send.", &dsl::cors::allowed(model));
        add("expose-headers", "The headers that a script may read.", &dsl::cors::exposed(model));
    }
    headers
}

fn references(model: &Model) -> BTreeMap<String, Header> {
    let reference = |name: String| {
        let place = format!("#/components/headers/{name}");
        (name, Header::Elsewhere { place })
    };
    everywhere(model).into_keys().map(reference).collect()
}

fn content(model: &Model, outcomes: &[&Outcome], has_body: bool) -> Map<String, Json> {
    let mut content = Map::new();
    let problems: Vec<_> = outcomes.iter().filter(|outcome| outcome.problem.is_some()).collect();
    if !problems.is_empty() {
        let types: Vec<_> = problems.iter().filter_map(|outcome| model.problem_type(outcome)).collect();
        let schema = json!({
            "allOf": [{ "$ref": "#/components/schemas/Problem" }],
            "properties": { "type": { "enum": types }, "status": { "const": problems[0].status } },
        });
        content.insert("application/problem+json".to_owned(), media(has_body.then_some(schema)));
    }
    for outcome in outcomes.iter().filter(|outcome| outcome.problem.is_none()) {
        let fixed = media_part(model, outcome).map(|part| match &part.presence {
            Presence::Fixed(text) => text.as_str(),
            Presence::Always | Presence::Optional => "*/*",
        });
        match (fixed, outcome.body) {
            (media_type, Some(Body::Events(id))) => {
                content.insert(media_type.unwrap_or("*/*").to_owned(), events(model, &model.events[id]));
            }
            (media_type, Some(Body::Bytes)) => {
                content.insert(media_type.unwrap_or("*/*").to_owned(), media(None));
            }
            (Some(media_type), None) => {
                content.entry(media_type).or_insert(media(None));
            }
            (None, None) => {}
        }
    }
    content
}

fn media(schema: Option<Json>) -> Json {
    schema.map_or_else(|| json!({}), |schema| json!({ "schema": schema }))
}

/// Server-sent events. As OpenAPI 3.1 has no word for what a stream consists of, its tools take the schema of one for that
/// of each event.
fn events(model: &Model, events: &Events) -> Json {
    let kinds: Vec<Json> = events.events.iter().map(|event| self::event(model, event)).collect();
    json!({ "schema": { "description": docs_text(&events.docs), "oneOf": kinds } })
}

fn event(model: &Model, event: &Event) -> Json {
    let data = match &event.members {
        None => json!({ "type": "string" }),
        Some(members) => {
            let required = members.iter().filter(|member| is_always(&member.kind));
            let required: Vec<_> = required.map(Member::key).collect();
            let properties: Map<_, _> = members.iter().map(|member| (member.key(), of_member(model, member))).collect();
            let object = json!({ "type": "object", "required": required, "properties": properties });
            json!({ "type": "string", "contentMediaType": "application/json", "contentSchema": object })
        }
    };
    json!({
        "description": docs_text(&event.docs),
        "type": "object",
        "required": ["event", "data"],
        "properties": { "event": { "const": event.wire }, "data": data },
    })
}

fn is_always(kind: &MemberKind) -> bool {
    matches!(kind, MemberKind::Value(_, false) | MemberKind::Offset(_, false))
}

fn of_member(model: &Model, member: &Member) -> Json {
    let mut schema = match member.kind {
        MemberKind::Flag => json!({ "const": true }),
        MemberKind::Value(id, _) => schema::in_quotes(&model.values[id]),
        MemberKind::Offset(id, _) => schema::of_offset(&model.offsets[id]),
    };
    schema["description"] = json!(docs_text(&member.docs));
    schema
}

/// What can be done next with what has been created: all that can be done at its path.
fn link(resource: &Resource, sibling: &Operation) -> (String, Json) {
    let name = sibling.plain().name.to_string();
    let parameters: Map<_, _> = resource
        .parameters
        .iter()
        .map(|parameter| (format!("path.{}", parameter.name), json!(format!("$request.path.{}", parameter.name))))
        .collect();
    (name.clone(), json!({ "operationId": name, "parameters": parameters }))
}
