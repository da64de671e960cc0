//! Rules that concern several items. An endpoint that already has a fault is skipped, so that no fault is reported
//! twice.

mod access;
mod answer;
mod assumptions;
mod callback;
mod combinations;
pub(crate) mod decision;
mod error;
mod example;
mod given;
mod http;
mod length;
mod negotiation;
mod object;
mod order;
mod range;
mod reading;
pub(crate) mod request;
pub(crate) mod route;
mod skeleton;
mod twins;
mod usage;

use crate::diagnostic::Diagnostics;
use crate::model::Model;
use crate::occurrences::Occurrences;
use syn::Ident;

/// Checks the whole protocol. Each rule is checked where no earlier fault can be the cause of a violation, so that one
/// build reports the faults of all rules.
pub fn check(model: &Model, occurrences: &Occurrences, diagnostics: &mut Diagnostics) {
    // A name that a faulty clause mentions may be used by it.
    let complete = diagnostics.is_empty();
    let is_unused = |name: &Ident| complete || occurrences.only_declared(&name.to_string());
    let sound = endpoints(model, diagnostics);
    answer::unrouted(model, diagnostics);
    twins::check(model, diagnostics);
    error::check(model, diagnostics);
    // A spec that lacks a resource or `unrouted` can't use what it declares.
    if !model.resources.is_empty() && model.unrouted.is_some() {
        answer::unreachable(model, is_unused, diagnostics);
        access::check(model, is_unused, diagnostics);
        usage::check(model, is_unused, diagnostics);
    }
    // A faulty clause may be the header that an outcome lacks.
    if complete {
        http::check(model, diagnostics);
        length::check(model, diagnostics);
        range::check(model, diagnostics);
    }
    example::check(model, &sound, diagnostics);
    given::check(model, &sound, diagnostics);
    callback::check(model, diagnostics);
}

/// Checks resources and endpoints. Returns the endpoints without faults, each as the indexes of its resource and itself.
fn endpoints(model: &Model, diagnostics: &mut Diagnostics) -> Vec<(usize, usize)> {
    let mut sound = Vec::new();
    route::paths(model, diagnostics);
    object::check(model, diagnostics);
    for (index, resource) in model.resources.iter().enumerate() {
        if resource.endpoints.iter().all(|endpoint| !endpoint.damaged) {
            route::methods(model, resource, diagnostics);
        }
        // The endpoints of a resource that is like another are checked there.
        let declared = resource.endpoints.iter().enumerate().filter(|_| resource.like.is_none());
        for (own, endpoint) in declared.filter(|(_, endpoint)| !endpoint.damaged) {
            let before = diagnostics.count();
            order::check(model, endpoint, diagnostics);
            let ordered = diagnostics.count() == before;
            answer::required(endpoint, diagnostics);
            answer::suitable(model, endpoint, diagnostics);
            negotiation::check(model, endpoint, diagnostics);
            if ordered {
                decision::check(model, endpoint, diagnostics);
            }
            if diagnostics.count() == before {
                sound.push((index, own));
            }
        }
    }
    sound
}
