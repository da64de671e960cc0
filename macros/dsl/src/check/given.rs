//! Preconditions of examples: each is about a condition that the endpoint of the example tests.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Assumption, Atom, Endpoint, Model};

/// Checks the examples of the endpoints that are `sound`, and of `unrouted`, which tests nothing.
pub(super) fn check(model: &Model, sound: &[(usize, usize)], diagnostics: &mut Diagnostics) {
    for example in &model.examples {
        let endpoint = match example.endpoint {
            Some(own) if !sound.contains(&own) => continue,
            Some((resource, index)) => Some(&model.resources[resource].endpoints[index]),
            None => None,
        };
        let untested = example.given.iter().filter(|own| !is_prepared(own) && !is_tested(endpoint, own.atom));
        untested.for_each(|own| diagnostics.push(unused(model, endpoint, own)));
    }
}

/// Whether requests of the example make a state true. The content of a response can depend on such a state, although no line does.
fn is_prepared(assumption: &Assumption) -> bool {
    assumption.prepared && matches!(assumption.atom, Atom::State(..))
}

fn is_tested(endpoint: Option<&Endpoint>, atom: Atom) -> bool {
    tested(endpoint).any(|own| own.has_subject_of(atom))
}

/// The conditions that the lines of an endpoint test.
fn tested(endpoint: Option<&Endpoint>) -> impl Iterator<Item = Atom> {
    endpoint.into_iter().flat_map(|endpoint| &endpoint.lines).flat_map(|line| line.condition.atoms())
}

fn unused(model: &Model, endpoint: Option<&Endpoint>, assumption: &Assumption) -> Diagnostic {
    let name = endpoint.map_or_else(|| "unrouted".to_owned(), |endpoint| endpoint.name.to_string());
    let mut usable: Vec<String> = tested(endpoint).filter_map(|atom| text(model, atom)).collect();
    usable.sort();
    usable.dedup();
    let own = assumption.text.trim_start_matches("not ");
    let fault = Diagnostic::new(Code::Unused, assumption.spans.0, format!("no line of `{name}` tests `{own}`"))
        .up_to(assumption.spans.1)
        .note("the outcome of this request does not depend on it");
    let help = match (assumption.atom, &usable[..]) {
        (Atom::State(..), _) => {
            format!("delete it, or add the requests that make it true, as in `given {own} {{ PUT \"/…\"; }}`")
        }
        (_, []) => "delete it".to_owned(),
        (_, usable) => format!("delete it, or give one of: {}", usable.join(", ")),
    };
    fault.help(help)
}

/// A condition as it can be given, if it can.
fn text(model: &Model, atom: Atom) -> Option<String> {
    match atom {
        Atom::State(id, index) => {
            let state = &model.states[id];
            Some(format!("{}.{}", state.name, state.variants[index].1))
        }
        Atom::Fact(id) => {
            let fact = &model.facts[id];
            Some(format!("{}.{}", fact.subject, fact.predicate))
        }
        Atom::Failure => Some("failure".to_owned()),
        Atom::BodyStalled => Some("body.stalled".to_owned()),
        Atom::BodyCrowded => Some("body.crowded".to_owned()),
        _ => None,
    }
}
