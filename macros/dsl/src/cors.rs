//! The values of CORS response headers, derived from the declarations.

use crate::ast::Place;
use crate::model::{Field, Id, InputSource, Model};
use std::collections::BTreeSet;

/// Returns `Access-Control-Expose-Headers`: every response header except those that browsers always expose.
#[must_use]
pub fn exposed(model: &Model) -> String {
    const SAFE: &[&str] = &["cache-control", "content-type"];
    let parts = model.outcomes.iter().flat_map(|outcome| &outcome.parts).chain(&model.every);
    let options = model.resources.iter().flat_map(|resource| &resource.options);
    let fields = parts.map(|part| part.field).chain(options.map(|announcement| announcement.field));
    join(fields.map(|field| model.fields[field].wire.as_str()).filter(|name| !SAFE.contains(name)))
}

/// Returns `Access-Control-Allow-Headers`: every header that a request may contain.
#[must_use]
pub fn allowed(model: &Model) -> String {
    join(request_headers(model).into_iter())
}

/// Every header that a request may contain, of all versions.
pub(crate) fn request_headers(model: &Model) -> BTreeSet<&str> {
    let endpoints = model.resources.iter().flat_map(|resource| &resource.endpoints);
    let inputs = endpoints.flat_map(|endpoint| &endpoint.inputs);
    let fields: Vec<Id<Field>> = inputs
        .flat_map(|input| match input.source {
            InputSource::Field(field) => vec![field],
            InputSource::Group(group) => model.groups[group].members.clone(),
        })
        .chain(model.facts.iter().filter_map(|fact| fact.input))
        .chain(model.accesses.iter().flat_map(|access| access.fields(model)))
        .collect();
    let fields = fields.iter().map(|field| &model.fields[*field]);
    fields.filter(|field| field.place == Place::Header).map(|field| field.wire.as_str()).collect()
}

/// Returns `Access-Control-Allow-Methods`.
#[must_use]
pub fn methods(model: &Model) -> String {
    let endpoints = model.resources.iter().flat_map(|resource| &resource.endpoints);
    join(endpoints.map(|endpoint| endpoint.method.as_str()).chain(["OPTIONS"]))
}

/// Joins the names, sorted and without duplicates, with commas.
fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}
