//! Lists of streams: random ones against a reference, what is listed when, filters, and the rows that it takes.

#[path = "lists/cost.rs"]
mod cost;
#[path = "lists/filters.rs"]
mod filters;
#[path = "lists/labels.rs"]
mod labels;
#[path = "lists/model.rs"]
mod model;
#[path = "lists/moments.rs"]
mod moments;
#[path = "lists/permissions.rs"]
mod permissions;
#[path = "lists/setup.rs"]
mod setup;
