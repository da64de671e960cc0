//! Credentials, and the permissions that requests need.

use dsl::docs_text;
use dsl::model::access::{Access, Need, Permissions, Refusal, Subject};
use dsl::model::{Endpoint, Id, InputSource, Model, Outcome, Resource};

use super::heading;
use crate::markdown::{code, link, sentences, table, wide_table};
use crate::phrase;

/// What an endpoint says about its callers.
pub fn of_endpoint(model: &Model, resource: &Resource, endpoint: &Endpoint) -> String {
    match &endpoint.permissions {
        Permissions::Undeclared => String::new(),
        Permissions::Public => "Anyone may send this request.\n\n".to_owned(),
        Permissions::Restricted(access, needs) => {
            let need = |need: &Need| code(&need.text(model, resource, *access)) + &when(model, need);
            let needs: Vec<_> = needs.iter().map(need).collect();
            format!("Needs {} ({}).\n\n", needs.join(" and "), link(&title(model, *access)))
        }
    }
}

/// A section for each access: its credentials and operations, and the operations that each endpoint needs.
pub fn sections(model: &Model) -> String {
    let section = |(id, access): (Id<Access>, &Access)| {
        let operations = access.operations.iter().map(|own| [code(&own.name.to_string()), docs_text(&own.docs)]);
        format!(
            "## {}\n\n{}\n\n{}{}Endpoints and the operations that callers must be permitted to do:\n\n{}",
            title(model, id),
            docs_text(&access.docs),
            credentials(model, access),
            table(["operation", "description"], operations),
            who_may_do_what(model, id, access),
        )
    };
    model.accesses.entries().map(section).collect()
}

fn title(model: &Model, access: Id<Access>) -> String {
    format!("Access: {}", model.accesses[access].name)
}

fn credentials(model: &Model, access: &Access) -> String {
    let kinds = access.credentials.iter().map(|source| {
        let fields = model.fields_of(*source).into_iter().map(|id| &model.fields[id]);
        let names: Vec<_> = fields.clone().map(|field| code(&field.wire)).collect();
        let words: Vec<_> = fields.map(|field| field.grammar(model).words(model)).collect();
        let docs = match source {
            InputSource::Field(id) => docs_text(&model.fields[*id].docs),
            InputSource::Group(id) => docs_text(&model.groups[*id].docs),
        };
        [names.join(", "), words.join(", "), docs]
    });
    let none = match access.accepts_none {
        true => "A request has one kind of credentials, or none:",
        false => "A request has exactly one kind of credentials:",
    };
    let refused = |refusal: &Refusal| {
        let Outcome { status, name, .. } = &model.outcomes[refusal.outcome];
        format!("{status} {name}")
    };
    let (unknown, others) = access.refusals.split_first().expect("each access refuses callers who are not known");
    let unknown = format!("If they are not valid, the response is {}, whatever else is wrong.", refused(unknown));
    let others = others.iter().map(|own| format!("The response is {} if: {}", refused(own), docs_text(&own.docs)));
    let denied = access.denied.map_or_else(
        || "Valid credentials permit everything in the table below.".to_owned(),
        |(id, _)| {
            let outcome = &model.outcomes[id];
            format!(
                "If the caller lacks a permission, it is {} {}, whether or not there is something at the path.",
                outcome.status, outcome.name
            )
        },
    );
    format!(
        "{}\n\n{}{}\n\n",
        none,
        table(["credentials", "format", "description"], kinds),
        sentences(std::iter::once(unknown).chain(others).chain([denied]))
    )
}

/// A table with a row for each endpoint and a column for each operation.
fn who_may_do_what(model: &Model, id: Id<Access>, access: &Access) -> String {
    let headings = std::iter::once("endpoint".to_owned());
    let headings = headings.chain(access.operations.iter().map(|operation| code(&operation.name.to_string())));
    let endpoints =
        model.resources.iter().flat_map(|resource| resource.endpoints.iter().map(move |own| (resource, own)));
    let rows = endpoints.filter_map(|(resource, endpoint)| {
        let place = link(&heading(resource, endpoint));
        match &endpoint.permissions {
            Permissions::Restricted(own, needs) if *own == id => {
                let cell = |operation: usize| {
                    let needs = needs.iter().filter(|need| need.operation == operation);
                    needs.map(|need| self::need(model, resource, need)).collect::<Vec<_>>().join("; ")
                };
                Some(std::iter::once(place).chain((0..access.operations.len()).map(cell)).collect())
            }
            Permissions::Public => {
                let anyone = std::iter::repeat_n("anyone".to_owned(), access.operations.len());
                Some(std::iter::once(place).chain(anyone).collect())
            }
            Permissions::Restricted(..) | Permissions::Undeclared => None,
        }
    });
    wide_table(headings.collect(), rows)
}

/// The path that a permission is about, and when it is needed.
fn need(model: &Model, resource: &Resource, need: &Need) -> String {
    let path = match need.subject {
        None => "needed".to_owned(),
        Some(Subject::Parameter(index)) => code(&resource.parameters[index].name.to_string()),
        Some(Subject::Input(id)) => code(&model.fields[id].wire),
    };
    path + &when(model, need)
}

fn when(model: &Model, need: &Need) -> String {
    let condition = need.condition.as_ref().map(|condition| code(&phrase::condition(model, condition)));
    condition.map_or_else(String::new, |condition| format!(" when {condition}"))
}
