//! The order of lines: conditions that are decided before the handler runs come before those that need the handler.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, line_or};
use crate::model::{Atom, Endpoint, Line, Model};
use proc_macro2::Span;

pub(super) fn check(model: &Model, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let mut handler_line = None;
    for (index, line) in endpoint.lines.iter().enumerate().filter(|(_, line)| !line.is_about_access()) {
        let atoms = line.condition.atoms();
        let fault = |message: &str| Diagnostic::new(Code::MisplacedCondition, line.span, message).up_to(line.end);
        if let Some(atom) = atoms.iter().copied().find(|atom| atom.is_reading()) {
            if !line.condition.is(atom) || !line.refuses {
                diagnostics.push(
                    fault("this condition must be alone in a line of `refuse`")
                        .note("conditions on reading the request or running the handler are decided separately")
                        .help("move it to a separate line of `refuse`"),
                );
                continue;
            }
            if let Some(earlier) = endpoint.lines[..index].iter().find(|earlier| covers(earlier, atom)) {
                diagnostics.push(unreachable(line, earlier));
                continue;
            }
            if let Some(span) = handler_line.filter(|_| atom != Atom::Failure) {
                diagnostics.push(
                    fault("this condition must come before conditions that need the handler")
                        .note(needs_handler(span))
                        .help(format!("move this line above {}", line_or(span, "that line"))),
                );
            }
        } else if line.is_at_edge(model) {
            if !line.refuses {
                diagnostics.push(fault("edge facts are allowed only in `refuse`").help("move this line to `refuse`"));
            } else if let Some(span) = handler_line {
                diagnostics.push(
                    fault("edge facts must come before conditions that need the handler")
                        .note(needs_handler(span))
                        .help("move this line to the top"),
                );
            }
        } else if atoms.iter().any(|atom| is_edge(model, atom)) {
            diagnostics.push(
                fault("an edge fact can't be combined with a condition that needs the handler")
                    .help("split this line into two, with the edge fact first"),
            );
        } else {
            handler_line.get_or_insert(line.span);
        }
    }
}

/// Whether `line` already matches the requests in which `atom` holds.
fn covers(line: &Line, atom: Atom) -> bool {
    line.condition.is(atom) || matches!(atom, Atom::InputMalformed(_)) && line.condition.is(Atom::Malformed)
}

fn needs_handler(span: Span) -> String {
    format!("{} needs the handler", line_or(span, "a line above it"))
}

fn is_edge(model: &Model, atom: &Atom) -> bool {
    matches!(atom, Atom::Fact(fact) if model.facts[*fact].edge)
}

/// The fault for a line that matches no request that the lines above it leave over. `earlier` is one of those lines.
pub(super) fn unreachable(line: &Line, earlier: &Line) -> Diagnostic {
    let message = "unreachable line: the lines above it already match every request that it matches";
    let fault = Diagnostic::new(Code::UnreachableLine, line.span, message).up_to(line.end);
    fault
        .note(format!("{} is one of them", line_or(earlier.span, "a line above it")))
        .help("delete this line, or move it above them")
}
