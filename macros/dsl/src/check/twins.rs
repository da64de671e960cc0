//! Headers and query parameters with one wire name. Headers can share a name if they have different grammars, and no request and no
//! response has both: `range`, for example, is one thing in requests and another in some responses.

use crate::ast::Place;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::{Field, Id, Model};
use proc_macro2::Span;
use syn::Ident;

pub(super) fn check(model: &Model, diagnostics: &mut Diagnostics) {
    let before = diagnostics.count();
    for (index, field) in model.fields.iter().enumerate() {
        let mut earlier = model.fields.as_slice()[..index].iter();
        let same =
            |other: &&Field| is_twin(field, other) && (field.place == Place::Query || is_equal(model, field, other));
        if let Some(other) = earlier.find(same) {
            let message = format!("`{}` is declared twice", field.wire);
            diagnostics.push(
                Diagnostic::new(Code::DuplicateWireName, field.wire_span, message)
                    .note(format!("`{}` already has this name{}", other.name, on_line(other.wire_span)))
                    .help(format!("use `{}`, or change the name of `{}`", other.name, field.name)),
            );
        }
    }
    if diagnostics.count() > before {
        return;
    }
    for endpoint in model.resources.iter().flat_map(|resource| &resource.endpoints) {
        let inputs = endpoint.inputs.iter();
        let read = inputs.flat_map(|input| model.fields_of(input.source).into_iter().map(|id| (id, input.name.span())));
        both(model, read.collect(), &format!("`{}` reads", endpoint.name))
            .into_iter()
            .for_each(|fault| diagnostics.push(fault));
    }
    for outcome in model.outcomes.iter() {
        let sent = outcome.parts.iter().chain(&model.every).map(|part| (part.field, outcome.name.span()));
        both(model, sent.collect(), &format!("`{}` sends", outcome.name))
            .into_iter()
            .for_each(|fault| diagnostics.push(fault));
    }
    for resource in &model.resources {
        let sent = resource.options.iter().map(|announcement| announcement.field);
        let sent = sent.chain(model.every.iter().map(|part| part.field)).map(|id| (id, resource.name.span()));
        both(model, sent.collect(), &format!("the response to OPTIONS of `{}` has", resource.name))
            .into_iter()
            .for_each(|fault| diagnostics.push(fault));
    }
}

/// Returns a fault if two of these headers have one wire name.
fn both(model: &Model, fields: Vec<(Id<Field>, Span)>, who: &str) -> Option<Diagnostic> {
    let field = |index: usize| &model.fields[fields[index].0];
    let pairs = (0..fields.len()).flat_map(|index| (0..index).map(move |other| (other, index)));
    let (first, second) = pairs
        .into_iter()
        .find(|(first, second)| fields[*first].0 != fields[*second].0 && is_twin(field(*first), field(*second)))?;
    let names: [&Ident; 2] = [&field(first).name, &field(second).name];
    let message = format!("{who} `{}` twice, as `{}` and as `{}`", field(second).wire, names[0], names[1]);
    let fault = Diagnostic::new(Code::DuplicateWireName, fields[second].1, message);
    Some(fault.help(format!("delete `{}` or `{}` there", names[0], names[1])))
}

fn is_twin(field: &Field, other: &Field) -> bool {
    other.place == field.place && other.wire == field.wire
}

fn is_equal(model: &Model, field: &Field, other: &Field) -> bool {
    field.grammar(model).texts(model) == other.grammar(model).texts(model)
}
