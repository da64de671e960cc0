//! The protocol as a manual.

mod endpoint;
mod exchange;
mod reference;

use dsl::ast::docs_text;
use dsl::model::{Endpoint, Model, Resource};
use heck::ToTitleCase as _;

use crate::markdown::{code, link, sentences, table};
use crate::{grammar, phrase};

/// The manual as Markdown.
pub fn render(model: &Model, spec: &str) -> String {
    let mut text = beginning(model, spec);
    text += "## At a glance\n\n";
    text += &glance(model);
    for (index, resource) in model.resources.iter().enumerate() {
        text += &self::resource(resource);
        for (position, endpoint) in resource.endpoints.iter().enumerate() {
            text += &endpoint::section(model, resource, endpoint, (index, position));
        }
    }
    text += &endpoint::elsewhere(model);
    text += &reference::sections(model);
    text.trim_end().to_owned() + "\n"
}

/// The heading of an endpoint's section.
fn heading(resource: &Resource, endpoint: &Endpoint) -> String {
    format!("{}: {}", resource.name, endpoint.name)
}

/// Method, path, and what else tells an endpoint's requests from others.
fn request_line(model: &Model, resource: &Resource, endpoint: &Endpoint) -> String {
    let query = endpoint
        .when
        .map(|(field, variant)| format!("?{}={}", model.fields[field].wire, phrase::choice(model, field, variant)));
    format!("{} {}{}", endpoint.method, resource.path, query.unwrap_or_default())
}

fn beginning(model: &Model, spec: &str) -> String {
    let protocol = model.protocol.as_ref();
    let (title, docs) = protocol.map_or_else(Default::default, |protocol| {
        (protocol.name.to_string().to_title_case(), docs_text(&protocol.docs))
    });
    format!("# {title}\n\n{docs}\n\n*Written by `cargo xtask docs` from [{spec}](../{spec}), like the server.*\n\n")
}

fn glance(model: &Model) -> String {
    let endpoints = model.resources.iter().flat_map(|resource| {
        resource.endpoints.iter().map(move |endpoint| {
            let request = code(&request_line(model, resource, endpoint));
            [link(&heading(resource, endpoint)), request, docs_text(&endpoint.docs)]
        })
    });
    table(["endpoint", "request", "what it does"], endpoints)
}

fn resource(resource: &Resource) -> String {
    let parameters = resource.parameters.iter().map(|parameter| {
        format!("{}: {}\n\n", code(&parameter.name.to_string()), grammar::of_parameter(resource, parameter))
    });
    let parameters: String = parameters.collect();
    let allow = code(&resource.allow());
    let docs = sentences([docs_text(&resource.docs), format!("It takes {allow}.")]);
    format!("## {}\n\n{}\n\n{docs}\n\n{parameters}", resource.name, code(&resource.path))
}
