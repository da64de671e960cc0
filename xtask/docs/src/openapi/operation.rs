//! Operations of a path.

use std::collections::BTreeMap;

use dsl::docs_text;
use dsl::model::{Atom, Endpoint, Line, Model, Resource};
use heck::ToSnakeCase as _;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::parameter::{self, Parameter};
use super::response::{self, Response};
use super::{schema, security};
use crate::phrase;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    operation_id: String,
    tags: [String; 1],
    summary: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    security: Vec<Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<Parameter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_body: Option<Json>,
    responses: BTreeMap<u16, Response>,
    /// Headers that depend on each other, which OpenAPI can't express.
    #[serde(rename = "x-groups", skip_serializing_if = "Vec::is_empty")]
    groups: Vec<Json>,
    /// The refusals of each endpoint. The first condition that holds decides the response.
    #[serde(rename = "x-precedence", skip_serializing_if = "BTreeMap::is_empty")]
    precedence: BTreeMap<String, Vec<Json>>,
}

/// Describes an operation. `siblings` are all operations of its path, itself included.
pub fn describe(operation: &crate::operation::Operation, siblings: &[crate::operation::Operation]) -> Operation {
    let model = operation.model;
    let plain = operation.plain();
    let docs = docs_text(&plain.docs);
    let (summary, rest) = phrase::summary(&docs);
    Operation {
        operation_id: operation.id(),
        tags: [operation.resource.name.to_string()],
        summary: summary.to_owned(),
        description: if operation.endpoints.len() > 1 {
            endpoints(model, &operation.endpoints)
        } else {
            rest.to_owned()
        },
        security: security::of_operation(operation),
        parameters: parameter::of_path(operation.resource, schema::of_parameter)
            .into_iter()
            .chain(parameter::of_operation(operation))
            .collect(),
        request_body: parameter::body(operation),
        responses: response::of_operation(operation, siblings),
        groups: parameter::groups(operation),
        precedence: (operation.endpoints.iter())
            .map(|endpoint| (endpoint.name.to_string(), refusals(model, endpoint)))
            .collect(),
    }
}

/// The CORS preflight request of a browser.
pub fn preflight(model: &Model, resource: &Resource) -> Operation {
    Operation {
        operation_id: format!("{}_preflight", resource.name.to_string().to_snake_case()),
        tags: [resource.name.to_string()],
        summary: "Returns the methods and headers that a browser can send from another origin.".to_owned(),
        description: String::new(),
        security: Vec::new(),
        // The server does not check the path of a preflight request.
        parameters: parameter::of_path(resource, |_| json!({ "type": "string" })),
        request_body: None,
        responses: response::of_preflight(model, resource),
        groups: Vec::new(),
        precedence: BTreeMap::new(),
    }
}

/// The endpoints, each with the query parameter that selects it.
fn endpoints(model: &Model, endpoints: &[&Endpoint]) -> String {
    let line = |endpoint: &&Endpoint| {
        let when = match endpoint.when {
            Some(when) => format!("`{}`", phrase::when(model, when)),
            None => "Otherwise".to_owned(),
        };
        format!("{when}: `{}`. {}", endpoint.name, docs_text(&endpoint.docs))
    };
    let (plain, selected): (Vec<_>, Vec<_>) = endpoints.iter().partition(|endpoint| endpoint.when.is_none());
    selected.iter().chain(&plain).map(line).collect::<Vec<_>>().join("\n\n")
}

fn refusals(model: &Model, endpoint: &Endpoint) -> Vec<Json> {
    // A failure can happen at any time.
    let refusals = endpoint.lines.iter().filter(|line| line.refuses && !line.condition.is(Atom::Failure));
    let last = endpoint.lines.iter().filter(|line| line.condition.is(Atom::Failure));
    let refusal = |line: &Line| {
        let outcome = &model.outcomes[line.outcome];
        let when = phrase::condition(model, &line.condition);
        let mut refusal = json!({ "when": when, "outcome": outcome.name.to_string(), "status": outcome.status });
        if let Some(kind) = model.problem_type(outcome) {
            refusal["type"] = json!(kind);
        }
        if let Some((_, code)) = model.code_at(outcome) {
            refusal["code"] = json!(code);
        }
        refusal
    };
    refusals.chain(last).map(refusal).collect()
}
