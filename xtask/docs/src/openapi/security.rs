//! Security schemes, and the credentials that operations require.

use std::collections::BTreeMap;

use dsl::model::access::{Access, Permissions};
use dsl::model::{Endpoint, Field, Id, InputSource, Model, Need};
use dsl::{Place, docs_text};
use serde_json::{Map, Value as Json, json};

use crate::operation::Operation;

/// The schemes of all kinds of credentials, by the names of their headers and query parameters.
pub fn schemes(model: &Model) -> BTreeMap<String, Json> {
    let operations = model.resources.iter().flat_map(|resource| Operation::all(model, resource));
    let read = operations.filter_map(|operation| undeclared(&operation).map(|(id, _)| id));
    let declared = model.accesses.iter().flat_map(|access| access.fields(model));
    declared
        .chain(read)
        .map(|id| &model.fields[id])
        .map(|field| (field.name.to_string(), scheme(model, field)))
        .collect()
}

fn scheme(model: &Model, field: &Field) -> Json {
    let description = docs_text(&field.docs);
    match field.grammar(model).scheme() {
        Some(scheme) if field.wire == "authorization" => {
            json!({ "type": "http", "scheme": scheme.to_ascii_lowercase(), "description": description })
        }
        _ => {
            let place = if field.place == Place::Query { "query" } else { "header" };
            json!({ "type": "apiKey", "in": place, "name": field.wire, "description": description })
        }
    }
}

/// The credentials that requests of an operation require; an empty list if there are none.
pub fn of_operation(operation: &Operation) -> Vec<Json> {
    if let Some((id, required)) = undeclared(operation) {
        let with = json!({ operation.model.fields[id].name.to_string(): [] });
        return if required { vec![with] } else { vec![json!({}), with] };
    }
    let mut requirements: Vec<Json> = Vec::new();
    for endpoint in &operation.endpoints {
        for requirement in of_endpoint(operation.model, endpoint) {
            if !requirements.contains(&requirement) {
                requirements.push(requirement);
            }
        }
    }
    requirements
}

fn of_endpoint(model: &Model, endpoint: &Endpoint) -> Vec<Json> {
    match &endpoint.permissions {
        Permissions::Undeclared | Permissions::Public => Vec::new(),
        Permissions::Restricted(id, needs) => {
            let access = &model.accesses[*id];
            // The operations that every request needs.
            let always = needs.iter().filter(|need| need.condition.is_none());
            let roles: Vec<_> = always.map(|need| access.operations[need.operation].name.to_string()).collect();
            let roles = if access.denied.is_some() { roles } else { Vec::new() };
            requirements(model, access, &roles)
        }
    }
}

/// One requirement for each kind of credentials. All parts of a kind are required together.
fn requirements(model: &Model, access: &Access, roles: &[String]) -> Vec<Json> {
    let kind = |source: &InputSource| {
        let names = model.fields_of(*source).into_iter().map(|id| model.fields[id].name.to_string());
        Json::Object(names.map(|name| (name, json!(roles))).collect::<Map<_, _>>())
    };
    let none = access.accepts_none.then(|| json!({}));
    none.into_iter().chain(access.credentials.iter().map(kind)).collect()
}

/// The credentials that an operation reads as an input, in a spec without an access, and whether they are required.
fn undeclared(operation: &Operation) -> Option<(Id<Field>, bool)> {
    operation.inputs().into_iter().find_map(|read| {
        operation.model.fields[read.field].grammar(operation.model).scheme()?;
        Some((read.field, read.by.iter().all(|(_, input)| matches!(input.need, Need::Required))))
    })
}
