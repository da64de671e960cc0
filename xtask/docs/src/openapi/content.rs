//! Bodies of responses.

use super::object;
use dsl::docs_text;
use dsl::grammar::Writer;
use dsl::model::object::Kind;
use dsl::model::{Body, Event, Events, Model, Outcome, Presence};
use serde_json::{Map, Value as Json, json};

/// The content of a response that is one of several outcomes. A response to HEAD has a media type and no body.
pub fn of_outcomes(model: &Model, outcomes: &[&Outcome], has_body: bool) -> Map<String, Json> {
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
        let part = outcome.parts.iter().find(|part| model.fields[part.field].wire == "content-type");
        let media_types = match part.map(|part| &part.presence) {
            Some(Presence::Fixed(text)) => vec![text.as_str()],
            Some(Presence::Chosen(by)) => model.choices(*by).named.iter().map(|media| media.text.as_str()).collect(),
            Some(Presence::Always | Presence::Optional) => vec!["*/*"],
            None if outcome.body.is_some() => vec![outcome.json_media_type(model).unwrap_or("*/*")],
            None => continue,
        };
        let described = match outcome.body {
            Some(Body::Events(id)) => events(model, &model.events[id]),
            Some(Body::Json(id)) => media(has_body.then(|| object::reference(&model.objects[id].name.to_string()))),
            Some(Body::Error(_)) => media(has_body.then(|| error(model, outcome))),
            Some(Body::Bytes) | None => media(None),
        };
        media_types.into_iter().for_each(|media_type| insert(&mut content, media_type, described.clone()));
    }
    content
}

/// The schema of an error: its format, and the code and the members that it has.
fn error(model: &Model, outcome: &Outcome) -> Json {
    let Some((error, format)) = model.own_error(outcome) else { return json!({}) };
    let inner = &model.objects[format.inner].content.members;
    let required: Vec<&str> =
        error.members.iter().filter(|own| !own.optional).map(|own| inner[own.index].key.as_str()).collect();
    let mut schema = json!({ "properties": { &inner[format.code].key: { "const": model.code_of(error) } } });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    let mut objects = vec![format.object];
    for index in &format.path {
        let at = objects[objects.len() - 1];
        objects.extend(model.objects[at].content.members[*index].kind.object());
    }
    for (index, id) in format.path.iter().zip(&objects).rev() {
        let member = &model.objects[*id].content.members[*index];
        let item = match member.kind.or_null() {
            Kind::Array(..) => json!({ "items": schema, "maxItems": 1 }),
            _ => schema,
        };
        schema = json!({ "properties": { &member.key: item } });
    }
    schema["allOf"] = json!([object::reference(&model.objects[format.object].name.to_string())]);
    schema
}

/// Adds a body of a media type. If outcomes of one status have several, each is allowed.
fn insert(content: &mut Map<String, Json>, media_type: &str, described: Json) {
    let Some(known) = content.get_mut(media_type).filter(|known| **known != described) else {
        content.insert(media_type.to_owned(), described);
        return;
    };
    let mut schemas = match known["schema"].get_mut("anyOf").map(Json::take) {
        Some(Json::Array(schemas)) => schemas,
        _ => vec![known["schema"].take()],
    };
    schemas.push(described["schema"].clone());
    *known = if schemas.contains(&Json::Null) { json!({}) } else { json!({ "schema": { "anyOf": schemas } }) };
}

fn media(schema: Option<Json>) -> Json {
    schema.map_or_else(|| json!({}), |schema| json!({ "schema": schema }))
}

/// Server-sent events. OpenAPI 3.1 can't describe the items of a stream, so tools apply the schema to each event.
fn events(model: &Model, events: &Events) -> Json {
    let kinds: Vec<Json> = events.events.iter().map(|event| self::event(model, event)).collect();
    json!({ "schema": { "description": docs_text(&events.docs), "oneOf": kinds } })
}

fn event(model: &Model, event: &Event) -> Json {
    let data = match &event.content {
        None => json!({ "type": "string" }),
        Some(content) => {
            let object = object::of_content(model, content, Writer::Server, None);
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
