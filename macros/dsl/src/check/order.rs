//! Conditions stand where they can be decided: those of the edge before those of the handler, and nothing about a
//! request before it is known to be well-formed.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::{Atom, Endpoint, Line, Model};

pub(super) fn check(model: &Model, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let mut handler_passed = None;
    for (index, line) in endpoint.lines.iter().enumerate() {
        let atoms = line.condition.atoms();
        let fault = |message: &str| Diagnostic::new(Code::MisplacedCondition, line.span, message).up_to(line.end);
        if let Some(atom) = atoms.iter().copied().find(|atom| atom.is_reading()) {
            if !line.condition.is(atom) || !line.refuses {
                diagnostics.push(
                    fault("this condition stands alone, in `refuse`")
                        .note("whether a request can be read and answered at all has nothing to do with what it says")
                        .help("a line of its own in `refuse`"),
                );
                continue;
            }
            if let Some(earlier) = endpoint.lines[..index].iter().find(|earlier| earlier.condition.is(atom)) {
                diagnostics.push(never(line, earlier));
                continue;
            }
            if let Some(span) = handler_passed.filter(|_| atom != Atom::Failure) {
                diagnostics.push(
                    fault("this is decided before the request reaches its handler")
                        .note(format!("a line that only the handler can decide stands above it,{}", on_line(span)))
                        .help("move this line above that one"),
                );
            }
        } else if only_edge(model, line) {
            if !line.refuses {
                diagnostics.push(fault("the edge refuses, and answers nothing").help("move this line to `refuse`"));
            } else if let Some(span) = handler_passed {
                diagnostics.push(
                    fault("a fact of the edge can't follow what only the handler can decide")
                        .note(format!("a line that only the handler can decide stands above it,{}", on_line(span)))
                        .help("move this line to the top"),
                );
            }
        } else if atoms.iter().any(|atom| is_edge(model, atom)) {
            diagnostics.push(
                fault("a fact of the edge can't be joined with what only the handler can decide")
                    .help("two lines, the one about the edge first"),
            );
        } else {
            handler_passed.get_or_insert(line.span);
        }
    }
}

/// Whether a line asks about nothing but what the edge knows.
pub(super) fn only_edge(model: &Model, line: &Line) -> bool {
    line.condition.atoms().iter().all(|atom| is_edge(model, atom))
}

fn is_edge(model: &Model, atom: &Atom) -> bool {
    matches!(atom, Atom::Fact(fact) if model.facts[*fact].edge)
}

/// A fault about a line that an earlier one always forestalls.
pub(super) fn never(line: &Line, earlier: &Line) -> Diagnostic {
    let which = match earlier.span.start().line {
        0 => "a line above it".to_owned(),
        number => format!("line {number}"),
    };
    Diagnostic::new(Code::UnreachableLine, line.span, "this line never gets its turn")
        .up_to(line.end)
        .note(format!("whenever it holds, {which} has answered already"))
        .help("delete it, or move it up")
}
