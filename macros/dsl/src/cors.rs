//! What a browser may ask for from another origin: lists that follow from the declarations.

use crate::ast::Place;
use crate::model::{Field, Id, InputSource, Model};
use std::collections::BTreeSet;

/// Every header that a response may carry, save those that browsers always show.
#[must_use]
pub fn exposed(model: &Model) -> String {
    const SAFE: &[&str] = &["cache-control", "content-type"];
    let parts = model.outcomes.iter().flat_map(|outcome| &outcome.parts).chain(&model.every);
    let names = parts.map(|part| model.fields[part.field].wire.as_str()).filter(|name| !SAFE.contains(name));
    join(names)
}

/// Every header that a request may carry.
#[must_use]
pub fn allowed(model: &Model) -> String {
    let endpoints = model.resources.iter().flat_map(|resource| &resource.endpoints);
    let inputs = endpoints.flat_map(|endpoint| &endpoint.inputs);
    let fields: Vec<Id<Field>> = inputs
        .flat_map(|input| match input.source {
            InputSource::Field(field) => vec![field],
            InputSource::Group(group) => model.groups[group].members.clone(),
        })
        .chain(model.facts.iter().filter_map(|fact| fact.input))
        .collect();
    let fields = fields.iter().map(|field| &model.fields[*field]);
    join(fields.filter(|field| field.place == Place::Header).map(|field| field.wire.as_str()))
}

/// Every method.
#[must_use]
pub fn methods(model: &Model) -> String {
    let endpoints = model.resources.iter().flat_map(|resource| &resource.endpoints);
    join(endpoints.map(|endpoint| endpoint.method.as_str()).chain(["OPTIONS"]))
}

/// Each once, sorted, with commas.
fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}
