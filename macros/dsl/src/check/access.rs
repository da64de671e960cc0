//! Operations: an endpoint needs each of them, and all uses are about a path, or none.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::Model;
use crate::model::access::Need;
use syn::Ident;

/// Checks the operations of every access. `is_unused` returns whether no clause mentions a name, not even a faulty one.
pub(super) fn check(model: &Model, is_unused: impl Fn(&Ident) -> bool, diagnostics: &mut Diagnostics) {
    for (id, access) in model.accesses.entries() {
        for (index, operation) in access.operations.iter().enumerate() {
            let endpoints = model.resources.iter().flat_map(|resource| &resource.endpoints);
            let restrictions = endpoints.filter_map(|endpoint| endpoint.restriction()).filter(|(own, _)| *own == id);
            let needs: Vec<_> =
                restrictions.flat_map(|(_, needs)| needs).filter(|need| need.operation == index).collect();
            diagnostics.extend(mixed(&operation.name, &needs));
            if needs.is_empty() && is_unused(&operation.name) {
                diagnostics.push(unused(&operation.name));
            }
        }
    }
}

fn unused(name: &Ident) -> Diagnostic {
    Diagnostic::new(Code::Unused, name.span(), format!("unused operation `{name}`"))
        .help(format!("add `needs {name};` to an endpoint, or delete the operation"))
        .unused(name)
}

/// Returns a fault if an operation is about a path in one place, and about none in another.
fn mixed(name: &Ident, needs: &[&Need]) -> Option<Diagnostic> {
    let first = needs.first()?;
    let other = needs.iter().find(|need| need.subject.is_some() != first.subject.is_some())?;
    let (without, with) = if first.subject.is_none() { (first, other) } else { (other, first) };
    let message = format!("`{name}` is about a path elsewhere, and about none here");
    Some(
        Diagnostic::new(Code::BadPermission, without.span, message)
            .note(format!("it is about a path{}", on_line(with.span)))
            .help(format!(
                "declare another operation, or write `needs {name}(path);` if this endpoint is about its path"
            )),
    )
}
