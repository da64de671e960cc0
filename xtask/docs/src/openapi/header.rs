//! Headers of responses.

use std::collections::{BTreeMap, BTreeSet};

use crate::operation::Operation;
use dsl::docs_text;
use dsl::grammar::Writer;
use dsl::model::{Announced, Announcement, Endpoint, Field, Model, Outcome, Part, Presence, Resource};
use serde::Serialize;
use serde_json::{Value as Json, json};

/// A header, or a reference to its description.
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

/// The headers of a response that is one of several outcomes.
pub fn of_outcomes(model: &Model, outcomes: &[&Outcome]) -> BTreeMap<String, Header> {
    let mut headers = references(model);
    for (field, parts) in parts(model, outcomes) {
        // The content describes it (OpenAPI 3.1.0 §4.8.17.1).
        if field.wire != "content-type" {
            headers.insert(field.wire.clone(), header(model, field, &parts, outcomes.len()));
        }
    }
    headers
}

/// The headers of the response to OPTIONS.
pub fn of_preflight(model: &Model, resource: &Resource) -> BTreeMap<String, Header> {
    let mut headers = references(model);
    headers.insert("allow".to_owned(), allow(Some(resource)));
    for Announcement { field, value } in &resource.options {
        let field = &model.fields[*field];
        let schema = match value {
            Announced::Text(text) => one_of(model, field, &BTreeSet::from([text.as_str()])),
            Announced::Limit(_) => field.grammar(model).schema(model, Writer::Server),
        };
        headers.insert(field.wire.clone(), here(docs_text(&field.docs), true, schema));
    }
    if let Some(cors) = &model.cors {
        let mut add = |name: &str, description, text: &str| {
            headers.insert(format!("access-control-{name}"), constant(description, text));
        };
        add("allow-methods", "Methods that a script can use.", &dsl::cors::methods(model));
        add("allow-headers", "Headers that a script can send.", &dsl::cors::allowed(model));
        add("max-age", "Seconds for which a browser can reuse the response.", &cors.max_age_s.to_string());
    }
    headers
}

/// `Allow`, with the methods of a resource, or with any methods.
pub fn allow(resource: Option<&Resource>) -> Header {
    let description = "Methods that the resource supports.";
    match resource {
        Some(resource) => constant(description, &resource.allow()),
        None => here(description.to_owned(), true, json!({ "type": "string" })),
    }
}

/// `Vary`, if a header of the request chooses the media type of a response. Other endpoints of the operation do not send it.
pub fn vary(operation: &Operation) -> Option<Header> {
    let by = |endpoint: &Endpoint| -> BTreeSet<String> {
        endpoint.varies_by(operation.model).map(|field| field.wire.clone()).collect()
    };
    let names: BTreeSet<String> = operation.endpoints.iter().flat_map(|endpoint| by(endpoint)).collect();
    let always = operation.endpoints.iter().all(|endpoint| by(endpoint) == names);
    let schema = json!({ "type": "string", "const": Vec::from_iter(names.clone()).join(", ") });
    let description = "Headers of the request that caches must compare.".to_owned();
    (!names.is_empty()).then(|| here(description, always, schema))
}

/// The headers of all responses, by name.
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
        add("allow-origin", "Origins whose scripts can read the response.", &cors.origin);
        add("expose-headers", "Headers that a script can read.", &dsl::cors::exposed(model));
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

/// The headers of several outcomes, each with its declarations in those outcomes.
fn parts<'a>(model: &'a Model, outcomes: &[&'a Outcome]) -> Vec<(&'a Field, Vec<&'a Part>)> {
    let mut fields: Vec<(&Field, Vec<&Part>)> = Vec::new();
    for part in outcomes.iter().flat_map(|outcome| &outcome.parts) {
        let field = &model.fields[part.field];
        match fields.iter_mut().find(|(listed, _)| listed.name == field.name) {
            Some((_, parts)) => parts.push(part),
            None => fields.push((field, vec![part])),
        }
    }
    fields
}

/// A header of `count` outcomes. It is required if each of them always sends it.
fn header(model: &Model, field: &Field, parts: &[&Part], count: usize) -> Header {
    let always = parts.iter().filter(|part| !matches!(part.presence, Presence::Optional)).count();
    let fixed = parts.iter().map(|part| match &part.presence {
        Presence::Fixed(text) => Some(text.as_str()),
        Presence::Always | Presence::Optional | Presence::Chosen(_) => None,
    });
    let schema = match fixed.collect::<Option<BTreeSet<&str>>>() {
        Some(texts) => one_of(model, field, &texts),
        None => field.grammar(model).schema(model, Writer::Server),
    };
    here(docs_text(&field.docs), always == count, schema)
}

/// The possible values of a header. The schema states the type, because numbers and texts look the same in a header.
fn one_of(model: &Model, field: &Field, texts: &BTreeSet<&str>) -> Json {
    let number = field.grammar(model).schema(model, Writer::Server)["type"] == "integer";
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
