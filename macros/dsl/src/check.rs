//! What items owe each other. An endpoint of which something is missing is left alone, so that no fault is reported
//! twice.

mod answer;
mod claims;
pub(crate) mod decision;
mod example;
mod order;
mod route;
mod usage;

use crate::diagnostic::Diagnostics;
use crate::model::Model;

/// Checks the whole protocol.
pub fn check(model: &Model, diagnostics: &mut Diagnostics) {
    let whole = diagnostics.is_empty();
    route::paths(model, diagnostics);
    for resource in &model.resources {
        let sound = || resource.endpoints.iter().filter(|endpoint| !endpoint.damaged);
        if sound().count() == resource.endpoints.len() {
            route::methods(model, resource, diagnostics);
        }
        for endpoint in sound() {
            let before = diagnostics.count();
            order::check(model, endpoint, diagnostics);
            let ordered = diagnostics.count() == before;
            answer::owed(endpoint, diagnostics);
            answer::fitting(model, endpoint, diagnostics);
            if ordered {
                decision::check(model, endpoint, diagnostics);
            }
        }
    }
    if whole {
        answer::unrouted(model, diagnostics);
        answer::unreachable(model, diagnostics);
        usage::check(model, diagnostics);
    }
    if diagnostics.is_empty() {
        example::check(model, diagnostics);
    }
}
