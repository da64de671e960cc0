//! Formats of errors: the refusals of a resource that has one are written in it.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::error::ErrorFormat;
use crate::model::{Endpoint, Id, Line, Model, Outcome, Resource};

pub(super) fn check(model: &Model, diagnostics: &mut Diagnostics) {
    let mut reported = Vec::new();
    for resource in &model.resources {
        let Some(format) = resource.errors else { continue };
        let endpoints = resource.endpoints.iter().filter(|endpoint: &&Endpoint| !endpoint.damaged);
        let refusals = endpoints.flat_map(|endpoint| endpoint.lines.iter().filter(|line: &&Line| line.refuses));
        // The refusals of an access are the same for all resources, whatever their formats.
        let refusals = refusals.filter(|line| !line.is_about_access());
        for id in refusals.map(|line| line.outcome).filter(|id| !has(model, *id, format)) {
            if !reported.contains(&id) {
                reported.push(id);
                diagnostics.push(other_format(model, &model.outcomes[id], &model.formats[format]));
            }
        }
        wrong_method(model, resource, format).into_iter().for_each(|fault| diagnostics.push(fault));
    }
}

/// Whether the outcome is an error of this format.
fn has(model: &Model, id: Id<Outcome>, format: Id<ErrorFormat>) -> bool {
    model.own_error(&model.outcomes[id]).is_some_and(|(error, _)| error.format == format)
}

fn other_format(model: &Model, outcome: &Outcome, format: &ErrorFormat) -> Diagnostic {
    let object = &model.objects[format.object].name;
    let message = format!("`{}` is not an error of `{object}`", outcome.name);
    Diagnostic::new(Code::MixedErrors, outcome.name.span(), message)
        .note("it is a refusal of a resource whose errors have that format")
        .help(format!("write `outcome {} = {} error …;`, with a code", outcome.name, outcome.status))
}

fn wrong_method(model: &Model, resource: &Resource, format: Id<ErrorFormat>) -> Option<Diagnostic> {
    let id = model.wrong_method(resource).filter(|id| !has(model, *id, format))?;
    let (outcome, object) = (&model.outcomes[id], &model.objects[model.formats[format].object].name);
    let message = format!("`{}` has no error of `{object}` for methods that it does not have", resource.name);
    Some(
        Diagnostic::new(Code::MixedErrors, resource.name.span(), message)
            .note(format!("`{}`, which is declared{}, has another format", outcome.name, on_line(outcome.name.span())))
            .help("declare an outcome with an `error`, and add `other methods => …;` to the resource")
            .missing(crate::parse::OTHER_METHODS),
    )
}
