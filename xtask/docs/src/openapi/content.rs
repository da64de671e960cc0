//! Bodies of responses.

use dsl::docs_text;
use dsl::grammar::Grammar as _;
use dsl::model::{Body, Event, Events, Member, MemberKind, Model, Outcome, Presence};
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
            None if outcome.body.is_some() => vec!["*/*"],
            None => continue,
        };
        let described = match outcome.body {
            Some(Body::Events(id)) => events(model, &model.events[id]),
            Some(Body::Bytes) | None => media(None),
        };
        content.extend(media_types.into_iter().map(|media_type| (media_type.to_owned(), described.clone())));
    }
    content
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
        MemberKind::Value(id, _) => model.values[id].grammar.schema_in_quotes(model),
        MemberKind::Offset(id, _) => model.offsets[id].schema_in_quotes(model),
    };
    schema["description"] = json!(docs_text(&member.docs));
    schema
}
