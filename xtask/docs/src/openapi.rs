//! The protocol as an OpenAPI 3.1 document.

mod callback;
mod content;
mod header;
mod object;
mod operation;
mod parameter;
mod response;
mod schema;
mod security;

use std::collections::BTreeMap;

use dsl::docs_text;
use dsl::model::{Model, Resource};
use heck::ToTitleCase as _;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::operation::Operation;

#[derive(Serialize)]
struct Document {
    openapi: &'static str,
    info: Info,
    paths: BTreeMap<String, PathItem>,
    /// Requests that the server sends.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    webhooks: BTreeMap<String, Json>,
    components: Components,
    /// Responses to requests that match no path or method.
    #[serde(rename = "x-unrouted")]
    unrouted: BTreeMap<&'static str, response::Response>,
}

#[derive(Serialize)]
struct Info {
    title: String,
    description: String,
    version: &'static str,
    license: License,
}

#[derive(Serialize)]
struct License {
    name: &'static str,
    identifier: &'static str,
}

#[derive(Serialize)]
struct PathItem {
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(flatten)]
    operations: BTreeMap<String, operation::Operation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Components {
    schemas: BTreeMap<String, Json>,
    headers: BTreeMap<String, header::Header>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    security_schemes: BTreeMap<String, Json>,
}

/// The document as JSON. Members are in the order of these structs, or sorted.
pub fn render(model: &Model) -> anyhow::Result<String> {
    let document = Document {
        openapi: "3.1.0",
        info: info(model),
        paths: model.resources.iter().map(|resource| (template(resource), path_item(model, resource))).collect(),
        webhooks: callback::webhooks(model),
        components: Components {
            schemas: [("Problem".to_owned(), problem())].into_iter().chain(object::components(model)).collect(),
            headers: header::everywhere(model),
            security_schemes: security::schemes(model),
        },
        unrouted: unrouted(model),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn info(model: &Model) -> Info {
    let protocol = model.protocol.as_ref();
    let license = env!("CARGO_PKG_LICENSE");
    Info {
        title: protocol.map_or_else(String::new, |protocol| protocol.name.to_string().to_title_case()),
        description: protocol.map_or_else(String::new, |protocol| docs_text(&protocol.docs)),
        version: env!("CARGO_PKG_VERSION"),
        license: License { name: license, identifier: license },
    }
}

/// `/v1/stream/{path}` for `/v1/stream/{path..}`.
fn template(resource: &Resource) -> String {
    resource.path.replace("..}", "}")
}

fn path_item(model: &Model, resource: &Resource) -> PathItem {
    let operations = Operation::all(model, resource);
    let mut described: BTreeMap<_, _> =
        operations.iter().map(|own| (own.method.to_ascii_lowercase(), operation::describe(own, &operations))).collect();
    described.insert("options".to_owned(), operation::preflight(model, resource));
    PathItem { description: docs_text(&resource.docs), operations: described }
}

fn unrouted(model: &Model) -> BTreeMap<&'static str, response::Response> {
    let Some(unrouted) = &model.unrouted else { return BTreeMap::new() };
    let response = |id| response::of(model, &[&model.outcomes[id]], true);
    let mut answers = BTreeMap::from([("path", response(unrouted.path)), ("method", response(unrouted.method))]);
    answers.extend(unrouted.reserved.map(|id| ("reserved", response(id))));
    if let Some(answer) = answers.get_mut("method") {
        answer.headers.insert("allow".to_owned(), header::allow(None));
    }
    answers
}

/// A problem (RFC 9457), with the member `violations` that this server adds.
fn problem() -> Json {
    json!({
        "description": "A problem (RFC 9457).",
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": { "description": "Stable identifier of the problem type.", "type": "string", "format": "uri" },
            "title": { "description": "Meaning of the problem type, the same in each response.", "type": "string" },
            "status": { "description": "Status of the response.", "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "description": "Explanation of this occurrence.", "type": "string" },
            "violations": {
                "description": "The invalid inputs.",
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["in", "name", "rule"],
                    "properties": {
                        "in": { "enum": ["header", "query", "path", "body"] },
                        "name": { "description": "Name of the header or parameter, or `body`.", "type": "string" },
                        "pointer": { "description": "JSON Pointer (RFC 6901) of the value in a JSON body.", "type": "string" },
                        "rule": { "description": "The rule that the input breaks.", "type": "string" },
                    },
                },
            },
        },
    })
}
