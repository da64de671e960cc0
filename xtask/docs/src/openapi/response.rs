//! Responses. Outcomes with the same status are one response.

use std::collections::BTreeMap;

use dsl::model::{Model, Outcome, Resource};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::content;
use super::header::{self, Header};
use crate::operation::Operation;
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

/// The responses to an operation, by status.
pub fn of_operation(operation: &Operation, siblings: &[Operation]) -> BTreeMap<u16, Response> {
    let outcomes: Vec<&Outcome> = operation.outcomes().into_iter().map(|(_, outcome)| outcome).collect();
    let has_body = operation.method != "HEAD";
    let mut responses = by_status(operation.model, operation.resource, &outcomes, has_body);
    if let Some(vary) = header::vary(operation) {
        for response in responses.values_mut() {
            response.headers.entry("vary".to_owned()).or_insert_with(|| vary.clone());
        }
    }
    if let Some(created) = responses.get_mut(&201) {
        created.links = siblings.iter().map(|sibling| link(operation.resource, sibling)).collect();
    }
    responses
}

/// The responses to OPTIONS.
pub fn of_preflight(model: &Model, resource: &Resource) -> BTreeMap<u16, Response> {
    let mut responses = by_status(model, resource, &[], true);
    let (description, headers) =
        ("The methods and headers that a browser can send.".to_owned(), header::of_preflight(model, resource));
    responses.insert(204, Response { description, headers, content: Map::new(), links: BTreeMap::new() });
    responses
}

/// Responses by status, including the one for reserved paths.
fn by_status(model: &Model, resource: &Resource, outcomes: &[&Outcome], has_body: bool) -> BTreeMap<u16, Response> {
    let reserved = model.unrouted.as_ref().and_then(|unrouted| unrouted.reserved);
    let reserved = reserved.filter(|_| !resource.reserved.is_empty()).map(|id| &model.outcomes[id]);
    let mut statuses: BTreeMap<u16, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes.iter().copied().chain(reserved) {
        statuses.entry(outcome.status).or_default().push(outcome);
    }
    statuses.into_iter().map(|(status, outcomes)| (status, of(model, &outcomes, has_body))).collect()
}

/// One response for all outcomes with the same status.
pub fn of(model: &Model, outcomes: &[&Outcome], has_body: bool) -> Response {
    let mut described: Vec<String> = Vec::new();
    for outcome in outcomes {
        let text = format!("`{}`: {}", outcome.name, phrase::outcome(outcome));
        // Endpoints of one operation can share outcomes.
        if !described.contains(&text) {
            described.push(text);
        }
    }
    Response {
        description: described.join("\n\n"),
        headers: header::of_outcomes(model, outcomes),
        content: content::of_outcomes(model, outcomes, has_body),
        links: BTreeMap::new(),
    }
}

/// A link from a created resource to an operation of its path.
fn link(resource: &Resource, sibling: &Operation) -> (String, Json) {
    let name = sibling.id();
    let parameters: Map<_, _> = resource
        .parameters
        .iter()
        .map(|parameter| (format!("path.{}", parameter.name), json!(format!("$request.path.{}", parameter.name))))
        .collect();
    (name.clone(), json!({ "operationId": name, "parameters": parameters }))
}
